//! Checking the store: what was changed, cut out, put in, moved or torn, and what does not hold together.

mod chain;
mod cited;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::path::PathBuf;

use ir_core::wire::{Head, Line, State, parse_line};

use super::index::{Index, IndexError};
use super::lines::{End, read_lines};
use super::lock::{Lock, lock};
use super::place::{For, Place};
use super::{Book, Mark, StoreError, StoredLine};
use crate::Hash;

use chain::Chain;
use cited::cited;

/// Faults of one file that are told; more are counted.
const TOLD: usize = 1000;

/// Something that is not as it was stored, or does not hold together. Reads `FILE:LINE: what`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1; none where the file as a whole is meant.
    pub line: Option<u64>,
    /// What is wrong.
    pub what: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path.display(), self.what),
            None => write!(f, "{}: {}", self.path.display(), self.what),
        }
    }
}

/// What was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linted {
    /// All faults, by file and line.
    pub faults: Vec<Fault>,
    /// Incidents checked.
    pub incidents: u64,
    /// Lines checked.
    pub lines: u64,
    /// The index was there to compare with.
    pub indexed: bool,
    /// Files of torn lines that were set aside.
    pub torn_files: u64,
}

/// Checks the files of `books`, or all of `place`.
pub(super) fn lint(place: &Place, books: &[Book]) -> Result<Linted, StoreError> {
    let mut job = Job { place, index: None, linted: Linted::default() };
    match Index::peek(place) {
        Ok(index) => job.index = index,
        Err(IndexError::Store(e)) => return Err(e),
        Err(e) if e.is_out_of_reach() => {}
        Err(e) => job.of_index(format!("it cannot be read and will be made anew: {e}")),
    }
    job.linted.indexed = job.index.is_some();
    let books = if books.is_empty() { job.all()? } else { books.to_vec() };
    for book in books {
        job.check(&book)?;
    }
    Ok(job.linted)
}

struct Job<'a> {
    place: &'a Place,
    index: Option<Index>,
    linted: Linted,
}

impl Job<'_> {
    fn of_index(&mut self, what: String) {
        let path = self.place.path.join(super::index::FILE);
        self.linted.faults.push(Fault { path, line: None, what });
    }

    /// All files that there are or were.
    fn all(&mut self) -> Result<Vec<Book>, StoreError> {
        let mut all = vec![Book::Detect];
        for name in self.place.names()? {
            match Book::of_file(&name) {
                Some(book @ Book::Incident(_)) => all.push(book),
                _ if is_torn(&name) => self.linted.torn_files += 1,
                _ => {
                    let path = self.place.path.join("incidents").join(&name);
                    let what = "it is no file of the store; move it away".into();
                    self.linted.faults.push(Fault { path, line: None, what });
                }
            }
        }
        let known = self.index.as_ref().map_or(Ok(Vec::new()), Index::ever_known);
        let known = known.unwrap_or_default();
        let known: BTreeSet<Book> =
            known.iter().filter_map(|name| Book::of_file(&format!("{name}.jsonl"))).collect();
        let there: BTreeSet<Book> = all.iter().cloned().collect();
        all.extend(known.difference(&there).cloned());
        Ok(all)
    }

    fn check(&mut self, book: &Book) -> Result<(), StoreError> {
        let path = self.place.path_of(book);
        let index = self.index.as_ref();
        let (mut found, of_index) = match self.place.open_book(book, For::Reading)? {
            Some((file, _)) => {
                lock(&file, Lock::Shared, &path)?;
                self.linted.incidents += u64::from(*book != Book::Detect);
                let mut check = Check::new(book, index);
                let end = check.read(&file).map_err(StoreError::io(&path))?;
                self.linted.lines += end.mark.lines;
                let of_index = index.and_then(|i| against_anew(i, book, &file, end.mark));
                (check.finish(&file, end, index), of_index)
            }
            None => match index.and_then(|i| i.furthest(book).ok().flatten()) {
                Some(mark) if mark.lines > 0 => {
                    (vec![(None, format!("it is gone; it had {} lines", mark.lines))], None)
                }
                _ => (Vec::new(), None),
            },
        };
        of_index.into_iter().for_each(|what| self.of_index(what));
        found.sort();
        found.dedup();
        let more = found.len().saturating_sub(TOLD);
        found.truncate(TOLD);
        if more > 0 {
            found.push((None, format!("and {more} more faults")));
        }
        let fault = |(line, what)| Fault { path: path.clone(), line, what };
        self.linted.faults.extend(found.into_iter().map(fault));
        Ok(())
    }
}

