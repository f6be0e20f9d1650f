//! What happened in a sliding window, instant by instant.

use std::collections::VecDeque;

use jiff::SignedDuration;

use super::{MOST_ENTRIES, later};
use crate::wire::Time;

/// Instants and how much happened at each, the oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Ring {
    entries: VecDeque<(Time, u64)>,
    sum: u64,
    coarse: bool,
}

impl Ring {
    pub(super) fn push(&mut self, at: Time, weight: u64) {
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

    /// Hands out what left the window of length `span` that ends at `at`.
    pub(super) fn expire(
        &mut self,
        at: Time,
        span: SignedDuration,
        mut out: impl FnMut(Time, u64),
    ) {
        while let Some((then, weight)) =
            self.entries.front().copied().filter(|(then, _)| later(*then, span) <= at)
        {
            self.sum -= weight;
            self.entries.pop_front();
            out(then, weight);
        }
    }

    pub(super) fn sum(&self) -> u64 {
        self.sum
    }

    /// The oldest instant.
    pub(super) fn first(&self) -> Option<Time> {
        self.entries.front().map(|(at, _)| *at)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// There were too many instants to keep each.
    pub(super) fn is_coarse(&self) -> bool {
        self.coarse
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
}
