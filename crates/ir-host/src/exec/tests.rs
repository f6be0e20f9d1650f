use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{End, Flood, Job, NoProgram, Outcome, Program, Rest, run};

/// More than any run here should take, far less than what hangs.
const SOON: Duration = Duration::from_secs(8);

fn shell(script: &str) -> Program {
    Program::new(&["/bin/sh", "-c", script]).unwrap()
}

fn job(timeout_ms: u64) -> Job {
    Job { grace: Duration::from_millis(200), ..Job::new(Duration::from_millis(timeout_ms)) }
}

fn ran(script: &str, job: &Job) -> Outcome {
    let begun = Instant::now();
    let outcome = run(&shell(script), job, &|| false).unwrap();
    assert!(begun.elapsed() < SOON, "{script}: {:?}", begun.elapsed());
    outcome
}

fn text(outcome: &Outcome) -> String {
    String::from_utf8_lossy(&outcome.stdout.bytes).into_owned()
}

/// Whether a process of that number is there and not only waiting to be waited for.
fn lives(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit(')')
        .next()
        .is_some_and(|rest| !rest.trim().is_empty() && !rest.trim_start().starts_with(['Z', 'X']))
}

fn gone(pid: &str) -> bool {
    let begun = Instant::now();
    while lives(pid) && begun.elapsed() < SOON {
        std::thread::sleep(Duration::from_millis(10));
    }
    !lives(pid)
}

fn end(pid: &str) {
    let pid = rustix::process::Pid::from_raw(pid.trim().parse().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}

fn folder(name: &str) -> PathBuf {
    let dir = std::env::temp_dir().join(format!("ir-host-exec-{name}-{}", std::process::id()));
    fs::create_dir_all(&dir).unwrap();
    fs::set_permissions(&dir, Permissions::from_mode(0o755)).unwrap();
    dir.canonicalize().unwrap()
}

#[test]
fn what_it_says_and_how_it_ends_is_told() {
    let outcome = ran("echo out; echo err >&2; exit 7", &job(5000));
    assert_eq!(outcome.end, End::Code(7));
    assert_eq!((&*outcome.stdout.bytes, &*outcome.stderr.bytes), (&b"out\n"[..], &b"err\n"[..]));
    assert!(!outcome.held && !outcome.stdout.is_truncated());
    assert_eq!(ran("kill -9 $$", &job(5000)).end, End::Signal(9));
}

#[test]
fn arguments_are_no_shell() {
    let program = Program::new(&["/bin/echo", "$(id)", "a b", "*", ";", ""]).unwrap();
    let outcome = run(&program, &job(5000), &|| false).unwrap();
    assert_eq!(text(&outcome), "$(id) a b * ; \n");
}

#[test]
fn its_surroundings_are_the_same_everywhere() {
    let dir = folder("surroundings");
    let outcome = ran("/usr/bin/env | sort; pwd; umask; cat", &job(5000));
    let shown = text(&outcome);
    let known = |line: &&str| {
        ["LANG=C.UTF-8", "PWD=", "PATH=/usr/local/sbin:", "SHLVL=", "_="]
            .iter()
            .any(|known| line.starts_with(known))
    };
    let rest: Vec<&str> = shown.lines().filter(|line| !known(line)).collect();
    assert_eq!(rest, ["/", "0077"]);
    assert!(shown.contains("LANG=C.UTF-8"));

    let at = Job { directory: dir.clone(), home: Some(dir.clone()), ..job(5000) };
    let outcome =
        ran("echo $HOME; pwd; echo x > made; stat -c %a made; ps -o pgid= -p $$; echo $$", &at);
    let shown = text(&outcome);
    let lines: Vec<&str> = shown.lines().map(str::trim).collect();
    assert_eq!(lines[..3], [dir.to_str().unwrap(), dir.to_str().unwrap(), "600"]);
    assert_eq!(lines[3], lines[4], "a process group of its own");
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn who_does_not_read_or_reads_everything_is_fed_alike() {
    let big = vec![b'x'; 3 << 20];
    let fed = |script: &str| {
        ran(script, &Job { stdin: Some(big.clone()), max_stdout: 1 << 30, ..job(5000) })
    };
    assert_eq!(fed("exit 3").end, End::Code(3));
    assert_eq!(fed("sleep 0.2; exit 4").end, End::Code(4));
    assert_eq!(fed("exec <&-; sleep 0.2; exit 5").end, End::Code(5));
    // It says everything before it reads anything more: both pipes are full at times.
    let echoed = fed("cat");
    assert_eq!((echoed.end, echoed.stdout.bytes.len()), (End::Code(0), big.len()));
    assert_eq!(text(&ran("cat; echo end", &Job { stdin: Some(vec![]), ..job(5000) })), "end\n");
}

#[test]
fn a_flood_is_dropped_or_ends_the_program() {
    let drop = Job { max_stdout: 1000, ..job(5000) };
    let outcome = ran("head -c 3000000 /dev/zero; echo x >&2; exit 2", &drop);
    assert_eq!((outcome.end, outcome.stdout.bytes.len()), (End::Code(2), 1000));
    assert_eq!((outcome.stdout.total, outcome.stderr.total), (3_000_000, 2));
    assert!(outcome.stdout.is_truncated());

    let kill = Job { max_stdout: 1000, max_stderr: 1000, flood: Flood::Kill, ..job(60_000) };
    for endless in ["yes", "yes >&2", "trap '' TERM; yes"] {
        let outcome = ran(endless, &kill);
        assert_eq!(outcome.end, End::Flooded);
        assert!(outcome.stdout.bytes.len() <= 1000 && outcome.stderr.bytes.len() <= 1000);
    }
    // It has ended before it could be.
    assert_eq!(ran("head -c 1001 /dev/zero", &kill).end, End::Flooded);
    assert_eq!(ran("head -c 1000 /dev/zero", &kill).end, End::Code(0));
}

#[test]
fn time_ends_it_even_if_it_will_not() {
    let polite = ran("trap 'echo bye; exit 0' TERM; sleep 100 & wait", &job(300));
    assert_eq!((polite.end, &*text(&polite)), (End::TimedOut, "bye\n"));
    for stubborn in ["trap '' TERM; sleep 100; sleep 100", "exec sleep 100", "kill -STOP $$", "yes"]
    {
        let outcome = ran(stubborn, &job(300));
        assert_eq!(outcome.end, End::TimedOut, "{stubborn}");
        assert!(outcome.took >= Duration::from_millis(300));
    }
}

#[test]
fn what_it_leaves_running_does_not_hold_us() {
    // The grandchild keeps the output open.
    let left = ran("sleep 100 & echo $!", &job(60_000));
    assert_eq!((left.end, left.held), (End::Code(0), false));
    assert!(gone(&text(&left)));

    let stays = ran("sleep 100 & echo $!", &Job { rest: Rest::Leave, ..job(60_000) });
    assert_eq!((stays.end, stays.held), (End::Code(0), true));
    assert!(lives(&text(&stays)));
    end(&text(&stays));

    // One that has left the group is out of reach, and yet does not hold us.
    let fled = ran("setsid sh -c 'echo $$; exec sleep 100' & sleep 0.3", &job(60_000));
    assert_eq!((fled.end, fled.held), (End::Code(0), true));
    end(&text(&fled));

    // Those of a program that is ended end with it.
    let killed = ran("sleep 100 & echo $!; sleep 100", &Job { rest: Rest::Leave, ..job(300) });
    assert_eq!(killed.end, End::TimedOut);
    assert!(gone(&text(&killed)));
}

#[test]
fn it_ends_when_the_caller_is_interrupted() {
    let asked = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(200));
            asked.store(true, Ordering::Relaxed);
        });
        let stop = || asked.load(Ordering::Relaxed);
        let begun = Instant::now();
        assert_eq!(run(&shell("sleep 100"), &job(60_000), &stop).unwrap().end, End::Stopped);
        assert!(begun.elapsed() < SOON);
    });
}

