//! Time stamps in the bytes of a line: ISO 8601 and its relatives, epochs.

use jiff::civil::DateTime;

use super::clock::{Said, civil, from_epoch};
use super::zone::scan_offset;

/// Digits of a fixed count.
pub(super) fn number(text: &[u8], at: usize, digits: usize) -> Option<i32> {
    let part = text.get(at..at + digits)?;
    part.iter().try_fold(0i32, |n, b| b.is_ascii_digit().then(|| n * 10 + i32::from(b - b'0')))
}

/// How many digits begin at `at`.
pub(super) fn digits(text: &[u8], at: usize) -> usize {
    text.get(at..).unwrap_or_default().iter().take_while(|b| b.is_ascii_digit()).count()
}

/// Nanoseconds out of the digits of a fraction; what is beyond the ninth is dropped.
pub(super) fn nanoseconds(digits: &[u8]) -> i32 {
    (0..9).fold(0, |n, i| n * 10 + digits.get(i).map_or(0, |b| i32::from(b - b'0')))
}

/// An ISO stamp and its length.
#[derive(Debug, PartialEq)]
pub(super) struct Iso {
    pub(super) said: Said,
    pub(super) len: usize,
    /// Digits of its fraction.
    pub(super) fraction: usize,
    /// It gives its zone as a number.
    pub(super) offset: bool,
}

/// `2026-03-07T04:12:09.003Z` and the like at the start of `text`: separated by `-` or `/`, then by `T` or a blank; with or
/// without fraction (after `.` or `,`) and zone (`Z`, `+02:00`, ` +0200`, ` UTC`).
pub(super) fn iso(text: &[u8]) -> Option<Iso> {
    let between = *text.get(4)?;
    if !matches!(between, b'-' | b'/')
        || text.get(7) != Some(&between)
        || !matches!(text.get(10)?, b'T' | b't' | b' ' | b'_')
    {
        return None;
    }
    let (time, nanos, time_len, fraction) = clock_time(text.get(11..)?)?;
    let date = [number(text, 0, 4)?, number(text, 5, 2)?, number(text, 8, 2)?];
    let shown = civil([date[0], date[1], date[2], time[0], time[1], time[2]], nanos)?;
    let len = 11 + time_len;
    let rest = &text[len..];
    if rest.first().is_some_and(|b| b.is_ascii_alphanumeric() && !matches!(b, b'Z' | b'z')) {
        return None;
    }
    let (said, zone) = zoned(shown, rest)?;
    Some(Iso {
        said,
        len: len + zone,
        fraction,
        offset: zone > 2 && rest.iter().take(2).any(|b| matches!(b, b'+' | b'-')),
    })
}

/// `HH:MM:SS`, fraction: the fields, nanoseconds, length, digits of the fraction.
pub(super) fn clock_time(text: &[u8]) -> Option<([i32; 3], i32, usize, usize)> {
    if text.get(2) != Some(&b':') || text.get(5) != Some(&b':') {
        return None;
    }
    let time = [number(text, 0, 2)?, number(text, 3, 2)?, number(text, 6, 2)?];
    let fraction = if matches!(text.get(8), Some(b'.' | b',')) { digits(text, 9) } else { 0 };
    if fraction == 0 {
        return Some((time, 0, 8, 0));
    }
    Some((time, nanoseconds(&text[9..9 + fraction]), 9 + fraction, fraction))
}

/// What `shown` and the zone at the start of `rest` say, and the zone's length. A number after a blank may be part of the
/// message, so only offsets that are in use somewhere count there.
fn zoned(shown: DateTime, rest: &[u8]) -> Option<(Said, usize)> {
    let utc = |len| {
        Some((
            Said::Instant {
                at: jiff::tz::Offset::UTC.to_timestamp(shown).ok()?,
                civil: Some(shown),
            },
            len,
        ))
    };
    match rest.first() {
        Some(b'Z' | b'z') if !rest.get(1).is_some_and(u8::is_ascii_alphanumeric) => return utc(1),
        Some(b'Z' | b'z') => return None,
        Some(b' ') if rest.starts_with(b" UTC") || rest.starts_with(b" GMT") => {
            return if rest.get(4).is_some_and(u8::is_ascii_alphanumeric) {
                Some((Said::Civil(shown), 0))
            } else {
                utc(4)
            };
        }
        _ => {}
    }
    let blank = usize::from(rest.first() == Some(&b' '));
    let Some((offset, len)) = scan_offset(&rest[blank..]) else {
        return Some((Said::Civil(shown), 0));
    };
    let ends = !rest.get(blank + len).is_some_and(u8::is_ascii_alphanumeric);
    let usual = len == 5 && offset.seconds().abs() <= 14 * 3600 && offset.seconds() % 900 == 0;
    if !ends || (blank == 1 && !usual) {
        return Some((Said::Civil(shown), 0));
    }
    Some((Said::Instant { at: offset.to_timestamp(shown).ok()?, civil: Some(shown) }, blank + len))
}