/// What is wrong with what the index says of a file, if it knows all of it.
fn against_anew(index: &Index, book: &Book, file: &File, mark: Mark) -> Option<String> {
    let name = book.name();
    let compared = || {
        if index.known(book)? != Some(mark) {
            return Ok(true);
        }
        let mut anew = Index::in_memory()?;
        anew.follow(book, file)?;
        Ok::<_, IndexError>(index.says(name)? == anew.says(name)?)
    };
    match compared() {
        Ok(true) => None,
        Ok(false) => Some(format!(
            "what it says of {name} is not what the file says; remove it, and it is made anew"
        )),
        Err(e) => Some(format!("what it says of {name} cannot be read: {e}")),
    }
}

fn is_torn(name: &str) -> bool {
    name.strip_suffix(".torn").is_some_and(|id| Book::of_file(&format!("{id}.jsonl")).is_some())
}

/// A fault: the line, if it is of one, and what is wrong.
type Found = (Option<u64>, String);

/// One file under examination.
struct Check<'a> {
    book: &'a Book,
    chain: Chain,
    /// By source and id: the first line, and the digest of the record.
    keys: HashMap<(String, String), (u64, Hash)>,
    ids: BTreeSet<String>,
    /// Ids that are cited, the first line that does it, and the words for it.
    cited: BTreeMap<String, (u64, &'static str)>,
    /// Digests of all lines, in order.
    digests: Vec<Hash>,
    /// Lines whose bytes are certainly not those that were stored.
    changed: BTreeSet<u64>,
    found: Vec<Found>,
    /// What the index knows: number, digest and record of each line.
    known: Vec<(u64, Hash, String)>,
}

impl<'a> Check<'a> {
    fn new(book: &'a Book, index: Option<&Index>) -> Self {
        let known = index.map_or(Ok(Vec::new()), |index| index.lines(book));
        let mut found = Vec::new();
        let known = known.unwrap_or_else(|e| {
            found.push((None, format!("what the index knows of it cannot be read: {e}")));
            Vec::new()
        });
        Self {
            book,
            chain: Chain::new(Mark::start(book).head),
            keys: HashMap::new(),
            ids: BTreeSet::new(),
            cited: BTreeMap::new(),
            digests: Vec::new(),
            changed: BTreeSet::new(),
            found,
            known,
        }
    }

