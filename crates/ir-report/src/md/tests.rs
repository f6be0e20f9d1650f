use proptest::prelude::*;

use super::{MAX_TEXT, SIGNS, line, plain};
use crate::phrase::Phrase;

/// What a renderer sees in a piece of ours.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    /// Bare text, character references undone.
    Bare(String),
    /// The content of a code span.
    Code(String),
}

/// CommonMark's rules for code spans, and the one character reference that we write. A fence that nothing closes would
/// be literal backticks, which must never happen.
fn render(markdown: &str) -> Vec<Seen> {
    let mut seen = Vec::new();
    let mut rest = markdown;
    while !rest.is_empty() {
        let bare = rest.find('`').unwrap_or(rest.len());
        if bare > 0 {
            seen.push(Seen::Bare(rest[..bare].replace("&#124;", "|")));
            rest = &rest[bare..];
            continue;
        }
        let fence = rest.len() - rest.trim_start_matches('`').len();
        let mut at = fence;
        let content = loop {
            let open = at
                + rest[at..]
                    .find('`')
                    .unwrap_or_else(|| panic!("nothing closes a fence: {markdown:?}"));
            let run = rest[open..].len() - rest[open..].trim_start_matches('`').len();
            at = open + run;
            if run == fence {
                break &rest[fence..open];
            }
        };
        let stripped = content
            .strip_prefix(' ')
            .and_then(|c| c.strip_suffix(' '))
            .filter(|_| content.contains(|c| c != ' '));
        seen.push(Seen::Code(stripped.unwrap_or(content).to_owned()));
        rest = &rest[at..];
    }
    seen
}

fn flat(seen: &[Seen]) -> String {
    seen.iter()
        .map(|s| match s {
            Seen::Bare(t) | Seen::Code(t) => t.as_str(),
        })
        .collect()
}

fn text(input: &str) -> String {
    line(&Phrase::new().text(input))
}

fn code(input: &str) -> String {
    line(&Phrase::new().code(input))
}

#[test]
fn prose_stays_prose_and_the_rest_becomes_literal() {
    let cases = [
        (
            "5 of 8 calls failed, the limit is 2.5 (in 5 minutes).",
            "5 of 8 calls failed, the limit is 2.5 (in 5 minutes).",
        ),
        ("e.g. a built-in rule's limit: 25%", "e.g. a built-in rule's limit: 25%"),
        ("1,320 lines until 07:47:38.123", "1,320 lines until 07:47:38.123"),
        ("größe → naïve — ok…", "größe → naïve — ok…"),
        ("plugin_system of flaky.on_input failed", "`plugin_system` of `flaky.on_input` failed"),
        ("[Errno] 28] no space", "`[Errno] 28]` no space"),
        ("see a_b, c_d; and (e_f).", "see `a_b`, `c_d`; and (`e_f`)."),
        ("says `no such file` now: `ok`.", "says `` `no such file` `` now: `` `ok` ``."),
        ("one ` alone", "one `` ` `` alone"),
        ("20 % of 100", "20 % of 100"),
        ("in 5. Then", "in 5. Then"),
        ("engineer + assistant - now", "engineer + assistant - now"),
        ("+ engineer", "`+` engineer"),
        ("a_b + c", "`a_b` + c"),
        ("", ""),
        ("  two   blanks  ", "two blanks"),
    ];
    for (input, want) in cases {
        assert_eq!(text(input), want);
    }
}

#[test]
fn every_sign_of_punctuation_is_literal_alone_doubled_leading_and_trailing() {
    for sign in (0x21u8..0x7f).map(char::from).filter(char::is_ascii_punctuation) {
        for input in [
            format!("{sign}"),
            format!("{sign}{sign}{sign}"),
            format!("{sign} word"),
            format!("{sign}word{sign} x"),
            format!("a{sign}b"),
        ] {
            let seen = render(&text(&input));
            assert_eq!(flat(&seen), input, "{}", text(&input));
            for bare in seen.iter().filter_map(|s| match s {
                Seen::Bare(b) => Some(b),
                Seen::Code(_) => None,
            }) {
                assert!(
                    !bare.contains([
                        '\\', '`', '*', '_', '[', ']', '<', '>', '#', '~', '&', '{', '}', '@', '$',
                        '^'
                    ]),
                    "{bare}"
                );
                assert!(
                    !bare.contains('|')
                        || bare
                            .trim_end_matches(" word")
                            .trim_end_matches(" x")
                            .chars()
                            .all(|c| c == '|'),
                    "{bare}"
                );
            }
            assert_eq!(flat(&render(&code(&input))), input);
        }
    }
}

