//! `--since`: a time, or how long ago.

use std::str::FromStr;

use ir_core::wire::Time;

/// A time as people type it: RFC 3339, or a duration before now such as `4 hours` or `90s`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Since {
    /// That time.
    At(Time),
    /// So many seconds before now.
    Ago(f64),
}

impl Since {
    /// The time it is, if it is `now`.
    pub fn time(self, now: Time) -> Time {
        match self {
            Self::At(time) => time,
            Self::Ago(seconds) => now.plus_seconds(-seconds),
        }
    }
}

impl FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(seconds) = ir_core::docs::duration(text) {
            return Ok(Self::Ago(seconds));
        }
        let wrong = || {
            format!(
                "{text:?} is neither a time (2026-11-24T06:00:00Z) nor a duration (4 hours, 90s)"
            )
        };
        text.parse().map(Self::At).map_err(|_| wrong())
    }
}

#[cfg(test)]
mod tests {
    use ir_core::wire::Time;

    use super::Since;

    #[test]
    fn a_time_or_how_long_ago() {
        let now: Time = "2026-11-24T10:00:00Z".parse().unwrap();
        let at = |text: &str| text.parse::<Since>().map(|since| since.time(now).to_string());
        assert_eq!(at("2026-11-24T06:00:00Z").as_deref(), Ok("2026-11-24T06:00:00Z"));
        assert_eq!(at("2026-11-24T06:00:00+02:00").as_deref(), Ok("2026-11-24T04:00:00Z"));
        assert_eq!(at("4 hours").as_deref(), Ok("2026-11-24T06:00:00Z"));
        assert_eq!(at("90s").as_deref(), Ok("2026-11-24T09:58:30Z"));
        assert!(at("yesterday").is_err() && at("2026-11-24").is_err() && at("").is_err());
    }
}
