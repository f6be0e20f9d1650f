//! The application's life as its log tells it: when it was started, what it loaded, how far a failed start came.

use std::collections::BTreeMap;

use ir_core::correlate::{Name, Place, Seen};
use ir_core::wire::Time;

/// Distinct changes that are remembered.
const MAX_CHANGES: usize = 10_000;
/// Runs that are remembered: so many that started before the onset, the last ones, and so many after it, the first ones.
/// The others are counted.
const MAX_RUNS: usize = 1_000;

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
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outline {
    /// The incident's onset.
    onset: Time,
    /// Runs, by start.
    pub(crate) lives: Vec<Life>,
    /// Starts of runs that are not remembered: before the onset, after it.
    forgotten: (u64, u64),
    /// First record.
    pub(crate) first: Option<Time>,
    /// Changes were left out because there were too many.
    pub(crate) crowded: bool,
    /// Changes, and when each was first told.
    changes: Vec<(Change, Time)>,
    known: BTreeMap<Change, usize>,
}

impl Outline {
    /// Nothing told yet of an incident with that onset.
    pub(crate) fn new(onset: Time) -> Self {
        let (lives, changes, known) = Default::default();
        Self { onset, lives, forgotten: (0, 0), first: None, crowded: false, changes, known }
    }

    /// A record, and the component that wrote it. Records come in the order of their source.
    pub(crate) fn record(
        &mut self,
        time: Time,
        place: Place,
        component: Option<&str>,
        message: &[u8],
    ) {
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        let life = self.life(time, place);
        if life.started
            && life.ready.is_none()
            && !life.failing
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
                self.lives.push(Life::new(time, place, true));
                self.bound();
            }
            Milestone::Ready => self.life(time, place).ready = Some(time),
            Milestone::End => self.life(time, place).end = Some(time),
        }
    }

    /// A change.
    pub(crate) fn change(&mut self, change: Change, seen: Seen) {
        let Some(number) = self.number(change, seen.time) else { return };
        let life = self.life(seen.time, seen.place);
        life.changes.entry(number).or_insert(seen);
    }

    /// Appends the outline of the file that continues this log.
    pub(crate) fn follow(&mut self, next: Self) {
        self.first = [self.first, next.first].into_iter().flatten().min();
        let mut lives = self.adopt(next).into_iter();
        if let (Some(last), Some(first)) = (self.lives.last_mut(), lives.as_slice().first())
            && !first.started
        {
            last.ready = last.ready.or(first.ready);
            last.end = last.end.or(first.end);
            for (number, seen) in &first.changes {
                last.changes.entry(*number).or_insert_with(|| seen.clone());
            }
            lives.next();
        }
        self.lives.extend(lives);
        self.bound();
    }

    /// Adds the outline of another log. The runs are those of the logs that tell starts; what changes the others tell
    /// belongs to the run of that time.
    pub(crate) fn merge(&mut self, other: Self) {
        let first = [self.first, other.first].into_iter().flatten().min();
        let tells = |lives: &[Life]| lives.iter().any(|life| life.started);
        let theirs = self.adopt(other);
        let mut mute = Vec::new();
        match (tells(&self.lives), tells(&theirs)) {
            (true, false) => mute = theirs,
            (false, true) => mute = std::mem::replace(&mut self.lives, theirs),
            _ => self.lives.extend(theirs),
        }
        self.lives.sort_by_key(|life| (life.start, life.place));
        for (number, seen) in mute.into_iter().flat_map(|life| life.changes) {
            let at = self.at(seen.time).unwrap_or(0);
            self.lives[at].changes.entry(number).or_insert(seen);
        }
        self.first = first;
        self.bound();
    }

    /// The runs of another outline, their changes numbered as here.
    fn adopt(&mut self, other: Self) -> Vec<Life> {
        self.crowded |= other.crowded;
        self.forgotten.0 += other.forgotten.0;
        self.forgotten.1 += other.forgotten.1;
        let numbers: Vec<_> =
            other.changes.into_iter().map(|(change, first)| self.number(change, first)).collect();
        let mut lives = other.lives;
        for life in &mut lives {
            let changes = std::mem::take(&mut life.changes);
            life.changes =
                changes.into_iter().filter_map(|(n, seen)| Some((numbers[n]?, seen))).collect();
        }
        lives
    }

    /// Forgets the runs that are furthest from the onset.
    fn bound(&mut self) {
        let before = self.lives.partition_point(|life| life.start <= self.onset);
        let after = self.lives.len() - before;
        if after > MAX_RUNS {
            self.forgotten.1 += (after - MAX_RUNS) as u64;
            self.lives.truncate(before + MAX_RUNS);
        }
        // The first of them are dropped in bulk, so that dropping costs little.
        if before > 2 * MAX_RUNS {
            let started = self.lives.drain(..before - MAX_RUNS).filter(|life| life.started).count();
            self.forgotten.0 += started as u64;
        }
    }

    /// The run that was under way at `time`.
    pub(crate) fn at(&self, time: Time) -> Option<usize> {
        self.lives.partition_point(|life| life.start <= time).checked_sub(1)
    }

    /// The change with that number.
    pub(crate) fn told(&self, number: usize) -> &Change {
        &self.changes[number].0
    }

    /// When it was first told, in whichever run.
    pub(crate) fn first_told(&self, number: usize) -> Time {
        self.changes[number].1
    }

    /// Starts before `cut`, and from it on up to `end`.
    pub(crate) fn starts(&self, cut: Time, end: Option<Time>) -> (u64, u64) {
        let started = self
            .lives
            .iter()
            .filter(|life| life.started && end.is_none_or(|end| life.start <= end));
        let (before, after): (Vec<_>, Vec<_>) = started.partition(|life| life.start < cut);
        (before.len() as u64 + self.forgotten.0, after.len() as u64 + self.forgotten.1)
    }

    fn life(&mut self, time: Time, place: Place) -> &mut Life {
        if self.lives.is_empty() {
            self.lives.push(Life::new(time, place, false));
        }
        self.lives.last_mut().expect("there is one")
    }

    fn number(&mut self, change: Change, time: Time) -> Option<usize> {
        if let Some(number) = self.known.get(&change) {
            let first = &mut self.changes[*number].1;
            *first = time.min(*first);
            return Some(*number);
        }
        if self.changes.len() == MAX_CHANGES {
            self.crowded = true;
            return None;
        }
        self.known.insert(change.clone(), self.changes.len());
        self.changes.push((change, time));
        Some(self.changes.len() - 1)
    }
}

