//! The live host: what `--live` and `health` say against `/proc` read here, by another way, at the same time.
//!
//! Tolerances: figures that stand still (space, memory in all) agree within 2 %. What moves between two readings gets a
//! tolerance of its own, told where it is used.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::support::{Folder, Ran, Tool, check_records, copy_folder, root};

fn detect(args: &[&str]) -> Tool {
    Tool::new("ir-detect").args(args.iter().copied())
}

fn samples(ran: &Ran) -> Vec<Value> {
    ran.records("ir.sample.v1")
}

/// The last value of a metric; `labels` must be there.
fn value(samples: &[Value], metric: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let fits = |s: &&Value| {
        let data = &s["data"];
        let none = data["labels"].as_object().is_none_or(serde_json::Map::is_empty);
        data["metric"] == metric
            && (none == labels.is_empty())
            && labels.iter().all(|(name, value)| data["labels"][name] == *value)
    };
    samples.iter().rev().find(fits)?["data"]["value"].as_f64()
}

fn proc(path: &str) -> String {
    fs::read_to_string(Path::new("/proc").join(path)).unwrap()
}

fn field(text: &str, key: &str) -> f64 {
    let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_else(|| panic!("{key}"));
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Busy and all ticks of the line `cpu`.
fn ticks() -> (f64, f64) {
    let stat = proc("stat");
    let times: Vec<f64> = stat
        .lines()
        .next()
        .unwrap()
        .split_whitespace()
        .skip(1)
        .map(|n| n.parse().unwrap())
        .collect();
    // user nice system idle iowait irq softirq steal; the guests are in user and nice.
    let all: f64 = times[..8].iter().sum();
    (all - times[3] - times[4], all)
}

#[track_caller]
fn near(name: &str, said: Option<f64>, before: f64, after: f64, slack: f64) {
    let said = said.unwrap_or_else(|| panic!("{name} has no value"));
    let (low, high) = (before.min(after) - slack, before.max(after) + slack);
    assert!((low..=high).contains(&said), "{name}: {said} is not from {low} to {high}");
}

fn memory_used() -> f64 {
    let text = proc("meminfo");
    100.0 * (1.0 - field(&text, "MemAvailable:") / field(&text, "MemTotal:"))
}

fn space(path: &str) -> (f64, f64) {
    let s = rustix::fs::statvfs(path).unwrap();
    let part = |used: u64, left: u64| 100.0 * left as f64 / (used + left) as f64;
    (part(s.f_blocks - s.f_bfree, s.f_bavail), part(s.f_files - s.f_ffree, s.f_favail))
}

fn avg10(resource: &str) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/pressure/{resource}")).ok()?;
    text.split("avg10=").nth(1)?.split_whitespace().next()?.parse().ok()
}

fn loads() -> Vec<f64> {
    proc("loadavg").split_whitespace().take(3).map(|n| n.parse().unwrap()).collect()
}

