//! Regular expressions of documents: compiled with a bound on their size, and their errors.
//!
//! They work on bytes, for logs are not always UTF-8: `.`, `\w`, `\s` and `(?i)` know ASCII, and `.` matches any byte but a
//! line feed. `(?u)` at the start of an expression makes it know Unicode, and then invalid bytes match nothing.

use regex::bytes::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

/// A compiled expression may take this many bytes.
const SIZE: usize = 1 << 20;

/// What is wrong with a log's format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}{}: {reason}", column.map(|c| format!(" at column {c}")).unwrap_or_default())]
pub struct FormatError {
    /// The key within the format: `first`, `tail`, `ts`, `message` …
    pub field: &'static str,
    /// Column in its text, from 1, where it is known.
    pub column: Option<usize>,
    /// A sentence.
    pub reason: String,
}

impl FormatError {
    pub(super) fn new(
        field: &'static str,
        column: Option<usize>,
        reason: impl Into<String>,
    ) -> Self {
        Self { field, column, reason: reason.into() }
    }
}

/// What is wrong with an expression.
#[derive(Debug, PartialEq)]
pub(super) struct PatternError {
    pub(super) column: Option<usize>,
    pub(super) reason: String,
}

pub(super) fn compile(pattern: &str) -> Result<Regex, PatternError> {
    RegexBuilder::new(pattern).unicode(false).size_limit(SIZE).build().map_err(|e| explain(&e))
}

pub(super) fn compile_set<'a>(
    patterns: impl Iterator<Item = &'a str>,
) -> Result<RegexSet, PatternError> {
    let set = RegexSetBuilder::new(patterns).unicode(false).size_limit(64 * SIZE).build();
    set.map_err(|e| explain(&e))
}

/// The regex crate draws a caret below the expression and ends in a sentence; both are taken out of its drawing.
fn explain(error: &regex::Error) -> PatternError {
    match error {
        regex::Error::CompiledTooBig(_) => PatternError {
            column: None,
            reason: "the expression is too big; write fewer or smaller repetitions".into(),
        },
        other => {
            let text = other.to_string();
            let reason =
                text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            let caret = text
                .lines()
                .find(|l| l.trim_start().starts_with('^') && l.trim_matches([' ', '^']).is_empty());
            let column = caret.and_then(|l| l.find('^')).and_then(|at| (at + 1).checked_sub(4));
            PatternError { column, reason }
        }
    }
}

/// The column, from 1, of an alternative that does not begin with `^`; `None` if all of them do.
///
/// An expression without anchor looks at every byte of every line, and finds what a user only quotes.
pub(super) fn unanchored(pattern: &str) -> Option<usize> {
    alternatives(pattern)
        .into_iter()
        .find_map(|(at, part)| begins_loose(part).map(|inner| at + inner + 1))
}

/// There is no `|` on the outermost level.
pub(super) fn is_one_alternative(pattern: &str) -> bool {
    alternatives(pattern).len() == 1
}

/// The offset in `part` at which a `^` is missing.
fn begins_loose(part: &str) -> Option<usize> {
    let rest = strip_flags(part);
    let skipped = part.len() - rest.len();
    if let Some(after) = rest.strip_prefix('^').or_else(|| rest.strip_prefix("\\A")) {
        return repeated(after).then_some(skipped);
    }
    let Some(body) = rest.strip_prefix('(') else { return Some(skipped) };
    // A group at the start: all of its alternatives are anchored, or it is not.
    let body = match body.strip_prefix('?') {
        None => body,
        Some(named) => named.split_once([':', '>'])?.1,
    };
    let end = close(body)?;
    if repeated(&body[end + 1..]) {
        return Some(skipped);
    }
    let from = rest.len() - body.len();
    alternatives(&body[..end])
        .into_iter()
        .find_map(|(at, part)| begins_loose(part).map(|inner| skipped + from + at + inner))
}

/// A repetition follows: what is before it may be left out.
fn repeated(after: &str) -> bool {
    after.starts_with(['?', '*', '{'])
}

