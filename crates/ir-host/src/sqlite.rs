//! SQLite databases, looked at without leaving a trace: nothing is created, written, rolled back or moved on.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::ffi::SQLITE_READONLY_ROLLBACK;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::open::{OpenError, open_untouched};
use crate::proc::{Holder, Host, Unmeasured, within};

/// At most so many faults are told.
const MOST_FAULTS: usize = 5;
/// What SQLite opens beside a database: the ends of the files' names.
const COMPANIONS: &[&str] = &["-journal", "-wal", "-shm"];
/// Instructions of SQLite's machine between two looks at the clock.
const PACE: i32 = 100;

/// How thoroughly a database is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depth {
    /// How long to wait for a lock that somebody holds.
    pub wait: Duration,
    /// How long the check of the pages may take. Where the database has a rollback journal, writers wait as long.
    pub check: Duration,
}

/// What was found of a database.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The verdict.
    pub verdict: Verdict,
    /// Size of the database file in bytes.
    pub size_bytes: u64,
    /// It has a write-ahead log instead of a rollback journal.
    pub is_wal: bool,
    /// Bytes of the journal or write-ahead log beside it; none where there is none.
    pub journal_bytes: Option<u64>,
    /// Who holds locks on the file, or why that is unknown.
    pub holders: Result<Vec<Holder>, Unmeasured>,
}

/// How a database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The check of the pages found nothing.
    Sound,
    /// The file has no byte: nothing was written yet, or all of it was lost.
    Empty,
    /// The pages are damaged; what the check says.
    Damaged(Vec<String>),
    /// The file does not begin as a database does.
    NotADatabase,
    /// Somebody held a lock all the time that was waited.
    Locked,
    /// A transaction was cut off: the next program that writes to the database takes it back.
    CutOff,
    /// The check did not come to its end in time.
    OutOfTime,
    /// Not all of it could be checked, or the file changed under the check; more time would not help.
    Unfinished(String),
    /// It could not be checked.
    Unknown(String),
}

/// Looks at the database at `path` on the running host. Only a regular file is opened.
///
/// # Errors
/// If it cannot be opened.
pub fn probe(path: &Path, depth: Depth) -> Result<Probe, OpenError> {
    let opened = open_untouched(path)?;
    let file = opened.file;
    let meta = file.metadata()?;
    let mut header = [0u8; 100];
    let read = file.read_at(&mut header, 0)?;
    let is_wal = header[18] == 2;
    let device = (rustix::fs::major(meta.dev()), rustix::fs::minor(meta.dev()));
    let host = Host::here();
    let beside = |end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name).symlink_metadata().ok()
    };
    let holders = host.locks(device, meta.ino());
    let journal = beside(if is_wal { "-wal" } else { "-journal" });
    let journal_bytes = journal.map(|meta| meta.len());
    let filled = journal_bytes.is_some_and(|bytes| bytes > 0);
    // A pipe there would hold SQLite up, and with it every other database that this program looks at.
    let odd =
        COMPANIONS.iter().find(|end| beside(end).is_some_and(|meta| !meta.file_type().is_file()));
    let how = match () {
        () if !is_wal => How::Locked,
        // SQLite would create the log if it were not there.
        () if journal_bytes.is_some() && beside("-shm").is_some() => How::SharedMemory,
        // Without both nobody has the database open, and a log cannot be read without writing its index.
        () => How::Alone,
    };
    let verdict = match () {
        () if opened.size == 0 => Verdict::Empty,
        () if read < header.len() || !header.starts_with(b"SQLite format 3\0") => {
            Verdict::NotADatabase
        }
        () if let Some(end) = odd => {
            Verdict::Unknown(format!("what stands at its name with {end} is no regular file"))
        }
        () => {
            let limit = depth.wait + depth.check + Duration::from_secs(1);
            let place = path.to_path_buf();
            let question = move || check(&place, &file, how, depth);
            let answer = within(limit, vec![question]).pop().flatten();
            match answer {
                Some(Verdict::Sound) if how == How::Alone && filled => Verdict::Unfinished(
                    "the pages of the file are sound; its write-ahead log was not read, because that needs an index that nobody has open".into(),
                ),
                Some(verdict) => verdict,
                None => Verdict::Unknown(format!("no answer within {} s", limit.as_secs())),
            }
        }
    };
    // Of a lock that was waited for, who holds it now says more than who held it before.
    let holders = if verdict == Verdict::Locked { host.locks(device, meta.ino()) } else { holders };
    Ok(Probe { verdict, size_bytes: opened.size, is_wal, journal_bytes, holders })
}

