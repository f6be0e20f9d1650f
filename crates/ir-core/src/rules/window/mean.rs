//! The mean of the samples in a window.

use std::collections::VecDeque;

use jiff::SignedDuration;

use super::pace::Pace;
use super::recent::Recent;
use super::{Evidence, Input, MOST_ENTRIES, Verdict, Why, Window, later};
use crate::rules::plan::Test;
use crate::wire::{Excerpt, Time};

/// Judged at each sample over the window that ends there. Unknown once the window is empty or the samples are too old.
#[derive(Debug)]
pub(super) struct Mean {
    test: Test,
    span: SignedDuration,
    pace: Pace,
    newest: Result<(), Why>,
    samples: VecDeque<(Time, f64)>,
    /// The sum of what each sample has more than the limit: its sign decides, and it has no rounding errors.
    excess: Exact,
    recent: Recent,
    coarse: bool,
}

impl Mean {
    pub(super) fn new(test: Test, span: SignedDuration) -> Self {
        let (samples, recent) = (VecDeque::new(), Recent::new(span, 100));
        Self {
            test,
            span,
            pace: Pace::default(),
            newest: Err(Why::Silent),
            samples,
            excess: Exact::default(),
            recent,
            coarse: false,
        }
    }

    fn drop_first(&mut self) {
        if let Some((_, value)) = self.samples.pop_front() {
            self.excess.add(-value);
            self.excess.add(self.test.limit);
        }
    }

    /// When the last sample leaves the window, or is too old.
    fn end(&self) -> Option<Time> {
        Some(self.pace.lapse()?.min(later(self.pace.last()?, self.span)))
    }
}

impl Window for Mean {
    fn push(&mut self, at: Time, input: &Input, excerpt: Option<&Excerpt>) -> bool {
        let Input::Value(value) = input else { return false };
        self.pace.tick(at);
        self.newest = value.as_ref().map(|_| ()).map_err(Clone::clone);
        while self.samples.front().is_some_and(|(then, _)| later(*then, self.span) <= at) {
            self.drop_first();
        }
        self.recent.expire(at);
        let Ok(value) = value else { return false };
        if self.samples.len() == MOST_ENTRIES {
            self.drop_first();
            self.coarse = true;
        }
        self.samples.push_back((at, *value));
        self.excess.add(*value);
        self.excess.add(-self.test.limit);
        self.recent.push(at, excerpt);
        true
    }

    fn verdict(&self, at: Time) -> Verdict {
        match &self.newest {
            _ if self.end().is_some_and(|end| end <= at) => Verdict::Unknown(Why::Silent),
            Err(why) => Verdict::Unknown(why.clone()),
            Ok(()) => self.test.op.holds(self.excess.value(), 0.0).into(),
        }
    }

    fn due(&self, after: Time) -> Option<Time> {
        self.end().filter(|end| *end > after)
    }

    fn evidence(&self) -> Option<Evidence> {
        let (first, _) = *self.samples.front()?;
        let onset = self
            .samples
            .iter()
            .find(|(_, value)| self.test.holds(*value))
            .map_or(first, |(at, _)| *at);
        Some(Evidence {
            value: self.value(),
            onset,
            count: self.samples.len() as u64,
            samples: self.recent.samples(),
        })
    }

    fn value(&self) -> Option<f64> {
        (!self.samples.is_empty())
            .then(|| self.test.limit + self.excess.value() / self.samples.len() as f64)
    }

    fn is_coarse(&self) -> bool {
        self.coarse
    }
}

/// A sum without rounding errors, kept as numbers that do not overlap, the smallest first (Shewchuk's expansion).
/// The order in which terms come and go leaves no trace in it.
#[derive(Clone, Debug, Default)]
struct Exact {
    parts: Vec<f64>,
}

impl Exact {
    fn add(&mut self, mut term: f64) {
        let mut kept = 0;
        for i in 0..self.parts.len() {
            let part = self.parts[i];
            let (large, small) = if term.abs() < part.abs() { (part, term) } else { (term, part) };
            let sum = large + small;
            let error = small - (sum - large);
            if error != 0.0 {
                self.parts[kept] = error;
                kept += 1;
            }
            term = sum;
        }
        self.parts.truncate(kept);
        if term != 0.0 {
            self.parts.push(term);
        }
    }

    /// The sum; its sign is always right.
    fn value(&self) -> f64 {
        self.parts.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::Exact;

    #[test]
    fn what_comes_and_goes_leaves_no_trace() {
        let mut sum = Exact::default();
        let terms = [0.1, 1e17, -0.3, 1e-30, 7.0, -1e17, 3.3e5];
        for term in terms {
            sum.add(term);
        }
        for term in terms.iter().rev().chain(&[]) {
            sum.add(-term);
        }
        assert_eq!(sum.value(), 0.0);
        for _ in 0..10 {
            sum.add(0.1);
            sum.add(-0.1);
            sum.add(1e-300);
        }
        assert!(sum.value() > 0.0, "the sign survives");
    }
}
