//! `--record`: a pipe job's own records also go to the store.
//!
//! A record with a subject goes to that incident's file, any other one to the file for what belongs to no incident. When the
//! tool writes an incident record, the alerts that it lists go to the file first, as they came through, and in the end the run
//! records of the tools before: the file then says by itself what was examined. The tool's own run record goes to every
//! incident file that it changed; if it has to do with none, to the file for what belongs to no incident.
//!
//! Trouble with the store never stops the stream: it is told, tried again later, and raises the exit code if it stays.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use ir_core::wire::{Alert, Body, Head, Incident, Line, Run, parse_line};
use ir_store::incident::{Added, Batch, Book, Clash, Entry, IncidentId, Store, StoreError};

use crate::store::exit_of;
use crate::{Exit, Notes, error, ir_home};

/// Bytes of alerts that are kept until an incident lists them.
const ALERTS: usize = 64 << 20;
/// Bytes of records that wait for a store that cannot be written.
const WAITING: usize = 64 << 20;
/// How long it is left alone before it is tried again.
const REST: Duration = Duration::from_secs(10);
/// Run records of the tools before that are kept.
const RUNS: usize = 64;
/// Refused records that are told one by one.
const TOLD: u64 = 10;

/// Collects what is to be stored, and stores it whenever the stream is flushed.
#[derive(Debug)]
pub(crate) struct Recorder {
    notes: Notes,
    store: Option<Store>,
    /// By book, in the order in which they were written.
    pending: BTreeMap<Book, Vec<Entry>>,
    pending_bytes: usize,
    /// When the store could not be written.
    failed: Option<Instant>,
    books: BTreeMap<Book, State>,
    /// Alerts as they came through, by id, until an incident lists them.
    alerts: BTreeMap<String, Vec<Entry>>,
    alert_bytes: usize,
    /// Run records as they came through.
    runs: Vec<Entry>,
    /// The tool's own run record, once there is one.
    run: Option<Entry>,
    refused: u64,
    /// The exit code that trouble asks for.
    exit: Exit,
}

/// One file of the store.
#[derive(Debug, Default)]
struct State {
    /// Something was added to it.
    changed: bool,
    /// It could not be written the last time: the exit code that this asks for.
    failed: Option<Exit>,
    /// How many alerts of the incident's list went there; none if this tool wrote no incident record.
    listed: Option<usize>,
}

impl Recorder {
    pub(crate) fn new(notes: Notes) -> Self {
        Self {
            notes,
            store: None,
            pending: BTreeMap::new(),
            pending_bytes: 0,
            failed: None,
            books: BTreeMap::new(),
            alerts: BTreeMap::new(),
            alert_bytes: 0,
            runs: Vec::new(),
            run: None,
            refused: 0,
            exit: Exit::Done,
        }
    }

    /// The exit code that it asks for so far.
    pub(crate) fn exit(&self) -> Exit {
        let failed = self.books.values().filter_map(|state| state.failed);
        failed.fold(self.exit, Exit::merge)
    }

    /// A record passes by, on its way through the tool.
    pub(crate) fn passes(&mut self, head: &Head<'_>) {
        let keeps_alert = head.kind == Alert::KIND && self.alert_bytes < ALERTS;
        if !keeps_alert && (head.kind != Run::KIND || self.runs.len() >= RUNS) {
            return;
        }
        // One that is too long to be stored is missed when an incident lists it.
        let Ok(entry) = Entry::new(head.line.as_bytes()) else { return };
        if keeps_alert {
            self.alert_bytes += entry.wire().len();
            self.alerts.entry(entry.id.clone()).or_default().push(entry);
        } else {
            self.runs.push(entry);
        }
    }

    /// The tool writes a record of its own.
    pub(crate) fn writes(&mut self, line: &[u8]) {
        let Line::Record(head) = parse_line(line) else { return };
        let entry = match Entry::new(line) {
            Ok(entry) => entry,
            Err(why) => {
                return self.refuse(&format!("a record cannot be stored: {why}"), Exit::Partial);
            }
        };
        if head.kind == Run::KIND {
            self.run = Some(entry);
            return;
        }
        let book = match head.subject.as_deref().map(str::parse::<IncidentId>) {
            None => Book::Detect,
            Some(Ok(id)) => Book::Incident(id),
            Some(Err(why)) => {
                let what = format!("{} {} is not stored: {why}", head.kind, head.id);
                return self.refuse(&what, Exit::Partial);
            }
        };
        if head.kind == Incident::KIND
            && let Ok(body) = head.body::<Incident>()
        {
            self.list(&book, &body.alerts);
        }
        self.wait(&book, vec![entry]);
    }

    /// Records that are to be stored at the next flush.
    fn wait(&mut self, book: &Book, entries: Vec<Entry>) {
        for entry in entries {
            if self.pending_bytes > WAITING {
                self.refuse("too many records wait to be stored; further ones are not", Exit::Io);
                return;
            }
            self.pending_bytes += entry.wire().len();
            self.pending.entry(book.clone()).or_default().push(entry);
        }
    }

