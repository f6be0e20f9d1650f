//! The records of a file as a stream of bytes, as if they came through a pipe.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use super::entry::{MAX_STORED, unstored};

/// Reads a file's whole lines, each without what the store added to it. A line that does not end as stored lines do comes
/// out as it is.
#[derive(Debug)]
pub struct WireReader {
    lines: BufReader<io::Take<File>>,
    line: Vec<u8>,
    given: usize,
    /// What is read next goes on with a line that is longer than lines may be.
    within: bool,
}

impl WireReader {
    /// Of the first `bytes` of a file at its start: whole lines.
    pub(super) fn new(file: File, bytes: u64) -> Self {
        Self { lines: BufReader::new(file.take(bytes)), line: Vec::new(), given: 0, within: false }
    }
}

impl Read for WireReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.given == self.line.len() {
            (self.given, self.line) = (0, std::mem::take(&mut self.line));
            self.line.clear();
            let mut limited = self.lines.by_ref().take(MAX_STORED as u64);
            limited.read_until(b'\n', &mut self.line)?;
            let text = self.line.strip_suffix(b"\n").filter(|_| !self.within);
            self.within = !self.line.ends_with(b"\n");
            if let Some((wire, _)) = text.and_then(unstored) {
                self.line = wire;
                self.line.push(b'\n');
            }
        }
        let rest = &self.line[self.given..];
        let n = rest.len().min(into.len());
        into[..n].copy_from_slice(&rest[..n]);
        self.given += n;
        Ok(n)
    }
}
