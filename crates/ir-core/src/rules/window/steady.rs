//! `consistently`: nearly all samples of a window, so that one good sample among bad ones does not start it again.

use std::collections::VecDeque;

use jiff::SignedDuration;

use super::pace::Pace;
use super::recent::Recent;
use super::{Evidence, Input, MOST_ENTRIES, Verdict, Why, Window, later};
use crate::rules::plan::Test;
use crate::wire::{Excerpt, Time};

/// At least this many percent of the samples are true.
const SHARE_PERCENT: u64 = 90;
/// At least so many samples.
const FEWEST: u64 = 5;
/// At least this many percent of the samples that the observed interval lets expect.
const COVERAGE_PERCENT: i128 = 60;

/// Judged at each sample over the window that ends there.
#[derive(Debug)]
pub(super) struct Steady {
    test: Test,
    span: SignedDuration,
    pace: Pace,
    newest: Result<f64, Why>,
    samples: VecDeque<(Time, bool)>,
    holding: u64,
    recent: Recent,
    coarse: bool,
}

impl Steady {
    pub(super) fn new(test: Test, span: SignedDuration) -> Self {
        let recent = Recent::new(span, 100);
        Self {
            test,
            span,
            pace: Pace::default(),
            newest: Err(Why::Silent),
            samples: VecDeque::new(),
            holding: 0,
            recent,
            coarse: false,
        }
    }

    fn drop_first(&mut self) {
        if let Some((_, held)) = self.samples.pop_front() {
            self.holding -= u64::from(held);
        }
    }

    /// Samples without which nothing is called consistent.
    fn needed(&self) -> u64 {
        let Some(interval) = self.pace.interval() else { return FEWEST };
        let expected = 100 * interval.as_nanos().max(1);
        let needed = (self.span.as_nanos() * COVERAGE_PERCENT + expected - 1) / expected;
        u64::try_from(needed).unwrap_or(u64::MAX).max(FEWEST)
    }
}

impl Window for Steady {
    fn push(&mut self, at: Time, input: &Input, excerpt: Option<&Excerpt>) -> bool {
        let Input::Value(value) = input else { return false };
        self.pace.tick(at);
        self.newest = value.clone();
        while self.samples.front().is_some_and(|(then, _)| later(*then, self.span) <= at) {
            self.drop_first();
        }
        let Ok(value) = value else { return false };
        let holds = self.test.holds(*value);
        if self.samples.len() == MOST_ENTRIES {
            self.drop_first();
            self.coarse = true;
        }
        self.samples.push_back((at, holds));
        self.holding += u64::from(holds);
        self.recent.push(at, excerpt.filter(|_| holds));
        holds
    }

    fn verdict(&self, at: Time) -> Verdict {
        let seen = self.samples.len() as u64;
        match &self.newest {
            _ if self.pace.is_silent(at) => Verdict::Unknown(Why::Silent),
            Err(why) => Verdict::Unknown(why.clone()),
            Ok(value) if !self.test.holds(*value) => Verdict::False,
            // A window too full to keep is well covered.
            Ok(_) if seen < self.needed().min(MOST_ENTRIES as u64) => {
                Verdict::Unknown(Why::Sparse { seen, needed: self.needed() })
            }
            Ok(_) => (self.holding * 100 >= seen * SHARE_PERCENT).into(),
        }
    }

    fn due(&self, after: Time) -> Option<Time> {
        self.pace.lapse().filter(|lapse| *lapse > after)
    }

    fn evidence(&self) -> Option<Evidence> {
        let (onset, _) = *self.samples.iter().find(|(_, held)| *held)?;
        Some(Evidence {
            value: self.value(),
            onset,
            count: self.holding,
            samples: self.recent.samples(),
        })
    }

    fn value(&self) -> Option<f64> {
        self.newest.as_ref().ok().copied()
    }

    fn is_coarse(&self) -> bool {
        self.coarse
    }
}
