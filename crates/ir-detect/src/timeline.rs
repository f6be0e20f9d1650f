//! The events of all sources in event time, through the lifecycle and the rule engine.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BinaryHeap};

use ir_core::docs::{Profile, RUN_UNCLOSED};
use ir_core::logs::{OpenTail, Record, Runs};
use ir_core::rules::{Engine, Occurrence, Transition};
use ir_core::wire::{Excerpt, Origin, Time};

/// Events that may wait for earlier ones while files are read; beyond it the oldest go on as far as [`Timeline::late`] lets them.
const MOST_WAITING: usize = 100_000;

/// The last record before an event, or of a source.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    id: String,
    at: Option<Time>,
    line: u64,
    offset: u64,
    message: Vec<u8>,
}

impl Mark {
    pub(crate) fn new(id: &str) -> Self {
        Self { id: id.to_owned(), at: None, line: 0, offset: 0, message: Vec::new() }
    }

    pub(crate) fn set(&mut self, at: Time, record: &Record<'_>) {
        (self.at, self.line, self.offset) = (Some(at), record.line, record.offset);
        self.message.clear();
        self.message
            .extend_from_slice(&record.message[..record.message.len().min(2 * Excerpt::MAX)]);
    }

    fn excerpt(&self) -> Excerpt {
        let origin = Origin { source: self.id.clone(), line: self.line, offset: self.offset };
        Excerpt::new(origin, self.at, &self.message)
    }
}

/// Something found in a source.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    at: Time,
    place: usize,
    line: u64,
    what: What,
    /// The newest stamp of the source before it: how late it is.
    newest: Option<Time>,
}

#[derive(Clone, Debug)]
enum What {
    Event {
        occurrence: Box<Occurrence>,
        before: Option<Mark>,
    },
    /// The source's last record.
    Last(Mark),
}

impl Found {
    pub(crate) fn event(
        place: usize,
        line: u64,
        occurrence: Occurrence,
        before: Option<Mark>,
        newest: Option<Time>,
    ) -> Self {
        Self {
            at: occurrence.time,
            place,
            line,
            what: What::Event { occurrence: Box::new(occurrence), before },
            newest,
        }
    }

    pub(crate) fn last(place: usize, mark: Mark) -> Self {
        Self {
            at: mark.at.unwrap_or(Time::MIN),
            place,
            line: u64::MAX,
            what: What::Last(mark),
            newest: None,
        }
    }

    fn key(&self) -> (Time, usize, u64) {
        (self.at, self.place, self.line)
    }
}

impl PartialEq for Found {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Found {}

impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Found {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

/// Orders what sources give and feeds it to the rules.
pub(crate) struct Timeline {
    waiting: BinaryHeap<Reverse<Found>>,
    engine: Engine,
    runs: Option<Runs<Excerpt>>,
    late_s: f64,
    /// A live stream: nobody waits for its end.
    live: bool,
    /// Events up to here have gone on.
    released: Option<Time>,
    /// By source: events that came too late.
    pub(crate) late: BTreeMap<usize, u64>,
}

impl Timeline {
    pub(crate) fn new(engine: Engine, profile: &Profile, late_s: f64, live: bool) -> Self {
        let runs = profile.lifecycle.as_ref().map(Runs::new);
        Self {
            waiting: BinaryHeap::new(),
            engine,
            runs,
            late_s,
            live,
            released: None,
            late: BTreeMap::new(),
        }
    }

    /// Takes in what a source gave, in its own order.
    pub(crate) fn take(&mut self, found: impl IntoIterator<Item = Found>) {
        for found in found {
            // In a live stream it depends on the stream alone, not on the moment, what is too late.
            let behind =
                found.newest.filter(|_| self.live).map(|newest| newest.plus_seconds(-self.late_s));
            if behind.is_some_and(|behind| found.at < behind)
                || self.released.is_some_and(|done| found.at < done)
            {
                *self.late.entry(found.place).or_default() += 1;
                continue;
            }
            self.waiting.push(Reverse(found));
        }
    }

    /// Every source has given what is not newer than `newest`; what waits long enough goes on.
    pub(crate) fn reached(&mut self, newest: Time) -> Vec<Transition> {
        if self.live || self.waiting.len() > MOST_WAITING {
            let until = newest.plus_seconds(-self.late_s);
            self.release(Some(until));
            self.engine.advance(until);
            self.released = Some(self.released.map_or(until, |r| r.max(until)));
        }
        self.engine.drain()
    }

    /// Nothing older than `now` will come: what is not newer goes on.
    pub(crate) fn until(&mut self, now: Time) -> Vec<Transition> {
        self.release(Some(now));
        self.engine.advance(now);
        self.released = Some(self.released.map_or(now, |r| r.max(now)));
        self.engine.drain()
    }

    /// The sources are at their ends; `newest` is the newest stamp of all.
    pub(crate) fn finish(&mut self, newest: Option<Time>) -> Vec<Transition> {
        self.release(None);
        if let Some(newest) = newest {
            self.engine.advance(newest);
        }
        self.engine.finish();
        self.engine.drain()
    }

    /// The run of the application that nothing has closed.
    pub(crate) fn open_run(&self) -> Option<OpenTail<Excerpt>> {
        self.runs.as_ref().and_then(Runs::open)
    }

    pub(crate) fn engine(&mut self) -> &mut Engine {
        &mut self.engine
    }

    fn release(&mut self, until: Option<Time>) {
        while let Some(Reverse(next)) = self.waiting.peek() {
            if until.is_some_and(|until| next.at > until) {
                return;
            }
            let Some(Reverse(found)) = self.waiting.pop() else { return };
            self.feed(found);
        }
    }

    fn feed(&mut self, found: Found) {
        let (occurrence, before) = match found.what {
            What::Last(mark) => {
                if let (Some(runs), Some(at)) = (&mut self.runs, mark.at) {
                    runs.record(at, mark.excerpt());
                }
                return;
            }
            What::Event { occurrence, before } => (*occurrence, before),
        };
        if let (Some(runs), Some(here)) = (&mut self.runs, &occurrence.excerpt)
            && runs.knows(&occurrence.name)
        {
            if let Some((mark, at)) = before.and_then(|mark| Some((mark.excerpt(), mark.at?))) {
                runs.record(at, mark);
            }
            if let Some(unclosed) = runs.event(&occurrence.name, occurrence.time, here.clone()) {
                // Known now, with the last sign of life of the run that nothing closed as its evidence.
                let excerpt = Some(unclosed.last.place);
                let labels = BTreeMap::new();
                let name = RUN_UNCLOSED.to_owned();
                self.engine.push(Occurrence {
                    time: found.at,
                    name,
                    labels,
                    value: None,
                    unit: None,
                    excerpt,
                });
            }
        }
        self.engine.push(occurrence);
    }
}
