//! What a manifest says. Each entry is the body of one link of the chain.

use std::collections::BTreeMap;

use ir_core::wire::{FileHead, ItemCounts, Time};
use serde::{Deserialize, Serialize};

use crate::Hash;

/// Version of the format of bundles.
pub const FORMAT: u32 = 1;

/// An entry of a manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// The first one: what the collection is.
    Begin(Box<Begin>),
    /// One for each item that was wanted.
    Item(Box<Item>),
    /// The last one. Without it the bundle is incomplete.
    Seal(Seal),
}

/// What a collection is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// [`FORMAT`].
    pub format: u32,
    /// The tool that collects.
    pub tool: String,
    /// Its version.
    pub version: String,
    /// The incident; none where the collection is about a time, not about an incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<String>,
    /// The application, by the profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// The observed host, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Logs are wanted from this event time on.
    pub from: Time,
    /// Up to this event time; none: to their end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Time>,
    /// SHA-256 of the profile; none where none was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_sha256: Option<String>,
    /// Variables of the profile as they were set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, String>,
    /// The content of private files was asked for.
    pub include_private: bool,
    /// The host and the application's processes were looked at.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub live: bool,
    /// Limit for the bytes of all items together.
    pub max_bytes: u64,
    /// When the collection began: wall clock, or as told.
    pub recorded: Time,
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A log.
    Log,
    /// Configuration.
    Config,
    /// A SQLite database.
    Database,
    /// What belongs to a database beside it: `-journal`, `-wal`, `-shm`.
    Journal,
    /// A plugin.
    Plugin,
    /// Another file.
    Data,
    /// The incident's records.
    Records,
    /// What the kernel says of the host.
    Host,
    /// What the kernel says of a process.
    Process,
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Taken whole.
    Taken,
    /// Taken, but the source changed meanwhile.
    Changed,
    /// Taken in part.
    Partial,
    /// Left out on purpose.
    Skipped,
    /// Wanted, and not to be had.
    Error,
}

impl Status {
    /// Counts it.
    pub fn count(self, counts: &mut ItemCounts) {
        *match self {
            Self::Taken => &mut counts.taken,
            Self::Changed => &mut counts.changed,
            Self::Partial => &mut counts.partial,
            Self::Skipped => &mut counts.skipped,
            Self::Error => &mut counts.error,
        } += 1;
    }
}

/// Why an item was not simply taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It grew while it was read; taken is what it had at first.
    Grew,
    /// It was written to while it was read.
    Modified,
    /// It became shorter while it was read.
    Shrank,
    /// A log is taken from the wanted time on, not whole.
    Window,
    /// A log without a record in the wanted time.
    Outside,
    /// A large log whose records have no times: its end is taken.
    Undated,
    /// A limit on bytes.
    Limit,
    /// The text of people; only its size and digest are recorded.
    Private,
    /// It may be absent, and is: a file, what a kernel does not have, a process that does not run.
    Absent,
    /// It is not there.
    Missing,
    /// It is a symbolic link, which is recorded and not followed.
    Link,
    /// A directory, which is no file to take.
    Directory,
    /// A pipe, socket or device where a file was expected.
    Special,
    /// Only a record names it, and the record does not know how it begins.
    Untrusted,
    /// The system refused to open or read it.
    Unreadable,
    /// It did not answer in time.
    Hung,
    /// The path cannot be told: a variable without a value, a faulty pattern.
    Unclear,
}

impl Reason {
    /// Something that was wanted is lacking because of it.
    fn lacks(self, status: Status) -> bool {
        match self {
            Self::Shrank
            | Self::Limit
            | Self::Undated
            | Self::Missing
            | Self::Untrusted
            | Self::Unreadable
            | Self::Hung
            | Self::Unclear => true,
            Self::Link | Self::Special => status == Status::Error,
            Self::Grew
            | Self::Modified
            | Self::Window
            | Self::Outside
            | Self::Private
            | Self::Absent
            | Self::Directory => false,
        }
    }
}

/// One thing that was wanted, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The id of the log or file in the profile; that of the log in the records that name it; one made from the file's
    /// head; `records`.
    pub id: String,
    /// What it is.
    pub role: Role,
    /// As the profile writes it (variables unexpanded), as typed, or as the record gives it. Bytes that are no UTF-8 are
    /// written `\xHH`, and a backslash `\\`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What became of it.
    pub status: Status,
    /// Why it was not simply taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// A sentence for people: details, how to mend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The text of people.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
    /// The file on the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<Original>,
    /// Its place in the bundle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<Copied>,
    /// Of a log that was read as one: which part was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
}

impl Item {
    /// An item of which nothing is known yet but that it is wanted.
    pub fn new(id: impl Into<String>, role: Role, path: Option<String>) -> Self {
        Self {
            id: id.into(),
            role,
            path,
            status: Status::Taken,
            reason: None,
            note: None,
            private: false,
            original: None,
            copy: None,
            part: None,
        }
    }

    /// With what became of it.
    #[must_use]
    pub fn with(mut self, status: Status, reason: Reason, note: impl Into<Option<String>>) -> Self {
        (self.status, self.reason, self.note) = (status, Some(reason), note.into());
        self
    }

    /// Something that was wanted of it is not in the bundle.
    pub fn lacks(&self) -> bool {
        self.reason.is_some_and(|r| r.lacks(self.status))
    }
}

/// A file as it was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Original {
    /// Size in bytes when it was opened.
    pub size: u64,
    /// Permission bits, octal, e.g. `0640`.
    pub mode: String,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Last modification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<Time>,
    /// SHA-256 of all `size` bytes; none where not all of them were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Hash>,
    /// Its first bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<FileHead>,
    /// Where a symbolic link leads to, escaped as paths are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

/// A file in the bundle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Copied {
    /// Its name, relative to the bundle.
    pub file: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: Hash,
    /// Secrets in it are masked: it differs from the original in that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub redacted: bool,
}

/// The part of a log that was taken: whole records, without a gap.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Offset of its first byte in the original.
    pub offset: u64,
    /// Number of its first line in the original, from 1.
    pub first_line: u64,
    /// Its lines.
    pub lines: u64,
    /// Its log records.
    pub records: u64,
    /// Event time of its first dated record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Time>,
    /// Event time of its last dated record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Time>,
}

/// The closing entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// Nothing that was wanted is lacking.
    pub complete: bool,
    /// Items by what became of them.
    pub items: ItemCounts,
    /// Files that were taken.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}
