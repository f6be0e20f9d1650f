//! Rows of a timeline.

use std::borrow::Cow;

use ir_cli::{Session, Table};
use ir_core::logs::EventMatch;
use ir_core::wire::{
    Action, ActionPhase, Alert, AlertState, Body, Cause, Check, Classified, Evidence, Excerpt,
    Finding, Head, Incident, Origin, Reason, Run, Time,
};
use serde::Serialize;

/// One row. `source` with `line` is a log's; `source` with `id` a record's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Row {
    /// When; UTC. Rows without a time come last.
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<Time>,
    /// Until when, where the row stands for several.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Time>,
    source: String,
    /// Number of the log's line.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    /// Id of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// What kind of thing: the name of a log's event, or what a record is.
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    component: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    /// In words. It may quote logs.
    text: String,
    /// How many the row stands for.
    count: u64,
}

impl Row {
    /// An event that a log names; `message` is its text.
    pub(super) fn of_event(
        file: &str,
        line: u64,
        time: Time,
        event: EventMatch,
        message: &[u8],
    ) -> Self {
        let origin = Origin { source: file.to_owned(), line, offset: 0 };
        Self {
            time: Some(time),
            until: None,
            source: file.to_owned(),
            line: Some(line),
            id: None,
            kind: event.name,
            component: event.component,
            instance: event.instance,
            text: Excerpt::new(origin, Some(time), message).text,
            count: 1,
        }
    }

    fn of_record(head: &Head<'_>, time: Option<Time>, kind: &str, text: String) -> Self {
        Self {
            time,
            until: None,
            source: head.source.to_string(),
            line: None,
            id: Some(head.id.to_string()),
            kind: kind.to_owned(),
            component: None,
            instance: None,
            text,
            count: 1,
        }
    }

    fn of(mut self, component: Option<String>, instance: Option<String>) -> Self {
        (self.component, self.instance) = (component, instance);
        self
    }

    /// Whether `next`, which follows, is one more of the same.
    fn is_like(&self, next: &Self) -> bool {
        self.line.is_some()
            && next.line.is_some()
            && (&self.source, &self.kind, &self.component, &self.instance)
                == (&next.source, &next.kind, &next.component, &next.instance)
    }
}

/// What a record says happened. Each record speaks for itself, so that the order of the input is no matter.
///
/// # Errors
/// If its body is not of the shape of its type.
pub(super) fn of_record(head: &Head<'_>) -> Result<Vec<Row>, Reason> {
    let row = |time, kind: &str, text| Row::of_record(head, time, kind, text);
    Ok(match &*head.kind {
        // What was examined, and samples, are no happenings.
        Run::KIND | Incident::KIND => Vec::new(),
        Alert::KIND => {
            let body: Alert = head.body()?;
            let text = format!("{}: {}", body.rule, body.summary);
            let (component, instance) = (body.component, body.instance);
            let onset = (body.state == AlertState::Firing)
                .then(|| row(Some(body.onset), "onset", text.clone()));
            let alert = row(head.time, &format!("alert {}", body.state), text);
            onset
                .into_iter()
                .chain([alert])
                .map(|row| row.of(component.clone(), instance.clone()))
                .collect()
        }
        // A check without a time is of what was not looked at.
        Check::KIND if head.time.is_none() => Vec::new(),
        Check::KIND => {
            let body: Check = head.body()?;
            let text = format!("{}: {}", body.check, body.summary);
            vec![row(head.time, &format!("check {}", body.status), text).of(body.component, None)]
        }
        Classified::KIND => {
            let body: Classified = head.body()?;
            let text = format!("{}, response due by {}", body.severity, body.respond_by);
            vec![row(head.time, "severity", text)]
        }
        Finding::KIND => {
            let body: Finding = head.body()?;
            let text = format!("{}: {}", body.kind, body.summary);
            vec![row(Some(body.onset), "finding", text).of(body.component, body.instance)]
        }
        // A plan is made, step by step, when the analysis runs; only what was done happened.
        Action::KIND => {
            let body: Action = head.body()?;
            let text = format!("step {} {}: {}", body.seq, body.action, body.phase);
            let done = body.phase != ActionPhase::Planned;
            done.then(|| row(head.time, "action", text)).into_iter().collect()
        }
        Evidence::KIND => {
            let body: Evidence = head.body()?;
            let text = format!("bundle of {} files: {}", body.files, body.bundle);
            vec![row(Some(body.recorded), "evidence", text)]
        }
        Cause::KIND => {
            let body: Cause = head.body()?;
            vec![row(head.time, "cause", body.summary)]
        }
        _ => other(head).into_iter().collect(),
    })
}

/// A record of another type: its noun, and what it says in words.
fn other(head: &Head<'_>) -> Option<Row> {
    let noun = head.kind.strip_prefix("ir.").and_then(|k| k.rsplit_once(".v"));
    let noun = noun.map_or(&*head.kind, |(noun, _)| noun);
    let body: serde_json::Value = head.body().ok()?;
    let text = ["summary", "text"].iter().find_map(|key| body.get(key)?.as_str())?;
    Some(Row::of_record(head, head.time, noun, text.to_owned()))
}

/// In the order of time; where times are equal, of everything else, so that the order of the input is no matter.
pub(super) fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_unstable_by(|a, b| (a.time.is_none(), a).cmp(&(b.time.is_none(), b)));
    rows.dedup();
    rows
}

/// Events of one kind that follow each other in one row.
pub(super) fn folded(rows: Vec<Row>) -> Vec<Row> {
    let mut out: Vec<Row> = Vec::new();
    for row in rows {
        match out.last_mut() {
            Some(last) if last.is_like(&row) => {
                last.count += row.count;
                last.until = row.time;
            }
            _ => out.push(row),
        }
    }
    out
}

/// A table on a terminal, else JSON lines.
pub(super) fn print(rows: &[Row], session: &mut Session) -> anyhow::Result<()> {
    if !session.out.is_terminal() {
        for row in rows {
            session.out.write((serde_json::to_string(row)? + "\n").as_bytes())?;
        }
        return Ok(());
    }
    let mut table = Table::new(["TIME (UTC)", "SOURCE", "KIND", "WHAT"]);
    for row in rows {
        let time = row.time.map(|t| t.to_string()).unwrap_or_default();
        let place = match row.line {
            Some(line) => format!("{}:{line}", row.source),
            None => row.source.clone(),
        };
        let text: Cow<'_, str> = match (row.count, row.until) {
            (1, _) | (_, None) => Cow::Borrowed(&row.text),
            (n, Some(until)) => format!("{n} times until {until}: {}", row.text).into(),
        };
        table.row([&time, &place, &row.kind, &text]);
    }
    session.out.write(table.text().as_bytes())
}

#[cfg(test)]
mod tests;
