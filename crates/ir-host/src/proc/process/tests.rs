use std::collections::BTreeMap;

use ir_core::docs::{Profile, load_profile};

use super::{Wanted, find};
use crate::proc::Host;
use crate::proc::fixture::Tree;

fn profile(process: &str) -> Profile {
    let text = format!(
        "profile: 1\napp: {{name: a}}\nvariables:\n  root: {{default: '.', about: x}}\nprocess: {process}\n"
    );
    load_profile("p", &text).unwrap()
}

/// A process; `start` in ticks.
fn put(tree: &Tree, pid: u32, name: &str, state: char, start: u64, argv: &[&str]) {
    let dir = format!("proc/{pid}");
    tree.write(
        &format!("{dir}/stat"),
        format!("{pid} ({name}) {state} 1 5 5 0 -1 4194304 9 0 0 0 70 30 0 0 20 0 3 0 {start} 1000 200 184 1 1\n"),
    );
    let arguments: Vec<u8> = argv.iter().flat_map(|a| [a.as_bytes(), &[0]].concat()).collect();
    tree.write(&format!("{dir}/cmdline"), arguments);
    tree.write(
        &format!("{dir}/status"),
        "Name:\tx\nUid:\t1000\t0\t0\t0\nVmRSS:\t     500 kB\nvoluntary_ctxt_switches:\t100\n",
    );
    tree.write(&format!("{dir}/io"), "rchar: 1000\nwchar: 2000\nread_bytes: 0\n");
    for fd in ["0", "1", "2"] {
        tree.write(&format!("{dir}/fd/{fd}"), "");
    }
    tree.link(&format!("{dir}/exe"), "/usr/bin/python3.12");
    tree.link(&format!("{dir}/cwd"), tree.path("srv/app"));
}

fn tree() -> Tree {
    let tree = Tree::of(&[
        ("srv/app/x", ""),
        ("srv/other/x", ""),
        ("etc/passwd", "root:x:0:0::/:\nbroken\nchat:x:1000:1000::/:\n"),
        ("proc/stat", "cpu  1 2 3 4 5 6 7 8 9 10\nbtime 1700000000\n"),
        ("proc/uptime", "1 1\n"),
    ]);
    put(&tree, 40, "kthreadd", 'S', 2, &[]);
    put(&tree, 50, "a) R (b", 'S', 12_345, &["python3", "-u", "/venv/bin/kollab", "--x"]);
    put(&tree, 60, "vim", 'S', 12_346, &["vim", "/venv/bin/kollab"]);
    tree.link("proc/60/exe", "/usr/bin/vim");
    put(&tree, 70, "python3", 'S', 12_347, &["python3", "/venv/bin/kollab"]);
    tree.link("proc/70/cwd", tree.path("srv/other"));
    put(&tree, 80, "python3", 'Z', 12_348, &["python3", "/venv/bin/kollab"]);
    tree.write("proc/90/stat", b"90 (\xff");
    tree.write("proc/91/stat", "");
    tree.write("proc/sys/x", "");
    tree
}

fn wanted(tree: &Tree, process: &str) -> Wanted {
    let set =
        BTreeMap::from([("root".to_owned(), tree.path("srv/app").to_str().unwrap().to_owned())]);
    Wanted::of(&profile(process), &set, &tree.host()).unwrap().unwrap()
}

fn pids(tree: &Tree, process: &str) -> Vec<u32> {
    let found = find(&tree.host(), &wanted(tree, process)).unwrap();
    assert_eq!(found.blind, None);
    found.processes.iter().map(|p| p.pid).collect()
}

#[test]
fn every_member_narrows_the_search() {
    let tree = tree();
    assert_eq!(pids(&tree, r"{exe: 'python3*'}"), [40, 50, 70]);
    assert_eq!(pids(&tree, r"{cmdline: '(?:^|/)kollab(?: |$)'}"), [50, 60, 70]);
    assert_eq!(pids(&tree, r"{exe: 'python3*', cmdline: 'kollab'}"), [50, 70]);
    assert_eq!(pids(&tree, r"{exe: 'python3*', cmdline: 'kollab', cwd: '${root}'}"), [50]);
    assert_eq!(pids(&tree, r"{exe: '/usr/*/vim', user: chat}"), [60]);
    assert_eq!(pids(&tree, r"{exe: '/usr/*/vim', user: '0'}"), [0; 0]);
    assert_eq!(pids(&tree, r"{exe: 'vim', cwd: '${root}/none'}"), [0; 0]);
    tree.link("proc/60/exe", "/usr/bin/vim (deleted)");
    assert_eq!(pids(&tree, "{exe: vim}"), [60], "replaced while it ran");
}

