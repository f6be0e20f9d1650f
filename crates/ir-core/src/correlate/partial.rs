//! The mergeable state of a scan: what was seen before an incident, and in it.

use rayon::prelude::*;

use super::alive::Alive;
use super::mask::mask;
use super::signature::{Name, Signature, TextKey, Writer};
use super::table::Table;
use super::tally::{Place, Seen, Sum, Tally};
use crate::docs::Level;
use crate::wire::Time;

/// The times that divide a scan. An incident begins somewhere between `lead` and `onset`; where, is decided after the scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Eras {
    /// The earliest beginning.
    pub lead: Time,
    /// The latest beginning; not before `lead`.
    pub onset: Time,
    /// The last instant of the incident; none: the end of the logs.
    pub end: Option<Time>,
}

enum Era {
    Before,
    Lead,
    Window,
    After,
}

impl Eras {
    fn of(&self, time: Time) -> Era {
        match time {
            t if self.end.is_some_and(|end| t > end) => Era::After,
            t if t >= self.onset => Era::Window,
            t if t >= self.lead => Era::Lead,
            _ => Era::Before,
        }
    }
}

/// How much a scan may remember.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Distinct messages; with more the mask becomes coarser.
    pub messages: usize,
    /// Distinct names; with more they lose their instances.
    pub names: usize,
    /// Records of the lead that are kept one by one; with more the incident begins at its onset.
    pub held: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { messages: 200_000, names: 10_000, held: 100_000 }
    }
}

/// A dated log record and what it is.
#[derive(Clone, Copy, Debug)]
pub struct Observation<'a> {
    /// When it was written.
    pub time: Time,
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub what: What<'a>,
}

/// What a log record is to a scan.
#[derive(Clone, Copy, Debug)]
pub enum What<'a> {
    /// Its text says nothing (normal noise) or may not be looked at (private): it is counted.
    Counted,
    /// A message.
    Text {
        /// Its level.
        level: Option<Level>,
        /// Who wrote it.
        writer: Option<Writer<&'a str>>,
        /// Its first line.
        message: &'a [u8],
    },
    /// Something that the profile knows by name.
    Named {
        /// The name.
        name: &'a Name,
        /// Its first line; empty for private sources.
        message: &'a [u8],
    },
}

/// What a scan has seen. [`Partial::merge`] is commutative and associative, so that the records of an input may be taken in
/// any order, in any number of parts, on any number of threads.
#[derive(Clone, Debug)]
pub struct Partial {
    eras: Eras,
    bounds: Bounds,
    texts: Table<TextKey>,
    names: Table<Name>,
    alive: Alive,
    before: Extent,
    window: Extent,
    after: u64,
    /// Times of the records of the lead, until there are too many of them.
    lead: Vec<Time>,
    spilled: bool,
}

/// A stretch of time, as the records fill it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Extent {
    /// Records.
    pub records: u64,
    /// First and last record.
    pub span: Option<(Time, Time)>,
    /// Time in which something was there to write, in seconds; silence counts up to [`super::SILENCE_S`].
    pub alive_s: f64,
}

impl Extent {
    fn add(&mut self, time: Time) {
        self.merge(Self { records: 1, span: Some((time, time)), alive_s: 0.0 });
    }

    fn merge(&mut self, other: Self) {
        self.records += other.records;
        self.span = match (self.span, other.span) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (mine, theirs) => mine.or(theirs),
        };
    }
}

impl Partial {
    /// Nothing seen yet.
    pub fn new(eras: Eras, bounds: Bounds) -> Self {
        Self {
            eras,
            bounds,
            texts: Table::new(bounds.messages),
            names: Table::new(bounds.names),
            alive: Alive::default(),
            before: Extent::default(),
            window: Extent::default(),
            after: 0,
            lead: Vec::new(),
            spilled: false,
        }
    }

    /// The times that divide it.
    pub fn eras(&self) -> Eras {
        self.eras
    }

