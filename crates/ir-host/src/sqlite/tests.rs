use std::collections::BTreeMap;
use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ir_core::wire::digest;
use rusqlite::Connection;

use super::{Depth, Probe, Verdict, of_error, probe};

const QUICK: Depth = Depth { wait: Duration::from_millis(100), check: Duration::from_secs(10) };

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        // A name with every sign that could mean something in a URI.
        let path =
            std::env::temp_dir().join(format!("ir-sqlite {name}?#%&-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn database(&self, mode: &str) -> (PathBuf, Connection) {
        let path = self.0.join("a.db");
        let db = Connection::open(&path).unwrap();
        db.pragma_update(None, "journal_mode", mode).unwrap();
        db.execute_batch("CREATE TABLE t(x TEXT); CREATE INDEX i ON t(x);").unwrap();
        db.execute_batch("BEGIN").unwrap();
        for n in 0..200 {
            db.execute("INSERT INTO t VALUES (?1)", [format!("{n:0>200}")]).unwrap();
        }
        db.execute_batch("COMMIT").unwrap();
        (path, db)
    }

    /// Name, size, time of last change and digest of all that is there.
    fn look(&self) -> BTreeMap<PathBuf, (u64, i64, i64, String)> {
        let entries = fs::read_dir(&self.0).unwrap().map(|e| e.unwrap());
        entries
            .map(|e| {
                let m = e.metadata().unwrap();
                let bytes = fs::read(e.path()).unwrap();
                (e.file_name().into(), (m.len(), m.mtime(), m.mtime_nsec(), digest(&bytes)))
            })
            .collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn look_and_probe(folder: &Folder, path: &Path) -> Probe {
    let before = folder.look();
    let found = probe(path, QUICK).unwrap();
    assert_eq!(folder.look(), before, "nothing is created or changed");
    found
}

#[test]
fn a_sound_database_stays_as_it_is() {
    for mode in ["delete", "truncate", "persist", "wal"] {
        let folder = Folder::new(mode);
        let (path, db) = folder.database(mode);
        // Within one program SQLite shares what it has open; another program does not.
        let before = folder.look();
        let said = elsewhere(&path);
        assert_eq!(folder.look(), before, "{mode}: nothing is created or changed");
        assert!(said.contains("verdict: Sound"), "{mode}, open elsewhere: {said}");
        assert!(said.contains(&format!("is_wal: {}", mode == "wal")), "{said}");
        drop(db);
        let closed = look_and_probe(&folder, &path);
        assert_eq!(closed.verdict, Verdict::Sound, "{mode}, closed");
        assert!(closed.size_bytes > 40_000 && closed.holders.is_ok_and(|held| held.is_empty()));
    }
}

#[test]
fn a_write_ahead_log_that_was_left_behind_is_said() {
    let folder = Folder::new("left");
    let (path, db) = folder.database("wal");
    let copy = Folder::new("copy");
    for name in ["a.db", "a.db-wal"] {
        fs::copy(folder.0.join(name), copy.0.join(name)).unwrap();
    }
    drop(db);
    drop(path);
    let found = look_and_probe(&copy, &copy.0.join("a.db"));
    assert!(
        matches!(&found.verdict, Verdict::Unfinished(why) if why.contains("write-ahead log")),
        "{found:?}"
    );
    assert!(found.journal_bytes.unwrap() > 0);
}

#[test]
fn an_index_without_its_log_makes_nobody_create_the_log() {
    let folder = Folder::new("index");
    let (path, db) = folder.database("wal");
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let copy = Folder::new("index-copy");
    for name in ["a.db", "a.db-shm"] {
        fs::copy(folder.0.join(name), copy.0.join(name)).unwrap();
    }
    drop((path, db));
    let found = look_and_probe(&copy, &copy.0.join("a.db"));
    assert_eq!((found.verdict, found.journal_bytes), (Verdict::Sound, None));
}

#[test]
fn a_pipe_beside_a_database_holds_up_nobody() {
    for (mode, end) in [("delete", "-journal"), ("wal", "-wal"), ("wal", "-shm")] {
        let folder = Folder::new(&format!("pipe{end}"));
        let (path, db) = folder.database(mode);
        drop(db);
        let pipe = folder.0.join(format!("a.db{end}"));
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RWXU).unwrap();
        let verdict = probe(&path, QUICK).unwrap().verdict;
        let told = matches!(&verdict, Verdict::Unknown(why) if why.contains(end));
        assert!(told, "{verdict:?}");
        // A thread that waits for the pipe would hold up the next database with a write-ahead log.
        let next = Folder::new(&format!("next{end}"));
        let (path, db) = next.database("wal");
        let said = probe(&path, QUICK).unwrap().verdict;
        assert_eq!(said, Verdict::Sound, "{end}");
        drop(db);
    }
}

#[test]
fn damage_is_told() {
    let folder = Folder::new("damage");
    let (path, db) = folder.database("delete");
    drop(db);
    let mut file = fs::File::options().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(4096 * 3)).unwrap();
    file.write_all(&[0xAB; 4096]).unwrap();
    let found = look_and_probe(&folder, &path);
    assert!(matches!(&found.verdict, Verdict::Damaged(faults) if !faults.is_empty()), "{found:?}");

    fs::write(&path, b"SQLite format 2\0 and more, up to the hundred bytes that a header has, or so; this line is long enough now").unwrap();
    assert_eq!(look_and_probe(&folder, &path).verdict, Verdict::NotADatabase);
    fs::write(&path, b"short").unwrap();
    assert_eq!(look_and_probe(&folder, &path).verdict, Verdict::NotADatabase);
    fs::write(&path, b"").unwrap();
    assert_eq!(look_and_probe(&folder, &path).verdict, Verdict::Empty);
    let mut torn = b"SQLite format 3\0".to_vec();
    torn.resize(4096, 0xFF);
    fs::write(&path, torn).unwrap();
    let verdict = look_and_probe(&folder, &path).verdict;
    assert!(!matches!(verdict, Verdict::Sound), "{verdict:?}");
    assert!(probe(&folder.0.join("none"), QUICK).unwrap_err().is_missing());
    assert!(probe(&folder.0, QUICK).is_err());
}