    fn read(&mut self, file: &File) -> std::io::Result<End> {
        read_lines(file, Mark::start(self.book), &mut |line: &StoredLine<'_>| {
            self.line(line);
            Ok(())
        })
    }

    fn tell(&mut self, line: u64, what: impl Into<String>) {
        self.found.push((Some(line), what.into()));
    }

    fn line(&mut self, line: &StoredLine<'_>) {
        let number = line.number;
        self.digests.push(line.digest);
        let record = line.record();
        self.chain.next(line.digest, record.as_ref().map(|(_, prev)| *prev));
        let Some((wire, _)) = record else {
            return self.changed(number, "it does not end in the digest of the line before it");
        };
        match parse_line(&wire) {
            Line::Record(head) => self.record(number, &head, Hash::of(&wire)),
            Line::Bad(reason) => self.changed(number, reason.to_string()),
            Line::Foreign | Line::Blank => self.changed(number, "it is no record"),
        }
    }

    fn record(&mut self, number: u64, head: &Head<'_>, content: Hash) {
        let key = (head.source.to_string(), head.id.to_string());
        match self.keys.get(&key).copied() {
            Some((first, known)) => {
                let what = if known == content {
                    "it repeats"
                } else {
                    "same source and id, but other content, as"
                };
                self.tell(number, format!("{what} line {first}: {} {}", key.0, key.1));
            }
            None => {
                self.keys.insert(key, (number, content));
            }
        }
        if let Err(reason) = State::default().apply(head) {
            self.tell(number, reason.to_string());
        }
        if let (Book::Incident(id), Some(subject)) = (self.book, head.subject.as_deref())
            && subject != id.as_str()
        {
            self.tell(number, format!("it is a record of {subject}"));
        }
        self.ids.insert(head.id.to_string());
        if matches!(self.book, Book::Incident(_)) {
            for (id, what) in cited(head) {
                // An incident record is written again as it grows: each id is told once, where it is cited first.
                self.cited.entry(id).or_insert((number, what));
            }
        }
    }

    /// A line whose bytes are not those that were stored.
    fn changed(&mut self, line: u64, what: impl Into<String>) {
        self.tell(line, what);
        self.changed.insert(line);
    }

    fn finish(mut self, file: &File, end: End, index: Option<&Index>) -> Vec<Found> {
        for (id, (line, what)) in std::mem::take(&mut self.cited) {
            if !self.ids.contains(&id) {
                self.tell(line, format!("{what} {id}, which is not in the file"));
            }
        }
        if end.torn > 0 {
            let what = format!(
                "the last {} bytes are a line that its writer did not finish; the next writer sets them aside",
                end.torn
            );
            self.tell(end.mark.lines + 1, what);
        }
        self.against_lines();
        if let Some(index) = index {
            self.against_marks(file, end.mark, index);
        }
        for (line, what) in std::mem::take(&mut self.chain).finish(&self.changed) {
            self.tell(line, what);
        }
        self.found
    }

    /// Lines that the index knows otherwise. Digests tell them apart, wherever they stand.
    fn against_lines(&mut self) {
        let known = std::mem::take(&mut self.known);
        let expected: BTreeSet<Hash> = known.iter().map(|(_, digest, _)| *digest).collect();
        let there: BTreeSet<Hash> = self.digests.iter().copied().collect();
        let reach = self.digests.len().min(known.len());
        let strange: BTreeSet<u64> = (1..=reach as u64)
            .filter(|line| !expected.contains(&self.digests[*line as usize - 1]))
            .collect();
        for line in &strange {
            self.changed(*line, "it is not the line that the index knows: it was changed");
        }
        let mut gone = 0;
        for (number, _, record) in known.iter().filter(|(_, digest, _)| !there.contains(digest)) {
            // Where a changed line stands in its place it was told.
            let line = (number - gone).max(1);
            if !strange.contains(&line) {
                self.changed(
                    line,
                    format!("a line is missing here: it was line {number}, {record}"),
                );
                gone += 1;
            }
        }
    }

    /// A file that is shorter than it was, or does not go on from where it was.
    fn against_marks(&mut self, file: &File, mark: Mark, index: &Index) {
        let Ok(Some(furthest)) = index.furthest(self.book) else { return };
        // What the index knows is what it was at its furthest: its lines have told what is wrong.
        let told = !self.changed.is_empty() && index.known(self.book).ok() == Some(Some(furthest));
        if furthest.lines > mark.lines {
            let what = format!(
                "it became shorter: it had {} lines and {} bytes, now it has {} and {}",
                furthest.lines, furthest.bytes, mark.lines, mark.bytes
            );
            self.tell(mark.lines + 1, what);
        } else if !told && !furthest.holds_in(file).unwrap_or(false) {
            let what = "it, or a line before it, was changed: the file had another line here";
            self.tell(furthest.lines, what);
        }
    }
}
