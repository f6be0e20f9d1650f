//! Where an incident begins in its logs.

use ir_core::wire::Time;

use super::outline::Outline;

/// What precedes the onset by more than this, in seconds, is not part of the incident.
pub(crate) const LEAD_S: f64 = 60.0;

/// The beginning of the window of an incident with that onset; `trouble` is the first failure known by name in the last
/// [`LEAD_S`] seconds before it.
///
/// - Signs come before the first failure that an alert counts. The window takes in the last quarter of the calm time before
///   the onset, so that most of it is left to compare with, and at most [`LEAD_S`].
/// - A start within [`LEAD_S`] belongs to the incident as a whole if it did not succeed before the onset, or if there are
///   earlier starts to compare it with: what it loads is what is new.
/// - A failure known by name within [`LEAD_S`] belongs to it.
pub(crate) fn begins(onset: Time, outline: &Outline, trouble: Option<Time>) -> Time {
    let lead = onset.plus_seconds(-LEAD_S);
    let at = outline.at(onset);
    let life = at.map(|at| &outline.lives[at]).filter(|life| life.started);
    let calm = match life {
        Some(life) => Some(life.ready.filter(|ready| *ready <= onset).unwrap_or(life.start)),
        None => outline.first,
    };
    let quarter = calm.map_or(0.0, |calm| onset.seconds_since(calm).max(0.0) / 4.0);
    let mut from = onset.plus_seconds(-quarter.min(LEAD_S));
    if let Some(life) = life.filter(|life| life.start >= lead)
        && (at > Some(0) || life.ready.is_none_or(|ready| ready > onset))
    {
        from = life.start;
    }
    from.min(trouble.unwrap_or(from)).max(lead)
}

#[cfg(test)]
mod tests {
    use ir_core::correlate::Place;
    use ir_core::wire::Time;

    use super::begins;
    use crate::cause::outline::{Milestone, Outline};

    fn at(s: i64) -> Time {
        Time::from_millis(s * 1000).unwrap()
    }

    /// An outline of runs: start, ready.
    fn outline(first: i64, runs: &[(i64, Option<i64>)]) -> Outline {
        let place = |line| Place { source: 0, line, offset: 0 };
        let mut outline = Outline::new(at(1_000_000));
        if runs.first().is_none_or(|run| run.0 > first) {
            outline.record(at(first), place(1), None, b"");
        }
        outline.first = Some(at(first));
        for (start, ready) in runs {
            outline.milestone(Milestone::Start, at(*start), place(*start as u64 + 2));
            if let Some(ready) = ready {
                outline.milestone(Milestone::Ready, at(*ready), place(*ready as u64 + 2));
            }
        }
        outline
    }

    fn begin(onset: i64, first: i64, runs: &[(i64, Option<i64>)], trouble: Option<i64>) -> f64 {
        begins(at(onset), &outline(first, runs), trouble.map(at)).seconds_since(at(0))
    }

    #[test]
    fn the_window_leaves_time_to_compare_with() {
        assert_eq!(begin(10_000, 0, &[], None), 9_940.0, "a minute");
        assert_eq!(begin(40, 0, &[], None), 30.0, "a quarter");
        assert_eq!(begin(0, 0, &[], None), 0.0, "the log begins with the fault");
        assert_eq!(
            begin(100, 0, &[(0, Some(20))], None),
            80.0,
            "a quarter of the time since the start succeeded"
        );
    }

    #[test]
    fn a_start_belongs_to_its_failure() {
        assert_eq!(begin(5, 0, &[(0, None)], None), 0.0, "it never succeeded");
        assert_eq!(
            begin(1_000, 0, &[(0, Some(1)), (990, Some(991))], None),
            990.0,
            "there is an earlier one"
        );
        assert_eq!(
            begin(1_000, 0, &[(0, Some(1)), (900, Some(901))], None),
            975.25,
            "too long ago"
        );
        assert_eq!(
            begin(1_000, 0, &[(995, Some(996))], None),
            995.0,
            "the log begins in the run before"
        );
    }

    #[test]
    fn earlier_failures_known_by_name_belong_to_it() {
        assert_eq!(begin(20, 0, &[(0, Some(2))], Some(1)), 1.0);
        assert_eq!(begin(1_000, 0, &[], Some(930)), 940.0, "but not more than a minute");
        assert_eq!(begin(1_000, 0, &[(990, None)], Some(995)), 990.0);
    }
}
