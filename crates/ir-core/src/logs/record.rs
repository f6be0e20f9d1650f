//! One log record.

use crate::docs::Level;
use crate::wire::Time;

/// When a record was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// It says so itself (zone and year resolved).
    At(Time),
    /// It does not say; the record before it in the same source was written then.
    Inferred(Time),
    /// Nothing is known.
    None,
}

impl Stamp {
    /// The time, said or inferred.
    pub fn time(self) -> Option<Time> {
        match self {
            Self::At(t) | Self::Inferred(t) => Some(t),
            Self::None => None,
        }
    }
}

/// A log record, borrowed from the parser's buffer: its first line and those that continue it.
#[derive(Clone, Debug)]
pub struct Record<'a> {
    /// Number of its first line in the source, from 1.
    pub line: u64,
    /// Offset of its first byte, in bytes of the decompressed source.
    pub offset: u64,
    /// How many lines it has, at least 1.
    pub lines: u32,
    /// Its length in bytes, line feeds included.
    pub bytes: u64,
    /// When it was written.
    pub stamp: Stamp,
    /// Its level, where it has one.
    pub level: Option<Level>,
    /// The source file that wrote it (from the tail), e.g. `executor.py`.
    pub file: Option<&'a str>,
    /// The program, unit or component that the line itself names.
    pub program: Option<&'a str>,
    /// The host that the line itself names.
    pub host: Option<&'a str>,
    /// Its type (JSON sources).
    pub kind: Option<&'a str>,
    /// Its session (JSON sources).
    pub session: Option<&'a str>,
    /// The message's first line, without stamp, level, tail and padding. Any bytes.
    pub message: &'a [u8],
    /// Its further lines, joined by line feeds; empty if there are none.
    pub rest: &'a [u8],
    /// A metric sample instead of text: name, value, unit, labels (JSON sources).
    pub sample: Option<Sample<'a>>,
}

#[cfg(test)]
impl<'a> Record<'a> {
    /// A record that says its message and nothing else.
    pub(crate) fn bare(message: &'a [u8]) -> Self {
        Self {
            line: 1,
            offset: 0,
            lines: 1,
            bytes: message.len() as u64,
            stamp: Stamp::None,
            level: None,
            file: None,
            program: None,
            host: None,
            kind: None,
            session: None,
            message,
            rest: b"",
            sample: None,
        }
    }
}

/// A metric sample or a bare named event in a JSON line: `{"time":…,"metric":"cpu_usage","value":95,"unit":"percent","labels":{…}}`
/// or `{"time":…,"event":"authentication_failures","labels":{…}}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample<'a> {
    /// The metric's or event's name.
    pub name: &'a str,
    /// The value; none for an event without one.
    pub value: Option<f64>,
    /// Unit, where the line gives one.
    pub unit: Option<&'a str>,
    /// Labels, sorted by name.
    pub labels: Vec<(&'a str, &'a str)>,
}