/// `(?i)` and the like at the start.
fn strip_flags(mut text: &str) -> &str {
    while let Some(flags) = text.strip_prefix("(?") {
        match flags.split_once(')') {
            Some((flags, rest)) if flags.chars().all(|c| c.is_ascii_alphabetic() || c == '-') => {
                text = rest
            }
            _ => break,
        }
    }
    text
}

/// The alternatives on the outermost level, and where they begin.
fn alternatives(pattern: &str) -> Vec<(usize, &str)> {
    let (mut found, mut from) = (Vec::new(), 0);
    let mut scan = Scan::new(pattern);
    while let Some((at, byte)) = scan.next() {
        if byte == b'|' && scan.depth == 0 {
            found.push((from, &pattern[from..at]));
            from = at + 1;
        }
    }
    found.push((from, &pattern[from..]));
    found
}

/// Where the group that `body` is the inside of ends.
fn close(body: &str) -> Option<usize> {
    let mut scan = Scan::new(body);
    while let Some((at, byte)) = scan.next() {
        if byte == b')' && scan.depth < 0 {
            return Some(at);
        }
    }
    None
}

/// The bytes of an expression that mean something: outside of classes and not escaped.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    class: u32,
    depth: i32,
}

impl<'a> Scan<'a> {
    fn new(pattern: &'a str) -> Self {
        Self { bytes: pattern.as_bytes(), at: 0, class: 0, depth: 0 }
    }

    fn next(&mut self) -> Option<(usize, u8)> {
        loop {
            let at = self.at;
            let byte = *self.bytes.get(at)?;
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'[' => {
                    self.class += 1;
                    // A bracket that closes is an ordinary one right after the opening.
                    self.at += usize::from(self.bytes.get(self.at) == Some(&b'^'));
                    self.at += usize::from(self.bytes.get(self.at) == Some(&b']'));
                }
                b']' if self.class > 0 => self.class -= 1,
                _ if self.class > 0 => {}
                b'(' | b')' => {
                    self.depth += if byte == b'(' { 1 } else { -1 };
                    return Some((at, byte));
                }
                _ => return Some((at, byte)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{compile, unanchored};

    #[test]
    fn anchors_are_wanted_in_every_alternative() {
        for fine in [
            "^a",
            "^a|^b",
            r"\Aa",
            "(?i)^a",
            "(?:^a|^b)c",
            "(^a)",
            "(?P<x>^a)|^b",
            r"^a\|b",
            "^[|]x",
            "^(a|b)",
            "^[]|]x",
            "(?i)(?s)^x",
            "^(?:a[)|]b|c)d",
        ] {
            compile(fine).unwrap();
            assert_eq!(unanchored(fine), None, "{fine}");
        }
        for (bad, column) in [
            ("a", 1),
            ("^a|b", 4),
            ("(?:^a|b)c", 7),
            ("(?i)a", 5),
            ("(a|^b)", 2),
            ("", 1),
            ("^a|(?:^b|(c))", 11),
            ("(?:^a)*b", 1),
            ("^*a", 1),
        ] {
            compile(bad).unwrap();
            assert_eq!(unanchored(bad), Some(column), "{bad}");
        }
    }

    #[test]
    fn errors_name_the_column() {
        let error = compile("^a(b").unwrap_err();
        assert_eq!((error.column, error.reason.as_str()), (Some(3), "unclosed group"));
        let error = compile(r"^\w{1,1000}{1,1000}").unwrap_err();
        assert!(error.reason.contains("too big"), "{error:?}");
        assert!(compile("(?P<a").unwrap_err().column.is_some());
    }

    proptest! {
        /// What the anchors promise: a match, if any, begins at the start.
        #[test]
        fn an_anchored_expression_matches_at_the_start_only(pattern in r"(\^|a|b|\||\(|\)|\(\?:|\[a\|\]|\\\||\*){1,10}", text in "[ab|]{0,6}") {
            if let Ok(regex) = compile(&pattern) && unanchored(&pattern).is_none() && let Some(found) = regex.find(text.as_bytes()) {
                prop_assert_eq!(found.start(), 0, "{}", pattern);
            }
        }
    }
}
