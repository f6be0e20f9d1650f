//! How the regular expressions of a profile are read.

use regex::bytes::{Regex, RegexBuilder};

/// What one compiled expression may take, in bytes.
const SIZE_LIMIT: usize = 1 << 20;

/// Compiles a regular expression of a document. Log lines are bytes of any kind, so `.` and negated classes match
/// any byte, and `\w`, `\d`, `\s` are those of ASCII.
///
/// # Errors
/// A sentence: what is wrong and, where the place is known, at which character.
pub fn pattern(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text).unicode(false).size_limit(SIZE_LIMIT).build().map_err(|error| {
        // The library draws the expression with a caret below it; its last line says what is wrong.
        let drawn = error.to_string();
        let said = drawn.lines().last().unwrap_or_default().trim().trim_start_matches("error: ");
        format!("not a regular expression: {said}")
    })
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn bytes_that_are_no_text_are_matched() {
        let hook = pattern(r"^Failed (?P<name>[^.]+)\.(?P<what>.*)$").unwrap();
        assert_eq!(
            hook.captures(b"Failed \xff\xfe.\xf0x").unwrap().name("what").unwrap().as_bytes(),
            b"\xf0x"
        );
        assert!(pattern("^\u{2192} done").unwrap().is_match("\u{2192} done".as_bytes()));
    }

    #[test]
    fn what_is_wrong_is_one_line() {
        assert_eq!(pattern("^(a").unwrap_err(), "not a regular expression: unclosed group");
        assert!(
            pattern("^(a{1000}){1000}$").unwrap_err().contains("size limit"),
            "{:?}",
            pattern("^(a{1000}){1000}$")
        );
    }
}
