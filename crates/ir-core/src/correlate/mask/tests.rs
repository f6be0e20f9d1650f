use proptest::prelude::*;

use super::{MAX_MESSAGE, Unclosed, mask, quoted};

fn masked(message: &str) -> String {
    let mut out = Vec::new();
    mask(message.as_bytes(), &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn variables_are_told_by_their_shape() {
    for (message, template) in [
        ("worker 4 exited after 1.5s", "worker <*> exited after <*>"),
        ("queue at 91% (912/1000)", "queue at <*> (<*>)"),
        ("connect 10.2.0.9:8080 [fe80::1]", "connect <*> [<*>]"),
        ("host ('127.0.0.1', 18437) ssl:default", "host (<*>) ssl:default"),
        ("load /srv/app/config.json: Expecting value", "load <*>: Expecting value"),
        ("open C:\\logs\\a.txt, ~/x and ./y/z", "open <*> and <*>"),
        ("GET http://h.example/a?b=c", "GET <*>=c"),
        ("mail to ops@example.org.", "mail to <*>."),
        ("No module named 'psutil'", "No module named <*>"),
        ("can't read user's file", "can't read user's file"),
        ("said \"it's 5\" twice", "said <*> twice"),
        ("body {\"error\": {\"code\": 500}} end", "body <*> end"),
        ("set {a, b} and {}", "set {a, b} and <*>"),
        ("node-12 blk_-160899 v1.2.3 sha256", "node-<*> blk_<*> v<*> sha<*>"),
        ("id 3f2a9c1 7b8c aB3xK9 dead-beef-01", "id <*> <*> <*> <*>"),
        ("[1, 2, 3] [1]", "[<*>] [<*>]"),
        ("a    b\t\tc  ", "a b c"),
        ("retry in -5 +3", "retry in <*> <*>"),
        ("I/O and/or HTTP/1.1", "I/O and/or HTTP/<*>"),
        ("x=1, y=2", "x=<*>, y=<*>"),
        ("at Sun Jul 10 03:55:15 2005, in May", "at <*> <*> <*> <*> <*>, in May"),
        ("at file.py:12", "at file.py:<*>"),
        ("open www.a.example:443 at org.a.b", "open <*> at org.a.b"),
        ("", ""),
        ("größe 12 µs", "größe <*> µs"),
    ] {
        assert_eq!(masked(message), template, "{message}");
    }
}

#[test]
fn a_long_message_counts_by_its_head() {
    let long = "word ".repeat(MAX_MESSAGE);
    let mut out = Vec::new();
    mask(long.as_bytes(), &mut out);
    assert!(out.len() <= MAX_MESSAGE);
}

/// A value of one kind; two of them must mask alike.
fn value() -> impl Strategy<Value = (String, String)> {
    let pair = |s: &'static str| (s, s).prop_map(|(a, b)| (a, b)).boxed();
    prop_oneof![
        pair("[0-9]{1,9}"),
        pair("[0-9]{1,4}\\.[0-9]{1,3}(ms|s|%|MB)"),
        pair("[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}(:[0-9]{2,5})?"),
        pair("[a-f][0-9a-f]{7}-[0-9]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
        pair("0x[0-9a-f]{1,12}"),
        pair("'[a-z 0-9,]{0,12}'"),
        pair("\"[A-Za-z {}:]{0,12}\""),
        pair("/[a-z]{1,6}(/[a-z0-9._]{0,6}[a-z0-9]){1,4}"),
        pair("https://[a-z]{2,8}\\.example(/[a-z0-9]{1,5}){0,3}"),
        pair("[a-z]{1,8}@[a-z]{1,8}\\.org"),
        pair("20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z"),
        pair("\\{'[a-z]{1,5}': [0-9]{1,4}\\}"),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_occurrences_of_one_message_mask_alike(
        parts in prop::collection::vec(("[A-Za-z]{2,9}( [A-Za-z]{2,9}){0,2}", value()), 1..6),
    ) {
        let say = |second: bool| parts.iter().map(|(word, v)| format!("{word} {}", if second { &v.1 } else { &v.0 })).collect::<Vec<_>>().join(" ");
        let template = parts.iter().map(|(word, _)| format!("{word} <*>")).collect::<Vec<_>>().join(" ");
        prop_assert_eq!(masked(&say(false)), template.clone());
        prop_assert_eq!(masked(&say(true)), template);
    }

    #[test]
    fn plain_words_stay(words in "[A-Za-z]{1,8}( [A-Za-z]{1,8}){0,8}[.!?:]?") {
        prop_assert_eq!(masked(&words), words);
    }

    #[test]
    fn no_digit_is_left_of_any_bytes(message in prop::collection::vec(any::<u8>(), 0..300)) {
        bounded(&message)?;
    }

    #[test]
    fn no_digit_is_left_of_punctuation(message in "[ab0-9'\"`{}<*>,:;/\\\\.@=+_ -]{0,60}") {
        bounded(message.as_bytes())?;
    }
}

fn bounded(message: &[u8]) -> Result<(), TestCaseError> {
    let mut out = Vec::new();
    mask(message, &mut out);
    prop_assert!(!out.iter().any(u8::is_ascii_digit));
    prop_assert!(out.len() <= 3 * message.len());
    Ok(())
}

#[test]
fn hostile_quotes_and_braces_take_no_time() {
    let message = "{\"a".repeat(MAX_MESSAGE);
    let begun = std::time::Instant::now();
    for _ in 0..40 {
        masked(&message);
    }
    // Some milliseconds each; it was close to a second.
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
}

proptest! {
    #[test]
    fn what_is_known_of_unclosed_quotes_changes_nothing(text in "[\"'`a {}\\\\]{0,24}") {
        let text = text.as_bytes();
        let mut unclosed = Unclosed::default();
        for at in (0..text.len()).filter(|&at| matches!(text[at], b'"' | b'\'' | b'`')) {
            prop_assert_eq!(unclosed.quoted(text, at), quoted(text, at));
        }
    }
}
