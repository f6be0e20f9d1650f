//! A point in event time, written as RFC 3339 UTC.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A point in time, nanosecond resolution, always UTC; printed as RFC 3339 with `Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub Timestamp);

impl Time {
    /// The first instant of the calendar.
    pub const MIN: Self = Self(Timestamp::MIN);

    /// From milliseconds since the Unix epoch; `None` outside of the calendar.
    pub fn from_millis(ms: i64) -> Option<Self> {
        Timestamp::from_millisecond(ms).ok().map(Self)
    }

    /// Seconds since the Unix epoch, with the fraction.
    pub fn as_seconds(self) -> f64 {
        self.0.as_nanosecond() as f64 / 1e9
    }

    /// Nanoseconds since the Unix epoch.
    pub fn as_nanos(self) -> i128 {
        self.0.as_nanosecond()
    }

    /// From `earlier` to this point, in seconds; negative if `earlier` is later.
    pub fn seconds_since(self, earlier: Self) -> f64 {
        self.0.duration_since(earlier.0).as_secs_f64()
    }

    /// This point moved by `seconds` (negative: back), clamped to the calendar.
    #[must_use]
    pub fn plus_seconds(self, seconds: f64) -> Self {
        let by = SignedDuration::from_nanos((seconds * 1e9) as i64);
        Self(self.0.saturating_add(by).unwrap_or(if seconds < 0.0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        }))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Time {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse()
            .map(Self)
            .map_err(|_| format!("{text:?} is not an RFC 3339 time such as 2026-11-23T07:34:20Z"))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z$",
            "description": "RFC 3339, UTC, ending in Z"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Time;

    #[test]
    fn prints_utc_and_refuses_what_is_no_instant() {
        let t: Time = "2026-11-23T08:34:20.5+01:00".parse().unwrap();
        assert_eq!(t.to_string(), "2026-11-23T07:34:20.5Z");
        assert_eq!(t.plus_seconds(-0.5).to_string(), "2026-11-23T07:34:20Z");
        assert_eq!(t.plus_seconds(90.0).seconds_since(t), 90.0);
        for bad in ["yesterday", "2026-11-23T07:34:20", "2026-13-01T00:00:00Z", ""] {
            assert!(bad.parse::<Time>().is_err(), "{bad}");
        }
    }
}
