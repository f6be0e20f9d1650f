//! The event time that is wanted of logs.

use ir_core::wire::Time;

/// From (inclusive), to (inclusive; none: to the end of the log).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) from: Time,
    pub(crate) to: Option<Time>,
}

impl Window {
    /// Around an incident's onset, seconds before and after it.
    pub(crate) fn around(onset: Time, before: f64, after: Option<f64>) -> Self {
        Self { from: onset.plus_seconds(-before), to: after.map(|s| onset.plus_seconds(s)) }
    }

    pub(crate) fn contains(&self, time: Time) -> bool {
        time >= self.from && self.to.is_none_or(|to| time <= to)
    }
}
