//! Appending to a file of the store.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};

use ir_core::wire::{Body, Line, Run, parse_line, same_record};

use super::entry::unstored;
use super::index::Index;
use super::lines::{Mark, last_line, line_at, read_lines};
use super::lock::{Lock, lock};
use super::place::{For, Place};
use super::{Book, Clash, Entry, StoreError, StoredLine, torn};

/// What is appended in one go.
#[derive(Clone, Copy, Debug, Default)]
pub struct Batch<'a> {
    /// The records.
    pub entries: &'a [Entry],
    /// Run records that close them. They are left out where the batch adds nothing and the file ends in a run record already:
    /// a run that finds everything there leaves no trace.
    pub closing: &'a [Entry],
    /// An earlier batch of the same run added something.
    pub changed: bool,
}

/// What became of a batch: all of it is on the disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Records that were written.
    pub written: u64,
    /// Records that were there already, with the same content.
    pub known: u64,
    /// What people should know, one sentence each: a torn line was set aside, the file is shorter than it was, the index
    /// cannot be used.
    pub notes: Vec<String>,
}

/// Appends `batch` to the book's file.
pub(super) fn append(place: &Place, book: &Book, batch: Batch<'_>) -> Result<Added, StoreError> {
    let path = place.path_of(book);
    let io = || StoreError::io(&path);
    let Some((file, made)) = place.open_book(book, For::Appending)? else {
        return Err(io()(io::ErrorKind::NotFound.into()));
    };
    lock(&file, Lock::Exclusive, &path)?;
    let mut added = Added::default();
    added.notes.extend(torn::set_aside(place, book, &file)?);

    let mut there = There::of(place, book, &file, &mut added.notes).map_err(io())?;
    let mut lines = Lines::default();
    for entry in batch.entries {
        lines.add(entry, &mut there).map_err(io())?;
    }
    if batch.changed || !lines.new.is_empty() || !ends_in_run(&file, there.mark).map_err(io())? {
        for entry in batch.closing {
            lines.add(entry, &mut there).map_err(io())?;
        }
    }
    let clashes = lines.clashes;
    if !clashes.is_empty() {
        return Err(StoreError::Conflict { path, clashes });
    }
    let mut mark = there.mark;
    let written = lines.new.iter().try_for_each(|entry| {
        let line = entry.stored(mark.head);
        mark = mark.after(&line);
        // One write a line: a reader that takes no lock sees whole lines too.
        (&file).write_all(&line)
    });
    // Also where all is known already: its writer may have been killed before it was on the disk.
    if let Err(e) = written.and_then(|()| file.sync_data()) {
        // Nothing of a batch that failed stays; if that fails too, the next writer sets it aside.
        let _ = file.set_len(there.mark.bytes);
        return Err(io()(e));
    }
    if made {
        place.sync_dir(book)?;
    }
    added.written = lines.new.len() as u64;
    added.known = lines.known;
    if added.written > 0
        && let Some(index) = &mut there.index
        && let Err(e) = index.follow(book, &file)
    {
        added.notes.push(format!("the index does not know the newest records yet: {e}"));
    }
    Ok(added)
}

/// What a file holds already.
struct There<'a> {
    file: &'a File,
    mark: Mark,
    book: &'a Book,
    /// In step with the file: it answers for it.
    index: Option<Index>,
    /// Without an index: offsets by key, read from the file.
    read: HashMap<(String, String), u64>,
}

impl<'a> There<'a> {
    fn of(
        place: &Place,
        book: &'a Book,
        file: &'a File,
        notes: &mut Vec<String>,
    ) -> io::Result<Self> {
        let mark = Mark::start(book);
        let mut there = Self { file, mark, book, index: None, read: HashMap::new() };
        let followed = Index::with(place, &mut |mut index| {
            let followed = index.follow(book, file)?;
            Ok((index, followed))
        });
        match followed {
            Ok((index, followed)) => {
                there.mark = followed.end.mark;
                there.index = Some(index);
                if !followed.grown {
                    let path = place.path_of(book);
                    notes.push(format!(
                        "{}: it does not hold all that it held before: see ir-report lint",
                        path.display()
                    ));
                }
            }
            Err(e) => {
                notes.push(format!("the index cannot be used, the file is read instead: {e}"));
                there.read_all()?;
            }
        }
        Ok(there)
    }

    fn read_all(&mut self) -> io::Result<()> {
        let read = &mut self.read;
        let end = read_lines(self.file, Mark::start(self.book), &mut |line: &StoredLine<'_>| {
            if let Some((wire, _)) = line.record()
                && let Line::Record(head) = parse_line(&wire)
            {
                let key = (head.source.into_owned(), head.id.into_owned());
                read.entry(key).or_insert(line.at);
            }
            Ok::<_, io::Error>(())
        })?;
        self.mark = end.mark;
        Ok(())
    }

    /// The stored record with the key of `entry`, without what the store added.
    fn find(&mut self, entry: &Entry) -> io::Result<Option<Vec<u8>>> {
        let found = self.index.as_ref().map(|i| i.find(self.book, &entry.source, &entry.id));
        let at = match found {
            Some(Ok(at)) => at,
            Some(Err(_)) => {
                self.index = None;
                self.read_all()?;
                return self.find(entry);
            }
            None => self.read.get(&(entry.source.clone(), entry.id.clone())).copied(),
        };
        let line = at.map(|at| line_at(self.file, at)).transpose()?;
        Ok(line.and_then(|line| unstored(&line)).map(|(wire, _)| wire))
    }
}

/// The lines that are to be written.
#[derive(Default)]
struct Lines<'a> {
    new: Vec<&'a Entry>,
    keys: HashMap<(&'a str, &'a str), &'a Entry>,
    known: u64,
    clashes: Vec<Clash>,
    /// Entries that were looked at.
    seen: usize,
}

impl<'a> Lines<'a> {
    fn add(&mut self, entry: &'a Entry, there: &mut There<'_>) -> io::Result<()> {
        let key = (&*entry.source, &*entry.id);
        let same = match self.keys.get(&key) {
            Some(earlier) => Some(same_record(earlier.wire(), entry.wire())),
            None => there.find(entry)?.map(|stored| same_record(&stored, entry.wire())),
        };
        match same {
            Some(true) => self.known += 1,
            Some(false) => {
                let (source, id) = (entry.source.clone(), entry.id.clone());
                self.clashes.push(Clash { place: self.seen, source, id });
            }
            None => {
                self.keys.insert(key, entry);
                self.new.push(entry);
            }
        }
        self.seen += 1;
        Ok(())
    }
}

/// Whether the last record of the file is one of a run.
fn ends_in_run(file: &File, mark: Mark) -> io::Result<bool> {
    if mark.bytes == 0 {
        return Ok(false);
    }
    let wire = last_line(file, mark.bytes)?.and_then(|line| unstored(&line)).map(|(wire, _)| wire);
    Ok(
        matches!(wire.as_deref().map(parse_line), Some(Line::Record(head)) if head.kind == Run::KIND),
    )
}
