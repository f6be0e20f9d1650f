//! The bodies of our own record types.

mod action;
mod advice;
mod alert;
mod cause;
mod check;
mod evidence;
mod finding;
mod incident;
mod note;

pub use action::*;
pub use advice::*;
pub use alert::*;
pub use cause::*;
pub use check::*;
pub use evidence::*;
pub use finding::*;
pub use incident::*;
pub use note::*;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Time;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant),+
        }
        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The word on the wire.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }
        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|v| v.word() == text).ok_or_else(|| {
                    let all: Vec<_> = Self::ALL.iter().map(|v| v.word()).collect();
                    format!("{text:?} is none of {}", all.join(", "))
                })
            }
        }
    };
}
pub(crate) use words;

/// Where a log line stands: the log's id (never its path), the line number from 1, the byte offset of its first byte.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Origin {
    /// The log's id in the profile, or one made from the digest of the file's head; `stdin`.
    pub source: String,
    /// Line number in that log, from 1.
    pub line: u64,
    /// Offset in bytes of the line's first byte, in the decompressed log.
    pub offset: u64,
}

/// A log line shown as evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Excerpt {
    /// Where it stands.
    #[serde(flatten)]
    pub origin: Origin,
    /// Its event time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
    /// Its message, at most [`Excerpt::MAX`] bytes; empty for private sources.
    pub text: String,
}

impl Excerpt {
    /// A longer text is cut here, at a character's boundary, and ends in `…`.
    pub const MAX: usize = 400;

    /// An excerpt of `message`, which may be hostile: bytes that are not UTF-8 are replaced.
    pub fn new(origin: Origin, time: Option<Time>, message: &[u8]) -> Self {
        let text = String::from_utf8_lossy(&message[..message.len().min(2 * Self::MAX)]);
        let text = if text.len() > Self::MAX {
            let end = (0..=Self::MAX).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
            format!("{}…", &text[..end])
        } else {
            text.into_owned()
        };
        Self { origin, time, text }
    }
}

/// The first bytes of a file, by which a later tool recognises it (see the trust rules in the manual of records).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileHead {
    /// How many bytes from the start of the file are hashed, at most 4096.
    pub bytes: u64,
    /// Their SHA-256 in hexadecimal.
    pub sha256: String,
}

impl FileHead {
    /// At most this many bytes are hashed.
    pub const MAX: usize = 4096;

    /// Of a file that begins with `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let head = &bytes[..bytes.len().min(Self::MAX)];
        Self { bytes: head.len() as u64, sha256: super::digest(head) }
    }
}

/// A log that a record speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceRef {
    /// As in [`Origin::source`].
    pub id: String,
    /// As typed or as the profile writes it; none for standard input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Its head when it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<FileHead>,
}

words! {
    /// The six kinds of incident that the procedure covers.
    Category {
        /// Availability and performance.
        Availability = "availability",
        /// Security breaches and suspicious activity.
        Security = "security",
        /// Data integrity and corruption.
        DataIntegrity = "data_integrity",
        /// Plugin failures and isolation breaches.
        Plugin = "plugin",
        /// EventBus communication.
        EventBus = "event_bus",
        /// Terminal interface and user experience.
        TerminalUx = "terminal_ux",
    }
}

words! {
    /// Severity; the smallest is the gravest, so that `P0 < P1`.
    Severity {
        /// Critical: complete outage, data breach, security compromise.
        P0 = "P0",
        /// High: significant functionality impaired, performance degraded.
        P1 = "P1",
        /// Medium: minor functionality affected, workarounds available.
        P2 = "P2",
        /// Low: cosmetic, no user impact.
        P3 = "P3",
    }
}
