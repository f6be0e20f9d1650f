//! The records of one log, one by one: what each is to the outline and to the counts.

use std::collections::BTreeSet;

use ir_core::correlate::{Bounds, Eras, Name, Observation, Partial, Place, Seen, What, Writer};
use ir_core::docs::{Level, Profile};
use ir_core::logs::{Class, Classifier, Record};
use ir_core::wire::Time;

use super::outline::{Change, Milestone, Outline};
use super::parts::Parts;

/// Records that are worked on at a time, and the bytes of their messages.
const BATCH: usize = 16_384;
const BATCH_BYTES: usize = 4 << 20;

/// What observing needs that is the same for all logs of an incident.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lens<'a> {
    pub(crate) profile: &'a Profile,
    pub(crate) parts: &'a Parts<'a>,
    pub(crate) classifier: &'a Classifier,
    pub(crate) eras: Eras,
    /// Lines that the alerts of the incident show: id of the file, line.
    pub(crate) alerted: &'a BTreeSet<(String, u64)>,
}

impl Lens<'_> {
    /// Whether the definition takes every record of its levels.
    fn is_catch_all(&self, def: usize) -> bool {
        self.profile.events.get(def).is_some_and(|def| {
            def.kind.is_none() && def.pattern.as_deref().is_none_or(|p| p == "^")
        })
    }
}

/// One log, as its observer is told of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watched<'a> {
    /// The profile's id of it.
    pub(crate) id: &'a str,
    /// The id of the file in records.
    pub(crate) file: &'a str,
    /// Its number.
    pub(crate) number: u32,
    /// Its text is not looked at.
    pub(crate) private: bool,
    /// What precedes its first line in the original: lines, bytes.
    pub(crate) skipped: (u64, u64),
}

/// What one log gave.
#[derive(Debug)]
pub(crate) struct Observed {
    pub(crate) outline: Outline,
    pub(crate) seen: Partial,
    /// The first failure known by name in the incident's lead.
    pub(crate) trouble: Option<Time>,
    /// Records of normal noise.
    pub(crate) ignored: u64,
    /// Names of the events that alerts count.
    pub(crate) alerted: BTreeSet<Name>,
}

impl Observed {
    /// Nothing seen.
    pub(crate) fn nothing(eras: Eras) -> Self {
        let (outline, seen) = (Outline::new(eras.onset), Partial::new(eras, Bounds::default()));
        Self { outline, seen, trouble: None, ignored: 0, alerted: BTreeSet::new() }
    }

    /// Adds what another log gave. The outlines are left alone: how they join depends on the logs.
    pub(crate) fn merge(&mut self, other: Self) {
        let eras = self.seen.eras();
        let mine = std::mem::replace(&mut self.seen, Partial::new(eras, Bounds::default()));
        self.seen = mine.merge(other.seen);
        self.trouble = [self.trouble, other.trouble].into_iter().flatten().min();
        self.ignored += other.ignored;
        self.alerted.extend(other.alerted);
    }
}

/// Takes the records of one log in, in their order.
pub(crate) struct Observer<'a> {
    lens: Lens<'a>,
    log: Watched<'a>,
    classifier: Classifier,
    observed: Observed,
    batch: Batch,
}

impl<'a> Observer<'a> {
    pub(crate) fn new(lens: Lens<'a>, log: Watched<'a>) -> Self {
        let observed = Observed::nothing(lens.eras);
        Self { lens, log, classifier: lens.classifier.clone(), observed, batch: Batch::default() }
    }

    pub(crate) fn record(&mut self, record: &Record<'_>) {
        let Some(time) = record.stamp.time() else { return };
        let (lines, bytes) = self.log.skipped;
        let place = Place {
            source: self.log.number,
            line: lines + record.line,
            offset: bytes + record.offset,
        };
        let private = self.log.private;
        let class = self.classifier.classify(self.log.id, record);
        let component = record.file.and_then(|file| self.lens.parts.of_file(file));
        let message = if private { &[][..] } else { record.message };
        match class {
            // An event that stands for every error tells nothing that the error's own text does not tell better.
            Class::Event(event) if self.lens.is_catch_all(event.def) => {
                self.plain(time, place, record)
            }
            Class::Ignored => {
                self.observed.ignored += 1;
                self.batch.counted(time, place);
            }
            Class::Event(event) => {
                let milestones = self.milestones(&event.name);
                if milestones.contains(&Milestone::Start) {
                    self.observed.outline.milestone(Milestone::Start, time, place);
                }
                let name = Name {
                    event: event.name,
                    component: event.component,
                    instance: event.instance,
                };
                if event.echo {
                    self.batch.counted(time, place);
                } else if event.change {
                    self.batch.counted(time, place);
                    let labels = if private { Default::default() } else { event.labels };
                    self.observed
                        .outline
                        .change(Change { name, labels }, Seen::of(time, place, message));
                } else {
                    if event.failure {
                        self.observed.outline.failure();
                        self.trouble(time);
                    }
                    if self.lens.alerted.contains(&(self.log.file.to_owned(), place.line)) {
                        self.observed.alerted.insert(name.clone());
                    }
                    self.batch.named(time, place, name, message);
                }
                for milestone in milestones.into_iter().filter(|m| *m != Milestone::Start) {
                    self.observed.outline.milestone(milestone, time, place);
                }
            }
            Class::Plain => self.plain(time, place, record),
        }
        self.observed.outline.record(time, place, component, message);
        if self.batch.is_full() {
            self.settle();
        }
    }

