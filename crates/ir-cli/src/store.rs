//! The store of incidents, as a tool uses it: opened at IR_HOME, an incident chosen, a person's act recorded.

use ir_core::wire::{Body, Event, act_id};
use ir_store::incident::{Batch, Book, Entry, IncidentId, Store, StoreError};

use crate::{Exit, Failed, Session, clock, ir_home};

/// Candidates that are listed where an incident cannot be chosen.
const LISTED: usize = 20;

/// An error of the store with its exit code: 3 where a safety rule refuses, 5 where the system does.
pub fn store_error(error: StoreError) -> anyhow::Error {
    let exit = exit_of(&error);
    Failed::new(exit, error.to_string())
}

/// See [`store_error`].
pub(crate) fn exit_of(error: &StoreError) -> Exit {
    match error {
        StoreError::Io { .. } => Exit::Io,
        StoreError::Refused { .. } | StoreError::Busy { .. } | StoreError::Conflict { .. } => {
            Exit::Refused
        }
    }
}

impl Session {
    /// The store, to read it; an empty one where there is none yet.
    ///
    /// # Errors
    /// Exit code 3 if IR_HOME is not safe to use, 5 if it cannot be read or there is no place for it.
    pub fn store(&self) -> anyhow::Result<Store> {
        Store::open(&ir_home()?).map_err(store_error)
    }

    /// The incident whose id begins with `prefix`; without one, the only incident there is.
    ///
    /// # Errors
    /// Exit code 2, with the candidates, if none or several fit.
    pub fn incident(&self, store: &Store, prefix: Option<&str>) -> anyhow::Result<IncidentId> {
        // With many incidents the names of their files are told sooner than their titles.
        if let Some(prefix) = prefix
            && let Ok(id) = self.incident_file(store, prefix)
        {
            return Ok(id);
        }
        let (all, notes) = store.incidents().map_err(store_error)?;
        notes.iter().for_each(|note| self.notes.note(note));
        let all: Vec<_> = all.into_iter().map(|i| (i.id, i.said.title)).collect();
        choose(store, &all, prefix)
    }

    /// As [`Session::incident`], by the names of files alone: the index is not asked.
    ///
    /// # Errors
    /// Exit code 2, with the candidates, if none or several fit.
    pub fn incident_file(&self, store: &Store, prefix: &str) -> anyhow::Result<IncidentId> {
        let all: Vec<_> =
            store.ids().map_err(store_error)?.into_iter().map(|id| (id, None)).collect();
        choose(store, &all, Some(prefix))
    }

    /// An id for what a person does now: unique, and later ones sort after earlier ones.
    ///
    /// # Errors
    /// Exit code 5 if the system gives no random numbers.
    pub fn act_id(&self, prefix: &str) -> anyhow::Result<String> {
        let mut random = [0; 8];
        rustix::rand::getrandom(&mut random, rustix::rand::GetRandomFlags::empty())
            .map_err(|e| Failed::new(Exit::Io, format!("no random numbers: {e}")))?;
        Ok(act_id(prefix, clock::wall(), random))
    }

    /// Stores what a person did; returns after it is on the disk.
    ///
    /// # Errors
    /// Exit code 3 if the store is not safe to use, 5 if it cannot be written.
    pub fn act<T: Body>(&self, incident: &IncidentId, event: &Event<T>) -> anyhow::Result<()> {
        let entry = Entry::new(&event.to_line()?).map_err(|why| Failed::new(Exit::Usage, why))?;
        let store = Store::create(&ir_home()?).map_err(store_error)?;
        let batch = Batch { entries: &[entry], ..Batch::default() };
        let added = store.append(&Book::Incident(incident.clone()), batch).map_err(store_error)?;
        added.notes.iter().for_each(|note| self.notes.error(note));
        Ok(())
    }
}

/// The one incident that fits; the ids are in order, the oldest first.
fn choose(
    store: &Store,
    all: &[(IncidentId, Option<String>)],
    prefix: Option<&str>,
) -> anyhow::Result<IncidentId> {
    let fits = |id: &IncidentId| prefix.is_none_or(|prefix| id.as_str().starts_with(prefix));
    let fitting: Vec<_> = all.iter().filter(|(id, _)| fits(id)).collect();
    if let [(one, _)] = &fitting[..] {
        return Ok(one.clone());
    }
    let why = match (prefix, fitting.len(), all.len()) {
        (_, _, 0) => format!("no incident is stored in {}", store.path().display()),
        (Some(prefix), 0, _) => format!("no incident begins with {prefix:?}; there are"),
        (Some(prefix), n, _) => format!("{n} incidents begin with {prefix:?}; say which"),
        (None, _, n) => format!("there are {n} incidents; say which"),
    };
    let listed = if fitting.is_empty() { all.iter().collect() } else { fitting };
    let mut lines = vec![why];
    for (id, title) in listed.iter().rev().take(LISTED) {
        lines.push(format!("  {id}  {}", title.as_deref().unwrap_or_default()).trim_end().into());
    }
    if listed.len() > LISTED {
        lines.push(format!("  and {} older ones", listed.len() - LISTED));
    }
    Err(Failed::new(Exit::Usage, lines.join("\n")))
}
