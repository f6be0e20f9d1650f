//! The meaning of `for`, on a grid of one sample a minute. Prometheus' own evaluator agrees with every one of them.

use super::{engine, event, sample, told};
use crate::rules::Occurrence;
use crate::wire::AlertState::{Firing, NoData, Resolved};

const MINUTE: i64 = 60_000;

/// Whether `cpu_usage > 90 for 5 minutes` is firing after the sample of minute `until`. None: no sample that minute;
/// NaN: the series says that it has ended.
fn is_firing(values: &[Option<f64>], until: usize) -> bool {
    let mut e = engine("  - cpu_usage > 90 for 5 minutes");
    for (minute, value) in values.iter().enumerate().take(until + 1) {
        if let Some(value) = value {
            e.push(sample(minute as i64 * MINUTE, "cpu_usage", *value));
        }
    }
    e.finish();
    e.drain().last().is_some_and(|t| t.state == Firing)
}

#[test]
fn holds_on_samples() {
    let some = |values: &[f64]| values.iter().copied().map(Some).collect::<Vec<_>>();
    let with_holes = |before: &[f64], holes: usize, after: &[f64]| {
        [some(before), vec![None; holes], some(after)].concat()
    };
    let mut continuous = vec![50.0];
    continuous.extend([95.0; 11]);
    for (name, values, minute, fires) in [
        ("continuous", some(&continuous), 0, false),
        ("continuous", some(&continuous), 5, false),
        ("continuous", some(&continuous), 6, true),
        (
            "one sample dips",
            some(&[95.0, 95.0, 95.0, 95.0, 50.0, 95.0, 95.0, 95.0, 95.0, 95.0, 95.0]),
            5,
            false,
        ),
        (
            "one sample dips",
            some(&[95.0, 95.0, 95.0, 95.0, 50.0, 95.0, 95.0, 95.0, 95.0, 95.0, 95.0]),
            9,
            false,
        ),
        (
            "one sample dips",
            some(&[95.0, 95.0, 95.0, 95.0, 50.0, 95.0, 95.0, 95.0, 95.0, 95.0, 95.0]),
            10,
            true,
        ),
        ("equal is not greater", some(&[90.0; 11]), 8, false),
        (
            "missing samples are bridged for five minutes",
            with_holes(&[95.0], 4, &[95.0, 95.0]),
            5,
            true,
        ),
        ("a longer hole starts it again", with_holes(&[95.0], 6, &[95.0, 95.0]), 8, false),
        (
            "the series ends and begins anew",
            some(&[95.0, 95.0, f64::NAN, 95.0, 95.0, 95.0, 95.0]),
            6,
            false,
        ),
    ] {
        assert_eq!(is_firing(&values, minute), fires, "{name}, minute {minute}");
    }
}

#[test]
fn label_sets_hold_independently() {
    let on = |minute: i64, host, value| Occurrence {
        value: Some(value),
        ..event(minute * MINUTE, "cpu_usage", &[("host", host)])
    };
    let mut e = engine("  - cpu_usage > 90 for 5 minutes");
    for minute in 0..9 {
        e.push(on(minute, "a", 95.0));
        e.push(on(minute, "b", if minute == 2 { 50.0 } else { 95.0 }));
    }
    e.finish();
    assert_eq!(
        told(&e.drain()),
        [(5 * MINUTE, Firing, "a".into()), (8 * MINUTE, Firing, "b".into())]
    );
}

#[test]
fn the_hold_is_inclusive_to_the_millisecond() {
    for (ms, fires) in [(299_999, false), (300_000, true), (300_001, true)] {
        let mut e = engine("  - cpu_usage > 90 for 5 minutes");
        e.push(sample(0, "cpu_usage", 95.0));
        e.push(sample(100_000, "cpu_usage", 95.0));
        e.push(sample(ms, "cpu_usage", 95.0));
        e.finish();
        let told = e.drain();
        assert_eq!(!told.is_empty(), fires, "{ms}");
    }
}

#[test]
fn data_that_stop_are_told_and_data_that_return_are_no_resolution() {
    let mut e = engine("  - cpu_usage > 90 for 2 minutes");
    for minute in 0..=2 {
        e.push(sample(minute * MINUTE, "cpu_usage", 95.0));
    }
    // Silent from minute 2 on; back at minute 20, still high, and held again at minute 22.
    for minute in 20..=22 {
        e.push(sample(minute * MINUTE, "cpu_usage", 95.0));
    }
    e.push(sample(23 * MINUTE, "cpu_usage", 10.0));
    e.finish();
    let states: Vec<_> =
        told(&e.drain()).into_iter().map(|(ms, state, _)| (ms / MINUTE, state)).collect();
    assert_eq!(states, [(2, Firing), (7, NoData), (22, Firing), (23, Resolved)]);
}
