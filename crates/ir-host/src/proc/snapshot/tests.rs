use std::convert::Infallible;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::{Glance, Missed, Snapshot};
use crate::exec;
use crate::proc::Host;
use crate::proc::fixture::Tree;
use crate::proc::process::Process;

const WAIT: Duration = Duration::from_secs(5);

fn of_host(snapshot: &mut Snapshot) -> Vec<Glance> {
    let mut all = Vec::new();
    let kept: Result<(), Infallible> = snapshot.host(&mut |glance| {
        all.push(glance);
        Ok(())
    });
    kept.unwrap();
    all
}

fn of_process(snapshot: &Snapshot, host: &Host, process: &Process) -> Vec<Glance> {
    let mut all = Vec::new();
    let kept: Result<(), Infallible> = snapshot.process(host, process, &mut |glance| {
        all.push(glance);
        Ok(())
    });
    kept.unwrap();
    all
}

fn text(all: &[Glance], name: &str) -> String {
    let found = all.iter().find(|glance| glance.name == name).unwrap();
    String::from_utf8_lossy(&found.what.as_ref().unwrap().bytes).into_owned()
}

#[test]
fn the_running_host_is_copied_in_one_order() {
    let host = Host::here();
    let (mut first, mut second) =
        (Snapshot::new(&host, WAIT).unwrap(), Snapshot::new(&host, WAIT).unwrap());
    let (first, second) = (of_host(&mut first), of_host(&mut second));
    let layout = |all: &[Glance]| all.iter().map(|g| (g.name, g.path.clone())).collect::<Vec<_>>();
    assert_eq!(layout(&first), layout(&second));
    assert!(text(&first, "meminfo").contains("MemAvailable:"));
    assert_eq!(text(&first, "boot-id"), text(&second, "boot-id"));
    let me = std::process::id().to_string();
    assert!(text(&first, "processes").lines().any(|line| line.starts_with(&format!("{me} "))));
}

/// This test's own process.
fn me(host: &Host) -> Process {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let rest: Vec<&str> = stat.rsplit(')').next().unwrap().split_ascii_whitespace().collect();
    let process = Process {
        pid: std::process::id(),
        start_ticks: rest[19].parse().unwrap(),
        name: "me".into(),
    };
    assert!(process.is_alive(host));
    process
}

#[test]
fn a_process_is_copied_with_its_files_and_children() {
    let host = Host::here();
    let dir = std::env::temp_dir().join(format!("ir-host-snapshot-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let odd: PathBuf = dir.join("a\nb\x1b[2J\\");
    let mut open = std::fs::File::create(&odd).unwrap();
    open.write_all(b"x").unwrap();

    let child = exec::Program::new(&["/bin/sleep", "5"]).unwrap();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let stop = || done.load(std::sync::atomic::Ordering::Relaxed);
            exec::run(&child, &exec::Job::new(Duration::from_secs(20)), &stop).unwrap()
        });
        let begun = Instant::now();
        let all = loop {
            let mut snapshot = Snapshot::new(&host, WAIT).unwrap();
            of_host(&mut snapshot);
            let all = of_process(&snapshot, &host, &me(&host));
            if text(&all, "children").contains(" sleep\n") || begun.elapsed() > WAIT {
                break all;
            }
        };
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(text(&all, "children").contains(" sleep\n"));
        assert!(text(&all, "status").starts_with("Name:"));
        assert!(text(&all, "links").contains("exe -> /"));
        let files = text(&all, "fd");
        assert!(files.contains("/a\\x0ab\\x1b[2J\\\\\n"), "{files}");
        let numbers: Vec<u32> =
            files.lines().map(|line| line.split(' ').next().unwrap().parse().unwrap()).collect();
        assert!(numbers.is_sorted());
    });
    std::fs::remove_dir_all(dir).unwrap();
}

#[test]
fn another_process_of_the_same_number_is_not_copied() {
    let host = Host::here();
    let snapshot = Snapshot::new(&host, WAIT).unwrap();
    let other = Process { start_ticks: 1, ..me(&host) };
    let all = of_process(&snapshot, &host, &other);
    assert!(
        all.iter().filter(|g| g.name != "children").all(|g| matches!(g.what, Err(Missed::Ended)))
    );
}

#[test]
fn what_is_missing_or_long_is_told() {
    let tree =
        Tree::of(&[("proc/loadavg", &"9".repeat(5000)), ("proc/meminfo", "MemTotal: 1 kB\n")]);
    tree.write("proc/7/stat", "7 (a) b\n(c)) S 3 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 99 0 0 0 0");
    tree.link("proc/vmstat", "/none");
    rustix::fs::mkfifoat(rustix::fs::CWD, tree.path("proc/locks"), rustix::fs::Mode::RWXU).unwrap();
    let mut snapshot = Snapshot::new(&tree.host(), Duration::from_secs(1)).unwrap();
    let all = of_host(&mut snapshot);
    let what = |name: &str| &all.iter().find(|g| g.name == name).unwrap().what;
    assert!(matches!(what("loadavg"), Ok(copy) if copy.cut && copy.bytes.len() == 1024));
    assert!(matches!(what("meminfo"), Ok(copy) if !copy.cut));
    assert!(matches!(what("vmstat"), Err(Missed::Absent)));
    assert!(matches!(what("locks"), Ok(copy) if copy.bytes.is_empty()), "no pipe holds it up");
    assert_eq!(text(&all, "processes"), "7 3 S 99 a) b\\x0a(c)\n");
    assert!(Snapshot::new(&Host::at("/none/such"), WAIT).is_err());
}

#[test]
fn what_hangs_costs_its_time_and_no_more() {
    let mut asker = super::Asker { wait: Duration::from_millis(20), hung: 0 };
    let mut ask = || {
        asker.ask(|| {
            std::thread::sleep(Duration::from_secs(20));
            Ok(())
        })
    };
    for _ in 0..super::MOST_HUNG {
        assert!(matches!(ask(), Err(Missed::Hung(_))));
    }
    assert!(matches!(ask(), Err(Missed::NotTried)));
    assert_eq!(
        Missed::Hung(Duration::from_millis(1500)).to_string(),
        "it did not answer within 1.5 s"
    );
}
