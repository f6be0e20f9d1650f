//! Writing the report to a file: all of it or nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Writes `bytes` to `path`: to a new file beside it first, which then takes its name. What is no regular file
/// (a device, a named pipe) is written to as it is.
///
/// # Errors
/// Those of the file system; then `path` is as it was.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A symbolic link goes on pointing to the file that is replaced.
    let target = match fs::canonicalize(path) {
        Ok(target) => target,
        Err(e) if e.kind() == ErrorKind::NotFound => path.to_path_buf(),
        Err(e) => return Err(e),
    };
    let known = match fs::metadata(&target) {
        Ok(known) => Some(known),
        Err(e) if e.kind() == ErrorKind::NotFound => None,
        Err(e) => return Err(e),
    };
    if known.as_ref().is_some_and(|m| !m.is_file()) {
        return OpenOptions::new().write(true).open(&target)?.write_all(bytes);
    }
    let (beside, file) = create_beside(&target)?;
    let written = fill(&file, bytes, known.as_ref()).and_then(|()| fs::rename(&beside, &target));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

fn fill(mut file: &File, bytes: &[u8], like: Option<&fs::Metadata>) -> io::Result<()> {
    if let Some(like) = like {
        file.set_permissions(like.permissions())?;
    }
    file.write_all(bytes)?;
    file.sync_all()
}

/// A new file beside `target`, under a name that nobody has.
fn create_beside(target: &Path) -> io::Result<(PathBuf, File)> {
    let name = target
        .file_name()
        .ok_or_else(|| io::Error::new(ErrorKind::IsADirectory, "it names no file"))?;
    for n in 0u32.. {
        let mut beside = name.to_owned();
        beside.push(format!(".{}-{n}.tmp", std::process::id()));
        let beside = target.with_file_name(beside);
        match OpenOptions::new().write(true).create_new(true).open(&beside) {
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Ok(file) => return Ok((beside, file)),
            Err(e) => return Err(e),
        }
    }
    Err(io::Error::other("every name for a temporary file is taken"))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::write;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("ir-report-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn names(folder: &PathBuf) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_and_nothing_is_left_beside_it() {
        let folder = folder("whole");
        let file = folder.join("report.md");
        write(&file, b"one").unwrap();
        std::os::unix::fs::symlink("report.md", folder.join("link.md")).unwrap();
        write(&folder.join("link.md"), b"two").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert!(folder.join("link.md").is_symlink());
        assert_eq!(names(&folder), ["link.md", "report.md"]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_cannot_be_written_stays_as_it_was() {
        let folder = folder("kept");
        assert!(write(&folder, b"x").is_err());
        assert!(write(&folder.join("missing/report.md"), b"x").is_err());
        assert!(names(&folder).is_empty());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn devices_are_written_to_and_not_replaced() {
        write("/dev/null".as_ref(), b"x").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