/// Ten digits of seconds with or without a fraction, or 13, 16 or 19 digits of smaller units, between the years 2001 and 2100.
pub(super) fn epoch(text: &[u8]) -> Option<(Said, usize)> {
    let whole = digits(text, 0);
    let first = number(text, 0, 1)?;
    if !matches!(whole, 10 | 13 | 16 | 19) || !(1..=4).contains(&first) {
        return None;
    }
    let mut len = whole;
    let mut count = text[..whole].iter().fold(0i128, |n, b| n * 10 + i128::from(b - b'0'));
    if whole == 10 && matches!(text.get(10), Some(b'.' | b',')) && digits(text, 11) > 0 {
        len = 11 + digits(text, 11);
        count = count * 1_000_000_000 + i128::from(nanoseconds(&text[11..len]));
    }
    let ends =
        text.get(len).is_none_or(|b| matches!(b, b' ' | b'\t' | b':' | b',' | b'|' | b']' | b';'));
    let at = from_epoch(count).filter(|at| ends && at.as_second() < 4_102_444_800)?;
    Some((Said::Instant { at, civil: None }, len))
}

#[cfg(test)]
mod tests {
    use super::{epoch, iso};
    use crate::logs::Zone;
    use crate::logs::clock::Clock;

    fn time(said: super::Said) -> String {
        let clock = Clock {
            zone: Zone::parse("+01:00", None).unwrap(),
            ignore_zone: false,
            reference: None,
        };
        clock.time(said).unwrap().to_string()
    }

    #[test]
    fn iso_stamps_in_their_spellings() {
        for (text, want, len) in [
            ("2026-03-07T04:12:09Z x", "2026-03-07T04:12:09Z", 20),
            ("2026-03-07T04:12:09.003+02:00", "2026-03-07T02:12:09.003Z", 29),
            ("2026-03-07 04:12:09,003 - x", "2026-03-07T03:12:09.003Z", 23),
            ("2026/03/07 04:12:09 [crit]", "2026-03-07T03:12:09Z", 19),
            ("2026-03-07 04:12:09.1234567891 x", "2026-03-07T03:12:09.123456789Z", 30),
            ("2026-03-07 04:12:09 +0530 x", "2026-03-06T22:42:09Z", 25),
            ("2026-03-07 04:12:09.5 UTC [1]", "2026-03-07T04:12:09.5Z", 25),
            ("2026-03-07 04:12:09 UTCx", "2026-03-07T03:12:09Z", 19),
            ("2026-03-07 04:12:09 -1234 items", "2026-03-07T03:12:09Z", 19),
            ("2026-03-07 04:12:60: x", "2026-03-07T03:12:59Z", 19),
            ("2026-03-07_04:12:09", "2026-03-07T03:12:09Z", 19),
        ] {
            let got = iso(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((time(got.said).as_str(), got.len), (want, len), "{text}");
        }
        for bad in [
            "2026-03-07",
            "2026-03/07 04:12:09",
            "2026-02-30 04:12:09",
            "2026-03-07 24:12:09",
            "2026-03-07 04:12:0x",
            "2026-03-07 04:12:09x",
            "",
        ] {
            assert_eq!(iso(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn epochs_are_told_from_other_numbers() {
        for (text, want, len) in [
            ("1772856729 x", "2026-03-07T04:12:09Z", 10),
            ("1772856729.5: x", "2026-03-07T04:12:09.5Z", 12),
            ("1772856729003\tx", "2026-03-07T04:12:09.003Z", 13),
            ("1772856729003001", "2026-03-07T04:12:09.003001Z", 16),
        ] {
            let (said, used) = epoch(text.as_bytes()).unwrap();
            assert_eq!((time(said).as_str(), used), (want, len), "{text}");
        }
        for other in [
            "177285672 x",
            "17728567290 x",
            "0772856729 x",
            "1772856729x",
            "9772856729 x",
            "4999999999 x",
            "",
        ] {
            assert_eq!(epoch(other.as_bytes()), None, "{other}");
        }
    }
}
