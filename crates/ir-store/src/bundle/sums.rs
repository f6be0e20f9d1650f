//! `SHA256SUMS`, as `sha256sum -c` reads it.

use super::MANIFEST;
use crate::Hash;

/// The file's text. All names are plain, so none needs the escaping that `sha256sum` knows.
pub(super) fn sums<'a>(files: impl IntoIterator<Item = (&'a str, Hash)>, manifest: Hash) -> String {
    let mut lines: Vec<_> = files.into_iter().chain([(MANIFEST, manifest)]).collect();
    lines.sort_unstable_by_key(|(name, _)| *name);
    lines.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect()
}
