use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use ir_core::docs::load_profile;
use ir_core::wire::{DocRef, Evidence, FileHead, Incident, SourceRef, digest};
use ir_store::bundle::{Bundle, Item, Reason, Role, Status, Verdict, verify};

use super::{Collector, Orders, Subject};
use crate::kept::Records;
use crate::window::Window;

const PROFILE: &str = r#"
profile: 1
app: {name: app}
variables:
  root: {about: where it is}
logs:
  - {id: main, path: "${root}/logs/app.log*", format: auto}
  - {id: talk, path: "${root}/talk/*", format: auto, private: true, optional: true}
files:
  - {id: plugins, path: "${root}/plugins/*", kind: plugin, optional: true}
  - {id: config, path: "${root}/config.json", kind: config, secrets: [/llm/token]}
  - {id: db, path: "${root}/state.db", kind: sqlite}
versions:
  - {package: app, from: config, pointer: /version}
  - {from: main, match: 'using (?P<name>\w+) (?P<version>[\d.]+)'}
"#;

/// An application, and a place for bundles; removed at the end.
struct World(PathBuf);

impl World {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "ir-evidence-collect-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let world = Self(std::env::temp_dir().join(name));
        for dir in ["logs", "talk", "plugins"] {
            fs::create_dir_all(world.at(dir)).unwrap();
        }
        world.write(
            "logs/app.log",
            b"2026-01-01T10:00:00Z INFO using widget 1.2.3\n2026-01-01T10:00:01Z ERROR broken\n",
        );
        world.write("talk/one.jsonl", b"{\"text\": \"what people say\"}\n");
        world.write("plugins/good.py", b"pass\n");
        world.write("config.json", b"{\"version\": \"2.0\", \"llm\": {\"token\": \"s3cret\"}}\n");
        world.write("state.db", b"SQLite format 3\0");
        world.write("state.db-wal", b"wal");
        world
    }

    fn at(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }

    fn write(&self, name: impl AsRef<Path>, content: &[u8]) {
        fs::write(self.at(name), content).unwrap();
    }

    fn orders(&self) -> Orders {
        let profile = load_profile("p", PROFILE).unwrap();
        Orders {
            tool: "ir-evidence",
            profile_ref: DocRef {
                name: "p".into(),
                sha256: digest(PROFILE.as_bytes()),
                from: "p.yaml".into(),
            },
            profile,
            chosen: true,
            set: [("root".to_owned(), self.0.to_str().unwrap().to_owned())].into(),
            logs: Vec::new(),
            around: (14400.0, None),
            between: None,
            include_private: false,
            live: false,
            max_bytes: 1 << 30,
            max_line: 1 << 20,
            host: None,
            now: Some("2026-01-01T12:00:00Z".parse().unwrap()),
        }
    }

    fn collect(
        &self,
        orders: Orders,
        sources: Vec<SourceRef>,
        to: &str,
    ) -> anyhow::Result<(Evidence, Bundle, Collector)> {
        let mut collector = Collector::new(orders, Some(self.at(to)));
        let incident = incident();
        let records = Records { lines: vec!["{\"a\":1}", "{\"b\" : 2}"], sources, dropped: 0 };
        let event =
            collector.collect(Some(&Subject { id: "INC-1", incident: &incident, records }))?;
        assert_eq!(event.subject.as_deref(), Some("INC-1"));
        let bundle = Bundle::open(&self.at(to), Some(&event.data.manifest_sha256)).unwrap();
        assert_eq!(
            verify(&self.at(to), None, &mut |p| panic!("{p}")).unwrap().verdict,
            Verdict::Intact
        );
        assert_eq!(
            (event.data.complete, event.data.files, event.data.bytes),
            (bundle.seal().complete, bundle.seal().files, bundle.seal().bytes)
        );
        Ok((event.data, bundle, collector))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn incident() -> Incident {
    Incident {
        title: "t".into(),
        app: Some("app".into()),
        host: Some("chat01".into()),
        onset: "2026-01-01T10:00:01Z".parse().unwrap(),
        detected: "2026-01-01T10:00:02Z".parse().unwrap(),
        last: "2026-01-01T10:00:03Z".parse().unwrap(),
        alerts: Vec::new(),
        categories: Vec::new(),
    }
}

fn text(bundle: &Bundle, item: &Item) -> String {
    let mut bytes = Vec::new();
    bundle.read(item).unwrap().read_to_end(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn item<'a>(bundle: &'a Bundle, path: &str) -> &'a Item {
    let found = bundle.items().iter().find(|item| item.path.as_deref() == Some(path));
    found.unwrap_or_else(|| panic!("{path} is not among {:#?}", bundle.items()))
}

/// All files of a bundle.
fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(
                files(&path)
                    .into_iter()
                    .map(|(name, bytes)| (Path::new(path.file_name().unwrap()).join(name), bytes)),
            );
        } else {
            all.insert(path.file_name().unwrap().into(), fs::read(&path).unwrap());
        }
    }
    all
}

