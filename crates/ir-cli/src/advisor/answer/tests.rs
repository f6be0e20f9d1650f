use ir_core::docs::Sends;
use ir_core::wire::{AdviceNote, AdviceTask, State};
use serde_json::{Value, json};

use super::{Answer, MAX_ROWS};
use crate::advisor::request::Request;
use crate::learn;

const A: &str = "INC-20261123-0000000a";
const B: &str = "INC-20261123-0000000b";

/// Two incidents without alerts.
fn state() -> State {
    let mut state = State::default();
    for id in [A, B] {
        let data = json!({
            "title": "t", "onset": "2026-11-23T07:00:00Z", "detected": "2026-11-23T07:00:05Z",
            "last": "2026-11-23T07:09:00Z", "alerts": [], "categories": [],
        });
        let record = json!({ "specversion": "1.0", "type": "ir.incident.v1", "source": "ir-x/h", "id": "in-1",
            "subject": id, "data": data });
        learn(&mut state, record.to_string().as_bytes());
    }
    state
}

fn parsed(bytes: &[u8]) -> Result<Answer, String> {
    let state = state();
    Answer::parse(bytes, &Request::new(&state, AdviceTask::Triage, Sends::Masked))
}

fn answer(notes: Value, order: Value) -> Vec<u8> {
    json!({ "version": "ir.advice.v1", "notes": notes, "order": order }).to_string().into_bytes()
}

#[test]
fn what_is_not_foreseen_is_refused_whole() {
    let note = json!({ "about": A, "text": "look" });
    let with = |key: &str, value: Value| {
        let mut all = json!({ "version": "ir.advice.v1", "notes": [note] });
        all[key] = value;
        all.to_string().into_bytes()
    };
    let in_note = |key: &str| {
        let mut note = note.clone();
        note[key] = json!("P3");
        answer(json!([note]), json!([]))
    };
    for (bytes, told) in [
        (b"".to_vec(), "nothing"),
        (b" \n".to_vec(), "nothing"),
        (b"{\"version\":\"\xff\"}".to_vec(), "no text"),
        (b"I think it is the plugin".to_vec(), "expected value"),
        (b"[]".to_vec(), "invalid"),
        (b"{}".to_vec(), "missing field `version`"),
        (br#"{"version":"ir.advice.v1"}{}"#.to_vec(), "trailing"),
        (br#"{"version":"ir.advice.v1","version":"ir.advice.v1"}"#.to_vec(), "duplicate field"),
        (br#"{"version":"ir.advice.v2"}"#.to_vec(), "the version \"ir.advice.v2\""),
        (with("severity", json!("P3")), "unknown field `severity`"),
        (with("confidence", json!(1.0)), "unknown field `confidence`"),
        (with("order", json!([{ "id": A }])), "invalid type"),
        (in_note("severity"), "unknown field `severity`"),
        (in_note("action"), "unknown field `action`"),
        (answer(json!([{ "about": "INC-20261123-ffffffff", "text": "x" }]), json!([])), "any id"),
        (answer(json!([]), json!(["al-1"])), "any id"),
        (answer(json!(vec![note.clone(); MAX_ROWS + 1]), json!([])), "more than"),
        (answer(json!([]), json!(vec![A; MAX_ROWS + 1])), "more than"),
        ([b"{\"version\":".to_vec(), vec![b'['; 100_000]].concat(), "invalid type"),
    ] {
        let error = parsed(&bytes).unwrap_err();
        assert!(
            error.contains(told),
            "{}: {error}",
            String::from_utf8_lossy(&bytes[..bytes.len().min(200)])
        );
        assert!(error.len() < 500);
    }
}

#[test]
fn what_it_was_shown_is_kept_and_the_rest_counted() {
    let long = "é".repeat(AdviceNote::MAX);
    let notes = json!([
        { "about": B, "text": "second" },
        { "about": A, "text": "first" },
        { "about": "al-unknown", "text": "lost" },
        { "about": A, "text": " " },
        { "about": A, "text": long },
    ]);
    let state = state();
    let request = Request::new(&state, AdviceTask::Triage, Sends::Masked);
    let answer = Answer::parse(&answer(notes, json!([B, B, "no", A])), &request).unwrap();
    assert_eq!(answer.dropped, 4);
    let by_incident = answer.by_incident(&request);
    let texts = |n: usize| by_incident[n].1.iter().map(|n| &*n.text).collect::<Vec<_>>();
    assert_eq!((by_incident[0].0, by_incident[1].0), (A, B));
    assert_eq!(texts(1), ["second"]);
    assert_eq!(texts(0)[0], "first");
    assert!(texts(0)[1].len() <= AdviceNote::MAX + "…".len() && texts(0)[1].ends_with("é…"));
    assert_eq!(
        (&*by_incident[0].2, &*by_incident[1].2),
        (&[A.to_owned()][..], &[B.to_owned()][..])
    );
}

#[test]
fn silence_is_an_answer() {
    let silent = parsed(br#"{"version":"ir.advice.v1"}"#).unwrap();
    assert_eq!((silent.notes.len(), silent.order.len(), silent.dropped), (0, 0, 0));
}
