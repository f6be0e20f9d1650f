//! The store of incidents, by the built tools: many writers at once, writers that are killed, hostile and unlucky places.

mod crowd;
mod lint;
mod places;

use std::path::PathBuf;

use serde_json::Value;

use crate::support::{Folder, Ran, Tool, stream};

/// A store in the making: its folder holds `ir-home`.
struct Home(Folder);

impl Home {
    fn new() -> Self {
        Self(Folder::new())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("ir-home")
    }

    fn tool(&self, name: &str, args: &[&str]) -> Tool {
        Tool::new(name).args(args.iter().copied()).dir(self.0.path())
    }

    fn run(&self, name: &str, args: &[&str]) -> Ran {
        self.tool(name, args).run()
    }

    /// Classifies and records a finished stream of these lines.
    fn record(&self, alerts: &[String]) -> Ran {
        let input = alerts.concat() + &stream::run(true);
        self.tool("ir-classify", &["--record"]).stdin(input).run()
    }

    /// The stored lines of the only incident.
    fn lines(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.file()).unwrap();
        text.lines().map(String::from).collect()
    }

    /// The file of the only incident.
    fn file(&self) -> PathBuf {
        let files = std::fs::read_dir(self.path().join("incidents")).unwrap();
        let mut files: Vec<PathBuf> = files
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|e| e == "jsonl"))
            .collect();
        assert_eq!(files.len(), 1, "{files:?}");
        files.remove(0)
    }

    fn detect(&self) -> String {
        std::fs::read_to_string(self.path().join("detect.jsonl")).unwrap_or_default()
    }
}

/// The line without what the store added to it.
fn wire(stored: &str) -> String {
    let (record, rest) = stored.rsplit_once(",\"prevhash\":\"").unwrap();
    assert_eq!(rest.len(), 64 + 2, "{stored}");
    format!("{record}}}")
}

/// Lines of `output` that `tool` wrote itself.
fn own<'a>(output: &'a [u8], tool: &str) -> Vec<&'a str> {
    let source = format!("\"source\":\"{tool}/");
    str::from_utf8(output).unwrap().lines().filter(|line| line.contains(&source)).collect()
}

fn json(line: &str) -> Value {
    serde_json::from_str(line).unwrap()
}

#[test]
fn an_incident_stands_alone_in_its_file() {
    let home = Home::new();
    let alerts = [stream::firing("chat", "a", 0), stream::firing("chat", "b", 1)];
    let ran = home.record(&[alerts[0].clone(), stream::alert(), alerts[1].clone()]).exits(0);
    let stored: Vec<String> = home.lines().iter().map(|line| wire(line)).collect();
    // The alerts that it lists as they came, the records of ir-classify, and what was examined.
    for line in alerts.iter().map(|a| a.trim_end()).chain(own(&ran.stdout, "ir-classify")) {
        assert_eq!(stored.iter().filter(|s| *s == line).count(), 1, "{line}\nin {stored:#?}");
    }
    assert_eq!(stored.iter().filter(|s| *s == stream::run(true).trim_end()).count(), 1);
    assert!(!stored.contains(&stream::alert()), "an alert of no incident");
    assert_eq!(stored.len(), alerts.len() + own(&ran.stdout, "ir-classify").len() + 1);
    assert_eq!(home.detect(), "");

    let shown = home.run("ir-report", &["show"]).exits(0);
    assert_eq!(String::from_utf8(shown.stdout.clone()).unwrap(), stored.join("\n") + "\n");
    let piped = home.tool("ir-report", &[]).stdin(shown.stdout).run().exits(0);
    let direct = home.run("ir-report", &["--incident", "INC-"]).exits(0);
    assert_eq!(piped.stdout, direct.stdout);
    assert!(String::from_utf8_lossy(&direct.stdout).contains("ir-detect"));
}

#[test]
fn the_same_run_again_changes_nothing() {
    let home = Home::new();
    let alerts = [stream::firing("chat", "a", 0), stream::firing("chat", "b", 1)];
    home.record(&alerts).exits(0);
    let first = home.lines();
    let ran = home.record(&alerts).exits(0);
    assert_eq!((home.lines(), ran.stderr), (first.clone(), String::new()));
    // It grows by what is new only.
    home.record(&[alerts[0].clone(), alerts[1].clone(), stream::firing("chat", "c", 2)]).exits(0);
    assert_eq!(home.lines()[..first.len()], first);
    home.run("ir-report", &["lint"]).exits(0);
}

