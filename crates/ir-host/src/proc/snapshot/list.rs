//! Files, links and tables below an open directory.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;

use rustix::fs::{Dir, Mode, OFlags, openat, readlinkat};

use super::Copy;

/// A list is not longer, bytes.
const MOST: usize = 4 << 20;

/// The start of a file, at most `most` bytes. A pipe that stands in its place holds nothing up.
pub(super) fn file(dir: &OwnedFd, name: &str, most: u64) -> io::Result<Copy> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = File::from(openat(dir, name, flags, Mode::empty())?);
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    let cut = bytes.len() as u64 > most;
    bytes.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(Copy { bytes, cut })
}

/// Where a process' program, working directory and root are; one a line. One that may not be read says so.
pub(super) fn links(dir: &OwnedFd) -> io::Result<Copy> {
    let mut list = Copy::default();
    let mut refused = None;
    for name in ["exe", "cwd", "root"] {
        match readlinkat(dir, name, Vec::new()) {
            Ok(target) => line(&mut list, &[name.as_bytes(), b" -> "], target.to_bytes()),
            Err(e) => refused = Some(e),
        }
    }
    match refused {
        // A kernel thread has no program: then the rest is what there is.
        Some(e) if list.bytes.is_empty() => Err(e.into()),
        _ => Ok(list),
    }
}

/// The open files of a process by number, and what each is; one a line.
pub(super) fn open_files(dir: &OwnedFd) -> io::Result<Copy> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let files = openat(dir, "fd", flags, Mode::empty())?;
    let mut list = Copy::default();
    for number in numbers(&files)? {
        let name = number.to_string();
        // One that was closed meanwhile is none.
        if let Ok(target) = readlinkat(&files, &name, Vec::new()) {
            line(&mut list, &[name.as_bytes(), b" -> "], target.to_bytes());
        }
    }
    Ok(list)
}

/// One process in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pid: u32,
    pub(super) parent: u32,
    state: u8,
    start: u64,
    name: Vec<u8>,
}

/// All processes by number.
pub(super) fn processes(proc: &OwnedFd) -> io::Result<Vec<Row>> {
    let row = |pid: u32| {
        let stat = file(proc, &format!("{pid}/stat"), 4096).ok()?.bytes;
        // The name may hold spaces and brackets; the last bracket closes it.
        let open = stat.iter().position(|b| *b == b'(')?;
        let close = stat.iter().rposition(|b| *b == b')')?;
        let name = stat.get(open + 1..close)?.to_vec();
        let rest = str::from_utf8(stat.get(close + 1..)?).ok()?;
        let mut words = rest.split_ascii_whitespace();
        let state = *words.next()?.as_bytes().first()?;
        let parent = words.next()?.parse().ok()?;
        let start = words.nth(17)?.parse().ok()?;
        Some(Row { pid, parent, state, start, name })
    };
    Ok(numbers(proc)?.into_iter().filter_map(row).collect())
}

/// Number, parent, state, start in ticks since the kernel's, and name, one process a line.
pub(super) fn told<'a>(rows: impl Iterator<Item = &'a Row>) -> Copy {
    let mut list = Copy::default();
    for row in rows {
        let Row { pid, parent, state, start, name } = row;
        let head = format!("{pid} {parent} {} {start} ", char::from(*state));
        line(&mut list, &[head.as_bytes()], name);
    }
    list
}

/// The entries of a directory whose names are numbers, sorted.
fn numbers(dir: &OwnedFd) -> io::Result<Vec<u32>> {
    let mut numbers = Vec::new();
    for entry in Dir::read_from(dir)? {
        numbers.extend(entry?.file_name().to_str().ok().and_then(|name| name.parse::<u32>().ok()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// Adds a line that ends in `foreign`, which may hold anything: control bytes are written `\xHH`, a backslash `\\`.
fn line(list: &mut Copy, own: &[&[u8]], foreign: &[u8]) {
    if list.cut || list.bytes.len() + foreign.len() > MOST {
        list.cut = true;
        return;
    }
    own.iter().for_each(|part| list.bytes.extend_from_slice(part));
    for byte in foreign {
        match byte {
            b'\\' => list.bytes.extend_from_slice(b"\\\\"),
            0..=0x1f | 0x7f => list.bytes.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
            byte => list.bytes.push(*byte),
        }
    }
    list.bytes.push(b'\n');
}
