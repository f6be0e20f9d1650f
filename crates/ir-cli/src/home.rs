//! IR_HOME: where bundles and incident files live.

use std::path::{Path, PathBuf};

use rustix::fs::Access;

use crate::{Exit, Failed};

/// How a path under IR_HOME is written in records, so that they read the same on every machine.
pub const HOME_VARIABLE: &str = "${IR_HOME}";

/// `$IR_HOME`; else `/var/lib/ir` where it exists and is writable; else `$XDG_STATE_HOME/ir` or `~/.local/state/ir`.
/// The directory need not exist yet.
///
/// # Errors
/// If none of them can be told because neither IR_HOME, XDG_STATE_HOME nor HOME is set.
pub fn ir_home() -> anyhow::Result<PathBuf> {
    let filled = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    if let Some(home) = filled("IR_HOME") {
        return Ok(home);
    }
    let shared = Path::new("/var/lib/ir");
    if shared.is_dir() && rustix::fs::access(shared, Access::WRITE_OK).is_ok() {
        return Ok(shared.to_path_buf());
    }
    let state = filled("XDG_STATE_HOME").or_else(|| Some(filled("HOME")?.join(".local/state")));
    state.map(|s| s.join("ir")).ok_or_else(|| {
        Failed::new(Exit::Io, "no place for state: neither IR_HOME, XDG_STATE_HOME nor HOME is set; set IR_HOME to a directory")
    })
}

/// The path that a record means: [`HOME_VARIABLE`] at its start is filled in.
///
/// # Errors
/// As [`ir_home`].
pub fn bundle_path(written: &str) -> anyhow::Result<PathBuf> {
    match written.strip_prefix(HOME_VARIABLE) {
        Some(rest) => Ok(ir_home()?.join(rest.trim_start_matches('/'))),
        None => Ok(PathBuf::from(written)),
    }
}