impl Life {
    fn new(start: Time, place: Place, started: bool) -> Self {
        Self {
            start,
            place,
            started,
            ready: None,
            end: None,
            at_work: None,
            changes: BTreeMap::new(),
            failing: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use ir_core::correlate::{Name, Place, Seen};
    use ir_core::wire::Time;

    use super::{Change, Milestone, Outline};

    fn at(s: i64) -> Time {
        Time::from_millis(s * 1000).unwrap()
    }

    fn place(source: u32) -> Place {
        Place { source, line: 1, offset: 0 }
    }

    fn loaded(what: &str) -> Change {
        let name = Name { event: "loaded".into(), component: None, instance: Some(what.into()) };
        Change { name, labels: BTreeMap::new() }
    }

    /// One log: a start where `s`, ready where `r`, a change where another letter, a record in any case; one a second from `from`.
    fn outline(source: u32, from: i64, told: &str) -> Outline {
        let mut outline = Outline::new(at(1_000_000));
        for (time, c) in (from..).map(at).zip(told.chars()) {
            match c {
                's' => outline.milestone(Milestone::Start, time, place(source)),
                'r' => outline.milestone(Milestone::Ready, time, place(source)),
                '.' => {}
                c => outline.change(loaded(&c.to_string()), Seen::of(time, place(source), b"")),
            }
            outline.record(time, place(source), None, b"");
        }
        outline
    }

    /// Per run: start, whether it is told, ready, changes.
    fn runs(outline: &Outline) -> Vec<(i64, bool, Option<i64>, String)> {
        let second = |time: Time| time.seconds_since(at(0)) as i64;
        let told = |n: &usize| outline.told(*n).name.instance.clone().unwrap();
        let one = |l: &super::Life| {
            (second(l.start), l.started, l.ready.map(second), l.changes.keys().map(told).collect())
        };
        outline.lives.iter().map(one).collect()
    }

    #[test]
    fn a_rotated_file_goes_on_with_the_run() {
        let mut whole = outline(0, 0, "sa.r..");
        whole.follow(outline(1, 6, "b.sa"));
        assert_eq!(runs(&whole), [(0, true, Some(3), "ab".into()), (8, true, None, "a".into())]);
        assert_eq!(whole.starts(at(8), None), (1, 1));
        assert_eq!((whole.at(at(7)), whole.at(at(-1))), (Some(0), None));
    }

    #[test]
    fn of_many_runs_those_around_the_onset_are_remembered() {
        let mut outline = Outline::new(at(30_000));
        for s in 0..60_000 {
            outline.milestone(Milestone::Start, at(s), place(0));
            outline
                .change(loaded(if s < 10 { "old" } else { "new" }), Seen::of(at(s), place(0), b""));
        }
        assert!(outline.lives.len() <= 3 * super::MAX_RUNS);
        let now = outline.at(at(30_000)).unwrap();
        assert_eq!(
            (outline.lives[now].start, outline.lives[now - 1].start),
            (at(30_000), at(29_999))
        );
        assert_eq!(outline.starts(at(30_000), None), (30_000, 30_000));
        assert_eq!((outline.first_told(0), outline.first_told(1)), (at(0), at(10)));
    }

    #[test]
    fn what_other_logs_tell_belongs_to_the_run_of_that_time() {
        let (main, other) = (outline(0, 10, "sr...sr."), outline(1, 0, "..........x......y"));
        let want = [(10, true, Some(11), "x".to_owned()), (15, true, Some(16), "y".to_owned())];
        for (mut first, second) in [(main.clone(), other.clone()), (other, main)] {
            first.merge(second);
            assert_eq!(runs(&first), want);
            assert_eq!(first.first, Some(at(0)));
        }
    }
}
