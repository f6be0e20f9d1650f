//! The store: what people and jobs do with it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::append::append;
use super::index::{Index, IndexError};
use super::lines::read_lines;
use super::lint::lint;
use super::lock::{Lock, lock, unlock};
use super::place::{For, Place};
use super::torn::whole_lines;
use super::{
    Added, Batch, Book, IncidentId, Linted, Mark, StoreError, StoredLine, Summary, WireReader,
};

/// The store in IR_HOME.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    /// None: there is nothing yet.
    place: Option<Place>,
}

impl Store {
    /// Opens the store in the directory `home` to read it. A directory that is not there is an empty store; nothing is made.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if the directory belongs to somebody else, is a link, or others may write to it; as the
    /// system says.
    pub fn open(home: &Path) -> Result<Self, StoreError> {
        Ok(Self { path: home.to_path_buf(), place: Place::open(home, For::Reading)? })
    }

    /// Opens the store to append to it; makes the directory, for its owner alone, where it is not there.
    ///
    /// # Errors
    /// As [`Store::open`]; or if it cannot be made.
    pub fn create(home: &Path) -> Result<Self, StoreError> {
        Ok(Self { path: home.to_path_buf(), place: Place::open(home, For::Appending)? })
    }

    /// IR_HOME.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a book's file.
    pub fn path_of(&self, book: &Book) -> PathBuf {
        match &self.place {
            Some(place) => place.path_of(book),
            None => self.path.join(book.file()),
        }
    }

    /// Appends records; returns after they are on the disk.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if a record has the key of another one; nothing of the batch is written then, as with every
    /// other error.
    pub fn append(&self, book: &Book, batch: Batch<'_>) -> Result<Added, StoreError> {
        match &self.place {
            Some(place) => append(place, book, batch),
            None => Err(StoreError::io(&self.path)(io::ErrorKind::NotFound.into())),
        }
    }

    /// Ids of all incidents that have a file, in order.
    ///
    /// # Errors
    /// If the directory cannot be read.
    pub fn ids(&self) -> Result<Vec<IncidentId>, StoreError> {
        let names = self.place.as_ref().map_or(Ok(Vec::new()), Place::names)?;
        let ids = names.iter().filter_map(|name| match Book::of_file(name) {
            Some(Book::Incident(id)) => Some(id),
            _ => None,
        });
        Ok(ids.collect())
    }

    /// All incidents, by id, and what is to be told about the index. An index that is absent, damaged or behind is brought in
    /// step first; where it cannot be written, one is made in memory.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn incidents(&self) -> Result<(Vec<Summary>, Vec<String>), StoreError> {
        let Some(place) = &self.place else { return Ok((Vec::new(), Vec::new())) };
        let mut books: Vec<Book> = self.ids()?.into_iter().map(Book::Incident).collect();
        books.push(Book::Detect);
        let mut notes = Vec::new();
        let mut all = |index: Index| follow_all(place, index, &books);
        let found = Index::with(place, &mut all).or_else(|e| {
            if !matches!(e, IndexError::Store(StoreError::Io { .. })) {
                notes.push(format!("the index cannot be used, the files are read instead: {e}"));
            }
            Index::in_memory().and_then(all)
        });
        match found {
            Ok(found) => Ok((found.into_iter().filter(|i| i.mark.lines > 0).collect(), notes)),
            Err(IndexError::Store(e)) => Err(e),
            Err(e) => Err(StoreError::io(&self.path)(io::Error::other(e))),
        }
    }

    /// Hands every whole line of a book to `each`; returns how far they reach, and how many bytes of a torn line follow.
    ///
    /// # Errors
    /// If the file cannot be read; those of `each`. A book without a file has no lines.
    pub fn read<E: From<StoreError> + From<io::Error>>(
        &self,
        book: &Book,
        each: &mut dyn FnMut(&StoredLine<'_>) -> Result<(), E>,
    ) -> Result<(Mark, u64), E> {
        let Some(file) = self.locked(book)? else { return Ok((Mark::start(book), 0)) };
        let end = read_lines(&file, Mark::start(book), each)?;
        Ok((end.mark, end.torn))
    }

    /// The records of a book as a stream of bytes, and how many bytes of a torn line are left out; `None` if it has no file.
    /// Nothing is locked while they are read: what is appended meanwhile is left out.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn wire(&self, book: &Book) -> Result<Option<(WireReader, u64)>, StoreError> {
        let Some(file) = self.locked(book)? else { return Ok(None) };
        let path = self.path_of(book);
        let whole = whole_lines(&file).map_err(StoreError::io(&path))?;
        let length = file.metadata().map_err(StoreError::io(&path))?.len();
        unlock(&file, &path)?;
        Ok(Some((WireReader::new(file, whole), length - whole)))
    }

    /// Checks the files of `books`, or of all if there are none: chain, torn lines, repeated and invalid records, ids that
    /// lead nowhere, and whether the index agrees.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn lint(&self, books: &[Book]) -> Result<Linted, StoreError> {
        match &self.place {
            Some(place) => lint(place, books),
            None => Ok(Linted::default()),
        }
    }

    /// Everything that the index says, a line a row, in order; first as it is kept, then as it is made anew from the files.
    #[cfg(test)]
    pub(super) fn index_kept_and_anew(&self) -> Result<(Vec<String>, Vec<String>), StoreError> {
        let Some(place) = &self.place else { return Ok((Vec::new(), Vec::new())) };
        let mut books: Vec<Book> = self.ids()?.into_iter().map(Book::Incident).collect();
        books.push(Book::Detect);
        let names: Vec<&str> = books.iter().map(Book::name).collect();
        let dumps = || {
            let kept = Index::peek(place)?.map_or(Ok(Vec::new()), |index| index.dump(&names))?;
            let mut anew = Index::in_memory()?;
            for book in &books {
                if let Some((file, _)) = place.open_book(book, For::Reading)? {
                    lock(&file, Lock::Shared, &place.path_of(book))?;
                    anew.follow(book, &file)?;
                }
            }
            Ok((kept, anew.dump(&names)?))
        };
        dumps().map_err(|e: IndexError| match e {
            IndexError::Store(e) => e,
            e => StoreError::io(&self.path)(io::Error::other(e)),
        })
    }

    fn locked(&self, book: &Book) -> Result<Option<File>, StoreError> {
        let Some(place) = &self.place else { return Ok(None) };
        let Some((file, _)) = place.open_book(book, For::Reading)? else { return Ok(None) };
        lock(&file, Lock::Shared, &place.path_of(book))?;
        Ok(Some(file))
    }
}

/// Brings the index in step with all files.
fn follow_all(place: &Place, mut index: Index, books: &[Book]) -> Result<Vec<Summary>, IndexError> {
    for book in books {
        if let Some((file, _)) = place.open_book(book, For::Reading)?
            && !index.in_step(book, &file)?
        {
            lock(&file, Lock::Shared, &place.path_of(book))?;
            index.follow(book, &file)?;
        }
    }
    index.keep_only(books)?;
    index.incidents()
}
