//! One incident of a report.

use std::collections::{BTreeMap, BTreeSet};

use ir_core::docs::Sop;
use ir_core::wire::{
    Action, Advice, Alert, AlertState, Cause, Classified, Evidence, Finding, Incident,
    IncidentState, Note, Phase, Recorded, Severity, SeverityChange, Time,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::steps::{StepRow, steps};
use super::timeline::{Row, timeline};

/// One incident.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct IncidentReport {
    /// Its id.
    pub(crate) id: String,
    /// One line for people; none where no incident record arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    /// The severity in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) severity: Option<Severity>,
    /// The response is due then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) respond_by: Option<Time>,
    /// First contributing event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) onset: Option<Time>,
    /// The first alert fired then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detected: Option<Time>,
    /// From onset to detection, seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detection_s: Option<f64>,
    /// The last of its alerts was resolved then; none while one is firing or without data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ended: Option<Time>,
    /// From onset to its end, or to the end of the input where it has not ended: then it is at least that. Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) duration_s: Option<f64>,
    /// The furthest phase that records prove.
    pub(crate) phase: Phase,
    /// The last incident record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) incident: Option<Recorded<Incident>>,
    /// The last classification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) classified: Option<Recorded<Classified>>,
    /// Severities that came into force, one after the other.
    pub(crate) severities: Vec<SeverityChange>,
    /// Everything in one order.
    pub(crate) timeline: Vec<Row>,
    /// Its alert records, in order of arrival.
    pub(crate) alerts: Vec<Recorded<Alert>>,
    /// The last containment plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) plan: Option<Plan>,
    /// Sealed bundles.
    pub(crate) evidence: Vec<Bundle>,
    /// The last ranked causes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cause: Option<Recorded<Cause>>,
    /// What stands out in the logs, in order of arrival.
    pub(crate) findings: Vec<Recorded<Finding>>,
    /// What advisors said, in order of arrival; it decides nothing.
    pub(crate) advice: Vec<Recorded<Advice>>,
    /// What people wrote down, in order of arrival.
    pub(crate) notes: Vec<Recorded<Note>>,
    /// The procedure's steps and where they stand.
    pub(crate) steps: Vec<StepRow>,
    /// Ids that its records cite and that are not in the stream.
    pub(crate) unresolved: Vec<String>,
}

/// A containment plan.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Plan {
    /// Digest over its steps.
    pub(crate) plan: String,
    /// Steps that it has.
    pub(crate) of: u32,
    /// Those that arrived, in order.
    pub(crate) steps: Vec<Recorded<Action>>,
    /// Numbers of those that did not, at most [`Plan::MISSING`] of them.
    pub(crate) missing: Vec<u32>,
}

impl Plan {
    /// More missing steps are not listed one by one.
    pub(crate) const MISSING: usize = 100;

    fn of(steps: Vec<Recorded<Action>>) -> Option<Self> {
        let first = &steps.first()?.body;
        let (plan, of) = (first.plan.clone(), first.of);
        let there: BTreeSet<u32> = steps.iter().map(|s| s.body.seq).collect();
        let missing = (1..=of).filter(|seq| !there.contains(seq)).take(Self::MISSING).collect();
        Some(Self { plan, of, steps, missing })
    }
}

/// A sealed bundle and how to verify it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Bundle {
    /// The record.
    #[serde(flatten)]
    pub(crate) record: Recorded<Evidence>,
    /// The command that verifies it, argument by argument.
    pub(crate) verify: Vec<String>,
}

/// What an incident is seen against.
pub(super) struct Context<'a> {
    /// All alerts.
    pub(super) alerts: &'a [Recorded<Alert>],
    /// All ids.
    pub(super) ids: &'a BTreeMap<String, &'static str>,
    /// The last event time that detection saw.
    pub(super) end: Option<Time>,
    /// The procedure.
    pub(super) sop: &'a Sop,
}

