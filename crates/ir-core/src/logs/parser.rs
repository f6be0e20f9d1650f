//! Lines to records.

use std::borrow::Cow;

use super::auto::{Auto, Seen};
use super::clock::{Clock, Said};
use super::json::{JsonLine, Pointers};
use super::line::Head;
use super::pattern::FormatError;
use super::pending::{Pending, Place};
use super::text::Text;
use super::{ParseStats, Record, Sample, Stamp, Zone};
use crate::docs::LogFormat;
use crate::wire::Time;

/// What the parser cannot know by itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct ParseOptions {
    /// The source's zone holds even where a stamp names one.
    pub ignore_zone: bool,
    /// The input was written until about then. Stamps without a year are of the latest year that puts them at most a day after
    /// it; without it they are no stamps.
    pub reference: Option<Time>,
    /// A later stamp is an error of the clock that wrote it, and no stamp.
    pub limit: Option<Time>,
}

impl ParseOptions {
    /// How far a stamp may be ahead of the time of the analysis, seconds.
    const TOLERANCE_S: f64 = 300.0;

    /// The [`ParseOptions::limit`] of an analysis whose time somebody named. Recorded input may be of any day; only then is a
    /// later stamp an error of a clock.
    pub fn limit_at(now: Option<Time>) -> Option<Time> {
        now.map(|now| now.plus_seconds(Self::TOLERANCE_S))
    }
}

/// Makes records of the lines of one source, in order, in memory that does not grow with the source.
///
/// - Text: a line begins a record if `first` matches it and its stamp is one; other lines continue the record before. Where there
///   is none before, they are rejected. The tail is cut off the record's last line.
/// - JSON: each line is a record; what is no JSON object is rejected.
/// - Auto: nothing is rejected; what is not recognised is a record without stamp, or continues the one before.
///
/// A record is handed out when the next one begins, or by [`Parser::flush`] or [`Parser::finish`].
#[derive(Clone, Debug)]
pub struct Parser {
    format: Format,
    clock: Clock,
    limit: Option<Time>,
    stats: ParseStats,
    /// When the record before was written.
    before: Option<Time>,
    pending: Pending,
}

#[derive(Clone, Debug)]
enum Format {
    Auto(Auto),
    Text(Box<Text>),
    Json(Pointers),
}

impl Parser {
    /// A parser for a source of that format, whose stamps are of `zone`.
    ///
    /// # Errors
    /// If the format has an expression, pointer or strptime format that cannot be used; the error names it.
    pub fn new(format: &LogFormat, zone: Zone, options: ParseOptions) -> Result<Self, FormatError> {
        let format = match format {
            LogFormat::Auto => Format::Auto(Auto::default()),
            LogFormat::Text(text) => Format::Text(Box::new(Text::new(text)?)),
            LogFormat::Json(json) => Format::Json(Pointers::new(json)?),
        };
        let clock = Clock { zone, ignore_zone: options.ignore_zone, reference: options.reference };
        let stats = ParseStats::default();
        Ok(Self {
            format,
            clock,
            limit: options.limit,
            stats,
            before: None,
            pending: Pending::new(),
        })
    }