#[test]
fn what_renderers_look_for_is_never_bare() {
    for word in [
        "1.",
        "1)",
        "12345.",
        "(1)",
        "a.",
        "A)",
        "-",
        "--",
        "---",
        "-x",
        "+",
        "*",
        "#",
        "##",
        "===",
        "***",
        "___",
        ">",
        "!!!",
        ":",
        "http://evil.example",
        "https://evil.example/x",
        "ftp://x",
        "HTTP://X",
        "www.evil.example",
        "WWW.EVIL.EXAMPLE",
        "evil.example",
        "mailto:a@b.example",
        "xmpp:a@b.example",
        "a@b.example",
        "@all",
        "#12",
        "GH#1",
        ":smile:",
        "javascript:alert(1)",
        "//evil",
        "&lt;",
        "&#60;",
        "&amp;",
        "<script>",
        "</td>",
        "<!--",
        "![x](y)",
        "[x](y)",
        "[x]:",
        "[^1]",
        "[x]",
        "~~x~~",
        "$x$",
        "`x`",
        "``",
        "**x**",
        "__x__",
        "*x*",
        "_x_",
        "a|b",
        "|",
        "\\",
        "\\|",
        "{{x}}",
        "{%x%}",
        "127.0.0.1",
        "0.1.0",
        "a/b",
    ] {
        assert!(!plain(word, true), "{word}");
    }
}

#[test]
fn controls_and_hidden_characters_become_visible() {
    assert_eq!(
        code("a\nb\r\x1b[31m\u{202e}c\u{200b}"),
        r"`a\u{a}b\u{d}\u{1b}[31m\u{202e}c\u{200b}`"
    );
    assert_eq!(text("one\n# two\n\n---\n"), r"`one\u{a}# two\u{a}\u{a}---\u{a}`");
    assert_eq!(text("a\tb"), "a b");
}

#[test]
fn code_spans_keep_backticks_blanks_and_pipes() {
    for (input, want) in [
        ("`", "`` ` ``"),
        ("a``b", "```a``b```"),
        ("`a", "`` `a ``"),
        (" a ", "`  a  `"),
        (" ", "` `"),
        ("", "(empty)"),
        ("a|b", "`a`&#124;`b`"),
        ("||", "&#124;&#124;"),
        (r"a\|b", r"`a\`&#124;`b`"),
    ] {
        assert_eq!(code(input), want);
    }
}

#[test]
fn neighbouring_spans_keep_apart() {
    assert_eq!(line(&Phrase::new().code("a").code("b")), "`a` `b`");
    assert_eq!(line(&Phrase::new().code("a").and(Phrase::new().code("b"))), "`a` `b`");
    assert_eq!(line(&Phrase::new().code("a").text("_b")), "`a` `_b`");
}

#[test]
fn long_text_is_cut_and_says_so() {
    let long = "ä".repeat(MAX_TEXT + 5);
    assert!(text(&long).ends_with("ä… (5 characters more)"));
    assert!(code(&long).ends_with("`… (5 characters more)"));
    assert!(!text(&long[..2 * MAX_TEXT]).contains('…'));
}

/// Signs that matter to Markdown, often side by side.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[`|\\\\*_<>#+&~\\[\\](){}!.:/@ -]{1,4}",
        2 => "[a-z0-9]{1,4}",
        1 => any::<char>().prop_map(String::from),
        1 => prop::sample::select(vec!["\n", "\r\n", "http://", "www.", "&#124;", "1. ", "- ", "    ", "\u{202e}", "\x1b["]).prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|p| p.concat())
}

proptest! {
    #[test]
    fn code_renders_to_exactly_the_visible_text(input in hostile()) {
        let markdown = code(&input);
        prop_assert!(!markdown.contains(['\n', '\r', '|']));
        let want = if input.is_empty() { "(empty)".into() } else { ir_cli::escape(&input).into_owned() };
        prop_assert_eq!(flat(&render(&markdown)), want);
    }

    #[test]
    fn text_renders_to_the_same_words_and_nothing_bare_is_risky(input in hostile()) {
        let markdown = text(&input);
        prop_assert!(!markdown.contains(['\n', '\r', '|']));
        prop_assert!(!markdown.starts_with(' '));
        let seen = render(&markdown);
        prop_assert!(!["1.", "1)"].iter().any(|number| markdown.starts_with(number)), "{markdown:?}");
        prop_assert!(!SIGNS.iter().any(|sign| markdown.starts_with(sign)), "a block begins: {markdown:?}");
        let visible = ir_cli::escape(&input).into_owned();
        let want: Vec<_> = visible.split(' ').filter(|w| !w.is_empty()).collect();
        prop_assert_eq!(flat(&seen), want.join(" "));
        for bare in seen.iter().filter_map(|s| match s { Seen::Bare(b) => Some(b), Seen::Code(_) => None }) {
            for word in bare.split(' ').filter(|w| !w.is_empty()) {
                let marks = |c: char| "|(\"'.,;:!?%)…".contains(c);
                let harmless = plain(word, false) || word.chars().all(marks);
                prop_assert!(harmless, "{word:?} of {markdown:?}");
            }
        }
    }
}
