//! A line of the report before it has a form. What is said is written once; Markdown and HTML only differ in how it
//! looks.

use ir_core::wire::{Severity, Time};

use crate::words;

/// Characters of prose that are shown; of a longer one the head, and how much is missing.
pub(crate) const MAX_TEXT: usize = 600;
/// The same for a command line, which people copy.
pub(crate) const MAX_COMMAND: usize = 4000;

/// A piece of a line, safe at any place: paragraph, list item, heading, cell of a table.
///
/// Our own words come from literals and from [`words`]; whatever the program did not write itself is
/// [`Phrase::text`], [`Phrase::code`] or [`Phrase::command`], and the forms make it harmless.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Phrase(Vec<Piece>);

/// Part of a [`Phrase`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Piece {
    /// Our own words and numbers.
    Own(String),
    /// Prose that may hold anything.
    Text(String),
    /// Literal text that may hold anything: a log line, a name, a path.
    Code(String),
    /// A command line, which may hold anything.
    Command(String),
    /// A time.
    Time(Time),
    /// What matters most.
    Strong(Phrase),
    /// A state in a word of ours.
    State(&'static str, Tone),
    /// A severity.
    Severity(Severity),
    /// The severity of what was just named, or that it has none.
    Graded(Option<Severity>),
    /// The end of a part of a sentence, which may be that of a line too.
    Next,
    /// A record of the report: its short form, its id and its place among all ids.
    Record { short: String, id: String, place: usize },
    /// Where the records that [`Piece::Record`] refers to stand with their whole ids.
    Target { short: String, place: usize },
}

/// What a state means to the reader. A form may colour it; the word alone says it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tone {
    /// As it should be.
    Good,
    /// Neither.
    Plain,
    /// Somebody has to look at it.
    Bad,
}

impl Phrase {
    /// Nothing.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Our own words.
    #[must_use]
    pub(crate) fn own(self, literal: &'static str) -> Self {
        self.say(literal)
    }

    /// Prose. Line breaks and other control characters become visible, runs of blanks become one.
    #[must_use]
    pub(crate) fn text(mut self, text: &str) -> Self {
        if !text.is_empty() {
            self.0.push(Piece::Text(text.to_owned()));
        }
        self
    }

    /// Literal text: a log line, a name, a path. Control characters become visible; blanks stay.
    #[must_use]
    pub(crate) fn code(mut self, text: &str) -> Self {
        self.0.push(Piece::Code(text.to_owned()));
        self
    }

    /// A command line as [`Phrase::code`], cut much later.
    #[must_use]
    pub(crate) fn command(mut self, line: &str) -> Self {
        self.0.push(Piece::Command(line.to_owned()));
        self
    }

    /// A whole number.
    #[must_use]
    pub(crate) fn count(self, n: u64) -> Self {
        self.say(&words::count(n))
    }

    /// A number and what it counts, `noun` in the singular.
    #[must_use]
    pub(crate) fn plural(self, n: u64, noun: &'static str) -> Self {
        self.say(&words::plural(n, noun))
    }

    /// A measured number.
    #[must_use]
    pub(crate) fn number(self, value: f64) -> Self {
        self.say(&words::number(value))
    }

    /// A length of time in seconds.
    #[must_use]
    pub(crate) fn seconds(self, seconds: f64) -> Self {
        self.say(&words::seconds(seconds))
    }

    /// A time, or a dash.
    #[must_use]
    pub(crate) fn time(mut self, time: Option<Time>) -> Self {
        let Some(time) = time else { return self.say("–") };
        self.0.push(Piece::Time(time));
        self
    }

    /// What matters most.
    #[must_use]
    pub(crate) fn strong(mut self, phrase: Self) -> Self {
        self.0.push(Piece::Strong(phrase));
        self
    }

    /// A state in a word of ours.
    #[must_use]
    pub(crate) fn state(mut self, word: &'static str, tone: Tone) -> Self {
        self.0.push(Piece::State(word, tone));
        self
    }

    /// A severity.
    #[must_use]
    pub(crate) fn severity(mut self, severity: Severity) -> Self {
        self.0.push(Piece::Severity(severity));
        self
    }

    /// The severity of what was just named, or that it has none.
    #[must_use]
    pub(crate) fn graded(mut self, severity: Option<Severity>) -> Self {
        self.0.push(Piece::Graded(severity));
        self
    }

    /// Ends a part of a sentence.
    #[must_use]
    pub(crate) fn next(mut self) -> Self {
        self.0.push(Piece::Next);
        self
    }

    /// A record of the report.
    #[must_use]
    pub(crate) fn record(mut self, short: &str, id: &str, place: usize) -> Self {
        self.0.push(Piece::Record { short: short.to_owned(), id: id.to_owned(), place });
        self
    }

    /// The short form of a record where its whole id stands beside it.
    #[must_use]
    pub(crate) fn target(mut self, short: &str, place: usize) -> Self {
        self.0.push(Piece::Target { short: short.to_owned(), place });
        self
    }

    /// Another piece.
    #[must_use]
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Nothing was said.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Its pieces, in order.
    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.0
    }

    fn say(mut self, words: &str) -> Self {
        match self.0.last_mut() {
            Some(Piece::Own(last)) => last.push_str(words),
            _ if words.is_empty() => {}
            _ => self.0.push(Piece::Own(words.to_owned())),
        }
        self
    }
}

/// The first `max` characters, and how many follow.
pub(crate) fn cut(text: &str, max: usize) -> (&str, usize) {
    match text.char_indices().nth(max) {
        Some((at, _)) => (&text[..at], text[at..].chars().count()),
        None => (text, 0),
    }
}

/// What is said of something that has no severity.
pub(crate) const UNGRADED: &str = "not classified";

/// What stands for `left_out` characters that are not shown; empty for none.
pub(crate) fn more(left_out: usize) -> String {
    match left_out {
        0 => String::new(),
        n => format!("… ({n} characters more)"),
    }
}
