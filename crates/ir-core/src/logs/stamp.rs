//! The strptime format of a profile, compiled; formats of fixed width skip strptime.

use jiff::fmt::strtime::BrokenDownTime;

use super::clock::{Said, civil};
use super::scan::{nanoseconds, number};

/// A strptime format.
#[derive(Clone, Debug)]
pub(super) struct StampFormat {
    format: String,
    fixed: Option<Vec<Step>>,
}

/// A piece of a format of fixed width.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// This byte.
    Byte(u8),
    /// The field: index into year, month, day, hour, minute, second; its digits.
    Field(usize, usize),
    /// The fraction of the second; last, and 1 to 9 digits wide.
    Fraction,
}

impl StampFormat {
    /// Compiles `format`.
    ///
    /// # Errors
    /// A sentence, if strptime knows no such directive.
    pub(super) fn new(format: &str) -> Result<Self, String> {
        let fixed = fixed(format);
        if fixed.is_none() {
            // Strptime names an unknown directive only when it meets one: what it wrote itself it must read again.
            let probe = jiff::civil::date(2024, 11, 23)
                .at(19, 34, 56, 123_456_789)
                .to_zoned_datetime(jiff::tz::TimeZone::UTC);
            let probe = probe.map_err(|e| e.to_string())?;
            let text = BrokenDownTime::from(&probe).to_string(format).map_err(|e| e.to_string())?;
            let tm = BrokenDownTime::parse(format, &text).map_err(|e| e.to_string())?;
            said(&tm).ok_or("it gives no date and time of day")?;
        }
        Ok(Self { format: format.to_owned(), fixed })
    }

    /// What `text`, the whole of it, says.
    pub(super) fn read(&self, text: &[u8]) -> Option<Said> {
        let quick = self.fixed.as_deref().and_then(|steps| read_fixed(steps, text));
        quick.map(Said::Civil).or_else(|| said(&BrokenDownTime::parse(&self.format, text).ok()?))
    }
}

fn said(tm: &BrokenDownTime) -> Option<Said> {
    if let Some(at) = tm.timestamp() {
        return Some(Said::Instant { at, civil: None });
    }
    if tm.year().is_none() && tm.iso_week_year().is_none() {
        let (month, day) = (tm.month()?, tm.day()?);
        return super::clock::some_year_has(month, day).then_some(Said::Yearless {
            month,
            day,
            time: tm.to_time().ok()?,
        });
    }
    let shown = tm.to_datetime().ok()?;
    Some(match tm.offset() {
        Some(offset) => Said::Instant { at: offset.to_timestamp(shown).ok()?, civil: Some(shown) },
        None => Said::Civil(shown),
    })
}

/// The steps of a format that has each of the six fields once, by number and padded, and at most a fraction at its end.
fn fixed(format: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut bytes = format.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            steps.push(Step::Byte(byte));
            continue;
        }
        let width = bytes.next_if(u8::is_ascii_digit);
        steps.push(match (bytes.next()?, width) {
            (b'Y', None) => Step::Field(0, 4),
            (b'm', None) => Step::Field(1, 2),
            (b'd', None) => Step::Field(2, 2),
            (b'H', None) => Step::Field(3, 2),
            (b'M', None) => Step::Field(4, 2),
            (b'S', None) => Step::Field(5, 2),
            (b'f', _) => Step::Fraction,
            _ => return None,
        });
    }
    let times =
        |index| steps.iter().filter(|s| matches!(s, Step::Field(i, _) if *i == index)).count();
    let fraction_only_last =
        steps.iter().position(|s| *s == Step::Fraction).is_none_or(|at| at + 1 == steps.len());
    // Strptime takes any run of white space for a blank; that is its own business.
    let plain =
        steps.iter().all(|s| !matches!(s, Step::Byte(b) if b.is_ascii_whitespace() && *b != b' '));
    ((0..6).all(|i| times(i) == 1) && fraction_only_last && plain).then_some(steps)
}

/// None also for texts that strptime can read: it has the last word.
fn read_fixed(steps: &[Step], text: &[u8]) -> Option<jiff::civil::DateTime> {
    let (mut fields, mut nanos, mut at) = ([0; 6], 0, 0);
    for step in steps {
        match *step {
            Step::Byte(byte) => {
                if *text.get(at)? != byte {
                    return None;
                }
                at += 1;
            }
            Step::Field(index, width) => {
                fields[index] = number(text, at, width)?;
                at += width;
            }
            Step::Fraction => {
                let digits = &text[at..];
                if !(1..=9).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
                    return None;
                }
                nanos = nanoseconds(digits);
                at = text.len();
            }
        }
    }
    if at == text.len() { civil(fields, nanos) } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Said, StampFormat, said};
    use jiff::fmt::strtime::BrokenDownTime;

    fn read(format: &str, text: &str) -> Option<String> {
        match StampFormat::new(format).unwrap().read(text.as_bytes())? {
            Said::Civil(shown) => Some(shown.to_string()),
            Said::Instant { at, .. } => Some(at.to_string()),
            Said::Yearless { month, day, time } => Some(format!("--{month:02}-{day:02}T{time}")),
        }
    }

    #[test]
    fn formats_of_all_kinds() {
        for (format, text, want) in [
            ("%Y-%m-%d %H:%M:%S,%3f", "2026-03-07 04:12:09,003", "2026-03-07T04:12:09.003"),
            ("%Y-%m-%d %H:%M:%S,%f", "2026-03-07 04:12:09,5", "2026-03-07T04:12:09.5"),
            ("%d.%m.%Y %H:%M:%S", "07.03.2026 04:12:09", "2026-03-07T04:12:09"),
            ("%Y%m%d%H%M%S", "20260307041209", "2026-03-07T04:12:09"),
            ("%Y-%m-%dT%H:%M:%S%.f%:z", "2026-03-07T04:12:09.5+01:00", "2026-03-07T03:12:09.5Z"),
            ("%d/%b/%Y:%H:%M:%S %z", "07/Mar/2026:04:12:09 +0100", "2026-03-07T03:12:09Z"),
            ("%b %e %H:%M:%S", "Mar  7 04:12:09", "--03-07T04:12:09"),
            ("%s", "1772856729", "2026-03-07T04:12:09Z"),
            ("%b %e %H:%M:%S", "Feb 29 04:12:09", "--02-29T04:12:09"),
        ] {
            assert_eq!(read(format, text).as_deref(), Some(want), "{format}");
        }
        assert_eq!(read("%Y-%m-%d %H:%M:%S", "2026-13-07 04:12:09"), None);
        assert_eq!(read("%b %e %H:%M:%S", "Feb 30 04:12:09"), None);
        for bad in ["%Q", "%Y-%m", "", "no directive"] {
            assert!(StampFormat::new(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn the_quick_way_agrees_with_strptime(text in "[0-9]{4}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-6][0-9]:[0-6][0-9],[0-9]{0,11}|[0-9 :,-]{0,30}") {
            let format = "%Y-%m-%d %H:%M:%S,%f";
            let slow = BrokenDownTime::parse(format, text.as_bytes()).ok().and_then(|tm| said(&tm));
            prop_assert_eq!(StampFormat::new(format).unwrap().read(text.as_bytes()), slow);
        }

        #[test]
        fn no_format_and_no_text_panics(format in "(%[a-zA-Z]|[ -~]){0,8}", text in ".{0,20}") {
            if let Ok(format) = StampFormat::new(&format) {
                format.read(text.as_bytes());
            }
        }
    }
}
