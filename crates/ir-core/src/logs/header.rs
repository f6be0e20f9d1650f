//! What stands between the stamp and the message of a text line: level, program, host.
//!
//! A level counts only at the place of a level. `2026-03-07 04:12:09 Error opening file` has none: its first word belongs
//! to the message. So a word at the start of the message is a level where it is in capitals, in brackets, followed by a
//! colon, or set off by the dashes or bars that set off all fields of its line.

use super::level;
use super::line::{Head, Span};
use super::scan::{Iso, epoch, iso};
use super::syslog::origin;
use crate::docs::Level;

/// At most this many fields (thread, process) may stand before the level.
const FIELDS: usize = 3;

/// A text line with an ISO stamp at its start, in brackets there, or after its level.
pub(super) fn iso_text(line: &[u8]) -> Option<Head> {
    let open = usize::from(line.first() == Some(&b'['));
    if let Some(stamp) = iso(&line[open..]) {
        return Some(after_iso(line, open, &stamp));
    }
    let (level, at) = leading_level(line)?;
    let open = at + usize::from(line.get(at) == Some(&b'['));
    let stamp = iso(&line[open..])?;
    let head = after_iso(line, open, &stamp);
    Some(Head { level: Some(level), ..head })
}

/// A text line with an epoch at its start, or in brackets there.
pub(super) fn epoch_text(line: &[u8]) -> Option<Head> {
    let open = usize::from(line.first() == Some(&b'['));
    let (said, len) = epoch(&line[open..])?;
    let mut head = header(line, open + len, open == 1);
    head.said = Some(said);
    Some(head)
}

/// A line without stamp that names its level first: `ERROR: …`, `[error] …`, `WARNING:module:…`.
pub(super) fn bare_text(line: &[u8]) -> Head {
    let found = leading_level(line)
        .filter(|&(_, at)| line[..at].trim_ascii_end().last().is_some_and(|b| b":]".contains(b)));
    let (level, from) = found.map_or((None, 0), |(level, at)| (Some(level), at));
    Head { level, message: Span::new(from, line.len()), ..Head::default() }
}

fn after_iso(line: &[u8], open: usize, stamp: &Iso) -> Head {
    let end = open + stamp.len;
    // Syslog daemons write ISO stamps too: zone given, then host and program.
    let forwarded = stamp.offset && open == 0 && line.get(end) == Some(&b' ');
    let daemon =
        forwarded.then(|| origin(line, end)).filter(|o| o.host.is_some() && o.program.is_some());
    // Other programs write a stamp and two words too; only the kernel has no process id.
    let kernel = |o: &Head| o.program.is_some_and(|p| line[p.range()] == *b"kernel");
    let daemon =
        daemon.filter(|o| stamp.fraction == 6 || process_id_before(line, o.message) || kernel(o));
    let mut head = daemon.unwrap_or_else(|| header(line, end, open == 1));
    head.said = Some(stamp.said);
    head
}

/// The program that ends before `message` gave its process id.
fn process_id_before(line: &[u8], message: Span) -> bool {
    line[..message.range().start].trim_ascii_end().ends_with(b"]:")
}

/// Level and program in the fields that begin at `at`, right after a stamp; `bracket`: the stamp stands in brackets, which may
/// hold more than it.
fn header(line: &[u8], at: usize, bracket: bool) -> Head {
    let plain = |from| Head { message: Span::new(from, line.len()), ..Head::default() };
    let mut at = at;
    if bracket {
        if let Some(head) = within_brackets(line, at) {
            return head;
        }
        at += usize::from(line.get(at) == Some(&b']'));
    }
    let start = skip(line, at, b" \t:,");
    let separator = match line[start..].first() {
        Some(b'-') if line.get(start + 1) == Some(&b' ') => " - ",
        Some(b'|') => "|",
        _ => return tokens(line, start).unwrap_or_else(|| plain(start)),
    };
    let start = skip(line, start + 1, b" ");
    separated(line, start, separator.as_bytes())
        .or_else(|| tokens(line, start))
        .unwrap_or_else(|| plain(start))
}

