//! Finding the files that a pattern names.

use std::path::{Path, PathBuf};

use crate::wildcard::{expand, is_pattern};

/// Files that match `pattern` (`*`, `?`, `[…]`), sorted by byte order; a pattern without such signs is itself.
/// Names need not be UTF-8; those that begin with a dot match only if the pattern writes it.
///
/// Directories that cannot be listed count as empty: the caller sees that nothing matched.
///
/// # Errors
/// A pattern that is none, with the reason.
pub fn expand_glob(pattern: &str) -> Result<Vec<PathBuf>, String> {
    if !is_pattern(pattern) {
        return Ok(vec![PathBuf::from(pattern)]);
    }
    expand(Path::new(if pattern.starts_with('/') { "/" } else { "" }), pattern)
}
