//! Every window against a reference that looks at all occurrences again at every instant.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{at, engine, event, told};
use crate::rules::Occurrence;
use crate::wire::AlertState::{self, Firing, NoData, Resolved};

/// Milliseconds; small numbers, so that edges meet.
type Ms = i64;
type Told = (Ms, AlertState, String);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Said {
    True,
    False,
    /// No change: the hold is open, or the figures make no sense.
    Keep,
    Unknown,
}

/// The states that follow from what is said of a group, instant by instant.
fn follow(group: &str, said: impl IntoIterator<Item = (Ms, Said)>) -> Vec<Told> {
    let mut state = None;
    let mut told = Vec::new();
    for (ms, said) in said {
        let next = match (state, said) {
            (None | Some(NoData), Said::True) => Some(Firing),
            (Some(Firing | NoData), Said::False) => Some(Resolved),
            (Some(Firing), Said::Unknown) => Some(NoData),
            _ => None,
        };
        if let Some(next) = next {
            told.push((ms, next, group.to_owned()));
            state = (next != Resolved).then_some(next);
        }
    }
    told
}

fn sorted(mut told: Vec<Told>) -> Vec<Told> {
    told.sort_by(|a, b| (a.0, &a.2, a.1).cmp(&(b.0, &b.2, b.1)));
    told
}

/// What the engine tells of the occurrences, with time passing until `end`.
fn actual(rule: &str, occurrences: Vec<Occurrence>, end: Ms) -> Vec<Told> {
    let mut e = engine(rule);
    for occurrence in occurrences {
        e.push(occurrence);
    }
    e.advance(at(end));
    e.finish();
    sorted(told(&e.drain()))
}

/// Steps between occurrences, so that many share an instant and many are a window apart.
fn steps(n: usize) -> impl Strategy<Value = Vec<Ms>> {
    prop::collection::vec(prop::sample::select(vec![0, 0, 1, 1, 2, 3, 5, 10, 17]), 0..n)
}

/// Times of occurrences and something that is drawn for each.
fn timed<T: Clone + std::fmt::Debug>(
    n: usize,
    unit: Ms,
    each: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Vec<(Ms, T)>> {
    let each = prop::collection::vec(each, n);
    (steps(n), each).prop_map(move |(steps, each)| {
        let mut now = 0;
        let times = steps.into_iter().map(|step| {
            now += step * unit;
            now
        });
        times.zip(each).collect()
    })
}

fn label() -> impl Strategy<Value = Option<&'static str>> {
    prop::sample::select(vec![None, Some("a"), Some("a"), Some("b"), Some("c")])
}

fn labels(label: Option<&'static str>) -> Vec<(&'static str, &'static str)> {
    label.map(|value| ("plugin", value)).into_iter().collect()
}

const GROUPS: [Option<&str>; 4] = [None, Some("a"), Some("b"), Some("c")];

/// Instants at which something happens or leaves a window of `span`.
fn instants<T>(events: &[(Ms, T)], span: Ms, end: Ms) -> BTreeSet<Ms> {
    events.iter().flat_map(|(ms, _)| [*ms, ms + span]).filter(|ms| *ms <= end).collect()
}

fn counted(events: &[(Ms, Option<&str>)], of: Option<&str>, now: Ms, span: Ms) -> usize {
    events.iter().filter(|(ms, label)| *label == of && now - span < *ms && *ms <= now).count()
}

