//! How a condition is evaluated on what its metric is made of.

use std::fmt;

use jiff::SignedDuration;

use super::source::Source;
use super::{Condition, Op, Threshold, Timing, Unit};

/// How a rule is read. Every alert carries the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The newest sample is compared.
    Newest,
    /// The condition holds at every sample for a time.
    Hold,
    /// Occurrences within a sliding window are counted.
    CountIn,
    /// The share of bad events within a sliding window.
    RatioIn,
    /// How many times as often as before occurrences come within a sliding window.
    BurstIn,
    /// The mean of the samples within a sliding window.
    MeanIn,
    /// Nearly all samples of a window.
    Steady,
    /// A state that events switch.
    State,
    /// Such a state that lasts for a time.
    StateHold,
    /// Something happened.
    Event,
}

impl Reading {
    /// The word in records.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Hold => "hold",
            Self::CountIn => "count_in",
            Self::RatioIn => "ratio_in",
            Self::BurstIn => "burst_in",
            Self::MeanIn => "mean_in",
            Self::Steady => "steady",
            Self::State => "state",
            Self::StateHold => "state_hold",
            Self::Event => "event",
        }
    }

    /// Groups with fewer labels add to those with more.
    pub(super) const fn is_tally(self) -> bool {
        matches!(self, Self::CountIn | Self::RatioIn)
    }

    /// How names and units alone suggest to read a condition, with no profile to say more.
    pub fn of(condition: &Condition) -> Self {
        let Condition::Threshold(t) = condition else { return Self::Event };
        match t.timing {
            Timing::Now => Self::Newest,
            Timing::For(_) => Self::Hold,
            Timing::Consistently(_) => Self::Steady,
            Timing::In(_)
                if t.unit == Some(Unit::Percent) || ends(&t.metric, &["_rate", "_ratio"]) =>
            {
                Self::RatioIn
            }
            Timing::In(_) if ends(&t.metric, &["_failures", "_errors", "_count", "_events"]) => {
                Self::CountIn
            }
            Timing::In(_) => Self::MeanIn,
        }
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

fn ends(name: &str, suffixes: &[&str]) -> bool {
    suffixes.iter().any(|suffix| name.ends_with(suffix))
}

/// The window of `consistently` where the rule names none.
pub(super) const STEADY_WINDOW: SignedDuration = SignedDuration::from_mins(5);
/// Repeats of an event within this time of its alert are counted, not alerted again.
pub(super) const REPEAT: SignedDuration = SignedDuration::from_hours(1);

/// The time before a burst is kept in pieces as long as its window; it has at most this many.
const MOST_WINDOWS: i32 = 1000;

/// A comparison with a limit, in the rule's unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Test {
    pub(super) op: Op,
    pub(super) limit: f64,
}

impl Test {
    pub(super) fn holds(self, value: f64) -> bool {
        self.op.holds(value, self.limit)
    }

    /// Whether no value from `low` to `high` can make it true.
    fn is_hopeless(self, low: f64, high: f64) -> bool {
        match self.op {
            Op::Gt => self.limit >= high,
            Op::Ge => self.limit > high,
            Op::Lt => self.limit <= low,
            Op::Le => self.limit < low,
            Op::Eq => self.limit < low || self.limit > high,
            Op::Ne => false,
        }
    }
}

/// A checked reading with its numbers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    pub(super) reading: Reading,
    /// What values are compared with; for events: any value but zero.
    pub(super) test: Test,
    /// Length of the window or hold; zero: none.
    pub(super) span: SignedDuration,
    /// Ratios: no verdict with fewer totals. Bursts: none with fewer events.
    pub(super) min_events: u64,
    /// Bursts: the time before the window that it is compared with.
    pub(super) before: SignedDuration,
    /// Counts: compared as a rate in this unit.
    pub(super) per: Option<Unit>,
    /// Why it can never be true.
    pub(super) never: Option<String>,
}

impl Plan {
    /// How `condition` is evaluated on `source`.
    ///
    /// # Errors
    /// The two do not fit; a sentence that says why and how to mend it.
    pub(super) fn new(condition: &Condition, source: &Source) -> Result<Self, String> {
        let mut plan = match condition {
            Condition::Flag { metric } => Self::flag(metric, source)?,
            Condition::Threshold(t) => Self::threshold(t, condition, source)?,
        };
        if let Source::Never(reason) = source {
            plan.never = Some(reason.clone());
        } else if plan.never.is_none() && plan.reading != Reading::Event {
            plan.never = plan.hopeless();
        }
        Ok(plan)
    }

    fn of(reading: Reading, test: Test, span: SignedDuration) -> Self {
        Self {
            reading,
            test,
            span,
            min_events: 0,
            before: SignedDuration::ZERO,
            per: None,
            never: None,
        }
    }

    fn flag(metric: &str, source: &Source) -> Result<Self, String> {
        let set = Test { op: Op::Ne, limit: 0.0 };
        match source {
            Source::Events(_) | Source::Samples(_) | Source::Never(_) => {
                Ok(Self::of(Reading::Event, set, SignedDuration::ZERO))
            }
            Source::State { .. } => Ok(Self::of(Reading::State, set, SignedDuration::ZERO)),
            Source::Gauge { .. } => Err(format!(
                "{metric:?} is a value: compare it with a limit, e.g. `{metric} > 100`"
            )),
            Source::Ratio { .. } => Err(format!(
                "{metric:?} is a ratio: compare it with a limit, e.g. `{metric} > 10% in 5 minutes`"
            )),
            Source::Burst { .. } => Err(format!(
                "{metric:?} is a burst: say how many times as often as before, e.g. `{metric} > 4 times in 5 minutes`"
            )),
        }
    }