    /// Takes a line, without its line feed.
    pub fn push(&mut self, line: &[u8], emit: &mut dyn FnMut(&Record<'_>)) {
        self.push_part(line, line.len() as u64 + 1, emit);
    }

    /// Takes a line of which only the beginning is at hand, or that no line feed ends: `bytes` is its size in the source,
    /// a line feed included.
    pub fn push_part(&mut self, line: &[u8], bytes: u64, emit: &mut dyn FnMut(&Record<'_>)) {
        let place = Place { line: self.stats.lines + 1, offset: self.stats.bytes, bytes };
        self.stats.lines += 1;
        self.stats.bytes += bytes;
        let mut line = line.strip_suffix(b"\r").unwrap_or(line);
        if place.line == 1 {
            line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        }
        match &mut self.format {
            Format::Text(text) => match text.first(line) {
                Some(head) => self.begin(line, head, place, emit),
                None => self.continue_with(line, bytes),
            },
            Format::Json(pointers) => {
                let text = String::from_utf8_lossy(line);
                match pointers.read(&text) {
                    Some(json) => self.whole(&json, place, emit),
                    None => self.reject(line),
                }
            }
            Format::Auto(auto) => {
                let text = (line.first() == Some(&b'{')).then(|| String::from_utf8_lossy(line));
                match auto.see(line, text.as_ref().map(Cow::as_ref), &self.pending) {
                    Seen::Json(json) => self.whole(&json, place, emit),
                    Seen::First(head) => self.begin(line, head, place, emit),
                    Seen::More => self.continue_with(line, bytes),
                    Seen::Blank => self.stats.blank += 1,
                }
            }
        }
    }

    /// Hands out the record that may still be continued: after a pause nobody wants to wait for what follows. Lines that
    /// continue it after all are counted, and lost to it.
    pub fn flush(&mut self, emit: &mut dyn FnMut(&Record<'_>)) {
        let text = match &mut self.format {
            Format::Text(text) => Some(&mut **text),
            _ => None,
        };
        self.pending.emit(text, emit);
    }

    /// Hands out the last record. Further lines would begin anew.
    pub fn finish(&mut self, emit: &mut dyn FnMut(&Record<'_>)) {
        self.flush(emit);
        self.pending.open = false;
    }

    /// The counts so far.
    pub fn stats(&self) -> &ParseStats {
        &self.stats
    }

    /// The zone of stamps that name none.
    pub fn zone(&self) -> &Zone {
        &self.clock.zone
    }

    /// `text` or `json` where that was declared; else what most lines were recognised as: `json`, `rfc5424`, `rfc3164`, `iso_text`,
    /// `epoch_text`, `bare_text`, or `none`.
    pub fn format(&self) -> &'static str {
        match &self.format {
            Format::Auto(auto) => auto.format(),
            Format::Text(_) => "text",
            Format::Json(_) => "json",
        }
    }

    fn begin(&mut self, line: &[u8], head: Head, place: Place, emit: &mut dyn FnMut(&Record<'_>)) {
        self.flush(emit);
        let stamp = self.stamp(head.said);
        self.pending.begin(line, head, stamp, place);
    }

    fn continue_with(&mut self, line: &[u8], bytes: u64) {
        if !self.pending.open {
            return self.reject(line);
        }
        self.stats.continued += 1;
        self.pending.add(line, bytes);
    }

    fn reject(&mut self, line: &[u8]) {
        if line.iter().all(u8::is_ascii_whitespace) {
            self.stats.blank += 1;
        } else {
            self.stats.rejected += 1;
        }
    }

    /// A record of a single line, handed out at once.
    fn whole(&mut self, json: &JsonLine<'_>, place: Place, emit: &mut dyn FnMut(&Record<'_>)) {
        self.finish(emit);
        let sample = json.sample.as_ref().map(|sample| Sample {
            name: &sample.name,
            value: sample.value,
            unit: sample.unit.as_deref(),
            labels: sample.labels.iter().map(|(name, value)| (&**name, &**value)).collect(),
        });
        let first = memchr::memchr(b'\n', &json.message).unwrap_or(json.message.len());
        emit(&Record {
            line: place.line,
            offset: place.offset,
            lines: 1,
            bytes: place.bytes,
            stamp: self.stamp(json.said),
            level: json.level,
            file: None,
            program: json.program.as_deref(),
            host: json.host.as_deref(),
            kind: json.kind.as_deref(),
            session: json.session.as_deref(),
            message: json.message[..first].trim_ascii_end(),
            rest: json.message.get(first + 1..).unwrap_or_default().trim_ascii_end(),
            sample,
        });
    }

    /// The stamp of a new record, counted.
    fn stamp(&mut self, said: Option<Said>) -> Stamp {
        let stats = &mut self.stats;
        stats.records += 1;
        stats.yearless += u64::from(matches!(said, Some(Said::Yearless { .. })));
        let stamp = match (said, said.and_then(|said| self.clock.time(said)), self.before) {
            (_, Some(at), _) if self.limit.is_some_and(|limit| at > limit) => {
                stats.future += 1;
                Stamp::None
            }
            (_, Some(at), _) => {
                stats.from = Some(stats.from.map_or(at, |from| from.min(at)));
                stats.to = Some(stats.to.map_or(at, |to| to.max(at)));
                Stamp::At(at)
            }
            (None, None, Some(before)) => {
                stats.inferred += 1;
                Stamp::Inferred(before)
            }
            _ => {
                stats.undated += 1;
                Stamp::None
            }
        };
        self.before = stamp.time();
        stamp
    }
}

#[cfg(test)]
mod tests;
