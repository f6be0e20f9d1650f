//! A file on the host: what it was when it was opened, and whether it still is.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use ir_core::wire::FileHead;
use ir_host::{Facts, RegularFile, file_head};
use ir_store::bundle::{Item, Original, Reason, Status, escaped};

/// An open file that is to be taken.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) file: File,
    /// Size when it was opened: no more than that is read.
    pub(crate) size: u64,
    /// Device and inode.
    pub(crate) identity: (u64, u64),
    pub(crate) head: FileHead,
    facts: Facts,
    modified: (i64, i64),
}

impl Source {
    pub(crate) fn new(opened: RegularFile) -> io::Result<Self> {
        let meta = opened.file.metadata()?;
        let head = file_head(&opened.file)?;
        Ok(Self {
            size: meta.len(),
            identity: (meta.dev(), meta.ino()),
            head,
            facts: Facts::from(&meta),
            modified: (meta.mtime(), meta.mtime_nsec()),
            file: opened.file,
        })
    }

    /// Its bytes, up to the size that it had.
    pub(crate) fn reader(&self) -> impl Read {
        (&self.file).take(self.size)
    }

    pub(crate) fn original(&self) -> Original {
        Original { head: Some(self.head.clone()), ..original(&self.facts) }
    }

    /// Says in `item` what happened to the file while `read` bytes of it were read.
    pub(crate) fn settle(&self, item: &mut Item, read: u64) -> io::Result<()> {
        let now = self.file.metadata()?;
        let (status, reason, note) = match () {
            () if read < self.size => {
                let note =
                    format!("it became shorter while it was read: {read} of {} bytes", self.size);
                (Status::Partial, Reason::Shrank, note)
            }
            () if now.len() > self.size => {
                let note = format!(
                    "it grew by {} bytes while it was read; taken is what it had at first",
                    now.len() - self.size
                );
                (Status::Changed, Reason::Grew, note)
            }
            () if now.len() < self.size || (now.mtime(), now.mtime_nsec()) != self.modified => (
                Status::Changed,
                Reason::Modified,
                "it was written to while it was read".to_owned(),
            ),
            () => return Ok(()),
        };
        // A log that is only taken in part stays that; that it grew is one more thing to know.
        if item.status == Status::Taken || status == Status::Partial {
            (item.status, item.reason) = (status, Some(reason));
        }
        item.note =
            Some(item.note.take().map_or(note.clone(), |before| format!("{before}; {note}")));
        Ok(())
    }
}

/// What the manifest says of a file that was found.
pub(crate) fn original(facts: &Facts) -> Original {
    Original {
        size: facts.size,
        mode: format!("{:04o}", facts.mode),
        uid: facts.uid,
        gid: facts.gid,
        modified: facts.modified,
        sha256: None,
        head: None,
        target: None,
    }
}

/// What the manifest says of a link.
pub(crate) fn link(facts: &Facts, target: &Path) -> Original {
    Original { target: Some(escaped(target.as_os_str())), ..original(facts) }
}
