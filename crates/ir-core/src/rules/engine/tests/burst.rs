//! Bursts: the cases that they are for, and a reference that counts everything again at every instant.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Engine, Transition, at, engine, event, run, states, told};
use crate::rules::Occurrence;
use crate::wire::AlertState::{self, Firing, Resolved};

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

const RULE: &str = "  - db_burst > 4 times in 5 minutes";

fn failures(times: impl IntoIterator<Item = i64>) -> Vec<Occurrence> {
    let mut times: Vec<i64> = times.into_iter().collect();
    times.sort_unstable();
    times.into_iter().map(|ms| event(ms, "db_failure", &[])).collect()
}

/// `count` failures a second apart.
fn flood(from: i64, count: i64) -> impl Iterator<Item = i64> {
    (0..count).map(move |i| from + i * SECOND)
}

/// What an input tells that begins at 0, with time passing for an hour after it.
fn watched(times: impl IntoIterator<Item = i64>) -> (Vec<Transition>, Engine) {
    let mut e = engine(RULE);
    e.watched_from("main", at(0));
    let occurrences = failures(times);
    let end = occurrences.last().map_or(at(0), |last| last.time).plus_seconds(3600.0);
    for occurrence in occurrences {
        e.push(occurrence);
    }
    e.advance(end);
    e.finish();
    (e.drain(), e)
}

#[test]
fn silence_and_then_a_flood_is_one_burst_with_its_figures() {
    let (told, _) = watched(flood(HOUR, 30));
    assert_eq!(states(&told), [(HOUR + 19 * SECOND, Firing), (HOUR + 322 * SECOND, Resolved)]);
    let alert = &told[0];
    assert_eq!((alert.reading, alert.limit, alert.window_s), ("burst_in", Some(4.0), Some(300.0)));
    assert_eq!((alert.unit.as_deref(), alert.count, alert.onset), (Some("times"), 20, at(HOUR)));
    assert_eq!(alert.samples.len(), 5);
    assert_eq!((told[1].count, told[1].onset), (30, at(HOUR)));
    assert!(alert.value.unwrap() > 4.0 && told[1].value.unwrap() <= 4.0);
}

#[test]
fn a_few_failures_are_none_and_neither_is_steady_noise() {
    assert!(watched(flood(HOUR, 19)).0.is_empty());
    // A thousand a minute, all the time; then twice as many.
    let noise = (0..120_000).map(|i| i * 60);
    let twice = (0..20_000).map(|i| 2 * HOUR + i * 30);
    assert!(watched(noise.chain(twice)).0.is_empty());
    // Noise at the beginning of the input says nothing, since nothing is known of the time before.
    assert!(watched(flood(0, 250)).0.is_empty());
    let (told, e) = watched(flood(0, 30));
    assert!(told.is_empty());
    assert_eq!(e.coverage().unknown.len(), 1, "{:?}", e.coverage());
    assert!(e.coverage().unknown[0].reason.contains("no time before"));
}

#[test]
fn an_input_that_begins_healthy_and_is_flooded_alerts() {
    let (told, _) = watched(flood(6 * MINUTE, 400));
    assert_eq!(told[0].state, Firing);
    assert!(told[0].at < at(9 * MINUTE), "{:?}", told[0]);
    // Nobody said that the input began before the flood: it is all there is.
    assert!(run(&mut engine(RULE), failures(flood(6 * MINUTE, 280))).is_empty());
}

#[test]
fn what_comes_every_hour_is_usual_once_it_came_before() {
    // Forty lines within four minutes, at a slightly other second each hour.
    let job =
        |hour: i64| (0..40).map(move |i| hour * HOUR + (hour * 7 % 13) * SECOND + i * 6 * SECOND);
    let (told, _) = watched((1..30).flat_map(job));
    assert_eq!(told.len(), 2, "the first one alone: {told:?}");
    // Five times as much as usual is a burst all the same.
    let outage = flood(20 * HOUR + 30 * MINUTE, 200);
    let (told, _) = watched((1..30).flat_map(job).chain(outage));
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(told[2].at > at(20 * HOUR + 30 * MINUTE) && told[2].at < at(20 * HOUR + 35 * MINUTE));
}

#[test]
fn a_burst_that_goes_on_is_one_alert_until_it_ends() {
    // Every second for eight hours: longer than the time before, which therefore never becomes usual.
    let (told, _) = watched(flood(3 * HOUR, 8 * 3600));
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].at > at(11 * HOUR) && told[1].count > 28_000);
}

#[test]
fn a_log_that_begins_noisy_is_not_measured_by_an_older_one() {
    let mut e = engine(RULE);
    e.watched_from("main", at(0));
    e.watched_from("young", at(3 * HOUR));
    let mut noise = failures(flood(3 * HOUR, 60));
    for failure in &mut noise {
        failure.excerpt.as_mut().unwrap().origin.source = "young".into();
    }
    assert!(run(&mut e, noise).is_empty());
    let (told, _) = watched(flood(3 * HOUR, 60));
    assert_eq!(told[0].state, Firing, "of the older one it is a burst");
}

#[test]
fn memory_is_that_of_the_time_before_and_ends_with_it() {
    let mut e = engine("  - {id: x, when: plugin_burst > 4 in 2 s, by: [plugin]}");
    for i in 0..20_000 {
        e.push(event(i * 10, "plugin_failure", &[("plugin", &format!("p{i}"))]));
    }
    // Each is remembered for a window, the time before, and the rest of its piece.
    assert!(e.states[0].groups() <= 1401, "{}", e.states[0].groups());
    e.advance(at(300_000));
    assert_eq!(e.states[0].groups(), 0);
}