#[test]
fn accounts_are_the_hosts_own() {
    let tree = tree();
    let of = |user: &str| {
        let profile = profile(&format!("{{exe: vim, user: {user}}}"));
        Wanted::of(&profile, &BTreeMap::new(), &tree.host())
    };
    assert!(of("nobody_here").unwrap_err().contains("no account is named \"nobody_here\""));
    assert!(of("chat").is_ok());
    let none = load_profile("p", "profile: 1\napp: {name: a}\n").unwrap();
    assert!(Wanted::of(&none, &BTreeMap::new(), &tree.host()).unwrap().is_none());
}

#[test]
fn a_process_is_read_and_rated() {
    let tree = tree();
    let host = tree.host();
    let process = find(&host, &wanted(&tree, "{exe: 'python3*', cmdline: kollab}"))
        .unwrap()
        .processes
        .remove(0);
    assert_eq!((process.pid, process.start_ticks, process.name.as_str()), (50, 12_345, "a) R (b"));
    assert_eq!(process.started(&host).unwrap().to_string(), "2023-11-14T22:15:23Z");
    let first = process.read(&host).unwrap();
    assert_eq!((first.state, first.threads), ('S', 3));
    assert_eq!((first.memory_bytes.clone(), first.open_files.clone()), (Ok(512_000), Ok(3)));

    put(&tree, 50, "a) R (b", 'R', 12_345, &[]);
    tree.write(
        "proc/50/stat",
        "50 (x) R 1 5 5 0 -1 4194304 9 0 0 0 100 50 0 0 20 0 3 0 12345 1000 200 184\n",
    );
    tree.write("proc/50/status", "voluntary_ctxt_switches:\t150\n");
    tree.write("proc/50/io", "rchar: 1500\nwchar: 1000\n");
    let second = process.read(&host).unwrap();
    assert!(second.memory_bytes.clone().unwrap_err().to_string().contains("no VmRSS:"));
    let rates = second.since(&first, 0.5);
    assert_eq!(rates.cpu_percent, 100.0);
    assert_eq!(rates.voluntary_per_s, Ok(100.0));
    assert_eq!(rates.read_bytes_per_s, Ok(1000.0));
    assert_eq!(rates.write_bytes_per_s, Ok(0.0), "a counter that goes backwards");
    tree.write("proc/50/io", "garbage");
    let third = process.read(&host).unwrap();
    assert!(third.since(&second, 0.0).read_bytes_per_s.is_err());
}

#[test]
fn a_number_that_is_given_away_is_another_process() {
    let tree = tree();
    let host = tree.host();
    let process = find(&host, &wanted(&tree, "{exe: vim}")).unwrap().processes.remove(0);
    assert!(process.is_alive(&host) && process.read(&host).is_ok());
    put(&tree, 60, "vim", 'S', 99_999, &["vim"]);
    assert!(!process.is_alive(&host));
    assert_eq!(process.read(&host).unwrap_err().to_string(), "process 60 has ended");
}

#[test]
fn a_host_without_proc_says_so() {
    let tree = Tree::new();
    let wanted = wanted(&tree, "{exe: vim}");
    assert!(find(&tree.host(), &wanted).unwrap_err().to_string().contains("/proc: No such file"));
    tree.write("proc/version", "");
    assert!(find(&tree.host(), &wanted).unwrap_err().to_string().contains("lists no process"));
}

#[test]
#[allow(clippy::disallowed_types, reason = "a process to be found")]
fn the_running_host_has_this_process_family() {
    let host = Host::here();
    // The test is no part of the search, its child is.
    let me = std::process::id();
    let mut child =
        std::process::Command::new("/bin/sleep").arg(format!("31.{me}")).spawn().unwrap();
    let profile = profile(&format!(r"{{cmdline: '^/bin/sleep 31\.{me}$'}}"));
    let wanted = Wanted::of(&profile, &BTreeMap::new(), &host).unwrap().unwrap();
    // A program that has just been started has no arguments for a moment.
    let mut found = find(&host, &wanted).unwrap();
    for _ in 0..500 {
        if !found.processes.is_empty() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
        found = find(&host, &wanted).unwrap();
    }
    let read = found.processes.first().map(|p| p.read(&host));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(found.processes.iter().map(|p| p.pid).collect::<Vec<_>>(), [child.id()]);
    assert_eq!(read.unwrap().unwrap().threads, 1);
    assert!(!found.processes[0].is_alive(&host));
}
