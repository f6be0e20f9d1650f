//! The wall clock, read in one place.

use ir_core::wire::Time;

/// The wall clock, to the millisecond.
pub(crate) fn wall() -> Time {
    let since =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Time::from_millis(i64::try_from(since.as_millis()).unwrap_or(0))
        .expect("the clock is within the calendar")
}
