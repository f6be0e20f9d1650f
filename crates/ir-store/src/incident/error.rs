//! Why the store does not do what it was asked.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why something could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Its owner or mode is not safe: what is wrong and how to mend it.
    #[error("{}: {why}", path.display())]
    Refused {
        /// The file or directory.
        path: PathBuf,
        /// What is wrong with it, and how to mend it.
        why: String,
    },
    /// Somebody else holds it locked.
    #[error("{}: another process has held it locked for {seconds} s; see who it is with fuser", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
        /// How long the wait was.
        seconds: u64,
    },
    /// Records with the key of one that is stored, but other content. Nothing of the batch was written.
    #[error("{}: same source and id as a stored record, but other content: {}", path.display(), listed(clashes))]
    Conflict {
        /// The file.
        path: PathBuf,
        /// The records, in the order of the batch.
        clashes: Vec<Clash>,
    },
    /// The system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
}

/// A record that was not stored, because another one has its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// Its place in the batch, from 0.
    pub place: usize,
    /// Its source.
    pub source: String,
    /// Its id.
    pub id: String,
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.source, self.id)
    }
}

fn listed(clashes: &[Clash]) -> String {
    const TOLD: usize = 3;
    let mut all: Vec<String> = clashes.iter().take(TOLD).map(Clash::to_string).collect();
    if clashes.len() > TOLD {
        all.push(format!("and {} more", clashes.len() - TOLD));
    }
    all.join(", ")
}

impl StoreError {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { path: path.to_path_buf(), source }
    }

    pub(super) fn sys(path: &Path) -> impl FnOnce(rustix::io::Errno) -> Self {
        move |errno| Self::Io { path: path.to_path_buf(), source: errno.into() }
    }

    pub(super) fn refused(path: &Path, why: impl Into<String>) -> Self {
        Self::Refused { path: path.to_path_buf(), why: why.into() }
    }
}
