//! One merged timeline of an incident: event time decides, the order of lines where times are equal or missing.

use ir_core::wire::{
    ActionPhase, Alert, AlertState, IncidentState, Note, NoteKind, Recorded, Time,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::words::{plural, seconds};

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Moment {
    /// The first contributing event of an alert.
    Onset,
    /// A finding's message was first seen.
    Finding,
    /// An alert fires.
    Firing,
    /// An alert ends.
    Resolved,
    /// An alert's data stopped.
    NoData,
    /// A severity came into force.
    Severity,
    /// A containment plan was written, or a step of it changed.
    Plan,
    /// A bundle was sealed.
    Evidence,
    /// Causes were ranked.
    Cause,
    /// A person wrote something down.
    Note,
}

impl Moment {
    /// For people.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Onset => "first event",
            Self::Finding => "in the logs",
            Self::Firing => "alert fires",
            Self::Resolved => "alert resolved",
            Self::NoData => "alert without data",
            Self::Severity => "severity",
            Self::Plan => "plan",
            Self::Evidence => "evidence",
            Self::Cause => "causes",
            Self::Note => "note",
        }
    }
}

/// One row.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Row {
    /// When; rows without a time come last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time: Option<Time>,
    /// What kind of thing.
    pub(crate) what: Moment,
    /// In a sentence. It may quote logs.
    pub(crate) text: String,
    /// The record that says so.
    pub(crate) id: String,
    #[serde(skip)]
    order: u64,
}

/// The rows of an incident whose alert records are `alerts`.
pub(super) fn timeline(incident: &IncidentState, alerts: &[Recorded<Alert>]) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut add = |time, what, text: String, id: &str, order| {
        rows.push(Row { time, what, text, id: id.to_owned(), order })
    };
    for alert in alerts {
        let body = &alert.body;
        let what = match body.state {
            AlertState::Firing => Moment::Firing,
            AlertState::Resolved => Moment::Resolved,
            AlertState::NoData => Moment::NoData,
        };
        if what == Moment::Firing {
            add(
                Some(body.onset),
                Moment::Onset,
                format!("of {}: {}", body.rule, body.summary),
                &alert.id,
                alert.order,
            );
        }
        add(alert.time, what, format!("{}: {}", body.rule, body.summary), &alert.id, alert.order);
    }
    for change in &incident.severities {
        let text = format!(
            "{} comes into force, response due within {}",
            change.severity,
            seconds(change.response_s)
        );
        add(change.time, Moment::Severity, text, &change.by, change.order);
    }
    if let Some(first) = incident.actions.first() {
        let body = &first.body;
        let text = format!(
            "{} planned; nothing has been run by that",
            plural(u64::from(body.of), "containment step")
        );
        add(first.time, Moment::Plan, text, &first.id, first.order);
    }
    for step in incident.actions.iter().filter(|a| a.body.phase != ActionPhase::Planned) {
        let body = &step.body;
        let text = format!("step {} {}: {}, as the record says", body.seq, body.action, body.phase);
        add(step.time, Moment::Plan, text, &step.id, step.order);
    }
    for bundle in &incident.evidence {
        let body = &bundle.body;
        let whole = if body.complete { "complete" } else { "not complete" };
        let text =
            format!("bundle sealed, {whole}: {} in {}", plural(body.files, "file"), body.bundle);
        add(Some(body.recorded), Moment::Evidence, text, &bundle.id, bundle.order);
    }
    for finding in &incident.findings {
        let body = &finding.body;
        let text = format!("{}: {}", body.kind, body.summary);
        add(Some(body.onset), Moment::Finding, text, &finding.id, finding.order);
    }
    if let Some(cause) = &incident.cause {
        add(cause.time, Moment::Cause, cause.body.summary.clone(), &cause.id, cause.order);
    }
    for note in &incident.notes {
        let Note { text, kind, by, login, .. } = &note.body;
        let what = match kind {
            NoteKind::Note => String::new(),
            kind => format!(", {kind}"),
        };
        let typed = match login {
            Some(login) => format!(" (written by {login})"),
            None => String::new(),
        };
        add(note.time, Moment::Note, format!("{by}{typed}{what}: {text}"), &note.id, note.order);
    }
    rows.sort_by(|a, b| {
        (a.time.is_none(), a.time, a.what, a.order).cmp(&(
            b.time.is_none(),
            b.time,
            b.what,
            b.order,
        ))
    });
    rows
}