#[test]
fn every_figure_agrees_with_proc() {
    let folder = Folder::new();
    let (busy, all) = ticks();
    let (memory, (free, inodes), load) = (memory_used(), space("/"), loads());
    let pressure = ["cpu", "memory", "io"].map(avg10);
    let uptime: f64 = proc("uptime").split_whitespace().next().unwrap().parse().unwrap();
    let ran = detect(&["--live"]).dir(folder.path()).run().exits(0);
    let took = ticks();
    let said = samples(&ran);

    // All processors over the whole run of the tool, its start and end included, against one second of it: 25 points.
    let share = 100.0 * (took.0 - busy) / (took.1 - all);
    near("cpu_usage", value(&said, "cpu_usage", &[]), share, share, 25.0);
    // Other programs take and give back memory meanwhile: 2 points.
    near("memory_usage", value(&said, "memory_usage", &[]), memory, memory_used(), 2.0);
    let root = [("mount", "/")];
    near("disk_space", value(&said, "disk_space", &root), free, space("/").0, 0.02 * free);
    near("disk_inodes", value(&said, "disk_inodes", &root), inodes, space("/").1, 0.02 * inodes);
    let now = loads();
    for (i, window) in ["1m", "5m", "15m"].into_iter().enumerate() {
        // The kernel takes a step every five seconds: of one minute it can be a twelfth of what runs.
        let load_of = value(&said, "host_load", &[("window", window)]);
        near(window, load_of, load[i], now[i], 0.02 * now[i] + 0.5);
    }
    let cpus =
        proc("stat").lines().filter(|l| l.starts_with("cpu") && !l.starts_with("cpu ")).count();
    near(
        "load_per_cpu",
        value(&said, "load_per_cpu", &[]),
        load[1] / cpus as f64,
        now[1] / cpus as f64,
        0.2,
    );
    for (i, resource) in ["cpu", "memory", "io"].into_iter().enumerate() {
        let of_tool = value(&said, &format!("{resource}_pressure"), &[]);
        match pressure[i].zip(avg10(resource)) {
            // A step of two seconds in an average of ten.
            Some((before, after)) => near(resource, of_tool, before, after, 20.0),
            None => assert_eq!(of_tool, None, "{resource}"),
        }
    }
    let up: f64 = proc("uptime").split_whitespace().next().unwrap().parse().unwrap();
    near("host_uptime", value(&said, "host_uptime", &[]), uptime, up, 0.1);
    let swap = proc("meminfo");
    let total = field(&swap, "SwapTotal:");
    let used = if total > 0.0 { 100.0 * (1.0 - field(&swap, "SwapFree:") / total) } else { 0.0 };
    near("swap_usage", value(&said, "swap_usage", &[]), used, used, 2.0);

    // Who says it: the host by its own name, at the time that it was.
    let name = rustix::system::uname();
    let source = said[0]["source"].as_str().unwrap();
    assert_eq!(source, format!("ir-detect/{}", name.nodename().to_str().unwrap()));
    assert!(said.iter().all(|s| s["source"] == source && s["time"].is_string()));
    let run = ran.own_run();
    assert_eq!(run["data"]["complete"], true);
    assert_eq!(run["data"]["sources"][0]["records"], said.len());
}

#[test]
fn health_agrees_with_proc() {
    let folder = Folder::new();
    let ran = detect(&["health"]).dir(folder.path()).run();
    let checks = ran.records("ir.check.v1");
    let of = |name: &str| {
        let check = checks.iter().find(|c| c["data"]["check"] == name);
        check.unwrap_or_else(|| panic!("{name}"))["data"]["value"].as_f64()
    };
    let (free, inodes) = space("/");
    near("disk_space:/", of("disk_space:/"), free, free, 0.02 * free);
    near("disk_inodes:/", of("disk_inodes:/"), inodes, inodes, 0.02 * inodes);
    near("memory", of("memory"), memory_used(), memory_used(), 3.0);
    let worst = |status: &str| checks.iter().any(|c| c["data"]["status"] == status);
    let code = match () {
        () if worst("crit") => 2,
        () if worst("warn") => 1,
        () if worst("unknown") => 3,
        () => 0,
    };
    assert_eq!(ran.code, Some(code));
    assert_eq!(ran.stderr, "");

    let wide = [
        "cpu=100",
        "memory=100",
        "swap=100",
        "load=1e6",
        "pressure_cpu=100",
        "pressure_memory=100",
        "pressure_io=100",
        "zombies=1e6",
        "blocked=1e6",
    ];
    let low = ["disk_space=0", "disk_inodes=0"];
    let mut args = vec!["health", "--interval", "100ms"];
    wide.iter().chain(&low).for_each(|limit| args.extend(["--warn", limit, "--crit", limit]));
    let calm = detect(&args).dir(folder.path()).run();
    let unknown = calm.records("ir.check.v1").iter().any(|c| c["data"]["status"] == "unknown");
    assert_eq!(calm.code, Some(if unknown { 3 } else { 0 }));
    detect(&["health", "--crit", "memory=0", "--warn", "memory=0"])
        .dir(folder.path())
        .run()
        .exits(2);
    let warned = detect(&[&args[..], &["--warn", "memory=0"]].concat()).dir(folder.path()).run();
    warned.exits(1);
}

