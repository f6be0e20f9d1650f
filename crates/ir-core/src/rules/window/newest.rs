//! The newest sample.

use super::pace::Pace;
use super::{Evidence, Input, Verdict, Why, Window};
use crate::rules::plan::Test;
use crate::wire::{Excerpt, Time};

/// The condition at the newest sample.
#[derive(Debug)]
pub(super) struct Newest {
    test: Test,
    pace: Pace,
    value: Result<f64, Why>,
    excerpt: Option<Excerpt>,
}

impl Newest {
    pub(super) fn new(test: Test) -> Self {
        Self { test, pace: Pace::default(), value: Err(Why::Silent), excerpt: None }
    }
}

impl Window for Newest {
    fn push(&mut self, at: Time, input: &Input, excerpt: Option<&Excerpt>) -> bool {
        let Input::Value(value) = input else { return false };
        self.pace.tick(at);
        self.value = value.clone();
        self.excerpt = excerpt.cloned();
        value.as_ref().is_ok_and(|value| self.test.holds(*value))
    }

    fn verdict(&self, at: Time) -> Verdict {
        match &self.value {
            _ if self.pace.is_silent(at) => Verdict::Unknown(Why::Silent),
            Ok(value) => self.test.holds(*value).into(),
            Err(why) => Verdict::Unknown(why.clone()),
        }
    }

    fn due(&self, after: Time) -> Option<Time> {
        self.pace.lapse().filter(|lapse| *lapse > after)
    }

    fn evidence(&self) -> Option<Evidence> {
        Some(Evidence {
            value: self.value(),
            onset: self.pace.last()?,
            count: 1,
            samples: self.excerpt.iter().cloned().collect(),
        })
    }

    fn value(&self) -> Option<f64> {
        self.value.as_ref().ok().copied()
    }
}
