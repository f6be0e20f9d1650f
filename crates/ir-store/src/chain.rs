//! A hash chain over lines: one JSON object a line, each carrying the digest of the line before it.
//!
//! `prev` is the SHA-256 of the previous line's exact bytes, its line feed included, so the chain can be checked by hand:
//! `sed -n 3p FILE | sha256sum` is what line 4 carries. `seq` is the line's number, from 1.
//!
//! A chain shows that something was changed, cut out, put in or moved, and where. It cannot show that its own end is missing or
//! was rewritten: for that, keep [`Tip::hash`] or the digest of the whole file elsewhere.

mod verify;
mod writer;

use serde::{Deserialize, Serialize};

use crate::Hash;

pub use verify::{Broken, ChainError, Fault, Verifier, read_chain};
pub use writer::ChainWriter;

/// Longest line of a chain, line feed included, in bytes.
pub const MAX_LINE: usize = 1 << 20;

/// One line of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link<T> {
    /// The line's number, from 1.
    pub seq: u64,
    /// SHA-256 of the line before, line feed included; [`Hash::GENESIS`] in the first line.
    pub prev: Hash,
    /// What the line says.
    pub body: T,
}

/// The end of a chain: all that is needed to go on with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
    /// Links so far.
    pub links: u64,
    /// SHA-256 of the last line, line feed included.
    pub hash: Hash,
}

impl Tip {
    /// Of a chain without links.
    pub const START: Self = Self { links: 0, hash: Hash::GENESIS };

    /// The next line, with its line feed. The tip moves on to it.
    ///
    /// # Errors
    /// If `body` is no JSON (a map with keys that are no texts), or the line would be longer than [`MAX_LINE`].
    pub fn link<T: Serialize>(&mut self, body: &T) -> serde_json::Result<Vec<u8>> {
        let mut line = serde_json::to_vec(&Link { seq: self.links + 1, prev: self.hash, body })?;
        line.push(b'\n');
        if line.len() > MAX_LINE {
            let too_long = format!("a line of {} bytes is longer than {MAX_LINE}", line.len());
            return Err(serde::ser::Error::custom(too_long));
        }
        *self = Self { links: self.links + 1, hash: Hash::of(&line) };
        Ok(line)
    }
}

#[cfg(test)]
mod tests;
