//! How often something happened within a sliding window.

use jiff::SignedDuration;

use super::later;
use super::recent::Recent;
use super::ring::Ring;
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
        self.bad.expire(at, self.span, |_, _| ());
        self.total.expire(at, self.span, |_, _| ());
        self.recent.expire(at);
    }

    pub(in crate::rules) fn bad(&self) -> u64 {
        self.bad.sum()
    }

    pub(in crate::rules) fn total(&self) -> u64 {
        self.total.sum()
    }

    /// The first bad event in the window.
    pub(in crate::rules) fn onset(&self) -> Option<Time> {
        self.bad.first()
    }

    pub(in crate::rules) fn first(&self) -> impl Iterator<Item = &(Time, Excerpt)> {
        self.recent.first()
    }

    pub(in crate::rules) fn is_empty(&self) -> bool {
        self.bad.is_empty() && self.total.is_empty()
    }

    /// It has been watched for a whole window, so that a small count means something.
    pub(in crate::rules) fn is_full(&self, at: Time) -> bool {
        later(self.born, self.span) <= at
    }

    /// The next instant after `after` at which something leaves the window, or the first window is complete.
    pub(in crate::rules) fn due(&self, after: Time) -> Option<Time> {
        let fronts = [self.onset(), self.total.first(), Some(self.born)];
        fronts.into_iter().flatten().map(|at| later(at, self.span)).filter(|end| *end > after).min()
    }

    pub(in crate::rules) fn is_coarse(&self) -> bool {
        self.bad.is_coarse() || self.total.is_coarse()
    }
}