#[test]
fn only_what_nobody_else_can_exchange_is_a_program() {
    let dir = folder("owner");
    let program = dir.join("p");
    fs::write(&program, "#!/bin/sh\necho it ran as $0\n").unwrap();
    let modes = |file: u32, folder: u32| {
        fs::set_permissions(&program, Permissions::from_mode(file)).unwrap();
        fs::set_permissions(&dir, Permissions::from_mode(folder)).unwrap();
        Program::new(&[&program])
    };
    assert!(modes(0o755, 0o755).is_ok());
    assert!(modes(0o700, 0o1777).is_ok());
    for (file, folder) in [(0o775, 0o755), (0o757, 0o755), (0o755, 0o777), (0o755, 0o775)] {
        let refused = modes(file, folder).unwrap_err();
        assert!(refused.is_refusal(), "{file:o} {folder:o}: {refused}");
        assert!(refused.to_string().contains("mend: chmod go-w"), "{refused}");
    }
    assert!(matches!(modes(0o644, 0o755), Err(NoProgram::NotExecutable(_))));
    modes(0o755, 0o755).unwrap();

    // A link is as good as every place on its way.
    let open = dir.join("open");
    fs::create_dir(&open).unwrap();
    symlink(&program, open.join("link")).unwrap();
    symlink("open/../p", dir.join("around")).unwrap();
    symlink("circle", dir.join("circle")).unwrap();
    assert_eq!(Program::new(&[open.join("link")]).unwrap().file(), program);
    fs::set_permissions(&open, Permissions::from_mode(0o777)).unwrap();
    assert!(Program::new(&[open.join("link")]).unwrap_err().is_refusal());
    assert!(Program::new(&[dir.join("around")]).unwrap_err().is_refusal());
    assert!(matches!(Program::new(&[dir.join("circle")]), Err(NoProgram::Io(..))));

    assert!(matches!(Program::new(&[&dir]), Err(NoProgram::NotExecutable(_))));
    assert!(matches!(Program::new(&[Path::new("bin/sh")]), Err(NoProgram::Relative(_))));
    assert!(matches!(Program::new::<&str>(&[]), Err(NoProgram::Empty)));
    assert!(matches!(Program::new(&["/bin/sh", "a\0b"]), Err(NoProgram::ZeroByte(1))));
    assert!(matches!(Program::new(&["/none/such"]), Err(NoProgram::Io(..))));
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn a_program_that_cannot_be_started_is_an_error() {
    let nowhere = Job { directory: "/none/such".into(), ..job(1000) };
    assert!(run(&shell("true"), &nowhere, &|| false).is_err());
}
