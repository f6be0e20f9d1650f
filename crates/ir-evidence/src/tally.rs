//! What the run record says of the files that were looked at.

use std::collections::BTreeSet;

use ir_core::logs::{ParseStats, Parser};
use ir_core::wire::{ReadStatus, SourceRead};
use ir_store::bundle::{Item, Part, Reason, Role, Status};

use crate::reading::Reading;

/// Rows take at most about so many bytes in the run record; further ones are left out, the manifest has them all.
const MAX_BYTES: usize = 256 << 10;
/// What a row takes beside its texts, about.
const ROW: usize = 512;

/// What was seen of one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) stats: Option<ParseStats>,
    format: &'static str,
    zone: String,
    overlong: u64,
    row: Option<SourceRead>,
}

impl Tally {
    /// A log that was read record by record.
    pub(crate) fn read(parser: &Parser, reading: &Reading, overlong: u64) -> Self {
        let zone = reading.zone_said.clone();
        Self { stats: Some(*parser.stats()), format: parser.format(), zone, overlong, row: None }
    }

    /// A compressed log, taken unread.
    pub(crate) fn stored(how: &'static str) -> Self {
        Self { format: how, ..Self::default() }
    }

    /// The whole log as a part of itself.
    pub(crate) fn whole(&self) -> Option<Part> {
        let stats = self.stats.as_ref()?;
        Some(Part {
            offset: 0,
            first_line: 1,
            lines: stats.lines,
            records: stats.records,
            from: stats.from,
            to: stats.to,
        })
    }

    /// With what became of it; `bytes` of it were taken. Logs have a row, and whatever is lacking.
    pub(crate) fn of(mut self, item: &Item, bytes: u64) -> Self {
        if !item.lacks() && (item.role != Role::Log || item.reason == Some(Reason::Private)) {
            return self;
        }
        let status = match (item.status, item.reason) {
            (Status::Taken | Status::Changed, _) => ReadStatus::Read,
            (_, Some(Reason::Window | Reason::Outside)) => ReadStatus::Read,
            (_, Some(Reason::Missing | Reason::Absent)) => ReadStatus::Missing,
            (Status::Partial, _) => ReadStatus::Partial,
            _ => ReadStatus::Unreadable,
        };
        let mut row = SourceRead {
            head: item.original.as_ref().and_then(|o| o.head.clone()),
            format: if self.format.is_empty() { "bytes".into() } else { self.format.into() },
            zone: if self.zone.is_empty() { "none".into() } else { self.zone.clone() },
            private: item.private,
            bytes,
            overlong: self.overlong,
            ..SourceRead::unread(item.id.clone(), item.path.clone(), status, item.note.clone())
        };
        if let Some(stats) = &self.stats {
            stats.fill(&mut row);
        }
        self.row = Some(row);
        self
    }
}

/// The rows of all files: those that were seen more than once (by several incidents) once.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    rows: Vec<SourceRead>,
    known: BTreeSet<(String, Option<String>)>,
    bytes: usize,
    left_out: u64,
}

impl Rows {
    pub(crate) fn add(&mut self, tally: Tally) {
        let Some(row) = tally.row else { return };
        if !self.known.insert((row.id.clone(), row.path.clone())) {
            return;
        }
        let texts = [Some(&row.id), row.path.as_ref(), row.reason.as_ref()];
        // In JSON a byte may take six.
        let size = ROW + 6 * texts.into_iter().flatten().map(String::len).sum::<usize>();
        if self.bytes + size > MAX_BYTES {
            self.left_out += 1;
        } else {
            self.bytes += size;
            self.rows.push(row);
        }
    }

    /// The rows, and how many were left out.
    pub(crate) fn done(self) -> (Vec<SourceRead>, u64) {
        (self.rows, self.left_out)
    }
}
