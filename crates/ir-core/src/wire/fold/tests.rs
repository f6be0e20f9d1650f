use proptest::prelude::*;
use serde_json::json;

use super::{Phase, State};
use crate::wire::{Line, Reason, Severity, parse_line};

fn apply(
    state: &mut State,
    kind: &str,
    id: &str,
    subject: Option<&str>,
    data: serde_json::Value,
) -> Result<(), Reason> {
    let mut event =
        json!({ "specversion": "1.0", "type": kind, "source": "t/h", "id": id, "data": data });
    if let Some(subject) = subject {
        event["subject"] = subject.into();
    }
    let line = event.to_string();
    let Line::Record(head) = parse_line(line.as_bytes()) else { panic!("a record: {line}") };
    state.apply(&head)
}

fn classified(severity: Severity) -> serde_json::Value {
    json!({
        "severity": severity, "rationale": [], "could_be": [], "components": [], "categories": [], "playbooks": [],
        "respond_by": "2026-11-23T08:00:00Z", "response_s": 900.0, "mobilize": []
    })
}

fn action(plan: &str, seq: u32, phase: &str) -> serde_json::Value {
    let step = json!({ "what": "", "argv": [] });
    json!({
        "plan": plan, "seq": seq, "of": 3, "playbook": "p", "action": format!("a{seq}"), "phase": phase, "bound": true,
        "reason": "", "run": step, "verify": step, "undo": step, "destroys": [], "needs": [], "blast_radius": [], "approval": "none"
    })
}

#[test]
fn the_last_plan_counts_and_its_steps_stand_in_order() {
    let mut state = State::default();
    for (id, plan, seq, phase) in [
        ("a", "old", 1, "planned"),
        ("b", "old", 2, "planned"),
        ("c", "new", 3, "planned"),
        ("d", "new", 1, "planned"),
        ("e", "new", 3, "done"),
    ] {
        apply(&mut state, "ir.action.v1", id, Some("INC-1"), action(plan, seq, phase)).unwrap();
    }
    let steps: Vec<_> =
        state.incidents["INC-1"].actions.iter().map(|a| (a.id.as_str(), a.body.seq)).collect();
    assert_eq!(steps, [("d", 1), ("e", 3)]);
    assert_eq!(state.incidents["INC-1"].phase(), Phase::ContainmentPlanned);
    // What a later record replaced is still known by its id.
    assert_eq!(state.ids.get("a"), Some(&"ir.action.v1"));
}

#[test]
fn what_is_not_ours_or_cannot_be_read_changes_nothing() {
    let mut state = State::default();
    apply(&mut state, "com.other", "a", Some("INC-1"), json!({"anything": 1})).unwrap();
    apply(&mut state, "ir.sample.v9", "b", Some("INC-1"), json!([])).unwrap();
    assert!(matches!(
        apply(&mut state, "ir.classified.v1", "c", Some("INC-1"), json!({"severity": "P9"})),
        Err(Reason::Body(..))
    ));
    assert!(matches!(
        apply(&mut state, "ir.classified.v1", "d", None, classified(Severity::P1)),
        Err(Reason::Body(..))
    ));
    assert!(matches!(
        apply(&mut state, "ir.classified.v1", "e", Some(""), classified(Severity::P1)),
        Err(Reason::Body(..))
    ));
    assert!(state.incidents.is_empty());
    assert_eq!((state.records, state.others, state.beyond), (5, 2, 0));
}

#[test]
fn notes_are_kept_in_order_and_change_no_phase() {
    let mut state = State::default();
    for (id, by) in [("nt-1", "ana"), ("nt-2", "ben")] {
        let data =
            json!({ "text": id, "kind": "decision", "by": by, "recorded": "2026-11-23T08:00:00Z" });
        apply(&mut state, "ir.note.v1", id, Some("INC-1"), data).unwrap();
    }
    let bad =
        json!({ "text": "x", "kind": "rumour", "by": "eve", "recorded": "2026-11-23T08:00:00Z" });
    assert!(apply(&mut state, "ir.note.v1", "nt-3", Some("INC-1"), bad).is_err());
    let incident = &state.incidents["INC-1"];
    let notes: Vec<_> = incident.notes.iter().map(|n| (&*n.id, &*n.body.by)).collect();
    assert_eq!(notes, [("nt-1", "ana"), ("nt-2", "ben")]);
    assert_eq!(incident.phase(), Phase::Detected);
}

#[test]
fn bodies_are_kept_within_bounds() {
    let mut state = State { bytes: State::MAX_BYTES - 310, ..State::default() };
    apply(&mut state, "ir.classified.v1", "a", Some("INC-1"), classified(Severity::P2)).unwrap();
    apply(&mut state, "ir.classified.v1", "b", Some("INC-1"), classified(Severity::P1)).unwrap();
    assert_eq!(state.incidents["INC-1"].severity(), Some(Severity::P2));
    assert_eq!(state.beyond, 1);
}

proptest! {
    /// Without a person a severity only ever rises, and the last classification stays visible.
    #[test]
    fn severity_is_the_gravest_so_far(words in prop::collection::vec(0usize..4, 1..12)) {
        let mut state = State::default();
        for (n, word) in words.iter().enumerate() {
            apply(&mut state, "ir.classified.v1", &n.to_string(), Some("INC-1"), classified(Severity::ALL[*word])).unwrap();
            let incident = &state.incidents["INC-1"];
            let gravest = words[..=n].iter().min().map(|w| Severity::ALL[*w]);
            prop_assert_eq!(incident.severity(), gravest);
            prop_assert_eq!(&incident.classified.as_ref().unwrap().id, &n.to_string());
            // The record in force is the first one of that severity.
            let first = words.iter().position(|w| Some(Severity::ALL[*w]) == gravest).unwrap();
            prop_assert_eq!(&incident.severities.last().unwrap().by, &first.to_string());
            prop_assert!(incident.severities.windows(2).all(|w| w[1].severity < w[0].severity && w[0].order < w[1].order));
        }
    }
}
