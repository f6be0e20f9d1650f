//! The last line of a writer that was killed in the middle of it.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;

use super::lines::Part;
use super::place::Place;
use super::{Book, StoreError};

/// Where the last whole line of `file` ends.
pub(super) fn whole_lines(file: &File) -> io::Result<u64> {
    let mut end = file.metadata()?.len();
    let mut buffer = vec![0; 4096];
    while end > 0 {
        let from = end.saturating_sub(buffer.len() as u64);
        let part = &mut buffer[..(end - from) as usize];
        file.read_exact_at(part, from)?;
        if let Some(last) = part.iter().rposition(|b| *b == b'\n') {
            return Ok(from + last as u64 + 1);
        }
        end = from;
    }
    Ok(0)
}

/// Moves what no line feed ends to the book's file of torn lines. The caller holds the lock. What to tell, if there was
/// something.
pub(super) fn set_aside(
    place: &Place,
    book: &Book,
    file: &File,
) -> Result<Option<String>, StoreError> {
    let path = place.path_of(book);
    let length = file.metadata().map_err(StoreError::io(&path))?.len();
    let whole = whole_lines(file).map_err(StoreError::io(&path))?;
    if whole == length {
        return Ok(None);
    }
    let torn_path = place.torn_path(book);
    let mut torn = place.open_torn(book)?;
    io::copy(&mut Part { file, at: whole }, &mut torn)
        .and_then(|_| torn.write_all(b"\n"))
        .and_then(|()| torn.sync_data())
        .map_err(StoreError::io(&torn_path))?;
    place.sync_dir(book)?;
    file.set_len(whole).map_err(StoreError::io(&path))?;
    Ok(Some(format!(
        "{}: the last {} bytes were a line that its writer did not finish; they are now in {}",
        path.display(),
        length - whole,
        torn_path.display()
    )))
}
