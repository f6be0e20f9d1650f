use ir_core::wire::{Phase, Severity, Upstream};
use serde_json::{Value, json};

use super::steps::StepState;
use crate::sample;

fn report(records: &[Value]) -> super::Report {
    sample::report(&sample::plain(records), Upstream::Finished)
}

/// `ir.alert.v1` of the sample with another id, state, time and group.
fn alert(id: &str, state: &str, time: &str, group: &str) -> Value {
    let mut alert = sample::incident()[0].clone();
    alert["id"] = id.into();
    alert["time"] = time.into();
    alert["data"]["state"] = state.into();
    alert["data"]["group"] = json!({ "plugin": group });
    alert
}

fn incident(id: &str, subject: &str, onset: &str, alerts: &[&str]) -> Value {
    let mut incident = sample::incident()[1].clone();
    incident["id"] = id.into();
    incident["subject"] = subject.into();
    incident["data"]["onset"] = onset.into();
    incident["data"]["alerts"] = json!(alerts);
    incident
}

#[test]
fn the_json_form_keeps_to_its_schema_and_its_order_of_keys() {
    let validator = jsonschema::validator_for(&crate::schema()).unwrap();
    for records in [sample::incident(), sample::quiet(), Vec::new()] {
        let text = serde_json::to_string(&report(&records)).unwrap();
        let json: Value = serde_json::from_str(&text).unwrap();
        let faults: Vec<_> =
            validator.iter_errors(&json).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{faults:#?}");
        let keys = [
            "report",
            "verdict",
            "complete",
            "faults",
            "stream",
            "left_out",
            "runs",
            "checks",
            "incidents",
            "alerts_apart",
            "evidence_apart",
            "procedure",
        ];
        let places: Vec<_> =
            keys.iter().map(|key| text.find(&format!("\"{key}\":")).expect(key)).collect();
        assert!(places.is_sorted(), "{text}");
    }
}

#[test]
fn everything_that_the_records_hold_is_in_the_json_form() {
    let json = serde_json::to_value(report(&sample::incident())).unwrap();
    let all = json.to_string();
    for record in sample::plain(&sample::incident()) {
        // An incident or classification that a later one replaced leaves its mark only.
        let replaced = ["in-2560dd47c52264d8", "cl-0f0cdc2c5cbc4a6b"]
            .contains(&record["id"].as_str().unwrap());
        if !replaced {
            assert!(all.contains(record["id"].as_str().unwrap()), "{record}");
        }
    }
    assert_eq!(json["incidents"][0]["severities"].as_array().unwrap().len(), 2);
    assert_eq!(
        json["incidents"][0]["evidence"][0]["verify"],
        json!([
            "ir-evidence",
            "verify",
            "--expect",
            "b5bb9d80",
            "${IR_HOME}/evidence/INC-20261123-0a1b2c3d"
        ])
    );
}

#[test]
fn an_incident_has_ended_when_every_rule_and_group_is_resolved() {
    let subject = sample::INCIDENT;
    let case = |ids: &[&str]| incident("in-1", subject, "2026-11-23T07:00:00Z", ids);
    let fired = [
        alert("al-1", "firing", "2026-11-23T07:01:00Z", "a"),
        alert("al-2", "firing", "2026-11-23T07:02:00Z", "b"),
    ];
    let first = alert("al-3", "resolved", "2026-11-23T07:10:00Z", "b");
    let second = alert("al-4", "resolved", "2026-11-23T07:05:00Z", "a");
    let silent = alert("al-5", "no_data", "2026-11-23T07:20:00Z", "a");
    let with = |more: &[&Value]| {
        let mut records: Vec<Value> = fired.to_vec();
        records.extend(more.iter().map(|r| (*r).clone()));
        let ids: Vec<String> =
            records.iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect();
        records.push(case(&ids.iter().map(String::as_str).collect::<Vec<_>>()));
        report(&records).incidents.remove(0)
    };
    assert_eq!(with(&[]).ended, None);
    assert_eq!(with(&[&first]).ended, None);
    let over = with(&[&first, &second]);
    assert_eq!(over.ended, Some("2026-11-23T07:10:00Z".parse().unwrap()));
    assert_eq!(over.duration_s, Some(600.0));
    assert_eq!(with(&[&first, &second, &silent]).ended, None);
    assert_eq!(
        with(&[&first, &silent, &second]).ended,
        Some("2026-11-23T07:10:00Z".parse().unwrap())
    );
}

#[test]
fn the_gravest_incident_comes_first_and_unclassified_ones_last() {
    let classified = |id: &str, subject: &str, severity: &str| {
        let mut record = sample::incident()[2].clone();
        record["id"] = id.into();
        record["subject"] = subject.into();
        record["data"]["severity"] = severity.into();
        record
    };
    let records = [
        incident("in-1", "INC-1", "2026-11-23T01:00:00Z", &[]),
        incident("in-2", "INC-2", "2026-11-23T03:00:00Z", &[]),
        incident("in-3", "INC-3", "2026-11-23T02:00:00Z", &[]),
        incident("in-4", "INC-4", "2026-11-23T02:00:00Z", &[]),
        classified("cl-2", "INC-2", "P1"),
        classified("cl-3", "INC-3", "P1"),
        classified("cl-4", "INC-4", "P0"),
    ];
    let report = report(&records);
    let order: Vec<_> = report.incidents.iter().map(|i| i.id.as_str()).collect();
    assert_eq!(order, ["INC-4", "INC-3", "INC-2", "INC-1"]);
    assert_eq!(report.gravest(), Some(Severity::P0));
}

#[test]
fn the_timeline_is_one_order_whatever_the_order_of_the_lines() {
    let mut records = sample::incident();
    let rows = |records: &[Value]| {
        let report = report(records);
        let rows = &report.incidents[0].timeline;
        rows.iter().map(|row| (row.time, row.what, row.id.clone())).collect::<Vec<_>>()
    };
    let forward = rows(&records);
    assert!(forward.windows(2).all(|w| w[1].0.is_none() || (w[0].0.is_some() && w[0].0 <= w[1].0)));
    // Findings, evidence and causes may come in any order; what replaces one another may not.
    records.swap(11, 14);
    records.swap(12, 13);
    let mut backward = rows(&records);
    let mut sorted = forward.clone();
    backward.sort();
    sorted.sort();
    assert_eq!(backward, sorted);
}

#[test]
fn alerts_that_no_incident_lists_and_ids_that_nobody_wrote_are_told() {
    let report = report(&sample::incident());
    assert_eq!(
        report.alerts_apart.iter().map(|a| a.id.as_str()).collect::<Vec<_>>(),
        ["al-577e757947dbddda"]
    );
    // `--fact` is an option of the command line, not a record.
    assert_eq!(report.incidents[0].unresolved, ["al-gone"]);
    assert_eq!(report.verdict, "1 incident, P1; 1 alert record of no incident");
}

#[test]
fn steps_are_done_only_where_records_prove_it() {
    let stand = |records: &[Value]| {
        let report = report(records);
        let steps = report.incidents[0].steps.iter().map(|s| (s.step.clone(), s.state));
        steps.filter(|(_, state)| *state != StepState::Open).collect::<Vec<_>>()
    };
    let all = sample::incident();
    let step = |step: &str, state| (step.to_owned(), state);
    let (done, begun) = (StepState::Done, StepState::Begun);
    assert_eq!(stand(&all[..2]), [step("1.1", done)]);
    assert_eq!(stand(&all[..3]), [step("1.1", done), step("1.2", begun)]);
    let whole = [
        step("1.1", done),
        step("1.2", begun),
        step("2.1", begun),
        step("3.1", done),
        step("3.2", begun),
    ];
    assert_eq!(stand(&all), whole);
    let mut torn = all.clone();
    torn[11]["data"]["complete"] = false.into();
    assert_eq!(stand(&torn)[3], step("3.1", begun));
    let report = report(&all);
    assert_eq!(report.incidents[0].phase, Phase::Analysed);
    assert_eq!(report.incidents[0].plan.as_ref().unwrap().missing, [3]);
}

#[test]
fn nothing_but_a_whole_stream_that_read_lines_is_an_all_clear() {
    let quiet = sample::quiet();
    let clear = "no incident in 728 log lines of 1 source from 2026-11-23 07:36:47 to 2026-11-23 07:37:50; 1 of 3 rules reached a verdict";
    assert_eq!(report(&quiet).verdict, clear);
    let no = "this is no all-clear";
    let mut unread = quiet.clone();
    unread[1]["data"]["sources"] = json!([]);
    assert!(report(&unread).verdict.ends_with(no));
    let mut unruled = quiet.clone();
    unruled[1]["data"]["rules"] =
        json!({ "loaded": 0, "evaluated": [], "unknown": [], "never": [] });
    assert!(report(&unruled).verdict.ends_with(no));
    for upstream in [Upstream::Unfinished, Upstream::OpenEnded] {
        let report = sample::report(&sample::plain(&quiet), upstream);
        assert!(report.verdict.ends_with(no) && !report.complete, "{upstream}");
    }
    let mut torn = quiet.clone();
    torn[1] = json!({ "specversion": "1.0", "type": "ir.run.v1", "source": "ir-detect/x", "id": "rn-1", "data": sample::run("ir-detect", false) });
    let torn = sample::report(&sample::plain(&torn), Upstream::Unfinished);
    assert!(
        torn.faults.iter().any(|f| f == "ir-detect is not complete: main: permission denied"),
        "{:?}",
        torn.faults
    );
    assert!(report(&[]).faults.iter().any(|f| f.contains("no run record")));
}
