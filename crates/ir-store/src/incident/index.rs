//! The index over all files: SQLite, made from the lines, never the truth.
//!
//! It knows of every file how far it reached and its last line's digest. A file that goes on from there is read from there; any
//! other one is read anew. Beside that it keeps `marks`: the furthest that a file was ever known to reach, which moves only while
//! the file still holds that line. So a file that became shorter is told, also after it has grown again.

use std::fmt::Write as _;
use std::fs::File;
use std::io;
use std::time::Duration;

use ir_core::wire::{Line, parse_line};
use rusqlite::types::FromSql;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, TransactionBehavior, params};

use super::lines::{End, read_lines};
use super::lock::{Lock, lock};
use super::place::Place;
use super::{Book, Mark, Said, StoreError, StoredLine, Summary};
use crate::Hash;

/// Its file's name.
pub(super) const FILE: &str = "index.db";
/// Of the tables below; another version is made anew.
const VERSION: i64 = 1;
/// How long a writer waits for another one.
const PATIENCE: Duration = Duration::from_secs(10);

/// Bytes of SQLite's log that are not worth taking into the database yet: that waits for the disk.
const MAX_LOG: u64 = 256 << 10;

const TABLES: &str = "
CREATE TABLE incidents(
  id TEXT PRIMARY KEY, title TEXT, severity TEXT, state TEXT, onset TEXT, opened TEXT, last TEXT,
  lines INTEGER NOT NULL, bytes INTEGER NOT NULL, head TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE marks(
  id TEXT PRIMARY KEY, lines INTEGER NOT NULL, bytes INTEGER NOT NULL, head TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE records(
  incident TEXT NOT NULL, line INTEGER NOT NULL, at INTEGER NOT NULL,
  source TEXT, id TEXT, type TEXT, time TEXT, digest TEXT NOT NULL,
  PRIMARY KEY(incident, line)
) WITHOUT ROWID;
CREATE INDEX records_by_key ON records(incident, source, id);
";

/// Why the index cannot be used. Nothing that was stored depends on it.
#[derive(Debug, thiserror::Error)]
pub(super) enum IndexError {
    /// SQLite's word.
    #[error("{0}")]
    Sql(#[from] rusqlite::Error),
    /// What it holds is not what an index holds.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// A file of the store cannot be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is not safe to use, or held by others.
    #[error("{0}")]
    Store(#[from] StoreError),
}

impl IndexError {
    /// Making it anew helps.
    fn is_damage(&self) -> bool {
        match self {
            Self::Damaged(_) => true,
            Self::Sql(e) => match e.sqlite_error_code() {
                Some(code) => matches!(
                    code,
                    // A table that is not there is an unknown error to SQLite.
                    ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown
                ),
                // A column of another type.
                None => true,
            },
            Self::Io(_) | Self::Store(_) => false,
        }
    }
}

impl IndexError {
    /// It may be sound, but not be read from here: a read-only place where SQLite cannot keep its own files.
    pub(super) fn is_out_of_reach(&self) -> bool {
        use ErrorCode::{CannotOpen, DatabaseBusy, PermissionDenied, ReadOnly};
        let Self::Sql(e) = self else { return false };
        let code = e.sqlite_error_code();
        code.is_some_and(|c| matches!(c, CannotOpen | DatabaseBusy | PermissionDenied | ReadOnly))
    }
}

/// An open index.
#[derive(Debug)]
pub(super) struct Index {
    sql: Connection,
    /// Held as long as it is open, so that nobody makes it anew meanwhile.
    _lock: Option<File>,
}

/// What following a file showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Followed {
    /// Whole lines, and what is after them.
    pub(super) end: End,
    /// The file still holds all that it was ever known to hold.
    pub(super) grown: bool,
}

impl Index {
    /// Runs `job` on the index of `place`, made where it is not there; made anew, once, if it is damaged.
    pub(super) fn with<T>(
        place: &Place,
        job: &mut dyn FnMut(Self) -> Result<T, IndexError>,
    ) -> Result<T, IndexError> {
        match Self::open(place).and_then(&mut *job) {
            Err(e) if e.is_damage() => {
                Self::remove(place)?;
                Self::open(place).and_then(job)
            }
            other => other,
        }
    }

    /// Opens the index of `place`; an empty one is made where there is none.
    fn open(place: &Place) -> Result<Self, IndexError> {
        let guard = place.own_lock()?;
        lock(&guard, Lock::Shared, &place.path)?;
        drop(place.own_file(FILE)?);
        let sql = Connection::open(place.path.join(FILE))?;
        sql.busy_timeout(PATIENCE)?;
        // Folded by `fold_log`, not by whoever happens to be the last one to close it.
        // Only a power failure can take the last changes; the lines give them again.
        let _: String = sql.query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0))?;
        sql.execute_batch("PRAGMA synchronous=NORMAL")?;
        sql.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        let mut index = Self { sql, _lock: Some(guard) };
        index.prepare()?;
        Ok(index)
    }

    /// The index of `place` as it is, if there is one; nothing is written.
    pub(super) fn peek(place: &Place) -> Result<Option<Self>, IndexError> {
        if !place.has_own_file(FILE)? {
            return Ok(None);
        }
        let guard = place.own_lock()?;
        lock(&guard, Lock::Shared, &place.path)?;
        let flags =
            rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let sql = Connection::open_with_flags(place.path.join(FILE), flags)?;
        sql.busy_timeout(PATIENCE)?;
        let version: i64 = sql.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if version != VERSION {
            return Err(IndexError::Damaged(format!("its version is {version}, not {VERSION}")));
        }
        Ok(Some(Self { sql, _lock: Some(guard) }))
    }

    /// An empty index that is nowhere on the disk.
    pub(super) fn in_memory() -> Result<Self, IndexError> {
        let mut index = Self { sql: Connection::open_in_memory()?, _lock: None };
        index.prepare()?;
        Ok(index)
    }

    /// Removes it, once nobody has it open.
    fn remove(place: &Place) -> Result<(), IndexError> {
        let guard = place.own_lock()?;
        lock(&guard, Lock::Exclusive, &place.path)?;
        for end in ["-wal", "-shm", "-journal", ""] {
            let path = place.path.join(format!("{FILE}{end}"));
            match std::fs::remove_file(&path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => {
                    return Err(StoreError::io(&path)(e).into());
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn prepare(&mut self) -> Result<(), IndexError> {
        let version = |sql: &Connection| sql.query_row("PRAGMA user_version", [], |row| row.get(0));
        let mut found: i64 = version(&self.sql)?;
        if found == 0 {
            let work = self.sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
            found = version(&work)?;
            if found == 0 {
                work.execute_batch(TABLES)?;
                work.execute_batch(&format!("PRAGMA user_version={VERSION}"))?;
                work.commit()?;
                found = VERSION;
            }
        }
        if found == VERSION {
            Ok(())
        } else {
            Err(IndexError::Damaged(format!("its version is {found}, not {VERSION}")))
        }
    }

    /// Brings the index in step with a book's file, which the caller has locked.
    pub(super) fn follow(&mut self, book: &Book, file: &File) -> Result<Followed, IndexError> {
        let name = book.name();
        if self.in_step(book, file)?
            && let Some(mark) = self.known(book)?
        {
            return Ok(Followed { end: End { mark, torn: 0 }, grown: true });
        }
        let work = self.sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let known = match mark(&work, "incidents", name)? {
            Some(known) if known.holds_in(file)? => known,
            _ => {
                work.execute("DELETE FROM records WHERE incident = ?", [name])?;
                work.execute("DELETE FROM incidents WHERE id = ?", [name])?;
                Mark::start(book)
            }
        };
        let mut said = said(&work, name)?.unwrap_or_default();
        let end = take(&work, book, file, known, &mut said)?;
        write_mark(&work, "incidents", name, end.mark)?;
        work.execute(
            "UPDATE incidents SET title = ?2, severity = ?3, state = ?4, onset = ?5, opened = ?6, last = ?7 WHERE id = ?1",
            params![
                name,
                said.title,
                said.severity.map(|s| s.word()),
                said.state.map(|s| s.word()),
                said.onset.map(|t| t.to_string()),
                said.opened.map(|t| t.to_string()),
                said.last.map(|t| t.to_string()),
            ],
        )?;
        let grown = match mark(&work, "marks", name)? {
            Some(furthest) => furthest.bytes <= end.mark.bytes && furthest.holds_in(file)?,
            None => true,
        };
        if grown {
            write_mark(&work, "marks", name, end.mark)?;
        }
        work.commit()?;
        self.fold_log();
        Ok(Followed { end, grown })
    }

    /// Takes SQLite's log into the database once it is long: whoever opens the index next reads all of the log. It waits for
    /// nobody; somebody else does it later.
    fn fold_log(&self) {
        let log = self.sql.path().map(|path| format!("{path}-wal"));
        let length = log.and_then(|path| std::fs::metadata(path).ok()).map_or(0, |meta| meta.len());
        if length > MAX_LOG && self.sql.busy_timeout(Duration::ZERO).is_ok() {
            let _ = self.sql.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            let _ = self.sql.busy_timeout(PATIENCE);
        }
    }

    /// Whether it knows all of the file, and the file was never more.
    pub(super) fn in_step(&self, book: &Book, file: &File) -> Result<bool, IndexError> {
        let Some(known) = self.known(book)? else { return Ok(false) };
        Ok(known.bytes == file.metadata()?.len()
            && self.furthest(book)? == Some(known)
            && known.holds_in(file)?)
    }

    /// Forgets files that are not among `books`; their marks stay.
    pub(super) fn keep_only(&mut self, books: &[Book]) -> Result<(), IndexError> {
        for name in self.names("incidents")? {
            if !books.iter().any(|book| book.name() == name) {
                let work = self.sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
                work.execute("DELETE FROM records WHERE incident = ?", [&name])?;
                work.execute("DELETE FROM incidents WHERE id = ?", [&name])?;
                work.commit()?;
            }
        }
        Ok(())
    }

    /// Offset of the first line whose record has this key.
    pub(super) fn find(
        &self,
        book: &Book,
        source: &str,
        id: &str,
    ) -> Result<Option<u64>, IndexError> {
        let mut find = self.sql.prepare(
            "SELECT at FROM records INDEXED BY records_by_key WHERE incident = ? AND source = ? AND id = ? ORDER BY line LIMIT 1",
        )?;
        Ok(find.query_row([book.name(), source, id], |row| count(row, 0)).optional()?)
    }

    /// How far a file is known to reach.
    pub(super) fn known(&self, book: &Book) -> Result<Option<Mark>, IndexError> {
        self.mark("incidents", book.name())
    }

    /// The furthest that a file was ever known to reach.
    pub(super) fn furthest(&self, book: &Book) -> Result<Option<Mark>, IndexError> {
        self.mark("marks", book.name())
    }

    /// Names of all files that were ever known.
    pub(super) fn ever_known(&self) -> Result<Vec<String>, IndexError> {
        self.names("marks")
    }

    /// All incidents, by id.
    pub(super) fn incidents(&self) -> Result<Vec<Summary>, IndexError> {
        let mut all = Vec::new();
        for name in self.names("incidents")? {
            if let (Ok(id), Some(said), Some(mark)) =
                (name.parse(), said(&self.sql, &name)?, self.mark("incidents", &name)?)
            {
                all.push(Summary { id, said, mark });
            }
        }
        Ok(all)
    }

    /// Number, digest and what the record is, of a file's lines in order.
    pub(super) fn lines(&self, book: &Book) -> Result<Vec<(u64, Hash, String)>, IndexError> {
        let mut read = self.sql.prepare(
            "SELECT line, digest, coalesce(type || ' ' || id, 'no record') FROM records WHERE incident = ? ORDER BY line",
        )?;
        let rows = read
            .query_map([book.name()], |row| Ok((count(row, 0)?, digest(row, 1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Everything that it says of the file `name`, but for its marks: a line a row, in order.
    pub(super) fn says(&self, name: &str) -> Result<Vec<String>, IndexError> {
        let rows = [("incidents", "id", "id"), ("records", "incident", "line")];
        let all = rows.map(|(table, key, order)| self.rows(table, key, order, name));
        let mut says = Vec::new();
        for rows in all {
            says.extend(rows?);
        }
        Ok(says)
    }

    /// Everything that it says of the files `names`: two indexes that say the same are equal.
    #[cfg(test)]
    pub(super) fn dump(&self, names: &[&str]) -> Result<Vec<String>, IndexError> {
        let mut all = Vec::new();
        for name in names {
            all.extend(self.says(name)?);
            all.extend(self.rows("marks", "id", "id", name)?);
        }
        Ok(all)
    }

    fn rows(
        &self,
        table: &str,
        key: &str,
        order: &str,
        name: &str,
    ) -> Result<Vec<String>, IndexError> {
        let mut read =
            self.sql.prepare(&format!("SELECT * FROM {table} WHERE {key} = ? ORDER BY {order}"))?;
        let columns: Vec<String> = read.column_names().map(String::from).collect();
        let mut rows = read.query([name])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let mut line = table.to_owned();
            for column in &columns {
                let value: rusqlite::types::Value = row.get(&**column)?;
                let _ = write!(line, " {column}={value:?}");
            }
            all.push(line);
        }
        Ok(all)
    }

    fn names(&self, table: &str) -> Result<Vec<String>, IndexError> {
        let mut read = self.sql.prepare(&format!("SELECT id FROM {table} ORDER BY id"))?;
        let rows = read.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn mark(&self, table: &str, name: &str) -> Result<Option<Mark>, IndexError> {
        mark(&self.sql, table, name)
    }
}

/// Reads the lines after `from` in.
fn take(
    sql: &Connection,
    book: &Book,
    file: &File,
    from: Mark,
    said: &mut Said,
) -> Result<End, IndexError> {
    let name = book.name();
    let mut insert = sql.prepare("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)")?;
    read_lines(file, from, &mut |line: &StoredLine<'_>| {
        let wire = line.record().map(|(wire, _)| wire);
        let head = match wire.as_deref().map(parse_line) {
            Some(Line::Record(head)) => Some(head),
            _ => None,
        };
        insert.execute(params![
            name,
            line.number as i64,
            line.at as i64,
            head.as_ref().map(|h| &*h.source),
            head.as_ref().map(|h| &*h.id),
            head.as_ref().map(|h| &*h.kind),
            head.as_ref().and_then(|h| h.time).map(|t| t.to_string()),
            line.digest.to_string(),
        ])?;
        if let (Some(head), Book::Incident(id)) = (&head, book) {
            said.take(id.as_str(), head);
        }
        Ok::<_, IndexError>(())
    })
}

fn mark(sql: &Connection, table: &str, name: &str) -> Result<Option<Mark>, IndexError> {
    let mut read = sql.prepare(&format!("SELECT lines, bytes, head FROM {table} WHERE id = ?"))?;
    let row = read.query_row([name], |row| {
        Ok(Mark { lines: count(row, 0)?, bytes: count(row, 1)?, head: digest(row, 2)? })
    });
    Ok(row.optional()?)
}

fn write_mark(sql: &Connection, table: &str, name: &str, mark: Mark) -> rusqlite::Result<usize> {
    sql.execute(
        &format!(
            "INSERT INTO {table}(id, lines, bytes, head) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT(id) DO UPDATE SET lines = ?2, bytes = ?3, head = ?4"
        ),
        params![name, mark.lines as i64, mark.bytes as i64, mark.head.to_string()],
    )
}

fn said(sql: &Connection, name: &str) -> Result<Option<Said>, IndexError> {
    let mut read = sql.prepare(
        "SELECT title, severity, state, onset, opened, last FROM incidents WHERE id = ?",
    )?;
    let row = read.query_row([name], |row| {
        Ok(Said {
            title: row.get(0)?,
            severity: word(row, 1)?,
            state: word(row, 2)?,
            onset: word(row, 3)?,
            opened: word(row, 4)?,
            last: word(row, 5)?,
        })
    });
    Ok(row.optional()?)
}

/// A number of lines or bytes; a negative one is damage.
fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, value))
}

fn digest(row: &Row<'_>, column: usize) -> rusqlite::Result<Hash> {
    word(row, column)?.ok_or(rusqlite::Error::InvalidQuery)
}

/// A value that is written as a word; one that is not it is damage.
fn word<T: std::str::FromStr<Err = String>>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = FromSql::column_result(row.get_ref(column)?)?;
    let wrong = |why: String| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, why.into())
    };
    text.map(|text| text.parse().map_err(wrong)).transpose()
}