impl Probe {
    /// Who holds locks, in words: `process 42 (python3) holds a write lock`; none if nobody does.
    pub fn holders_in_words(&self) -> Option<String> {
        let host = Host::here();
        let held = self.holders.as_ref().ok()?;
        let mut told: Vec<String> = held
            .iter()
            .map(|holder| {
                let what = if holder.write { "a write lock" } else { "a read lock" };
                match holder.pid {
                    Some(pid) => {
                        let name = host.name_of(pid).unwrap_or_else(|| "ended".into());
                        format!("process {pid} ({name}) holds {what}")
                    }
                    None => format!("a process that is not seen from here holds {what}"),
                }
            })
            .collect();
        told.dedup();
        (!told.is_empty()).then(|| told.join(", "))
    }
}

/// How the database is opened, so that nothing is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// With a read lock, as every reader.
    Locked,
    /// With the index of the write-ahead log that others have open, which is only read.
    SharedMemory,
    /// As a file that nobody changes; whether that was so is looked at afterwards.
    Alone,
}

/// Checks the pages. `checked` is the file that was found to be regular; it stays open until SQLite has closed its own, because
/// to close it would give up the locks of this whole program.
fn check(path: &Path, checked: &File, how: How, depth: Depth) -> Verdict {
    let before = checked.metadata().ok();
    let verdict = pages(path, checked, how, depth).unwrap_or_else(|error| of_error(&error));
    let same = |meta: &std::fs::Metadata| (meta.dev(), meta.ino());
    let now = path.symlink_metadata().ok();
    if before.as_ref().map(same) != now.as_ref().map(same) {
        return Verdict::Unfinished("the file was replaced while it was checked".into());
    }
    let state = |meta: &std::fs::Metadata| (meta.len(), meta.mtime(), meta.mtime_nsec());
    if how == How::Alone && before.as_ref().map(state) != now.as_ref().map(state) {
        return Verdict::Unfinished("the file was written while it was checked".into());
    }
    verdict
}

fn pages(path: &Path, checked: &File, how: How, depth: Depth) -> rusqlite::Result<Verdict> {
    let by_number = format!("/proc/self/fd/{}", checked.as_raw_fd());
    let place = if Path::new(&by_number).exists() { Path::new(&by_number) } else { path };
    let option = match how {
        How::Locked => "",
        How::SharedMemory => "&readonly_shm=1",
        How::Alone => "&immutable=1",
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(uri(place, option), flags)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.busy_timeout(depth.wait)?;
    // The first read waits for locks; the time of the check begins behind it.
    connection.query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(()))?;
    let until = Instant::now() + depth.check;
    connection.progress_handler(PACE, Some(move || Instant::now() > until))?;
    let mut statement = connection.prepare(&format!("PRAGMA quick_check({MOST_FAULTS})"))?;
    let faults = statement.query_map((), |row| row.get::<_, String>(0))?;
    let faults: Vec<String> = faults.collect::<rusqlite::Result<_>>()?;
    let sound = faults.iter().all(|fault| fault == "ok");
    Ok(if sound { Verdict::Sound } else { Verdict::Damaged(faults) })
}

fn of_error(error: &rusqlite::Error) -> Verdict {
    let said = match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        other => other.to_string(),
    };
    let extended = error.sqlite_error().map(|error| error.extended_code);
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Verdict::Locked,
        Some(ErrorCode::NotADatabase) => Verdict::NotADatabase,
        Some(ErrorCode::DatabaseCorrupt) => Verdict::Damaged(vec![said]),
        Some(ErrorCode::SystemIoFailure) => Verdict::Damaged(vec![said]),
        Some(ErrorCode::ReadOnly) if extended == Some(SQLITE_READONLY_ROLLBACK) => Verdict::CutOff,
        Some(ErrorCode::OperationInterrupted) => Verdict::OutOfTime,
        _ => Verdict::Unknown(said),
    }
}

/// A URI of SQLite for a path, read-only; every byte that could mean something in it is escaped.
fn uri(path: &Path, option: &str) -> String {
    let mut uri = String::from(if path.is_absolute() { "file://" } else { "file:" });
    for byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri + "?mode=ro" + option
}

#[cfg(test)]
mod tests;