    /// The alerts that an incident lists, and did not list before, go to its file.
    fn list(&mut self, book: &Book, alerts: &[String]) {
        let listed = self.books.entry(book.clone()).or_default().listed.get_or_insert(0);
        let new = alerts.get(*listed..).unwrap_or(alerts);
        *listed = alerts.len();
        let mut missing = 0;
        for id in new {
            match self.alerts.remove(id) {
                Some(entries) => {
                    self.alert_bytes -= entries.iter().map(|e| e.wire().len()).sum::<usize>();
                    self.wait(book, entries);
                }
                None => missing += 1,
            }
        }
        if missing > 0 {
            let what = format!(
                "{missing} alerts of {} are not stored: they were too many or too long to be kept",
                book.name()
            );
            self.refuse(&what, Exit::Partial);
        }
    }

    /// Stores what was collected since the last time.
    pub(crate) fn flush(&mut self) {
        let run = self.run.take();
        if run.is_none() && self.failed.is_some_and(|at| at.elapsed() < REST) {
            return;
        }
        let mut work = std::mem::take(&mut self.pending);
        self.pending_bytes = 0;
        self.failed = None;
        if let Some(run) = &run {
            let about = |book: &Book| *book != Book::Detect;
            for book in self.books.keys().filter(|book| about(book)) {
                work.entry(book.clone()).or_default();
            }
            if !work.keys().any(about) {
                work.entry(Book::Detect).or_default().push(run.clone());
            }
        }
        for (book, entries) in work {
            let mut closing = Vec::new();
            if let (Some(run), Book::Incident(_)) = (&run, &book) {
                if self.books.get(&book).is_some_and(|state| state.listed.is_some()) {
                    closing.clone_from(&self.runs);
                }
                closing.push(run.clone());
            }
            self.append(book, entries, closing);
        }
    }

    fn append(&mut self, book: Book, mut entries: Vec<Entry>, mut closing: Vec<Entry>) {
        let mut state = self.books.remove(&book).unwrap_or_default();
        while !(entries.is_empty() && closing.is_empty()) {
            let batch = Batch { entries: &entries, closing: &closing, changed: state.changed };
            match self.try_append(&book, batch) {
                Ok(added) => {
                    state.changed |= added.written > 0;
                    state.failed = None;
                    added.notes.iter().for_each(|note| self.notes.error(note));
                    break;
                }
                // The others go on: one record that differs must not cost all.
                Err(Trouble::Store(StoreError::Conflict { clashes, .. })) => {
                    self.clash(&book, &clashes);
                    let kept = entries.len();
                    without(&mut entries, &clashes, 0);
                    without(&mut closing, &clashes, kept);
                }
                Err(trouble) => {
                    let (what, exit) = match trouble {
                        Trouble::Store(e) => (e.to_string(), exit_of(&e)),
                        Trouble::Home(e) => (format!("{e:#}"), error::exit_of(&e)),
                    };
                    if state.failed.replace(exit).is_none() {
                        let name = book.name();
                        self.notes.error(format_args!("--record: {name} is not stored: {what}"));
                    }
                    self.failed = Some(Instant::now());
                    self.wait(&book, entries);
                    break;
                }
            }
        }
        self.books.insert(book, state);
    }

    fn try_append(&mut self, book: &Book, batch: Batch<'_>) -> Result<Added, Trouble> {
        let store = match &mut self.store {
            Some(store) => store,
            none => {
                let home = ir_home().map_err(Trouble::Home)?;
                none.insert(Store::create(&home).map_err(Trouble::Store)?)
            }
        };
        store.append(book, batch).map_err(Trouble::Store)
    }

    fn clash(&mut self, book: &Book, clashes: &[Clash]) {
        for clash in clashes {
            let what = format!(
                "{clash} is not stored: {} has a record of that source and id with other content",
                book.name()
            );
            self.refuse(&what, Exit::Refused);
        }
    }

    fn refuse(&mut self, what: &str, exit: Exit) {
        self.refused += 1;
        self.exit = self.exit.merge(exit);
        match self.refused {
            0..=TOLD => self.notes.error(format_args!("--record: {what}")),
            n if n == TOLD + 1 => self.notes.error("--record: more is not stored; it is not told"),
            _ => {}
        }
    }
}

/// Why nothing was appended.
enum Trouble {
    Store(StoreError),
    /// There is no place for a store.
    Home(anyhow::Error),
}

/// Takes the entries that clash out; the first one has the place `first` in the batch.
fn without(entries: &mut Vec<Entry>, clashes: &[Clash], first: usize) {
    let mut place = first;
    entries.retain(|_| {
        place += 1;
        !clashes.iter().any(|clash| clash.place + 1 == place)
    });
}