/// `[STAMP LEVEL program] message`: the rest of the brackets.
fn within_brackets(line: &[u8], at: usize) -> Option<Head> {
    let at = skip(line, at, b" ");
    let close = at + memchr::memchr(b']', &line[at..]).filter(|len| (1..=200).contains(len))?;
    let word = at + line[at..close].iter().position(|b| *b == b' ').unwrap_or(close - at);
    let level = level::word(&line[at..word])?;
    let program = Span::new(skip(line, word, b" ").min(close), close);
    let message = Span::new(skip(line, close + 1, b" "), line.len());
    Some(Head {
        level: Some(level),
        program: (!program.is_empty()).then_some(program),
        message,
        ..Head::default()
    })
}

/// `LEVEL - message`, `program - LEVEL - message`, the same with bars: fields that one separator sets off.
fn separated(line: &[u8], start: usize, separator: &[u8]) -> Option<Head> {
    let mut at = start;
    let mut program = None;
    for _ in 0..=FIELDS {
        let len = memchr::memmem::find(&line[at..], separator).filter(|len| *len <= 200)?;
        let field = Span::new(at, at + len).trimmed(line);
        at = skip(line, at + len + separator.len(), b" ");
        if let Some(level) = level::word(&line[field.range()]) {
            return Some(Head {
                level: Some(level),
                program,
                message: Span::new(at, line.len()),
                ..Head::default()
            });
        }
        if line[field.range()].iter().any(u8::is_ascii_whitespace) {
            return None;
        }
        program = program.or(Some(field)).filter(|p| !p.is_empty());
    }
    None
}

/// `LEVEL message`, `[thread] LEVEL message`, `812 LEVEL message`.
fn tokens(line: &[u8], start: usize) -> Option<Head> {
    let mut at = start;
    for _ in 0..=FIELDS {
        if let Some((level, end)) = level_at(line, at) {
            let from = skip(line, end, b" \t");
            let dash =
                usize::from(line[from..].starts_with(b"- ") || line[from..].starts_with(b"| "));
            let from = skip(line, from + dash, b" \t");
            return Some(Head {
                level: Some(level),
                message: Span::new(from, line.len()),
                ..Head::default()
            });
        }
        at = match line.get(at)? {
            b'[' => at + 1 + memchr::memchr(b']', &line[at..]).filter(|len| *len <= 200)?,
            b'(' => at + 1 + memchr::memchr(b')', &line[at..]).filter(|len| *len <= 200)?,
            b'-' => at + line[at..].iter().take_while(|b| **b == b'-').count(),
            b'0'..=b'9' => {
                at + line[at..].iter().take_while(|b| b.is_ascii_digit() || **b == b'#').count()
            }
            _ => return None,
        };
        if line.get(at).is_some_and(|b| !matches!(b, b' ' | b'\t' | b':' | b'[')) {
            return None;
        }
        at = skip(line, at, b" \t:");
    }
    None
}

/// A level at `at` that is marked as one: its end, with its mark.
fn level_at(line: &[u8], at: usize) -> Option<(Level, usize)> {
    let open = line.get(at).filter(|b| matches!(b, b'[' | b'(' | b'<'));
    let at = at + usize::from(open.is_some());
    let word = line[at..].iter().take_while(|b| b.is_ascii_alphabetic()).take(12).count();
    let end = at + word;
    let level = level::word(&line[at..end])?;
    let capitals = line[at..end].iter().all(u8::is_ascii_uppercase);
    match (open, line.get(end)) {
        // Levels are often padded within their brackets.
        (Some(open), _) => {
            let end = skip(line, end, b" ");
            (line.get(end) == Some(&closing(*open)))
                .then_some((level, end + 1 + usize::from(line.get(end + 1) == Some(&b':'))))
        }
        (None, Some(b':')) => Some((level, end + 1)),
        (None, Some(b' ' | b'\t' | b'[')) if capitals => Some((level, end)),
        (None, None) if capitals => Some((level, end)),
        _ => None,
    }
}

fn closing(open: u8) -> u8 {
    match open {
        b'[' => b']',
        b'(' => b')',
        _ => b'>',
    }
}

/// A level at the very start of the line, and where what follows it begins.
fn leading_level(line: &[u8]) -> Option<(Level, usize)> {
    if !line.first().is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'[' | b'(' | b'<')) {
        return None;
    }
    let (level, end) = level_at(line, 0)?;
    Some((level, skip(line, end, b" \t")))
}

fn skip(line: &[u8], at: usize, over: &[u8]) -> usize {
    let at = at.min(line.len());
    at + line[at..].iter().take_while(|b| over.contains(b)).count()
}

#[cfg(test)]
mod tests;
