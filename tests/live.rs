//! The live host: what `--live` and `health` say against `/proc` read here, by another way, at the same time.
//!
//! Tolerances: figures that stand still (space, memory in all) agree within 2 %. What moves between two readings gets a
//! tolerance of its own, told where it is used.

mod application;
mod places;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::support::{Folder, Ran, Tool};

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
