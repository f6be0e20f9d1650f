//! What the types of a document cannot say: names that must be known, texts that must be readable.

mod parts;
mod profile;
mod sop;
mod sources;
mod together;

pub(super) use profile::check_profile;
pub(super) use sop::check_sop;
pub use together::{Mismatch, check_together, unbound_actions};

use std::collections::BTreeMap;

use super::expand::{Piece, pieces, unknown_variable};
use super::{DocError, Document, FACTS, Meaning, Variable, did_you_mean, pattern};

/// Collects the faults of one document.
struct Faults<'a> {
    document: &'a Document,
    found: Vec<DocError>,
}

impl<'a> Faults<'a> {
    fn new(document: &'a Document) -> Self {
        Self { document, found: Vec::new() }
    }

    /// A fault of the value at `path`.
    fn add(&mut self, path: &str, message: impl Into<String>) {
        self.found.push(self.document.error(path, message));
    }

    /// A fault of the key at the end of `path`.
    fn add_key(&mut self, path: &str, message: impl Into<String>) {
        self.found.push(self.document.key_error(path, message));
    }

    /// All faults, in the order of the document.
    fn all(mut self) -> Vec<DocError> {
        self.found.sort_by(|a, b| (a.line, a.col, &a.message).cmp(&(b.line, b.col, &b.message)));
        self.found.dedup();
        self.found
    }

    /// The document's format is `version`.
    fn version(&mut self, key: &str, found: u32, version: u32) {
        if found != version {
            self.add(key, format!("version {found} of this document's format is not known; this program reads version {version}"));
        }
    }

    /// `word` at `path` is one of `known`, which are called `what`.
    fn known<'k>(
        &mut self,
        path: &str,
        what: &str,
        word: &str,
        known: impl Iterator<Item = &'k str> + Clone,
    ) {
        if !known.clone().any(|k| k == word) {
            self.add(path, format!("unknown {what} {word:?}{}", did_you_mean(word, known)));
        }
    }

    /// As [`Self::known`], of each item of the list at `path`.
    fn all_known<'k>(
        &mut self,
        path: &str,
        what: &str,
        words: &[String],
        known: impl Iterator<Item = &'k str> + Clone,
    ) {
        for (i, word) in words.iter().enumerate() {
            self.known(&format!("{path}[{i}]"), what, word, known.clone());
        }
    }

    /// `name` at `path` is of letters, digits and `_`, `-`, so that it can stand in ids, paths and rules.
    fn name(&mut self, path: &str, what: &str, name: &str) {
        if name.is_empty()
            || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        {
            self.add_key(
                path,
                format!("{name:?} is no name of {what}: write letters, digits, `_` and `-`"),
            );
        }
    }

    fn not_blank(&mut self, path: &str, what: &str, text: &str) {
        if text.trim().is_empty() {
            self.add(path, format!("{what} is blank"));
        }
    }

    fn variables(&mut self, path: &str, text: &str, known: &BTreeMap<String, Variable>) {
        match pieces(text) {
            Err(message) => self.add(path, message),
            Ok(pieces) => {
                for piece in pieces {
                    if let Piece::Name(name) = piece
                        && !known.contains_key(name)
                    {
                        self.add(path, unknown_variable(name, known));
                    }
                }
            }
        }
    }

    /// A regular expression; the names of its groups.
    fn pattern(&mut self, path: &str, text: &str) -> Vec<String> {
        match pattern(text) {
            Ok(regex) => regex.capture_names().flatten().map(str::to_owned).collect(),
            Err(message) => {
                self.add(path, message);
                Vec::new()
            }
        }
    }

    /// A regular expression that begins at the message's first byte; the names of its groups. Without the anchor a
    /// text that quotes a failure would be taken for one.
    fn anchored(&mut self, path: &str, text: &str) -> Vec<String> {
        if !text.starts_with('^') {
            self.add(
                path,
                "the expression must begin with `^`: a message that only quotes a failure is none",
            );
        }
        self.pattern(path, text)
    }

    fn pointer(&mut self, path: &str, text: &str) {
        if !text.starts_with('/') {
            self.add(
                path,
                format!("{text:?} is no JSON pointer: it begins with `/`, e.g. `/core/name`"),
            );
        }
    }

    /// Names and values of impact facts.
    fn facts(&mut self, path: &str, meaning: &Meaning) {
        for (name, value) in &meaning.facts {
            let at = format!("{path}.facts.{name}");
            match FACTS.iter().find(|(fact, _)| fact == name) {
                Some((_, values)) if values.contains(&value.as_str()) => {}
                Some((_, values)) => self.add(
                    &at,
                    format!(
                        "unknown value {value:?} of the fact {name}; it is one of {}",
                        values.join(", ")
                    ),
                ),
                None => self.add_key(
                    &at,
                    format!(
                        "unknown fact {name:?}{}",
                        did_you_mean(name, FACTS.iter().map(|(fact, _)| *fact))
                    ),
                ),
            }
        }
    }
}
