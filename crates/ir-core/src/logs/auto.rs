//! Recognising lines of unknown format, one by one, with a memory of what the source had before.

use super::header::{bare_text, epoch_text, iso_text};
use super::json::{JsonLine, usual};
use super::line::Head;
use super::pending::Pending;
use super::syslog::{rfc3164, rfc5424};

/// What lines are recognised as; the names are those of [`super::Parser::format`].
const KINDS: [&str; 6] = ["json", "rfc5424", "rfc3164", "iso_text", "epoch_text", "bare_text"];
const BARE: usize = 5;

/// So many lines without stamp may continue a record with one; a longer run is taken for records of its own.
const RUN: u32 = 500;

/// The memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Auto {
    /// The last line that was recognised was text with a stamp: lines without one continue it.
    stamped: bool,
    trace: Trace,
    counts: [u64; KINDS.len()],
}

/// How far the record has a traceback, whose last line is not indented.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Trace {
    #[default]
    None,
    /// Frames follow.
    Frames,
    /// The exception has been named.
    Closed,
}

/// What a line is.
#[derive(Debug)]
pub(super) enum Seen<'a> {
    /// A record of its own.
    Json(JsonLine<'a>),
    /// The first line of a record.
    First(Head),
    /// It continues the record before it.
    More,
    /// Nothing at all.
    Blank,
}

impl Auto {
    /// `text`: the line, where it is a JSON object, with what is not UTF-8 replaced.
    pub(super) fn see<'a>(
        &mut self,
        line: &[u8],
        text: Option<&'a str>,
        pending: &Pending,
    ) -> Seen<'a> {
        if let Some(text) = text
            && let Some(json) = usual(text)
            && (json.said.is_some() || !self.stamped)
        {
            self.stamped = false;
            self.counts[0] += 1;
            return Seen::Json(json);
        }
        if let Some((kind, head)) = stamped(line) {
            self.stamped = true;
            return self.first(kind, head);
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            return if pending.open { Seen::More } else { Seen::Blank };
        }
        if pending.open && self.continues(line, pending) {
            return Seen::More;
        }
        self.stamped = false;
        let seen = self.first(BARE, bare_text(line));
        self.follow(line);
        seen
    }

    fn first<'a>(&mut self, kind: usize, head: Head) -> Seen<'a> {
        self.counts[kind] += 1;
        self.trace = Trace::None;
        Seen::First(head)
    }

    /// What most lines were.
    pub(super) fn format(&self) -> &'static str {
        let most = (0..KINDS.len()).rev().max_by_key(|&kind| self.counts[kind]);
        most.filter(|&kind| self.counts[kind] > 0).map_or("none", |kind| KINDS[kind])
    }

    fn continues(&mut self, line: &[u8], pending: &Pending) -> bool {
        let shape = line[0].is_ascii_whitespace()
            || self.trace == Trace::Frames
            || [
                &b"Caused by:"[..],
                b"at ",
                b"...",
                b"During handling of ",
                b"The above exception ",
            ]
            .iter()
            .any(|s| line.starts_with(s))
            || matches!(line, b"}" | b")" | b"]" | b"};" | b"})")
            || (line.starts_with(TRACEBACK) && self.trace == Trace::None);
        let run = self.stamped && !pending.is_cut() && pending.continued() < RUN;
        if shape || run {
            self.follow(line);
        }
        shape || run
    }

    fn follow(&mut self, line: &[u8]) {
        self.trace = if line.starts_with(TRACEBACK) {
            Trace::Frames
        } else if line.starts_with(b"During handling of ")
            || line.starts_with(b"The above exception ")
        {
            Trace::None
        } else if self.trace == Trace::Frames && !line[0].is_ascii_whitespace() {
            Trace::Closed
        } else {
            self.trace
        };
    }
}

const TRACEBACK: &[u8] = b"Traceback (most recent call last)";

/// The formats that begin with a stamp or a priority, told apart by the first byte.
fn stamped(line: &[u8]) -> Option<(usize, Head)> {
    match line.first()? {
        b'<' => rfc5424(line).map(|h| (1, h)).or_else(|| rfc3164(line).map(|h| (2, h))),
        b'0'..=b'9' | b'[' | b'(' => {
            iso_text(line).map(|h| (3, h)).or_else(|| epoch_text(line).map(|h| (4, h)))
        }
        b'A'..=b'Z' | b'a'..=b'z' => {
            rfc3164(line).map(|h| (2, h)).or_else(|| iso_text(line).map(|h| (3, h)))
        }
        _ => None,
    }
}
