//! What is wrong in a document, and where.

use std::fmt;

/// One fault in a document; shown as `file:line:col: message`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocError {
    /// The document's name: its path as typed, or `built-in NAME`.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub col: u32,
    /// What is wrong and how to mend it, in lower case.
    pub message: String,
}

impl fmt::Display for DocError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.col, self.message)
    }
}

impl std::error::Error for DocError {}
