//! What stands at a path, told without following it, waiting for it or leaving a trace on it.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use ir_core::wire::Time;

use crate::open::{OpenError, RegularFile, open_untouched, wire_time};

/// What the system knows of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Size in bytes.
    pub size: u64,
    /// Last modification.
    pub modified: Option<Time>,
    /// Permission bits (`07777`).
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
}

impl From<&Metadata> for Facts {
    fn from(meta: &Metadata) -> Self {
        let modified = meta.modified().ok().and_then(wire_time);
        Self {
            size: meta.len(),
            modified,
            mode: meta.mode() & 0o7777,
            uid: meta.uid(),
            gid: meta.gid(),
        }
    }
}

/// What stands at a path.
#[derive(Debug)]
pub enum Standing {
    /// A regular file, open; reading it changes nothing on it.
    File(RegularFile),
    /// A symbolic link, and where it leads to.
    Link(Facts, PathBuf),
    /// A directory.
    Directory(Facts),
    /// A pipe, socket or device; the word for it.
    Special(Facts, &'static str),
}

/// Tells what stands at `path`, and opens it if it is a regular file. A link in the last place is not followed.
///
/// # Errors
/// As the system says, also where what stands there was exchanged meanwhile.
pub fn standing(path: &Path) -> io::Result<Standing> {
    let meta = std::fs::symlink_metadata(path)?;
    let kind = meta.file_type();
    let facts = Facts::from(&meta);
    Ok(match () {
        () if kind.is_symlink() => Standing::Link(facts, std::fs::read_link(path)?),
        () if kind.is_dir() => Standing::Directory(facts),
        () if kind.is_file() => Standing::File(open_untouched(path).map_err(|e| match e {
            OpenError::Io(e) => e,
            other => io::Error::other(other.to_string()),
        })?),
        () if kind.is_fifo() => Standing::Special(facts, "a pipe"),
        () if kind.is_socket() => Standing::Special(facts, "a socket"),
        () => Standing::Special(facts, "a device"),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;

    use super::{Standing, standing};

    #[test]
    fn everything_is_told_apart_and_nothing_followed() {
        let dir = std::env::temp_dir().join(format!("ir-host-standing-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let at = |name: &str| dir.join(name);
        fs::write(at("file"), "text").unwrap();
        std::os::unix::fs::symlink("/etc/shadow", at("link")).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, at("pipe"), rustix::fs::Mode::RWXU).unwrap();

        assert!(matches!(standing(&at("file")), Ok(Standing::File(file)) if file.size == 4));
        assert!(
            matches!(standing(&at("link")), Ok(Standing::Link(_, to)) if to == Path::new("/etc/shadow"))
        );
        assert!(matches!(standing(&at("pipe")), Ok(Standing::Special(_, "a pipe"))));
        assert!(matches!(standing(&dir), Ok(Standing::Directory(_))));
        assert!(matches!(standing(Path::new("/dev/null")), Ok(Standing::Special(_, "a device"))));
        assert_eq!(standing(&at("none")).unwrap_err().kind(), std::io::ErrorKind::NotFound);

        let before = fs::metadata(at("file")).unwrap();
        // Older than the last change, so that a reader would move it.
        let old = rustix::fs::Timestamps {
            last_access: rustix::fs::Timespec { tv_sec: 1, tv_nsec: 0 },
            last_modification: rustix::fs::Timespec {
                tv_sec: before.mtime(),
                tv_nsec: before.mtime_nsec(),
            },
        };
        rustix::fs::utimensat(rustix::fs::CWD, at("file"), &old, rustix::fs::AtFlags::empty())
            .unwrap();
        let Ok(Standing::File(mut file)) = standing(&at("file")) else { panic!() };
        let mut text = String::new();
        file.file.read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), fs::metadata(at("file")).unwrap().atime()), ("text", 1));
        fs::remove_dir_all(&dir).unwrap();
    }
}
