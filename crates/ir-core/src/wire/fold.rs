//! The state of incidents, folded from records in the order of their lines.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::records::words;
use super::{
    Action, Advice, Alert, Body, Cause, Check, Classified, Evidence, Finding, Head, Incident, Note,
    Reason, Run, Sample, Severity, Time,
};

words! {
    /// Where an incident stands in the procedure.
    Phase {
        /// Alerts are grouped.
        Detected = "detected",
        /// A severity is set.
        Classified = "classified",
        /// A containment plan exists.
        ContainmentPlanned = "containment planned",
        /// Evidence is sealed.
        EvidencePreserved = "evidence preserved",
        /// Causes are ranked.
        Analysed = "analysed",
    }
}

/// A body and what its envelope says of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Recorded<T> {
    /// Its place among the records of the stream, from 0.
    #[serde(skip)]
    pub order: u64,
    /// The record's id.
    pub id: String,
    /// Who wrote it, about which host.
    pub source: String,
    /// Event time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
    /// What it says.
    #[serde(rename = "data")]
    pub body: T,
}

/// A severity came into force.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SeverityChange {
    /// Place of the record that did it.
    #[serde(skip)]
    pub order: u64,
    /// The severity.
    pub severity: Severity,
    /// The response is due then.
    pub respond_by: Time,
    /// The procedure's response time, seconds.
    pub response_s: f64,
    /// Event time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
    /// Id of the classification that did it.
    pub by: String,
}

/// What the records say of one incident.
#[derive(Debug, Default)]
pub struct IncidentState {
    /// The last incident record.
    pub incident: Option<Recorded<Incident>>,
    /// The last classification. Its severity is not in force where it would lower the one before it.
    pub classified: Option<Recorded<Classified>>,
    /// Every severity that came into force, each graver than the one before; the last one holds. Only a person lowers
    /// a severity, and what a person decides never comes through a pipe.
    pub severities: Vec<SeverityChange>,
    /// The steps of the last plan, in order.
    pub actions: Vec<Recorded<Action>>,
    /// Sealed bundles.
    pub evidence: Vec<Recorded<Evidence>>,
    /// Findings of the analysis.
    pub findings: Vec<Recorded<Finding>>,
    /// The last ranked causes.
    pub cause: Option<Recorded<Cause>>,
    /// What advisors said, in order of arrival. It decides nothing.
    pub advice: Vec<Recorded<Advice>>,
    /// What people wrote down, in order of arrival.
    pub notes: Vec<Recorded<Note>>,
}

impl IncidentState {
    /// The severity in force.
    pub fn severity(&self) -> Option<Severity> {
        self.severities.last().map(|change| change.severity)
    }

    /// The furthest phase that records prove.
    pub fn phase(&self) -> Phase {
        if self.cause.is_some() {
            Phase::Analysed
        } else if !self.evidence.is_empty() {
            Phase::EvidencePreserved
        } else if !self.actions.is_empty() {
            Phase::ContainmentPlanned
        } else if self.classified.is_some() {
            Phase::Classified
        } else {
            Phase::Detected
        }
    }

    fn classify(&mut self, new: Recorded<Classified>) {
        let severity = new.body.severity;
        if self.severity().is_none_or(|now| severity < now) {
            self.severities.push(SeverityChange {
                order: new.order,
                severity,
                respond_by: new.body.respond_by,
                response_s: new.body.response_s,
                time: new.time,
                by: new.id.clone(),
            });
        }
        self.classified = Some(new);
    }

    fn act(&mut self, new: Recorded<Action>) {
        if self.actions.first().is_some_and(|first| first.body.plan != new.body.plan) {
            self.actions.clear();
        }
        match self.actions.binary_search_by_key(&new.body.seq, |a| a.body.seq) {
            Ok(at) => self.actions[at] = new,
            Err(at) => self.actions.insert(at, new),
        }
    }
}

