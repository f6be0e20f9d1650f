//! Shared by the tests of the store.
#![allow(clippy::print_stderr, reason = "a test that skips says so")]

mod appending;
mod indexing;
mod linting;
mod oracle;
mod owning;

use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::{Added, Batch, Book, Entry, Store, StoreError};

/// An IR_HOME that is removed at the end of the test.
pub(super) struct Home(PathBuf);

impl Home {
    pub(super) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        // In memory, where that is: thousands of stores are made and synced.
        let memory = Path::new("/dev/shm");
        let base = if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() };
        let path = base.join(format!("ir-store-incident-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::DirBuilder::new().mode(0o700).create(&path).unwrap();
        Self(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn store(&self) -> Store {
        Store::create(&self.0).unwrap()
    }

    /// Makes the file of a book as it is given.
    pub(super) fn put(&self, book: &Book, bytes: &[u8]) {
        let path = self.store().path_of(book);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    pub(super) fn bytes(&self, book: &Book) -> Vec<u8> {
        fs::read(self.store().path_of(book)).unwrap_or_default()
    }

    pub(super) fn torn(&self, book: &Book) -> Vec<u8> {
        fs::read(self.store().path_of(book).with_extension("torn")).unwrap_or_default()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(super) fn book(n: u32) -> Book {
    Book::Incident(format!("INC-20261123-{n:08x}").parse().unwrap())
}

/// A note of the incident of `book(1)`.
pub(super) fn entry(id: &str, text: &str) -> Entry {
    let line = format!(
        "{{\"specversion\":\"1.0\",\"type\":\"ir.note.v1\",\"source\":\"t/h\",\"id\":\"{id}\",\"time\":\"2026-11-23T08:00:00Z\",\"data\":{{\"text\":\"{text}\",\"kind\":\"note\",\"by\":\"ana\",\"recorded\":\"2026-11-23T08:00:00Z\"}}}}"
    );
    Entry::new(&subject(&line)).unwrap()
}

fn subject(line: &str) -> Vec<u8> {
    line.replace(",\"time\"", ",\"subject\":\"INC-20261123-00000001\",\"time\"").into_bytes()
}

pub(super) fn append(store: &Store, book: &Book, entries: &[Entry]) -> Result<Added, StoreError> {
    store.append(book, Batch { entries, ..Batch::default() })
}

/// The records of a book, as they came.
pub(super) fn wires(store: &Store, book: &Book) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    store
        .read(book, &mut |line| {
            all.push(line.record().unwrap().0);
            Ok::<_, StoreErrorOrIo>(())
        })
        .unwrap();
    all
}

#[derive(Debug, thiserror::Error)]
pub(super) enum StoreErrorOrIo {
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("{0}")]
    Io(#[from] std::io::Error),
}
