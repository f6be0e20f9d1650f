//! The transitions do not depend on how often the engine is told the time.

use proptest::prelude::*;

use super::{Transition, at, engine, event};
use crate::rules::Occurrence;

const RULES: &str = r"
  - {id: count, when: plugin_failure > 2 in 2 s, by: [plugin]}
  - {id: pairs, when: plugin_failure > 1 in 3 s, by: [plugin, hook]}
  - {id: few, when: plugin_turn < 3 in 2 s}
  - {id: rate, when: plugin_failure >= 60/min in 5 s}
  - {id: ratio, when: plugin_failure_rate > 40% in 3 s, by: [plugin], min_events: 2}
  - {id: burst, when: plugin_burst > 1 in 2 s, by: [plugin], min_events: 3}
  - {id: flag, when: plugin_failure, by: [hook]}
  - {id: state, when: plugin_down == 1 for 1 s, by: [plugin], settle_at_end: true}
  - {id: newest, when: cpu_usage > 90%}
  - {id: hold, when: cpu_usage > 90% for 2 s, settle_at_end: true}
  - {id: steady, when: cpu_usage > 90% consistently for 4 s}
  - {id: mean, when: cpu_usage > 90% in 3 s}
  - {id: gauge, when: eventbus_queue_depth >= 92 for 1 s}
";

fn occurrence(ms: i64, (name, plugin, hook, value): (&str, &str, &str, f64)) -> Occurrence {
    // An empty label is none.
    Occurrence { value: Some(value), ..event(ms, name, &[("plugin", plugin), ("hook", hook)]) }
}

/// Pushes all; before each, the time may be told up to three times, up to the very instant of the occurrence.
fn run(occurrences: &[Occurrence], tells: &[Vec<u8>], end: i64) -> (Vec<Transition>, String) {
    let mut e = engine(RULES);
    let mut all = Vec::new();
    let mut before = at(0);
    for (i, occurrence) in occurrences.iter().enumerate() {
        let mut parts = tells.get(i).cloned().unwrap_or_default();
        parts.sort_unstable();
        for part in parts {
            e.advance(
                before.plus_seconds(occurrence.time.seconds_since(before) * f64::from(part) / 4.0),
            );
            all.extend(e.drain());
        }
        e.push(occurrence.clone());
        before = occurrence.time;
    }
    e.advance(at(end));
    e.finish();
    all.extend(e.drain());
    (all, format!("{:?} {:?}", e.coverage(), e.notes()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn extra_calls_change_nothing(
        steps in prop::collection::vec((
            prop::sample::select(vec![0i64, 0, 1, 1, 2, 5, 10, 20, 100, 4000]),
            prop::sample::select(vec!["plugin_failure", "plugin_turn", "cpu_usage", "queue_level"]),
            prop::sample::select(vec!["", "a", "b"]),
            prop::sample::select(vec!["", "h", "i"]),
            prop::sample::select(vec![95.0, 95.0, 85.0, f64::NAN]),
        ), 0..60),
        tells in prop::collection::vec(prop::collection::vec(0u8..=4, 0..4), 60),
        more in 0i64..1000,
    ) {
        let mut now = 0;
        let occurrences: Vec<_> = steps.into_iter().map(|(step, name, plugin, hook, value)| {
            now += step * 100;
            occurrence(now, (name, plugin, hook, value))
        }).collect();
        let end = now + more * 1000;
        let plain = run(&occurrences, &[], end);
        let often = run(&occurrences, &tells, end);
        prop_assert_eq!(plain.0, often.0);
        prop_assert_eq!(plain.1, often.1);
    }
}