    fn threshold(t: &Threshold, condition: &Condition, source: &Source) -> Result<Self, String> {
        let test = Test { op: t.op, limit: t.value };
        let name = condition.name();
        let only_values = || format!("{name:?} is no capacity: leave out available, free or used");
        match source {
            Source::Events(_) => {
                let Timing::In(span) = t.timing else {
                    return Err(format!(
                        "{name:?} is counted, and a count needs a window: write e.g. `{name} {} {} in 5 minutes`",
                        t.op, t.value
                    ));
                };
                if t.qualifier.is_some() {
                    return Err(only_values());
                }
                Self::count(t, test, span)
            }
            Source::Ratio { min_events, .. } => {
                let (Timing::In(span), Some(Unit::Percent)) = (t.timing, t.unit) else {
                    return Err(format!(
                        "{name:?} is a ratio of events: write it in percent over a window, e.g. `{name} > 10% in 5 minutes`"
                    ));
                };
                if t.qualifier.is_some() {
                    return Err(only_values());
                }
                Ok(Self { min_events: *min_events, ..Self::of(Reading::RatioIn, test, span) })
            }
            Source::Burst { before, min_events, .. } => {
                let (Timing::In(span), true, None) = (t.timing, t.op.rises(), t.unit) else {
                    return Err(format!(
                        "{name:?} is a burst: say over which window and how many times as often as before, e.g. `{name} > 4 times in 5 minutes`"
                    ));
                };
                if t.qualifier.is_some() {
                    return Err(only_values());
                }
                if *before < span || *before > span.saturating_mul(MOST_WINDOWS) {
                    return Err(format!(
                        "the time before that {name:?} is compared with is as long as the window at least, and {MOST_WINDOWS} times as long at most"
                    ));
                }
                let burst = Self::of(Reading::BurstIn, test, span);
                Ok(Self { min_events: *min_events, before: *before, ..burst })
            }
            Source::State { .. } => {
                let (reading, span) = match t.timing {
                    Timing::Now => (Reading::State, SignedDuration::ZERO),
                    Timing::For(span) => (Reading::StateHold, span),
                    _ => {
                        return Err(format!(
                            "{name:?} is a state, 1 or 0: write e.g. `{name} == 1 for 1 minute`"
                        ));
                    }
                };
                if t.unit.is_some() || t.qualifier.is_some() {
                    return Err(format!("{name:?} is a state, 1 or 0: it has no unit"));
                }
                Ok(Self::of(reading, test, span))
            }
            Source::Gauge { .. } | Source::Samples(_) | Source::Never(_) => Ok(match t.timing {
                Timing::Now => Self::of(Reading::Newest, test, SignedDuration::ZERO),
                Timing::For(span) => Self::of(Reading::Hold, test, span),
                Timing::Consistently(span) => {
                    Self::of(Reading::Steady, test, span.unwrap_or(STEADY_WINDOW))
                }
                Timing::In(span)
                    if matches!(source, Source::Samples(_))
                        && Reading::of(condition) == Reading::CountIn =>
                {
                    return Self::count(t, test, span);
                }
                // Nothing says which events are bad and which all: the samples tell the ratio themselves.
                Timing::In(span) => Self::of(Reading::MeanIn, test, span),
            }),
        }
    }

    fn count(t: &Threshold, test: Test, span: SignedDuration) -> Result<Self, String> {
        match t.unit {
            None => {}
            Some(Unit::PerS | Unit::PerMin) => {}
            Some(unit) => {
                return Err(format!(
                    "a count is not measured in `{unit}`: write a bare number, or a rate in `/s` or `/min`"
                ));
            }
        }
        Ok(Self { per: t.unit, ..Self::of(Reading::CountIn, test, span) })
    }

    /// Why no data at all could make it true.
    fn hopeless(&self) -> Option<String> {
        let limit = format!("{} {}", self.test.op, self.test.limit);
        match self.reading {
            Reading::RatioIn if self.test.is_hopeless(0.0, 100.0) => {
                Some(format!("a share lies between 0% and 100%, so it can never be {limit}%"))
            }
            Reading::CountIn if self.test.is_hopeless(0.0, f64::INFINITY) => {
                Some(format!("a count is never negative, so it can never be {limit}"))
            }
            Reading::CountIn
                if self.test.op == Op::Eq
                    && self.per.is_none()
                    && self.test.limit.fract() != 0.0 =>
            {
                Some(format!("a count is a whole number, so it can never be {limit}"))
            }
            Reading::State | Reading::StateHold
                if !self.test.holds(0.0) && !self.test.holds(1.0) =>
            {
                Some(format!("a state is 0 or 1, so it can never be {limit}"))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Reading;
    use crate::rules::parse;

    #[test]
    fn names_and_units_suggest_a_reading() {
        for (text, reading) in [
            ("cpu_usage > 90%", Reading::Newest),
            ("cpu_usage > 90% for 5 minutes", Reading::Hold),
            ("cpu_usage > 90% in 5 minutes", Reading::RatioIn),
            ("plugin_failure_rate > 10 in 5 minutes", Reading::RatioIn),
            ("login_failures > 5 in 1 minute", Reading::CountIn),
            ("db_errors > 5/min in 10 minutes", Reading::CountIn),
            ("fps < 10 in 1 minute", Reading::MeanIn),
            ("latency > 5s consistently", Reading::Steady),
            ("configuration_tampering_detected", Reading::Event),
        ] {
            assert_eq!(Reading::of(&parse(text).unwrap()), reading, "{text}");
        }
    }
}
