//! Each reading at the very instants where it changes.

use super::{at, engine, event, run, sample, states, told};
use crate::rules::{Occurrence, Op};
use crate::wire::AlertState::{Firing, NoData, Resolved};

const MINUTE: i64 = 60_000;

#[test]
fn a_count_fires_on_the_one_that_exceeds_and_resolves_when_it_falls_back() {
    let mut e = engine("  - db_failure > 20 in 1 minute");
    let told = run(&mut e, (0..21).map(|i| event(i * 10, "db_failure", &[])));
    assert_eq!(states(&told), [(200, Firing)], "twenty are not enough");
    let alert = &told[0];
    assert_eq!((alert.value, alert.count, alert.onset), (Some(21.0), 21, at(0)));
    assert_eq!(
        (alert.op, alert.limit, alert.window_s, alert.reading),
        (Some(Op::Gt), Some(20.0), Some(60.0), "count_in")
    );
    let lines: Vec<_> = alert.samples.iter().map(|s| s.text.as_str()).collect();
    assert_eq!(
        lines,
        [
            "db_failure at 0",
            "db_failure at 10",
            "db_failure at 20",
            "db_failure at 30",
            "db_failure at 40"
        ]
    );

    // The window is left-open: what happened a minute ago to the millisecond is out.
    for (last, fires) in [(59_999, true), (60_000, false), (60_001, false)] {
        let mut e = engine("  - db_failure > 1 in 1 minute");
        let told = run(&mut e, [event(0, "db_failure", &[]), event(last, "db_failure", &[])]);
        assert_eq!(!told.is_empty(), fires, "{last}");
    }

    let mut e = engine("  - db_failure > 1 in 1 minute");
    for ms in [0, 10, 500] {
        e.push(event(ms, "db_failure", &[]));
    }
    e.advance(at(60_010));
    assert_eq!(states(&e.drain()), [(10, Firing)], "one more may happen at 60010 itself");
    e.advance(at(60_011));
    let over = e.drain();
    assert_eq!(states(&over), [(60_010, Resolved)]);
    assert_eq!((over[0].value, over[0].count, over[0].onset), (Some(1.0), 3, at(0)));
}

#[test]
fn a_count_that_is_replaced_in_the_same_instant_does_not_flap() {
    let mut e = engine("  - db_failure > 5 in 1 minute");
    let regular = (0..60).map(|i| event(i * 10_000, "db_failure", &[]));
    let told = run(&mut e, regular);
    assert_eq!(states(&told), [(50_000, Firing)], "six in every left-open minute");
}

#[test]
fn counts_may_be_rates_and_samples_may_stand_for_many() {
    let mut e = engine("  - db_failure > 3/min in 10 minutes");
    let told = run(&mut e, (0..31).map(|i| event(i * 1000, "db_failure", &[])));
    assert_eq!(
        states(&told),
        [(30_000, Firing)],
        "thirty in ten minutes are three a minute, not more"
    );
    assert_eq!((told[0].value, told[0].unit.as_deref()), (Some(3.1), Some("/min")));

    let mut e = engine("  - login_failures > 20 in 1 minute");
    let told = run(
        &mut e,
        [
            sample(0, "login_failures", 15.0),
            sample(1000, "login_failures", -7.0),
            sample(2000, "login_failures", 6.0),
        ],
    );
    assert_eq!(states(&told), [(2000, Firing)]);
    assert_eq!(told[0].count, 21);
}

#[test]
fn a_count_below_its_limit_says_something_after_a_whole_window() {
    let mut e = engine("  - plugin_turn < 2 in 1 minute");
    let told =
        run(&mut e, [0, 20_000, 40_000, 70_000, 200_000].map(|ms| event(ms, "plugin_turn", &[])));
    // In (40000, 100000] there is one only; two again from the next on but for the instants in between.
    assert_eq!(states(&told), [(100_000, Firing)]);
    assert_eq!(told[0].value, Some(1.0));
}

