use ir_core::wire::Upstream;

use super::markdown;
use crate::sample;

/// The whole document of the sample, word by word. To renew it after a change of form, see what the test prints.
#[test]
fn the_sample_reads_as_expected() {
    let report = sample::report(&sample::plain(&sample::incident()), Upstream::Finished);
    let written = markdown(&report);
    let expected = include_str!("sample.md");
    if written != expected {
        let first = written.lines().zip(expected.lines()).position(|(a, b)| a != b);
        panic!("line {:?} differs; the whole document now:\n{written}", first.map(|n| n + 1));
    }
}

#[test]
fn the_sample_has_no_list_item_or_cell_that_a_renderer_would_split() {
    let report = sample::report(&sample::plain(&sample::incident()), Upstream::Finished);
    for (n, line) in markdown(&report).lines().enumerate() {
        assert!(!line.ends_with("  "), "line {}: {line:?}", n + 1);
        assert!(!line.ends_with('\\'), "line {}: {line:?}", n + 1);
    }
}

/// Code spans become `§`, and with them the marks around them, so that only what we wrote ourselves is left: the
/// skeleton of the document.
fn skeleton(markdown: &str) -> String {
    let mut out = String::new();
    // The length of the stream is the only number that depends on the text.
    for line in markdown.lines().filter(|line| !line.starts_with("The record stream: ")) {
        let mut rest = line;
        while let Some(at) = rest.find('`') {
            out.push_str(&rest[..at]);
            let fence = rest[at..].len() - rest[at..].trim_start_matches('`').len();
            let mut from = at + fence;
            rest = loop {
                let open = from
                    + rest[from..]
                        .find('`')
                        .unwrap_or_else(|| panic!("a fence that nothing closes: {line}"));
                let run = rest[open..].len() - rest[open..].trim_start_matches('`').len();
                from = open + run;
                if run == fence {
                    break &rest[from..];
                }
            };
            out.push('§');
        }
        out.push_str(rest);
        out.push('\n');
    }
    // One text may be several spans, cut at its pipes and marks.
    let mut out = out.replace("&#124;", "§");
    loop {
        let mut shorter = out.replace("§§", "§").replace("§ §", "§");
        for mark in ['(', '"', '\'', '.', ',', ';', ':', '!', '?', '%', ')', '…'] {
            shorter = shorter.replace(&format!("§{mark}"), "§").replace(&format!("{mark}§"), "§");
        }
        if shorter == out {
            return out;
        }
        out = shorter;
    }
}

/// Whatever logs, names and documents hold, the document has the same blocks, cells and items.
#[test]
fn hostile_text_changes_nothing_but_the_content_of_code_spans() {
    let of = |text: &str| {
        let records: Vec<_> =
            sample::incident().iter().map(|r| sample::with(r, &|_| text.to_owned())).collect();
        skeleton(&markdown(&sample::report(&records, Upstream::Finished)))
    };
    let harmless = of("a_word");
    assert!(
        harmless.lines().filter(|l| l.contains('§')).count() > 50,
        "the sample is attacked at many places: {harmless}"
    );
    for attack in sample::ATTACKS {
        assert_eq!(of(attack), harmless, "{attack:?}");
    }
}

/// Nothing after a marker of ours is a marker again.
#[test]
fn hostile_text_begins_no_block() {
    for attack in [
        "1. x", "1) x", "- x", "+ x", "* x", "# x", "> x", "=== x", "--- x", "``` x", "~~~ x",
        "| x", ": x",
    ] {
        let records: Vec<_> =
            sample::incident().iter().map(|r| sample::with(r, &|_| attack.to_owned())).collect();
        for line in markdown(&sample::report(&records, Upstream::Finished)).lines() {
            let line = line.trim_start();
            let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let marker = ["- ", "# ", "## ", "### "]
                .iter()
                .find(|m| line.starts_with(**m))
                .map_or(0, |m| m.len());
            let marker =
                if digits > 0 && line[digits..].starts_with(". ") { digits + 2 } else { marker };
            let first = line[marker..].split(' ').next().unwrap_or_default();
            let number =
                first.len() > 1 && first[..first.len() - 1].bytes().all(|b| b.is_ascii_digit());
            assert!(!(number && first.ends_with(['.', ')'])), "{attack}: {line}");
            let block = ["-", "+", "*", "#", ">", "===", "---", "```", "~~~", ":"].contains(&first);
            assert!(!block, "{attack}: {line}");
        }
    }
}

#[test]
fn no_control_character_reaches_the_document() {
    let nasty: String =
        (0u32..0x20).chain(0x7f..0xa0).chain(0x200b..0x2070).filter_map(char::from_u32).collect();
    let records: Vec<_> =
        sample::incident().iter().map(|r| sample::with(r, &|t| format!("{t}{nasty}"))).collect();
    let written = markdown(&sample::report(&records, Upstream::Finished));
    assert!(written.chars().all(|c| c == '\n' || !c.is_control()));
    assert!(!written.contains(['\u{200b}', '\u{202e}', '\u{2028}', '\u{2066}']));
}

#[test]
fn a_quiet_report_says_what_was_looked_at_and_what_was_not() {
    let written = markdown(&sample::report(&sample::plain(&sample::quiet()), Upstream::Finished));
    for part in [
        "No incident in 728 log lines of 1 source from 2026-11-23 07:36:47 to 2026-11-23 07:37:50; 1 of 3 rules reached a verdict.",
        "`turns`",
        "**missing**",
        "no such file",
        "can never be true",
        "the queue ends at 1000",
        "**unknown**",
        "a blocked loop leaves no line",
        "2 not of the format",
        "1 undated",
        "UTC (assumed)",
        "stamps without a zone are UTC",
    ] {
        assert!(written.contains(part), "{part:?} is missing:\n{written}");
    }
    assert!(!written.contains("not whole"));
}

#[test]
fn a_stream_that_is_not_whole_says_so_before_anything_else() {
    let mut records = sample::plain(&sample::quiet());
    records.pop();
    let lost = markdown(&sample::report(&records, Upstream::Unfinished));
    assert!(
        lost.starts_with(
            "# Incident report\n\n**This report is not whole:**\n\n- upstream did not finish"
        ),
        "{lost}"
    );
    assert!(lost.contains("this is no all-clear"));
}
