//! What a report says, before it has a form. Its JSON is the report's JSON form; Markdown is written from it.

mod faults;
mod incident;
mod seen;
mod steps;
mod timeline;

use std::collections::{BTreeMap, BTreeSet};

use ir_cli::Intake;
use ir_core::docs::Sop;
use ir_core::wire::{
    Alert, Check, DocRef, RecordCounts, Recorded, Run, Severity, State, Time, Upstream,
};
use schemars::JsonSchema;
use serde::Serialize;

pub(crate) use incident::{Bundle, IncidentReport};
pub(crate) use seen::Seen;
pub use steps::COMMANDS;
pub(crate) use steps::{StepRow, StepState};
pub(crate) use timeline::Moment;

/// One report: what was examined, then every incident. Times are UTC.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// Version of this form: `ir.report.v1`. Keys are only ever added to it.
    pub(crate) report: &'static str,
    /// One sentence: what was found, and whether it can be relied on.
    pub(crate) verdict: String,
    /// The stream is whole: every tool before finished, and every line was understood.
    pub(crate) complete: bool,
    /// Why it is not, one sentence each.
    pub(crate) faults: Vec<String>,
    /// The record stream that the report was made of.
    pub(crate) stream: Stream,
    /// Records of the stream that did not find room in the report.
    pub(crate) left_out: u64,
    /// What each tool examined: `ir.run.v1` records, in order of arrival.
    pub(crate) runs: Vec<Recorded<Run>>,
    /// Checks, in order of arrival; `unknown` is what could not be seen.
    pub(crate) checks: Vec<Recorded<Check>>,
    /// Incidents, the gravest first, then by onset.
    pub(crate) incidents: Vec<IncidentReport>,
    /// Alerts that no incident lists.
    pub(crate) alerts_apart: Vec<Recorded<Alert>>,
    /// Sealed bundles of no incident.
    pub(crate) evidence_apart: Vec<Bundle>,
    /// The procedure whose steps are named.
    pub(crate) procedure: DocRef,
    /// Ids of all records of the stream, and their types.
    #[serde(skip)]
    pub(crate) ids: BTreeMap<String, &'static str>,
}

/// The record stream.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Stream {
    /// Bytes read, after decompression.
    pub(crate) bytes: u64,
    /// Event time of the first record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<Time>,
    /// Event time of the last record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) to: Option<Time>,
    /// The tools before.
    pub(crate) upstream: Upstream,
    /// What became of its lines.
    pub(crate) lines: RecordCounts,
    /// Records of types that the report does not use.
    pub(crate) other_records: u64,
}

impl Report {
    /// The version of the form.
    pub(crate) const FORM: &'static str = "ir.report.v1";

    /// What `state` says, which was folded from the stream that `intake` describes.
    pub(crate) fn of(state: State, intake: &Intake, sop: &Sop, procedure: DocRef) -> Self {
        let faults = faults::faults(&state, intake);
        let State { incidents, alerts, evidence, checks, runs, others, beyond, ids, .. } = state;
        let end = Seen::of(&runs, &checks).to;
        let stream = incident::Context { alerts: &alerts, ids: &ids, end, sop };
        let mut incidents: Vec<_> = incidents
            .into_iter()
            .map(|(id, incident)| IncidentReport::of(id, incident, &stream))
            .collect();
        incidents.sort_by(|a, b| a.rank().cmp(&b.rank()));
        let listed: BTreeSet<&str> = incidents.iter().flat_map(IncidentReport::listed).collect();
        let alerts_apart = alerts.iter().filter(|a| !listed.contains(&*a.id)).cloned().collect();
        let stream = Stream {
            bytes: intake.bytes,
            from: intake.span.map(|s| s.0),
            to: intake.span.map(|s| s.1),
            upstream: intake.upstream,
            lines: intake.counts,
            other_records: others,
        };
        let mut report = Self {
            report: Self::FORM,
            verdict: String::new(),
            complete: faults.is_empty(),
            faults,
            stream,
            left_out: beyond,
            runs,
            checks,
            incidents,
            alerts_apart,
            evidence_apart: evidence.into_iter().map(Bundle::of).collect(),
            procedure,
            ids,
        };
        report.verdict = faults::verdict(&report);
        report
    }

    /// Everything that arrived is whole, something was looked at by rules, and nothing was found.
    pub(crate) fn is_all_clear(&self) -> bool {
        let seen = Seen::of(&self.runs, &self.checks);
        let looked = seen.lines > 0 && seen.rules > 0;
        self.complete && looked && self.incidents.is_empty() && self.alerts_apart.is_empty()
    }

    /// The gravest severity in force.
    pub(crate) fn gravest(&self) -> Option<Severity> {
        self.incidents.iter().filter_map(|incident| incident.severity).min()
    }
}

#[cfg(test)]
mod tests;
