//! Markdown that hostile text cannot break.
//!
//! Text from logs may hold anything that a Markdown renderer would take for markup, a link, a heading or a cell of a
//! table. Escaping every sign of punctuation would be safe and unreadable, and it would not be enough: renderers turn
//! addresses into links after they have undone the escapes. So only plain words stand bare; every other word stands in
//! a code span, in which no renderer looks for anything. The one sign that reaches into code spans, the `|` of tables,
//! is written as a character reference outside of them.

use ir_cli::escape;
use ir_core::wire::Time;

use crate::words;

/// Characters of prose that are shown; of a longer one the head, and how much is missing.
const MAX_TEXT: usize = 600;
/// The same for a command line, which people copy.
const MAX_COMMAND: usize = 4000;

/// Signs that mean something at the beginning of a line only.
const SIGNS: [&str; 5] = ["+", "-", "=", "/", "%"];

/// A piece of one line of Markdown, safe at any place: paragraph, list item, heading, cell of a table.
///
/// Markup comes from literals alone; whatever the program did not write itself goes through [`Inline::text`] or
/// [`Inline::code`].
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Inline(String);

impl Inline {
    /// Nothing.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Our own markup and words.
    #[must_use]
    pub(crate) fn md(mut self, literal: &'static str) -> Self {
        self.0.push_str(literal);
        self
    }

    /// Prose. Line breaks and other control characters become visible, runs of blanks become one.
    #[must_use]
    pub(crate) fn text(mut self, text: &str) -> Self {
        let (text, rest) = cut(text, MAX_TEXT);
        let text = escape(text);
        let mut pending: Option<Risky> = None;
        let mut first = true;
        for word in words(&text) {
            if plain(&word, first) {
                self.flush(pending.take());
                self.0.push_str(if first { "" } else { " " });
                self.0.push_str(&word);
            } else {
                let new = Risky::of(&word, first);
                pending = match pending {
                    // Neighbours share one span.
                    Some(last) if last.close.is_empty() && new.open.is_empty() => {
                        Some(last.with(new))
                    }
                    last => {
                        self.flush(last);
                        Some(new)
                    }
                };
            }
            first = false;
        }
        self.flush(pending);
        self.rest(rest)
    }

    /// Literal text: a log line, a name, a path. Control characters become visible; blanks stay.
    #[must_use]
    pub(crate) fn code(mut self, text: &str) -> Self {
        let (text, rest) = cut(text, MAX_TEXT);
        self.span(&escape(text));
        self.rest(rest)
    }

    /// A command line as [`Inline::code`], cut much later.
    #[must_use]
    pub(crate) fn command(mut self, line: &str) -> Self {
        let (line, rest) = cut(line, MAX_COMMAND);
        self.span(&escape(line));
        self.rest(rest)
    }

    /// A whole number.
    #[must_use]
    pub(crate) fn count(mut self, n: u64) -> Self {
        self.0.push_str(&words::count(n));
        self
    }

    /// A number and what it counts, `noun` in the singular.
    #[must_use]
    pub(crate) fn plural(mut self, n: u64, noun: &'static str) -> Self {
        self.0.push_str(&words::plural(n, noun));
        self
    }

    /// A measured number.
    #[must_use]
    pub(crate) fn number(mut self, value: f64) -> Self {
        self.0.push_str(&words::number(value));
        self
    }

    /// A length of time in seconds.
    #[must_use]
    pub(crate) fn seconds(mut self, seconds: f64) -> Self {
        self.0.push_str(&words::seconds(seconds));
        self
    }

    /// A time, or a dash.
    #[must_use]
    pub(crate) fn time(mut self, time: Option<Time>) -> Self {
        self.0.push_str(&time.map_or_else(|| "–".into(), words::time));
        self
    }

    /// Another piece.
    #[must_use]
    pub(crate) fn and(mut self, other: Self) -> Self {
        if self.0.ends_with('`') && other.0.starts_with('`') {
            self.0.push(' ');
        }
        self.0.push_str(&other.0);
        self
    }

