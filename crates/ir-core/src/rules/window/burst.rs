//! How much more often something happens than in the time before.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::recent::Recent;
use super::ring::Ring;
use super::{Evidence, FIRST, Verdict, Why, later};
use crate::rules::plan::{Plan, Test};
use crate::wire::{Excerpt, Time};

/// How sure a burst has to be, in standard deviations. A window slides over weeks of a log, so that it is tried very
/// often; this much is left to chance once in thirty thousand tries.
pub(in crate::rules) const SIGMAS: f64 = 4.0;

/// The events of a window and of the time before it, which is cut into pieces as long as the window.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Burst {
    test: Test,
    span: SignedDuration,
    before: SignedDuration,
    fewest: u64,
    window: Ring,
    /// Pieces with events, by their number since the epoch; the oldest first.
    pieces: VecDeque<(i128, u64)>,
    recent: Recent,
    newest: Option<Time>,
    /// The time before, as it was when that was asked last. An alert goes on being compared with the time before it.
    level: Option<Level>,
}

/// What the time before is like.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Level {
    events: u64,
    /// How long it is, in windows.
    windows: f64,
    /// How many times larger the variance from piece to piece is than that of events which know nothing of one another.
    dispersion: f64,
}

impl Level {
    /// How many times as often as here the events come at least, where there are `events` in one window.
    ///
    /// The lower bound of Wilson's score interval for the share of the window in all events, turned into a ratio of
    /// rates, with the variance inflated by the dispersion. It is 0 without events, finite where there were none
    /// before, and made of roots and sums alone, which come out the same on every machine.
    fn times(&self, events: u64) -> f64 {
        let (now, then) = (events as f64, self.events as f64);
        let unsure = SIGMAS * SIGMAS * self.dispersion;
        let product = if events == 0 { 0.0 } else { now * then / (now + then) };
        let root = (unsure * (product + unsure / 4.0)).sqrt();
        let least = (now + unsure / 2.0 - root).max(0.0);
        self.windows * least / (then + unsure / 2.0 + root)
    }
}

impl Burst {
    pub(in crate::rules) fn new(plan: &Plan) -> Self {
        let most = plan.min_events.clamp(100, 1000) as usize;
        Self {
            test: plan.test,
            span: plan.span,
            before: plan.before,
            fewest: plan.min_events.max(1),
            window: Ring::default(),
            pieces: VecDeque::new(),
            recent: Recent::new(plan.span, most),
            newest: None,
            level: None,
        }
    }

    pub(in crate::rules) fn push(&mut self, at: Time, weight: u64, excerpt: Option<&Excerpt>) {
        self.expire(at);
        self.window.push(at, weight);
        self.recent.push(at, excerpt);
        self.newest = Some(at);
    }

    /// What is known at the end of the instant `at`; none where nothing happened then and nothing was alerted.
    /// `since`: when the input begins.
    pub(in crate::rules) fn verdict(
        &mut self,
        at: Time,
        since: Option<Time>,
        alerting: bool,
    ) -> Option<Verdict> {
        self.expire(at);
        if !alerting {
            if self.newest != Some(at) {
                return None;
            }
            self.level = self.level(at, since.unwrap_or(at));
        }
        Some(match self.value() {
            None => Verdict::Unknown(Why::NoTimeBefore),
            Some(value) => {
                let enough = alerting || self.window.sum() >= self.fewest;
                (enough && self.test.holds(value)).into()
            }
        })
    }

    pub(in crate::rules) fn value(&self) -> Option<f64> {
        self.level.map(|level| level.times(self.window.sum()))
    }

    pub(in crate::rules) fn evidence(&self, at: Time) -> Evidence {
        Evidence {
            value: self.value(),
            onset: self.window.first().unwrap_or(at),
            count: self.window.sum(),
            samples: self.recent.samples().into_iter().take(FIRST).collect(),
        }
    }

    /// The next instant after `after` at which an event leaves the window or the oldest piece is forgotten.
    pub(in crate::rules) fn due(&self, after: Time) -> Option<Time> {
        let leaves = self.window.first().map(|first| later(first, self.span));
        let fades = self.pieces.front().map(|(piece, _)| self.fades(*piece));
        leaves.into_iter().chain(fades).filter(|end| *end > after).min()
    }

    pub(in crate::rules) fn is_empty(&self) -> bool {
        self.window.is_empty() && self.pieces.is_empty()
    }

