//! The masked message: what stays of a log message when everything that varies from one occurrence to the next is taken out.
//!
//! One pass over the bytes, no regular expression, no configuration. What is a variable is told by its shape alone:
//!
//! - anything in quotes, and a JSON or Python object in braces
//! - a chunk (what stands between spaces, commas, brackets, `=` and quotes) that begins with a digit: numbers, durations,
//!   times, addresses with their port, sizes, percentages
//! - a chunk of hexadecimal digits that holds a decimal one: digests, UUIDs, MAC and IPv6 addresses
//! - a path, a URL, a mail address, a domain name with its port
//! - English names of months and days in a date
//! - the digits of any other word: `node-12` becomes `node-<*>`
//!
//! Enumerations collapse (`1, 2, 3` is one variable), and so do runs of white space. No decimal digit survives.

/// What stands for a variable.
pub const VARIABLE: &[u8] = b"<*>";

/// Of a longer message only the first bytes are masked.
pub const MAX_MESSAGE: usize = 4096;

/// Masks `message` into `out`, which is emptied first. Any bytes are welcome; of more than [`MAX_MESSAGE`] the head counts.
/// The result holds no decimal digit and is never longer than three times the input.
pub fn mask(message: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let text = &message[..message.len().min(MAX_MESSAGE)];
    let mut unclosed = Unclosed::default();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at = match byte {
            _ if is_blank(byte) => {
                if !out.is_empty() && out.last() != Some(&b' ') {
                    out.push(b' ');
                }
                at + 1
            }
            b'"' | b'\'' | b'`' if opens(out.last()) => {
                whole(unclosed.quoted(text, at), text, at, out)
            }
            b'{' => whole(object(text, at, unclosed), text, at, out),
            _ if is_delimiter(byte) => whole(None, text, at, out),
            _ => {
                let end = chunk_end(text, at);
                if is_of_date(text, at, end) {
                    variable(out)
                } else {
                    chunk(&text[at..end], out)
                }
                end
            }
        };
    }
    while out.last() == Some(&b' ') {
        out.pop();
    }
}

/// A variable that reaches to `end`, or else the byte at `at` as it is; the position past it.
fn whole(end: Option<usize>, text: &[u8], at: usize, out: &mut Vec<u8>) -> usize {
    match end {
        Some(end) => {
            variable(out);
            end
        }
        None => {
            out.push(text[at]);
            at + 1
        }
    }
}

/// Appends a variable, unless the list of variables that it ends already has one.
fn variable(out: &mut Vec<u8>) {
    let listed = out
        .strip_suffix(b", ")
        .or_else(|| out.strip_suffix(b","))
        .filter(|o| o.ends_with(VARIABLE))
        .map(<[u8]>::len);
    match listed {
        Some(keep) => out.truncate(keep),
        None => out.extend_from_slice(VARIABLE),
    }
}

/// Whether a quote after `before` can open a quotation.
fn opens(before: Option<&u8>) -> bool {
    before.is_none_or(|b| !is_word(*b) && *b != b'>')
}

fn is_blank(byte: u8) -> bool {
    byte <= b' ' || byte == 0x7F
}

/// Bytes that end a chunk. Quotes do too, except for an apostrophe within a word.
fn is_delimiter(byte: u8) -> bool {
    matches!(
        byte,
        b',' | b';'
            | b'('
            | b')'
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'<'
            | b'>'
            | b'|'
            | b'='
            | b'"'
            | b'\''
            | b'`'
    )
}

/// Letters, digits and everything beyond ASCII.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Kinds of quotes that nothing closes any more. Whatever opens a quotation later sees the same closing quotes, so a search
/// that failed once would fail again: hostile text cannot have it done for every quote of a message.
#[derive(Clone, Copy, Debug, Default)]
struct Unclosed([bool; 3]);

impl Unclosed {
    /// As [`quoted`]; `open` never goes back.
    fn quoted(&mut self, text: &[u8], open: usize) -> Option<usize> {
        let kind = match text[open] {
            b'"' => 0,
            b'\'' => 1,
            _ => 2,
        };
        if self.0[kind] {
            return None;
        }
        let end = quoted(text, open);
        self.0[kind] = end.is_none();
        end
    }
}

/// The end of the quotation that opens at `open`, past its closing quote.
fn quoted(text: &[u8], open: usize) -> Option<usize> {
    let quote = text[open];
    let mut at = open + 1;
    while let Some(&byte) = text.get(at) {
        if byte == b'\\' {
            at += 1;
        } else if byte == quote && !text.get(at + 1).is_some_and(|&next| is_word(next)) {
            return Some(at + 1);
        }
        at += 1;
    }
    None
}

