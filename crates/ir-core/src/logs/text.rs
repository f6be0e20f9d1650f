//! Text records after a profile's regular expressions.

use regex::bytes::{CaptureLocations, Regex};

use super::level;
use super::line::{Head, Span};
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
    ts: Option<usize>,
    /// None: the message is what follows the match.
    msg: Option<usize>,
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
        let whole = pattern::compile(&format.first)
            .map_err(|e| FormatError::new("first", e.column, e.reason))?;
        for needed in ["ts", "msg"] {
            group(&whole, needed).ok_or_else(|| {
                FormatError::new("first", None, format!("it has no group (?P<{needed}>…)"))
            })?;
        }
        let first = before_message(&format.first).unwrap_or(whole);
        let groups = Groups {
            ts: group(&first, "ts"),
            msg: group(&first, "msg"),
            level: group(&first, "level"),
            component: group(&first, "component"),
            host: group(&first, "host"),
        };
        let tail = format.tail.as_ref().map(|tail| {
            let regex =
                pattern::compile(tail).map_err(|e| FormatError::new("tail", e.column, e.reason))?;
            Ok(Tail { file: group(&regex, "file"), places: regex.capture_locations(), regex })
        });
        Ok(Self {
            groups,
            places: first.capture_locations(),
            tail: tail.transpose()?,
            stamp: StampFormat::new(&format.ts)
                .map_err(|reason| FormatError::new("ts", None, reason))?,
            levels: format
                .levels
                .iter()
                .map(|(word, level)| (word.clone().into_bytes(), *level))
                .collect(),
            first,
        })
    }

    /// The parts of a line that begins a record: `first` matches it and its stamp is one.
    pub(super) fn first(&mut self, line: &[u8]) -> Option<Head> {
        let end = self.first.captures_read(&mut self.places, line)?.end();
        let span = |index: usize| self.places.get(index).map(|(from, to)| Span::new(from, to));
        let said = self.stamp.read(&line[span(self.groups.ts?)?.range()])?;
        let level =
            self.groups.level.and_then(span).and_then(|s| self.level(line[s.range()].trim_ascii()));
        Some(Head {
            said: Some(said),
            level,
            host: self.groups.host.and_then(span),
            program: self.groups.component.and_then(span),
            message: match self.groups.msg {
                Some(msg) => span(msg).unwrap_or_default(),
                None => Span::new(end, line.len()),
            },
        })
    }

    fn level(&self, word: &[u8]) -> Option<Level> {
        self.levels
            .iter()
            .find(|(own, _)| own == word)
            .map(|(_, level)| *level)
            .or_else(|| level::word(word))
    }

    /// Where the tail of `text` begins, and the source file in it.
    pub(super) fn tail(&mut self, text: &[u8]) -> Option<(usize, Option<Span>)> {
        let tail = self.tail.as_mut()?;
        let found = tail.regex.captures_read(&mut tail.places, text)?;
        Some((
            found.start(),
            tail.file.and_then(|f| tail.places.get(f)).map(|(from, to)| Span::new(from, to)),
        ))
    }
}

fn group(regex: &Regex, name: &str) -> Option<usize> {
    regex.capture_names().position(|n| n == Some(name))
}

/// The expression without a message at its end that takes all of the rest whatever it is: most lines are message for the
/// greater part, and walking through it finds nothing.
fn before_message(pattern: &str) -> Option<Regex> {
    let before = [r"(?P<msg>.*)$", r"(?<msg>.*)$"]
        .iter()
        .find_map(|message| pattern.strip_suffix(message))?;
    let plain =
        before.match_indices("(?").all(|(at, _)| before[at + 2..].starts_with(['P', '<', ':']));
    let first = pattern::compile(before).ok()?;
    (before.starts_with('^')
        && plain
        && pattern::is_one_alternative(before)
        && group(&first, "msg").is_none())
    .then_some(first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn format(first: &str) -> TextFormat {
        TextFormat { first: first.into(), tail: None, ts: "%s".into(), levels: Default::default() }
    }

    #[test]
    fn only_a_message_that_is_all_of_the_rest_is_left_out() {
        for first in [r"^(?P<ts>\d+) (?P<msg>.*)$", r"^(?P<ts>\d+)(?: (?P<host>\S+))? (?<msg>.*)$"]
        {
            assert!(before_message(first).is_some(), "{first}");
        }
        for first in [
            r"^(?P<ts>\d+) (?P<msg>.+)$",
            r"^x|(?P<ts>\d+) (?P<msg>.*)$",
            r"(?P<ts>\d+) (?P<msg>.*)$",
            r"(?u)^(?P<ts>\d+) (?P<msg>.*)$",
            r"^(?P<ts>\d+)(?u) (?P<msg>.*)$",
        ] {
            assert!(before_message(first).is_none(), "{first}");
        }
    }

    proptest! {
        /// Against the whole expression.
        #[test]
        fn leaving_the_message_out_changes_nothing(line in prop::collection::vec(prop::sample::select(b"12 -ab\xff".to_vec()), 0..20)) {
            for first in [r"^(?P<ts>\d+) (?P<msg>.*)$", r"^(?P<ts>\d+) *(?P<level>[a-z]*?) ?-?(?P<msg>.*)$", r"^(?:(?P<host>a+)|b)? (?P<ts>\d)(?P<msg>.*)$"] {
                let mut text = Text::new(&format(first)).unwrap();
                let whole = pattern::compile(first).unwrap();
                let got = text.first(&line).map(|head| (head.level, head.host.map(Span::range), head.message.range()));
                let want = whole.captures(&line).map(|c| {
                    let level = c.name("level").and_then(|l| level::word(l.as_bytes()));
                    (level, c.name("host").map(|h| h.range()), c.name("msg").unwrap().range())
                });
                prop_assert_eq!(got, want);
            }
        }
    }
}
