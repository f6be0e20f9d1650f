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
/// A flood fills the window only after a while, and a log that begins shortly before it never has a time before the
/// whole window. So a half, a quarter and an eighth of the window are looked at too.
const PARTS: [i32; 4] = [1, 2, 4, 8];

/// The events of a window and of the time before it, which is cut into pieces as long as the window.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Burst {
    test: Test,
    span: SignedDuration,
    before: SignedDuration,
    fewest: u64,
    /// The window and its parts, the longest first.
    windows: [Ring; PARTS.len()],
    /// Pieces with events, by their number since the epoch; the oldest first.
    pieces: VecDeque<(i128, u64)>,
    recent: Recent,
    newest: Option<Time>,
    /// Where the youngest of the sources begins: what another one was like before does not speak for it.
    since: Time,
    /// The time before each of the windows, as it was when that was asked last. An alert goes on being compared with the
    /// time before it.
    levels: [Option<Level>; PARTS.len()],
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
    /// Of two counts, the share of the one in both is binomial. This is the lower bound of that share which Clopper and
    /// Pearson give, as a ratio of rates, with Paulson's approximation of the quantile of F; it is finite where there was
    /// nothing before. Events that come in clusters are as good as fewer that do not, by the dispersion. Roots of squares
    /// alone are taken, because those come out the same on every machine.
    fn times(&self, events: u64) -> f64 {
        let now = events as f64 / self.dispersion;
        let then = self.events as f64 / self.dispersion + 1.0;
        let (a, b) = (1.0 / (9.0 * then), 1.0 / (9.0 * now));
        let unsure = SIGMAS * SIGMAS;
        let below = (1.0 - b) * (1.0 - b) - unsure * b;
        // One or two that come by chance can be any number of times more than none.
        if below <= 0.0 || b > 1.0 {
            return 0.0;
        }
        let spread = (1.0 - a) * (1.0 - a) * b + (1.0 - b) * (1.0 - b) * a - unsure * a * b;
        let root = ((1.0 - a) * (1.0 - b) + SIGMAS * spread.max(0.0).sqrt()) / below;
        self.windows * now / then / (root * root * root)
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
            windows: Default::default(),
            pieces: VecDeque::new(),
            recent: Recent::new(plan.span, most),
            newest: None,
            since: Time::MIN,
            levels: [None; PARTS.len()],
        }
    }

    /// `since`: when the source of the event begins.
    pub(in crate::rules) fn push(
        &mut self,
        at: Time,
        weight: u64,
        since: Time,
        excerpt: Option<&Excerpt>,
    ) {
        self.expire(at);
        self.since = self.since.max(since);
        self.windows.iter_mut().for_each(|window| window.push(at, weight));
        self.recent.push(at, excerpt);
        self.newest = Some(at);
    }

    /// What is known at the end of the instant `at`; none where nothing happened then and nothing was alerted.
    pub(in crate::rules) fn verdict(&mut self, at: Time, alerting: bool) -> Option<Verdict> {
        self.expire(at);
        if !alerting {
            if self.newest != Some(at) {
                return None;
            }
            self.levels = self.levels(at);
        }
        if self.levels == [None; PARTS.len()] {
            return Some(Verdict::Unknown(Why::NoTimeBefore));
        }
        let fewest = if alerting { 0 } else { self.fewest };
        Some(self.times(fewest).is_some_and(|value| self.test.holds(value)).into())
    }

    pub(in crate::rules) fn value(&self) -> Option<f64> {
        self.times(0)
    }

    /// The most that can be said of any of the windows with so many events.
    fn times(&self, fewest: u64) -> Option<f64> {
        let each = self.windows.iter().map(Ring::sum).zip(&self.levels);
        let known = each.filter(|(events, _)| *events >= fewest);
        known.filter_map(|(events, level)| Some(level.as_ref()?.times(events))).reduce(f64::max)
    }

    pub(in crate::rules) fn evidence(&self, at: Time) -> Evidence {
        Evidence {
            value: self.value(),
            onset: self.windows[0].first().unwrap_or(at),
            count: self.windows[0].sum(),
            samples: self.recent.samples().into_iter().take(FIRST).collect(),
        }
    }

    /// The next instant after `after` at which an event leaves the window or the oldest piece is forgotten.
    pub(in crate::rules) fn due(&self, after: Time) -> Option<Time> {
        let windows = self.windows.iter().zip(PARTS);
        let leaves =
            windows.filter_map(|(window, part)| Some(later(window.first()?, self.span / part)));
        let fades = self.pieces.front().map(|(piece, _)| self.fades(*piece));
        leaves.chain(fades).filter(|end| *end > after).min()
    }

    pub(in crate::rules) fn is_empty(&self) -> bool {
        self.windows[0].is_empty() && self.pieces.is_empty()
    }

    pub(in crate::rules) fn is_coarse(&self) -> bool {
        self.windows[0].is_coarse()
    }

    /// What leaves the window belongs to the time before, until that is too long ago as well.
    fn expire(&mut self, at: Time) {
        let each = self.span.as_nanos().max(1);
        let [window, parts @ ..] = &mut self.windows;
        for (part, of) in parts.iter_mut().zip(&PARTS[1..]) {
            part.expire(at, self.span / *of, |_, _| ());
        }
        window.expire(at, self.span, |then, weight| {
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

    /// The time before each of the windows that end at `at`; it begins with a piece, or with the source.
    fn levels(&self, at: Time) -> [Option<Level>; PARTS.len()] {
        let end = later(at, -self.span);
        let start = self.begin(self.piece(later(end, -self.before))).max(self.since);
        let first = self.piece(start);
        let pieces = (self.piece(end) - first + 1).max(1) as f64;
        let counts =
            || self.pieces.iter().filter(|(i, _)| *i >= first).map(|(_, n)| u128::from(*n));
        let events = counts().sum::<u128>();
        let squares = counts().fold(0u128, |sum, n| sum.saturating_add(n.saturating_mul(n)));
        let mean = events as f64 / pieces;
        let dispersion = if events == 0 || pieces < 2.0 {
            1.0
        } else {
            (squares as f64 - mean * events as f64) / (pieces - 1.0) / mean
        };
        std::array::from_fn(|i| {
            let span = self.span / PARTS[i];
            let before = later(at, -span).seconds_since(start);
            let nearby = self.windows[0].sum() - self.windows[i].sum();
            (before > 0.0).then(|| Level {
                events: u64::try_from(events).unwrap_or(u64::MAX).saturating_add(nearby),
                windows: before / span.as_secs_f64(),
                dispersion: dispersion.max(1.0),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Level;

    fn times(now: u64, then: u64, windows: f64, dispersion: f64) -> f64 {
        Level { events: then, windows, dispersion }.times(now)
    }

    /// The chance of `now` or more among `all`, of which each falls into the window with the chance `share`.
    fn chance(now: u64, all: u64, share: f64) -> f64 {
        let ln = |n: u64| (1..=n).map(|i| (i as f64).ln()).sum::<f64>();
        let of = |n: u64| {
            let ways = ln(all) - ln(n) - ln(all - n);
            (ways + n as f64 * share.ln() + (all - n) as f64 * (1.0 - share).ln()).exp()
        };
        (now..=all).map(of).sum()
    }

    #[test]
    fn the_bound_is_that_of_the_exact_test() {
        // One-sided four standard deviations.
        let left = 3.167e-5;
        for (now, then, windows) in [
            (20, 0, 11.0),
            (30, 0, 72.0),
            (8, 1, 72.0),
            (40, 10, 12.0),
            (300, 200, 5.0),
            (60, 60, 1.0),
        ] {
            let ratio = times(now, then, windows, 1.0);
            let tail = chance(now, now + then, ratio / (ratio + windows));
            assert!((0.5..2.0).contains(&(tail / left)), "{now} {then}: {ratio} {tail:e}");
        }
        assert_eq!(times(0, 0, 6.0, 1.0), 0.0);
        assert_eq!(times(1, 0, 1e6, 1.0), 0.0, "one is no burst, however long the silence");
        // A cluster of twenty is as good as one event.
        assert_eq!(times(400, 100, 72.0, 20.0), times(20, 5, 72.0, 1.0));
    }

    #[test]
    fn more_now_is_more_and_more_before_is_less() {
        for dispersion in [1.0, 20.0] {
            let now: Vec<f64> = (0..200).map(|n| times(n, 50, 12.0, dispersion)).collect();
            assert!(now.is_sorted() && now[199] > 2.0);
            let then: Vec<f64> = (0..200).map(|n| times(100, n, 12.0, dispersion)).collect();
            assert!(then.is_sorted_by(|a, b| a > b));
        }
        // What always comes a thousandfold is no burst, however sure that is; nor is a cluster as large as those before.
        assert!(times(5_000, 60_000, 12.0, 1.0) < 1.0);
        assert_eq!(times(50, 300, 72.0, 45.0), 0.0);
        assert!(times(u64::MAX, u64::MAX, 1.0, 1.0) <= 1.0);
    }
}
