//! A document as it was written: read strictly, and any value in it found again by its path.

use serde::de::DeserializeOwned;

use super::DocError;
use super::yaml::{self, Node};

/// A parsed YAML document that remembers where everything stands.
///
/// For the documents of this crate see [`load_sop`](super::load_sop) and [`load_profile`](super::load_profile);
/// other documents are read the same way: [`Document::parse`], then [`Document::read`] into a type that denies unknown
/// fields, then checks of one's own whose faults [`Document::error`] locates.
#[derive(Clone, Debug)]
pub struct Document {
    file: String,
    tree: Node,
}

impl Document {
    /// Parses `text`; `file` is the name that errors carry.
    ///
    /// # Errors
    /// No YAML, longer than 1 MiB, nested or aliased beyond all measure, or repeated keys.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<DocError>> {
        Ok(Self { file: file.to_owned(), tree: yaml::parse(file, text)? })
    }

    /// A value of type `T`.
    ///
    /// # Errors
    /// Every unknown key, missing key, unknown word and value of a wrong type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Vec<DocError>> {
        yaml::typed(&self.file, &self.tree)
    }

    /// Line and column, from 1, of the value at `path`, e.g. `events[3].match`: keys joined by dots (keys may hold dots
    /// themselves), `[N]` for item N of a list, counted from 0. A map or list stands where its key does.
    pub fn locate(&self, path: &str) -> Option<(u32, u32)> {
        self.tree.find(path).map(|found| found.at())
    }

    /// A fault of the value at `path`; where there is none, of its nearest parent.
    pub fn error(&self, path: &str, message: impl Into<String>) -> DocError {
        self.located(path, |found| found.at(), message)
    }

    /// A fault of the key that `path` ends in.
    pub fn key_error(&self, path: &str, message: impl Into<String>) -> DocError {
        self.located(path, |found| found.key(), message)
    }

    /// A fault at character `column`, from 1, of the text at `path`.
    pub fn column_error(&self, path: &str, column: u32, message: impl Into<String>) -> DocError {
        self.located(path, |found| found.column(column), message)
    }

    fn located(
        &self,
        path: &str,
        place: impl Fn(yaml::Found<'_>) -> (u32, u32),
        message: impl Into<String>,
    ) -> DocError {
        let mut path = path;
        let (line, col) = loop {
            match self.tree.find(path) {
                Some(found) => break place(found),
                None => path = path.rfind(['.', '[']).map_or("", |end| &path[..end]),
            }
        };
        DocError { file: self.file.clone(), line, col, message: message.into() }
    }
}

/// As [`Document::locate`], of a document that is only text; none too where the text is no YAML.
pub fn locate(text: &str, path: &str) -> Option<(u32, u32)> {
    Document::parse("", text).ok()?.locate(path)
}
