use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use ir_core::docs::{Profile, load_profile};
use ir_host::proc::Host;
use ir_store::bundle::{Begin, Builder, Bundle, FORMAT, Item, Reason, Role, Status};

use super::Live;

/// A host that was recorded, and a place for bundles; removed at the end.
struct World(PathBuf);

impl World {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("ir-evidence-live-{}-{n}", std::process::id());
        let world = Self(std::env::temp_dir().join(name));
        world.write("proc/loadavg", "0.1 0.2 0.3 1/99 7\n");
        world.write("proc/meminfo", "MemTotal: 1 kB\n");
        world.write("proc/net/tcp", "  sl  local_address\n");
        world
    }

    fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// A process whose name and arguments are as odd as they can be.
    fn process(&self, pid: u32, parent: u32) {
        let at = |file: &str| format!("proc/{pid}/{file}");
        let numbers = "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 77 0 0 0 0 0";
        self.write(&at("stat"), format!("{pid} (a) \n\x1b[2J) S {parent} {numbers}"));
        self.write(&at("status"), "Name: a\n");
        self.write(&at("cmdline"), "app\0--token\0hunter2\0a\nb\x1b[2J\0");
        self.write(&at("environ"), "PATH=/bin\0DB_PASSWORD=hunter2\0NOTE=line\nline\x1b\0");
        self.write(&at("fd/3"), "");
        symlink("/usr/bin/app", self.0.join(at("exe"))).unwrap();
    }

    fn profile(process: &str) -> Profile {
        load_profile("p", &format!("profile: 1\napp: {{name: a}}\n{process}\n")).unwrap()
    }

    fn take(&self, profile: Option<&Profile>, left: u64, to: &str) -> (Vec<Item>, Bundle) {
        let at = "2026-01-01T12:00:00Z".parse().unwrap();
        let begin = Begin {
            format: FORMAT,
            tool: "ir-evidence".into(),
            version: "0".into(),
            incident: None,
            app: None,
            host: None,
            from: at,
            to: None,
            profile_sha256: None,
            set: BTreeMap::new(),
            include_private: false,
            live: true,
            max_bytes: left,
            recorded: at,
        };
        let to = self.0.join(to);
        let mut builder = Builder::create(&to, begin).unwrap();
        let mut live = Live { builder: &mut builder, left };
        live.take(&Host::at(&self.0), profile, &BTreeMap::new()).unwrap();
        builder.seal().unwrap().publish(&to).unwrap();
        let bundle = Bundle::open(&to, None).unwrap();
        (bundle.items().to_vec(), bundle)
    }

    fn copy(&self, to: &str, item: &Item) -> String {
        let file = &item.copy.as_ref().unwrap().file;
        fs::read_to_string(self.0.join(to).join(file)).unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn at<'a>(items: &'a [Item], path: &str) -> &'a Item {
    items.iter().find(|item| item.path.as_deref() == Some(path)).unwrap()
}

#[test]
fn host_and_processes_are_copied_in_one_order_and_secrets_hidden() {
    let world = World::new();
    world.process(42, 1);
    world.process(43, 42);
    let profile = World::profile("process: {exe: app}");
    let (items, bundle) = world.take(Some(&profile), 1 << 20, "first");
    let (again, _) = world.take(Some(&profile), 1 << 20, "second");
    assert_eq!(items, again);
    assert!(bundle.seal().complete, "{items:?}");

    let layout: Vec<(&str, &str)> =
        items.iter().map(|i| (i.id.as_str(), i.path.as_deref().unwrap())).collect();
    assert_eq!(layout[0], ("host", "/proc/loadavg"));
    let first = layout.iter().position(|(id, _)| *id == "process-42").unwrap();
    assert!(layout[..first].iter().all(|(id, _)| *id == "host"));
    assert!(layout[first..].iter().all(|(id, _)| id.starts_with("process-4")));
    assert_eq!(world.copy("first", at(&items, "/proc/loadavg")), "0.1 0.2 0.3 1/99 7\n");
    assert_eq!(at(&items, "/proc/vmstat").reason, Some(Reason::Absent));

    let environ = at(&items, "/proc/42/environ");
    assert_eq!(
        world.copy("first", environ),
        "PATH=/bin\0DB_PASSWORD=[hidden]\0NOTE=line\nline\x1b\0"
    );
    assert!(environ.copy.as_ref().unwrap().redacted && environ.role == Role::Process);
    let cmdline = at(&items, "/proc/42/cmdline");
    assert_eq!(world.copy("first", cmdline), "app\0--token\0[hidden]\0a\nb\x1b[2J\0");
    assert!(cmdline.copy.as_ref().unwrap().file.ends_with("-42-cmdline"));
    assert!(!at(&items, "/proc/42/status").copy.as_ref().unwrap().redacted);
    let children =
        items.iter().find(|i| i.id == "process-42" && i.path.as_deref() == Some("/proc"));
    assert_eq!(world.copy("first", children.unwrap()), "43 42 S 77 a) \\x0a\\x1b[2J\n");

    let manifest = fs::read(world.0.join("first/manifest.jsonl")).unwrap();
    assert!(!manifest.contains(&0x1b) && !String::from_utf8(manifest).unwrap().contains("hunter2"));
}

#[test]
fn what_the_profile_does_not_say_or_does_not_run_is_told() {
    let world = World::new();
    let fate = |profile: Option<&Profile>, to: &str| {
        let (items, bundle) = world.take(profile, 1 << 20, to);
        let last = items.last().unwrap().clone();
        assert_eq!(last.id, "process");
        (last.status, last.reason.unwrap(), last.note.unwrap(), bundle.seal().complete)
    };
    let (status, reason, note, complete) = fate(None, "a");
    assert_eq!((status, reason, complete), (Status::Skipped, Reason::Absent, true));
    assert!(note.contains("no profile was chosen"));
    let silent = World::profile("");
    assert!(fate(Some(&silent), "b").2.contains("does not say what its processes are"));
    let other = World::profile("process: {exe: other}");
    // Not even one process is listed here: that is no answer.
    let (status, reason, _, complete) = fate(Some(&other), "c");
    assert_eq!((status, reason, complete), (Status::Error, Reason::Unreadable, false));
    world.process(42, 1);
    let (status, reason, note, complete) = fate(Some(&other), "d");
    assert_eq!((status, reason, complete), (Status::Skipped, Reason::Absent, true));
    assert!(note.contains("no process of the application is there"));
    let unset = "variables: {root: {about: x}}\nprocess: {exe: app, cwd: '${root}'}";
    let (status, reason, ..) = fate(Some(&World::profile(unset)), "e");
    assert_eq!((status, reason), (Status::Error, Reason::Unclear));
}

#[test]
fn the_limit_holds_and_what_does_not_fit_is_told() {
    let world = World::new();
    world.write("proc/stat", "x".repeat(3000));
    world.write("proc/uptime", "y".repeat(2000));
    let (items, bundle) = world.take(None, 2500, "small");
    let stat = at(&items, "/proc/stat");
    assert_eq!((stat.status, stat.reason), (Status::Skipped, Some(Reason::Limit)));
    let uptime = at(&items, "/proc/uptime");
    assert_eq!((uptime.status, uptime.reason), (Status::Partial, Some(Reason::Limit)));
    assert_eq!(uptime.copy.as_ref().unwrap().bytes, 1024);
    assert!(bundle.seal().bytes <= 2500 && !bundle.seal().complete);
    assert!(Path::new(&world.0).join("small").is_dir());
}
