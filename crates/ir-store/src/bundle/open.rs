//! Opening what is in a bundle: relative to its directory, no link followed, nothing that could block.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::path::Path;

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, openat};

const SAFE: OFlags = OFlags::RDONLY
    .union(OFlags::CLOEXEC)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY);

/// A bundle's directory. The path itself was typed or comes from our own record, so a link there is followed.
pub(super) fn directory(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::DIRECTORY;
    Ok(openat(rustix::fs::CWD, path, flags, Mode::empty())?.into())
}

/// The directory `name` in `dir`.
pub(super) fn subdirectory(dir: &File, name: &str) -> io::Result<File> {
    match openat(dir, name, SAFE | OFlags::DIRECTORY, Mode::empty()) {
        Ok(dir) => Ok(dir.into()),
        Err(rustix::io::Errno::NOTDIR | rustix::io::Errno::LOOP) => {
            Err(invalid(format!("{name} is no directory")))
        }
        Err(e) => Err(e.into()),
    }
}

/// The regular file `name` (at most one `/` in it) below `dir`.
pub(super) fn regular(dir: &File, name: &str) -> io::Result<File> {
    let inner;
    let (dir, name) = match name.split_once('/') {
        Some((sub, name)) => {
            inner = subdirectory(dir, sub)?;
            (&inner, name)
        }
        None => (dir, name),
    };
    let file = File::from(openat(dir, name, SAFE, Mode::empty()).map_err(|e| match e {
        rustix::io::Errno::LOOP => invalid("it is a symbolic link".into()),
        rustix::io::Errno::NXIO => invalid("it is no regular file".into()),
        e => e.into(),
    })?);
    if file.metadata()?.is_file() { Ok(file) } else { Err(invalid("it is no regular file".into())) }
}

/// Something else lies where a file of ours should be.
fn invalid(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
}

/// Whether `name` in `dir` is a directory (a link to one is none).
pub(super) fn is_directory(dir: &File, name: &std::ffi::OsStr) -> bool {
    let stat = rustix::fs::statat(dir.as_fd(), name, AtFlags::SYMLINK_NOFOLLOW);
    stat.is_ok_and(|s| FileType::from_raw_mode(s.st_mode) == FileType::Directory)
}

/// Names in a directory, in the order of their bytes.
pub(super) fn names(dir: &File) -> io::Result<Vec<std::ffi::OsString>> {
    use std::os::unix::ffi::OsStrExt;
    let mut names = Vec::new();
    for entry in Dir::read_from(dir)? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if name != b"." && name != b".." {
            names.push(std::ffi::OsStr::from_bytes(name).to_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}
