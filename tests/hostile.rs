//! Hostile logs through the whole pipe: nothing is obeyed, nothing is believed, nothing is lost.

pub(crate) mod fixture;
mod terminal;

use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

use self::fixture::{ENEMY, FORGED, SENTINEL, Written};
use self::terminal::Terminal;
use crate::support::{Folder, Ran, Tool};

const NOW: &str = "2026-11-24T00:00:00Z";

/// One tool and its arguments.
type Stage = (&'static str, Vec<PathBuf>);

/// The pipe over a state folder, for the profile `chat-app`.
pub(crate) fn chat_pipe() -> Vec<Stage> {
    let profile = ["--profile", "chat-app", "--set", "state_dir=state", "--now", NOW];
    pipe(&profile, &profile)
}

fn generic_pipe(files: &[PathBuf]) -> Vec<Stage> {
    let mut stages =
        pipe(&["--profile", "generic", "--now", NOW], &["--profile", "generic", "--now", NOW]);
    stages[0].1.extend(files.iter().cloned());
    stages
}

fn pipe(detect: &[&str], profile: &[&str]) -> Vec<Stage> {
    let paths = |args: &[&str]| args.iter().map(PathBuf::from).collect();
    vec![
        ("ir-detect", paths(detect)),
        ("ir-classify", paths(&["--now", NOW])),
        ("ir-contain", paths(profile)),
        ("ir-evidence", paths(&[profile, &["-o", "bundle"]].concat())),
        ("ir-rca", paths(&["--now", NOW])),
    ]
}

/// What each stage wrote, in order.
pub(crate) fn run(folder: &Folder, stages: &[Stage]) -> Vec<Ran> {
    let mut done: Vec<Ran> = Vec::new();
    for (tool, args) in stages {
        let input = done.last().map(|ran| ran.stdout.clone()).unwrap_or_default();
        let ran = Tool::new(tool).args(args.iter().cloned()).dir(folder.path()).stdin(input).run();
        assert!(matches!(ran.code, Some(0 | 4)), "{tool}: {:?} {}", ran.code, ran.stderr);
        assert_tame(tool, ran.stderr.as_bytes());
        done.push(ran);
    }
    done
}

/// A report of what the stages wrote.
pub(crate) fn report(folder: &Folder, stages: &[Ran], form: &str) -> String {
    let input = stages.last().unwrap().stdout.clone();
    let ran = Tool::new("ir-report")
        .args(["--now", NOW, "--format", form])
        .dir(folder.path())
        .stdin(input)
        .run();
    assert!(matches!(ran.code, Some(0 | 4)), "{:?} {}", ran.code, ran.stderr);
    String::from_utf8(ran.stdout).unwrap()
}

/// Fails on what a terminal would obey or hide. Line ends and tabs may stay.
fn assert_tame(what: &str, bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).unwrap_or_else(|e| panic!("{what}: {e}"));
    let hidden = |c: char| {
        matches!(c, '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
    };
    if let Some(at) = text.find(|c: char| (c.is_control() && !"\r\n\t".contains(c)) || hidden(c)) {
        let from = text[..at].char_indices().rev().nth(60).map_or(0, |(i, _)| i);
        panic!(
            "{what}: {:?}",
            &text[from..text[at..].char_indices().nth(20).map_or(text.len(), |(i, _)| at + i)]
        );
    }
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Every line of every log is used, passed or rejected, and so is every line between the tools.
fn assert_nothing_lost(stages: &[Ran], written: &[Written]) {
    let detect = &stages[0].own_run()["data"];
    let sources = detect["sources"].as_array().unwrap();
    let mut seen: Vec<(u64, u64)> = Vec::new();
    for source in sources.iter().filter(|s| s["status"] == "read") {
        let n = |key: &str| number(&source[key]);
        assert_eq!(n("lines"), n("records") + n("continued") + n("rejected"), "{source}");
        seen.push((n("lines"), n("bytes")));
    }
    let mut want: Vec<_> = written.iter().map(|w| (w.lines, w.bytes)).collect();
    seen.sort_unstable();
    want.sort_unstable();
    assert_eq!(seen, want, "lines and bytes of each log");
    assert_eq!(number(&detect["lines"]), want.iter().map(|w| w.0).sum::<u64>());
    assert_eq!(number(&detect["bytes"]), want.iter().map(|w| w.1).sum::<u64>());
    assert!(sources.iter().any(|s| number(&s["overlong"]) > 0), "the huge line is told");
    assert!(sources.iter().any(|s| number(&s["future"]) > 0), "the future is told");

    let lines = |bytes: &[u8]| bytes.iter().filter(|b| **b == b'\n').count() as u64;
    for pair in stages.windows(2) {
        let [before, after] = pair else { panic!() };
        let mut rest = after.stdout.split(|b| *b == b'\n');
        let passed =
            before.stdout.split(|b| *b == b'\n').all(|line| rest.any(|found| found == line));
        assert!(passed, "every record passes, byte for byte and in order");
        let counts = &after.own_run()["data"]["records"];
        let n = |key: &str| number(&counts[key]);
        assert_eq!(n("read"), lines(&before.stdout));
        assert_eq!(n("read"), n("passed") + n("rejected") + n("blank"));
        assert_eq!(
            (n("rejected"), n("unreadable"), n("foreign")),
            (0, 0, 0),
            "our own records are good"
        );
    }
}

/// No line of a log became a record, and no word of one decided.
fn assert_nothing_believed(stages: &[Ran]) {
    let all = String::from_utf8(stages.last().unwrap().stdout.clone()).unwrap();
    let known = ir_core::wire::schemas();
    for line in all.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let kind = record["type"].as_str().unwrap();
        assert!(known.iter().any(|(known, _)| *known == kind), "{kind}");
        for key in ["id", "source", "subject"] {
            let value = record[key].as_str().unwrap_or_default();
            assert!(!value.contains(FORGED) && value.is_ascii(), "{key} of {line}");
        }
        for (key, hostile) in [("/data/facts/security", "confirmed"), ("/data/severity", "P0")] {
            assert_ne!(record.pointer(key).and_then(Value::as_str), Some(hostile), "{line}");
        }
    }
}

/// No command ran: nothing is there that the tools do not make.
fn assert_nothing_obeyed(folder: &Folder) {
    let mut rest = vec![folder.path().to_path_buf()];
    while let Some(place) = rest.pop() {
        for entry in std::fs::read_dir(&place).unwrap().map(|e| e.unwrap().path()) {
            assert!(!entry.to_string_lossy().contains(SENTINEL), "{}", entry.display());
            if entry.is_dir() {
                rest.push(entry);
            }
        }
    }
    let temp = std::env::temp_dir().join(SENTINEL);
    assert!(!temp.exists(), "{}", temp.display());
}

/// On a real terminal each tool's output holds nothing that moves, colours, rings, reorders or hides.
fn assert_terminal_is_safe(folder: &Folder, stages: &[Stage], done: &[Ran]) {
    let reporting = [
        ("ir-report", vec!["--now".into(), NOW.into()]),
        ("ir-report", vec!["--now".into(), NOW.into(), "--format".into(), "html".into()]),
    ];
    for (n, (tool, args)) in stages.iter().chain(&reporting).enumerate() {
        let input = n
            .checked_sub(1)
            .map(|n| done[n.min(done.len() - 1)].stdout.clone())
            .unwrap_or_default();
        let input = folder.write("input", &input);
        let (out, err) = (Terminal::new(), Terminal::new());
        let place = format!("terminal-{n}");
        let args = args
            .iter()
            .map(|a| if a.as_os_str() == "bundle" { PathBuf::from(&place) } else { a.clone() });
        let mut command = Tool::new(tool).args(args).dir(folder.path()).command();
        command.arg("-v").env("TERM", "xterm-256color").env("COLORTERM", "truecolor");
        command.stdin(Stdio::from(std::fs::File::open(input).unwrap()));
        let mut child = command.stdout(out.stdio()).stderr(err.stdio()).spawn().unwrap();
        // The command keeps its ends of the terminals open.
        drop(command);
        let status = child.wait().unwrap();
        assert!(matches!(status.code(), Some(0 | 4)), "{tool}: {status}");
        let seen = out.seen();
        assert!(!seen.is_empty(), "{tool}");
        assert_tame(tool, &seen);
        // A progress bar, shown where a tool takes longer than a second, is our own.
        let mut notes = String::from_utf8(err.seen()).unwrap();
        for own in ["\x1b[2K", "\x1b[1A", "\x1b[1B", "\x1b[?25l", "\x1b[?25h"] {
            notes = notes.replace(own, "");
        }
        assert_tame(tool, notes.as_bytes());
    }
}

/// Outside of code spans stands nothing that a renderer would make a link, an image or an element of.
fn assert_markdown_is_text(markdown: &str) {
    assert_tame("Markdown", markdown.as_bytes());
    let ours = [
        "Incident report",
        "What was examined",
        "Sources",
        "Rules",
        "Checks",
        "Documents and assumptions",
        "Classification",
        "Timeline",
        "Alerts",
        "Alerts of no incident",
        "Containment plan",
        "Evidence",
        "Causes",
        "Other findings",
        "Next steps",
        "References",
        "INC-",
    ];
    for line in markdown.lines() {
        let mut bare = String::new();
        let mut rest = line;
        while let Some(at) = rest.find('`') {
            bare.push_str(&rest[..at]);
            let fence: String = rest[at..].chars().take_while(|c| *c == '`').collect();
            let mut from = at + fence.len();
            rest = loop {
                let open = from
                    + rest[from..]
                        .find('`')
                        .unwrap_or_else(|| panic!("nothing closes a code span: {line}"));
                let run = rest[open..].chars().take_while(|c| *c == '`').count();
                from = open + run;
                if run == fence.len() {
                    break &rest[from..];
                }
            };
        }
        bare.push_str(rest);
        let bare = bare.replace("&#124;", "");
        for sign in
            ["<", ">", "[", "]", "://", "www.", "@", "&", "\\", "~", "{", "javascript:", ENEMY]
        {
            assert!(!bare.contains(sign), "{sign} stands bare: {line}");
        }
        if let Some(heading) = bare.strip_prefix('#') {
            let heading = heading.trim_start_matches('#').trim();
            assert!(ours.iter().any(|own| heading.starts_with(own)), "{line}");
        }
        let markers = ["- ", "|", "#", "**"].iter().any(|m| bare.trim_start().starts_with(m));
        let number = bare
            .trim_start()
            .split_once(". ")
            .is_some_and(|(n, _)| n.bytes().all(|b| b.is_ascii_digit()));
        let own = bare.is_empty() || bare.starts_with(|c: char| c.is_alphanumeric());
        assert!(markers || number || own || line.starts_with('`'), "{line}");
    }
}

/// Every element is one of ours, links stay on the page, and nothing listens to an event.
fn assert_html_is_text(html: &str) {
    assert_tame("HTML", html.as_bytes());
    let (head, body) = html.split_once("</style>").unwrap();
    assert!(head.contains("Content-Security-Policy"));
    for tag in body.split('<').skip(1) {
        let tag = tag.split_once('>').expect("every < begins a tag of ours").0;
        let name = tag.trim_start_matches('/').split(' ').next().unwrap();
        for unwanted in [
            "script", "img", "iframe", "link", "meta", "base", "style", "b", "object", "embed",
            "form", "input",
        ] {
            assert_ne!(name, unwanted, "{tag}");
        }
        for (n, part) in tag.split('"').enumerate().filter(|(n, _)| n % 2 == 0) {
            assert!(
                !part.contains(" on") && !part.contains(" style=") && !part.contains(" src="),
                "{n}: {tag}"
            );
        }
        if let Some(target) = tag.split("href=\"").nth(1) {
            assert!(target.starts_with('#'), "{tag}");
        }
    }
}

fn assert_holds(folder: &Folder, stages: &[Stage], written: &[Written]) {
    let done = run(folder, stages);
    let heard = done[0].records("ir.alert.v1");
    let quoted = |text: &str| heard.iter().any(|alert| alert.to_string().contains(text));
    assert!(
        quoted("<script>") && quoted("\\u001b["),
        "the enemy is heard: {:?}",
        heard.iter().map(Value::to_string).collect::<Vec<_>>()
    );
    assert_nothing_lost(&done, written);
    assert_nothing_believed(&done);
    assert_markdown_is_text(&report(folder, &done, "markdown"));
    assert_html_is_text(&report(folder, &done, "html"));
    assert_terminal_is_safe(folder, stages, &done);
    assert_nothing_obeyed(folder);
}

#[test]
fn an_application_under_attack_is_read_and_not_obeyed() {
    let folder = Folder::new();
    let written = fixture::chat(&folder);
    assert_holds(&folder, &chat_pipe(), &written);
}

#[test]
fn a_host_under_attack_is_read_and_not_obeyed() {
    let folder = Folder::new();
    let (files, written) = fixture::generic(&folder);
    assert_holds(&folder, &generic_pipe(&files), &written);
}
