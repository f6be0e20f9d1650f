//! Durations as people write them: `15 minutes`, `24 hours`, `90s`.

/// Longest duration that is taken for one, in seconds: ten years.
const LONGEST_S: f64 = 3650.0 * 86400.0;

/// Seconds in one of `unit`: `ms`, `s`, `m`, `h`, `d` or their long forms in singular or plural; case does not matter.
pub fn unit_seconds(unit: &str) -> Option<f64> {
    Some(match unit.to_ascii_lowercase().as_str() {
        "ms" | "millisecond" | "milliseconds" => 0.001,
        "s" | "sec" | "second" | "seconds" => 1.0,
        "m" | "min" | "minute" | "minutes" => 60.0,
        "h" | "hour" | "hours" => 3600.0,
        "d" | "day" | "days" => 86400.0,
        _ => return None,
    })
}

/// A whole number and a unit, e.g. `15 minutes` or `90s`, in seconds.
///
/// # Errors
/// A sentence that says what is wrong and how a duration looks.
pub fn duration(text: &str) -> Result<f64, String> {
    let text = text.trim();
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = (&text[..unit_at], text[unit_at..].trim_start());
    let Ok(count) = number.parse::<u32>() else {
        return Err(format!(
            "{text:?} is no duration: write a whole number and a unit, e.g. `15 minutes` or `90s`"
        ));
    };
    let Some(each) = unit_seconds(unit) else {
        return Err(format!(
            "{text:?} is no duration: the unit is one of seconds, minutes, hours, days, or ms, s, m, h, d"
        ));
    };
    bounded(f64::from(count) * each, text)
}

/// The span that a step of the procedure may take, `(shortest, longest)` in seconds, read from the head of the
/// text: `1-5 minutes (automated)`, `2-4 hours (scheduled within 48 hours)`, `30-45 minutes + Ongoing`, `1 hour`.
///
/// # Errors
/// A sentence that says how such a span looks.
pub fn duration_range(text: &str) -> Result<(f64, f64), String> {
    let wrong = || format!("{text:?} does not begin with a span of time such as `5-15 minutes`");
    let mut words = text.split_whitespace();
    let (numbers, unit) = (words.next().ok_or_else(wrong)?, words.next().ok_or_else(wrong)?);
    let each = unit_seconds(unit.trim_end_matches([',', ';'])).ok_or_else(wrong)?;
    let (low, high) = numbers.split_once(['-', '–']).unwrap_or((numbers, numbers));
    let count = |digits: &str| digits.parse::<u32>().map(f64::from).map_err(|_| wrong());
    let (low, high) = (bounded(count(low)? * each, text)?, bounded(count(high)? * each, text)?);
    if low > high { Err(format!("{text:?}: the shorter end comes first")) } else { Ok((low, high)) }
}

fn bounded(seconds: f64, text: &str) -> Result<f64, String> {
    if seconds > LONGEST_S {
        Err(format!("{text:?} is longer than ten years"))
    } else {
        Ok(seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::{duration, duration_range};

    #[test]
    fn durations_are_a_whole_number_and_a_unit() {
        for (text, seconds) in [
            ("15 minutes", 900.0),
            ("2 hours", 7200.0),
            ("24 hours", 86400.0),
            ("1 day", 86400.0),
            ("90s", 90.0),
            (" 5m ", 300.0),
            ("250ms", 0.25),
            ("1 Minute", 60.0),
        ] {
            assert_eq!(duration(text), Ok(seconds), "{text}");
        }
        for bad in [
            "",
            "15",
            "minutes",
            "1.5 hours",
            "-1 hours",
            "15 fortnights",
            "99999999999 s",
            "4294967295 days",
            "5 minutes ago",
        ] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ranges_are_read_from_the_head_of_the_text() {
        for (text, range) in [
            ("1-5 minutes (automated)", (60.0, 300.0)),
            ("30-180 minutes (varies by complexity)", (1800.0, 10800.0)),
            ("2-4 hours (scheduled within 48 hours)", (7200.0, 14400.0)),
            ("30-45 minutes + Ongoing", (1800.0, 2700.0)),
            ("1 hour", (3600.0, 3600.0)),
        ] {
            assert_eq!(duration_range(text), Ok(range), "{text}");
        }
        for bad in ["", "soon", "5-", "5-1 minutes", "5-15", "5-15 lightyears"] {
            assert!(duration_range(bad).is_err(), "{bad}");
        }
    }
}
