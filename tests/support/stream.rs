//! Record streams made by hand.

use std::collections::BTreeMap;

use ir_core::wire::{
    Alert, AlertState, Category, Event, Excerpt, Origin, RecordCounts, Run, Time, Upstream, id,
};

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

/// An alert that a plugin failed, and is over: nothing that a tool further down would act on.
pub(crate) fn alert() -> String {
    let at = time("2026-01-05T10:00:02Z");
    line(&Event::new("ir-detect/chat01", id("al", ["demo"]), resolved()).at(at))
}

fn resolved() -> Alert {
    let at = time("2026-01-05T10:00:02Z");
    let origin = Origin { source: "log-0a1b2c3d".into(), line: 7, offset: 900 };
    Alert {
        rule: "app.plugin_failures".into(),
        state: AlertState::Resolved,
        group: BTreeMap::from([("plugin".into(), "demo".into())]),
        app: Some("chat-app".into()),
        component: Some("plugin_system".into()),
        instance: Some("demo".into()),
        category: Category::Plugin,
        facts: BTreeMap::from([("functionality".into(), "significant".into())]),
        summary: "plugin demo failed".into(),
        trigger: "plugin_failures > 2 in 5 minutes".into(),
        reading: "count_in".into(),
        value: Some(3.0),
        unit: None,
        op: Some(">".into()),
        limit: Some(2.0),
        window_s: Some(300.0),
        onset: time("2026-01-05T10:00:00Z"),
        count: 3,
        samples: vec![Excerpt::new(origin, Some(at), b"Failed executing hook demo.on_input: boom")],
        sources: vec![],
        playbooks: vec![],
    }
}

/// A firing alert of the application `app`: the first one (`n` 0) opens the incident that all of them belong to.
pub(crate) fn firing(app: &str, rule: &str, n: u32) -> String {
    let onset = time("2026-01-05T10:00:00Z");
    let at = onset.plus_seconds(2.0 + f64::from(n) / 1000.0);
    let alert = Alert {
        rule: rule.into(),
        state: AlertState::Firing,
        group: BTreeMap::new(),
        app: Some(app.into()),
        instance: None,
        summary: format!("{rule} failed"),
        samples: vec![],
        ..resolved()
    };
    line(&Event::new("ir-detect/chat01", id("al", [app, rule, &n.to_string()]), alert).at(at))
}

/// A run record of ir-detect.
pub(crate) fn run(complete: bool) -> String {
    let run = Run {
        tool: "ir-detect".into(),
        version: "0.1.0".into(),
        complete,
        reasons: if complete { vec![] } else { vec!["it was interrupted".into()] },
        upstream: Upstream::None,
        lines: 10,
        bytes: 1000,
        from: Some(time("2026-01-05T09:00:00Z")),
        to: Some(time("2026-01-05T10:00:02Z")),
        records: Some(RecordCounts::default()),
        sources: vec![],
        rules: None,
        profile: None,
        procedure: None,
        assumed: vec![],
        advisor: None,
    };
    line(&Event::new("ir-detect/chat01", id("rn", [complete.to_string()]), run))
}

/// A finished stream with one alert.
pub(crate) fn finished() -> String {
    alert() + &run(true)
}

fn line<T: ir_core::wire::Body>(event: &Event<T>) -> String {
    String::from_utf8(event.to_line().unwrap()).unwrap()
}
