//! What became of the lines of a source.

use crate::wire::{SourceRead, Time};

/// Counts of one source. `lines` = first lines of `records` + `continued` + `rejected` + `blank`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ParseStats {
    /// Lines.
    pub lines: u64,
    /// Bytes, line ends included.
    pub bytes: u64,
    /// Records.
    pub records: u64,
    /// Lines that continue a record.
    pub continued: u64,
    /// Blank lines that continue none.
    pub blank: u64,
    /// Records whose time is that of the record before them.
    pub inferred: u64,
    /// Records with no time at all.
    pub undated: u64,
    /// Records whose stamp names no year.
    pub yearless: u64,
    /// Records dated after the limit.
    pub future: u64,
    /// Lines that are not what the format says.
    pub rejected: u64,
    /// First event time.
    pub from: Option<Time>,
    /// Last event time.
    pub to: Option<Time>,
}

impl ParseStats {
    /// Writes the counts into a run record's row of the source.
    pub fn fill(&self, read: &mut SourceRead) {
        read.lines = self.lines;
        read.bytes = self.bytes;
        read.records = self.records;
        read.continued = self.continued;
        read.inferred = self.inferred;
        read.undated = self.undated;
        read.future = self.future;
        read.rejected = self.rejected;
        read.from = self.from;
        read.to = self.to;
    }
}