/// Everything that a record stream says.
#[derive(Debug, Default)]
pub struct State {
    /// By incident id.
    pub incidents: BTreeMap<String, IncidentState>,
    /// Alerts, in order of arrival.
    pub alerts: Vec<Recorded<Alert>>,
    /// Sealed bundles of no incident, in order of arrival.
    pub evidence: Vec<Recorded<Evidence>>,
    /// Checks, in order of arrival.
    pub checks: Vec<Recorded<Check>>,
    /// Runs, in order of arrival.
    pub runs: Vec<Recorded<Run>>,
    /// Records seen.
    pub records: u64,
    /// Of those, records of types that change nothing here; samples among them.
    pub others: u64,
    /// Of those, records of ours that were not taken in because [`State::MAX_BYTES`] were reached.
    pub beyond: u64,
    /// Ids of all records taken in, those that later ones replaced too, and their types.
    pub ids: BTreeMap<String, &'static str>,
    bytes: usize,
}

impl State {
    /// Records are kept up to this many bytes of ids and bodies in all, as written.
    pub const MAX_BYTES: usize = 256 << 20;

    /// Takes one record in. Order of lines decides; types that are not ours change nothing.
    ///
    /// # Errors
    /// If the record is of a type of ours and its body cannot be read; the state is as before, but for the count.
    pub fn apply(&mut self, head: &Head<'_>) -> Result<(), Reason> {
        let order = self.records;
        self.records += 1;
        let known = super::KINDS.iter().find(|kind| **kind == head.kind);
        let Some(kind) = known.filter(|kind| **kind != Sample::KIND) else {
            self.others += 1;
            return Ok(());
        };
        let bytes =
            head.id.len() + head.source.len() + head.data.map_or(0, |data| data.get().len());
        if self.bytes + bytes > Self::MAX_BYTES {
            self.beyond += 1;
            return Ok(());
        }
        match *kind {
            Alert::KIND => self.alerts.push(recorded(head, order)?),
            Check::KIND => self.checks.push(recorded(head, order)?),
            Run::KIND => self.runs.push(recorded(head, order)?),
            Incident::KIND => {
                let new = recorded(head, order)?;
                self.of(head)?.incident = Some(new);
            }
            Classified::KIND => {
                let new = recorded(head, order)?;
                self.of(head)?.classify(new);
            }
            Action::KIND => {
                let new = recorded(head, order)?;
                self.of(head)?.act(new);
            }
            Evidence::KIND => {
                let new = recorded(head, order)?;
                // A host is examined and sealed without an incident, too.
                match &head.subject {
                    Some(_) => self.of(head)?.evidence.push(new),
                    None => self.evidence.push(new),
                }
            }
            Finding::KIND => {
                let new = recorded(head, order)?;
                self.of(head)?.findings.push(new);
            }
            Cause::KIND => {
                let new = recorded(head, order)?;
                self.of(head)?.cause = Some(new);
            }
            Advice::KIND => {
                let new = recorded(head, order)?;
                self.of(head)?.advice.push(new);
            }
            Note::KIND => {
                let new = recorded(head, order)?;
                self.of(head)?.notes.push(new);
            }
            // The check against KINDS above lets nothing else through.
            _ => {}
        }
        self.bytes += bytes;
        self.ids.insert(head.id.to_string(), kind);
        Ok(())
    }

    fn of(&mut self, head: &Head<'_>) -> Result<&mut IncidentState, Reason> {
        let subject = head.subject.as_deref().filter(|s| !s.is_empty());
        let subject = subject
            .ok_or_else(|| Reason::Body(head.kind.to_string(), "it has no subject".into()))?;
        Ok(self.incidents.entry(subject.to_owned()).or_default())
    }
}

fn recorded<'a, T: Deserialize<'a>>(head: &Head<'a>, order: u64) -> Result<Recorded<T>, Reason> {
    let body = head.body()?;
    Ok(Recorded {
        order,
        id: head.id.to_string(),
        source: head.source.to_string(),
        time: head.time,
        body,
    })
}

#[cfg(test)]
mod tests;
