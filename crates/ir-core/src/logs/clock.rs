//! From what a stamp says to a point in time.

use jiff::Timestamp;
use jiff::civil::{DateTime, Time as TimeOfDay, date};

use super::Zone;
use crate::wire::Time;

/// What a stamp says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// An instant: it names its zone, or counts from the epoch. The civil time is what its own clock showed.
    Instant { at: Timestamp, civil: Option<DateTime> },
    /// A civil time of an unnamed zone.
    Civil(DateTime),
    /// The same without a year.
    Yearless { month: i8, day: i8, time: TimeOfDay },
}

/// How stamps of a source become points in time.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    pub(super) zone: Zone,
    pub(super) ignore_zone: bool,
    pub(super) reference: Option<Time>,
}

/// A year-less stamp may be this much later than the reference, in seconds; more, and it is of the year before.
const AHEAD: f64 = 86_400.0;

/// The 29th of February comes at least every eighth year.
const YEARS_BACK: i16 = 8;

impl Clock {
    /// The point in time, if it can be told.
    pub(super) fn time(&self, said: Said) -> Option<Time> {
        match said {
            Said::Instant { civil: Some(civil), .. } if self.ignore_zone => {
                self.zone.instant(civil)
            }
            Said::Instant { at, .. } => Some(Time(at)),
            Said::Civil(civil) => self.zone.instant(civil),
            Said::Yearless { month, day, time } => self.backwards(month, day, time),
        }
    }

    /// The latest year that does not put the stamp more than a day after the reference.
    fn backwards(&self, month: i8, day: i8, time: TimeOfDay) -> Option<Time> {
        let reference = self.reference?;
        let newest = self.zone.year_of(reference.plus_seconds(AHEAD));
        (newest.saturating_sub(YEARS_BACK)..=newest).rev().find_map(|year| {
            let day = jiff::civil::Date::new(year, month, day).ok()?;
            let at = self.zone.instant(day.to_datetime(time))?;
            (at <= reference.plus_seconds(AHEAD)).then_some(at)
        })
    }
}

/// Year, month, day, hour, minute, second, nanosecond; a leap second counts as the one before it.
pub(super) fn civil(fields: [i32; 6], nanosecond: i32) -> Option<DateTime> {
    let [year, month, day, hour, minute, second] = fields;
    let second = if second == 60 { 59 } else { second };
    let small = |n: i32| i8::try_from(n).ok();
    let ymd = jiff::civil::Date::new(i16::try_from(year).ok()?, small(month)?, small(day)?).ok()?;
    let time = TimeOfDay::new(small(hour)?, small(minute)?, small(second)?, nanosecond).ok()?;
    Some(ymd.to_datetime(time))
}

/// Whether a year-less date exists in some year.
pub(super) fn some_year_has(month: i8, day: i8) -> bool {
    (1..=12).contains(&month) && day >= 1 && day <= date(2024, month, 1).days_in_month()
}

/// Seconds, milliseconds, microseconds or nanoseconds since the epoch, told apart by their size.
pub(super) fn from_epoch(count: i128) -> Option<Timestamp> {
    let nanos = match count.unsigned_abs() {
        0..100_000_000_000 => count * 1_000_000_000,
        100_000_000_000..100_000_000_000_000 => count * 1_000_000,
        100_000_000_000_000..100_000_000_000_000_000 => count * 1_000,
        _ => count,
    };
    Timestamp::from_nanosecond(nanos).ok()
}

/// The same with a fraction, kept to the microsecond: no more is certain of a floating-point number.
pub(super) fn from_epoch_fraction(count: f64) -> Option<Timestamp> {
    if !count.is_finite() {
        return None;
    }
    if count.abs() >= 1e11 {
        return from_epoch(count as i128);
    }
    Timestamp::from_microsecond((count * 1e6).round() as i64).ok()
}

#[cfg(test)]
mod tests {
    use super::{Clock, Said, from_epoch, from_epoch_fraction};
    use crate::logs::Zone;

    fn clock(reference: Option<&str>) -> Clock {
        Clock {
            zone: Zone::utc(),
            ignore_zone: false,
            reference: reference.map(|r| r.parse().unwrap()),
        }
    }

    fn yearless(reference: Option<&str>, month: i8, day: i8) -> Option<String> {
        let time = jiff::civil::time(12, 0, 0, 0);
        clock(reference).time(Said::Yearless { month, day, time }).map(|t| t.to_string())
    }

    #[test]
    fn a_stamp_without_year_is_never_far_in_the_future() {
        let new_year = Some("2026-01-01T00:10:00Z");
        assert_eq!(yearless(new_year, 12, 31).as_deref(), Some("2025-12-31T12:00:00Z"));
        assert_eq!(yearless(new_year, 1, 1).as_deref(), Some("2026-01-01T12:00:00Z"));
        assert_eq!(yearless(new_year, 1, 2).as_deref(), Some("2025-01-02T12:00:00Z"));
        assert_eq!(
            yearless(Some("2025-12-31T23:00:00Z"), 1, 1).as_deref(),
            Some("2026-01-01T12:00:00Z")
        );
        assert_eq!(
            yearless(Some("2027-03-01T00:00:00Z"), 2, 29).as_deref(),
            Some("2024-02-29T12:00:00Z")
        );
        assert_eq!(
            yearless(Some("1903-03-01T00:00:00Z"), 2, 29).as_deref(),
            Some("1896-02-29T12:00:00Z")
        );
        assert_eq!(yearless(None, 1, 1), None);
        assert_eq!(yearless(new_year, 2, 30), None);
    }

    #[test]
    fn epoch_units_go_by_size() {
        for count in
            [1_772_856_729, 1_772_856_729_000, 1_772_856_729_000_000, 1_772_856_729_000_000_000]
        {
            assert_eq!(from_epoch(count).unwrap().to_string(), "2026-03-07T04:12:09Z");
        }
        assert_eq!(
            from_epoch_fraction(1_772_856_729.12).unwrap().to_string(),
            "2026-03-07T04:12:09.12Z"
        );
        assert_eq!(
            from_epoch_fraction(1_772_856_729_500.0).unwrap().to_string(),
            "2026-03-07T04:12:09.5Z"
        );
        assert_eq!(from_epoch(i128::MAX), None);
        assert_eq!(from_epoch_fraction(f64::NAN), None);
    }
}