#[test]
fn a_table_is_for_people() {
    let folder = Folder::new();
    let plain = detect(&["health", "--table"]).dir(folder.path()).run();
    let text = String::from_utf8(plain.stdout).unwrap();
    assert!(
        text.starts_with("STATUS ") && text.contains(" cpu ") && !text.contains('\x1b'),
        "{text}"
    );
    let bright = detect(&["health", "--table", "--color", "always"]).dir(folder.path()).run();
    assert!(String::from_utf8_lossy(&bright.stdout).contains("\x1b[3"));
    let never = detect(&["health", "--table", "--color", "never"]).dir(folder.path()).run();
    assert!(!String::from_utf8_lossy(&never.stdout).contains('\x1b'));
}

/// On a terminal the table comes by itself, in colours unless `NO_COLOR` is set.
#[test]
fn a_terminal_gets_the_table() {
    let folder = Folder::new();
    let inner = detect(&["health"]).dir(folder.path()).command();
    let on_terminal = |no_color: &str| {
        let mut command = Command::new("script");
        command.args(["-qec", &format!("{} health", inner.get_program().display()), "/dev/null"]);
        command.current_dir(folder.path()).env_clear().env("PATH", "/usr/bin:/bin");
        command.env("TERM", "xterm").env("HOME", folder.path()).env("NO_COLOR", no_color);
        command.stdin(Stdio::null()).output()
    };
    let Ok(bright) = on_terminal("") else {
        eprintln!("SKIPPED: script, which makes a terminal, is not installed");
        return;
    };
    let text = |output: &std::process::Output| String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        text(&bright).contains("STATUS") && text(&bright).contains("\x1b[3"),
        "{}",
        text(&bright)
    );
    let plain = on_terminal("1").unwrap();
    assert!(text(&plain).contains("STATUS") && !text(&plain).contains("\x1b["), "{}", text(&plain));
}

/// A profile whose rules fire on any living host, with a log beside the samples.
const PROFILE: &str = r#"profile: 1
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

fn application() -> Folder {
    let folder = Folder::new();
    folder.write("probe.yaml", PROFILE);
    folder.write(
        "app.log",
        "2026-01-05T10:00:00Z INFO started\n2026-01-05T10:00:01Z INFO ready\n2026-01-05T10:00:02Z ERROR failed: x\n",
    );
    folder.write("settings.json", "{\"a\": 1}\n");
    folder
}

struct Running(Child);

impl Running {
    fn in_folder(folder: &Path) -> Self {
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

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The tool as a command, with what it wrote checked as everything else.
fn finish(command: &mut Command) -> Ran {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!stderr.contains("panicked"), "{stderr}");
    check_records(&output.stdout);
    Ran { code: output.status.code(), signal: None, stdout: output.stdout, stderr }
}

/// In a mount namespace of its own; says so and gives none where that is not allowed.
fn apart(flags: &str, setup: &str, tool: &Tool) -> Option<Ran> {
    let may = Command::new("unshare").args([flags, "true"]).stderr(Stdio::null()).status();
    if !is_root() || !may.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: unshare {flags} needs root");
        return None;
    }
    let inner = tool.command();
    let mut command = Command::new("unshare");
    command.args([flags, "sh", "-c", &format!("{setup} && exec \"$@\""), "sh"]);
    command.arg(inner.get_program()).args(inner.get_args());
    command.current_dir(inner.get_current_dir().unwrap());
    command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    command.envs(inner.get_envs().filter_map(|(n, v)| Some((n, v?))));
    Some(finish(&mut command))
}

