//! `--keep-bad FILE`: rejected lines, whole.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;

use crate::{Exit, Fail};

/// Where rejected lines go; nowhere without `--keep-bad`.
#[derive(Debug, Default)]
pub struct KeepBad {
    file: Option<BufWriter<File>>,
}

impl KeepBad {
    pub(crate) fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let file = path
            .map(|p| File::create(p).with_context(|| format!("--keep-bad {}", p.display())))
            .transpose();
        Ok(Self { file: file.or_exit(Exit::Io)?.map(BufWriter::new) })
    }

    /// A part of a rejected line, or all of it with its line feed.
    ///
    /// # Errors
    /// If it cannot be written, exit code 5.
    pub fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        match &mut self.file {
            Some(file) => file.write_all(bytes).context("--keep-bad").or_exit(Exit::Io),
            None => Ok(()),
        }
    }

    pub(crate) fn flush(&mut self) -> anyhow::Result<()> {
        match &mut self.file {
            Some(file) => file.flush().context("--keep-bad").or_exit(Exit::Io),
            None => Ok(()),
        }
    }
}
