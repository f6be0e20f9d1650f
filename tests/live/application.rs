//! An application on the live host: its processes, configuration, databases and logs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::{detect, field, near, proc, samples, value};
use crate::support::{Folder, Ran, copy_folder, root};

pub(super) const PROFILE: &str = r#"profile: 1
app: {name: probe}
variables:
  root: {default: ".", about: here}
process: {exe: sleep, cmdline: '^\S+ 98765$', cwd: "${root}"}
logs:
  - id: main
    path: "${root}/app.log"
    format: {text: {first: '^(?P<ts>\S+) (?P<level>\w+) (?P<msg>.*)$', ts: "%Y-%m-%dT%H:%M:%SZ", levels: {ERROR: error, INFO: info}}}
    zone: utc
events:
  - {event: started, log: main, match: '^started$'}
  - {event: ready, log: main, match: '^ready$'}
  - {event: stopped, log: main, match: '^stopped$'}
  - {event: failed, log: main, level: [error], match: '^failed', failure: true}
lifecycle: {start: [started], ready: [ready], stop: [stopped], failed: []}
metrics:
  memory_usage: {live: host_memory}
  cpu_usage: {live: host_cpu}
  disk_space: {live: host_disk}
  network_latency: {live: connect_time}
  running: {live: process_count}
  failures: {events: [failed]}
files:
  - {id: settings, path: "${root}/settings.json", kind: config}
  - {id: extra, path: "${root}/*.toml", kind: config, optional: true}
rules:
  - {id: memory, when: memory_usage > 0%, meaning: {category: availability}}
  - {id: space, when: disk_space < 101% available, meaning: {category: availability}}
  - {id: idle, when: running < 1, meaning: {category: availability}}
  - {id: held, when: memory_usage > 0% for 5 minutes, meaning: {category: availability}}
  - {id: failed, when: failures >= 1 in 10 minutes, meaning: {category: availability, facts: {functionality: significant}}}
"#;

pub(super) fn application() -> Folder {
    let folder = Folder::new();
    folder.write("probe.yaml", PROFILE);
    folder.write(
        "app.log",
        "2026-01-05T10:00:00Z INFO started\n2026-01-05T10:00:01Z INFO ready\n2026-01-05T10:00:02Z ERROR failed: x\n",
    );
    folder.write("settings.json", "{\"a\": 1}\n");
    folder
}

pub(super) struct Running(Child);

