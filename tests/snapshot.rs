//! `ir-evidence --live` over this very host and a process of the test's own.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::support::{Folder, Tool};

/// A process with secrets in its environment and arguments, and with odd arguments; it is ended with the test.
struct Application(Child);

impl Application {
    fn start(mark: &str) -> Self {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo ready; read line", mark, "a\nb\x1b[2J", "--token", "hunter2"]);
        command.env_clear().env("DB_PASSWORD", "swordfish").env("PLAIN", "seen");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // Its arguments are its own once it speaks.
        let mut word = [0; 6];
        std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut word).unwrap();
        Self(child)
    }
}

impl Drop for Application {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// The items that a bundle's manifest lists.
fn items(folder: &Folder, bundle: &str) -> Vec<Value> {
    let manifest = fs::read_to_string(folder.path().join(bundle).join("manifest.jsonl")).unwrap();
    assert!(!manifest.contains('\u{1b}'));
    let lines = manifest.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter_map(|line| line["body"].get("item").cloned()).collect()
}

fn find<'a>(items: &'a [Value], path: &str) -> &'a Value {
    items.iter().find(|item| item["path"] == path).unwrap_or_else(|| panic!("{path} in {items:?}"))
}

fn profile(folder: &Folder, mark: &str) {
    let text = format!("profile: 1\napp: {{name: a}}\nprocess: {{cmdline: '{mark}'}}\n");
    folder.write("p.yaml", text);
}

fn evidence(folder: &Folder, output: &str) -> Tool {
    Tool::new("ir-evidence").dir(folder.path()).args([
        "--live",
        "--profile",
        "./p.yaml",
        "--since",
        "2026-01-01T00:00:00Z",
        "--now",
        "2026-01-02T00:00:00Z",
        "-o",
        output,
    ])
}

#[test]
fn a_running_process_is_copied_without_its_secrets() {
    let folder = Folder::new();
    let mark = format!("ir-live-mark-{}", std::process::id());
    profile(&folder, &mark);
    let application = Application::start(&mark);
    let pid = application.0.id();
    let first = evidence(&folder, "first").run().exits(0);
    evidence(&folder, "second").run().exits(0);
    assert_eq!(first.stderr, "");
    let record = first.records("ir.evidence.v1").pop().unwrap();
    assert_eq!(record["data"]["recorded"], "2026-01-02T00:00:00Z");
    assert_eq!(record["data"]["complete"], true);
    Tool::new("ir-evidence").dir(folder.path()).args(["verify", "first"]).run().exits(0);

    let (items, again) = (items(&folder, "first"), items(&folder, "second"));
    let layout = |items: &[Value]| -> Vec<(Value, Value, Value)> {
        items.iter().map(|i| (i["id"].clone(), i["path"].clone(), i["status"].clone())).collect()
    };
    assert_eq!(layout(&items), layout(&again), "the same items in the same order");
    assert_eq!(items[0]["path"], "/proc/loadavg");
    let copy = |path: String| {
        let file = find(&items, &path)["copy"]["file"].as_str().unwrap();
        fs::read(folder.path().join("first").join(file)).unwrap()
    };
    let text = |path: String| String::from_utf8(copy(path)).unwrap();
    let environ = text(format!("/proc/{pid}/environ"));
    let mut variables: Vec<&str> = environ.split_terminator('\0').collect();
    variables.retain(|variable| !variable.starts_with("PWD=") && !variable.starts_with("_="));
    assert_eq!(variables, ["DB_PASSWORD=[hidden]", "PLAIN=seen"]);
    assert_eq!(
        text(format!("/proc/{pid}/cmdline")),
        format!("/bin/sh\0-c\0echo ready; read line\0{mark}\0a\nb\x1b[2J\0--token\0[hidden]\0")
    );
    assert!(text(format!("/proc/{pid}/status")).contains("State:"));
    assert!(text(format!("/proc/{pid}/fd")).contains("0 -> pipe:["));
    assert!(text("/proc/meminfo".into()).contains("MemTotal:"));
    for entry in fs::read_dir(folder.path().join("first/data")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.to_str().unwrap();
        assert!(name.bytes().all(|b| b.is_ascii_graphic()), "{name:?}");
        let bytes = fs::read(&path).unwrap();
        for secret in ["swordfish", "hunter2"] {
            assert!(
                !bytes.windows(secret.len()).any(|w| w == secret.as_bytes()),
                "{name}: {secret}"
            );
        }
    }
}

#[test]
fn what_may_not_be_read_is_an_error_with_its_reason() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("SKIPPED: only root can become somebody else");
        return;
    }
    let folder = Folder::new();
    let mark = format!("ir-live-other-{}", std::process::id());
    profile(&folder, &mark);
    let application = Application::start(&mark);
    let pid = application.0.id();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    fs::set_permissions(&out, Permissions::from_mode(0o777)).unwrap();
    let mut command = evidence(&folder, "out/bundle").command();
    let output = command.uid(65534).gid(65534).stdin(Stdio::null()).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{stderr}");
    assert!(stderr.contains(&format!("(/proc/{pid}/")), "{stderr}");
    let items = items(&folder, "out/bundle");
    let environ = find(&items, &format!("/proc/{pid}/environ"));
    assert_eq!((&environ["status"], &environ["reason"]), (&"error".into(), &"unreadable".into()));
    assert!(environ["note"].as_str().unwrap().contains("ermission denied"), "{environ}");
    assert_eq!(find(&items, &format!("/proc/{pid}/status"))["status"], "taken");
    assert_eq!(find(&items, "/proc/meminfo")["status"], "taken");
}

#[test]
fn without_the_option_the_host_is_not_looked_at() {
    let folder = Folder::new();
    profile(&folder, "anything");
    let args = ["--profile", "./p.yaml", "--since", "2026-01-01T00:00:00Z", "-o", "plain"];
    Tool::new("ir-evidence").dir(folder.path()).args(args).run().exits(0);
    assert_eq!(items(&folder, "plain"), [] as [Value; 0]);
}
