//! Level words and numbers.

use crate::docs::Level;

/// A level word in any case, as the usual libraries write it.
pub(super) fn word(text: &[u8]) -> Option<Level> {
    const WORDS: &[(&str, Level)] = &[
        ("trace", Level::Debug),
        ("debug", Level::Debug),
        ("debg", Level::Debug),
        ("dbg", Level::Debug),
        ("verbose", Level::Debug),
        ("info", Level::Info),
        ("information", Level::Info),
        ("notice", Level::Info),
        ("warn", Level::Warning),
        ("warning", Level::Warning),
        ("error", Level::Error),
        ("err", Level::Error),
        ("severe", Level::Error),
        ("critical", Level::Critical),
        ("crit", Level::Critical),
        ("fatal", Level::Critical),
        ("alert", Level::Critical),
        ("emerg", Level::Critical),
        ("emergency", Level::Critical),
        ("panic", Level::Critical),
    ];
    if !(3..=11).contains(&text.len()) {
        return None;
    }
    WORDS
        .iter()
        .find(|(word, _)| text.eq_ignore_ascii_case(word.as_bytes()))
        .map(|&(_, level)| level)
}

/// The severity of syslog: 0 (emergency) to 7 (debugging).
pub(super) fn syslog(severity: u64) -> Option<Level> {
    Some(match severity {
        0..=2 => Level::Critical,
        3 => Level::Error,
        4 => Level::Warning,
        5 | 6 => Level::Info,
        7 => Level::Debug,
        _ => return None,
    })
}

/// A level number in JSON: up to 7 that of syslog, from 10 the scale 10 to 60 of several libraries.
pub(super) fn number(level: f64) -> Option<Level> {
    if (0.0..=7.0).contains(&level) {
        return if level.fract() == 0.0 { syslog(level as u64) } else { None };
    }
    Some(match level {
        10.0..30.0 => Level::Debug,
        30.0..40.0 => Level::Info,
        40.0..50.0 => Level::Warning,
        50.0..60.0 => Level::Error,
        60.0..=70.0 => Level::Critical,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{number, word};
    use crate::docs::Level;

    #[test]
    fn words_and_numbers() {
        assert_eq!(word(b"Warning"), Some(Level::Warning));
        assert_eq!(word(b"FATAL"), Some(Level::Critical));
        assert_eq!(word(b"failed"), None);
        assert_eq!(word(b""), None);
        assert_eq!(number(50.0), Some(Level::Error));
        assert_eq!(number(3.0), Some(Level::Error));
        assert_eq!(number(3.5), None);
        assert_eq!(number(8.0), None);
        assert_eq!(number(f64::NAN), None);
    }
}
