use ir_core::wire::{Time, Upstream};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::axis::Axis;
use super::{COLUMNS, Chart, Kind, Lane, Shown};
use crate::sample;

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

fn chart(records: &[Value]) -> Chart {
    Chart::of(&sample::report(&sample::plain(records), Upstream::Finished).incidents).unwrap()
}

fn lane(chart: &Chart, kind: Kind) -> &Lane {
    chart.lanes.iter().find(|lane| lane.kind == kind).unwrap()
}

/// `count` alerts of one incident, five seconds apart.
fn alerts(count: usize) -> Vec<Value> {
    let [alert, incident, ..] = &sample::incident()[..] else { panic!() };
    let ids: Vec<String> = (0..count).map(|n| format!("al-{n:016}")).collect();
    let mut records: Vec<Value> = Vec::new();
    for (n, id) in ids.iter().enumerate() {
        let at = time("2026-11-23T07:00:00Z").plus_seconds(5.0 * n as f64).to_string();
        let mut alert = alert.clone();
        alert["id"] = json!(id);
        alert["time"] = json!(at);
        alert["data"]["onset"] = json!(at);
        alert["data"]["group"] = json!({ "plugin": id });
        records.push(alert);
    }
    let mut incident = incident.clone();
    incident["data"]["alerts"] = json!(ids);
    records.push(incident);
    records
}

#[test]
fn one_event_has_an_axis_too() {
    let chart = chart(&alerts(1));
    assert!(chart.axis.length_s() >= 2.0);
    assert!(chart.axis.ticks().len() >= 2);
    let Shown::Rows(rows) = &lane(&chart, Kind::Alerts).shown else { panic!("{chart:?}") };
    assert!(rows.len() == 1 && rows[0].from > 0.0 && rows[0].to <= 1.0 && rows[0].open);
    assert!(Chart::of(&[]).is_none());
}

#[test]
fn thousands_are_counted_in_columns_and_the_picture_says_so() {
    let (few, many) = (chart(&alerts(9)), chart(&alerts(5000)));
    for (chart, count) in [(&few, 9), (&many, 5000)] {
        let lane = lane(chart, Kind::Alerts);
        let Shown::Columns(columns) = &lane.shown else { panic!("{lane:?}") };
        assert_eq!(
            (lane.count, columns.len(), columns.iter().sum::<u64>()),
            (count, COLUMNS, count as u64)
        );
        assert!(chart.notes[0].contains("too many to show one by one"), "{:?}", chart.notes);
    }
    let page = |n| {
        let report = sample::report(&sample::plain(&alerts(n)), Upstream::Finished);
        let page = crate::html::html(&report);
        let from = page.find("<figure>").unwrap();
        page[from..page.find("</figure>").unwrap()].len()
    };
    assert!(page(5000) < 20_000, "{}", page(5000));
}

#[test]
fn an_alert_reaches_from_firing_to_resolved() {
    let chart = chart(&sample::incident());
    let Shown::Rows(rows) = &lane(&chart, Kind::Alerts).shown else { panic!("{chart:?}") };
    let [alert] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!((&*alert.text, alert.open), ("app.plugin_failures plugin=flaky", false));
    assert_eq!(alert.from, chart.axis.place(time("2026-11-23T07:47:40.5Z")));
    assert_eq!(alert.to, chart.axis.place(time("2026-11-23T07:52:40Z")));
    assert!(alert.window < Some(alert.from));
    let words: Vec<_> = chart.marks.iter().map(|mark| mark.0).collect();
    assert_eq!(words, ["onset", "detected", "ended"]);
    assert!(
        chart.notes.iter().any(|n| n == "1 row without a time not shown."),
        "{:?}",
        chart.notes
    );
}

#[test]
fn what_came_much_later_does_not_stretch_the_axis() {
    let mut records = sample::incident();
    let evidence = records.iter_mut().find(|r| r["type"] == "ir.evidence.v1").unwrap();
    evidence["data"]["recorded"] = json!("2027-01-01T00:00:00Z");
    let chart = chart(&records);
    assert!(chart.axis.to < time("2026-11-23T08:00:00Z"));
    let Shown::Rows(rows) = &lane(&chart, Kind::Response).shown else { panic!("{chart:?}") };
    let late = rows.last().unwrap();
    assert!(late.text.contains("bundle") && late.from > chart.axis.end() && late.from < 1.0);
    assert!(
        chart.notes.iter().any(|n| n == "1 thing after the axis, beyond its right end."),
        "{:?}",
        chart.notes
    );
}

#[test]
fn ticks_are_whole_steps_of_the_clock() {
    for (from, to, want) in [
        ("2026-11-23T07:47:37Z", "2026-11-23T07:48:23Z", &["07:47:45", "07:48:00", "07:48:15"][..]),
        ("2026-11-23T22:10:00Z", "2026-11-24T03:10:00Z", &["00:00", "02:00"]),
        (
            "2026-11-20T09:00:00Z",
            "2026-11-24T03:00:00Z",
            &["2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24"],
        ),
        (
            "2026-11-23T07:47:37Z",
            "2026-11-23T07:47:37Z",
            &["07:47:36.0", "07:47:36.5", "07:47:37.0", "07:47:37.5", "07:47:38.0"],
        ),
    ] {
        let times = [time(from), time(to)];
        let axis = Axis::of(times.into_iter(), times.into_iter()).unwrap();
        let labels: Vec<String> = axis.ticks().into_iter().map(|tick| tick.label).collect();
        assert_eq!(labels, want);
    }
}

fn any_time() -> impl Strategy<Value = Time> {
    let near = 1_795_000_000_000_i64..1_795_600_000_000;
    let far = -377_000_000_000_000_i64..253_402_000_000_000;
    prop_oneof![3 => near, 1 => far].prop_map(|ms| Time::from_millis(ms).unwrap())
}

proptest! {
    /// Whatever the times are: places are on the picture and in the order of time, ticks few, even and on the axis.
    #[test]
    fn any_times_have_an_axis(core in prop::collection::vec(any_time(), 0..6), others in prop::collection::vec(any_time(), 1..9)) {
        let all = core.iter().chain(&others).copied();
        let axis = Axis::of(core.iter().copied(), all.clone()).unwrap();
        let mut times: Vec<Time> = all.collect();
        times.sort();
        let places: Vec<f64> = times.iter().map(|at| axis.place(*at)).collect();
        prop_assert!(places.is_sorted(), "{places:?}");
        prop_assert!(places.iter().all(|p| (0.0..=1.0).contains(p)), "{places:?}");
        for at in core {
            prop_assert!((axis.begin()..=axis.end()).contains(&axis.place(at)));
        }
        let ticks = axis.ticks();
        prop_assert!((1..=8).contains(&ticks.len()), "{ticks:?}");
        prop_assert!(ticks.iter().all(|t| t.at >= axis.begin() - 1e-9 && t.at <= axis.end() + 1e-9), "{ticks:?}");
        let gaps: Vec<f64> = ticks.windows(2).map(|w| w[1].at - w[0].at).collect();
        prop_assert!(gaps.iter().all(|g| *g > 0.0 && (g - gaps[0]).abs() < 1e-6), "{gaps:?}");
    }
}
