//! Whole pipes over recorded incidents of the real application.

use std::path::Path;

use serde_json::Value;

use crate::support::{Folder, Ran, Tool, copy_folder, root};

const NOW: &str = "2026-11-24T00:00:00Z";

/// What the pipe wrote, stage by stage.
struct Pipe {
    stages: Vec<Ran>,
}

impl Pipe {
    /// Runs all six over a recorded state folder, `DIR/state`, each stage reading what the one before wrote.
    fn over(folder: &Folder, env: &[(&str, &str)]) -> Self {
        let profile = ["--profile", "chat-app", "--set", "state_dir=state", "--now", NOW];
        let detect = run(folder, "ir-detect", &profile, Vec::new(), env);
        let mut stages = vec![detect];
        for (tool, args) in [
            ("ir-classify", &["--now", NOW][..]),
            ("ir-contain", &profile),
            ("ir-evidence", &[&profile[..], &["-o", "bundle"]].concat()),
            ("ir-rca", &["--now", NOW]),
            ("ir-report", &["--now", NOW]),
        ] {
            let input = stages.last().unwrap().stdout.clone();
            stages.push(run(folder, tool, args, input, env));
        }
        Self { stages }
    }

    fn records(&self, kind: &str) -> Vec<Value> {
        self.stages[4].records(kind)
    }

    fn report(&self) -> String {
        String::from_utf8(self.stages[5].stdout.clone()).unwrap()
    }
}

fn run(folder: &Folder, tool: &str, args: &[&str], stdin: Vec<u8>, env: &[(&str, &str)]) -> Ran {
    let mut tool = Tool::new(tool).args(args.iter().copied()).dir(folder.path()).stdin(stdin);
    for (name, value) in env {
        tool = tool.env(name, value);
    }
    tool.run().exits(0)
}

fn recorded(name: &str) -> Folder {
    let folder = Folder::new();
    copy_folder(&root().join("fixtures/chat-app").join(name), &folder.path().join("state"));
    folder
}

fn seconds(record: &Value, at: &str) -> f64 {
    record
        .pointer(at)
        .unwrap()
        .as_str()
        .unwrap()
        .parse::<ir_core::wire::Time>()
        .unwrap()
        .as_seconds()
}

/// A bad plugin, `flaky`, was deployed into a running application and quarantined half a minute later.
#[test]
fn a_bad_plugin_is_found_named_timed_and_reported() {
    let folder = recorded("incB");
    let pipe = Pipe::over(&folder, &[]);

    let incidents = pipe.records("ir.incident.v1");
    let deployed = "2026-11-23T07:47:35.942Z".parse::<ir_core::wire::Time>().unwrap().as_seconds();
    for incident in &incidents {
        assert_eq!(incident["subject"], incidents[0]["subject"], "one incident");
        let onset = seconds(incident, "/data/onset");
        assert!(
            (0.0..=10.0).contains(&(onset - deployed)),
            "onset {} s after the plugin came",
            onset - deployed
        );
    }
    let classified = pipe.records("ir.classified.v1").pop().expect("a classification");
    assert_eq!(classified["data"]["components"][0]["name"], "plugin_system");
    assert!(["P0", "P1", "P2"].contains(&classified["data"]["severity"].as_str().unwrap()));
    assert!(!classified["data"]["rationale"].as_array().unwrap().is_empty());
    let cause = pipe.records("ir.cause.v1").pop().expect("a cause");
    assert_eq!(cause["data"]["hypotheses"][0]["component"], "plugin_system:flaky");
    assert!(!pipe.records("ir.action.v1").is_empty());

    let evidence = pipe.records("ir.evidence.v1").pop().expect("a bundle");
    assert_eq!(evidence["data"]["complete"], true);
    Tool::new("ir-evidence").args(["verify", "bundle"]).dir(folder.path()).run().exits(0);

    let report = pipe.report();
    for part in ["plugin_system", "flaky", "07:47:4"] {
        assert!(report.contains(part), "the report lacks {part}");
    }
}

#[test]
fn a_healthy_run_is_quiet_and_says_what_was_examined() {
    let folder = recorded("normal");
    let pipe = Pipe::over(&folder, &[]);
    for kind in [
        "ir.alert.v1",
        "ir.incident.v1",
        "ir.cause.v1",
        "ir.finding.v1",
        "ir.action.v1",
        "ir.evidence.v1",
    ] {
        assert!(pipe.records(kind).is_empty(), "{kind}");
    }
    let run = &pipe.stages[0].own_run()["data"];
    assert!(run["complete"] == true && run["lines"].as_u64() > Some(300), "{run}");
    assert!(!pipe.records("ir.check.v1").is_empty(), "what logs cannot show is said");
    assert!(pipe.report().contains("kollabor.log"));
}

