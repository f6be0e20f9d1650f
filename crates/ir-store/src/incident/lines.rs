//! Reading a file of the store: whole lines, and how far they reach.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::FileExt;

use super::Book;
use super::entry::{MAX_STORED, unstored};
use crate::{Hash, Hasher};

/// How far a file reaches: all that is needed to go on with it, and to tell whether it is still the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Whole lines.
    pub lines: u64,
    /// Their bytes.
    pub bytes: u64,
    /// SHA-256 of the last one without its line feed; of an empty file that which its first line will carry.
    pub head: Hash,
}

impl Mark {
    /// Of an empty file.
    pub(super) fn start(book: &Book) -> Self {
        Self { lines: 0, bytes: 0, head: book.seed() }
    }

    /// The mark after one more line, which has its line feed.
    pub(super) fn after(self, line: &[u8]) -> Self {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        Self { lines: self.lines + 1, bytes: self.bytes + line.len() as u64, head: Hash::of(text) }
    }

    /// Whether a line ends there in `file`, and is the one that the mark names.
    pub(super) fn holds_in(self, file: &File) -> io::Result<bool> {
        if self.bytes == 0 {
            return Ok(true);
        }
        if file.metadata()?.len() < self.bytes {
            return Ok(false);
        }
        Ok(last_line(file, self.bytes)?.is_some_and(|line| Hash::of(&line) == self.head))
    }
}

/// The line that ends at the offset `end`, without its line feed; `None` if none ends there or it is longer than lines may be.
pub(super) fn last_line(file: &File, end: u64) -> io::Result<Option<Vec<u8>>> {
    let mut window = 4096;
    loop {
        let from = end.saturating_sub(window);
        let mut bytes = vec![0; (end - from) as usize];
        file.read_exact_at(&mut bytes, from)?;
        let Some(text) = bytes.strip_suffix(b"\n") else { return Ok(None) };
        if let Some(before) = text.iter().rposition(|b| *b == b'\n') {
            return Ok(Some(text[before + 1..].to_vec()));
        }
        if from == 0 {
            return Ok(Some(text.to_vec()));
        }
        if window > MAX_STORED as u64 {
            return Ok(None);
        }
        window *= 8;
    }
}

/// The line that begins at the offset `at`, without its line feed, as far as lines may be long.
pub(super) fn line_at(file: &File, at: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    BufReader::new(Part { file, at }).take(MAX_STORED as u64).read_until(b'\n', &mut bytes)?;
    if bytes.ends_with(b"\n") {
        bytes.pop();
    }
    Ok(bytes)
}

/// A line of the store.
#[derive(Debug)]
pub struct StoredLine<'a> {
    /// Its number, from 1.
    pub number: u64,
    /// The offset of its first byte.
    pub at: u64,
    /// The line as it is stored, without its line feed; of one that is too long only the beginning.
    pub bytes: &'a [u8],
    /// Its SHA-256: what the line after it carries.
    pub digest: Hash,
}

impl StoredLine<'_> {
    /// The record's own line, and the digest of the line before it that it carries. `None` if it does not end as stored
    /// lines do.
    pub fn record(&self) -> Option<(Vec<u8>, Hash)> {
        unstored(self.bytes)
    }
}

/// What stands at the end of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// How far whole lines reach.
    pub(super) mark: Mark,
    /// Bytes after them, which no line feed ends.
    pub(super) torn: u64,
}

/// Hands the whole lines after `from` to `each`. Memory is bounded by the length of a line.
pub(super) fn read_lines<E: From<io::Error>>(
    file: &File,
    from: Mark,
    each: &mut dyn FnMut(&StoredLine<'_>) -> Result<(), E>,
) -> Result<End, E> {
    let mut reader = BufReader::with_capacity(1 << 16, Part { file, at: from.bytes });
    let mut mark = from;
    let mut line = Vec::new();
    loop {
        line.clear();
        reader.by_ref().take(MAX_STORED as u64).read_until(b'\n', &mut line)?;
        let mut length = line.len() as u64;
        let mut ended = line.last() == Some(&b'\n');
        let digest = if ended || line.len() < MAX_STORED {
            if ended {
                line.pop();
            }
            Hash::of(&line)
        } else {
            let mut hash = Hasher::default();
            hash.update(&line);
            ended = skip_line(&mut reader, &mut hash)?;
            length = hash.bytes() + u64::from(ended);
            hash.finish()
        };
        if !ended {
            return Ok(End { mark, torn: length });
        }
        each(&StoredLine { number: mark.lines + 1, at: mark.bytes, bytes: &line, digest })?;
        mark = Mark { lines: mark.lines + 1, bytes: mark.bytes + length, head: digest };
    }
}

/// Reads to the end of the line; whether it has a line feed.
fn skip_line(reader: &mut impl BufRead, hash: &mut Hasher) -> io::Result<bool> {
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(false);
        }
        let found = buffer.iter().position(|b| *b == b'\n');
        let part = found.unwrap_or(buffer.len());
        hash.update(&buffer[..part]);
        reader.consume(part + usize::from(found.is_some()));
        if found.is_some() {
            return Ok(true);
        }
    }
}

/// A file from an offset on, without moving its position.
pub(super) struct Part<'a> {
    pub(super) file: &'a File,
    pub(super) at: u64,
}

impl Read for Part<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(into, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}
