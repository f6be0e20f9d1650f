//! A record stream with everything in it, for tests.

use ir_cli::Intake;
use ir_core::builtin;
use ir_core::wire::{Line, RecordCounts, State, Upstream, parse_line};
use serde_json::{Value, json};

use crate::report::Report;

/// The incident of the sample.
pub(crate) const INCIDENT: &str = "INC-20261123-0a1b2c3d";

/// A report of `records`, all of them read.
pub(crate) fn report(records: &[Value], upstream: Upstream) -> Report {
    let mut state = State::default();
    let mut counts = RecordCounts::default();
    let mut bytes = 0;
    for record in records {
        let line = record.to_string();
        let Line::Record(head) = parse_line(line.as_bytes()) else { panic!("a record: {line}") };
        state.apply(&head).unwrap_or_else(|e| panic!("{e}: {line}"));
        counts.read += 1;
        counts.passed += 1;
        bytes += line.len() as u64 + 1;
    }
    let intake = Intake { counts, bytes, upstream, span: None, stopped: None, keys_full: false };
    let procedure = builtin::sop().unwrap();
    Report::of(state, &intake, &procedure.doc, procedure.reference)
}

/// `value` with every text that begins with `@` handed to `change`, without the `@`.
pub(crate) fn with(value: &Value, change: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => {
            text.strip_prefix('@').map_or_else(|| value.clone(), |text| change(text).into())
        }
        Value::Array(items) => items.iter().map(|item| with(item, change)).collect(),
        Value::Object(map) => {
            let name = |key: &String| key.strip_prefix('@').map_or_else(|| key.clone(), change);
            map.iter()
                .map(|(key, item)| (name(key), with(item, change)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        }
        _ => value.clone(),
    }
}

/// As they stand, without the `@`.
pub(crate) fn plain(records: &[Value]) -> Vec<Value> {
    records.iter().map(|record| with(record, &str::to_owned)).collect()
}

fn record(kind: &str, id: &str, subject: bool, time: Option<&str>, data: Value) -> Value {
    let mut event =
        json!({ "specversion": "1.0", "type": kind, "source": "ir-x/chat01", "id": id });
    if subject {
        event["subject"] = INCIDENT.into();
    }
    if let Some(time) = time {
        event["time"] = time.into();
    }
    event["data"] = data;
    event
}

/// A quiet stream: two sources were read, one is missing, and nothing fired.
pub(crate) fn quiet() -> Vec<Value> {
    vec![check(), run_detect()]
}

/// An incident with everything. Texts that come from logs or documents begin with `@`.
pub(crate) fn incident() -> Vec<Value> {
    let cl = |id: &str, time: &str, severity: &str| {
        record("ir.classified.v1", id, true, Some(time), classified(severity))
    };
    vec![
        record(
            "ir.alert.v1",
            "al-0715295b8ed49467",
            false,
            Some("2026-11-23T07:47:40.5Z"),
            alert("firing"),
        ),
        record(
            "ir.incident.v1",
            "in-2560dd47c52264d8",
            true,
            Some("2026-11-23T07:47:40.5Z"),
            case(&["al-0715295b8ed49467"]),
        ),
        cl("cl-10d74feb097e2e07", "2026-11-23T07:47:40.5Z", "P2"),
        record(
            "ir.alert.v1",
            "al-74f0c882ecc41da7",
            false,
            Some("2026-11-23T07:52:40Z"),
            alert("resolved"),
        ),
        record(
            "ir.incident.v1",
            "in-b95bf529cc349e60",
            true,
            Some("2026-11-23T07:52:40Z"),
            case(&["al-0715295b8ed49467", "al-74f0c882ecc41da7"]),
        ),
        cl("cl-3c7724c1006a2ab9", "2026-11-23T07:52:40Z", "P1"),
        record(
            "ir.alert.v1",
            "al-577e757947dbddda",
            false,
            Some("2026-11-23T07:50:00Z"),
            alert("no_data"),
        ),
        check(),
        run_detect(),
        record("ir.action.v1", "ac-b17ff16637bec5ea", true, None, action(1, true)),
        record("ir.action.v1", "ac-4322c43aba7a4959", true, None, action(2, false)),
        record(
            "ir.evidence.v1",
            "ev-2526b0b6f767fd90",
            true,
            Some("2026-11-23T08:00:00Z"),
            evidence(),
        ),
        record(
            "ir.finding.v1",
            "fi-42b7744dc048a98c",
            true,
            Some("2026-11-23T07:47:38Z"),
            finding("new"),
        ),
        record(
            "ir.finding.v1",
            "fi-3f3efc2319d9a0a6",
            true,
            Some("2026-11-23T07:47:36Z"),
            finding("change"),
        ),
        record("ir.cause.v1", "ca-59de397d3b2c6489", true, Some("2026-11-23T07:52:40Z"), cause()),
        record("ir.advice.v1", "ad-0c5d1f3e7a9b2468", true, None, advice()),
        record("ir.run.v1", "rn-b0cc296cfa6d2fa6", false, None, run("ir-rca", true)),
    ]
}

fn excerpt() -> Value {
    json!({ "source": "@main", "line": 412, "offset": 40960, "time": "2026-11-23T07:47:38Z", "text": "@Failed executing hook flaky.on_input: boom" })
}

fn alert(state: &str) -> Value {
    json!({
        "rule": "@app.plugin_failures", "state": state, "group": { "@plugin": "@flaky" }, "app": "@chat-app",
        "component": "@plugin_system", "instance": "@flaky", "category": "plugin", "summary": "@3 failures of flaky in 5 minutes",
        "trigger": "@plugin_failures > 2 in 5 minutes by plugin", "reading": "@count_in", "value": 3.0, "unit": "@failures",
        "op": "@>", "limit": 2.0, "window_s": 300.0, "onset": "2026-11-23T07:47:38Z", "count": 3, "samples": [excerpt()],
        "sources": [{ "id": "@main", "path": "@logs/kollabor.log" }]
    })
}

fn case(alerts: &[&str]) -> Value {
    json!({
        "title": "@plugin_system: 3 failures of flaky", "app": "@chat-app", "host": "@chat01", "onset": "2026-11-23T07:47:38Z",
        "detected": "2026-11-23T07:47:40.5Z", "last": "2026-11-23T07:52:40Z", "alerts": alerts, "categories": ["plugin"]
    })
}

fn classified(severity: &str) -> Value {
    json!({
        "severity": severity,
        "rationale": [
            { "factor": "@functionality", "value": "@significant", "severity": "P1", "from": ["al-0715295b8ed49467"], "note": "@the rule vouches for it" },
            { "factor": "@security", "value": "unknown", "from": ["--fact", "al-gone"], "note": "@nobody said" }
        ],
        "could_be": [{ "severity": "P0", "fact": "security", "value": "breach", "note": "@could be P0 if security is breach" }],
        "components": [{ "name": "@plugin_system", "instances": ["@flaky"], "from": ["al-0715295b8ed49467"] }],
        "categories": ["plugin"], "playbooks": ["@system_overload"], "respond_by": "2026-11-23T08:17:40.5Z", "response_s": 1800.0,
        "mobilize": ["@Core response team", "@specialists"]
    })
}

fn action(seq: u32, bound: bool) -> Value {
    json!({
        "plan": "@9f86d081", "seq": seq, "of": 3, "playbook": "@system_overload", "action": "@disable_non_critical_plugins",
        "phase": "planned", "target": "@plugin_system:flaky", "bound": bound, "reason": "@the alert names it",
        "run": { "what": "@move the plugin away", "argv": [["@mv", "@plugins/flaky_plugin.py", "@it's gone"]] },
        "verify": { "what": "@it is not loaded", "argv": [] }, "undo": { "what": "@move it back", "argv": [] },
        "destroys": ["@the run in progress"], "needs": ["@restart"], "blast_radius": ["@plugin_system"], "approval": "one"
    })
}

fn evidence() -> Value {
    json!({
        "bundle": "@${IR_HOME}/evidence/INC-20261123-0a1b2c3d", "manifest_sha256": "@b5bb9d80", "complete": true,
        "from": "2026-11-23T07:17:38Z", "to": "2026-11-23T07:52:40Z", "files": 7, "bytes": 123_456,
        "items": { "taken": 5, "changed": 1, "partial": 0, "skipped": 1, "error": 0 },
        "packages": [{ "name": "@kollabor", "version": "@0.1.0", "from": "@main: start line" }], "recorded": "2026-11-23T08:00:00Z"
    })
}

fn finding(kind: &str) -> Value {
    json!({
        "kind": kind, "component": "@plugin_system", "instance": "@flaky", "level": "@error", "template": "@Failed executing hook <*>: boom",
        "count": 16, "before": 0, "onset": "2026-11-23T07:47:38Z", "last": "2026-11-23T07:48:05Z", "score": 4.5,
        "terms": [{ "name": "@new", "value": 4.5, "note": "@never seen before" }], "samples": [excerpt()], "summary": "@a new error of flaky"
    })
}

fn cause() -> Value {
    json!({
        "hypotheses": [{
            "rank": 1, "component": "@plugin_system:flaky", "metric": null, "change": "fi-3f3efc2319d9a0a6", "confidence": null,
            "score": 9.25, "summary": "@flaky was loaded, then failed", "terms": [{ "name": "@failures", "value": 9.25, "note": "@16 in the window" }],
            "for": ["fi-42b7744dc048a98c"], "against": []
        }],
        "inconclusive": false, "summary": "@the failing plugin was loaded just before",
        "window": { "from": "2026-11-23T07:47:08Z", "to": "2026-11-23T07:52:40Z" },
        "baseline": { "from": "2026-11-23T07:47:18Z", "to": "2026-11-23T07:47:36Z" }, "window_records": 120, "baseline_records": 90
    })
}

fn check() -> Value {
    let data = json!({
        "check": "@loop_alive", "status": "unknown", "app": "@chat-app", "component": "@terminal_ui",
        "method": "@context switches of the live process", "summary": "@not covered by logs: a blocked loop leaves no line"
    });
    record("ir.check.v1", "ck-7ad64a1eb6b282e8", false, None, data)
}

fn advice() -> Value {
    json!({
        "origin": "advisor", "advisor": "@helper", "task": "causes",
        "notes": [
            { "about": "fi-3f3efc2319d9a0a6", "text": "@looks like a *bad* release" },
            { "about": "@INC-elsewhere", "text": "@see <b>also</b>" }
        ],
        "order": ["ca-59de397d3b2c6489/2", "ca-59de397d3b2c6489/1"]
    })
}

fn run_detect() -> Value {
    record("ir.run.v1", "rn-3eca3ac35db6de68", false, None, run("ir-detect", true))
}

/// A run record.
pub(crate) fn run(tool: &str, complete: bool) -> Value {
    let source = |id: &str, status: &str, reason: Option<&str>| {
        let mut source = json!({
            "id": id, "path": "@logs/kollabor.log", "status": status, "format": "text", "zone": "@UTC (assumed)", "private": false,
            "lines": 364, "bytes": 45_000, "records": 360, "continued": 4, "inferred": 0, "undated": 1, "future": 0, "overlong": 0,
            "rejected": 2, "ignored": 17, "late": 0, "from": "2026-11-23T07:36:47Z", "to": "2026-11-23T07:37:50Z"
        });
        if let Some(reason) = reason {
            source["reason"] = reason.into();
        }
        source
    };
    let mut data = json!({
        "tool": tool, "version": "0.1.0", "complete": complete, "upstream": "finished", "lines": 364, "bytes": 45_000,
        "profile": { "name": "@chat-app", "sha256": "@abcd", "from": "built-in" }, "assumed": ["@stamps without a zone are UTC"]
    });
    if tool == "ir-detect" {
        data["upstream"] = "none".into();
        data["sources"] = json!([
            source("@main", "read", None),
            source("@turns", "missing", Some("@no such file"))
        ]);
        data["rules"] = json!({
            "loaded": 3, "evaluated": ["@app.plugin_failures"],
            "unknown": [{ "rule": "@system_health.cpu_usage", "reason": "@logs carry no such samples" }],
            "never": [{ "rule": "@application_health.eventbus_queue_depth", "reason": "@the queue ends at 1000" }]
        });
    }
    if !complete {
        data["reasons"] = json!(["@main: permission denied"]);
    }
    data
}

/// Texts that mean something to a renderer, a browser or a terminal.
pub(crate) const ATTACKS: &[&str] = &[
    "<script>alert(1)</script>",
    "</td></tr></table><h1>",
    "<!--",
    "-->",
    "&lt;b&gt;",
    "&#60;b>",
    "![x](http://evil.example/p.png)",
    "[x](javascript:alert(1))",
    "[x]: http://evil.example",
    "[^1]",
    "http://evil.example",
    "www.evil.example",
    "a@evil.example",
    "@everyone",
    "#1",
    "# Head_ing",
    "## *",
    "#\n# Head_ing\n\n---\n***",
    "_\n===\n",
    "-_[_]_-x",
    "_- [_] -x",
    "|\n|---|---|\n|_|_|",
    "a|b",
    "|",
    "||",
    "\\|",
    "\\",
    "`",
    "``",
    "```\n```",
    "`a` *b* **c** __d__ ~~e~~",
    "$x$ ^y^",
    "{{ 7*7 }} {% x_ %}",
    "\x1b[2J\x1b]0;x\x07",
    "\u{202e}_\u{2066}",
    "\u{200b}_",
    "\0_",
    "\r_",
    "\t_",
    "    _",
    ":smile:",
    "||spoiler||",
    "<http://evil.example>",
    "<a@evil.example>",
    "\u{2028}_",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "' style='position:fixed",
    "</style><style>*{display:none}",
    "</title><script>",
    "]]>",
    "</svg></main></html>",
    "<plaintext>",
];
