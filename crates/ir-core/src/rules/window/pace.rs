//! How often samples come, and how long their absence says nothing.

use std::collections::VecDeque;

use jiff::SignedDuration;

use super::later;
use crate::wire::Time;

/// An absence shorter than this is always bridged.
const BRIDGE: SignedDuration = SignedDuration::from_mins(5);
/// Gaps from which the interval is told.
const GAPS: usize = 8;

/// The interval of a series, as observed.
#[derive(Clone, Debug, Default)]
pub(super) struct Pace {
    last: Option<Time>,
    gaps: VecDeque<SignedDuration>,
}

impl Pace {
    pub(super) fn tick(&mut self, at: Time) {
        if let Some(last) = self.last.filter(|last| *last < at) {
            if self.gaps.len() == GAPS {
                self.gaps.pop_front();
            }
            self.gaps.push_back(at.0.duration_since(last.0));
        }
        self.last = Some(at);
    }

    /// The time of the newest sample.
    pub(super) fn last(&self) -> Option<Time> {
        self.last
    }

    /// The median of the last gaps (of an even number the lower one, so that one hole does not stretch it).
    pub(super) fn interval(&self) -> Option<SignedDuration> {
        let mut gaps: Vec<_> = self.gaps.iter().copied().collect();
        gaps.sort_unstable();
        gaps.get(gaps.len().saturating_sub(1) / 2).copied()
    }

    /// When the newest sample becomes too old: after three intervals, but not before five minutes.
    pub(super) fn lapse(&self) -> Option<Time> {
        let bridge =
            self.interval().map_or(BRIDGE, |interval| interval.saturating_mul(3).max(BRIDGE));
        Some(later(self.last?, bridge))
    }

    /// A sample at `at` comes too late to continue the series.
    pub(super) fn is_broken(&self, at: Time) -> bool {
        self.lapse().is_some_and(|lapse| lapse < at)
    }

    /// Nothing is known at the end of `at`, because no sample came by then.
    pub(super) fn is_silent(&self, at: Time) -> bool {
        self.lapse().is_some_and(|lapse| lapse <= at) && self.last.is_some_and(|last| last < at)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::at;
    use super::Pace;

    #[test]
    fn the_bridge_is_three_intervals_or_five_minutes() {
        let mut pace = Pace::default();
        assert_eq!(pace.lapse(), None);
        pace.tick(at(0));
        assert_eq!(pace.lapse(), Some(at(300_000)));
        assert!(!pace.is_broken(at(300_000)) && pace.is_broken(at(300_001)));
        assert!(!pace.is_silent(at(299_999)) && pace.is_silent(at(300_000)));
        // Ten minutes apart: now half an hour is bridged.
        pace.tick(at(600_000));
        assert_eq!(pace.lapse(), Some(at(600_000 + 1_800_000)));
        // A hole among regular samples stretches nothing.
        for s in [660, 720, 780, 4_000, 4_060] {
            pace.tick(at(s * 1000));
        }
        assert_eq!(pace.interval().map(|d| d.as_secs()), Some(60));
        // Two samples of one instant are no interval.
        pace.tick(at(4_060_000));
        assert_eq!(pace.interval().map(|d| d.as_secs()), Some(60));
    }
}
