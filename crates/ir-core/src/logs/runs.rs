//! Runs of the application: which ones nothing closed.

use crate::docs::Lifecycle;
use crate::wire::Time;

/// Follows the starts and ends in one group of sources, in event time. A `P` says where a record stands.
#[derive(Clone, Debug)]
pub struct Runs<P> {
    lifecycle: Lifecycle,
    run: Option<Run<P>>,
    last: Option<Seen<P>>,
}

/// A record's time and place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen<P> {
    /// Event time.
    pub at: Time,
    /// Where it stands.
    pub place: P,
}

/// A run that nothing has closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run<P> {
    /// Its start; where the log begins later than the run, the record that says it is up.
    pub start: Seen<P>,
    /// It said that it is up.
    pub ready: bool,
}

/// A start that follows a run which was neither stopped nor failed: the event [`crate::docs::RUN_UNCLOSED`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unclosed<P> {
    /// The start that tells it.
    pub at: Seen<P>,
    /// The run that nothing closed.
    pub run: Run<P>,
    /// The last record before that start: the application lived until then at least.
    pub last: Seen<P>,
}

/// The run that is open at the end of the input: it goes on, or was killed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenTail<P> {
    /// The run.
    pub run: Run<P>,
    /// The last record of all.
    pub last: Seen<P>,
}

impl<P: Clone> Runs<P> {
    /// No run yet.
    pub fn new(lifecycle: &Lifecycle) -> Self {
        Self { lifecycle: lifecycle.clone(), run: None, last: None }
    }

    /// The lifecycle names this event.
    pub fn knows(&self, event: &str) -> bool {
        let Lifecycle { start, ready, stop, failed } = &self.lifecycle;
        [start, ready, stop, failed].iter().any(|list| list.iter().any(|name| name == event))
    }

    /// A record that is no event of the lifecycle.
    pub fn record(&mut self, at: Time, place: P) {
        self.last = Some(Seen { at, place });
    }

    /// An event; one that the lifecycle does not name counts as a record. A start while a run is open says that nothing closed it.
    ///
    /// What follows a stop or a failure belongs to no run: applications write on while they end.
    pub fn event(&mut self, name: &str, at: Time, place: P) -> Option<Unclosed<P>> {
        let seen = Seen { at, place };
        let before = self.last.replace(seen.clone());
        let named = |list: &[String]| list.iter().any(|n| n == name);
        if named(&self.lifecycle.stop) || named(&self.lifecycle.failed) {
            self.run = None;
        } else if named(&self.lifecycle.start) {
            let open = self.run.replace(Run { start: seen.clone(), ready: false })?;
            let last = before.unwrap_or_else(|| open.start.clone());
            return Some(Unclosed { at: seen, run: open, last });
        } else if named(&self.lifecycle.ready) {
            self.run.get_or_insert(Run { start: seen, ready: true }).ready = true;
        }
        None
    }

    /// The run that is open, if there is one.
    pub fn open(&self) -> Option<OpenTail<P>> {
        Some(OpenTail { run: self.run.clone()?, last: self.last.clone()? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Runs;
    use crate::docs::Lifecycle;
    use crate::wire::Time;

    fn runs() -> Runs<usize> {
        let list = |name: &str| vec![name.to_owned()];
        Runs::new(&Lifecycle {
            start: list("start"),
            ready: list("ready"),
            stop: list("stop"),
            failed: list("failed"),
        })
    }

    /// Places of start and last record, and whether it said that it is up.
    type Tail = (usize, usize, bool);

    /// Places of the starts that tell of an unclosed run, with the place of its last record; then the open tail.
    fn told(events: &[&str]) -> (Vec<(usize, usize)>, Option<Tail>) {
        let (mut runs, mut unclosed) = (runs(), Vec::new());
        for (i, event) in events.iter().enumerate() {
            let at = Time::from_millis(i as i64).unwrap();
            if *event == "-" {
                runs.record(at, i);
            } else if let Some(u) = runs.event(event, at, i) {
                unclosed.push((u.at.place, u.last.place));
            }
        }
        (unclosed, runs.open().map(|o| (o.run.start.place, o.last.place, o.run.ready)))
    }

    #[test]
    fn orderly_and_failed_runs_are_closed() {
        assert_eq!(
            told(&["start", "ready", "-", "stop", "-", "-", "start", "failed", "-"]),
            (vec![], None)
        );
        assert_eq!(
            told(&["start", "failed", "stop", "start", "ready", "stop", "failed"]),
            (vec![], None)
        );
        assert_eq!(told(&["-", "stop", "-"]), (vec![], None));
    }

    #[test]
    fn a_start_tells_of_the_run_that_nothing_closed() {
        assert_eq!(told(&["start", "ready", "-", "-", "start", "stop"]), (vec![(4, 3)], None));
        assert_eq!(told(&["start", "start", "start"]), (vec![(1, 0), (2, 1)], Some((2, 2, false))));
        assert_eq!(
            told(&["-", "ready", "-", "start", "stop"]),
            (vec![(3, 2)], None),
            "the log begins later than the run"
        );
    }

    #[test]
    fn an_open_tail_has_its_last_record() {
        assert_eq!(told(&["start", "ready", "other", "-"]), (vec![], Some((0, 3, true))));
        assert_eq!(told(&[]), (vec![], None));
    }

    proptest! {
        /// Against counting: a run is unclosed where between two starts (or ready and start) nothing closes.
        #[test]
        fn agrees_with_a_look_at_every_pair(events in prop::collection::vec(prop::sample::select(vec!["start", "ready", "stop", "failed", "-"]), 0..30)) {
            let opens = |e: &str| e == "start" || e == "ready";
            let closed = |from: usize, to: usize| events[from..to].iter().any(|e| *e == "stop" || *e == "failed");
            let want: Vec<_> = (0..events.len())
                .filter(|&i| events[i] == "start" && (0..i).any(|j| opens(events[j]) && !closed(j, i)))
                .map(|i| (i, i - 1))
                .collect();
            let (unclosed, open) = told(&events);
            prop_assert_eq!(unclosed, want);
            prop_assert_eq!(open.is_some(), (0..events.len()).any(|j| opens(events[j]) && !closed(j, events.len())));
        }
    }
}
