//! Finding the files that a pattern names.

use std::path::PathBuf;

/// Files that match `pattern` (`*`, `?`, `[…]`), sorted by byte order; a pattern without such signs is itself.
///
/// Directories that cannot be listed count as empty: the caller sees that nothing matched.
///
/// # Errors
/// A pattern that is none, with the reason.
pub fn expand_glob(pattern: &str) -> Result<Vec<PathBuf>, String> {
    if !pattern.contains(['*', '?', '[']) {
        return Ok(vec![PathBuf::from(pattern)]);
    }
    let options = glob::MatchOptions {
        require_literal_separator: true,
        require_literal_leading_dot: true,
        ..Default::default()
    };
    let found = glob::glob_with(pattern, options).map_err(|e| format!("{pattern}: {}", e.msg))?;
    let mut paths: Vec<PathBuf> = found.filter_map(Result::ok).collect();
    paths.sort_unstable();
    Ok(paths)
}