/// The same bytes from another folder, in another zone, locale and on another host name, and through one real pipe.
#[test]
fn the_same_input_gives_the_same_bytes_anywhere() {
    let first = recorded("incB");
    let second = recorded("incB");
    let a = Pipe::over(
        &first,
        &[("TZ", "Asia/Kolkata"), ("LC_ALL", "tr_TR.UTF-8"), ("HOSTNAME", "elsewhere")],
    );
    let b = Pipe::over(&second, &[("TZ", "America/New_York"), ("RAYON_NUM_THREADS", "1")]);
    for (a, b) in a.stages.iter().zip(&b.stages) {
        assert_eq!(String::from_utf8_lossy(&a.stdout), String::from_utf8_lossy(&b.stdout));
    }
    let html = |folder: &Folder, pipe: &Pipe, zone: &str| {
        let input = pipe.stages[4].stdout.clone();
        run(folder, "ir-report", &["--format", "html"], input, &[("TZ", zone)]).stdout
    };
    assert_eq!(html(&first, &a, "Asia/Kolkata"), html(&second, &b, "America/New_York"));
    assert_eq!(files(&first.path().join("bundle")), files(&second.path().join("bundle")));
    let host =
        String::from_utf8_lossy(&a.stages[4].stdout).contains(first.path().to_str().unwrap());
    assert!(!host, "no working directory in records");

    let third = recorded("incB");
    let profile = "--profile chat-app --set state_dir=state --now 2026-11-24T00:00:00Z";
    let bin = |tool: &str| Tool::new(tool).command().get_program().to_str().unwrap().to_owned();
    let script = format!(
        "\"$1\" {profile} | \"$2\" --now {NOW} | \"$3\" {profile} | \"$4\" {profile} -o bundle | \"$5\" --now {NOW} | \"$6\" --now {NOW}"
    );
    let mut shell = std::process::Command::new("/bin/sh");
    shell.args(["-c", &script, "sh"]).args(crate::support::TOOLS.map(bin));
    let output =
        shell.current_dir(third.path()).env_clear().env("HOME", third.path()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(String::from_utf8_lossy(&output.stdout), a.report());
}

/// All files below a folder: name and bytes.
fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut rest = vec![dir.to_path_buf()];
    while let Some(place) = rest.pop() {
        for entry in std::fs::read_dir(&place).unwrap().map(|e| e.unwrap().path()) {
            if entry.is_dir() {
                rest.push(entry);
            } else {
                let name = entry.strip_prefix(dir).unwrap().display().to_string();
                found.push((name, std::fs::read(&entry).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// The other recorded faults: the component that was broken leads.
#[test]
fn each_recorded_fault_leads_to_its_component() {
    for (name, component) in [("dbcorrupt", "state_db"), ("cfgbad", "config")] {
        let folder = recorded(name);
        let pipe = Pipe::over(&folder, &[]);
        let classified = pipe.records("ir.classified.v1").pop().expect("a classification");
        let first = classified["data"]["components"]
            .as_array()
            .unwrap()
            .iter()
            .take(3)
            .any(|c| c["name"] == component);
        assert!(first, "{name}: {}", classified["data"]["components"]);
        let cause = pipe.records("ir.cause.v1").pop().expect("a cause");
        assert_eq!(cause["data"]["hypotheses"][0]["component"], component, "{name}");
    }
}

/// Alerts, checks, incidents, severities and plans of every shipped recording, byte for byte. IR_TESTS_BLESS=1 writes them anew:
/// look at the difference before you commit it.
#[test]
fn the_recordings_give_the_expected_records() {
    for name in ["normal", "incB", "dbcorrupt", "cfgbad"] {
        let folder = recorded(name);
        let pipe = Pipe::over(&folder, &[]);
        let got = String::from_utf8_lossy(&pipe.stages[2].stdout).into_owned();
        let path = root().join("fixtures/expected").join(format!("{name}.jsonl"));
        if std::env::var_os("IR_TESTS_BLESS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &got).unwrap();
        }
        let want = std::fs::read_to_string(&path).unwrap();
        for (line, (got, want)) in got.lines().zip(want.lines()).enumerate() {
            assert_eq!(got, want, "{name}, line {}", line + 1);
        }
        assert_eq!(got.lines().count(), want.lines().count(), "{name}");
    }
}
