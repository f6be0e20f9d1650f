//! What one line of prose says.

use std::fmt;

use jiff::SignedDuration;

use super::Unit;

/// A condition on a metric or an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// A value is compared with a limit, e.g. `cpu_usage > 90% for 5 minutes`.
    Threshold(Threshold),
    /// Something happened, e.g. `configuration_tampering_detected`.
    Flag {
        /// The name of the event or state.
        metric: String,
    },
}

/// A comparison with a limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// The word before the metric, e.g. `terminal_renderer` in `terminal_renderer fps < 10`.
    pub component: Option<String>,
    /// What is measured or counted.
    pub metric: String,
    /// Which side of a capacity is meant.
    pub qualifier: Option<Qualifier>,
    /// How value and limit are compared.
    pub op: Op,
    /// The limit, in `unit`.
    pub value: f64,
    /// The unit of the limit; none: a bare number.
    pub unit: Option<Unit>,
    /// What is counted, for people, e.g. `messages`.
    pub noun: Option<String>,
    /// Over which time.
    pub timing: Timing,
}

/// How a value is compared with a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `==`
    Eq,
    /// `!=`
    Ne,
}

impl Op {
    /// As it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Eq => "==",
            Self::Ne => "!=",
        }
    }

    /// Whether `value OP limit` is true.
    pub fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::Gt => value > limit,
            Self::Ge => value >= limit,
            Self::Lt => value < limit,
            Self::Le => value <= limit,
            Self::Eq => value == limit,
            Self::Ne => value != limit,
        }
    }

    /// A larger value can only make it true, never false.
    pub(super) const fn rises(self) -> bool {
        matches!(self, Self::Gt | Self::Ge)
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.symbol())
    }
}

/// Which side of a capacity a value tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Qualifier {
    /// What is left: `available` or `free`.
    Available,
    /// What is taken: `used`.
    Used,
}

/// Over which time a condition is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// At the newest observation.
    Now,
    /// `for`: without a break for this long.
    For(SignedDuration),
    /// `in` or `within`: over a sliding window of this length.
    In(SignedDuration),
    /// `consistently`: nearly always within a window of this length; five minutes if it is not said.
    Consistently(Option<SignedDuration>),
}

impl Condition {
    /// The metric or event, with its component where it has one: `terminal_renderer_fps`.
    pub fn name(&self) -> String {
        match self {
            Self::Flag { metric } => metric.clone(),
            Self::Threshold(t) => match &t.component {
                Some(component) => format!("{component}_{}", t.metric),
                None => t.metric.clone(),
            },
        }
    }
}