#[test]
fn every_tool_records_what_it_adds() {
    let home = Home::new();
    home.0.write("app.log", "2026-01-05T10:00:00Z ERROR worker died\n".repeat(40));
    let detect = home.run("ir-detect", &["--record", "app.log"]).exits(0);
    let detected: Vec<String> = home.detect().lines().map(wire).collect();
    assert_eq!(detected, own(&detect.stdout, "ir-detect"));

    let alerts = stream::firing("chat-app", "a", 0) + &stream::run(true);
    let mut output = alerts.into_bytes();
    let mut expected = Vec::new();
    for (tool, args) in [
        ("ir-classify", &["--record"][..]),
        ("ir-contain", &["--record"]),
        ("ir-evidence", &["--record", "-o", "bundle", "--now", "2026-01-06T00:00:00Z"]),
        ("ir-rca", &["--record"]),
    ] {
        output = home.tool(tool, args).stdin(output).run().stdout;
        expected.extend(own(&output, tool).into_iter().map(String::from));
    }
    let stored: Vec<String> = home.lines().iter().map(|line| wire(line)).collect();
    let own_ones: Vec<&String> = stored.iter().filter(|l| !l.contains("\"ir-detect/")).collect();
    assert_eq!(own_ones, expected.iter().collect::<Vec<_>>());
    home.run("ir-report", &["lint"]).exits(0);
    // Nothing of ours is read back into a pipe.
    home.run("ir-report", &["--record"]).exits(2);
}

#[test]
fn without_the_option_no_tool_touches_the_store() {
    let home = Home::new();
    let input = stream::firing("chat-app", "a", 0) + &stream::run(true);
    for tool in ["ir-classify", "ir-contain", "ir-rca", "ir-report"] {
        home.tool(tool, &[]).stdin(input.clone()).run();
    }
    home.tool("ir-evidence", &["-o", "bundle"]).stdin(input.clone()).run();
    home.tool("ir-detect", &["--records"]).stdin(input).run();
    assert!(!home.path().exists());
    // Looking makes nothing either.
    home.run("ir-report", &["list"]).exits(0);
    home.run("ir-report", &["lint"]).exits(0);
    let ran = home.run("ir-report", &["show"]).exits(2);
    assert!(ran.stderr.contains("no incident is stored"), "{}", ran.stderr);
    home.run("ir-classify", &["note", "text"]).exits(2);
    assert!(!home.path().exists());
}

#[test]
fn a_live_stream_is_stored_while_it_lives() {
    use std::io::Write;
    use std::process::Stdio;
    use std::time::{Duration, Instant};

    let home = Home::new();
    let mut child = home
        .tool("ir-classify", &["--record"])
        .command()
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(stream::firing("chat", "a", 0).as_bytes()).unwrap();
    let begun = Instant::now();
    while home.run("ir-report", &["show"]).code != Some(0) {
        assert!(begun.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(50));
    }
    let text = home.lines().join("\n");
    assert!(text.contains("ir.alert.v1") && text.contains("ir.classified.v1"), "{text}");
    assert!(!text.contains("ir.run.v1"));
    stdin.write_all(stream::run(true).as_bytes()).unwrap();
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(home.lines().last().unwrap().contains("\"ir.run.v1\",\"source\":\"ir-classify"));
}

