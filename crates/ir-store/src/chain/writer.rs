//! Writing a chain to a file.

use std::fs::File;
use std::io::{self, Write};

use serde::Serialize;

use super::Tip;
use crate::{Hash, Hasher};

/// Appends links to a file, one write a line.
#[derive(Debug)]
pub struct ChainWriter {
    file: File,
    tip: Tip,
    whole: Hasher,
}

impl ChainWriter {
    /// A new chain in an empty file.
    pub fn new(file: File) -> Self {
        Self { file, tip: Tip::START, whole: Hasher::default() }
    }

    /// Appends a link. It is durable after [`ChainWriter::sync`].
    ///
    /// # Errors
    /// If it cannot be written; the file may then end in a part of the line, and the chain must not be gone on with.
    pub fn append<T: Serialize>(&mut self, body: &T) -> io::Result<()> {
        let line = self.tip.link(body)?;
        self.whole.update(&line);
        self.file.write_all(&line)
    }

    /// Waits until all links so far are on the disk.
    ///
    /// # Errors
    /// If the disk does not take them.
    pub fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Where the chain stands.
    pub fn tip(&self) -> Tip {
        self.tip
    }

    /// SHA-256 of the file so far.
    pub fn digest(&self) -> Hash {
        self.whole.clone().finish()
    }
}