/// Whether an event with the label `label` counts for `group`.
fn counts(label: Option<&str>, group: Option<&str>) -> bool {
    label.is_none() || label == group
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn counts_by_group(events in timed(40, 100, label()), limit in 0usize..5) {
        let (span, end) = (2000, 20_000);
        let events: Vec<_> = events.into_iter().filter(|(ms, _)| *ms <= end).collect();
        let mut expected = Vec::new();
        let mut firing = BTreeSet::new();
        for now in instants(&events, span, end) {
            for i in (0..events.len()).filter(|i| events[*i].0 == now) {
                for group in GROUPS.into_iter().filter(|group| counts(events[i].1, *group)) {
                    let seen = &events[..=i];
                    let own = counted(seen, group, now, span);
                    let all = own + if group.is_some() { counted(seen, None, now, span) } else { 0 };
                    if own > 0 && all > limit && firing.insert(group) {
                        expected.push((now, Firing, group.unwrap_or_default().to_owned()));
                    }
                }
            }
            for group in GROUPS {
                let all = counted(&events, group, now, span) + if group.is_some() { counted(&events, None, now, span) } else { 0 };
                if all <= limit && firing.remove(&group) {
                    expected.push((now, Resolved, group.unwrap_or_default().to_owned()));
                }
            }
        }
        let rule = format!("  - {{id: x, when: plugin_failure > {limit} in 2 s, by: [plugin]}}");
        let occurrences = events.iter().map(|(ms, label)| event(*ms, "plugin_failure", &labels(*label))).collect();
        prop_assert_eq!(actual(&rule, occurrences, end), sorted(expected));
    }

    #[test]
    fn counts_below_a_limit(events in timed(30, 100, Just(())), limit in 1usize..5) {
        let (span, end) = (2000, 20_000);
        let events: Vec<_> = events.into_iter().filter(|(ms, ())| *ms <= end).collect();
        let first = events.first().map_or(end, |(ms, ())| *ms);
        let said = instants(&events, span, end).into_iter().filter(|now| *now >= first + span).map(|now| {
            let count = events.iter().filter(|(ms, ())| now - span < *ms && *ms <= now).count();
            (now, if count < limit { Said::True } else { Said::False })
        });
        let rule = format!("  - plugin_turn < {limit} in 2 s");
        let occurrences = events.iter().map(|(ms, ())| event(*ms, "plugin_turn", &[])).collect();
        prop_assert_eq!(actual(&rule, occurrences, end), follow("", said));
    }

    #[test]
    fn ratios_by_group(events in timed(40, 100, (any::<bool>(), label())), percent in prop::sample::select(vec![0, 25, 50, 80]), min in 1usize..5) {
        let (span, end) = (2000, 20_000);
        let events: Vec<_> = events.into_iter().filter(|(ms, _)| *ms <= end).collect();
        let of = |bad: bool| -> Vec<(Ms, Option<&str>)> {
            events.iter().filter(|(_, (b, _))| *b == bad).map(|(ms, (_, label))| (*ms, *label)).collect()
        };
        let (bads, totals) = (of(true), of(false));
        let mut expected = Vec::new();
        for group in GROUPS {
            let mut said = Vec::new();
            for now in instants(&events, span, end) {
                let own = counted(&bads, group, now, span) + counted(&totals, group, now, span);
                let shared = |of: &[(Ms, Option<&str>)]| if group.is_some() { counted(of, None, now, span) } else { 0 };
                let bad = counted(&bads, group, now, span) + shared(&bads);
                let total = counted(&totals, group, now, span) + shared(&totals);
                // A group that says nothing and has nothing of its own in the window does not exist.
                let alerting = follow("", said.iter().copied()).last().is_some_and(|(_, state, _)| *state != Resolved);
                said.push((now, match () {
                    () if own == 0 && !alerting => Said::Keep,
                    () if bad > total => Said::Keep,
                    () if total < min => Said::Unknown,
                    () if 100 * bad > percent * total => Said::True,
                    () => Said::False,
                }));
            }
            expected.extend(follow(group.unwrap_or_default(), said));
        }
        let rule = format!("  - {{id: x, when: plugin_failure_rate > {percent}% in 2 s, by: [plugin], min_events: {min}}}");
        let profile_labels = |(ms, (bad, label)): &(Ms, (bool, Option<&'static str>))| {
            event(*ms, if *bad { "plugin_failure" } else { "plugin_turn" }, &labels(*label))
        };
        prop_assert_eq!(actual(&rule, events.iter().map(profile_labels).collect(), end), sorted(expected));
    }
}

/// A sample: over the limit, under it, or none.
fn value() -> impl Strategy<Value = Option<f64>> {
    prop::sample::select(vec![
        Some(95.0),
        Some(95.0),
        Some(95.0),
        Some(95.0),
        Some(91.0),
        Some(85.0),
        None,
    ])
}

fn samples(events: &[(Ms, Option<f64>)]) -> Vec<Occurrence> {
    events
        .iter()
        .map(|(ms, value)| Occurrence { value: *value, ..event(*ms, "cpu_usage", &[]) })
        .collect()
}

const MINUTE: Ms = 60_000;

/// The median of the last eight gaps before `times[..]` ends, the lower one of an even number.
fn interval(times: &[Ms]) -> Option<Ms> {
    let distinct: Vec<_> = times.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let mut gaps: Vec<_> =
        distinct.windows(2).map(|pair| pair[1] - pair[0]).rev().take(8).collect();
    gaps.sort_unstable();
    if gaps.is_empty() { None } else { Some(gaps[(gaps.len() - 1) / 2]) }
}

/// When the last of `times` is too old.
fn lapse(times: &[Ms]) -> Ms {
    times[times.len() - 1] + (3 * interval(times).unwrap_or(0)).max(5 * MINUTE)
}

/// What is said sample by sample, and when the samples stop, according to `verdict` on all samples up to one.
/// `until` is when a verdict ends with no further sample.
fn said(
    events: &[(Ms, Option<f64>)],
    end: Ms,
    verdict: impl Fn(&[(Ms, Option<f64>)]) -> Said,
    until: impl Fn(&[Ms]) -> Ms,
) -> Vec<(Ms, Said)> {
    let mut said = Vec::new();
    let times: Vec<_> = events.iter().map(|(ms, _)| *ms).collect();
    for i in 0..events.len() {
        let next = times.get(i + 1).copied().unwrap_or(Ms::MAX);
        if next == times[i] {
            continue;
        }
        let (_, newest) = events[i];
        said.push((
            times[i],
            if newest.is_none() { Said::Unknown } else { verdict(&events[..=i]) },
        ));
        let stops = until(&times[..=i]);
        if stops < next && stops <= end {
            said.push((stops, Said::Unknown));
        }
    }
    said
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn newest_samples(events in timed(40, 25_000, value())) {
        let end = events.last().map_or(0, |(ms, _)| *ms) + 60 * MINUTE;
        let verdict = |seen: &[(Ms, Option<f64>)]| if seen[seen.len() - 1].1 > Some(90.0) { Said::True } else { Said::False };
        let expected = follow("", said(&events, end, verdict, lapse));
        prop_assert_eq!(actual("  - cpu_usage > 90", samples(&events), end), expected);
    }

    #[test]
    fn holds(events in timed(40, 25_000, value()), minutes in 1i64..8) {
        let end = events.last().map_or(0, |(ms, _)| *ms) + 60 * MINUTE;
        let verdict = |seen: &[(Ms, Option<f64>)]| {
            let times: Vec<_> = seen.iter().map(|(ms, _)| *ms).collect();
            let over = |i: usize| seen[i].1.is_some_and(|value| value > 90.0);
            let last = seen.len() - 1;
            if !over(last) {
                return Said::False;
            }
            let mut active = last;
            while active > 0 && over(active - 1) && times[active] <= lapse(&times[..active]) {
                active -= 1;
            }
            if times[last] - times[active] >= minutes * MINUTE { Said::True } else { Said::Keep }
        };
        let expected = follow("", said(&events, end, verdict, lapse));
        prop_assert_eq!(actual(&format!("  - cpu_usage > 90 for {minutes} minutes"), samples(&events), end), expected);
    }

    #[test]
    fn means(events in timed(40, 10_000, value())) {
        let end = events.last().map_or(0, |(ms, _)| *ms) + 60 * MINUTE;
        let span = 2 * MINUTE;
        let verdict = |seen: &[(Ms, Option<f64>)]| {
            let now = seen[seen.len() - 1].0;
            let values: Vec<_> = seen.iter().filter(|(ms, _)| now - span < *ms).filter_map(|(_, value)| *value).collect();
            if values.iter().sum::<f64>() > 90.0 * values.len() as f64 { Said::True } else { Said::False }
        };
        let until = |times: &[Ms]| lapse(times).min(times[times.len() - 1] + span);
        let expected = follow("", said(&events, end, verdict, until));
        prop_assert_eq!(actual("  - cpu_usage > 90 in 2 minutes", samples(&events), end), expected);
    }

    #[test]
    fn steady_conditions(events in timed(60, 10_000, value())) {
        let end = events.last().map_or(0, |(ms, _)| *ms) + 60 * MINUTE;
        let span = 3 * MINUTE;
        let verdict = |seen: &[(Ms, Option<f64>)]| {
            let times: Vec<_> = seen.iter().map(|(ms, _)| *ms).collect();
            let now = times[times.len() - 1];
            if seen[seen.len() - 1].1 <= Some(90.0) {
                return Said::False;
            }
            let values: Vec<_> = seen.iter().filter(|(ms, _)| now - span < *ms).filter_map(|(_, value)| *value).collect();
            let over = values.iter().filter(|value| **value > 90.0).count() as Ms;
            let n = values.len() as Ms;
            let covered = interval(&times).is_none_or(|interval| 100 * n * interval >= 60 * span);
            if n < 5 || !covered {
                Said::Unknown
            } else if 100 * over >= 90 * n {
                Said::True
            } else {
                Said::False
            }
        };
        let expected = follow("", said(&events, end, verdict, lapse));
        prop_assert_eq!(actual("  - cpu_usage > 90 consistently for 3 minutes", samples(&events), end), expected);
    }

    #[test]
    fn states_by_group(events in timed(30, 100, (any::<bool>(), label()))) {
        let (span, end) = (1000, 30_000);
        let events: Vec<_> = events.into_iter().filter(|(ms, _)| *ms <= end).collect();
        let mut expected = Vec::new();
        for group in GROUPS {
            // Begun by an event of the group, ended by one that does not name another.
            let switches: Vec<_> = events.iter()
                .filter(|(_, (on, label))| *label == group || (!on && counts(*label, group)))
                .map(|(ms, (on, _))| (*ms, *on)).collect();
            let said = instants(&switches, span, end).into_iter().map(|now| {
                let past: Vec<_> = switches.iter().filter(|(ms, _)| *ms <= now).collect();
                let on: Vec<_> = past.iter().rev().take_while(|(_, on)| *on).collect();
                (now, match on.last() {
                    None => Said::False,
                    Some((since, _)) if now - since >= span => Said::True,
                    Some(_) => Said::Keep,
                })
            });
            expected.extend(follow(group.unwrap_or_default(), said));
        }
        let occurrences = events.iter().map(|(ms, (on, label))| event(*ms, if *on { "plugin_failure" } else { "plugin_turn" }, &labels(*label))).collect();
        prop_assert_eq!(actual("  - {id: x, when: plugin_down == 1 for 1 s, by: [plugin]}", occurrences, end), sorted(expected));
    }

    #[test]
    fn flags_by_group(events in timed(40, 120_000, label())) {
        let mut alerted = BTreeMap::new();
        let mut expected = Vec::new();
        for (ms, label) in &events {
            if alerted.get(label).is_none_or(|last| ms - last >= 60 * MINUTE) {
                alerted.insert(*label, *ms);
                expected.push((*ms, Firing, label.unwrap_or_default().to_owned()));
            }
        }
        let occurrences = events.iter().map(|(ms, label)| event(*ms, "plugin_failure", &labels(*label))).collect();
        prop_assert_eq!(actual("  - {id: x, when: plugin_failure, by: [plugin]}", occurrences, 0), sorted(expected));
    }
}