type Ms = i64;
const SPAN: Ms = 2000;
const BEFORE: Ms = 10_000;
const FEWEST: usize = 5;

/// Events, windows and dispersion of the time before a window.
type Level = (f64, f64, f64);

/// The time before the window that ends at `now` and before its parts, counted piece by piece.
fn levels(times: &[Ms], now: Ms, since: Ms) -> Vec<Option<Level>> {
    let end = now - SPAN;
    let start = ((end - BEFORE).div_euclid(SPAN) * SPAN).max(since);
    let mut counts = BTreeMap::new();
    for ms in start..=end {
        counts.insert(ms.div_euclid(SPAN), 0.0);
    }
    let counted = |until: Ms| times.iter().filter(move |ms| (start..=until).contains(ms));
    for ms in counted(end) {
        *counts.entry(ms.div_euclid(SPAN)).or_default() += 1.0;
    }
    let pieces = counts.len() as f64;
    let mean = counts.values().sum::<f64>() / pieces;
    let variance = counts.values().map(|n| (n - mean) * (n - mean)).sum::<f64>() / (pieces - 1.0);
    let dispersion = if pieces > 1.0 && mean > 0.0 { (variance / mean).max(1.0) } else { 1.0 };
    let level = |part| {
        let until = now - SPAN / part;
        let windows = (until - start) as f64 / (SPAN / part) as f64;
        (start < until).then_some((counted(until).count() as f64, windows, dispersion))
    };
    [1, 2, 4, 8].map(level).to_vec()
}

/// Whether the cube roots of two counts, which are all but normal, lie so far apart that chance does not do it, if the
/// events came `limit` times as often as before.
fn is_over(now: usize, (then, windows, dispersion): Level, limit: f64) -> bool {
    let (now, then) = (now as f64 / dispersion, then / dispersion + 1.0);
    let (a, b) = (1.0 / (9.0 * then), 1.0 / (9.0 * now));
    let apart = (windows * now / then / limit).cbrt();
    now > 1.0 && (1.0 - b) * apart - (1.0 - a) > 4.0 * (b * apart * apart + a).sqrt()
}

fn expected(
    times: &[Ms],
    group: &str,
    since: Ms,
    limit: f64,
    end: Ms,
) -> Vec<(Ms, AlertState, String)> {
    let mut instants: Vec<Ms> = times
        .iter()
        .flat_map(|ms| [0, 1, 2, 4, 8].map(|part| if part == 0 { *ms } else { ms + SPAN / part }))
        .collect();
    instants.sort_unstable();
    instants.dedup();
    let mut told = Vec::new();
    let mut against = None;
    for now in instants.into_iter().filter(|now| *now <= end) {
        let compared = match against {
            None if times.contains(&now) => Some(levels(times, now, since)),
            None => None,
            Some(ref levels) => Some(Vec::clone(levels)),
        };
        let alerting = against.is_some();
        let over = |(part, level): (Ms, &Option<Level>)| {
            let inside = |ms: &&Ms| now - SPAN / part < **ms && **ms <= now;
            let count = times.iter().filter(inside).count();
            level.is_some_and(|level| (alerting || count >= FEWEST) && is_over(count, level, limit))
        };
        let burst =
            compared.iter().flat_map(|levels| [1, 2, 4, 8].into_iter().zip(levels)).any(over);
        if burst != against.is_some() {
            told.push((now, if burst { Firing } else { Resolved }, group.to_owned()));
            against = compared.filter(|_| burst);
        }
    }
    told
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn bursts_by_group(
        steps in prop::collection::vec((
            prop::sample::select(vec![0i64, 0, 0, 0, 1, 1, 1, 2, 5, 40, 90]),
            prop::sample::select(vec!["", "a", "a", "a", "b"]),
        ), 0..150),
        lead in prop::sample::select(vec![0i64, 900, 2000, 7000, 50_000]),
        limit in prop::sample::select(vec![0.37, 1.03, 2.9]),
    ) {
        let mut now = 60_000;
        let since = now - lead;
        let events: Vec<(Ms, &str)> = steps.into_iter().map(|(step, group)| {
            now += step * 100;
            (now, group)
        }).collect();
        // The input begins with its first event, if nothing is said of an earlier time.
        let since = events.first().map_or(since, |(first, _)| since.min(*first));
        let end = now + 1500;
        let mut want = Vec::new();
        for group in ["", "a", "b"] {
            let times: Vec<Ms> = events.iter().filter(|(_, of)| *of == group).map(|(ms, _)| *ms).collect();
            want.extend(expected(&times, group, since, limit, end));
        }
        let mut e = engine(&format!("  - {{id: x, when: plugin_burst > {limit} times in 2 s, by: [plugin], min_events: {FEWEST}}}"));
        e.watched_from("main", at(since));
        for (ms, group) in &events {
            e.push(event(*ms, "plugin_failure", &[("plugin", group)]));
        }
        e.advance(at(end));
        e.finish();
        let mut got = told(&e.drain());
        let key = |t: &(Ms, AlertState, String)| (t.0, t.2.clone(), t.1);
        got.sort_by_key(key);
        want.sort_by_key(key);
        prop_assert_eq!(got, want);
    }
}