impl IncidentReport {
    /// Of the incident `id` of `stream`.
    pub(super) fn of(id: String, state: IncidentState, stream: &Context<'_>) -> Self {
        let listed: BTreeSet<&str> =
            state.incident.iter().flat_map(|i| &i.body.alerts).map(String::as_str).collect();
        let alerts: Vec<_> =
            stream.alerts.iter().filter(|a| listed.contains(&*a.id)).cloned().collect();
        let timeline = timeline(&state, &alerts);
        let steps = steps(stream.sop, &state);
        let unresolved = cited(&state)
            .filter(|id| !stream.ids.contains_key(*id))
            .map(str::to_owned)
            .collect::<BTreeSet<_>>();
        let incident = state.incident.as_ref().map(|i| &i.body);
        let ended = ended(&alerts);
        let until = ended.or(incident.map(|i| i.last.max(stream.end.unwrap_or(i.last))));
        Self {
            id,
            title: incident.map(|i| i.title.clone()),
            severity: state.severity(),
            respond_by: state.severities.last().map(|s| s.respond_by),
            onset: incident.map(|i| i.onset),
            detected: incident.map(|i| i.detected),
            detection_s: incident.map(|i| i.detected.seconds_since(i.onset)),
            ended,
            duration_s: incident.zip(until).map(|(i, until)| until.seconds_since(i.onset)),
            phase: state.phase(),
            severities: state.severities,
            timeline,
            alerts,
            plan: Plan::of(state.actions),
            evidence: state.evidence.into_iter().map(Bundle::of).collect(),
            cause: state.cause,
            findings: state.findings,
            advice: state.advice,
            notes: state.notes,
            steps,
            unresolved: unresolved.into_iter().collect(),
            classified: state.classified,
            incident: state.incident,
        }
    }

    /// Ids of the alert records that the incident lists.
    pub(super) fn listed(&self) -> impl Iterator<Item = &str> {
        self.incident.iter().flat_map(|i| &i.body.alerts).map(String::as_str)
    }

    /// What incidents are sorted by: the gravest first, unclassified ones last, then by onset.
    pub(super) fn rank(&self) -> (bool, Option<Severity>, Option<Time>, &str) {
        (self.severity.is_none(), self.severity, self.onset, &self.id)
    }

    /// What every rule says last, group by group.
    pub(crate) fn standing(&self) -> Vec<&Recorded<Alert>> {
        standing(&self.alerts)
    }
}

impl Bundle {
    pub(super) fn of(record: Recorded<Evidence>) -> Self {
        let body = &record.body;
        let mut verify = vec!["ir-evidence", "verify", "--expect", &body.manifest_sha256];
        if body.bundle.starts_with('-') {
            verify.push("--");
        }
        verify.push(&body.bundle);
        let verify = verify.into_iter().map(String::from).collect();
        Self { record, verify }
    }
}

/// The last record of every rule and group, in order of arrival.
fn standing(alerts: &[Recorded<Alert>]) -> Vec<&Recorded<Alert>> {
    let mut last = BTreeMap::new();
    for alert in alerts {
        last.insert((&alert.source, &alert.body.app, &alert.body.rule, &alert.body.group), alert);
    }
    let mut last: Vec<_> = last.into_values().collect();
    last.sort_by_key(|alert| alert.order);
    last
}

/// When the last alert was resolved, if all are.
fn ended(alerts: &[Recorded<Alert>]) -> Option<Time> {
    let last = standing(alerts);
    if last.iter().any(|alert| alert.body.state != AlertState::Resolved) {
        return None;
    }
    last.iter().filter_map(|alert| alert.time).max()
}

/// Ids that the records of an incident cite. What begins with a dash is an option of the command line.
fn cited(state: &IncidentState) -> impl Iterator<Item = &str> {
    let alerts = state.incident.iter().flat_map(|i| &i.body.alerts);
    let classified = state.classified.iter().flat_map(|c| {
        let rationale = c.body.rationale.iter().flat_map(|r| &r.from);
        rationale.chain(c.body.components.iter().flat_map(|c| &c.from))
    });
    let causes = state
        .cause
        .iter()
        .flat_map(|c| &c.body.hypotheses)
        .flat_map(|h| h.supporting.iter().chain(&h.against));
    alerts.chain(classified).chain(causes).map(String::as_str).filter(|id| !id.starts_with('-'))
}
