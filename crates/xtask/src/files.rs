//! Generated files that are committed: written, or compared.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// The files of one chore: those that match `folder`/`prefix`*`suffix` are its own, and no others may be there.
#[derive(Debug)]
pub(crate) struct Generated {
    /// Where they are, from the root of the repository.
    pub(crate) folder: &'static str,
    /// How their names begin.
    pub(crate) prefix: &'static str,
    /// How their names end.
    pub(crate) suffix: &'static str,
    /// Name and text of each.
    pub(crate) files: Vec<(String, String)>,
}

/// Writes the files and removes stale ones; with `check` it changes nothing and fails if something would change.
pub(crate) fn settle(all: &[Generated], check: bool, command: &str) -> anyhow::Result<()> {
    let root = root();
    let mut stale = Vec::new();
    for generated in all {
        let folder = root.join(generated.folder);
        for (name, text) in &generated.files {
            let path = folder.join(name);
            if read(&path)?.as_deref() == Some(text) {
                continue;
            }
            stale.push(shown(&root, &path));
            if !check {
                fs::create_dir_all(&folder)?;
                fs::write(&path, text).with_context(|| path.display().to_string())?;
            }
        }
        for path in leftovers(&folder, generated)? {
            stale.push(shown(&root, &path));
            if !check {
                fs::remove_file(&path).with_context(|| path.display().to_string())?;
            }
        }
    }
    if check && !stale.is_empty() {
        bail!("not up to date: {}; run `{command}` and commit the result", stale.join(", "));
    }
    Ok(())
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

fn read(path: &Path) -> anyhow::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e).with_context(|| path.display().to_string()),
    }
}

/// Files that the chore once wrote and no longer does.
fn leftovers(folder: &Path, generated: &Generated) -> anyhow::Result<Vec<PathBuf>> {
    let wanted: BTreeSet<&str> = generated.files.iter().map(|(name, _)| name.as_str()).collect();
    let mut out = Vec::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(out),
        Err(e) => return Err(e).with_context(|| folder.display().to_string()),
    };
    for entry in entries {
        let name = entry?.file_name();
        let Some(name) = name.to_str() else { continue };
        let own = name.starts_with(generated.prefix) && name.ends_with(generated.suffix);
        if own && !wanted.contains(name) {
            out.push(folder.join(name));
        }
    }
    out.sort();
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::settle;

    #[test]
    fn what_is_committed_is_what_would_be_written() {
        settle(&crate::man::pages(), true, "cargo xtask man").unwrap();
        settle(&crate::schemas::schemas(), true, "cargo xtask schemas").unwrap();
    }
}
