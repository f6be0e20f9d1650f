//! The condition at every sample for a time, with the meaning that Prometheus gives `for`.

use jiff::SignedDuration;

use super::pace::Pace;
use super::{Evidence, FIRST, Input, Verdict, Why, Window, later};
use crate::rules::plan::Test;
use crate::wire::{Excerpt, Time};

/// Active since the first sample at which the condition holds; one sample at which it does not starts it again.
/// A hole between samples is bridged as long as [`Pace`] says; a longer one starts it again too.
#[derive(Debug)]
pub(super) struct Hold {
    test: Test,
    span: SignedDuration,
    pace: Pace,
    newest: Result<f64, Why>,
    active: Option<Evidence>,
}

impl Hold {
    pub(super) fn new(test: Test, span: SignedDuration) -> Self {
        Self { test, span, pace: Pace::default(), newest: Err(Why::Silent), active: None }
    }
}

impl Window for Hold {
    fn push(&mut self, at: Time, input: &Input, excerpt: Option<&Excerpt>) -> bool {
        let Input::Value(value) = input else { return false };
        if self.pace.is_broken(at) {
            self.active = None;
        }
        self.pace.tick(at);
        self.newest = value.clone();
        let Some(value) = value.as_ref().ok().copied().filter(|value| self.test.holds(*value))
        else {
            self.active = None;
            return false;
        };
        let active = self.active.get_or_insert_with(|| Evidence {
            value: None,
            onset: at,
            count: 0,
            samples: Vec::new(),
        });
        active.value = Some(value);
        active.count += 1;
        if active.samples.len() < FIRST {
            active.samples.extend(excerpt.cloned());
        }
        true
    }

    fn verdict(&self, at: Time) -> Verdict {
        match (&self.newest, &self.active) {
            _ if self.pace.is_silent(at) => Verdict::Unknown(Why::Silent),
            (Err(why), _) => Verdict::Unknown(why.clone()),
            (Ok(_), None) => Verdict::False,
            // Judged at samples only: between them it is as it was at the last one.
            (Ok(_), Some(active))
                if self.pace.last().is_some_and(|last| later(active.onset, self.span) <= last) =>
            {
                Verdict::True
            }
            (Ok(_), Some(_)) => Verdict::Open,
        }
    }

    fn due(&self, after: Time) -> Option<Time> {
        self.pace.lapse().filter(|lapse| *lapse > after)
    }

    fn evidence(&self) -> Option<Evidence> {
        self.active.clone()
    }

    fn value(&self) -> Option<f64> {
        self.newest.as_ref().ok().copied()
    }
}