fn source(id: &str, path: &Path) -> SourceRef {
    let head = FileHead::of(&fs::read(path).unwrap());
    SourceRef { id: id.into(), path: Some(path.to_str().unwrap().into()), head: Some(head) }
}

#[test]
fn what_the_profile_names_is_sealed() {
    let world = World::new();
    let (evidence, bundle, collector) = world.collect(world.orders(), vec![], "ev").unwrap();
    let told: Vec<_> = bundle
        .items()
        .iter()
        .map(|i| (i.id.as_str(), i.role, i.path.as_deref().unwrap_or(""), i.status))
        .collect();
    assert_eq!(
        told,
        [
            ("db", Role::Database, "${root}/state.db", Status::Taken),
            ("db", Role::Journal, "${root}/state.db-wal", Status::Taken),
            ("config", Role::Config, "${root}/config.json", Status::Taken),
            ("plugins", Role::Plugin, "${root}/plugins/good.py", Status::Taken),
            ("main", Role::Log, "${root}/logs/app.log", Status::Taken),
            ("talk", Role::Log, "${root}/talk/one.jsonl", Status::Skipped),
            ("records", Role::Records, "", Status::Taken),
        ]
    );
    assert!(evidence.complete && collector.reasons().is_empty());
    assert_eq!(text(&bundle, &bundle.items()[6]), "{\"a\":1}\n{\"b\" : 2}\n");
    let packages: Vec<_> = evidence
        .packages
        .iter()
        .map(|p| (p.name.as_str(), p.version.as_str(), p.from.as_str()))
        .collect();
    assert_eq!(
        packages,
        [
            ("app", "2.0", "data/0004-config.json#/version"),
            ("widget", "1.2.3", "data/0006-app.log:1")
        ]
    );
    assert_eq!(evidence.from, "2026-01-01T06:00:01Z".parse().unwrap());
    assert_eq!(bundle.begin().host.as_deref(), Some("chat01"));
}

#[test]
fn secrets_are_masked_and_private_text_stays_out() {
    let world = World::new();
    let (_, bundle, _) = world.collect(world.orders(), vec![], "ev").unwrap();
    let config = item(&bundle, "${root}/config.json");
    assert!(config.copy.as_ref().unwrap().redacted);
    assert_eq!(
        text(&bundle, config),
        "{\"version\": \"2.0\", \"llm\": {\"token\": \"[masked]\"}}\n"
    );
    assert_eq!(
        config.original.as_ref().unwrap().sha256,
        Some(ir_store::Hash::of(&fs::read(world.at("config.json")).unwrap()))
    );
    let talk = item(&bundle, "${root}/talk/one.jsonl");
    assert_eq!((talk.reason, talk.private, &talk.copy), (Some(Reason::Private), true, &None));
    assert_eq!(
        talk.original.as_ref().unwrap().sha256,
        Some(ir_store::Hash::of(&fs::read(world.at("talk/one.jsonl")).unwrap()))
    );
    for bytes in files(&world.at("ev")).values() {
        let bytes = String::from_utf8_lossy(bytes);
        assert!(!bytes.contains("s3cret") && !bytes.contains("people say"));
    }

    let orders = Orders { include_private: true, ..world.orders() };
    let (_, bundle, _) = world.collect(orders, vec![], "ev2").unwrap();
    assert_eq!(
        text(&bundle, item(&bundle, "${root}/talk/one.jsonl")),
        "{\"text\": \"what people say\"}\n"
    );
    assert!(text(&bundle, item(&bundle, "${root}/config.json")).contains("[masked]"));
}

#[test]
fn the_same_collection_is_the_same_bytes() {
    let world = World::new();
    let first = world.collect(world.orders(), vec![], "ev").unwrap().0;
    let second = world.collect(world.orders(), vec![], "other/place").unwrap().0;
    assert_eq!(first.manifest_sha256, second.manifest_sha256);
    assert_eq!(files(&world.at("ev")), files(&world.at("other/place")));
}

