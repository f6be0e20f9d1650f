//! Files that only a record names: opened if the record knows how they begin.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use ir_core::wire::FileHead;

use crate::open::{OpenError, RegularFile, open_untouched};

/// Why a file that a record names was not opened; its text stands after the path.
#[derive(Debug, thiserror::Error)]
pub enum Unrecognised {
    /// The system refused, or it is no regular file.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It begins otherwise.
    #[error("it does not begin as the record says")]
    Other,
    /// The record knows so little of it that it could have been guessed.
    #[error("the record knows {0} bytes of it, too few to go by")]
    TooLittle(u64),
}

/// Opens the file at `path`, which a record names, if it begins with what `head` is the digest of. A record may come from
/// anybody; who knows the first [`FileHead::MAX`] bytes of a file, or all of a shorter one, could read it anyway. A few bytes
/// of a file can be guessed, so they prove nothing.
///
/// # Errors
/// [`Unrecognised`].
pub fn open_recognised(path: &Path, head: &FileHead) -> Result<RegularFile, Unrecognised> {
    let opened = open_untouched(path)?;
    let enough =
        head.bytes == FileHead::MAX as u64 || (head.bytes > 0 && head.bytes == opened.size);
    if !enough {
        return Err(Unrecognised::TooLittle(head.bytes));
    }
    let found = file_head(&opened.file).map_err(OpenError::Io)?;
    if found == *head { Ok(opened) } else { Err(Unrecognised::Other) }
}

/// The first bytes of a file as it is stored. Its position stays.
///
/// # Errors
/// If it cannot be read.
pub fn file_head(file: &File) -> io::Result<FileHead> {
    let mut bytes = vec![0; FileHead::MAX];
    let mut filled = 0;
    while filled < bytes.len() {
        match file.read_at(&mut bytes[filled..], filled as u64) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(FileHead::of(&bytes[..filled]))
}

/// The id of a log that no profile knows: made of its first bytes, so that it is the same on every machine.
pub fn log_id(head: &FileHead) -> String {
    format!("log-{}", head.sha256.get(..8).unwrap_or(&head.sha256))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use ir_core::wire::FileHead;

    use super::{Unrecognised, file_head, open_recognised};

    #[test]
    fn a_file_is_opened_for_those_who_know_how_it_begins() {
        let path = std::env::temp_dir().join(format!("ir-host-recognise-{}", std::process::id()));
        let long = vec![b'x'; 5000];
        fs::write(&path, &long).unwrap();
        let head = FileHead::of(&long);
        assert_eq!(file_head(&fs::File::open(&path).unwrap()).unwrap(), head);
        assert!(open_recognised(&path, &head).is_ok());
        // The beginning of many a file can be guessed.
        for known in [0, 1, 5, 4095] {
            let guess = open_recognised(&path, &FileHead::of(&long[..known]));
            assert!(matches!(guess, Err(Unrecognised::TooLittle(n)) if n == known as u64));
        }
        assert!(matches!(
            open_recognised(&path, &FileHead::of(&[b'y'; 4096])),
            Err(Unrecognised::Other)
        ));
        let lie = FileHead { bytes: u64::MAX, ..head };
        assert!(matches!(open_recognised(&path, &lie), Err(Unrecognised::TooLittle(_))));

        fs::write(&path, "short").unwrap();
        assert!(open_recognised(&path, &FileHead::of(b"short")).is_ok());
        fs::write(&path, "short and longer").unwrap();
        assert!(matches!(
            open_recognised(&path, &FileHead::of(b"short")),
            Err(Unrecognised::TooLittle(5))
        ));
        fs::remove_file(&path).unwrap();
    }
}
