//! Whether a count in the incident's window differs from the time before, and how surprising that is.

/// How much there was to write in a stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Exposure {
    /// Time alive, in seconds.
    pub seconds: f64,
    /// Starts of the application.
    pub starts: u64,
}

/// How a count changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// Seen in the window, never before.
    New,
    /// Seen far more often than before.
    Burst,
    /// Seen often before, not in the window.
    Vanished,
    /// No different from before, or not enough to tell.
    Same,
}

/// At this likelihood ratio a change is no chance: one in a hundred for a single count.
pub const SURPRISING: f64 = 6.63;
/// A burst is at least so many times the rate before.
pub const BURST: f64 = 3.0;
/// What vanished would have been seen at least so often.
const EXPECTED: f64 = 5.0;

/// Compares `window` occurrences with `before` ones: the shift, and its surprise (0: none; a likelihood ratio, G²).
///
/// Two explanations of a higher count are tried first: more time, and more starts (what an application says once per start
/// recurs with every start). Only what neither explains is a burst; only what both would have brought has vanished.
pub fn shift(window: u64, before: u64, now: &Exposure, then: &Exposure) -> (Shift, f64) {
    if then.seconds <= 0.0 || now.seconds <= 0.0 {
        return (Shift::Same, 0.0);
    }
    let (w, b) = (window as f64, before as f64);
    let by_time = surprise(w, now.seconds, b, then.seconds);
    let starts = now.starts > 0 && then.starts > 0;
    let by_start = surprise(w, now.starts as f64, b, then.starts as f64);
    let both = if starts { by_time.min(by_start) } else { by_time };
    match (window, before) {
        (0, _) => {
            // With no start in the window, what is said at starts was not to be expected in it.
            let at_start = b <= 2.0 * then.starts as f64;
            let expected = (b * now.seconds / then.seconds).min(if starts {
                b * now.starts as f64 / then.starts as f64
            } else {
                f64::MAX
            });
            if expected >= EXPECTED && both >= SURPRISING && !(at_start && now.starts == 0) {
                (Shift::Vanished, both)
            } else {
                (Shift::Same, 0.0)
            }
        }
        (_, 0) => (Shift::New, by_time),
        _ => {
            let ratio = (w / now.seconds) / (b / then.seconds);
            let ratio = if starts {
                ratio.min((w / now.starts as f64) / (b / then.starts as f64))
            } else {
                ratio
            };
            if ratio >= BURST && both >= SURPRISING {
                (Shift::Burst, both)
            } else {
                (Shift::Same, 0.0)
            }
        }
    }
}

/// The likelihood ratio of two counts under two rates against one common rate (Poisson); 0 where an exposure is missing.
fn surprise(a: f64, exposure_a: f64, b: f64, exposure_b: f64) -> f64 {
    let total = exposure_a + exposure_b;
    if exposure_a <= 0.0 || exposure_b <= 0.0 || a + b <= 0.0 {
        return 0.0;
    }
    let part = |count: f64, exposure: f64| {
        let expected = (a + b) * exposure / total;
        if count > 0.0 { count * (count / expected).ln() } else { 0.0 }
    };
    (2.0 * (part(a, exposure_a) + part(b, exposure_b))).max(0.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Exposure, Shift, shift};

    const HOUR: Exposure = Exposure { seconds: 3600.0, starts: 0 };
    const MINUTE: Exposure = Exposure { seconds: 60.0, starts: 0 };

    fn kind(window: u64, before: u64, now: Exposure, then: Exposure) -> Shift {
        shift(window, before, &now, &then).0
    }

    #[test]
    fn time_and_starts_explain_counts() {
        assert_eq!(kind(3, 0, MINUTE, HOUR), Shift::New);
        assert_eq!(kind(60, 60, MINUTE, HOUR), Shift::Burst);
        assert_eq!(kind(2, 100, MINUTE, HOUR), Shift::Same);
        assert_eq!(kind(0, 3600, MINUTE, HOUR), Shift::Vanished);
        assert_eq!(
            kind(0, 60, MINUTE, HOUR),
            Shift::Same,
            "one was to be expected: none is no surprise"
        );
        let started = |e: Exposure, starts| Exposure { starts, ..e };
        assert_eq!(kind(9, 3, started(MINUTE, 9), started(HOUR, 3)), Shift::Same, "once per start");
        assert_eq!(kind(90, 3, started(MINUTE, 9), started(HOUR, 3)), Shift::Burst);
        assert_eq!(
            kind(0, 400, started(HOUR, 0), started(HOUR, 400)),
            Shift::Same,
            "no start, no start-up lines"
        );
        assert_eq!(kind(5, 5, MINUTE, Exposure::default()), Shift::Same, "no time before");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_like_rate_is_never_a_shift(count in 1_u64..1000, factor in 1_u64..50, starts in 0_u64..20) {
            let now = Exposure { seconds: 60.0, starts };
            let then = Exposure { seconds: 60.0 * factor as f64, starts: starts * factor };
            prop_assert_eq!(kind(count, count * factor, now, then), Shift::Same);
        }

        #[test]
        fn surprise_grows_with_the_count(count in 1_u64..1000, before in 0_u64..10) {
            let (_, less) = shift(count, before, &MINUTE, &HOUR);
            let (_, more) = shift(count + 1, before, &MINUTE, &HOUR);
            prop_assert!(more >= less);
        }
    }
}
