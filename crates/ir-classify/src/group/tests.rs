use std::collections::BTreeMap;

use ir_core::wire::{AlertState, Time};
use proptest::prelude::*;

use super::{Grouper, Key, MAX_OPEN, Place, Signal};
use AlertState::{Firing, NoData, Resolved};

fn at(minute: i64) -> Time {
    Time::from_millis(1_795_420_800_000 + minute * 60_000).unwrap()
}

fn signal(app: &str, rule: &str, state: AlertState, onset: i64, time: i64) -> Signal {
    let key = Key::new(Some(app), None, None, rule);
    Signal {
        key,
        rule: Signal::rule_key(rule, &BTreeMap::new()),
        state,
        onset: at(onset),
        time: at(time),
    }
}

fn joins(incident: u64, new_rule: bool) -> Place {
    Place::Joins { incident, new_rule }
}

fn places(signals: impl IntoIterator<Item = Signal>) -> Vec<Place> {
    let mut grouper = Grouper::new(30.0 * 60.0);
    signals.into_iter().map(|s| grouper.place(s).0).collect()
}

#[test]
fn what_is_close_joins_and_what_is_far_opens_anew() {
    let found = places([
        signal("a", "g.x", Firing, 0, 1),
        signal("a", "g.x", Resolved, 0, 5),
        signal("b", "g.x", Firing, 5, 5),
        signal("a", "g.y", Firing, 35, 36),
        signal("a", "g.y", Resolved, 35, 40),
        signal("a", "g.x", Firing, 71, 72),
    ]);
    assert_eq!(
        found,
        [
            Place::Opens(0),
            joins(0, false),
            Place::Opens(1),
            joins(0, true),
            joins(0, false),
            Place::Opens(2)
        ]
    );
}

#[test]
fn the_gap_is_measured_from_the_onset() {
    let found = places([
        signal("a", "g.x", Firing, 0, 0),
        signal("a", "g.x", Resolved, 0, 0),
        signal("a", "g.y", Firing, 29, 90),
        signal("a", "g.y", NoData, 29, 90),
        signal("a", "g.x", Firing, 121, 121),
    ]);
    assert_eq!(
        found,
        [Place::Opens(0), joins(0, false), joins(0, true), joins(0, false), Place::Opens(1)]
    );
}

#[test]
fn an_incident_with_a_firing_alert_stays_open_to_what_follows_it() {
    let found = places([
        signal("a", "g.x", Firing, 600, 600),
        signal("a", "g.y", Firing, 900, 900),
        signal("a", "g.z", Firing, 0, 1),
        signal("a", "g.z", Resolved, 0, 2),
        signal("a", "g.x", Resolved, 600, 901),
    ]);
    assert_eq!(
        found,
        [Place::Opens(0), joins(0, true), Place::Opens(1), joins(1, false), joins(0, false)]
    );
}

#[test]
fn only_firing_alerts_open_an_incident() {
    let found = places([
        signal("a", "g.x", Resolved, 0, 1),
        signal("a", "g.x", NoData, 0, 1),
        signal("a", "g.x", Firing, 2, 2),
        signal("b", "g.x", Resolved, 2, 3),
        signal("a", "g.other", Resolved, 2, 3),
        signal("a", "g.x", NoData, 2, 4),
        signal("a", "g.x", Resolved, 2, 90),
    ]);
    use Place::{Nowhere, Opens};
    assert_eq!(
        found,
        [Nowhere, Nowhere, Opens(0), Nowhere, Nowhere, joins(0, false), joins(0, false)]
    );
}