/// The end of the object that opens at `open`: balanced braces whose first key is quoted, or none at all.
fn object(text: &[u8], open: usize, mut unclosed: Unclosed) -> Option<usize> {
    let first = text[open + 1..].iter().find(|b| !is_blank(**b))?;
    if !matches!(first, b'"' | b'\'' | b'}') {
        return None;
    }
    let (mut depth, mut at) = (0_usize, open);
    while let Some(&byte) = text.get(at) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'"' | b'\'' if opens(text[..at].last()) => {
                if let Some(end) = unclosed.quoted(text, at) {
                    at = end;
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn chunk_end(text: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(&byte) = text.get(at) {
        let apostrophe = byte == b'\''
            && at > start
            && is_word(text[at - 1])
            && text.get(at + 1).is_some_and(|&next| is_word(next));
        if (is_blank(byte) || is_delimiter(byte)) && !apostrophe {
            break;
        }
        at += 1;
    }
    at
}

/// An English month before a number, or a day of the week before such a month: part of a date.
fn is_of_date(text: &[u8], at: usize, end: usize) -> bool {
    const MONTHS: [&[u8]; 12] = [
        b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov",
        b"Dec",
    ];
    const DAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
    let word = &text[at..end];
    if word.len() != 3 || !word[0].is_ascii_uppercase() {
        return false;
    }
    let next = text[end..].trim_ascii_start();
    let month = |word: &[u8]| MONTHS.contains(&word);
    month(word) && next.first().is_some_and(u8::is_ascii_digit)
        || DAYS.contains(&word)
            && next.get(..3).is_some_and(month)
            && next.get(3).is_some_and(|b| is_blank(*b))
}

/// Masks what stands between delimiters.
fn chunk(chunk: &[u8], out: &mut Vec<u8>) {
    let body = chunk
        .iter()
        .rposition(|b| !matches!(b, b'.' | b':' | b'!' | b'?'))
        .map_or(0, |last| last + 1);
    let (body, tail) = chunk.split_at(body);
    let number = body
        .iter()
        .position(|b| !matches!(b, b'-' | b'+'))
        .is_some_and(|i| i < 2 && body[i].is_ascii_digit());
    if number || is_path(body) || is_mail(body) || is_hexadecimal(body) || is_host_with_port(body) {
        variable(out);
    } else {
        words(body, out);
    }
    out.extend_from_slice(tail);
}

fn is_path(body: &[u8]) -> bool {
    let slashes = body.iter().filter(|b| matches!(b, b'/' | b'\\')).count();
    if slashes == 0 || body.len() < 2 {
        return false;
    }
    let extension = || {
        let name = body.rsplit(|b| *b == b'/').next().unwrap_or_default();
        let dot = name.iter().rposition(|b| *b == b'.');
        dot.is_some_and(|d| d > 0 && name.get(d + 1).is_some_and(u8::is_ascii_alphabetic))
    };
    slashes >= 2
        || matches!(body[0], b'/' | b'\\' | b'~')
        || body.starts_with(b"./")
        || body[1..].starts_with(b":\\")
        || extension()
}

fn is_mail(body: &[u8]) -> bool {
    let at = body.iter().position(|b| *b == b'@');
    at.is_some_and(|at| at > 0 && body[at..].contains(&b'.'))
}

/// A domain name of three parts or more, and a port.
fn is_host_with_port(body: &[u8]) -> bool {
    let Some(colon) = body.iter().rposition(|b| *b == b':') else { return false };
    let (host, port) = (&body[..colon], &body[colon + 1..]);
    let name = host.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    name && host.iter().filter(|b| **b == b'.').count() >= 2
        && !port.is_empty()
        && port.iter().all(u8::is_ascii_digit)
}

/// At least six hexadecimal digits, one of them decimal, with nothing but `-` and `:` between; or an IPv6 address.
fn is_hexadecimal(body: &[u8]) -> bool {
    let (mut digits, mut decimal, mut colons) = (0, false, 0);
    for byte in body {
        match byte {
            b'-' => {}
            b':' => colons += 1,
            _ if byte.is_ascii_hexdigit() => {
                digits += 1;
                decimal |= byte.is_ascii_digit();
            }
            _ => return false,
        }
    }
    decimal && (digits >= 6 || colons >= 2)
}

/// Masks the words of a chunk one by one, and joins variables that only punctuation parts.
fn words(body: &[u8], out: &mut Vec<u8>) {
    let begun = out.len();
    let mut at = 0;
    while let Some(&byte) = body.get(at) {
        if !is_word(byte) {
            out.push(byte);
            at += 1;
            continue;
        }
        let end = at + body[at..].iter().position(|b| !is_word(*b)).unwrap_or(body.len() - at);
        let word = &body[at..end];
        at = end;
        let Some(digit) = word.iter().position(u8::is_ascii_digit) else {
            out.extend_from_slice(word);
            continue;
        };
        let keep = if is_mixed(word) { 0 } else { digit };
        if keep == 0 {
            join(out, begun);
        }
        out.extend_from_slice(&word[..keep]);
        out.extend_from_slice(VARIABLE);
    }
}

/// A word that is an identifier as a whole: hexadecimal, or letters and digits in turns.
fn is_mixed(word: &[u8]) -> bool {
    let runs = word.windows(2).filter(|w| w[1].is_ascii_digit() && !w[0].is_ascii_digit()).count();
    runs >= 2 || is_hexadecimal(word)
}

/// Takes back `<*>` and the punctuation after it if nothing else stands at the end of `out[begun..]`; a sign is taken back alone.
fn join(out: &mut Vec<u8>, begun: usize) {
    let Some(&last) = out[begun..].last().filter(|b| !is_word(**b)) else { return };
    let before = out.len() - 1;
    if out[begun..before].ends_with(VARIABLE) {
        out.truncate(before - VARIABLE.len());
    } else if matches!(last, b'-' | b'+') && before > begun && !is_word(out[before - 1]) {
        out.pop();
    }
}

#[cfg(test)]
mod tests;
