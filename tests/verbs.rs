//! Manners of the verbs: one table, the same rows for all of them.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::process::Stdio;

use crate::support::{Folder, Tool, copy_folder, root};

/// A verb, as it is called in a folder that [`prepared`] made.
struct Verb {
    tool: &'static str,
    args: &'static [&'static str],
    /// Exit codes that say all is well.
    well: &'static [i32],
    /// The code for wrong usage, and for output that cannot be written.
    wrong: [i32; 2],
}

const fn verb(tool: &'static str, args: &'static [&'static str]) -> Verb {
    Verb { tool, args, well: &[0], wrong: [2, 5] }
}

const VERBS: &[Verb] = &[
    verb("ir-detect", &["rules", "--profile", "chat-app"]),
    // A monitoring plugin: 0 OK, 1 WARN, 2 CRIT, 3 UNKNOWN.
    Verb { tool: "ir-detect", args: &["health"], well: &[0, 1, 2, 3], wrong: [3, 3] },
    verb("ir-classify", &["note", "--by", "ana", "the disk was swapped"]),
    verb("ir-evidence", &["verify", "bundle"]),
    verb("ir-rca", &["mine", "--assign", "state/logs/kollabor.log"]),
    verb("ir-rca", &["timeline", "--set", "state_dir=state", "incident.jsonl"]),
    verb("ir-report", &["list"]),
    verb("ir-report", &["show"]),
    verb("ir-report", &["lint"]),
];

impl Verb {
    fn name(&self) -> String {
        format!("{} {}", self.tool, self.args[0])
    }

    fn run(&self, folder: &Folder) -> Tool {
        Tool::new(self.tool).args(self.args.iter().copied()).dir(folder.path())
    }
}

/// A recorded incident, detected, classified, sealed and stored.
fn prepared() -> Folder {
    let folder = Folder::new();
    copy_folder(&root().join("fixtures/chat-app/incB"), &folder.path().join("state"));
    let profile = ["--profile", "chat-app", "--set", "state_dir=state"];
    let detect = Tool::new("ir-detect").args(profile).dir(folder.path()).run().exits(0);
    let mut stream = detect.stdout;
    for (tool, args) in [
        ("ir-classify", &["--record"][..]),
        ("ir-evidence", &[&profile[..], &["-o", "bundle", "--record"]].concat()),
    ] {
        let run = Tool::new(tool).args(args.iter().copied()).dir(folder.path()).stdin(stream);
        stream = run.run().exits(0).stdout;
    }
    folder.write("incident.jsonl", stream);
    folder
}

#[test]
fn every_verb_is_in_the_table() {
    let tools = [
        ("ir-detect", ir_detect::command()),
        ("ir-classify", ir_classify::command()),
        ("ir-contain", ir_contain::command()),
        ("ir-evidence", ir_evidence::command()),
        ("ir-rca", ir_rca::command()),
        ("ir-report", ir_report::command()),
    ];
    let there: BTreeSet<String> = tools
        .iter()
        .flat_map(|(tool, command)| {
            command.get_subcommands().map(move |verb| format!("{tool} {}", verb.get_name()))
        })
        .filter(|verb| !verb.ends_with(" completions"))
        .collect();
    assert_eq!(VERBS.iter().map(Verb::name).collect::<BTreeSet<_>>(), there);
}

#[test]
fn all_is_well_in_silence_and_output_is_the_product_alone() {
    let folder = prepared();
    for verb in VERBS {
        let ran = verb.run(&folder).run();
        let code = ran.code.unwrap_or(-1);
        assert!(verb.well.contains(&code), "{}: {code}\n{}", verb.name(), ran.stderr);
        assert_eq!(ran.stderr, "", "{}", verb.name());
        assert!(!ran.stdout.is_empty() || verb.args[0] == "note", "{}", verb.name());
        assert!(!ran.stdout.contains(&0x1b), "{}", verb.name());
        assert!(ran.stdout.last().is_none_or(|b| *b == b'\n'), "{}", verb.name());
    }
}

#[test]
fn help_has_examples_and_wrong_usage_is_refused_with_a_hint() {
    for verb in VERBS {
        let help = Tool::new(verb.tool).args([verb.args[0], "--help"]).run().exits(0);
        let text = String::from_utf8(help.stdout).unwrap();
        for part in ["Usage:", "Examples:", "--now"] {
            assert!(text.contains(part), "{} --help lacks {part}", verb.name());
        }
        assert!(text.lines().all(|l| l.chars().count() <= 100), "{} has long lines", verb.name());
        let ran = Tool::new(verb.tool).args([verb.args[0], "--quite"]).run();
        assert_eq!(ran.code, Some(verb.wrong[0]), "{}: {}", verb.name(), ran.stderr);
        assert!(ran.stderr.contains("--quiet"), "{}: {}", verb.name(), ran.stderr);
        assert!(ran.stdout.is_empty(), "{}", verb.name());
    }
}

#[test]
fn a_closed_reader_is_no_failure_and_a_full_disk_is_one() {
    let folder = prepared();
    for verb in VERBS.iter().filter(|verb| verb.args[0] != "note") {
        let mut child = verb.run(&folder).command();
        let child = child.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code().unwrap_or(-1);
        assert!(verb.well.contains(&code), "{}: {code} {stderr}", verb.name());
        assert_eq!(stderr, "", "{}", verb.name());

        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output =
            verb.run(&folder).command().stdin(Stdio::null()).stdout(full).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(verb.wrong[1]), "{}: {stderr}", verb.name());
        assert!(stderr.contains("standard output"), "{}: {stderr}", verb.name());
    }
}
