//! Opening files whose names come from people, profiles and records.

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use ir_core::wire::Time;
use rustix::fs::{Mode, OFlags};

/// Why a file was not opened; its text stands after the path.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The system refused.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is a directory, a device, a socket or a pipe where only a regular file will do.
    #[error("it is {0}, not a regular file")]
    NotRegular(&'static str),
}

impl OpenError {
    /// There is no such file.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Io(e) if e.kind() == io::ErrorKind::NotFound)
    }
}

/// An open regular file and what its metadata said at that moment.
#[derive(Debug)]
pub struct RegularFile {
    /// The open file, positioned at its start.
    pub file: File,
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

/// Opens a file that a person typed: pipes and devices are welcome, directories are not.
///
/// # Errors
/// As the system says, and for directories.
pub fn open_input(path: &Path) -> Result<File, OpenError> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(OpenError::NotRegular("a directory"));
    }
    Ok(file)
}

/// Opens a file that a profile or a record names. Only a regular file is opened, and opening never blocks
/// (a FIFO laid in its place would otherwise hold the tool up) nor follows a symbolic link in the last place.
///
/// # Errors
/// As the system says; [`OpenError::NotRegular`] for everything else, symbolic links included.
pub fn open_regular(path: &Path) -> Result<RegularFile, OpenError> {
    open_with(path, OFlags::empty())
}

/// As [`open_regular`]; and where the system lets us (root and the file's owner), reading leaves the time of the last
/// access as it is.
///
/// # Errors
/// As [`open_regular`].
pub fn open_untouched(path: &Path) -> Result<RegularFile, OpenError> {
    match open_with(path, OFlags::NOATIME) {
        Err(OpenError::Io(e)) if e.kind() == io::ErrorKind::PermissionDenied => open_regular(path),
        opened => opened,
    }
}

fn open_with(path: &Path, how: OFlags) -> Result<RegularFile, OpenError> {
    let flags =
        OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::NOFOLLOW;
    let file = match rustix::fs::open(path, flags | how, Mode::empty()) {
        Ok(fd) => File::from(fd),
        Err(rustix::io::Errno::LOOP) => return Err(OpenError::NotRegular("a symbolic link")),
        Err(rustix::io::Errno::NXIO) => return Err(OpenError::NotRegular("a pipe or socket")),
        Err(e) => return Err(OpenError::Io(e.into())),
    };
    let meta = file.metadata()?;
    let kind = meta.file_type();
    if !kind.is_file() {
        use std::os::unix::fs::FileTypeExt;
        return Err(OpenError::NotRegular(match () {
            () if kind.is_dir() => "a directory",
            () if kind.is_fifo() || kind.is_socket() => "a pipe or socket",
            () => "a device",
        }));
    }
    let modified = meta.modified().ok().and_then(wire_time);
    Ok(RegularFile {
        size: meta.len(),
        modified,
        mode: meta.mode() & 0o7777,
        uid: meta.uid(),
        gid: meta.gid(),
        file,
    })
}

pub(crate) fn wire_time(time: std::time::SystemTime) -> Option<Time> {
    let since = time.duration_since(std::time::UNIX_EPOCH).ok()?;
    Time::from_millis(i64::try_from(since.as_millis()).ok()?)
}

#[cfg(test)]
mod tests {
    use super::{OpenError, open_input, open_regular};

    #[test]
    fn only_regular_files_are_opened_for_records_and_profiles() {
        let dir = std::env::temp_dir().join(format!("ir-host-open-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let file = dir.join("a.log");
        std::fs::write(&file, "x\n").unwrap();
        let link = dir.join("link.log");
        let _ = std::fs::remove_file(&link);
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let fifo = dir.join("fifo");
        let _ = std::fs::remove_file(&fifo);
        rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::RWXU).unwrap();

        assert_eq!(open_regular(&file).unwrap().size, 2);
        for (path, what) in
            [(&link, "a symbolic link"), (&fifo, "a pipe or socket"), (&dir, "a directory")]
        {
            assert!(
                matches!(open_regular(path), Err(OpenError::NotRegular(w)) if w == what),
                "{what}"
            );
        }
        assert!(open_regular(&dir.join("none")).unwrap_err().is_missing());
        assert!(open_input(&link).is_ok());
        assert!(matches!(open_input(&dir), Err(OpenError::NotRegular(_))));
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