#[test]
fn without_proc_everything_is_unknown_and_said() {
    let folder = application();
    let empty = "mount -t tmpfs none /proc";
    let live =
        detect(&["--live", "--interval", "100ms", "--profile", "./probe.yaml"]).dir(folder.path());
    let Some(ran) = apart("-m", empty, &live) else { return };
    let ran = ran.exits(0);
    let said = samples(&ran);
    assert!(
        said.iter().all(|s| s["data"]["value"].is_null() && s["data"]["reason"].is_string()),
        "{said:#?}"
    );
    assert!(said.iter().any(|s| s["data"]["metric"] == "memory_usage"));
    let lifecycle =
        ran.records("ir.check.v1").into_iter().find(|c| c["data"]["check"] == "lifecycle");
    assert_eq!(lifecycle.unwrap()["data"]["status"], "unknown");
    let unknown = ran.own_run()["data"]["rules"]["unknown"].to_string();
    assert!(unknown.contains("could not be measured: /proc/meminfo: No such file"), "{unknown}");
    assert!(
        !ran.records("ir.alert.v1").iter().any(|a| a["data"]["rule"] == "app.idle"),
        "0 is not unknown"
    );

    let health = detect(&["health"]).dir(folder.path());
    let Some(ran) = apart("-m", empty, &health) else { return };
    let checks = ran.records("ir.check.v1");
    assert!(
        checks.len() > 8 && checks.iter().all(|c| c["data"]["status"] == "unknown"),
        "{checks:#?}"
    );
    ran.exits(3);
}

/// A file system whose server never answers: everybody who asks about it waits.
#[test]
fn a_dead_file_server_holds_nothing_up() {
    let folder = application();
    fs::create_dir(folder.path().join("dead")).unwrap();
    let dead = "exec 3<>/dev/fuse && mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 none \"$PWD/dead\"";
    if !Path::new("/dev/fuse").exists() {
        eprintln!("SKIPPED: without /dev/fuse there is no dead file server");
        return;
    }
    let text = PROFILE.replace("${root}/settings.json", "${root}/dead/settings.json");
    folder.write("dead.yaml", text.replace("cwd: \"${root}\"", "cwd: \"${root}/dead\""));
    let tool = detect(&["health", "--profile", "./dead.yaml"]).dir(folder.path());
    let begun = std::time::Instant::now();
    let Some(ran) = apart("-m", dead, &tool) else { return };
    assert!(begun.elapsed() < Duration::from_secs(40), "{:?}", begun.elapsed());
    let checks = ran.records("ir.check.v1");
    let of = |name: &str| {
        let check = checks.iter().find(|c| c["data"]["check"].as_str().unwrap().starts_with(name));
        check.unwrap_or_else(|| panic!("{name} in {checks:#?}"))["data"].clone()
    };
    for name in ["config:settings", "process"] {
        assert_eq!(of(name)["status"], "unknown", "{name}");
        assert!(of(name)["summary"].as_str().unwrap().contains("answer"), "{}", of(name));
    }
    let dead = checks.iter().find(|c| {
        let data = &c["data"];
        data["check"].as_str().unwrap().ends_with("/dead") && data["status"] == "unknown"
    });
    assert!(
        dead.unwrap()["data"]["summary"].as_str().unwrap().contains("did not answer within 2 s")
    );
    assert_eq!(of("disk_space:/")["unit"], "%", "the others are measured");
}

#[test]
fn a_container_sees_its_own_processes() {
    let folder = application();
    let live = detect(&["--live", "--interval", "100ms"]).dir(folder.path());
    let Some(ran) = apart("-pfmn", "mount -t proc proc /proc", &live) else { return };
    let said = samples(&ran.exits(0));
    near("memory", value(&said, "memory_usage", &[]), memory_used(), memory_used(), 3.0);
    let outside = Running::in_folder(folder.path());
    let health = detect(&["health", "--profile", "./probe.yaml"]).dir(folder.path());
    let Some(ran) = apart("-pfmn", "mount -t proc proc /proc", &health) else { return };
    drop(outside);
    let process =
        ran.records("ir.check.v1").into_iter().find(|c| c["data"]["check"] == "process").unwrap();
    assert_eq!(process["data"]["status"], "crit", "what runs outside is not seen inside");
    ran.exits(2);
}

/// The built tool where any account can run it.
fn for_everybody(folder: &Folder, tool: &Tool) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let copy = folder.path().join("tool");
    fs::copy(tool.command().get_program(), &copy).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    copy
}

