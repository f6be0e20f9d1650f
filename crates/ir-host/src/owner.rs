//! Whose word a document is. What can lead to an exec or a connection must not be writable by others.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Why a document is not believed.
#[derive(Debug, thiserror::Error)]
pub enum Untrusted {
    /// The system refused.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It belongs to somebody else.
    #[error(
        "it belongs to uid {owner}, not to root or to you (uid {me}); mend: chown it, or copy it"
    )]
    Owner {
        /// The owner.
        owner: u32,
        /// The effective user.
        me: u32,
    },
    /// Others may change it.
    #[error("others may write to {path} (mode {mode:03o}); mend: chmod go-w {path}")]
    Writable {
        /// The file, or the directory that holds it.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
}

/// Bits that let others write.
const OTHERS: u32 = 0o022;
/// In a directory with this bit, others cannot replace what is not theirs.
const STICKY: u32 = 0o1000;

/// Checks that the open `file`, found at `path`, belongs to root or to the user and that nobody else may write to it,
/// nor to the directory that holds it (a sticky directory is fine: nobody else can replace the file there).
///
/// # Errors
/// [`Untrusted`], with how to mend it.
pub fn trusted_document(path: &Path, file: &std::fs::File) -> Result<(), Untrusted> {
    judge(path, &file.metadata()?)?;
    let dir = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    writable_by_others(dir, &std::fs::metadata(dir)?)
}

/// Whether what stands at `path` belongs to root or to the user and nobody else may write to it.
pub(crate) fn judge(path: &Path, meta: &Metadata) -> Result<(), Untrusted> {
    let me = rustix::process::geteuid().as_raw();
    if meta.uid() != 0 && meta.uid() != me {
        return Err(Untrusted::Owner { owner: meta.uid(), me });
    }
    writable_by_others(path, meta)
}

fn writable_by_others(path: &Path, meta: &Metadata) -> Result<(), Untrusted> {
    let mode = meta.mode() & 0o7777;
    // The bits of a symbolic link mean nothing.
    let harmless = meta.is_symlink() || (meta.is_dir() && mode & STICKY != 0);
    if mode & OTHERS != 0 && !harmless {
        return Err(Untrusted::Writable { path: path.to_path_buf(), mode });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File, Permissions};
    use std::os::unix::fs::PermissionsExt;

    use super::{Untrusted, trusted_document};

    #[test]
    fn refuses_what_others_may_write() {
        let dir = std::env::temp_dir().join(format!("ir-host-owner-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        fs::set_permissions(&dir, Permissions::from_mode(0o755)).unwrap();
        let path = dir.join("p.yaml");
        fs::write(&path, "").unwrap();
        let with = |mode| {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            trusted_document(&path, &File::open(&path).unwrap())
        };
        assert!(with(0o644).is_ok());
        assert!(matches!(with(0o664), Err(Untrusted::Writable { mode: 0o664, .. })));
        assert!(matches!(with(0o646), Err(Untrusted::Writable { .. })));
        with(0o644).unwrap();
        fs::set_permissions(&dir, Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(with(0o644), Err(Untrusted::Writable { mode: 0o777, .. })));
        fs::set_permissions(&dir, Permissions::from_mode(0o1777)).unwrap();
        assert!(with(0o644).is_ok());
        fs::remove_dir_all(&dir).unwrap();
    }
}
