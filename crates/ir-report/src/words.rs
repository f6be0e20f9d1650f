//! Numbers, times and lengths of time as people read them. What the JSON report has is exact; this is rounded.

use ir_core::wire::Time;

/// `25,344`.
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 alert`, `2 alerts`, `0 alerts`.
pub(crate) fn plural(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(n), if n == 1 { "" } else { "s" })
}

/// A measured number: at most three decimals, and powers of ten where the digits would not fit a line.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if value != 0.0 && !(0.001..1e15).contains(&size) {
        return format!("{value:.3e}");
    }
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `2026-11-23 07:47:38.123`, UTC; the fraction, in milliseconds, only where there is one.
pub(crate) fn time(at: Time) -> String {
    let fraction = at.0.subsec_nanosecond() != 0;
    at.0.strftime(if fraction { "%Y-%m-%d %H:%M:%S%.3f" } else { "%Y-%m-%d %H:%M:%S" }).to_string()
}

/// A length of time in seconds: `0.35 s`, `42.1 s`, `2 min 5 s`, `1 h 3 min`, `3 d 2 h`.
pub(crate) fn seconds(s: f64) -> String {
    if s < 0.0 {
        return format!("-{}", seconds(-s));
    }
    if s < 60.0 {
        let text = format!("{s:.2}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        // 59.999 reads as a minute.
        return if text == "60" { "1 min".into() } else { format!("{text} s") };
    }
    let whole = s.round() as u64;
    let (big, big_unit, small, small_unit) = match whole {
        0..3600 => (whole / 60, "min", whole % 60, "s"),
        3600..86_400 => (whole / 3600, "h", whole % 3600 / 60, "min"),
        _ => (whole / 86_400, "d", whole % 86_400 / 3600, "h"),
    };
    if small == 0 {
        format!("{big} {big_unit}")
    } else {
        format!("{big} {big_unit} {small} {small_unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::{count, number, plural, seconds, time};

    #[test]
    fn numbers_read_well() {
        assert_eq!(
            ["0", "999", "1,000", "12,345", "1,234,567"],
            [0, 999, 1000, 12_345, 1_234_567].map(count).each_ref().map(|s| &**s)
        );
        assert_eq!(
            (plural(0, "line"), plural(1, "line"), plural(2000, "line")),
            ("0 lines".into(), "1 line".into(), "2,000 lines".into())
        );
        for (value, want) in [
            (0.0, "0"),
            (5.0, "5"),
            (0.1 + 0.2, "0.3"),
            (-2.5, "-2.5"),
            (1234.5678, "1234.568"),
            (1e300, "1.000e300"),
            (0.00012, "1.200e-4"),
            (100.0, "100"),
        ] {
            assert_eq!(number(value), want);
        }
    }

    #[test]
    fn lengths_of_time_have_two_units_at_most() {
        for (s, want) in [
            (0.0, "0 s"),
            (0.354, "0.35 s"),
            (42.1, "42.1 s"),
            (59.999, "1 min"),
            (60.0, "1 min"),
            (125.4, "2 min 5 s"),
            (3599.6, "1 h"),
            (3780.0, "1 h 3 min"),
            (266_400.0, "3 d 2 h"),
            (-5.0, "-5 s"),
            (1e300, "213503982334601 d 7 h"),
        ] {
            assert_eq!(seconds(s), want, "{s}");
        }
    }

    #[test]
    fn times_show_their_fraction_where_they_have_one() {
        assert_eq!(time("2026-11-23T07:47:38Z".parse().unwrap()), "2026-11-23 07:47:38");
        assert_eq!(
            time("2026-11-23T08:47:38.123456+01:00".parse().unwrap()),
            "2026-11-23 07:47:38.123"
        );
    }
}