#[test]
fn notes_are_stored_and_reported() {
    let home = Home::new();
    home.record(&[stream::firing("chat", "a", 0)]).exits(0);
    let before = home.lines().len();
    let id = json(&home.lines()[1])["subject"].as_str().unwrap().to_owned();
    let text = "we | wait <b>\u{1b}[2J\u{202e}";
    for args in [
        &["note", "rolled back"][..],
        &["note", &id[..10], "by hand", "--by", "ana", "--kind", "decision"],
        &["--now", "2026-01-05T12:00:00Z", "note", &id, text],
    ] {
        let ran = home.run("ir-classify", args).exits(0);
        assert_eq!((ran.stdout.len(), &*ran.stderr), (0, ""), "{args:?}");
    }
    let notes: Vec<Value> = home.lines()[before..].iter().map(|line| json(line)).collect();
    let texts: Vec<&str> = notes.iter().map(|n| n["data"]["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["rolled back", "by hand", text]);
    assert!(notes[0]["data"]["by"].as_str().is_some_and(|by| !by.is_empty()));
    assert_eq!(
        (&notes[1]["data"]["by"], &notes[1]["data"]["kind"]),
        (&"ana".into(), &"decision".into())
    );
    assert!(notes[1]["data"]["login"].is_string());
    assert_eq!(notes[2]["data"]["recorded"], "2026-01-05T12:00:00Z");
    let ids: Vec<&str> = notes.iter().map(|n| n["id"].as_str().unwrap()).collect();
    assert!(ids.iter().all(|id| id.starts_with("nt-") && id.len() == 31), "{ids:?}");
    // They belong to no run: the tools have finished all the same.
    let report = home.run("ir-report", &["--incident", &id]).exits(0);
    let report = String::from_utf8(report.stdout).unwrap();
    let rows: Vec<&str> = report.lines().filter(|line| line.contains("| note |")).collect();
    assert_eq!(rows.len(), 3, "{report}");
    assert!(rows[0].starts_with("| 2026-01-05 12:00:00 |"), "by time: {rows:#?}");
    assert!(!report.contains('\u{1b}') && rows[0].contains("`<b>\\u{1b}"), "{rows:#?}");
    assert!(rows.iter().any(|row| row.contains("ana") && row.contains("decision")), "{rows:#?}");
    home.run("ir-report", &["lint"]).exits(0);
}

#[test]
fn an_incident_is_chosen_by_the_beginning_of_its_id() {
    let home = Home::new();
    home.record(&[stream::firing("one", "a", 0)]).exits(0);
    home.record(&[stream::firing("two", "a", 0)]).exits(0);
    let listed = home.run("ir-report", &["list"]).exits(0);
    let ids: Vec<String> = String::from_utf8(listed.stdout)
        .unwrap()
        .lines()
        .map(|line| {
            let row = json(line);
            assert_eq!((&row["severity"], &row["state"]), (&"P1".into(), &"classified".into()));
            assert!(row["title"].as_str().unwrap().contains("a failed"));
            assert_eq!(row["onset"], "2026-01-05T10:00:00Z");
            row["id"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(ids.len(), 2);
    for args in [&["note", "text"][..], &["note", "INC-2026", "text"], &["note", "INC-9", "text"]] {
        let ran = home.run("ir-classify", args).exits(2);
        assert!(ids.iter().all(|id| ran.stderr.contains(id)), "{args:?}: {}", ran.stderr);
    }
    home.run("ir-classify", &["note", &ids[1], "text"]).exits(0);
    home.run("ir-report", &["show", &ids[0][..16]]).exits(0);
    home.run("ir-report", &["--incident", "INC-2026"]).exits(2);
    home.run("ir-report", &["--incident", &ids[0], "file"]).exits(2);
    // The text alone is no incident, and an incident alone no text.
    let ran = home.run("ir-classify", &["note", &ids[0]]).exits(2);
    assert!(ran.stderr.contains("the text is missing"), "{}", ran.stderr);
}

#[test]
fn a_reader_that_closes_is_no_fault() {
    let home = Home::new();
    let alerts: Vec<String> =
        (0..400).map(|n| stream::firing("chat", &format!("r{n}"), n)).collect();
    home.record(&alerts).exits(0);
    for verb in ["show", "list", "lint"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = home
            .tool("ir-report", &[verb])
            .command()
            .stdout(writer)
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap()
            .wait_with_output()
            .unwrap();
        assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]), "{verb}");
    }
}

#[test]
fn the_option_belongs_to_the_pipe_job() {
    let home = Home::new();
    for (tool, verb) in [
        ("ir-classify", &["--record", "note", "x"][..]),
        ("ir-evidence", &["--record", "verify", "x"]),
    ] {
        let ran = home.run(tool, verb).exits(2);
        assert!(ran.stderr.contains("cannot be used with"), "{}", ran.stderr);
    }
}

#[test]
fn a_log_that_grows_or_is_moved_tells_nothing_twice() {
    let home = Home::new();
    let kernel = "2026-01-05T10:00:00.000000+00:00 web1 kernel: ";
    home.0.write("app.log", format!("{kernel}Out of memory: Killed process 12 (worker)\n"));
    let pass = |log: &str| {
        let detect = ["--record", "--now", "2026-01-05T12:00:00Z", log];
        let alerts = home.run("ir-detect", &detect).exits(0).stdout;
        let args = ["--record", "--now", "2026-01-05T12:00:00Z"];
        home.tool("ir-classify", &args).stdin(alerts).run().exits(0);
    };
    pass("app.log");
    let before = home.lines();
    assert!(before.iter().any(|line| line.contains("ir.alert.v1")));
    let log = std::fs::read_to_string(home.0.path().join("app.log")).unwrap();
    home.0.write("moved.log", log + kernel + "usb 1-1: new device\n");
    pass("moved.log");
    assert_eq!(home.lines(), before);
    home.run("ir-report", &["lint"]).exits(0);
}