#[test]
fn a_ratio_needs_enough_events_and_is_judged_when_the_instant_is_over() {
    let rule =
        "  - {id: r, when: 'plugin_failure_rate > 10% in 5 minutes', by: [plugin], min_events: 10}";
    let turns = |range: std::ops::Range<i64>| range.map(|i| event(i * 1000, "plugin_turn", &[]));
    let fail = |ms, plugin| event(ms, "plugin_failure", &[("plugin", plugin), ("hook", "h")]);
    // Nine turns: unknown, whatever fails.
    let mut e = engine(rule);
    let told = run(&mut e, turns(0..9).chain([fail(9000, "a"), fail(9000, "a")]));
    assert!(told.is_empty());
    assert_eq!(
        e.coverage().unknown[0].reason,
        "at most 9 of the 10 events that it needs in one window"
    );
    // The tenth turn comes in the instant of the failure, after it. Turns have no plugin: they count for each.
    let mut e = engine(rule);
    let told = run(
        &mut e,
        turns(0..9).chain([
            fail(9000, "a"),
            fail(9000, "a"),
            fail(9000, "b"),
            event(9000, "plugin_turn", &[]),
        ]),
    );
    assert_eq!(super::told(&told), [(9000, Firing, "a".into())], "b: 10% is not over 10%");
    assert_eq!(
        (told[0].value, told[0].unit.as_deref(), told[0].count, told[0].onset),
        (Some(20.0), Some("%"), 2, at(9000))
    );
    // The turns leave the window before the failures do: nothing is known any more, and that is no resolution.
    let mut e = engine(rule);
    for o in turns(0..10).chain([fail(9000, "a"), fail(9000, "a")]) {
        e.push(o);
    }
    e.advance(at(20 * MINUTE));
    assert_eq!(states(&e.drain()), [(9000, Firing), (300_000, NoData)]);
}

#[test]
fn more_bad_than_all_is_no_ratio_and_ends_no_alert() {
    let rule = "  - {id: r, when: 'plugin_failure_rate > 10% in 5 minutes', min_events: 2}";
    let fail = |ms| event(ms, "plugin_failure", &[]);
    let turn = |ms| event(ms, "plugin_turn", &[]);
    let mut e = engine(rule);
    assert!(run(&mut e, [turn(0), turn(1), fail(2), fail(2), fail(2)]).is_empty());
    assert_eq!(e.coverage().evaluated, ["app.r"], "two turns and no failure were 0%");
    let mut e = engine(rule);
    let told = run(&mut e, [turn(0), turn(1), fail(2), fail(3), fail(4)]);
    assert_eq!(states(&told), [(2, Firing)], "three of two: it keeps firing");
}

#[test]
fn a_sample_rule_fires_at_the_sample_and_resolves_at_the_first_false_one() {
    let mut e = engine("  - eventbus_queue_depth >= 100 messages");
    let told = run(
        &mut e,
        [(0, 99.0), (10, 100.0), (20, 101.0), (30, 99.9)]
            .map(|(ms, v)| sample(ms, "queue_level", v)),
    );
    assert_eq!(states(&told), [(10, Firing), (30, Resolved)]);
    assert_eq!(
        (told[0].value, told[0].unit.as_deref(), told[0].window_s),
        (Some(100.0), Some("messages"), None)
    );
    assert_eq!((told[1].value, told[1].count), (Some(99.9), 2));
    // The data stop: unknown after five minutes, and said so.
    let mut e = engine("  - eventbus_queue_depth >= 100");
    e.push(sample(0, "queue_level", 100.0));
    e.advance(at(5 * MINUTE + 1));
    e.push(sample(5 * MINUTE + 1, "queue_level", 120.0));
    assert_eq!(
        states(&run(&mut e, [])),
        [(0, Firing), (5 * MINUTE, NoData), (5 * MINUTE + 1, Firing)]
    );
}

#[test]
fn a_state_holds_to_the_millisecond() {
    let rule = "  - {id: down, when: app_down == 1 for 1 minute}";
    for (ready, fires) in [(59_999, false), (60_000, false), (60_001, true)] {
        let mut e = engine(rule);
        let told = run(
            &mut e,
            [
                event(0, "app_failed", &[]),
                event(100, "app_failed", &[]),
                event(ready, "app_ready", &[]),
            ],
        );
        let expected: &[_] = if fires { &[(60_000, Firing), (ready, Resolved)] } else { &[] };
        assert_eq!(states(&told), expected, "{ready}");
    }
    let mut e = engine(rule);
    e.push(event(0, "app_failed", &[]));
    e.advance(at(60_000));
    assert!(e.drain().is_empty(), "it may come up at this very instant");
    e.finish();
    let told = e.drain();
    assert_eq!(
        (states(&told), told[0].onset, told[0].reading),
        (vec![(60_000, Firing)], at(0), "state_hold")
    );
}

