//! Where bytes come from: files, `-`, standard input; plain, gzip or zstd, told by the first bytes.

use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, IsTerminal, Read};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use ir_core::wire::{FileHead, Time};
use ir_host::RegularFile;

use crate::patient::Patient;
use crate::{Exit, Fail, Failed, Session};

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Standard input.
    Stdin,
    /// A file that a person typed.
    File(PathBuf),
}

/// An open input.
pub struct Opened {
    /// Its bytes, decompressed.
    pub reader: Box<dyn Read>,
    /// Its first bytes as they are stored; none for standard input.
    pub head: Option<FileHead>,
    /// When the file was last modified.
    pub modified: Option<Time>,
    /// Size as stored, where it is known.
    pub size: Option<u64>,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("head", &self.head)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl Opened {
    /// Of a regular file that a profile or a record names.
    ///
    /// # Errors
    /// If its first bytes cannot be read or the decompressor not be set up.
    pub fn regular(file: RegularFile) -> io::Result<Self> {
        let (reader, head) = decompress(Box::new(Patient::new(file.file, false)), true)?;
        Ok(Self { reader, head: Some(head), modified: file.modified, size: Some(file.size) })
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("stdin"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

impl Input {
    /// The inputs that `files` name; `-`, and no file at all, is standard input.
    pub fn list(files: &[PathBuf]) -> Vec<Self> {
        if files.is_empty() {
            return vec![Self::Stdin];
        }
        files
            .iter()
            .map(|f| if f == Path::new("-") { Self::Stdin } else { Self::File(f.clone()) })
            .collect()
    }

    /// Opens it.
    ///
    /// # Errors
    /// Exit code 5 if it cannot be read; a missing file that resembles a verb gets a hint.
    pub fn open(&self, session: &Session) -> anyhow::Result<Opened> {
        match self {
            Self::Stdin => {
                let stdin = io::stdin();
                if stdin.is_terminal() {
                    session.notes.note("reading from the terminal; end it with ctrl-D");
                }
                let file = File::from(stdin.as_fd().try_clone_to_owned().or_exit(Exit::Io)?);
                let (reader, _) = decompress(Box::new(Patient::new(file, true)), false)
                    .map_err(|e| Failed::new(Exit::Io, format!("stdin: {e}")))?;
                Ok(Opened { reader, head: None, modified: None, size: None })
            }
            Self::File(path) => {
                let file = ir_host::open_input(path).map_err(|e| {
                    let hint = session.verb_like(path).filter(|_| e.is_missing());
                    let hint = hint
                        .map(|v| format!(" (did you mean the verb {v:?}?)"))
                        .unwrap_or_default();
                    Failed::new(Exit::Io, format!("{}: {e}{hint}", path.display()))
                })?;
                let meta = file.metadata().or_exit(Exit::Io)?;
                let modified =
                    meta.modified().ok().and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok());
                let modified =
                    modified.and_then(|d| Time::from_millis(i64::try_from(d.as_millis()).ok()?));
                let size = meta.is_file().then_some(meta.len());
                let (reader, head) =
                    decompress(Box::new(Patient::new(file, false)), meta.is_file())
                        .map_err(|e| Failed::new(Exit::Io, format!("{}: {e}", path.display())))?;
                Ok(Opened {
                    reader,
                    head: Some(head),
                    modified: modified.filter(|_| meta.is_file()),
                    size,
                })
            }
        }
    }
}

/// Reads the head, and undoes the compression that its magic number names. Of a regular file the whole head is read;
/// a pipe may hand out its first bytes one by one, and only those that decide are worth waiting for.
fn decompress(mut raw: Box<dyn Read>, regular: bool) -> io::Result<(Box<dyn Read>, FileHead)> {
    let mut head = vec![0; FileHead::MAX];
    let mut filled = 0;
    while filled < head.len() && (filled == 0 || regular || could_be_compressed(&head[..filled])) {
        match raw.read(&mut head[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            // The lines' reader meets the same interrupt and ends in an orderly way.
            Err(e) if e.kind() == io::ErrorKind::Interrupted => break,
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
            Err(e) => return Err(e),
        }
    }
    head.truncate(filled);
    let digest = FileHead::of(&head);
    let gzip = head.starts_with(&GZIP);
    let zstd = head.starts_with(&ZSTD);
    let whole = Cursor::new(head).chain(raw);
    let reader: Box<dyn Read> = if gzip {
        Box::new(flate2::read::MultiGzDecoder::new(whole))
    } else if zstd {
        Box::new(zstd::Decoder::new(whole)?)
    } else {
        Box::new(whole)
    };
    Ok((reader, digest))
}

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// A strict beginning of a magic number.
fn could_be_compressed(head: &[u8]) -> bool {
    [&GZIP[..], &ZSTD[..]].iter().any(|magic| head.len() < magic.len() && magic.starts_with(head))
}
