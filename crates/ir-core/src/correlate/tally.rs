//! How often one thing was seen before, shortly before, and in an incident.

use crate::wire::Time;

/// Where a record stands: the number of its source in the caller's list, its line from 1, its offset in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The source.
    pub source: u32,
    /// Its line.
    pub line: u64,
    /// Its offset.
    pub offset: u64,
}

/// One occurrence. Occurrences are ordered by time, then by place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// When.
    pub time: Time,
    /// Where.
    pub place: Place,
    /// The head of the message.
    pub text: Box<[u8]>,
}

impl Seen {
    /// At most this many bytes of the message are kept.
    pub const MAX_TEXT: usize = 512;

    /// An occurrence, with the head of its message.
    pub fn of(time: Time, place: Place, message: &[u8]) -> Self {
        Self { time, place, text: message[..message.len().min(Self::MAX_TEXT)].into() }
    }
}

/// Occurrences in one stretch of time: their number, the first and the last, and the first few in full.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub count: u64,
    /// First and last.
    pub span: Option<(Time, Time)>,
    /// The first [`Sum::SAMPLES`], in order.
    pub samples: Vec<Seen>,
}

impl Sum {
    /// So many occurrences are kept in full.
    pub const SAMPLES: usize = 3;

    pub(super) fn add(&mut self, time: Time, place: Place, message: &[u8]) {
        self.count += 1;
        self.widen(time, time);
        let full = self.samples.len() == Self::SAMPLES;
        if !full || self.samples.last().is_some_and(|last| (time, place) < (last.time, last.place))
        {
            self.keep(Seen::of(time, place, message));
        }
    }

    fn add_seen(&mut self, seen: Seen) {
        self.count += 1;
        self.widen(seen.time, seen.time);
        self.keep(seen);
    }

    fn merge(&mut self, other: Self) {
        self.count += other.count;
        if let Some((first, last)) = other.span {
            self.widen(first, last);
        }
        other.samples.into_iter().for_each(|s| self.keep(s));
    }

    fn widen(&mut self, first: Time, last: Time) {
        let (a, b) = self.span.unwrap_or((first, last));
        self.span = Some((a.min(first), b.max(last)));
    }

    fn keep(&mut self, seen: Seen) {
        let at = self.samples.partition_point(|s| *s < seen);
        self.samples.insert(at, seen);
        self.samples.truncate(Self::SAMPLES);
    }
}

/// Occurrences of one thing. Those of the lead, the short time before the onset, are kept one by one until it is known
/// where the incident begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) before: Sum,
    pub(super) window: Sum,
    held: Vec<Seen>,
}

impl Tally {
    pub(super) fn hold(&mut self, seen: Seen) {
        self.held.push(seen);
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.before.merge(other.before);
        self.window.merge(other.window);
        self.held.extend(other.held);
    }

    /// Ends the holding: what was held from `from` on belongs to the window.
    pub(super) fn settle(&mut self, from: Option<Time>) {
        for seen in std::mem::take(&mut self.held) {
            let side = if from.is_some_and(|from| seen.time >= from) {
                &mut self.window
            } else {
                &mut self.before
            };
            side.add_seen(seen);
        }
    }
}