#[test]
fn an_existing_bundle_stands_if_nothing_changed_and_is_never_overwritten() {
    let world = World::new();
    let first = world.collect(world.orders(), vec![], "ev").unwrap().0;
    let later = || Orders { now: Some("2026-01-01T13:00:00Z".parse().unwrap()), ..world.orders() };
    let again = world.collect(later(), vec![], "ev").unwrap().0;
    assert_eq!((again.manifest_sha256, again.recorded), (first.manifest_sha256, first.recorded));
    assert!(!world.at("ev.partial").exists());

    let before = files(&world.at("ev"));
    let refused = |orders: Orders| {
        let e = world.collect(orders, vec![], "ev").unwrap_err();
        assert_eq!(e.downcast_ref::<ir_cli::Failed>().unwrap().exit, ir_cli::Exit::Refused, "{e}");
        assert!(!world.at("ev.partial").exists());
        e.to_string()
    };
    assert!(refused(Orders { around: (1.0, None), ..later() }).contains("another collection"));
    world.write("plugins/new.py", b"");
    assert!(refused(later()).contains("changed since"));
    assert_eq!(files(&world.at("ev")), before);
    world.write("ev/data/0004-config.json", b"{}");
    assert!(refused(later()).contains("not as it was sealed"));
    fs::remove_file(world.at("ev/manifest.jsonl")).unwrap();
    assert!(refused(later()).contains("no whole bundle"));
    world.write("file", b"");
    assert!(world.collect(later(), vec![], "file").is_err());
}

#[test]
fn hostile_names_are_told_without_harm() {
    let world = World::new();
    let names: [&[u8]; 8] = [
        b"new\nline.py",
        b"\xff\xfe.py",
        b"$(rm -rf x).py",
        b"..py",
        b"-rf",
        b"a\\b.py",
        b"\x1b[2J.py",
        &[b'n'; 255],
    ];
    for name in names {
        // What begins with a dot is not matched by the pattern.
        let name = if name.starts_with(b".") { b"x..py" } else { name };
        fs::write(world.at("plugins").join(OsStr::from_bytes(name)), name).unwrap();
    }
    let (evidence, bundle, _) = world.collect(world.orders(), vec![], "ev").unwrap();
    let plugins: Vec<&Item> = bundle.items().iter().filter(|i| i.role == Role::Plugin).collect();
    assert_eq!(plugins.len(), names.len() + 1);
    assert!(plugins.iter().all(|i| i.status == Status::Taken) && evidence.complete);
    for path in [
        "${root}/plugins/new\nline.py",
        "${root}/plugins/\\xff\\xfe.py",
        "${root}/plugins/a\\\\b.py",
        "${root}/plugins/-rf",
    ] {
        let item = item(&bundle, path);
        assert!(item.copy.as_ref().unwrap().bytes > 0);
    }
    for name in files(&world.at("ev")).keys() {
        let name = name.to_str().unwrap();
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-/".contains(&b)), "{name}");
    }
}

#[test]
fn what_is_laid_in_a_files_place_is_told_and_neither_followed_nor_waited_for() {
    let world = World::new();
    fs::remove_file(world.at("config.json")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, world.at("config.json"), rustix::fs::Mode::RWXU).unwrap();
    world.write("outside", b"do not take");
    fs::remove_file(world.at("logs/app.log")).unwrap();
    std::os::unix::fs::symlink(world.at("outside"), world.at("logs/app.log")).unwrap();
    std::os::unix::fs::symlink("/etc/shadow", world.at("plugins/link.py")).unwrap();
    fs::create_dir(world.at("plugins/dir")).unwrap();
    fs::remove_file(world.at("state.db")).unwrap();
    let (evidence, bundle, collector) = world.collect(world.orders(), vec![], "ev").unwrap();
    let told = |path: &str| {
        let item = item(&bundle, path);
        assert_eq!(item.copy, None);
        (item.status, item.reason.unwrap())
    };
    assert_eq!(told("${root}/config.json"), (Status::Error, Reason::Special));
    assert_eq!(told("${root}/logs/app.log"), (Status::Error, Reason::Link));
    assert_eq!(told("${root}/plugins/link.py"), (Status::Skipped, Reason::Link));
    assert_eq!(told("${root}/plugins/dir"), (Status::Skipped, Reason::Directory));
    assert_eq!(told("${root}/state.db"), (Status::Error, Reason::Missing));
    assert_eq!(
        item(&bundle, "${root}/plugins/link.py").original.as_ref().unwrap().target.as_deref(),
        Some("/etc/shadow")
    );
    assert!(!evidence.complete && evidence.items.error == 3);
    assert!(
        collector.reasons()[0].contains("config (${root}/config.json): it is a pipe"),
        "{:?}",
        collector.reasons()
    );
}

