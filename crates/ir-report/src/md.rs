//! Markdown that hostile text cannot break.
//!
//! Text from logs may hold anything that a Markdown renderer would take for markup, a link, a heading or a cell of a
//! table. Escaping every sign of punctuation would be safe and unreadable, and it would not be enough: renderers turn
//! addresses into links after they have undone the escapes. So only plain words stand bare; every other word stands in
//! a code span, in which no renderer looks for anything. The one sign that reaches into code spans, the `|` of tables,
//! is written as a character reference outside of them.

use ir_cli::escape;

use crate::phrase::{MAX_COMMAND, MAX_TEXT, Phrase, Piece, Tone, UNGRADED, cut, more};
use crate::words;

/// Signs that mean something at the beginning of a line only.
const SIGNS: [&str; 5] = ["+", "-", "=", "/", "%"];

/// The phrase as one line of Markdown.
pub(crate) fn line(phrase: &Phrase) -> String {
    let mut line = Line(String::new());
    line.phrase(phrase);
    line.0
}

/// A line that grows. Markup comes from literals alone.
struct Line(String);

impl Line {
    fn phrase(&mut self, phrase: &Phrase) {
        for piece in phrase.pieces() {
            match piece {
                Piece::Own(words) => self.0.push_str(words),
                Piece::Text(text) => self.text(text),
                Piece::Code(text) => self.code(text, MAX_TEXT),
                Piece::Command(line) => self.code(line, MAX_COMMAND),
                Piece::Time(time) => self.0.push_str(&words::time(*time)),
                Piece::Strong(phrase) => self.strong(|line| line.phrase(phrase)),
                Piece::State(word, Tone::Bad) => self.strong(|line| line.0.push_str(word)),
                Piece::State(word, Tone::Good | Tone::Plain) => self.0.push_str(word),
                Piece::Severity(severity) => self.0.push_str(severity.word()),
                Piece::Graded(severity) => {
                    let word = severity.map_or(UNGRADED, |severity| severity.word());
                    self.0.push_str(&format!(" ({word})"));
                }
                Piece::Next => self.0.push_str("; "),
                Piece::Record { short, .. } | Piece::Target { short, .. } => {
                    self.code(short, MAX_TEXT)
                }
            }
        }
    }

    fn strong(&mut self, inner: impl FnOnce(&mut Self)) {
        self.0.push_str("**");
        inner(self);
        self.0.push_str("**");
    }

    /// Prose: plain words stand bare.
    fn text(&mut self, text: &str) {
        let (text, rest) = cut(text, MAX_TEXT);
        let text = escape(text);
        let mut pending: Option<Risky> = None;
        let mut first = true;
        for word in split(&text) {
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
        self.0.push_str(&more(rest));
    }

    fn code(&mut self, text: &str, max: usize) {
        let (text, rest) = cut(text, max);
        self.span(&escape(text));
        self.0.push_str(&more(rest));
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
}

/// Length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// The words of a text; what backticks enclose is one word, blanks included.
fn split(text: &str) -> Vec<String> {
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
