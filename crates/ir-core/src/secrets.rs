//! What in a text looks like a secret, hidden before the text goes anywhere else.
//!
//! A secret is told by the name that it is given (`password=…`, `"apiKey": "…"`, `Authorization: …`) or by its own shape (tokens
//! of well-known services, private keys, passwords in URLs, long random words). Rather too much is hidden than too little;
//! what is called by no name and looks like a word cannot be told.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::bytes::{Captures, Regex, RegexBuilder};

/// Stands in place of a secret.
pub const HIDDEN: &str = "[hidden]";

/// A random word is a secret from so many characters on.
const RANDOM: usize = 32;

/// Names of secrets: the first group anywhere in a name, the second as its last part or followed by others, the third as a part
/// of its own.
const NAME: &str = r"(?:
    [\w.-]* (?: password | passwd | passphrase | passcode | secret | credential | creds | authori[sz]ation | cookie
              | (?: api | access | account | encryption | master | private | signing )[_-]?key ) [\w.-]*
  | [\w.-]* token (?: [_.-][\w.-]* )?
  | (?: [\w.-]*[_.-] )? (?: pass | pwd | \w*pw | auth | dsn | sid | otp | pin | session[_-]?id ) (?: [_.-][\w.-]* )?
  | [\w.-]*[_.-]key )";

/// A value: in quotes, which a cut may have left open, or up to the next space or `&`.
const VALUE: &str =
    r#"(?: [bBrRuU]? (?: "(?:[^"\\]|\\.)*(?:"|\z) | '(?:[^'\\]|\\.)*(?:'|\z) ) | [^\s&]+ )"#;

struct Shapes {
    name: Regex,
    /// What stands before the secret, group `keep`, stays; the rest of the match is hidden.
    shapes: Vec<Regex>,
    word: Regex,
}

static SHAPES: LazyLock<Shapes> = LazyLock::new(|| {
    let shapes = [
        // A private key, or what a cut left of it.
        r"(?<keep>-----BEGIN\ [A-Z\ ]*PRIVATE\ KEY-----) (?s:.*?) (?:-----END\ [A-Z\ ]*PRIVATE\ KEY-----|\z)".to_owned(),
        // Headers whose whole line is one.
        r"(?i)(?<keep>\b (?: (?:set-)?cookie | (?:proxy-)?authorization ) \s* :) [^\r\n]+".to_owned(),
        // The scheme of a header, wherever it stands.
        r"(?i)(?<keep>\b (?: bearer | basic | negotiate ) \s+) [\w.~+/=-]{8,}".to_owned(),
        // NAME=VALUE, "NAME": "VALUE", 'NAME' => b'VALUE'.
        format!(r#"(?i)(?<keep>\b {NAME} \\*["']? \s* (?: :=|=>|=|: ) \s* (?: \\+ (?:["'])? )? ) {VALUE}"#),
        // <NAME attribute="x">VALUE<
        format!(r"(?i)(?<keep>< {NAME} (?:\s[^<>]*)? >) [^<]+"),
        // --NAME VALUE
        format!(r"(?i)(?<keep>(?:^|\s) -{{1,2}} {NAME} \s+) {VALUE}"),
        // The password is VALUE.
        r"(?i)(?<keep>\b (?: password | passwd | passphrase | passcode | secret | token | api[\ _-]?key | pin ) \s+ (?: is | was ) \s+) [^\s]+"
            .to_owned(),
        // Password VALUE, where the value is no plain word.
        r"(?i)(?<keep>\b (?: password | passwd | passphrase | passcode | secret | token | api[\ _-]?key ) \s+) [^\s\[]*[0-9!$%^*~][^\s]*".to_owned(),
        // Keys and signatures that give access to what a URL names.
        r#"(?i)(?<keep>[?&] (?: key | sig | (?:[\w-]*-)?signature ) =) [^\s&\#"'<>]+"#.to_owned(),
        // scheme://user:password@host
        r"(?<keep>\b [a-zA-Z][a-zA-Z0-9+.-]* ://) [^\s/@]* (?:@[^\s/@]*)* @".to_owned(),
        // Tokens that tell whose they are.
        r"(?<keep>) \b (?: (?:sk|pk|rk)[_-][\w-]{16,} | gh[pousr]_\w{16,} | github_pat_\w{16,} | glpat-[\w-]{16,} | xox[a-z]-[\w-]{8,}
            | (?:AKIA|ASIA)[0-9A-Z]{12,} | AIza[\w-]{24,} | ya29\.[\w.-]+ | hf_\w{16,} | npm_\w{16,} | eyJ[\w-]{8,}\.[\w.-]+ )"
            .to_owned(),
    ];
    Shapes {
        name: compiled(&format!("(?i)^{NAME}$")),
        shapes: shapes.iter().map(|shape| compiled(shape)).collect(),
        word: compiled(&format!(r"[\w-]{{{RANDOM},}}")),
    }
});