#[test]
fn without_permission_what_cannot_be_read_is_unknown() {
    if !is_root() {
        eprintln!("SKIPPED: to become another account needs root");
        return;
    }
    const NOBODY: u32 = 65_534;
    let folder = application();
    // The profile must belong to who uses it, or to root; the process of root is not this account's to look into.
    let _running = Running::in_folder(folder.path());
    let tool =
        detect(&["--live", "--interval", "100ms", "--profile", "./probe.yaml"]).dir(folder.path());
    let copy = for_everybody(&folder, &tool);
    let as_nobody = |args: &[&str]| {
        let mut command = Command::new(&copy);
        command.args(args).current_dir(folder.path()).env_clear().env("HOME", "/nonexistent");
        finish(command.uid(NOBODY).gid(NOBODY))
    };
    let ran = as_nobody(&["--live", "--interval", "100ms", "--profile", "./probe.yaml"]).exits(0);
    let said = samples(&ran);
    near("memory", value(&said, "memory_usage", &[]), memory_used(), memory_used(), 3.0);
    let running = said.iter().find(|s| s["data"]["metric"] == "running").unwrap();
    assert!(running["data"]["value"].is_null());
    assert!(
        running["data"]["reason"].as_str().unwrap().contains("this account may not read"),
        "{running}"
    );
    let ran = as_nobody(&["health", "--profile", "./probe.yaml"]);
    let process =
        ran.records("ir.check.v1").into_iter().find(|c| c["data"]["check"] == "process").unwrap();
    assert_eq!(process["data"]["status"], "unknown");
    assert!(matches!(ran.code, Some(1..=3)), "never ok");

    // With hidepid other accounts' processes are not even listed.
    let inner = format!(
        "mount -t proc -o hidepid=2 proc /proc && exec setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups \"$@\""
    );
    let may = Command::new("unshare").args(["-pfm", "true"]).stderr(Stdio::null()).status();
    if !may.is_ok_and(|s| s.success()) || !Path::new("/usr/bin/setpriv").exists() {
        eprintln!("SKIPPED: hidepid needs unshare and setpriv");
        return;
    }
    let mut command = Command::new("unshare");
    command.args(["-pfm", "sh", "-c", &inner, "sh"]).arg(&copy);
    command.args(["health", "--profile", "./probe.yaml"]).current_dir(folder.path());
    let ran = finish(
        command
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("HOME", "/nonexistent"),
    );
    let process = ran.records("ir.check.v1").into_iter().find(|c| c["data"]["check"] == "process");
    let process = process.unwrap_or_else(|| panic!("{}", ran.stderr));
    assert_eq!(process["data"]["status"], "unknown", "{process}");
    assert!(process["data"]["summary"].as_str().unwrap().contains("hidepid"), "{process}");
}

#[test]
fn sampling_can_be_interrupted_and_goes_on_for_a_time() {
    let folder = Folder::new();
    let ran = detect(&["--live", "--for", "500ms", "--interval", "100ms"])
        .dir(folder.path())
        .run()
        .exits(0);
    let memory = samples(&ran)
        .iter()
        .filter(|s| s["data"]["metric"] == "memory_usage" && s["data"]["labels"].is_null())
        .count();
    assert_eq!(memory, 6);
    let once = detect(&["--live", "--samples", "1"]).dir(folder.path()).run().exits(0);
    assert_eq!(value(&samples(&once), "cpu_usage", &[]), None, "one reading is no rate");
    let fixed = detect(&["--live", "--interval", "50ms", "--now", "2026-01-05T10:00:00Z"])
        .dir(folder.path())
        .run()
        .exits(0);
    assert!(samples(&fixed).iter().all(|s| s["time"] == "2026-01-05T10:00:00Z"));

    let tool = detect(&["--live", "--for", "1h"]).dir(folder.path());
    let child = tool
        .command()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(700));
    rustix::process::kill_process(
        rustix::process::Pid::from_raw(child.id().try_into().unwrap()).unwrap(),
        rustix::process::Signal::INT,
    )
    .unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!((&last["type"], &last["data"]["complete"]), (&"ir.run.v1".into(), &false.into()));
}