    /// What `observations` show, worked out on all threads. The same as absorbing them one by one.
    pub fn of(eras: Eras, bounds: Bounds, observations: &[Observation<'_>]) -> Self {
        let empty = || Self::new(eras, bounds);
        let part = |part: &[Observation<'_>]| {
            let (mut state, mut scratch) = (empty(), Scratch::default());
            part.iter().for_each(|o| state.take(o, &mut scratch));
            state
        };
        observations.par_chunks(4096).map(part).reduce(empty, Self::merge)
    }

    /// Takes one record in.
    pub fn absorb(&mut self, observation: &Observation<'_>) {
        self.take(observation, &mut Scratch::default());
    }

    fn take(&mut self, observation: &Observation<'_>, scratch: &mut Scratch) {
        let Observation { time, place, what } = *observation;
        let era = match self.eras.of(time) {
            Era::After => {
                self.after += 1;
                return;
            }
            Era::Lead if self.spilled => Era::Before,
            era => era,
        };
        self.alive.insert(time);
        match era {
            Era::Lead => self.lead.push(time),
            Era::Window => self.window.add(time),
            Era::Before | Era::After => self.before.add(time),
        }
        let tell = |tally: &mut Tally, message: &[u8]| match era {
            Era::Lead => tally.hold(Seen::of(time, place, message)),
            Era::Window => tally.window.add(time, place, message),
            Era::Before | Era::After => tally.before.add(time, place, message),
        };
        match what {
            What::Counted => {}
            What::Text { level, writer, message } => {
                mask(message, &mut scratch.template);
                TextKey::encode(level, writer, &scratch.template, &mut scratch.key);
                self.texts.with(
                    &scratch.key[..],
                    || TextKey::new(&scratch.key),
                    |tally| tell(tally, message),
                );
            }
            What::Named { name, message } => {
                self.names.with(name, || name.clone(), |tally| tell(tally, message))
            }
        }
        self.bound_lead();
    }

    /// The state of both inputs together. Both must have the same eras and bounds.
    #[must_use]
    pub fn merge(mut self, mut other: Self) -> Self {
        debug_assert_eq!((self.eras, self.bounds), (other.eras, other.bounds));
        if self.spilled != other.spilled {
            self.spill();
            other.spill();
        }
        self.texts.merge(other.texts);
        self.names.merge(other.names);
        self.alive.merge(other.alive);
        self.before.merge(other.before);
        self.window.merge(other.window);
        self.after += other.after;
        self.lead.append(&mut other.lead);
        self.bound_lead();
        self
    }

    fn bound_lead(&mut self) {
        if self.lead.len() > self.bounds.held {
            self.spill();
        }
    }

    /// Gives the lead up: its records belong to the time before.
    fn spill(&mut self) {
        self.spilled = true;
        self.texts.each(|t| t.settle(None));
        self.names.each(|t| t.settle(None));
        for time in std::mem::take(&mut self.lead) {
            self.before.add(time);
        }
    }

    /// Ends the scan: the incident begins at `from`, a time between `lead` and `onset`.
    pub fn settle(mut self, from: Time) -> Scan {
        let from = if self.spilled {
            self.eras.onset
        } else {
            from.clamp(self.eras.lead, self.eras.onset)
        };
        for time in std::mem::take(&mut self.lead) {
            if time >= from { self.window.add(time) } else { self.before.add(time) }
        }
        (self.before.alive_s, self.window.alive_s) = self.alive.split(from);
        let coarsened = self.texts.level();
        let instances = self.names.level() == 0;
        let mut messages: Vec<Message> =
            self.texts.into_pairs().map(|(key, tally)| Message::new(&key, tally, from)).collect();
        messages.sort_unstable_by(|a, b| {
            (&a.template, &a.writer, a.level).cmp(&(&b.template, &b.writer, b.level))
        });
        let named = |(name, mut tally): (Name, Tally)| {
            tally.settle(Some(from));
            Named { name, before: tally.before, window: tally.window }
        };
        let mut names: Vec<Named> = self.names.into_pairs().map(named).collect();
        names.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Scan {
            from,
            messages,
            names,
            before: self.before,
            window: self.window,
            after: self.after,
            coarsened,
            instances,
            whole_lead: !self.spilled,
        }
    }
}

#[derive(Default)]
struct Scratch {
    template: Vec<u8>,
    key: Vec<u8>,
}

/// What a scan found.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// The beginning of the incident's window.
    pub from: Time,
    /// Messages, ordered by masked text, writer, level.
    pub messages: Vec<Message>,
    /// Things known by name, ordered by name.
    pub names: Vec<Named>,
    /// The time before.
    pub before: Extent,
    /// The incident's window.
    pub window: Extent,
    /// Records after the window: of no account.
    pub after: u64,
    /// How much coarser than the mask messages were told apart, to stay within the bound: 0 not at all, 4 by level alone.
    pub coarsened: u8,
    /// Names still have their instances.
    pub instances: bool,
    /// The lead could be kept, so that `from` is where it was asked to be.
    pub whole_lead: bool,
}

/// A message and its counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its hash.
    pub signature: Signature,
    /// Its level.
    pub level: Option<Level>,
    /// Who wrote it.
    pub writer: Option<Writer<String>>,
    /// The masked text.
    pub template: String,
    /// In the time before.
    pub before: Sum,
    /// In the window.
    pub window: Sum,
}

impl Message {
    fn new(key: &TextKey, mut tally: Tally, from: Time) -> Self {
        tally.settle(Some(from));
        let (level, writer, template) = key.decode();
        Self {
            signature: key.signature(),
            level,
            writer,
            template,
            before: tally.before,
            window: tally.window,
        }
    }
}

/// A thing known by name and its counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// Its name.
    pub name: Name,
    /// In the time before.
    pub before: Sum,
    /// In the window.
    pub window: Sum,
}

#[cfg(test)]
mod tests;