#[test]
fn a_lock_is_told_with_its_holder() {
    let folder = Folder::new("lock");
    let (path, db) = folder.database("delete");
    db.execute_batch("BEGIN EXCLUSIVE; INSERT INTO t VALUES ('x')").unwrap();
    // Locks of one program do not hold that program up, so another one asks.
    let found = elsewhere(&path);
    assert!(found.contains("verdict: Locked"), "{found}");
    assert!(found.contains(&format!("process {} ", std::process::id())), "{found}");
    assert!(found.contains("holds a write lock"), "{found}");
    db.execute_batch("COMMIT").unwrap();
    assert!(elsewhere(&path).contains("verdict: Sound"));
}

#[test]
fn a_transaction_that_was_cut_off_is_told_and_left() {
    let folder = Folder::new("cut");
    let (path, db) = folder.database("delete");
    db.pragma_update(None, "cache_size", 1).unwrap();
    db.execute_batch("BEGIN IMMEDIATE; UPDATE t SET x = x || 'y'").unwrap();
    let cut = Folder::new("cut-off");
    for name in ["a.db", "a.db-journal"] {
        fs::copy(folder.0.join(name), cut.0.join(name)).unwrap();
    }
    db.execute_batch("ROLLBACK").unwrap();
    drop(path);
    let found = look_and_probe(&cut, &cut.0.join("a.db"));
    assert_eq!(found.verdict, Verdict::CutOff);
    assert!(found.journal_bytes.unwrap() > 512);
    // There are other reasons to take no writes.
    let other = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_READONLY_DIRECTORY);
    let verdict = of_error(&rusqlite::Error::SqliteFailure(other, Some("why".into())));
    assert_eq!(verdict, Verdict::Unknown("why".into()));
}

#[test]
fn a_check_that_takes_too_long_is_no_verdict() {
    let folder = Folder::new("long");
    let (path, db) = folder.database("delete");
    db.execute_batch(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO t SELECT 'row ' || i FROM n",
    )
    .unwrap();
    drop(db);
    let none = Depth { check: Duration::ZERO, ..QUICK };
    let verdict = probe(&path, none).unwrap().verdict;
    assert_eq!(verdict, Verdict::OutOfTime);
}

#[test]
fn a_writer_under_load_goes_on() {
    for mode in ["delete", "wal"] {
        let folder = Folder::new(&format!("load-{mode}"));
        let (path, db) = folder.database(mode);
        drop(db);
        let stop = Arc::new(AtomicBool::new(false));
        let writer = {
            let (stop, path) = (Arc::clone(&stop), path.clone());
            std::thread::spawn(move || {
                let db = Connection::open(path).unwrap();
                db.busy_timeout(Duration::from_secs(5)).unwrap();
                let mut written = 0u32;
                while !stop.load(Ordering::Relaxed) {
                    db.execute("INSERT INTO t VALUES ('more')", ()).unwrap();
                    written += 1;
                }
                written
            })
        };
        for _ in 0..5 {
            let said = elsewhere(&path);
            assert!(
                said.contains("verdict: Sound") || said.contains("verdict: Locked"),
                "{mode}: {said}"
            );
        }
        stop.store(true, Ordering::Relaxed);
        assert!(writer.join().unwrap() > 0);
        let names: Vec<_> = folder.look().into_keys().collect();
        let known =
            |name: &PathBuf| ["a.db", "a.db-wal", "a.db-shm"].iter().any(|k| name == Path::new(k));
        assert!(names.iter().all(known), "{mode}: {names:?}");
    }
}

/// The probe of another process: POSIX locks do not hold up the process that has them.
#[allow(clippy::disallowed_types, reason = "the test itself is the program")]
fn elsewhere(path: &Path) -> String {
    let me = std::env::current_exe().unwrap();
    let output = std::process::Command::new(me)
        .args(["--exact", "sqlite::tests::the_other_process", "--nocapture"])
        .env("IR_HOST_PROBE", path)
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
#[expect(clippy::print_stdout, reason = "it answers the process that started it")]
fn the_other_process() {
    let Some(path) = std::env::var_os("IR_HOST_PROBE") else { return };
    let found = probe(Path::new(&path), QUICK).unwrap();
    println!("{found:?} {:?}", found.holders_in_words());
}
