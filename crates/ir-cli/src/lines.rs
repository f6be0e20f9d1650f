//! Lines out of any reader: blocks, cut at line feeds, with a limit on the length of a line.

use std::io::{self, Read};

/// Bytes asked of the reader at a time.
const BLOCK: usize = 1 << 18;

/// What [`LineReader::next`] found.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A line without its line feed.
    Line(&'a [u8]),
    /// The last line, which no line feed ends.
    Torn(&'a [u8]),
    /// The head of a line over the limit. [`Piece::Rest`]s follow.
    Head(&'a [u8]),
    /// A further part of a line over the limit; the last one is flagged.
    Rest {
        /// The part.
        bytes: &'a [u8],
        /// The line's last part.
        last: bool,
    },
    /// The reader has nothing at hand: what is buffered for others should go out now. Comes before each read.
    Idle,
    /// A live input has been silent for a second: a record that may still be continued need not wait for that.
    Quiet,
    /// Nothing follows.
    End,
}

/// Cuts a reader into lines.
#[derive(Debug)]
pub struct LineReader<R> {
    reader: R,
    buffer: Vec<u8>,
    /// Unread bytes are `buffer[start..end]`; up to `searched` there is no line feed among them.
    start: usize,
    end: usize,
    searched: usize,
    max: usize,
    skipping: bool,
    asked: bool,
    ended: bool,
    torn: bool,
}

impl<R: Read> LineReader<R> {
    /// Lines of at most `max` bytes, the line feed not counted.
    pub fn new(reader: R, max: usize) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            searched: 0,
            max,
            skipping: false,
            asked: false,
            ended: false,
            torn: false,
        }
    }

    /// The next piece.
    ///
    /// # Errors
    /// Those of the reader; an interrupted read is tried again unless the tool was asked to end.
    #[expect(clippy::should_implement_trait, reason = "it lends")]
    pub fn next(&mut self) -> io::Result<Piece<'_>> {
        loop {
            let found = memchr::memchr(b'\n', &self.buffer[self.searched..self.end])
                .map(|i| self.searched + i);
            if self.skipping {
                return self.skip(found);
            }
            if let Some(at) = found
                && at - self.start <= self.max
            {
                let from = std::mem::replace(&mut self.start, at + 1);
                self.searched = self.start;
                return Ok(Piece::Line(&self.buffer[from..at]));
            }
            if self.end - self.start > self.max {
                let from = self.start;
                self.start += self.max;
                self.searched = self.start;
                self.skipping = true;
                return Ok(Piece::Head(&self.buffer[from..self.start]));
            }
            self.searched = self.end;
            if self.ended {
                let from = std::mem::replace(&mut self.start, self.end);
                return Ok(if from == self.end {
                    Piece::End
                } else {
                    Piece::Torn(&self.buffer[from..self.end])
                });
            }
            if !std::mem::replace(&mut self.asked, true) {
                return Ok(Piece::Idle);
            }
            if !self.fill()? {
                return Ok(Piece::Quiet);
            }
        }
    }

    /// The line over the limit whose last part came was the input's last, and no line feed ended it.
    pub fn torn(&self) -> bool {
        self.torn
    }

    /// Hands out what is left of a line over the limit.
    fn skip(&mut self, found: Option<usize>) -> io::Result<Piece<'_>> {
        let from = self.start;
        if let Some(at) = found {
            (self.start, self.searched, self.skipping) = (at + 1, at + 1, false);
            return Ok(Piece::Rest { bytes: &self.buffer[from..at], last: true });
        }
        if from == self.end {
            if self.ended {
                (self.skipping, self.torn) = (false, true);
                return Ok(Piece::Rest { bytes: &[], last: true });
            }
            if !std::mem::replace(&mut self.asked, true) {
                return Ok(Piece::Idle);
            }
            return Ok(if self.fill()? {
                Piece::Rest { bytes: &[], last: false }
            } else {
                Piece::Quiet
            });
        }
        (self.start, self.searched) = (self.end, self.end);
        Ok(Piece::Rest { bytes: &self.buffer[from..self.end], last: false })
    }

    /// Reads on; false if a live input is silent.
    fn fill(&mut self) -> io::Result<bool> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.searched -= self.start;
            self.start = 0;
        }
        if self.buffer.len() < self.end + BLOCK {
            self.buffer.resize(self.end + BLOCK, 0);
        }
        self.asked = false;
        loop {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(n) => {
                    self.end += n;
                    self.ended = n == 0;
                    return Ok(true);
                }
                // What is buffered is still handed out; the tool asks `interrupted` and stops.
                Err(e) if e.kind() == io::ErrorKind::Interrupted && crate::interrupted() => {
                    self.ended = true;
                    return Ok(true);
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }
}

#[cfg(test)]
mod tests;
