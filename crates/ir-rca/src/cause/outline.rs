//! The application's life as its log tells it: when it was started, what it loaded, how far a failed start came.

use std::collections::BTreeMap;

use ir_core::correlate::{Name, Place, Seen};
use ir_core::wire::Time;

/// Distinct changes that are remembered.
const MAX_CHANGES: usize = 10_000;
/// Runs that are remembered; of more, the first ones are forgotten.
const MAX_RUNS: usize = 2_000;

/// One run of the application.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Life {
    /// Its first record.
    pub(crate) start: Time,
    /// Where that stands.
    pub(crate) place: Place,
    /// The log tells its start; otherwise the log begins in its midst.
    pub(crate) started: bool,
    /// When it was up.
    pub(crate) ready: Option<Time>,
    /// When it ended in an orderly way, or said that it failed.
    pub(crate) end: Option<Time>,
    /// The component that wrote the last record before the first failure of a start, and that record.
    pub(crate) at_work: Option<(String, Seen)>,
    /// The changes that it told, with the first record of each.
    pub(crate) changes: BTreeMap<usize, Seen>,
    failing: bool,
}

/// A change that runs tell: something loaded, configured, installed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Change {
    /// Event, component, instance.
    pub(crate) name: Name,
    /// What was loaded or set, by label.
    pub(crate) labels: BTreeMap<String, String>,
}

/// What an event is to the life of the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Milestone {
    Start,
    Ready,
    End,
}

/// The outline of one source, or of several.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Outline {
    /// Runs, by start.
    pub(crate) lives: Vec<Life>,
    /// First record.
    pub(crate) first: Option<Time>,
    /// Changes were left out because there were too many.
    pub(crate) crowded: bool,
    changes: Vec<Change>,
    known: BTreeMap<Change, usize>,
}

impl Outline {
    /// A record, and the component that wrote it. Records come in the order of their source.
    pub(crate) fn record(&mut self, time: Time, place: Place, component: Option<&str>, message: &[u8]) {
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        let life = self.life(time, place);
        if life.started && life.ready.is_none() && !life.failing
            && let Some(component) = component
        {
            life.at_work = Some((component.to_owned(), Seen::of(time, place, message)));
        }
    }

    /// A failure that the profile knows by name.
    pub(crate) fn failure(&mut self) {
        if let Some(life) = self.lives.last_mut() {
            life.failing = true;
        }
    }

    /// A start, its success, or an end.
    pub(crate) fn milestone(&mut self, milestone: Milestone, time: Time, place: Place) {
        match milestone {
            Milestone::Start => {
                if self.lives.len() == MAX_RUNS {
                    self.lives.remove(0);
                }
                self.lives.push(Life::new(time, place, true));
            }
            Milestone::Ready => self.life(time, place).ready = Some(time),
            Milestone::End => self.life(time, place).end = Some(time),
        }
    }

    /// A change.
    pub(crate) fn change(&mut self, change: Change, seen: Seen) {
        let Some(number) = self.number(change) else { return };
        let life = self.life(seen.time, seen.place);
        life.changes.entry(number).or_insert(seen);
    }

    /// The outline of both, by time.
    pub(crate) fn merge(&mut self, other: Self) {
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.crowded |= other.crowded;
        let numbers: Vec<_> = other.changes.into_iter().map(|c| self.number(c)).collect();
        for mut life in other.lives {
            life.changes = life.changes.into_iter().filter_map(|(n, seen)| Some((numbers[n]?, seen))).collect();
            self.lives.push(life);
        }
        self.lives.sort_by_key(|life| (life.start, life.place));
    }

    /// The run that was under way at `time`.
    pub(crate) fn at(&self, time: Time) -> Option<usize> {
        self.lives.partition_point(|life| life.start <= time).checked_sub(1)
    }

    /// The change with that number.
    pub(crate) fn told(&self, number: usize) -> &Change {
        &self.changes[number]
    }

    /// Starts before `cut`, and from it on up to `end`.
    pub(crate) fn starts(&self, cut: Time, end: Option<Time>) -> (u64, u64) {
        let started = self.lives.iter().filter(|life| life.started && end.is_none_or(|end| life.start <= end));
        let (before, after): (Vec<_>, Vec<_>) = started.partition(|life| life.start < cut);
        (before.len() as u64, after.len() as u64)
    }

    fn life(&mut self, time: Time, place: Place) -> &mut Life {
        if self.lives.is_empty() {
            self.lives.push(Life::new(time, place, false));
        }
        self.lives.last_mut().expect("there is one")
    }

    fn number(&mut self, change: Change) -> Option<usize> {
        if let Some(number) = self.known.get(&change) {
            return Some(*number);
        }
        if self.changes.len() == MAX_CHANGES {
            self.crowded = true;
            return None;
        }
        self.known.insert(change.clone(), self.changes.len());
        self.changes.push(change);
        Some(self.changes.len() - 1)
    }
}

impl Life {
    fn new(start: Time, place: Place, started: bool) -> Self {
        Self { start, place, started, ready: None, end: None, at_work: None, changes: BTreeMap::new(), failing: false }
    }
}