    fn plain(&mut self, time: Time, place: Place, record: &Record<'_>) {
        if self.log.private || record.sample.is_some() {
            return self.batch.counted(time, place);
        }
        if record.level.is_some_and(|level| level >= Level::Error) {
            self.observed.outline.failure();
        }
        self.batch.text(time, place, record);
    }

    /// A failure known by name: it may be where the incident begins.
    fn trouble(&mut self, time: Time) {
        let eras = self.lens.eras;
        if time >= eras.lead && time < eras.onset {
            self.observed.trouble =
                Some(self.observed.trouble.map_or(time, |first| first.min(time)));
        }
    }

    /// What the log gave, when it has no more records.
    pub(crate) fn finish(mut self) -> Observed {
        self.settle();
        self.observed
    }

    fn milestones(&self, event: &str) -> Vec<Milestone> {
        let Some(l) = &self.lens.profile.lifecycle else { return Vec::new() };
        let lists = [
            (Milestone::Start, &l.start),
            (Milestone::Ready, &l.ready),
            (Milestone::End, &l.stop),
            (Milestone::End, &l.failed),
        ];
        lists
            .into_iter()
            .filter(|(_, names)| names.iter().any(|n| n == event))
            .map(|(m, _)| m)
            .collect()
    }

    /// Works the batch into what was seen.
    fn settle(&mut self) {
        let (eras, bounds) = (self.lens.eras, Bounds::default());
        let more = Partial::of(eras, bounds, &self.batch.observations());
        let all = std::mem::replace(&mut self.observed.seen, Partial::new(eras, bounds));
        self.observed.seen = all.merge(more);
        self.batch.clear();
    }
}

/// Records kept until there are enough of them to be worked on by all threads.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    rows: Vec<Row>,
    names: Vec<Name>,
}

struct Row {
    time: Time,
    place: Place,
    what: Held,
}

/// [`What`], with ranges of the batch's bytes in place of text.
enum Held {
    Counted,
    Text { level: Option<Level>, writer: Option<Writer<(usize, usize)>>, message: (usize, usize) },
    Named { name: usize, message: (usize, usize) },
}

impl Batch {
    fn is_full(&self) -> bool {
        self.rows.len() >= BATCH || self.bytes.len() >= BATCH_BYTES
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.rows.clear();
        self.names.clear();
    }

    fn counted(&mut self, time: Time, place: Place) {
        self.rows.push(Row { time, place, what: Held::Counted });
    }

    fn text(&mut self, time: Time, place: Place, record: &Record<'_>) {
        let file = record.file.map(|name| Writer::File(self.keep(name.as_bytes())));
        let writer =
            file.or_else(|| record.program.map(|name| Writer::Program(self.keep(name.as_bytes()))));
        let message = self.keep(record.message);
        self.rows.push(Row {
            time,
            place,
            what: Held::Text { level: record.level, writer, message },
        });
    }

    fn named(&mut self, time: Time, place: Place, name: Name, message: &[u8]) {
        self.names.push(name);
        let message = self.keep(message);
        self.rows.push(Row {
            time,
            place,
            what: Held::Named { name: self.names.len() - 1, message },
        });
    }

    fn keep(&mut self, text: &[u8]) -> (usize, usize) {
        let from = self.bytes.len();
        self.bytes.extend_from_slice(text);
        (from, self.bytes.len())
    }

    fn observations(&self) -> Vec<Observation<'_>> {
        let bytes = |(from, to): (usize, usize)| &self.bytes[from..to];
        let text = |range| str::from_utf8(bytes(range)).unwrap_or_default();
        let writer = |w: Writer<(usize, usize)>| match w {
            Writer::File(range) => Writer::File(text(range)),
            Writer::Program(range) => Writer::Program(text(range)),
        };
        let what = |held: &Held| match *held {
            Held::Counted => What::Counted,
            Held::Text { level, writer: who, message } => {
                What::Text { level, writer: who.map(writer), message: bytes(message) }
            }
            Held::Named { name, message } => {
                What::Named { name: &self.names[name], message: bytes(message) }
            }
        };
        self.rows
            .iter()
            .map(|row| Observation { time: row.time, place: row.place, what: what(&row.what) })
            .collect()
    }
}
