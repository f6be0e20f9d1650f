//! Syslog lines: RFC 5424, and the older RFC 3164 as it is found in files.

use super::clock::{Said, civil};
use super::level;
use super::line::{Head, Span};
use super::scan::{clock_time, digits, iso, number};
use crate::docs::Level;

/// `<165>1 2026-03-07T04:12:09.003Z host program 812 ID47 [x@1 k="v"] message`.
pub(super) fn rfc5424(line: &[u8]) -> Option<Head> {
    let (level, at) = priority(line)?;
    let at = at + line[at..].starts_with(b"1 ").then_some(2)?;
    let mut field = Fields { line, at };
    let stamp = field.next()?;
    let said = match &line[stamp.range()] {
        b"-" => None,
        text => Some(
            iso(text)
                .filter(|i| i.len == text.len() && matches!(i.said, Said::Instant { .. }))?
                .said,
        ),
    };
    let [host, program, _, _] = [field.next()?, field.next()?, field.next()?, field.next()?];
    let data = structured_data(&line[field.at..])?;
    let mut from = field.at + data;
    if from < line.len() {
        from += 1;
    }
    if line[from..].starts_with("\u{feff}".as_bytes()) {
        from += 3;
    }
    let named = |span: Span| Some(span).filter(|s| &line[s.range()] != b"-");
    Some(Head {
        said,
        level,
        host: named(host),
        program: named(program),
        message: Span::new(from, line.len()),
    })
}

struct Fields<'a> {
    line: &'a [u8],
    at: usize,
}

impl Fields<'_> {
    /// A field and the blank after it.
    fn next(&mut self) -> Option<Span> {
        let len = memchr::memchr(b' ', &self.line[self.at..]).filter(|len| *len > 0)?;
        let field = Span::new(self.at, self.at + len);
        self.at += len + 1;
        Some(field)
    }
}

/// Length of `-` or of one or more `[…]` at the start of `text`, which a blank or the end follows.
fn structured_data(text: &[u8]) -> Option<usize> {
    let mut at = usize::from(text.first() == Some(&b'-'));
    while at != 1 && text.get(at) == Some(&b'[') {
        let (mut quoted, mut escaped) = (false, false);
        let len = text[at..].iter().position(|&b| {
            let ends = b == b']' && !quoted;
            quoted ^= b == b'"' && !escaped;
            escaped = b == b'\\' && !escaped && quoted;
            ends
        })?;
        at += len + 1;
    }
    (at > 0 && text.get(at).is_none_or(|b| *b == b' ')).then_some(at)
}

/// `Mar  7 04:12:09 host program[812]: message`, with or without `<34>` before it and a year after the day.
pub(super) fn rfc3164(line: &[u8]) -> Option<Head> {
    let (level, start) = priority(line).unwrap_or((None, 0));
    let zoned = |text| {
        iso(text)
            .filter(|i| start > 0 && matches!(i.said, Said::Instant { .. }))
            .map(|i| (i.said, i.len))
    };
    let stamp = month_stamp(&line[start..]).or_else(|| zoned(&line[start..]));
    let Some((said, len)) = stamp else {
        // With a priority it is syslog all the same.
        return (start > 0).then(|| Head {
            level,
            message: Span::new(start, line.len()),
            ..Head::default()
        });
    };
    let mut head = origin(line, start + len);
    head.said = Some(said);
    head.level = level;
    Some(head)
}

/// Host, program and message after a syslog stamp that ends at `at`.
pub(super) fn origin(line: &[u8], at: usize) -> Head {
    let at = at + usize::from(line.get(at) == Some(&b' '));
    if let Some((program, message)) = tag(line, at) {
        return Head { program: Some(program), message, ..Head::default() };
    }
    let host = Span::new(at, at + memchr::memchr(b' ', &line[at..]).unwrap_or(line.len() - at));
    let after = (host.end() + 1).min(line.len());
    let (program, message) =
        tag(line, after).map_or((None, Span::new(after, line.len())), |(p, m)| (Some(p), m));
    Head { host: (!host.is_empty()).then_some(host), program, message, ..Head::default() }
}

/// `program[812]: ` or `program: ` at `at`: the program, and the message after it.
fn tag(line: &[u8], at: usize) -> Option<(Span, Span)> {
    let name = line[at..]
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || b"-_./()@".contains(b))
        .take(65)
        .count();
    if name == 0 || name > 64 || !line[at..at + name].iter().any(u8::is_ascii_alphabetic) {
        return None;
    }
    let mut end = at + name;
    if line.get(end) == Some(&b'[') {
        end += 2 + memchr::memchr(b']', &line[end + 1..]).filter(|len| *len <= 32)?;
    }
    let ends = line.get(end) == Some(&b':') && line.get(end + 1).is_none_or(|b| *b == b' ');
    let from = (end + 2).min(line.len());
    ends.then(|| (Span::new(at, at + name), Span::new(from, line.len())))
}

/// `<34>`: the level in it, and its length.
fn priority(line: &[u8]) -> Option<(Option<Level>, usize)> {
    let len = digits(line, 1);
    if line.first() != Some(&b'<') || !(1..=3).contains(&len) || line.get(len + 1) != Some(&b'>') {
        return None;
    }
    let value = number(line, 1, len).filter(|v| *v < 192)?;
    Some((level::syslog(u64::from(value.unsigned_abs()) & 7), len + 2))
}

/// `Mar  7 04:12:09`, `Mar 07 2026 04:12:09.003`: what it says, and its length.
fn month_stamp(text: &[u8]) -> Option<(Said, usize)> {
    const MONTHS: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let name = text.get(..3)?;
    let month = MONTHS.chunks(3).position(|m| m == name)? as i32 + 1;
    if text.get(3) != Some(&b' ') {
        return None;
    }
    let at = 4 + usize::from(text.get(4) == Some(&b' '));
    let width = digits(text, at);
    let day = number(text, at, width).filter(|_| (1..=2).contains(&width))?;
    let mut at = at + width + usize::from(text.get(at + width) == Some(&b' '));
    let year = if digits(text, at) == 4 && text.get(at + 4) == Some(&b' ') {
        number(text, at, 4)
    } else {
        None
    };
    if year.is_some() {
        at += 5;
    }
    let (time, nanos, len, _) = clock_time(text.get(at..)?)?;
    let ends = text.get(at + len).is_none_or(|b| matches!(b, b' ' | b':'));
    // Any leap year serves to check a date that names none.
    let shown = civil([year.unwrap_or(2024), month, day, time[0], time[1], time[2]], nanos)
        .filter(|_| ends)?;
    let said = match year {
        Some(_) => Said::Civil(shown),
        None => Said::Yearless { month: shown.month(), day: shown.day(), time: shown.time() },
    };
    Some((said, at + len))
}

#[cfg(test)]
mod tests;
