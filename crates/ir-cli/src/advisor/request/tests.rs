use ir_core::docs::Sends;
use ir_core::wire::{AdviceTask, State};
use serde_json::{Value, json};

use super::{INCIDENTS, Request};
use crate::learn;

const INCIDENT: &str = "INC-20261123-0a1b2c3d";

fn record(kind: &str, id: &str, subject: Option<&str>, data: Value) -> Value {
    let mut record = json!({ "specversion": "1.0", "type": kind, "source": "ir-x/web-7", "id": id, "data": data });
    if let Some(subject) = subject {
        record["subject"] = subject.into();
    }
    record
}

fn alert(id: &str, sample: &str) -> Value {
    let origin = json!({ "source": "main", "line": 3, "offset": 9, "text": sample });
    let source = json!({ "id": "main", "path": "/srv/chat/state/app.log" });
    let data = json!({
        "rule": "app.plugin_failures", "state": "firing", "group": { "plugin": "demo" },
        "component": "plugin_system", "instance": "demo", "category": "plugin",
        "summary": format!("plugin failed: {sample}"), "trigger": "plugin_failures > 2 in 5 minutes",
        "reading": "count_in", "value": 3.0, "limit": 2.0,
        "onset": "2026-11-23T07:00:00Z", "count": 3, "samples": [origin], "sources": [source],
    });
    record("ir.alert.v1", id, None, data)
}

fn incident(id: &str, alerts: &[&str]) -> Value {
    let data = json!({
        "title": "web-7: plugin failed", "host": "web-7", "onset": "2026-11-23T07:00:00Z",
        "detected": "2026-11-23T07:00:05Z", "last": "2026-11-23T07:09:00Z",
        "alerts": alerts, "categories": ["plugin"],
    });
    record("ir.incident.v1", &format!("in-{id}"), Some(id), data)
}

fn cause() -> Value {
    let data = json!({
        "hypotheses": [{
            "rank": 1, "component": "plugin_system:demo /srv/x", "metric": null, "change": null,
            "confidence": null, "score": 4.5, "summary": "demo failed with password=hunter2",
            "terms": [], "for": ["al-1"], "against": [],
        }],
        "inconclusive": false, "summary": "s",
        "window": { "from": "2026-11-23T07:00:00Z", "to": "2026-11-23T07:09:00Z" },
        "window_records": 9, "baseline_records": 9,
    });
    record("ir.cause.v1", "ca-1", Some(INCIDENT), data)
}

fn state(records: &[Value]) -> State {
    let mut state = State::default();
    records.iter().for_each(|record| learn(&mut state, record.to_string().as_bytes()));
    state
}

fn shown(state: &State, task: AdviceTask, sends: Sends) -> (String, Value) {
    let json = String::from_utf8(Request::new(state, task, sends).to_json()).unwrap();
    assert!(json.ends_with('\n') && json.matches('\n').count() == 1);
    let value = serde_json::from_str(&json).unwrap();
    (json, value)
}

const SAMPLE: &str = "Failed in /srv/chat/plugins/demo.py for joe@example.org: api_key=abcdef token 12ab-77 \"quoted\" boom";

#[test]
fn neither_paths_nor_hosts_nor_secrets_are_shown() {
    let state = state(&[alert("al-1", SAMPLE), incident(INCIDENT, &["al-1"]), cause()]);
    let (json, value) = shown(&state, AdviceTask::Causes, Sends::Masked);
    for hidden in ["/srv", "web-7", "abcdef", "12ab", "joe", "hunter2", "quoted"] {
        assert!(!json.contains(hidden), "{hidden}: {json}");
    }
    let alert = &value["incidents"][0]["alerts"][0];
    assert_eq!(
        alert["samples"][0],
        "Failed in <*> for <*>: api_key=[hidden] token [hidden] <*> boom"
    );
    assert_eq!(alert["trigger"], "plugin_failures > 2 in 5 minutes");
    assert_eq!(value["incidents"][0]["hypotheses"][0]["id"], "ca-1/1");
    assert_eq!(value["incidents"][0]["hypotheses"][0]["component"], "plugin_system:demo <*>");

    let (json, value) = shown(&state, AdviceTask::Causes, Sends::Full);
    for hidden in ["web-7", "abcdef", "12ab", "hunter2", "app.log"] {
        assert!(!json.contains(hidden), "{hidden}: {json}");
    }
    assert!(value["incidents"][0]["alerts"][0]["samples"][0].as_str().unwrap().contains("demo.py"));
}

#[test]
fn triage_shows_no_hypotheses() {
    let state = state(&[alert("al-1", "x"), incident(INCIDENT, &["al-1"]), cause()]);
    let request = Request::new(&state, AdviceTask::Triage, Sends::Masked);
    assert_eq!(request.incident_of("al-1"), Some(INCIDENT));
    assert_eq!(request.incident_of(INCIDENT), Some(INCIDENT));
    assert_eq!(request.incident_of("ca-1/1"), None);
    assert!(!String::from_utf8(request.to_json()).unwrap().contains("hypotheses"));
}

#[test]
fn much_is_shown_in_part() {
    let long = "word ".repeat(20_000);
    let mut records = Vec::new();
    for n in 0..50 {
        let ids: Vec<String> = (0..40).map(|a| format!("al-{n}-{a}")).collect();
        records.extend(ids.iter().map(|id| alert(id, &long)));
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        records.push(incident(&format!("INC-20261123-{n:08x}"), &ids));
    }
    let state = state(&records);
    let (json, value) = shown(&state, AdviceTask::Triage, Sends::Full);
    let count = value["incidents"].as_array().unwrap().len();
    assert!(count > 0 && count <= INCIDENTS && json.len() < 1 << 20, "{count} {}", json.len());
    assert_eq!(value["left_out"], 50 - count);
}
