//! Files of the store and what they are called.

use std::fmt;
use std::str::FromStr;

use crate::Hash;

/// The id of an incident, `INC-20261123-0a1b2c3d`: checked, so that a file can be named after it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IncidentId(String);

impl IncidentId {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IncidentId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.strip_prefix("INC-").and_then(|rest| rest.split_once('-'));
        let digits = |part: &str, lower: bool| {
            let fits = |b: u8| b.is_ascii_digit() || lower && (b'a'..=b'f').contains(&b);
            part.len() == 8 && part.bytes().all(fits)
        };
        match parts {
            Some((date, hash)) if digits(date, false) && digits(hash, true) => {
                Ok(Self(text.to_owned()))
            }
            _ => {
                let shown: String = text.chars().take(40).collect();
                Err(format!("{shown:?} is no incident id such as INC-20261123-0a1b2c3d"))
            }
        }
    }
}

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A file of the store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Book {
    /// Records that belong to no incident.
    Detect,
    /// The records of an incident.
    Incident(IncidentId),
}

impl Book {
    /// Its name without an ending.
    pub fn name(&self) -> &str {
        match self {
            Self::Detect => "detect",
            Self::Incident(id) => id.as_str(),
        }
    }

    /// Its file's name.
    pub(super) fn file(&self) -> String {
        format!("{}.jsonl", self.name())
    }

    /// The file of its torn lines.
    pub(super) fn torn(&self) -> String {
        format!("{}.torn", self.name())
    }

    /// What its first line names as the digest of the line before it.
    pub(super) fn seed(&self) -> Hash {
        match self {
            Self::Detect => Hash::of(self.file().as_bytes()),
            Self::Incident(id) => Hash::of(id.as_str().as_bytes()),
        }
    }

    /// The book whose file has this name.
    pub(super) fn of_file(name: &str) -> Option<Self> {
        match name.strip_suffix(".jsonl")? {
            "detect" => Some(Self::Detect),
            id => id.parse().ok().map(Self::Incident),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Book, IncidentId};

    #[test]
    fn only_ids_of_ours_name_files() {
        for bad in [
            "",
            "INC-",
            "INC-20261123",
            "INC-20261123-0a1b2c3",
            "INC-20261123-0a1b2c3d4",
            "INC-20261123-0A1B2C3D",
            "INC-2026112a-0a1b2c3d",
            "inc-20261123-0a1b2c3d",
            "../INC-20261123-0a1b2c3d",
            "INC-20261123-0a1b2c3d/..",
            "INC-20261123-../../..",
            "INC-20261123-0a1b2c3d\n",
            "INC-20261123-0a1b2c3d\0",
            "INC-２０２６１１２３-0a1b2c3d",
        ] {
            assert!(bad.parse::<IncidentId>().is_err(), "{bad:?}");
        }
        let id: IncidentId = "INC-20261123-0a1b2c3d".parse().unwrap();
        assert_eq!(Book::of_file("INC-20261123-0a1b2c3d.jsonl"), Some(Book::Incident(id)));
        assert_eq!(Book::of_file("detect.jsonl"), Some(Book::Detect));
        assert_eq!(Book::of_file("INC-20261123-0a1b2c3d.torn"), None);
    }
}
