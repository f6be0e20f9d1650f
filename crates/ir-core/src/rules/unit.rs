//! Units of limits and of samples, and what can be converted into what.

use std::fmt;

/// What a unit measures. Values of different dimensions cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// A part of a whole; base: percent.
    Share,
    /// A length of time; base: seconds.
    Time,
    /// An amount of data; base: bytes.
    Bytes,
    /// How often something happens; base: per second.
    Rate,
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Share => "a percentage",
            Self::Time => "a time",
            Self::Bytes => "an amount of data",
            Self::Rate => "a rate",
        })
    }
}

macro_rules! units {
    ($($(#[$doc:meta])* $variant:ident $symbol:literal $dimension:ident $factor:literal $($word:literal)*;)+) => {
        /// A unit. Its symbol is how rules write it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Unit { $($(#[$doc])* $variant),+ }

        impl Unit {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// As rules write it.
            pub const fn symbol(self) -> &'static str {
                match self { $(Self::$variant => $symbol),+ }
            }

            /// What it measures.
            pub const fn dimension(self) -> Dimension {
                match self { $(Self::$variant => Dimension::$dimension),+ }
            }

            /// One of it, in the dimension's base unit.
            pub const fn factor(self) -> f64 {
                match self { $(Self::$variant => $factor),+ }
            }

            /// Other words for it, in lower case; samples may use them.
            const fn words(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($word),*]),+ }
            }
        }
    };
}

units! {
    /// Percent.
    Percent "%" Share 1.0 "percent" "pct";
    /// A fraction of one; samples only.
    Ratio "ratio" Share 100.0 "fraction";
    /// Nanoseconds.
    Ns "ns" Time 1e-9 "nanosecond" "nanoseconds";
    /// Microseconds.
    Us "us" Time 1e-6 "µs" "μs" "microsecond" "microseconds";
    /// Milliseconds.
    Ms "ms" Time 1e-3 "msec" "millisecond" "milliseconds" "millis";
    /// Seconds.
    S "s" Time 1.0 "sec" "secs" "second" "seconds";
    /// Minutes.
    Min "min" Time 60.0 "m" "mins" "minute" "minutes";
    /// Hours.
    H "h" Time 3600.0 "hr" "hrs" "hour" "hours";
    /// Bytes.
    B "B" Bytes 1.0 "byte" "bytes";
    /// 1000 bytes.
    Kb "KB" Bytes 1e3 "kilobyte" "kilobytes";
    /// 1000 KB.
    Mb "MB" Bytes 1e6 "megabyte" "megabytes";
    /// 1000 MB.
    Gb "GB" Bytes 1e9 "gigabyte" "gigabytes";
    /// 1024 bytes.
    Kib "KiB" Bytes 1024.0 "kibibyte" "kibibytes";
    /// 1024 KiB.
    Mib "MiB" Bytes 1_048_576.0 "mebibyte" "mebibytes";
    /// 1024 MiB.
    Gib "GiB" Bytes 1_073_741_824.0 "gibibyte" "gibibytes";
    /// Per second.
    PerS "/s" Rate 1.0 "per_second" "hz";
    /// Per minute.
    PerMin "/min" Rate 0.016_666_666_666_666_666 "per_minute";
}

/// Endings of metric names that tell the unit of their values.
const SUFFIXES: &[(&str, Unit)] = &[
    ("_percent", Unit::Percent),
    ("_ratio", Unit::Ratio),
    ("_seconds", Unit::S),
    ("_ms", Unit::Ms),
    ("_bytes", Unit::B),
];

impl Unit {
    /// The unit that a rule writes as `symbol`; case does not matter.
    pub(super) fn in_rule(symbol: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|u| *u != Self::Ratio && u.symbol().eq_ignore_ascii_case(symbol))
    }

    /// The symbols that rules may use.
    pub(super) fn symbols() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().filter(|u| **u != Self::Ratio).map(|u| u.symbol())
    }

    /// The endings of names that tell a unit.
    pub(super) fn suffixes() -> impl Iterator<Item = &'static str> {
        SUFFIXES.iter().map(|(suffix, _)| *suffix)
    }

    /// The unit that a sample calls `word`: a symbol or a name, in any case.
    pub fn named(word: &str) -> Option<Self> {
        let word = word.trim();
        let plain = |u: &&Self| {
            u.symbol().eq_ignore_ascii_case(word)
                || u.words().iter().any(|w| w.eq_ignore_ascii_case(word))
        };
        Self::ALL.iter().find(plain).copied()
    }

    /// The unit that the ending of a metric's name tells, and the name without that ending.
    pub fn of_name(metric: &str) -> Option<(&str, Self)> {
        SUFFIXES.iter().find_map(|(suffix, unit)| {
            Some((metric.strip_suffix(suffix).filter(|stem| !stem.is_empty())?, *unit))
        })
    }

    /// `value`, given in `self`, in the unit `to`; none where the dimensions differ.
    ///
    /// The result is rounded to 15 significant digits, so that a ratio of 0.07 is 7 percent and not a little more.
    pub fn convert(self, value: f64, to: Self) -> Option<f64> {
        if self == to {
            return Some(value);
        }
        if self.dimension() != to.dimension() {
            return None;
        }
        let exact = value * (self.factor() / to.factor());
        Some(if exact.is_finite() {
            format!("{exact:.14e}").parse().unwrap_or(exact)
        } else {
            exact
        })
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.symbol())
    }
}

#[cfg(test)]
mod tests;
