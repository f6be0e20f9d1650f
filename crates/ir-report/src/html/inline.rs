//! A phrase as HTML.

use ir_core::wire::Severity;

use crate::html::builder::Html;
use crate::phrase::{MAX_COMMAND, MAX_TEXT, Phrase, Piece, Tone, UNGRADED, cut, more};
use crate::words;

/// Writes the phrase.
pub(super) fn phrase(html: &mut Html, phrase: &Phrase) {
    for piece in phrase.pieces() {
        match piece {
            Piece::Own(words) => html.text(words),
            Piece::Text(text) => prose(html, text),
            Piece::Code(text) => code(html, &[], text, MAX_TEXT),
            Piece::Command(line) => code(html, &[("class", "command")], line, MAX_COMMAND),
            Piece::Time(time) => {
                html.element("time", &[("datetime", &time.to_string())], &words::time(*time));
            }
            Piece::Strong(inner) => {
                html.open("strong", &[]);
                self::phrase(html, inner);
                html.close();
            }
            Piece::State(word, tone) => {
                let class = match tone {
                    Tone::Good => "state good",
                    Tone::Plain => "state",
                    Tone::Bad => "state bad",
                };
                html.element("span", &[("class", class)], word);
            }
            Piece::Severity(severity) => badge(html, Some(*severity)),
            Piece::Graded(severity) => {
                html.text(" ");
                badge(html, *severity);
            }
            Piece::Next => html.leaf("br", &[]),
            Piece::Record { short, id, place } => {
                html.open("a", &[("href", &format!("#r{place}")), ("title", id)]);
                code(html, &[], short, MAX_TEXT);
                html.close();
            }
            Piece::Target { short, place } => {
                code(html, &[("id", &format!("r{place}"))], short, MAX_TEXT);
            }
        }
    }
}

/// The words of a phrase alone.
pub(super) fn plain(phrase: &Phrase) -> String {
    let mut out = String::new();
    for piece in phrase.pieces() {
        match piece {
            Piece::Own(words) => out.push_str(words),
            Piece::Text(text) | Piece::Code(text) | Piece::Command(text) => {
                let (text, rest) = cut(text, MAX_TEXT);
                out.push_str(text);
                out.push_str(&more(rest));
            }
            Piece::Time(time) => out.push_str(&words::time(*time)),
            Piece::Strong(inner) => out.push_str(&plain(inner)),
            Piece::State(word, _) => out.push_str(word),
            Piece::Severity(severity) => out.push_str(severity.word()),
            Piece::Graded(severity) => {
                out.push_str(" (");
                out.push_str(severity.map_or(UNGRADED, |severity| severity.word()));
                out.push(')');
            }
            Piece::Next => out.push_str("; "),
            Piece::Record { short, .. } | Piece::Target { short, .. } => out.push_str(short),
        }
    }
    out
}

fn badge(html: &mut Html, severity: Option<Severity>) {
    let word = severity.map_or(UNGRADED, |severity| severity.word());
    let class = severity.map_or("severity".into(), |severity| format!("severity {severity}"));
    html.element("span", &[("class", &class)], word);
}

/// Prose; what stands between backticks is literal.
fn prose(html: &mut Html, text: &str) {
    let (text, rest) = cut(text, MAX_TEXT);
    let parts: Vec<&str> = text.split('`').collect();
    let quoted = |n: usize| n % 2 == 1;
    let whole = parts.len() % 2 == 1
        && parts.iter().enumerate().all(|(n, part)| !quoted(n) || !part.trim().is_empty());
    if whole {
        for (n, part) in parts.iter().enumerate() {
            if quoted(n) { html.element("code", &[], part) } else { html.text(part) }
        }
    } else {
        html.text(text);
    }
    html.text(&more(rest));
}

fn code(html: &mut Html, attributes: &[(&'static str, &str)], text: &str, max: usize) {
    let (text, rest) = cut(text, max);
    html.element("code", attributes, if text.is_empty() { "(empty)" } else { text });
    html.text(&more(rest));
}