#[test]
fn not_knowing_is_nothing_in_common() {
    let key = |app, host, component, rule| Key::new(app, host, component, rule);
    assert_ne!(key(None, None, Some("a"), "g.x"), key(None, None, Some("b"), "g.x"));
    assert_ne!(key(None, None, None, "g.x"), key(None, None, None, "h.x"));
    assert_ne!(key(None, None, None, "g.x"), key(None, None, Some("g"), "g.x"));
    assert_eq!(key(None, None, None, "g.x"), key(Some(" "), Some(""), None, "g.y"));
    assert_eq!(key(Some("app"), None, Some("a"), "g.x"), key(Some("app"), None, Some("b"), "h.x"));
    assert_ne!(key(Some("app"), None, None, "g.x"), key(Some("app"), Some("host"), None, "g.x"));
    assert_ne!(key(Some("x"), None, None, "g.x"), key(None, Some("x"), None, "g.x"));
}

#[test]
fn the_oldest_is_closed_when_too_many_are_open() {
    let mut grouper = Grouper::new(60.0);
    for n in 0..MAX_OPEN {
        let (place, closed) = grouper.place(signal(&format!("app{n}"), "g.x", Firing, 0, 0));
        assert_eq!((place, closed), (Place::Opens(n as u64), None));
    }
    let (place, closed) = grouper.place(signal("one more", "g.x", Firing, 0, 0));
    assert_eq!((place, closed), (Place::Opens(MAX_OPEN as u64), Some(0)));
    assert_eq!(grouper.place(signal("app0", "g.x", Resolved, 0, 0)).0, Place::Nowhere);
    assert_eq!(grouper.open.len(), MAX_OPEN);
    assert_eq!(grouper.by_key.len(), MAX_OPEN);
}

/// The same by looking at every earlier alert.
fn oracle(signals: &[Signal], gap_s: f64) -> Vec<Option<usize>> {
    let mut placed: Vec<Option<usize>> = Vec::new();
    let mut count = 0;
    for (i, new) in signals.iter().enumerate() {
        let of = |incident: usize| {
            signals[..i]
                .iter()
                .zip(&placed)
                .filter(move |(_, p)| **p == Some(incident))
                .map(|(s, _)| s)
                .collect::<Vec<_>>()
        };
        let fires = |incident: usize, rule: &str| {
            of(incident).iter().rev().find(|s| s.rule == rule).is_some_and(|s| s.state == Firing)
        };
        let mine: Vec<usize> = (0..count).rev().filter(|c| of(*c)[0].key == new.key).collect();
        let place = if new.state == Firing {
            let found = mine.iter().copied().find(|c| {
                let members = of(*c);
                let onset = members.iter().map(|s| s.onset.min(s.time)).min().unwrap();
                let last = members.iter().map(|s| s.onset.max(s.time)).max().unwrap();
                let early = onset.seconds_since(new.onset.max(new.time)) <= gap_s;
                let late = new.onset.min(new.time).seconds_since(last) <= gap_s;
                early && (late || members.iter().any(|s| fires(*c, &s.rule)))
            });
            found.or_else(|| {
                count += 1;
                Some(count - 1)
            })
        } else {
            let firing = mine.iter().copied().find(|c| fires(*c, &new.rule));
            firing.or_else(|| {
                mine.iter().copied().find(|c| of(*c).iter().any(|s| s.rule == new.rule))
            })
        };
        placed.push(place);
    }
    placed
}

proptest! {
    #[test]
    fn same_as_looking_at_every_earlier_alert(
        picks in prop::collection::vec((0..2_usize, 0..3_usize, 0..3_usize, 0..300_i64, 0..40_i64), 0..40)
    ) {
        let signals: Vec<Signal> = picks.into_iter().map(|(app, rule, state, onset, lasts)| {
            signal(["a", "b"][app], ["g.x", "g.y", "h.z"][rule], [Firing, Resolved, NoData][state], onset, onset + lasts)
        }).collect();
        let mut grouper = Grouper::new(600.0);
        let found: Vec<Option<usize>> = signals.iter().map(|s| match grouper.place(s.clone()).0 {
            Place::Opens(i) | Place::Joins { incident: i, .. } => Some(i as usize),
            Place::Nowhere => None,
        }).collect();
        prop_assert_eq!(found, oracle(&signals, 600.0));
    }
}
