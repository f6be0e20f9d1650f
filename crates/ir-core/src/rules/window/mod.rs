//! What a rule remembers of one group, and what that says of its condition.
//!
//! A window is told of occurrences in non-decreasing time and asked for its verdict at the end of an instant, when
//! nothing more can happen at that instant. It never changes by being asked.

mod burst;
mod hold;
mod mean;
mod newest;
mod pace;
mod recent;
mod ring;
mod state;
mod steady;
mod tally;

pub(super) use burst::{Burst, SIGMAS};
pub(super) use recent::FIRST;
pub(super) use tally::Tally;

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::plan::{Plan, Reading};
use crate::wire::{Excerpt, Time};

/// A window keeps at most this many entries; beyond that it gets coarser, and its rule says so.
const MOST_ENTRIES: usize = 100_000;

/// What an occurrence means to a rule.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Input {
    /// So many bad events, and so many that are counted below the line.
    Count { bad: u64, total: u64 },
    /// A state is switched on or off.
    Switch(bool),
    /// A value in the rule's unit, or why there is none.
    Value(Result<f64, Why>),
    /// It happened.
    Raised,
}

/// Why nothing can be said.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Why {
    /// A ratio of too few events.
    TooFew { seen: u64, needed: u64 },
    /// More bad events than events: the two are not counted of the same thing.
    Excess { bad: u64, total: u64 },
    /// The input begins with the window: there is nothing to compare it with.
    NoTimeBefore,
    /// No sample for too long.
    Silent,
    /// Too few samples to call anything consistent.
    Sparse { seen: u64, needed: u64 },
    /// The sample has no usable number.
    NoNumber,
    /// The sample's unit cannot be compared with the rule's.
    Unit(String),
}

impl Why {
    /// Of two reasons the one with the higher rank tells more.
    pub(super) fn rank(&self) -> (u8, u64) {
        match self {
            Self::Silent | Self::NoTimeBefore => (0, 0),
            Self::TooFew { seen, .. } | Self::Sparse { seen, .. } => (1, *seen),
            Self::Excess { total, .. } => (2, *total),
            Self::NoNumber => (3, 0),
            Self::Unit(_) => (4, 0),
        }
    }

    /// Nothing is known any more of an alert that was firing. Otherwise it keeps firing.
    pub(super) fn loses_sight(&self) -> bool {
        !matches!(self, Self::Excess { .. })
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew { seen, needed } => {
                write!(f, "at most {seen} of the {needed} events that it needs in one window")
            }
            Self::Excess { bad, total } => {
                write!(f, "{bad} bad events of only {total} in one window: that is no ratio")
            }
            Self::NoTimeBefore => f.write_str(
                "the input begins with its window: there is no time before to compare it with",
            ),
            Self::Silent => f.write_str("its samples stopped"),
            Self::Sparse { seen, needed } => {
                write!(f, "{seen} of the {needed} samples that it needs in one window")
            }
            Self::NoNumber => f.write_str("its samples have no usable number"),
            Self::Unit(why) => f.write_str(why),
        }
    }
}

/// What a window says at the end of an instant.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    /// The condition is met.
    True,
    /// It is not.
    False,
    /// It holds, and has to hold longer.
    Open,
    /// Nothing can be said.
    Unknown(Why),
}

impl From<bool> for Verdict {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

/// What an alert tells of the occurrences behind it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Evidence {
    /// The value that was compared.
    pub(super) value: Option<f64>,
    /// The first contributing occurrence.
    pub(super) onset: Time,
    /// How many contributed.
    pub(super) count: u64,
    /// The first few of them.
    pub(super) samples: Vec<Excerpt>,
}

/// A window over values or over a state.
pub(super) trait Window: fmt::Debug + Send {
    /// Takes an occurrence in; whether it contributes to the condition.
    fn push(&mut self, at: Time, input: &Input, excerpt: Option<&Excerpt>) -> bool;

    /// What is known at the end of the instant `at`, which is not before the last occurrence.
    fn verdict(&self, at: Time) -> Verdict;

    /// The next instant after `at` at which the verdict may change with nothing happening.
    fn due(&self, after: Time) -> Option<Time>;

    /// What stands behind a condition that holds.
    fn evidence(&self) -> Option<Evidence>;

    /// The value that is compared.
    fn value(&self) -> Option<f64>;

    /// A new window would say the same.
    fn is_blank(&self) -> bool {
        false
    }

    /// Entries were dropped because there were too many.
    fn is_coarse(&self) -> bool {
        false
    }
}

/// A new window for a plan over values or a state.
pub(super) fn window(plan: &Plan) -> Box<dyn Window> {
    match plan.reading {
        Reading::Hold => Box::new(hold::Hold::new(plan.test, plan.span)),
        Reading::Steady => Box::new(steady::Steady::new(plan.test, plan.span)),
        Reading::MeanIn => Box::new(mean::Mean::new(plan.test, plan.span)),
        Reading::State | Reading::StateHold => Box::new(state::State::new(plan.test, plan.span)),
        _ => Box::new(newest::Newest::new(plan.test)),
    }
}

/// `time` moved by `span`, clamped to the calendar.
pub(super) fn later(time: Time, span: SignedDuration) -> Time {
    let end = if span.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
    Time(time.0.saturating_add(span).unwrap_or(end))
}

#[cfg(test)]
pub(in crate::rules) mod tests;
