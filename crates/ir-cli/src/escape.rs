//! Text from logs is hostile: on a terminal it must not move the cursor, ring, hide or reorder anything.

use std::borrow::Cow;

/// Whether a terminal may see the character as it is: no control, no bidirectional override, no invisible format sign.
fn harmless(c: char) -> bool {
    !c.is_control()
        && !matches!(c,
            '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{061C}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// `text` with every dangerous character written as `\u{hex}`; tabs become spaces, line feeds are escaped too.
pub fn escape(text: &str) -> Cow<'_, str> {
    if text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\t' => out.push(' '),
            c if harmless(c) => out.push(c),
            c => out.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(out)
}

/// Output for a terminal: like [`escape`], but line feeds and tabs stay, and bytes that are not UTF-8 become U+FFFD.
/// A character cut by the end of `bytes` is replaced, so hand over whole lines.
pub(crate) fn escape_lines(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\n' || c == '\t' || harmless(c) {
            out.push(c)
        } else {
            out.extend(c.escape_unicode())
        }
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::{escape, escape_lines};

    #[test]
    fn nothing_dangerous_is_left() {
        assert_eq!(escape("naïve → ok"), "naïve → ok");
        assert_eq!(escape("a\x1b[2Jb\u{202e}c\u{9b}d\ne"), "a\\u{1b}[2Jb\\u{202e}c\\u{9b}d\\u{a}e");
        assert_eq!(escape_lines(b"a\tb\n\x07\xff"), "a\tb\n\\u{7}\u{fffd}".as_bytes());
    }
}
