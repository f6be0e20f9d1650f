//! Time zones of stamps that do not name one.

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use crate::wire::Time;

/// The zone of a source's stamps. The rules of named zones are those that this program was built with,
/// so that the analysing machine's tables change nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    name: String,
    rules: Rules,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Rules {
    Fixed(Offset),
    Named(TimeZone),
}

/// A text that is no zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no time zone: write utc, local, an IANA name such as Europe/Berlin, or an offset such as +02:00"
)]
pub struct ZoneError(pub String);

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self { name: "UTC".into(), rules: Rules::Fixed(Offset::UTC) }
    }

    /// Reads `utc`, `local`, an IANA name in any case, or an offset `+02:00`, `+0200`, `+02`. `local` stands for `tz`,
    /// which is one of the others; where that is not known either, for UTC.
    ///
    /// # Errors
    /// If it is none of these.
    pub fn parse(text: &str, tz: Option<&str>) -> Result<Self, ZoneError> {
        match (text.trim(), tz) {
            ("local", Some(tz)) if tz.trim() != "local" => Self::parse(tz, None),
            ("local", Some(tz)) => Err(ZoneError(tz.into())),
            ("local", None) => Ok(Self::utc()),
            (name, _) if ["utc", "z", "gmt"].iter().any(|utc| name.eq_ignore_ascii_case(utc)) => {
                Ok(Self::utc())
            }
            (name, _) => Self::offset(name)
                .or_else(|| Self::named(name))
                .ok_or_else(|| ZoneError(text.into())),
        }
    }

    fn offset(text: &str) -> Option<Self> {
        let (offset, used) = scan_offset(text.as_bytes())?;
        (used == text.len())
            .then(|| Self { name: offset_name(offset), rules: Rules::Fixed(offset) })
    }

    fn named(name: &str) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        Some(Self { name: zone.iana_name()?.to_owned(), rules: Rules::Named(zone) })
    }

    /// The instant at which clocks of this zone show `civil`. Where they show it twice (clocks set back) it is the earlier
    /// one; where they never show it (clocks set forward) it is what a clock that was not set shows. `None` outside of the calendar.
    pub fn instant(&self, civil: DateTime) -> Option<Time> {
        let instant = match &self.rules {
            Rules::Fixed(offset) => offset.to_timestamp(civil),
            Rules::Named(zone) => zone.to_ambiguous_timestamp(civil).compatible(),
        };
        instant.ok().map(Time)
    }

    /// The date that calendars of this zone show.
    pub fn year_of(&self, time: Time) -> i16 {
        match &self.rules {
            Rules::Fixed(offset) => offset.to_datetime(time.0).year(),
            Rules::Named(zone) => zone.to_datetime(time.0).year(),
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// An offset `+02:00`, `+0200`, `+02` at the start of `text`, and its length in bytes.
pub(super) fn scan_offset(text: &[u8]) -> Option<(Offset, usize)> {
    let sign = match text.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let two = |at: usize| -> Option<i32> {
        let (a, b) = (text.get(at)?, text.get(at + 1)?);
        (a.is_ascii_digit() && b.is_ascii_digit())
            .then(|| i32::from(a - b'0') * 10 + i32::from(b - b'0'))
    };
    let hours = two(1)?;
    let (minutes, used) = match text.get(3) {
        Some(b':') => (two(4)?, 6),
        Some(b) if b.is_ascii_digit() => (two(3)?, 5),
        _ => (0, 3),
    };
    let follows = text.get(used).is_some_and(u8::is_ascii_digit);
    if hours > 23 || minutes > 59 || follows {
        return None;
    }
    Some((Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()?, used))
}

fn offset_name(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", seconds.abs() / 3600, seconds.abs() / 60 % 60)
}

#[cfg(test)]
mod tests {
    use super::Zone;

    fn at(zone: &str, civil: &str) -> String {
        let zone = Zone::parse(zone, Some("America/New_York")).unwrap();
        zone.instant(civil.parse().unwrap()).unwrap().to_string()
    }

    #[test]
    fn zones_are_read_in_all_their_spellings() {
        for (zone, want) in [
            ("utc", "2026-01-02T12:00:00Z"),
            ("UTC", "2026-01-02T12:00:00Z"),
            ("local", "2026-01-02T17:00:00Z"),
            ("europe/berlin", "2026-01-02T11:00:00Z"),
            ("+02:00", "2026-01-02T10:00:00Z"),
            ("-0330", "2026-01-02T15:30:00Z"),
            ("+05", "2026-01-02T07:00:00Z"),
        ] {
            assert_eq!(at(zone, "2026-01-02 12:00"), want, "{zone}");
        }
        assert_eq!(Zone::parse("local", None), Ok(Zone::utc()));
        assert_eq!(Zone::parse("europe/berlin", None).unwrap().to_string(), "Europe/Berlin");
        assert_eq!(Zone::parse("-0330", None).unwrap().to_string(), "-03:30");
        for bad in ["", "Mars/Olympus", "+24:00", "+1", "+02:00x", "+02000"] {
            assert!(Zone::parse(bad, None).is_err(), "{bad}");
        }
        assert!(Zone::parse("local", Some("local")).is_err());
    }

    #[test]
    fn a_time_that_clocks_show_twice_is_the_earlier_one() {
        assert_eq!(at("local", "2026-11-01 01:30"), "2026-11-01T05:30:00Z");
    }

    #[test]
    fn a_time_that_clocks_leave_out_goes_by_the_clock_that_was_not_set() {
        assert_eq!(at("local", "2026-03-08 02:30"), "2026-03-08T07:30:00Z");
        assert_eq!(at("local", "2026-03-08 03:30"), "2026-03-08T07:30:00Z");
    }

    #[test]
    fn the_year_is_the_one_that_the_zone_shows() {
        let time = "2026-01-01T02:00:00Z".parse().unwrap();
        assert_eq!(Zone::parse("America/New_York", None).unwrap().year_of(time), 2025);
        assert_eq!(Zone::utc().year_of(time), 2026);
    }
}