    /// Nothing was written.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The Markdown.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn flush(&mut self, risky: Option<Risky>) {
        if let Some(Risky { first, open, core, close }) = risky {
            self.0.push_str(if first { "" } else { " " });
            self.0.push_str(&open);
            self.span(&core);
            self.0.push_str(&close);
        }
    }

    /// `text` in code spans, cut at every `|`.
    fn span(&mut self, text: &str) {
        if text.is_empty() {
            self.0.push_str("(empty)");
            return;
        }
        for (i, part) in text.split('|').enumerate() {
            if i > 0 {
                self.0.push_str("&#124;");
            }
            if part.is_empty() {
                continue;
            }
            // Two spans side by side would share their fences.
            if self.0.ends_with('`') {
                self.0.push(' ');
            }
            let fence = "`".repeat(longest_run(part) + 1);
            // A renderer takes one blank off both ends if both have one, and a fence must not touch a backtick.
            let blank = |c: Option<char>| matches!(c, Some('`' | ' '));
            let padded = blank(part.chars().next()) || blank(part.chars().next_back());
            let pad = if padded && part.contains(|c| c != ' ') { " " } else { "" };
            for piece in [&fence, pad, part, pad, &fence] {
                self.0.push_str(piece);
            }
        }
    }

    fn rest(mut self, left_out: usize) -> Self {
        if left_out > 0 {
            self.0.push_str(&format!("… ({left_out} characters more)"));
        }
        self
    }
}

/// The first `max` characters, and how many follow.
fn cut(text: &str, max: usize) -> (&str, usize) {
    match text.char_indices().nth(max) {
        Some((at, _)) => (&text[..at], text[at..].chars().count()),
        None => (text, 0),
    }
}

/// Length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// The words of a text; what backticks enclose is one word, blanks included.
fn words(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut open = None;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        out.push(word.to_owned());
        if word.matches('`').count() % 2 == 1 {
            open = match open {
                None => Some(out.len() - 1),
                Some(from) => {
                    let quoted = out.split_off(from).join(" ");
                    out.push(quoted);
                    None
                }
            };
        }
    }
    out
}

/// Words that stand in a span, and the marks around it.
struct Risky {
    first: bool,
    open: String,
    core: String,
    close: String,
}

impl Risky {
    fn of(word: &str, first: bool) -> Self {
        let core = core(word);
        if core.is_empty() {
            return Self {
                first,
                open: String::new(),
                core: word.to_owned(),
                close: String::new(),
            };
        }
        let (open, close) = word.split_once(core).unwrap_or_default();
        Self { first, open: open.into(), core: core.into(), close: close.into() }
    }

    fn with(mut self, next: Self) -> Self {
        self.core = format!("{} {}", self.core, next.core);
        self.close = next.close;
        self
    }
}

/// A word without the marks that may stand before and after it.
fn core(word: &str) -> &str {
    let opened = word.trim_start_matches(['(', '"', '\'']);
    opened.trim_end_matches(['.', ',', ';', ':', '!', '?', '%', ')', '"', '\'', '…'])
}

/// A word that no renderer takes for anything but a word: letters and digits, joined by `-` or `'`; a number or a time
/// of day; an abbreviation such as `e.g.`; with the usual marks around it. No address and no identifier. The `first`
/// word of a text may begin a line, so it is no number of a list either, nor the sign of one.
fn plain(word: &str, first: bool) -> bool {
    let core = core(word);
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let letter = |t: &str| t.chars().count() == 1 && t.chars().all(char::is_alphabetic);
    if first && (digits(core) || letter(core)) && word.ends_with(['.', ')']) {
        return false;
    }
    if core.contains(['.', ',', ':']) {
        // A decimal fraction, thousands, the time of day; two points would make a version or an address.
        let number = core.split(['.', ',', ':']).all(digits) && core.matches('.').count() < 2;
        return number || core.split('.').all(letter);
    }
    let word_like = |part: &str| !part.is_empty() && part.chars().all(char::is_alphanumeric);
    // A dash or an arrow may stand alone.
    let sign = |c: char| !c.is_ascii() && !c.is_whitespace();
    core.split(['-', '\'']).all(word_like)
        || word.chars().all(sign)
        || (!first && SIGNS.contains(&word))
}

#[cfg(test)]
mod tests;
