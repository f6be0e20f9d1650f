//! Checking a chain, and naming the first line that is not as it was written.

use std::fmt;
use std::io::{self, BufRead, Read};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Link, MAX_LINE, Tip};
use crate::{Hash, Hasher};

/// The first line of a chain that is not as it was written. Its text stands after `FILE:`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {fault}")]
pub struct Broken {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a line of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No line feed ends it.
    Cut,
    /// It is longer than a line may be.
    TooLong,
    /// It is no link: the parser's word for it.
    NotALink(String),
    /// Another number stands there: lines are missing, repeated or out of order.
    Sequence(u64),
    /// It has not the digest that the line after it carries.
    Digest,
    /// It does not carry the digest of the line before it.
    Previous,
    /// Either it has been changed, or the digest of it that the line after it carries.
    ThisOrNext,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cut => f.write_str("it is cut off: no line feed ends it"),
            Self::TooLong => write!(f, "it is longer than {MAX_LINE} bytes"),
            Self::NotALink(why) => write!(f, "it is no link of the chain: {why}"),
            Self::Sequence(seq) => {
                write!(f, "link {seq} stands here: lines are missing, repeated or out of order")
            }
            Self::Digest => {
                f.write_str("it was changed: it has not the digest that the next line carries")
            }
            Self::Previous => {
                f.write_str("it was changed: it does not carry the digest of the line before it")
            }
            Self::ThisOrNext => f.write_str(
                "it or the next line was changed: the digest that the next line carries is another",
            ),
        }
    }
}

/// Checks a chain line by line.
///
/// Where a line does not carry the digest of the line before it, either of the two may have been changed. The line after them
/// decides, so that fault is told one line late.
#[derive(Clone, Debug)]
pub struct Verifier {
    tip: Tip,
    /// The newest line does not carry the digest of the line before it.
    doubt: bool,
}

impl Default for Verifier {
    fn default() -> Self {
        Self { tip: Tip::START, doubt: false }
    }
}

impl Verifier {
    /// Takes the next line in, with its line feed.
    ///
    /// # Errors
    /// The first fault. There is no going on after it.
    pub fn line<'a, T: Deserialize<'a>>(&mut self, line: &'a [u8]) -> Result<Link<T>, Broken> {
        let number = self.tip.links + 1;
        let read = read_link::<T>(line, number);
        if self.doubt {
            let vouched = read.as_ref().is_ok_and(|link| link.prev == self.tip.hash);
            let blind = read.is_err();
            return Err(match () {
                () if vouched => Broken { line: number - 2, fault: Fault::Digest },
                () if blind => Broken { line: number - 2, fault: Fault::ThisOrNext },
                () => Broken { line: number - 1, fault: Fault::Previous },
            });
        }
        let link = read.map_err(|fault| Broken { line: number, fault })?;
        if link.prev != self.tip.hash {
            if number == 1 {
                return Err(Broken { line: 1, fault: Fault::Previous });
            }
            self.doubt = true;
        }
        self.tip = Tip { links: number, hash: Hash::of(line) };
        Ok(link)
    }

    /// No further line follows.
    ///
    /// # Errors
    /// A fault of the last two lines that was not told yet.
    pub fn end(self) -> Result<Tip, Broken> {
        if self.doubt {
            return Err(Broken { line: self.tip.links - 1, fault: Fault::ThisOrNext });
        }
        Ok(self.tip)
    }
}

fn read_link<'a, T: Deserialize<'a>>(line: &'a [u8], number: u64) -> Result<Link<T>, Fault> {
    let text = line.strip_suffix(b"\n").ok_or(Fault::Cut)?;
    if line.len() > MAX_LINE {
        return Err(Fault::TooLong);
    }
    let link: Link<T> = serde_json::from_slice(text).map_err(|e| Fault::NotALink(e.to_string()))?;
    if link.seq == number { Ok(link) } else { Err(Fault::Sequence(link.seq)) }
}

/// Why a chain could not be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// The system refused.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A line is not as it was written.
    #[error("{0}")]
    Broken(#[from] Broken),
}

/// Reads a whole chain, handing each link to `each`: its end, and the SHA-256 of the whole file.
///
/// A link is handed over before the lines after it have vouched for it: trust none until this returns.
///
/// # Errors
/// The first fault, or that of the reader. A line over [`MAX_LINE`] is not read further.
pub fn read_chain<T: DeserializeOwned>(
    mut reader: impl BufRead,
    each: &mut dyn FnMut(Link<T>),
) -> Result<(Tip, Hash), ChainError> {
    let mut verifier = Verifier::default();
    let mut whole = Hasher::default();
    let mut line = Vec::new();
    loop {
        line.clear();
        reader.by_ref().take(MAX_LINE as u64 + 1).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok((verifier.end()?, whole.finish()));
        }
        whole.update(&line);
        if line.len() > MAX_LINE && !line.ends_with(b"\n") {
            // Told as too long, not as cut off: the rest is there, unread.
            line.push(b'\n');
        }
        each(verifier.line(&line)?);
    }
}
