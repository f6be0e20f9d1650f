//! Text from logs is hostile: on a terminal it must not move the cursor, ring, hide or reorder anything.

use std::borrow::Cow;

/// Whether a terminal may see the character as it is: no control, nothing that reorders what stands around it, nothing
/// that is there and not seen.
fn harmless(c: char) -> bool {
    !c.is_control() && (c.is_ascii() || HIDDEN.iter().all(|(first, last)| c < *first || c > *last))
}

/// First and last characters of what reorders text or is drawn as nothing: Unicode's bidirectional controls, its
/// separators of lines, and those of its default-ignorable characters that are assigned. (A blank is seen as one.)
const HIDDEN: [(char, char); 16] = [
    ('\u{AD}', '\u{AD}'),
    ('\u{34F}', '\u{34F}'),
    ('\u{61C}', '\u{61C}'),
    ('\u{115F}', '\u{1160}'),
    ('\u{17B4}', '\u{17B5}'),
    ('\u{180B}', '\u{180F}'),
    ('\u{200B}', '\u{200F}'),
    ('\u{2028}', '\u{202E}'),
    ('\u{2060}', '\u{206F}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{FE00}', '\u{FE0F}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFA0}', '\u{FFA0}'),
    ('\u{FFF0}', '\u{FFFB}'),
    ('\u{1D173}', '\u{1D17A}'),
    ('\u{E0000}', '\u{E0FFF}'),
];

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

    #[test]
    fn what_is_there_and_not_seen_is_shown() {
        for hidden in [
            '\u{AD}',
            '\u{34F}',
            '\u{61C}',
            '\u{115F}',
            '\u{1160}',
            '\u{180B}',
            '\u{180E}',
            '\u{200B}',
            '\u{200D}',
            '\u{200F}',
            '\u{2028}',
            '\u{202A}',
            '\u{202E}',
            '\u{2060}',
            '\u{2066}',
            '\u{2069}',
            '\u{206F}',
            '\u{3164}',
            '\u{FE00}',
            '\u{FE0F}',
            '\u{FEFF}',
            '\u{FFA0}',
            '\u{FFF9}',
            '\u{E0001}',
            '\u{E0041}',
            '\u{E007F}',
            '\u{E0100}',
        ] {
            let shown = format!("a{}b", hidden.escape_unicode());
            assert_eq!(escape(&format!("a{hidden}b")), shown);
            assert_eq!(escape_lines(format!("a{hidden}b").as_bytes()), shown.as_bytes());
        }
    }

    #[test]
    fn letters_marks_and_signs_stay() {
        let kept = "¬® ᄀ힣 ㅣㅤ".replace('\u{3164}', "")
            + "ᠠ ក 🔍 é e\u{301} ﷺ \u{2027}\u{202f}\u{2070} 中 \u{fffd}";
        assert_eq!(escape(&kept), kept);
    }
}
