use crate::wire::Time;

/// Milliseconds after some epoch.
pub(in crate::rules) fn at(ms: i64) -> Time {
    Time::from_millis(1_000_000_000_000 + ms).unwrap()
}
