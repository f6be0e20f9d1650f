//! Many writers of one incident at once, some of which are killed.

use std::fs::File;
use std::io::Write;
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{Home, own, wire};
use crate::support::{Tool, stream};

const JOBS: usize = 4;
const PEOPLE: usize = 4;

/// A child that may be killed while somebody waits for it.
type Slot = Mutex<Option<Child>>;

/// Runs it to its end, or until it is killed; whether its exit code was 0.
fn run(tool: &Tool, stdout: Stdio, slot: &Slot) -> bool {
    let mut child =
        tool.command().stdin(Stdio::piped()).stdout(stdout).stderr(Stdio::null()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    *slot.lock().unwrap() = Some(child);
    // One that is killed reads no more.
    let _ = stdin.write_all(tool.input());
    drop(stdin);
    loop {
        let ended = slot.lock().unwrap().as_mut().unwrap().try_wait().unwrap();
        if let Some(status) = ended {
            *slot.lock().unwrap() = None;
            return status.code() == Some(0);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Lets cron jobs and people write for `seconds`; every `pause` one of them is killed. What was acknowledged.
fn crowd(home: &Home, seconds: f64, pause: Option<Duration>) -> (Vec<String>, u32) {
    let first = stream::firing("chat", "first", 0);
    assert_eq!(home.record(std::slice::from_ref(&first)).code, Some(0));
    let slots: Vec<Slot> = (0..JOBS + PEOPLE).map(|_| Mutex::new(None)).collect();
    let acknowledged = Mutex::new(Vec::new());
    let over = AtomicBool::new(false);
    let mut killed = 0;
    std::thread::scope(|scope| {
        for (writer, slot) in slots.iter().enumerate() {
            let (acknowledged, over, first) = (&acknowledged, &over, &first);
            scope.spawn(move || {
                let out = home.0.path().join(format!("out-{writer}"));
                for n in 1.. {
                    if over.load(Ordering::Relaxed) {
                        break;
                    }
                    if writer < JOBS {
                        let alert = stream::firing("chat", &format!("job{writer}"), n);
                        let input = format!("{first}{alert}{}", stream::run(true));
                        let tool = home.tool("ir-classify", &["--record"]).stdin(input);
                        if run(&tool, File::create(&out).unwrap().into(), slot) {
                            let text = std::fs::read(&out).unwrap();
                            let mut all = acknowledged.lock().unwrap();
                            all.push(alert.trim_end().to_owned());
                            all.extend(own(&text, "ir-classify").into_iter().map(String::from));
                        }
                    } else {
                        let text = format!("person {writer} says {n}.");
                        if run(&home.tool("ir-classify", &["note", &text]), Stdio::null(), slot) {
                            acknowledged.lock().unwrap().push(text);
                        }
                    }
                }
            });
        }
        let begun = Instant::now();
        let mut victim = 0;
        while begun.elapsed().as_secs_f64() < seconds {
            let Some(pause) = pause else {
                std::thread::sleep(Duration::from_millis(50));
                continue;
            };
            std::thread::sleep(pause);
            if let Some(child) = slots[victim % slots.len()].lock().unwrap().as_mut() {
                killed += u32::from(child.kill().is_ok());
            }
            // Not in step with the order in which they began.
            victim += 3;
        }
        over.store(true, Ordering::Relaxed);
    });
    (acknowledged.into_inner().unwrap(), killed)
}

/// Every acknowledged line is there exactly once, and the file, its chain and the index are sound.
fn check(home: &Home, acknowledged: &[String]) {
    // Sets aside what a killed writer left.
    home.run("ir-classify", &["note", "the end"]).exits(0);
    let stored: Vec<String> = home.lines().iter().map(|line| wire(line)).collect();
    let mut lines = std::collections::HashMap::new();
    for line in &stored {
        *lines.entry(line.as_str()).or_insert(0) += 1;
        let data = &super::json(line)["data"];
        if let Some(text) = data["text"].as_str() {
            *lines.entry(Box::leak(text.to_owned().into_boxed_str())).or_insert(0) += 1;
        }
    }
    for line in acknowledged {
        assert_eq!(lines.get(line.as_str()), Some(&1), "{line}");
    }
    let lint = home.run("ir-report", &["lint"]);
    assert_eq!(lint.code, Some(0), "{}{}", String::from_utf8_lossy(&lint.stdout), lint.stderr);
    assert!(String::from_utf8_lossy(&lint.stdout).contains("the index agrees"));
    // The index that was kept says what one that is made anew says.
    let kept = home.run("ir-report", &["list"]).exits(0).stdout;
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(home.path().join(format!("index.db{end}")));
    }
    assert_eq!(kept, home.run("ir-report", &["list"]).exits(0).stdout);
    home.run("ir-report", &["lint"]).exits(0);
}

#[test]
fn eight_writers_at_once_lose_nothing() {
    let home = Home::new();
    let (acknowledged, _) = crowd(&home, 2.0, None);
    assert!(acknowledged.len() > 20, "{}", acknowledged.len());
    check(&home, &acknowledged);
    assert!(!home.file().with_extension("torn").exists(), "nobody was killed");
}

#[test]
fn writers_that_are_killed_lose_nothing_that_was_acknowledged() {
    let home = Home::new();
    let (acknowledged, killed) = crowd(&home, 4.0, Some(Duration::from_millis(50)));
    assert!(killed >= 20 && acknowledged.len() > 20, "{killed} killed, {}", acknowledged.len());
    check(&home, &acknowledged);
}
