//! Patterns of file names, over bytes: names on a disk need not be UTF-8.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// One part of a pattern for a name.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    /// This byte.
    Byte(u8),
    /// `?`: any character; of what is no UTF-8, any byte.
    Any,
    /// `*`: anything.
    Star,
    /// `[a-z]`, `[!a-z]`: a byte in one of the ranges, or in none.
    Class { not: bool, ranges: Vec<(u8, u8)> },
}

/// A pattern for one name, without `/`.
#[derive(Clone, Debug)]
pub(crate) struct Wildcard {
    pieces: Vec<Piece>,
}

impl Wildcard {
    /// # Errors
    /// A `[` that no `]` closes, or a range in it that goes backwards: a sentence.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text.as_bytes();
        while let Some((first, more)) = rest.split_first() {
            rest = more;
            match first {
                b'*' if pieces.last() == Some(&Piece::Star) => {}
                b'*' => pieces.push(Piece::Star),
                b'?' => pieces.push(Piece::Any),
                b'[' => {
                    let (class, behind) = class(more).ok_or_else(|| {
                        format!("{text:?}: a [ that begins no class such as [a-z]")
                    })?;
                    pieces.push(class);
                    rest = behind;
                }
                byte => pieces.push(Piece::Byte(*byte)),
            }
        }
        Ok(Self { pieces })
    }

    /// Whether the name fits. A `.` at its start must be written in the pattern.
    pub(crate) fn matches(&self, name: &OsStr) -> bool {
        let name = name.as_bytes();
        let hidden = name.starts_with(b".") && self.pieces.first() != Some(&Piece::Byte(b'.'));
        !hidden && self.fits(name)
    }

    /// Only the last star is ever tried again, so the time is at most the product of both lengths.
    fn fits(&self, name: &[u8]) -> bool {
        let (mut piece, mut at) = (0, 0);
        let mut star = None;
        loop {
            let step = match self.pieces.get(piece) {
                Some(Piece::Star) => {
                    star = Some((piece, at));
                    piece += 1;
                    continue;
                }
                Some(piece) => one(piece, &name[at..]),
                None if at == name.len() => return true,
                None => None,
            };
            match (step, star) {
                (Some(bytes), _) => (piece, at) = (piece + 1, at + bytes),
                (None, Some((back, from))) if from < name.len() => {
                    star = Some((back, from + 1));
                    (piece, at) = (back + 1, from + 1);
                }
                (None, _) => return false,
            }
        }
    }
}

/// How many bytes at the start of `name` one piece takes.
fn one(piece: &Piece, name: &[u8]) -> Option<usize> {
    let first = *name.first()?;
    match piece {
        Piece::Byte(byte) => (first == *byte).then_some(1),
        Piece::Class { not, ranges } => {
            (ranges.iter().any(|(low, high)| (*low..=*high).contains(&first)) != *not).then_some(1)
        }
        Piece::Any => {
            let head = &name[..name.len().min(4)];
            let character =
                head.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
            Some(character.map_or(1, char::len_utf8))
        }
        Piece::Star => None,
    }
}

/// The class behind a `[`, and what follows it.
fn class(text: &[u8]) -> Option<(Piece, &[u8])> {
    let not = text.starts_with(b"!");
    let text = &text[usize::from(not)..];
    // A `]` at the start is a letter like any other.
    let end = text.iter().skip(1).position(|b| *b == b']')? + 1;
    let (mut inside, rest) = (&text[..end], &text[end + 1..]);
    let mut ranges = Vec::new();
    while let Some((low, more)) = inside.split_first() {
        match more {
            [b'-', high, behind @ ..] if low <= high => {
                ranges.push((*low, *high));
                inside = behind;
            }
            [b'-', _, ..] => return None,
            _ => {
                ranges.push((*low, *low));
                inside = more;
            }
        }
    }
    Some((Piece::Class { not, ranges }, rest))
}

/// Whether `text` has a sign that makes it a pattern.
pub(crate) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// Files below `directory` (a path, not a pattern; empty: here) that the pattern names, sorted. A name in the pattern may be a
/// pattern, and stands for names in one directory only.
///
/// # Errors
/// A name that is no pattern, with the reason.
pub(crate) fn expand(directory: &Path, pattern: &str) -> Result<Vec<PathBuf>, String> {
    let mut found = vec![directory.to_path_buf()];
    for name in pattern.split('/').filter(|name| !name.is_empty()) {
        if is_pattern(name) {
            let wildcard = Wildcard::new(name)?;
            found = found.iter().flat_map(|dir| matching(dir, &wildcard)).collect();
        } else {
            found.iter_mut().for_each(|path| path.push(name));
        }
    }
    found.retain(|path| path.symlink_metadata().is_ok());
    found.sort_unstable();
    Ok(found)
}

fn matching(dir: &Path, wildcard: &Wildcard) -> Vec<PathBuf> {
    let listed = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    let entries = std::fs::read_dir(listed).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.file_name())
        .filter(|name| wildcard.matches(name))
        .map(|name| dir.join(name))
        .collect()
}

#[cfg(test)]
mod tests;