#[test]
fn a_log_that_an_alert_names_is_opened_if_it_is_known() {
    let world = World::new();
    let (secret, other) = (world.at("secret"), world.at("other.log"));
    fs::write(&secret, "root:x:0\n".repeat(1000)).unwrap();
    fs::write(&other, "2026-01-01T10:00:00Z INFO hello\n").unwrap();
    let known = source("elsewhere", &other);
    let guess = SourceRef { head: Some(FileHead::of(b"root:")), ..source("guess", &secret) };
    let wrong = SourceRef { head: Some(FileHead::of(&[b'x'; 4096])), ..source("wrong", &secret) };
    let bare = SourceRef { head: None, ..source("bare", &secret) };
    let piped = SourceRef { id: "stdin".into(), path: None, head: None };
    let gone = SourceRef { path: Some(world.at("gone").to_str().unwrap().into()), ..known.clone() };
    let variable = SourceRef { path: Some("${other}/x.log".into()), ..known.clone() };
    let huge = SourceRef { id: "x".repeat(2 << 20), ..known.clone() };
    let sources = vec![known, guess, wrong, bare, piped, gone, variable, huge];
    let orders = Orders { chosen: false, set: BTreeMap::new(), ..world.orders() };
    let (evidence, bundle, _) = world.collect(orders, sources, "ev").unwrap();
    let told: Vec<_> = bundle.items().iter().map(|i| (i.id.as_str(), i.reason)).collect();
    assert_eq!(
        told,
        [
            ("elsewhere", None),
            ("guess", Some(Reason::Untrusted)),
            ("wrong", Some(Reason::Untrusted)),
            ("bare", Some(Reason::Untrusted)),
            ("stdin", Some(Reason::Missing)),
            ("elsewhere", Some(Reason::Missing)),
            ("elsewhere", Some(Reason::Unclear)),
            ("alerts", Some(Reason::Untrusted)),
            ("records", None),
        ]
    );
    assert!(!evidence.complete);
    assert!(
        files(&world.at("ev"))
            .values()
            .all(|bytes| !String::from_utf8_lossy(bytes).contains("root:x"))
    );
}

#[test]
fn what_profile_and_command_line_name_is_not_taken_again_for_an_alert() {
    let world = World::new();
    let log = world.at("logs/app.log");
    let written =
        SourceRef { path: Some("${root}/logs/app.log".into()), head: None, id: "main".into() };
    let pattern = SourceRef { path: Some("${root}/logs/app.log*".into()), ..written.clone() };
    let typed = world.at("typed.log");
    fs::write(&typed, "2026-01-01T10:00:00Z INFO typed\n").unwrap();
    let sources = vec![source("main", &log), written, pattern, source("log-of-alert", &typed)];
    let orders =
        Orders { logs: vec![typed.clone(), world.at("logs/../logs/app.log")], ..world.orders() };
    let (evidence, bundle, _) = world.collect(orders, sources, "ev").unwrap();
    let logs: Vec<_> = bundle.logs().map(|l| (l.source, l.path.unwrap())).collect();
    assert_eq!(logs, [("main", "${root}/logs/app.log"), ("log-of-alert", typed.to_str().unwrap())]);
    assert!(evidence.complete);
}

#[test]
fn a_log_that_was_piped_is_lacking_until_its_file_is_named() {
    let world = World::new();
    let piped = || vec![SourceRef { id: "stdin".into(), path: None, head: None }];
    let (evidence, bundle, collector) = world.collect(world.orders(), piped(), "ev").unwrap();
    assert!(!evidence.complete && bundle.items().iter().any(|i| i.id == "stdin" && i.lacks()));
    assert!(collector.reasons()[0].contains("--logs"));
    let typed = world.at("typed.log");
    fs::write(&typed, "2026-01-01T10:00:00Z INFO typed\n").unwrap();
    let orders = Orders { logs: vec![typed], ..world.orders() };
    assert!(world.collect(orders, piped(), "ev2").unwrap().0.complete);
}

#[test]
fn without_an_incident_the_time_that_was_asked_for_is_taken() {
    let world = World::new();
    let between = Window {
        from: "2026-01-01T00:00:00Z".parse().unwrap(),
        to: Some("2026-01-02T00:00:00Z".parse().unwrap()),
    };
    let mut collector =
        Collector::new(Orders { between: Some(between), ..world.orders() }, Some(world.at("ev")));
    let event = collector.collect(None).unwrap();
    assert_eq!((event.subject, event.data.from, event.data.to), (None, between.from, between.to));
    let bundle = Bundle::open(&world.at("ev"), None).unwrap();
    assert!(bundle.items().iter().all(|i| i.role != Role::Records));
    let mut unasked = Collector::new(world.orders(), Some(world.at("ev2")));
    assert!(unasked.collect(None).unwrap_err().to_string().contains("--since"));
}

#[test]
fn a_second_incident_has_its_own_bundle_beside_the_first_within_the_same_limit() {
    let world = World::new();
    let mut collector =
        Collector::new(Orders { max_bytes: 700, ..world.orders() }, Some(world.at("ev")));
    let incident = incident();
    for id in ["INC-1", "INC-2"] {
        collector
            .collect(Some(&Subject { id, incident: &incident, records: Records::default() }))
            .unwrap();
    }
    let seal = |name: &str| Bundle::open(&world.at(name), None).unwrap().seal().clone();
    let (first, second) = (seal("ev"), seal("ev-INC-2"));
    assert!(first.complete && first.bytes + second.bytes <= 700);
}
