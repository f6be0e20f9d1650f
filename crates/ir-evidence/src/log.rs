//! Which part of a log is wanted: whole records, without a gap, found in one reading.

use std::io::{self, Read};

use ir_cli::{LineReader, Piece};
use ir_core::logs::{Parser, Record};
use ir_core::wire::Time;
use ir_store::bundle::Part;

use crate::tee::interrupted;
use crate::window::Window;

/// Of a line over the limit the parser sees this much.
const SEEN: usize = 64 << 10;

/// Reads a log to its end and hands its records to `each`: how many lines were over the limit of `max_line` bytes.
pub(crate) fn scan(
    reader: &mut dyn Read,
    parser: &mut Parser,
    max_line: usize,
    each: &mut dyn FnMut(&Record<'_>),
) -> io::Result<u64> {
    let mut lines = LineReader::new(reader, max_line);
    let mut overlong = 0;
    // A line over the limit: its beginning, its size so far.
    let mut long: (Vec<u8>, u64) = Default::default();
    loop {
        match lines.next()? {
            Piece::Line(line) => parser.push(line, each),
            Piece::Torn(line) => parser.push_part(line, line.len() as u64, each),
            Piece::Head(head) => {
                overlong += 1;
                long = (head[..head.len().min(SEEN)].to_vec(), head.len() as u64);
            }
            Piece::Rest { bytes, last } => {
                long.1 += bytes.len() as u64;
                if last {
                    let (head, size) = std::mem::take(&mut long);
                    parser.push_part(&head, size + u64::from(!lines.torn()), each);
                }
            }
            Piece::Idle | Piece::Quiet | Piece::End if ir_cli::interrupted() => {
                return Err(interrupted());
            }
            Piece::Idle | Piece::Quiet => {}
            Piece::End => break,
        }
    }
    parser.finish(each);
    Ok(overlong)
}

/// A boundary between two records, and what lies between the first wanted record and it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    offset: u64,
    line: u64,
    records: u64,
    from: Option<Time>,
    to: Option<Time>,
}

/// Finds the part of a log that lies in the window: from the first record in it up to the record, later than the window, behind
/// which nothing of the window follows. Logs are not always in order, and clocks are set back: what stands in between belongs
/// to the part, whatever its time.
#[derive(Debug)]
pub(crate) struct Cut {
    window: Window,
    limit: u64,
    /// Some record has a time.
    pub(crate) dated: bool,
    first: Option<Mark>,
    /// Behind the newest record.
    here: Mark,
    /// Before the first later record that follows the last one in the window.
    end: Option<Mark>,
    /// Behind the last record that the limit leaves room for.
    fits: Option<Mark>,
}

/// A part, its size in bytes, and whether it ends early because of the limit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) part: Part,
    pub(crate) bytes: u64,
    pub(crate) limited: bool,
}

impl Cut {
    /// At most `limit` bytes are wanted.
    pub(crate) fn new(window: Window, limit: u64) -> Self {
        let start = Mark { offset: 0, line: 1, records: 0, from: None, to: None };
        Self { window, limit, dated: false, first: None, here: start, end: None, fits: None }
    }

    /// Takes the next record in.
    pub(crate) fn see(&mut self, record: &Record<'_>) {
        let time = record.stamp.time();
        self.dated |= time.is_some();
        let start = Mark { offset: record.offset, line: record.line, ..self.here };
        match time {
            Some(time) if self.window.contains(time) => {
                self.first.get_or_insert(Mark { records: 0, from: None, to: None, ..start });
                self.end = None;
            }
            Some(time) if self.first.is_some() && self.window.to.is_some_and(|to| time > to) => {
                self.end.get_or_insert(start);
            }
            _ => {}
        }
        let Some(first) = self.first else { return };
        self.here = Mark {
            offset: record.offset + record.bytes,
            line: record.line + u64::from(record.lines),
            records: self.here.records + 1,
            from: time
                .map_or(self.here.from, |t| Some(self.here.from.map_or(t, |from| from.min(t)))),
            to: time.map_or(self.here.to, |t| Some(self.here.to.map_or(t, |to| to.max(t)))),
        };
        if self.end.is_none() && self.here.offset - first.offset <= self.limit {
            self.fits = Some(self.here);
        }
    }

    /// The part, after the whole log of `bytes` bytes and `lines` lines was seen; none if no record lies in the window. The part is
    /// empty if not even its first record fits into the limit.
    pub(crate) fn found(&self, bytes: u64, lines: u64) -> Option<Found> {
        let first = self.first?;
        let end = self.end.unwrap_or(Mark { offset: bytes, line: lines + 1, ..self.here });
        let limited = end.offset - first.offset > self.limit;
        let end = if limited { self.fits.unwrap_or(first) } else { end };
        let part = Part {
            offset: first.offset,
            first_line: first.line,
            lines: end.line - first.line,
            records: end.records,
            from: end.from,
            to: end.to,
        };
        Some(Found { part, bytes: end.offset - first.offset, limited })
    }
}

#[cfg(test)]
mod tests;
