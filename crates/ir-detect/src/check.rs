//! What the logs cannot show, and the run that nobody closed: checks of status unknown.

use ir_core::docs::NotCovered;
use ir_core::logs::OpenTail;
use ir_core::wire::{Check, CheckStatus, Event, Excerpt, id};

/// Something that the profile says its logs do not show.
pub(crate) fn not_covered(app: &str, source: &str, gap: &NotCovered) -> Event<Check> {
    let check = Check {
        check: gap.check.clone(),
        status: CheckStatus::Unknown,
        app: Some(app.to_owned()),
        component: gap.component.clone(),
        value: None,
        unit: None,
        limit: None,
        method: gap.method.clone(),
        summary: if gap.reason.contains("not covered") {
            gap.reason.clone()
        } else {
            format!("not covered by the logs: {}", gap.reason)
        },
        samples: Vec::new(),
    };
    Event::new(source, id("ch", [source, app, &gap.check]), check)
}

/// The last run has no closing line: it goes on, or was killed.
pub(crate) fn open_run(app: &str, source: &str, tail: &OpenTail<Excerpt>) -> Event<Check> {
    let (start, last) = (&tail.run.start, &tail.last);
    let up = if tail.run.ready { "" } else { " and never said that it is up" };
    let check = Check {
        check: "lifecycle".into(),
        status: CheckStatus::Unknown,
        app: Some(app.to_owned()),
        component: None,
        value: None,
        unit: None,
        limit: None,
        method: "start and closing lines in the logs; the process itself would tell".into(),
        summary: format!(
            "unknown: running or killed: the run that began at {}{up} has no closing line; its last record is of {}",
            start.at, last.at
        ),
        samples: vec![start.place.clone(), last.place.clone()],
    };
    let identity = [source, app, "lifecycle", &start.at.to_string(), &last.at.to_string()];
    Event::new(source, id("ch", identity), check).at(last.at)
}
