//! A state that events switch on and off.

use jiff::SignedDuration;

use super::{Evidence, FIRST, Input, Verdict, Window, later};
use crate::rules::plan::Test;
use crate::wire::{Excerpt, Time};

/// 1 from an event that switches it on until one that switches it off, else 0. It holds in between without samples.
#[derive(Debug)]
pub(super) struct State {
    test: Test,
    span: SignedDuration,
    on: Option<bool>,
    active: Option<Evidence>,
}

impl State {
    pub(super) fn new(test: Test, span: SignedDuration) -> Self {
        Self { test, span, on: None, active: None }
    }
}

impl Window for State {
    fn push(&mut self, at: Time, input: &Input, excerpt: Option<&Excerpt>) -> bool {
        let Input::Switch(on) = *input else { return false };
        self.on = Some(on);
        let value = f64::from(u8::from(on));
        if !self.test.holds(value) {
            self.active = None;
            return false;
        }
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
        match &self.active {
            None => Verdict::False,
            Some(active) if later(active.onset, self.span) <= at => Verdict::True,
            Some(_) => Verdict::Open,
        }
    }

    fn due(&self, after: Time) -> Option<Time> {
        self.active.as_ref().map(|active| later(active.onset, self.span)).filter(|end| *end > after)
    }

    fn evidence(&self) -> Option<Evidence> {
        self.active.clone()
    }

    fn value(&self) -> Option<f64> {
        self.on.map(|on| f64::from(u8::from(on)))
    }

    fn is_blank(&self) -> bool {
        self.active.is_none()
    }
}
