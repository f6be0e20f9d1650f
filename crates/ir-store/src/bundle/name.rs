//! Names: those in the bundle are made by us, those of the host are told without harm.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use super::{DATA, RECORDS};

/// As much of a host's name goes into ours, in bytes.
const KEPT: usize = 80;

/// The name in the bundle of the item that will be line `seq` of the manifest.
pub(super) fn generated(seq: u64, original: &OsStr) -> String {
    let safe = |b: u8| if is_plain(b) { char::from(b) } else { '_' };
    let kept: String = original.as_bytes().iter().take(KEPT).copied().map(safe).collect();
    format!("{DATA}/{seq:04}-{kept}")
}

/// Line of the manifest that a name in the bundle belongs to.
pub(super) fn line_of(name: &str) -> Option<u64> {
    name.strip_prefix(DATA)?.strip_prefix('/')?.split_once('-')?.0.parse().ok()
}

/// Whether a manifest may name this file: nothing outside of the bundle, nothing hidden.
pub(super) fn is_safe(file: &str) -> bool {
    let plain = |name: &str| {
        !name.is_empty()
            && name.len() <= KEPT + 24
            && !name.starts_with('.')
            && name.bytes().all(is_plain)
    };
    file == RECORDS || file.split_once('/').is_some_and(|(dir, name)| dir == DATA && plain(name))
}

fn is_plain(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')
}

/// A name of the host as text that can be told apart from every other: what is no UTF-8 is written `\xHH`, a backslash `\\`.
pub fn escaped(name: &OsStr) -> String {
    let mut out = String::with_capacity(name.len());
    for chunk in name.as_bytes().utf8_chunks() {
        out.push_str(&chunk.valid().replace('\\', "\\\\"));
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use proptest::prelude::*;

    use super::{escaped, generated, is_safe, line_of};

    #[test]
    fn names_that_lead_elsewhere_are_not_safe() {
        for bad in [
            "",
            "data",
            "data/",
            "data/..",
            "data/.x",
            "data/a/b",
            "../data/a",
            "/data/a",
            "data//a",
            "manifest.jsonl",
            "SHA256SUMS",
            "data/a b",
            "data/a\n",
            "data/\u{e9}",
            "./data/a",
            "records.jsonl/a",
            &format!("data/{}", "a".repeat(200)),
        ] {
            assert!(!is_safe(bad), "{bad:?}");
        }
        assert!(is_safe("records.jsonl") && is_safe("data/0002-app.log"));
    }

    proptest! {
        #[test]
        fn generated_names_are_safe(seq in 1u64.., name in prop::collection::vec(any::<u8>(), 0..300)) {
            let name = generated(seq, OsStr::from_bytes(&name));
            prop_assert!(is_safe(&name), "{}", name);
            prop_assert_eq!(line_of(&name), Some(seq));
        }

        #[test]
        fn escaped_names_are_told_apart(a in prop::collection::vec(any::<u8>(), 0..9), b in prop::collection::vec(any::<u8>(), 0..9)) {
            let same = escaped(OsStr::from_bytes(&a)) == escaped(OsStr::from_bytes(&b));
            prop_assert_eq!(same, a == b);
        }
    }

    #[test]
    fn what_is_text_stays_text() {
        assert_eq!(escaped(OsStr::new("größe.log")), "größe.log");
        assert_eq!(escaped(OsStr::from_bytes(b"a\xff\\x")), "a\\xff\\\\x");
    }
}