#[test]
fn the_end_of_the_input_settles_what_still_holds() {
    let rules = "  - {id: down, when: app_down == 1 for 1 minute, settle_at_end: true}\n  - {id: slow, when: fps < 10 for 1 minute, settle_at_end: true}";
    let told = run(
        &mut engine(rules),
        [event(0, "app_failed", &[]), sample(1000, "fps", 5.0), event(2000, "plugin_turn", &[])],
    );
    assert_eq!(told.iter().map(|t| t.rule).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(
        states(&told),
        [(2000, Firing), (2000, Firing)],
        "the last occurrence is the last that is seen, of whatever kind"
    );
    let told = run(
        &mut engine(rules),
        [event(0, "app_failed", &[]), event(500, "app_ready", &[]), sample(1000, "fps", 50.0)],
    );
    assert!(told.is_empty());
}

#[test]
fn a_state_at_once_and_as_a_flag() {
    for rule in ["  - app_down > 0", "  - app_down"] {
        let told = run(
            &mut engine(rule),
            [event(0, "app_ready", &[]), event(5, "app_failed", &[]), event(9, "app_ready", &[])],
        );
        assert_eq!(states(&told), [(5, Firing), (9, Resolved)], "{rule}");
    }
    let told = run(
        &mut engine("  - app_down == 0"),
        [event(0, "app_failed", &[]), event(5, "app_ready", &[])],
    );
    assert_eq!(states(&told), [(5, Firing)], "before the first event nothing is known");
}

#[test]
fn an_event_is_alerted_once_an_hour_for_each_group() {
    let hour = 60 * MINUTE;
    let rule = "  - {id: t, when: plugin_failure, by: [plugin]}";
    let fail = |ms, plugin| event(ms, "plugin_failure", &[("plugin", plugin)]);
    let mut e = engine(rule);
    let told = run(
        &mut e,
        [
            fail(0, "a"),
            fail(1, "a"),
            fail(2, "b"),
            fail(hour - 1, "a"),
            fail(hour, "a"),
            fail(hour + 1, "b"),
        ],
    );
    assert_eq!(
        super::told(&told),
        [(0, Firing, "a".into()), (2, Firing, "b".into()), (hour, Firing, "a".into())]
    );
    assert_eq!(
        (told[0].value, told[0].limit, told[0].reading, told[0].count),
        (None, None, "event", 1)
    );
    assert_eq!(
        e.notes()[0].reason,
        "3 repeats within an hour of an alert were counted and not alerted again"
    );
}

#[test]
fn a_mean_is_exact() {
    let rule = "  - load > 0.1 in 1 minute";
    let at_limit: Vec<_> = (0..50).map(|i| sample(i * 1000, "load", 0.1)).collect();
    assert!(
        run(&mut engine(rule), at_limit.clone()).is_empty(),
        "the mean of equal values is that value"
    );
    let told = run(&mut engine(rule), at_limit.into_iter().chain([sample(50_000, "load", 0.2)]));
    assert_eq!(states(&told), [(50_000, Firing)]);
    assert_eq!((told[0].reading, told[0].count, told[0].onset), ("mean_in", 51, at(50_000)));
    // Empty window: no mean.
    let mut e = engine(rule);
    e.push(sample(0, "load", 1.0));
    e.advance(at(MINUTE + 1));
    assert_eq!(states(&e.drain()), [(0, Firing), (MINUTE, NoData)]);
}

#[test]
fn consistently_forgives_one_sample_in_ten_and_needs_data() {
    let rule = "  - network_latency > 5000ms consistently";
    let series = |bad: &[i64], n: i64| -> Vec<Occurrence> {
        (0..n)
            .map(|i| {
                sample(i * 30_000, "network_latency", if bad.contains(&i) { 100.0 } else { 6000.0 })
            })
            .collect()
    };
    // Every 30 s: 60% of the ten expected in five minutes are six.
    assert!(run(&mut engine(rule), series(&[], 5)).is_empty());
    let told = run(&mut engine(rule), series(&[], 6));
    assert_eq!(states(&told), [(150_000, Firing)]);
    assert_eq!((told[0].reading, told[0].window_s, told[0].count), ("steady", Some(300.0), 6));
    // One of ten is forgiven, two are not; and the newest must be true.
    assert_eq!(states(&run(&mut engine(rule), series(&[3], 12))), [(270_000, Firing)]);
    assert!(run(&mut engine(rule), series(&[3, 8], 12)).is_empty());
    assert_eq!(
        states(&run(&mut engine(rule), series(&[9], 10))),
        [(150_000, Firing), (270_000, Resolved)]
    );
    // `for` would have started again.
    assert!(
        run(&mut engine("  - network_latency > 5000ms for 5 minutes"), series(&[3], 12)).is_empty()
    );
}

#[test]
fn values_are_compared_in_the_rules_unit() {
    let cpu = |value, unit: Option<&str>| Occurrence {
        unit: unit.map(str::to_owned),
        ..sample(0, "cpu_usage", value)
    };
    for (value, unit, fires) in [
        (95.0, None, true),
        (95.0, Some("percent"), true),
        (0.95, Some("ratio"), true),
        (0.9, Some("ratio"), false),
        (0.95, Some("%"), false),
        (95.0, Some("ms"), false),
        (95.0, Some("messages"), false),
        (f64::NAN, None, false),
        (f64::INFINITY, None, false),
    ] {
        let mut e = engine("  - cpu_usage > 90%");
        assert_eq!(!run(&mut e, [cpu(value, unit)]).is_empty(), fires, "{value} {unit:?}");
        assert_eq!(
            e.notes().len(),
            usize::from(unit.is_none() && value.is_finite()),
            "{value} {unit:?}: {:?}",
            e.notes()
        );
    }
    let mut e = engine("  - cpu_usage > 90%");
    run(&mut e, [cpu(95.0, Some("ms"))]);
    assert_eq!(
        e.coverage().unknown[0].reason,
        "its samples are in `ms`, a time, and its limit is a percentage"
    );
    let mut e = engine("  - cpu_usage > 90");
    run(&mut e, [cpu(95.0, Some("ms"))]);
    assert_eq!(
        e.coverage().unknown[0].reason,
        "its samples are in `ms`, and its limit has no unit"
    );
    // The name's ending tells the unit, of the sample and of the rule.
    for (rule, name, value, fires) in [
        ("network_latency > 5000ms", "network_latency_seconds", 5.1, true),
        ("network_latency > 5000ms", "network_latency_seconds", 4.9, false),
        ("network_latency > 5s", "network_latency_ms", 5001.0, true),
        ("error_ratio > 7%", "error_ratio", 0.07, false),
        ("error_ratio > 7%", "error_ratio", 0.0701, true),
        ("error_ratio > 0.1", "error_ratio", 0.2, true),
        ("heap_bytes > 2", "heap_bytes", 3.0, true),
    ] {
        let told = run(&mut engine(&format!("  - {rule}")), [sample(0, name, value)]);
        assert_eq!(!told.is_empty(), fires, "{rule}: {name} {value}");
    }
    let told =
        run(&mut engine("  - network_latency > 5s"), [sample(0, "network_latency_ms", 5001.0)]);
    assert_eq!((told[0].value, told[0].unit.as_deref()), (Some(5.001), Some("s")));
}

#[test]
fn the_two_sides_of_a_capacity() {
    for (rule, name, value, fires) in [
        ("disk_space < 10% available", "disk_space", 9.9, true),
        ("disk_space < 10% available", "disk_space", 10.0, false),
        ("disk_space < 10% available", "disk_space_free", 9.9, true),
        ("disk_space < 10% available", "disk_space_used", 95.0, true),
        ("disk_space < 10% free", "disk_space.used", 85.0, false),
        ("disk_space > 90% used", "disk_space", 5.0, true),
        ("disk_space > 90% used", "disk_space", 95.0, false),
        ("disk_space > 90% used", "disk_space_used", 95.0, true),
        ("memory_usage < 5% available", "memory_usage", 96.0, true),
        ("memory_usage > 90% used", "memory_usage", 96.0, true),
        ("disk_space < 5 GB available", "disk_space_used", 1.0, false),
    ] {
        let told = run(&mut engine(&format!("  - {rule}")), [sample(0, name, value)]);
        assert_eq!(!told.is_empty(), fires, "{rule}: {name} {value}");
    }
}

#[test]
fn a_component_stands_in_the_name_or_in_a_label() {
    let labelled =
        |component| Occurrence { value: Some(5.0), ..event(0, "fps", &[("component", component)]) };
    for (occurrence, fires) in [
        (sample(0, "terminal_renderer.fps", 5.0), true),
        (sample(0, "terminal_renderer_fps", 5.0), true),
        (labelled("terminal_renderer"), true),
        (labelled("other"), false),
        (sample(0, "fps", 5.0), false),
    ] {
        assert_eq!(
            !run(&mut engine("  - terminal_renderer fps < 10"), [occurrence.clone()]).is_empty(),
            fires,
            "{occurrence:?}"
        );
    }
}

#[test]
fn a_metric_of_events_goes_by_its_own_name_too() {
    let mut e = engine("  - sqlite_connection_failures > 1 in 1 minute");
    let told =
        run(&mut e, [event(0, "sqlite_connection_failures", &[]), event(1, "db_failure", &[])]);
    assert_eq!(states(&told), [(1, Firing)]);
    // Not where the name is that of something else.
    let mut e = engine("  - {id: x, when: cpu_usage > 90%}\n  - db_failure > 1 in 1 minute");
    let told = run(&mut e, [sample(0, "cpu_usage", 95.0), sample(1, "cpu_usage", 95.0)]);
    assert_eq!(told.iter().map(|t| t.rule).collect::<Vec<_>>(), [0]);
}

#[test]
fn series_are_judged_apart_unless_a_rule_says_by_what() {
    let host = |ms, host, value| Occurrence {
        value: Some(value),
        ..event(ms, "cpu_usage", &[("host", host)])
    };
    let samples = [host(0, "a", 95.0), host(1, "b", 50.0), host(2, "a", 96.0)];
    assert_eq!(
        told(&run(&mut engine("  - cpu_usage > 90%"), samples.clone())),
        [(0, Firing, "a".into())]
    );
    let by_rack = "  - {id: x, when: cpu_usage > 90%, by: [rack]}";
    assert_eq!(
        told(&run(&mut engine(by_rack), samples)),
        [(0, Firing, String::new()), (1, Resolved, String::new()), (2, Firing, String::new())]
    );
}

#[test]
fn too_many_groups_share_one_and_it_is_said() {
    let rule = "  - {id: x, when: plugin_failure > 1 in 1 minute, by: [plugin]}";
    let mut e = engine(rule);
    for i in 0..10_005 {
        e.push(event(i / 100, "plugin_failure", &[("plugin", &format!("p{i}"))]));
    }
    e.finish();
    assert_eq!(told(&e.drain()), [(100, Firing, "…other".into())]);
    assert!(e.notes()[0].reason.contains("more than 10000 groups"));
    // When the groups have nothing to remember any more, there is room again.
    let mut e = engine(rule);
    for i in 0..30_000 {
        e.push(event(i * 10, "plugin_failure", &[("plugin", &format!("p{i}"))]));
    }
    assert!(e.notes().is_empty(), "{:?}", e.notes());
}

#[test]
fn what_is_over_leaves_nothing_behind() {
    let mut e = engine(
        "  - {id: count, when: plugin_failure > 1 in 1 minute, by: [plugin]}
  - {id: ratio, when: plugin_failure_rate > 10% in 5 minutes, by: [plugin], min_events: 2}
  - {id: state, when: plugin_down == 1 for 1 minute, by: [plugin]}
  - {id: flag, when: plugin_failure, by: [plugin]}",
    );
    for _ in 0..40 {
        e.push(event(0, "plugin_turn", &[]));
    }
    for i in 0..40 {
        e.push(event(
            i * 7000,
            "plugin_failure",
            &[("plugin", ["a", "b", "c", ""][i as usize % 4])],
        ));
    }
    e.push(event(290_000, "plugin_turn", &[]));
    assert!(e.states.iter().all(|state| state.groups() >= 3));
    e.advance(at(300 * MINUTE));
    let told = e.drain();
    assert!(told.iter().any(|t| t.state == Resolved) && e.agenda.is_empty());
    let left: Vec<_> = e.states.iter().map(|state| state.groups()).collect();
    // Whether the ratio ended is not known: an alert whose data stopped is remembered until they return.
    let lost = told.iter().filter(|t| t.state == NoData).count();
    assert_eq!(left, [0, lost, 0, 0]);
    assert!(lost > 0);
}

#[test]
fn a_window_of_very_many_events_keeps_its_count() {
    let mut e = engine("  - db_failure > 249999 in 10 minutes");
    for i in 0..250_000 {
        e.push(event(i, "db_failure", &[]));
    }
    let fired = e.drain();
    assert_eq!((states(&fired), fired[0].count), (vec![(249_999, Firing)], 250_000));
    e.advance(at(700_000));
    let over = e.drain();
    let resolved = states(&over)[0].0;
    assert!((600_000..600_020).contains(&resolved), "late by a rounding at most: {resolved}");
    assert!(e.notes()[0].reason.contains("100000 entries"));
}

#[test]
fn times_that_run_backwards_never_panic() {
    let mut e = engine("  - db_failure > 1 in 1 minute\n  - cpu_usage > 90% for 5 minutes");
    e.advance(crate::wire::Time(jiff::Timestamp::MAX));
    for ms in [5, 3, 1] {
        e.push(event(ms, "db_failure", &[]));
        e.push(sample(ms, "cpu_usage", 95.0));
    }
    let told = run(&mut e, []);
    assert_eq!(told.iter().map(|t| t.at.0).collect::<Vec<_>>(), [jiff::Timestamp::MAX]);
}