impl Running {
    pub(super) fn in_folder(folder: &Path) -> Self {
        let child =
            Command::new("sleep").arg("98765").current_dir(folder).stdin(Stdio::null()).spawn();
        Self(child.unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn what_was_sampled_live_gives_the_same_alerts_again() {
    let folder = application();
    let _running = Running::in_folder(folder.path());
    let args = [
        "--profile",
        "./probe.yaml",
        "--live",
        "--samples",
        "3",
        "--interval",
        "200ms",
        "--host",
        "chat01",
    ];
    let live = detect(&args).dir(folder.path()).run().exits(0);
    let lines = |ran: &Ran, kind: &str| -> Vec<String> {
        let text = String::from_utf8(ran.stdout.clone()).unwrap();
        let wanted = format!("\"type\":\"{kind}\"");
        text.lines().filter(|l| l.contains(&wanted)).map(str::to_owned).collect()
    };
    let alerts = lines(&live, "ir.alert.v1");
    for rule in ["app.memory", "app.space", "app.failed"] {
        assert!(
            alerts.iter().any(|a| a.contains(&format!("\"rule\":\"{rule}\""))),
            "{rule}: {alerts:#?}"
        );
    }
    assert!(!alerts.iter().any(|a| a.contains("app.idle") || a.contains("app.held")));
    let recorded = lines(&live, "ir.sample.v1").join("\n") + "\n";
    let again =
        detect(&["--profile", "./probe.yaml", "--records", "--open-ended", "--host", "chat01"])
            .dir(folder.path())
            .stdin(recorded.clone())
            .run()
            .exits(0);
    assert!(again.stdout.starts_with(recorded.as_bytes()), "passed on as it came");
    assert_eq!(lines(&again, "ir.alert.v1"), alerts);

    // Without any profile, and with every record of the first run.
    let first = detect(&["--live", "--interval", "100ms"]).dir(folder.path()).run().exits(0);
    let second =
        detect(&["--records"]).dir(folder.path()).stdin(first.stdout.clone()).run().exits(0);
    assert_eq!(lines(&second, "ir.alert.v1").len(), 2 * lines(&first, "ir.alert.v1").len());

    // One second is not five minutes.
    for ran in [&live, &again] {
        let unknown = &ran.own_run()["data"]["rules"]["unknown"];
        let reason = |rule: &str| {
            let notes = unknown.as_array().unwrap();
            let note = notes.iter().find(|n| n["rule"] == rule);
            note.unwrap_or_else(|| panic!("{rule} in {unknown}"))["reason"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert!(
            reason("app.held").contains("of the 300 s that it looks at"),
            "{}",
            reason("app.held")
        );
        assert!(reason("system_health.cpu_usage").contains("of the 300 s"));
        assert!(
            reason("system_health.network_latency").contains("does not take them (connect_time)")
        );
    }
}

#[test]
fn an_open_tail_is_settled_by_the_process() {
    let folder = application();
    let args = ["--profile", "./probe.yaml", "--live", "--interval", "100ms"];
    let lifecycle = |ran: &Ran| -> Value {
        let checks = ran.records("ir.check.v1");
        checks.into_iter().find(|c| c["data"]["check"] == "lifecycle").unwrap()["data"].clone()
    };
    let gone = detect(&args).dir(folder.path()).run().exits(0);
    assert_eq!(lifecycle(&gone)["status"], "crit");
    assert!(lifecycle(&gone)["summary"].as_str().unwrap().starts_with("killed or crashed"));
    assert_eq!(value(&samples(&gone), "running", &[]), Some(0.0));
    detect(&["health", "--profile", "./probe.yaml"]).dir(folder.path()).run().exits(2);

    let running = Running::in_folder(folder.path());
    let pid = running.0.id().to_string();
    let there = detect(&args).dir(folder.path()).run().exits(0);
    assert_eq!(lifecycle(&there)["status"], "ok");
    assert!(
        lifecycle(&there)["summary"].as_str().unwrap().starts_with(&format!("running, pid {pid}:"))
    );
    let said = samples(&there);
    let labels = [("pid", pid.as_str()), ("process", "sleep")];
    let status = proc(&format!("{pid}/status"));
    near(
        "memory",
        value(&said, "process_memory", &labels),
        field(&status, "VmRSS:") * 1024.0,
        0.0,
        0.0,
    );
    assert_eq!(value(&said, "process_threads", &labels), Some(1.0));
    let files = fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count() as f64;
    assert_eq!(value(&said, "process_open_files", &labels), Some(files));
    assert_eq!(value(&said, "process_cpu", &labels), Some(0.0), "it sleeps");

    let checks = detect(&["health", "--profile", "./probe.yaml"])
        .dir(folder.path())
        .run()
        .records("ir.check.v1");
    let of =
        |name: &str| checks.iter().find(|c| c["data"]["check"] == name).unwrap()["data"].clone();
    assert_eq!(of("process")["status"], "ok");
    assert_eq!(of("config:settings")["status"], "ok");
    drop(running);

    folder.write("settings.json", "{\"a\":\n  oops}\n");
    folder.write("more.toml", "a = \n");
    folder
        .write("app.log", "2026-01-05T10:00:00Z INFO started\n2026-01-05T10:00:01Z INFO stopped\n");
    let ran = detect(&["health", "--comprehensive", "--profile", "./probe.yaml"])
        .dir(folder.path())
        .run()
        .exits(2);
    let checks = ran.records("ir.check.v1");
    let of =
        |name: &str| checks.iter().find(|c| c["data"]["check"] == name).unwrap()["data"].clone();
    assert_eq!(of("process")["status"], "warn", "its last run is closed");
    assert_eq!(of("logs")["status"], "ok");
    assert_eq!(of("config:settings")["status"], "crit");
    assert!(
        of("config:settings")["summary"]
            .as_str()
            .unwrap()
            .contains("settings.json:2:3: not valid JSON")
    );
    assert!(of("config:extra")["summary"].as_str().unwrap().contains("more.toml:1:"));
}

#[test]
fn comprehensive_tells_what_fires_at_the_end_of_the_logs() {
    let folder = application();
    let health = |now: &str| {
        let args = ["health", "--comprehensive", "--profile", "./probe.yaml", "--now", now];
        detect(&args).dir(folder.path()).run().exits(2)
    };
    let rules = |ran: &Ran| -> Vec<Value> {
        let all = ran.records("ir.check.v1");
        all.into_iter()
            .filter(|c| c["data"]["check"].as_str().unwrap().starts_with("rule:"))
            .collect()
    };
    let then = rules(&health("2026-01-05T10:05:00Z"));
    assert_eq!(then.len(), 1);
    assert_eq!(
        (&then[0]["data"]["check"], &then[0]["data"]["status"]),
        (&"rule:app.failed".into(), &"crit".into())
    );
    assert_eq!(rules(&health("2026-01-05T11:00:00Z")).len(), 0, "it is over");
    fs::remove_file(folder.path().join("app.log")).unwrap();
    let lost = health("2026-01-05T10:05:00Z").records("ir.check.v1");
    let logs = lost.iter().find(|c| c["data"]["check"] == "logs").unwrap();
    assert_eq!(logs["data"]["status"], "unknown");
}

/// Name, size, change and content of every file below a folder.
fn look(folder: &Path) -> Vec<(PathBuf, u64, std::time::SystemTime, String)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(place) = open.pop() {
        for path in fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()) {
            let meta = fs::metadata(&path).unwrap();
            if meta.is_dir() {
                open.push(path);
            } else {
                let digest = ir_core::wire::digest(&fs::read(&path).unwrap());
                found.push((path, meta.len(), meta.modified().unwrap(), digest));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn recorded_databases_are_told_and_stay_as_they_are() {
    for (name, status, words) in
        [("normal", "ok", "its pages are sound"), ("dbcorrupt", "crit", "not a SQLite database")]
    {
        let folder = Folder::new();
        copy_folder(&root().join("fixtures/chat-app").join(name), &folder.path().join("state"));
        let before = look(folder.path());
        for more in [&[][..], &["--comprehensive"]] {
            let args = ["health", "--profile", "chat-app", "--set", "state_dir=state"];
            let ran = detect(&args).args(more.iter().copied()).dir(folder.path()).run();
            let checks = ran.records("ir.check.v1");
            let of = |name: &str| {
                let check = checks.iter().find(|c| c["data"]["check"] == name);
                check.unwrap_or_else(|| panic!("{name} in {checks:#?}"))["data"].clone()
            };
            assert_eq!(of("database:state_db")["status"], status, "{name}");
            assert!(of("database:state_db")["summary"].as_str().unwrap().contains(words), "{name}");
            assert_eq!(of("config:config")["status"], "ok", "{name}");
            // Nobody runs it here; the logs of the healthy run tell that it ended as it should.
            let closed = name == "normal" && !more.is_empty();
            assert_eq!(of("process")["status"], if closed { "warn" } else { "crit" }, "{name}");
            assert!(matches!(ran.code, Some(1 | 2)) && (closed || ran.code == Some(2)), "{name}");
        }
        assert_eq!(look(folder.path()), before, "{name}: nothing is created or changed");
    }
}
