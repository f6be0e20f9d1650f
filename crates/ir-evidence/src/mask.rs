//! Masking secrets in the copy of a configuration. Every byte outside of a secret stays as it is.

use std::ops::Range;

use serde::de::IgnoredAny;

/// What stands in place of a secret.
const MASK: &[u8] = b"\"[masked]\"";

/// `text` with the values at `pointers` (JSON pointers) masked; none if there is nothing to mask.
///
/// A file that is no JSON, because it is broken, cannot be searched by pointer. There the value behind every key is masked that a
/// pointer ends in, wherever it stands and however long it goes on: rather too much than a secret.
pub(crate) fn mask(text: &[u8], pointers: &[String]) -> Option<Vec<u8>> {
    let pointers: Vec<Vec<String>> = pointers.iter().map(|p| segments(p)).collect();
    let mut spans = Vec::new();
    if serde_json::from_slice::<IgnoredAny>(text).is_ok() {
        let mut walk = Walk { text, at: 0, path: Vec::new(), wanted: &pointers, spans: &mut spans };
        walk.value();
    } else {
        for name in pointers.iter().filter_map(|p| p.last()).filter(|name| !name.is_empty()) {
            broken(text, name.as_bytes(), &mut spans);
        }
    }
    spans.retain(|span| !matches!(&text[span.clone()], b"null" | b"\"\"" | b""));
    if spans.is_empty() { None } else { Some(replace(text, spans)) }
}

/// The keys on the way to the value that a JSON pointer means.
fn segments(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|s| s.replace("~1", "/").replace("~0", "~")).collect()
}

fn replace(text: &[u8], mut spans: Vec<Range<usize>>) -> Vec<u8> {
    spans.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        if span.start >= at {
            out.extend_from_slice(&text[at..span.start]);
            out.extend_from_slice(MASK);
        }
        at = at.max(span.end);
    }
    out.extend_from_slice(&text[at..]);
    out
}

/// Walks over text that is known to be JSON (so it is not nested deeper than the parser allows) and notes where the wanted values stand.
struct Walk<'a> {
    text: &'a [u8],
    at: usize,
    path: Vec<String>,
    wanted: &'a [Vec<String>],
    spans: &'a mut Vec<Range<usize>>,
}

impl Walk<'_> {
    fn value(&mut self) {
        self.skip_space();
        let start = self.at;
        match self.text.get(self.at) {
            Some(b'{') => self.members(b'}'),
            Some(b'[') => self.members(b']'),
            Some(b'"') => self.at = string_end(self.text, self.at).unwrap_or(self.text.len()),
            _ => {
                let ends = |b: &u8| matches!(b, b',' | b'}' | b']') || b.is_ascii_whitespace();
                self.at +=
                    self.text[self.at..].iter().position(ends).unwrap_or(self.text.len() - self.at);
            }
        }
        if self.wanted.contains(&self.path) {
            self.spans.push(start..self.at);
        }
    }

    /// Members of an object or an array.
    fn members(&mut self, close: u8) {
        self.at += 1;
        for index in 0.. {
            self.skip_space();
            match self.text.get(self.at) {
                None => return,
                Some(b) if *b == close => {
                    self.at += 1;
                    return;
                }
                Some(b',') => {
                    self.at += 1;
                    self.skip_space();
                }
                Some(_) => {}
            }
            let key = if close == b'}' { self.key() } else { index.to_string() };
            self.path.push(key);
            self.value();
            self.path.pop();
        }
    }

    fn key(&mut self) -> String {
        let start = self.at;
        self.at = string_end(self.text, start).unwrap_or(self.text.len());
        let key = serde_json::from_slice(&self.text[start..self.at]).unwrap_or_default();
        self.skip_space();
        self.at += usize::from(self.text.get(self.at) == Some(&b':'));
        key
    }

    fn skip_space(&mut self) {
        self.at = skip_space(self.text, self.at);
    }
}

fn skip_space(text: &[u8], at: usize) -> usize {
    at + text[at..].iter().take_while(|b| b.is_ascii_whitespace()).count()
}

/// Behind the quote that ends the string that begins at `at` with a quote.
fn string_end(text: &[u8], at: usize) -> Option<usize> {
    let quote = text[at];
    let mut escaped = false;
    for (i, b) in text.iter().enumerate().skip(at + 1) {
        match *b {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b if b == quote => return Some(i + 1),
            _ => {}
        }
    }
    None
}

/// Notes the values behind the key `name` in text of no sound form.
fn broken(text: &[u8], name: &[u8], spans: &mut Vec<Range<usize>>) {
    let word = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    for start in memchr::memmem::find_iter(text, name) {
        let mut at = start + name.len();
        if word(text.get(at)) || (start > 0 && word(text.get(start - 1))) {
            continue;
        }
        at += usize::from(matches!(text.get(at), Some(b'"' | b'\'')));
        at = skip_space(text, at);
        if matches!(text.get(at), Some(b':' | b'=')) {
            let from = skip_space(text, at + 1);
            spans.push(from..broken_end(text, from));
        }
    }
}

/// Where the value that begins at `from` ends at the latest.
fn broken_end(text: &[u8], from: usize) -> usize {
    let line_end =
        |at: usize| memchr::memchr2(b'\n', b'\r', &text[at..]).map_or(text.len(), |i| at + i);
    match text.get(from) {
        // A string that nothing ends goes on to the end of its line; a string over several lines is masked whole.
        Some(b'"' | b'\'') => {
            string_end(text, from).unwrap_or_else(|| line_end(from)).max(from + 1)
        }
        Some(b'{' | b'[') => {
            let (mut depth, mut at) = (0_usize, from);
            while let Some(b) = text.get(at) {
                match b {
                    b'"' => {
                        at = string_end(text, at).unwrap_or(text.len());
                        continue;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                at += 1;
                if depth == 0 {
                    return at;
                }
            }
            text.len()
        }
        _ => {
            let end = line_end(from);
            from + text[from..end]
                .iter()
                .position(|b| matches!(b, b',' | b'}' | b']'))
                .unwrap_or(end - from)
        }
    }
}

#[cfg(test)]
mod tests;