    pub(in crate::rules) fn is_coarse(&self) -> bool {
        self.window.is_coarse()
    }

    /// What leaves the window belongs to the time before, until that is too long ago as well.
    fn expire(&mut self, at: Time) {
        let each = self.span.as_nanos().max(1);
        self.window.expire(at, self.span, |then, weight| {
            let piece = then.as_nanos().div_euclid(each);
            match self.pieces.back_mut() {
                Some((last, events)) if *last == piece => *events = events.saturating_add(weight),
                _ => self.pieces.push_back((piece, weight)),
            }
        });
        self.recent.expire(at);
        while self.pieces.front().is_some_and(|(piece, _)| self.fades(*piece) <= at) {
            self.pieces.pop_front();
        }
    }

    fn piece(&self, at: Time) -> i128 {
        at.as_nanos().div_euclid(self.span.as_nanos().max(1))
    }

    fn begin(&self, piece: i128) -> Time {
        let nanos = piece.saturating_mul(self.span.as_nanos());
        let end = if piece < 0 { Timestamp::MIN } else { Timestamp::MAX };
        Time(Timestamp::from_nanosecond(nanos).unwrap_or(end))
    }

    /// When the end of a piece is a window and a time before ago.
    fn fades(&self, piece: i128) -> Time {
        later(later(self.begin(piece + 1), self.span), self.before)
    }

    /// The time before the window that ends at `at`; it begins with a piece, or with the input.
    fn level(&self, at: Time, since: Time) -> Option<Level> {
        let end = later(at, -self.span);
        let start = self.begin(self.piece(later(end, -self.before))).max(since);
        if start >= end {
            return None;
        }
        let pieces = (self.piece(end) - self.piece(start) + 1) as f64;
        let events = self.pieces.iter().map(|(_, n)| u128::from(*n)).sum::<u128>();
        let squares = self.pieces.iter().fold(0u128, |sum, (_, n)| {
            sum.saturating_add(u128::from(*n).saturating_mul(u128::from(*n)))
        });
        let mean = events as f64 / pieces;
        let dispersion = if events == 0 || pieces < 2.0 {
            1.0
        } else {
            (squares as f64 - mean * events as f64) / (pieces - 1.0) / mean
        };
        Some(Level {
            events: u64::try_from(events).unwrap_or(u64::MAX),
            windows: end.seconds_since(start) / self.span.as_secs_f64(),
            dispersion: dispersion.max(1.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Level;

    fn times(now: u64, then: u64, windows: f64, dispersion: f64) -> f64 {
        Level { events: then, windows, dispersion }.times(now)
    }

    #[test]
    fn the_bound_is_that_of_the_score_test() {
        // At the bound itself the counts lie four standard deviations from what it lets expect.
        for (now, then, windows, dispersion) in
            [(30, 0, 6.0, 1.0), (40, 10, 12.0, 1.0), (500, 600, 72.0, 3.5), (7, 7, 1.0, 1.0)]
        {
            let ratio = times(now, then, windows, dispersion);
            let (all, share) = ((now + then) as f64, ratio / (ratio + windows));
            let sigmas =
                (now as f64 - all * share) / (dispersion * all * share * (1.0 - share)).sqrt();
            assert!((sigmas - 4.0).abs() < 1e-6, "{now} {then}: {ratio} {sigmas}");
        }
        assert_eq!(times(0, 0, 6.0, 1.0), 0.0);
        assert_eq!(times(32, 0, 6.0, 1.0), 12.0, "silence before: events / 16 windows of silence");
    }

    #[test]
    fn more_now_is_more_and_more_before_is_less() {
        for dispersion in [1.0, 20.0] {
            let now: Vec<f64> = (0..200).map(|n| times(n, 50, 12.0, dispersion)).collect();
            assert!(now.is_sorted_by(|a, b| a <= b) && now[199] > 4.0 / dispersion);
            let then: Vec<f64> = (0..200).map(|n| times(50, n, 12.0, dispersion)).collect();
            assert!(then.is_sorted_by(|a, b| a > b));
        }
        // What always comes a thousandfold is no burst, however sure that is; nor is a cluster as large as those before.
        assert!(times(5_000, 60_000, 12.0, 1.0) < 1.0);
        assert!(times(50, 300, 72.0, 45.0) < 2.0);
        assert!(times(u64::MAX, u64::MAX, 1.0, 1.0) <= 1.0);
    }
}
