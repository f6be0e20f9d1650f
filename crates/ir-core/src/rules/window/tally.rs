//! How often something happened within a sliding window.

use std::collections::VecDeque;

use jiff::SignedDuration;

use super::recent::Recent;
use super::{MOST_ENTRIES, later};
use crate::rules::plan::{Plan, Reading};
use crate::wire::{Excerpt, Time};

/// What counts and ratios remember: bad and all events of the last `span`, left-open and right-closed.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Tally {
    bad: Ring,
    total: Ring,
    recent: Recent,
    born: Time,
    span: SignedDuration,
}

impl Tally {
    /// Begun at `born`.
    pub(in crate::rules) fn new(plan: &Plan, born: Time) -> Self {
        // `> 20` fires on the 21st: to show the first few of those, the last 21 are kept.
        let most = if plan.reading == Reading::CountIn {
            (plan.test.limit.clamp(0.0, 1000.0) as usize) + 1
        } else {
            100
        };
        let recent = Recent::new(plan.span, most.max(super::FIRST));
        Self { bad: Ring::default(), total: Ring::default(), recent, born, span: plan.span }
    }

    pub(in crate::rules) fn push(
        &mut self,
        at: Time,
        bad: u64,
        total: u64,
        excerpt: Option<&Excerpt>,
    ) {
        self.expire(at);
        self.bad.push(at, bad);
        self.total.push(at, total);
        self.recent.push(at, excerpt.filter(|_| bad > 0));
    }

    /// Forgets what left the window that ends at `at`.
    pub(in crate::rules) fn expire(&mut self, at: Time) {
        self.bad.expire(at, self.span);
        self.total.expire(at, self.span);
        self.recent.expire(at);
    }

    pub(in crate::rules) fn bad(&self) -> u64 {
        self.bad.sum
    }

    pub(in crate::rules) fn total(&self) -> u64 {
        self.total.sum
    }

    /// The first bad event in the window.
    pub(in crate::rules) fn onset(&self) -> Option<Time> {
        self.bad.entries.front().map(|(at, _)| *at)
    }

    pub(in crate::rules) fn first(&self) -> impl Iterator<Item = &(Time, Excerpt)> {
        self.recent.first()
    }

    pub(in crate::rules) fn is_empty(&self) -> bool {
        self.bad.entries.is_empty() && self.total.entries.is_empty()
    }

    /// It has been watched for a whole window, so that a small count means something.
    pub(in crate::rules) fn is_full(&self, at: Time) -> bool {
        later(self.born, self.span) <= at
    }

    /// The next instant after `after` at which something leaves the window, or the first window is complete.
    pub(in crate::rules) fn due(&self, after: Time) -> Option<Time> {
        let fronts = [self.onset(), self.total.entries.front().map(|(at, _)| *at), Some(self.born)];
        fronts.into_iter().flatten().map(|at| later(at, self.span)).filter(|end| *end > after).min()
    }

    pub(in crate::rules) fn is_coarse(&self) -> bool {
        self.bad.coarse || self.total.coarse
    }
}

/// Instants and how much happened at each, the oldest first.
#[derive(Clone, Debug, Default)]
struct Ring {
    entries: VecDeque<(Time, u64)>,
    sum: u64,
    coarse: bool,
}

impl Ring {
    fn push(&mut self, at: Time, weight: u64) {
        // Sums stay far from the end of u64, so that what is added is what is taken away.
        let weight = weight.min((u64::MAX >> 1) - self.sum);
        if weight == 0 {
            return;
        }
        self.sum += weight;
        match self.entries.back_mut() {
            Some((last, so_far)) if *last == at => *so_far += weight,
            _ => self.entries.push_back((at, weight)),
        }
        if self.entries.len() > MOST_ENTRIES {
            self.halve();
        }
    }

    /// Two neighbours become one, at the time of the later: the count stays right, and some of it leaves the window a
    /// hundred thousandth of its length too late.
    fn halve(&mut self) {
        self.coarse = true;
        let mut halved = VecDeque::with_capacity(MOST_ENTRIES + 1);
        let mut entries = self.entries.iter();
        while let Some((at, weight)) = entries.next() {
            halved.push_back(
                entries.next().map_or((*at, *weight), |(next, more)| (*next, weight + more)),
            );
        }
        self.entries = halved;
    }

    fn expire(&mut self, at: Time, span: SignedDuration) {
        while let Some((_, weight)) =
            self.entries.front().filter(|(then, _)| later(*then, span) <= at)
        {
            self.sum -= weight;
            self.entries.pop_front();
        }
    }
}