fn compiled(pattern: &str) -> Regex {
    RegexBuilder::new(pattern)
        .unicode(false)
        .ignore_whitespace(true)
        .size_limit(1 << 20)
        .build()
        .expect("the patterns above are sound")
}

/// Whether `name` (of a variable, a key, an option) is one that secrets are given.
pub fn is_name(name: &[u8]) -> bool {
    let start = name.iter().position(|b| *b != b'-').unwrap_or(name.len());
    SHAPES.name.is_match(&name[start..])
}

/// `text` with [`HIDDEN`] in place of everything that looks like a secret. Any bytes are welcome.
pub fn hide(text: &[u8]) -> Cow<'_, [u8]> {
    let mut text = Cow::Borrowed(text);
    for shape in &SHAPES.shapes {
        let hidden = shape.replace_all(&text, |found: &Captures<'_>| {
            let mut kept = found.name("keep").map_or_else(Vec::new, |m| m.as_bytes().to_vec());
            kept.extend_from_slice(HIDDEN.as_bytes());
            kept
        });
        if let Cow::Owned(hidden) = hidden {
            text = Cow::Owned(hidden);
        }
    }
    let hidden = SHAPES.word.replace_all(&text, |found: &Captures<'_>| {
        if is_random(&found[0]) { HIDDEN.as_bytes().to_vec() } else { found[0].to_vec() }
    });
    if let Cow::Owned(hidden) = hidden {
        text = Cow::Owned(hidden);
    }
    text
}

/// An environment as processes have it, `NAME=VALUE` with a zero byte behind each, with the secrets hidden: the whole value behind
/// the name of one, and whatever looks like one elsewhere.
pub fn hide_environment(environment: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(environment.len());
    for variable in environment.split_inclusive(|b| *b == 0) {
        match variable.iter().position(|b| *b == b'=') {
            Some(at) if is_name(&variable[..at]) => {
                let (name, value) = variable.split_at(at + 1);
                out.extend_from_slice(name);
                hide_whole(value, &mut out);
            }
            _ => hide_part(variable, &mut out),
        }
    }
    out
}

/// Arguments as processes have them, with a zero byte behind each, with the secrets hidden: also the argument behind an option
/// that is called like one.
pub fn hide_arguments(arguments: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(arguments.len());
    let mut named = false;
    for argument in arguments.split_inclusive(|b| *b == 0) {
        if std::mem::take(&mut named) && !argument.starts_with(b"-") {
            hide_whole(argument, &mut out);
            continue;
        }
        let bare = argument.strip_suffix(b"\0").unwrap_or(argument);
        named = bare.starts_with(b"-") && is_name(bare);
        match bare.iter().position(|b| *b == b'=') {
            Some(at) if is_name(&bare[..at]) => {
                let (name, value) = argument.split_at(at + 1);
                out.extend_from_slice(name);
                hide_whole(value, &mut out);
            }
            _ => hide_part(argument, &mut out),
        }
    }
    out
}

/// A secret and perhaps the zero byte behind it. An empty one hides nothing.
fn hide_whole(value: &[u8], out: &mut Vec<u8>) {
    let bare = value.strip_suffix(b"\0").unwrap_or(value);
    if !bare.is_empty() {
        out.extend_from_slice(HIDDEN.as_bytes());
    }
    out.extend_from_slice(&value[bare.len()..]);
}

/// What may hold a secret, and perhaps the zero byte behind it, which stays.
fn hide_part(text: &[u8], out: &mut Vec<u8>) {
    let bare = text.strip_suffix(b"\0").unwrap_or(text);
    out.extend_from_slice(&hide(bare));
    out.extend_from_slice(&text[bare.len()..]);
}

/// Small and capital letters and digits, mixed: no digest, no UUID, no name in snake case.
fn is_random(word: &[u8]) -> bool {
    let has = |kind: fn(&u8) -> bool| word.iter().any(kind);
    has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase)
}

#[cfg(test)]
mod tests;
