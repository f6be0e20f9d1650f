//! What one line says of the record that it begins.

use std::ops::Range;

use super::clock::Said;
use crate::docs::Level;

/// A part of a line: from, to; offsets in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span(usize, usize);

impl Span {
    pub(super) fn new(start: usize, end: usize) -> Self {
        Self(start.min(end), end)
    }

    pub(super) fn range(self) -> Range<usize> {
        self.0..self.1
    }

    pub(super) fn end(self) -> usize {
        self.1
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == self.1
    }

    /// Without the white space at its end.
    pub(super) fn trimmed(self, line: &[u8]) -> Self {
        Self(self.0, self.0 + line[self.range()].trim_ascii_end().len())
    }
}

/// The first line of a record, in parts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Head {
    pub(super) said: Option<Said>,
    pub(super) level: Option<Level>,
    pub(super) host: Option<Span>,
    pub(super) program: Option<Span>,
    pub(super) message: Span,
}
