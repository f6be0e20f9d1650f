//! Text records after a profile's regular expressions.

use regex::bytes::{CaptureLocations, Regex};

use super::line::{Head, Span};
use super::level;
use super::pattern::{self, FormatError};
use super::stamp::StampFormat;
use crate::docs::{Level, TextFormat};

/// A compiled [`TextFormat`].
#[derive(Clone, Debug)]
pub(super) struct Text {
    first: Regex,
    groups: Groups,
    places: CaptureLocations,
    tail: Option<Tail>,
    stamp: StampFormat,
    levels: Vec<(Vec<u8>, Level)>,
}

#[derive(Clone, Debug)]
struct Groups {
    ts: usize,
    msg: usize,
    level: Option<usize>,
    component: Option<usize>,
    host: Option<usize>,
}

#[derive(Clone, Debug)]
struct Tail {
    regex: Regex,
    file: Option<usize>,
    places: CaptureLocations,
}

impl Text {
    pub(super) fn new(format: &TextFormat) -> Result<Self, FormatError> {
        let first = pattern::compile(&format.first).map_err(|e| FormatError::new("first", e.column, e.reason))?;
        let group = |regex: &Regex, name: &str| regex.capture_names().position(|n| n == Some(name));
        let needed = |name: &str| {
            group(&first, name).ok_or_else(|| FormatError::new("first", None, format!("it has no group (?P<{name}>…)")))
        };
        let groups = Groups {
            ts: needed("ts")?,
            msg: needed("msg")?,
            level: group(&first, "level"),
            component: group(&first, "component"),
            host: group(&first, "host"),
        };
        let tail = format.tail.as_ref().map(|tail| {
            let regex = pattern::compile(tail).map_err(|e| FormatError::new("tail", e.column, e.reason))?;
            Ok(Tail { file: group(&regex, "file"), places: regex.capture_locations(), regex })
        });
        Ok(Self {
            groups,
            places: first.capture_locations(),
            tail: tail.transpose()?,
            stamp: StampFormat::new(&format.ts).map_err(|reason| FormatError::new("ts", None, reason))?,
            levels: format.levels.iter().map(|(word, level)| (word.clone().into_bytes(), *level)).collect(),
            first,
        })
    }

    /// The parts of a line that begins a record: `first` matches it and its stamp is one.
    pub(super) fn first(&mut self, line: &[u8]) -> Option<Head> {
        self.first.captures_read(&mut self.places, line)?;
        let span = |index: usize| self.places.get(index).map(|(from, to)| Span::new(from, to));
        let said = self.stamp.read(&line[span(self.groups.ts)?.range()])?;
        let level = self.groups.level.and_then(span).and_then(|s| self.level(line[s.range()].trim_ascii()));
        Some(Head {
            said: Some(said),
            level,
            host: self.groups.host.and_then(span),
            program: self.groups.component.and_then(span),
            message: span(self.groups.msg).unwrap_or_default(),
        })
    }

    fn level(&self, word: &[u8]) -> Option<Level> {
        self.levels.iter().find(|(own, _)| own == word).map(|(_, level)| *level).or_else(|| level::word(word))
    }

    /// Where the tail of `text` begins, and the source file in it.
    pub(super) fn tail(&mut self, text: &[u8]) -> Option<(usize, Option<Span>)> {
        let tail = self.tail.as_mut()?;
        let found = tail.regex.captures_read(&mut tail.places, text)?;
        Some((found.start(), tail.file.and_then(|f| tail.places.get(f)).map(|(from, to)| Span::new(from, to))))
    }
}
