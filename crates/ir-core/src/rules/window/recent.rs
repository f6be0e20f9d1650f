//! The last few excerpts of a window, of which an alert shows the first.

use std::collections::VecDeque;

use super::later;
use crate::wire::{Excerpt, Time};
use jiff::SignedDuration;

/// An alert shows this many.
pub(in crate::rules) const FIRST: usize = 5;

/// Excerpts of contributing occurrences, the oldest first.
#[derive(Clone, Debug)]
pub(super) struct Recent {
    span: SignedDuration,
    most: usize,
    kept: VecDeque<(Time, Excerpt)>,
}

impl Recent {
    /// Of a window of length `span`, at most `most` of them.
    pub(super) fn new(span: SignedDuration, most: usize) -> Self {
        Self { span, most, kept: VecDeque::new() }
    }

    pub(super) fn push(&mut self, at: Time, excerpt: Option<&Excerpt>) {
        self.expire(at);
        if let Some(excerpt) = excerpt {
            if self.kept.len() == self.most {
                self.kept.pop_front();
            }
            self.kept.push_back((at, excerpt.clone()));
        }
    }

    pub(super) fn expire(&mut self, at: Time) {
        while self.kept.front().is_some_and(|(then, _)| later(*then, self.span) <= at) {
            self.kept.pop_front();
        }
    }

    /// The first few that are in the window.
    pub(super) fn first(&self) -> impl Iterator<Item = &(Time, Excerpt)> {
        self.kept.iter().take(FIRST)
    }

    pub(super) fn samples(&self) -> Vec<Excerpt> {
        self.first().map(|(_, excerpt)| excerpt.clone()).collect()
    }
}
