use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use proptest::prelude::*;

use super::{Wildcard, expand};

fn fits(pattern: &str, name: impl AsRef<[u8]>) -> bool {
    Wildcard::new(pattern).unwrap().matches(OsStr::from_bytes(name.as_ref()))
}

#[test]
fn the_signs_mean_what_they_mean_in_a_shell() {
    for (pattern, name) in [
        ("*", "a"),
        ("*.log", ".log.log"),
        ("app.log*", "app.log"),
        ("a*b*c", "aXbXbc"),
        ("?", "ä"),
        ("a?c", "a/c"),
        ("[a-c]x", "bx"),
        ("[!a-c]x", "dx"),
        ("[]]", "]"),
        ("[a-]", "-"),
        ("[[]", "["),
        ("x**y", "xy"),
        (".*", ".a"),
        ("größe*", "größer"),
    ] {
        let hidden = name.starts_with('.') && !pattern.starts_with('.');
        assert_eq!(fits(pattern, name), !hidden, "{pattern} {name}");
    }
    for (pattern, name) in [
        ("*", ".a"),
        ("?a", ".a"),
        ("[.]a", ".a"),
        ("*.log", "a.logx"),
        ("[a-c]", "d"),
        ("?", ""),
        ("a", "ab"),
        ("ab", "a"),
    ] {
        assert!(!fits(pattern, name), "{pattern} {name}");
    }
    for bad in ["[", "a[b", "[]", "[!]", "[z-a]"] {
        assert!(Wildcard::new(bad).is_err(), "{bad}");
    }
}

#[test]
fn names_that_are_no_text_are_found() {
    assert!(fits("*.py", b"\xff\xfe.py"));
    assert!(fits("?.py", b"\xff.py"));
    let dir = std::env::temp_dir().join(format!("ir-host-wildcard-{}", std::process::id()));
    fs::create_dir_all(dir.join("sub")).unwrap();
    let names: [&[u8]; 4] = [b"\xff.py", b"a\nb.py", b".hidden.py", b"z.txt"];
    for name in names {
        fs::write(dir.join(OsStr::from_bytes(name)), "").unwrap();
        fs::write(dir.join("sub").join(OsStr::from_bytes(name)), "").unwrap();
    }
    let found = expand(&dir, "*.py").unwrap();
    assert_eq!(found, [dir.join("a\nb.py"), dir.join(OsStr::from_bytes(b"\xff.py"))]);
    assert_eq!(expand(&dir, "s*/z.txt").unwrap(), [dir.join("sub/z.txt")]);
    assert_eq!(expand(&dir, "*/none*").unwrap(), [] as [&Path; 0]);
    assert_eq!(expand(Path::new(""), "Cargo.t?ml").unwrap(), [Path::new("Cargo.toml")]);
    fs::remove_dir_all(&dir).unwrap();
}

/// The plain way, for patterns of letters, `?` and `*`.
fn oracle(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern.first(), name.first()) {
        (None, None) => true,
        (Some(b'*'), _) => {
            oracle(&pattern[1..], name) || (!name.is_empty() && oracle(pattern, &name[1..]))
        }
        (Some(b'?'), Some(_)) => oracle(&pattern[1..], &name[1..]),
        (Some(a), Some(b)) if a == b => oracle(&pattern[1..], &name[1..]),
        _ => false,
    }
}

proptest! {
    #[test]
    fn it_agrees_with_the_plain_way(pattern in "[ab?*]{0,8}", name in "[ab]{0,10}") {
        prop_assert_eq!(fits(&pattern, &name), oracle(pattern.as_bytes(), name.as_bytes()));
    }

    #[test]
    fn any_text_is_survived(pattern in "[a\\[\\]!*?é-]{0,10}", name in prop::collection::vec(any::<u8>(), 0..10)) {
        if let Ok(wildcard) = Wildcard::new(&pattern) {
            wildcard.matches(OsStr::from_bytes(&name));
        }
    }

    #[test]
    fn many_stars_take_no_time(stars in 1usize..200) {
        prop_assert!(!fits(&"*a".repeat(stars), "a".repeat(5000) + "b"));
    }
}
