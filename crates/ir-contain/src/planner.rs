//! The engine: records in, plans out where one has changed. It reads no clock and no file, and starts no program.

use std::collections::{BTreeMap, BTreeSet};

use ir_core::docs::Sop;
use ir_core::docs::did_you_mean;
use ir_core::wire::{Action, Alert, AlertState, Classified, Incident, Run, Time, id};

use crate::{Ask, Profiles, plan};

/// Incidents that plans are kept for.
const MAX_INCIDENTS: usize = 100_000;
/// Firing alerts that wait for a classification.
const MAX_WAITING: usize = 200_000;
/// Sentences that are told one by one.
const TOLD: usize = 10;

/// The whole plan of an incident, new or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The incident's id.
    pub incident: String,
    /// The observed host.
    pub host: Option<String>,
    /// Event time of the classification that asks for it.
    pub time: Option<Time>,
    /// Record ids and bodies, in order.
    pub steps: Vec<(String, Action)>,
}

#[derive(Debug, Default)]
struct Known {
    app: Option<String>,
    host: Option<String>,
    time: Option<Time>,
    /// The record that the plan follows from; none as long as the incident is not classified.
    cause: Option<String>,
    ask: Ask,
    /// Digest of the plan that was written.
    plan: Option<String>,
    /// Alerts of it that wait for its classification.
    waiting: Vec<String>,
}

/// Follows a stream of records and plans the containment of each classified incident.
#[derive(Debug)]
pub struct Planner {
    sop: Sop,
    profiles: Profiles,
    set: BTreeMap<String, String>,
    incidents: BTreeMap<String, Known>,
    /// Firing alerts that belong to no incident yet.
    waiting: BTreeSet<String>,
    uncounted: u64,
    refused: u64,
    hosts: BTreeSet<Option<String>>,
    reasons: Vec<String>,
}

impl Planner {
    /// Plans by the procedure's playbooks; `set` are the profile's variables as a person set them.
    pub fn new(sop: Sop, profiles: Profiles, set: BTreeMap<String, String>) -> Self {
        Self {
            sop,
            profiles,
            set,
            incidents: BTreeMap::new(),
            waiting: BTreeSet::new(),
            uncounted: 0,
            refused: 0,
            hosts: BTreeSet::new(),
            reasons: Vec::new(),
        }
    }

    /// An alert: it should be part of a classified incident before the input ends.
    pub fn alert(&mut self, record: &str, alert: &Alert) {
        if alert.state != AlertState::Firing {
            return;
        }
        if self.waiting.len() < MAX_WAITING {
            self.waiting.insert(short(record));
        } else {
            self.uncounted += 1;
        }
    }

    /// An incident.
    pub fn incident(&mut self, incident: &str, body: Incident) {
        let mine: Vec<String> =
            body.alerts.iter().map(|a| short(a)).filter(|a| self.waiting.remove(a)).collect();
        let Some(known) = self.known(incident) else { return };
        known.app = body.app;
        known.host = body.host;
        if known.cause.is_none() {
            known.waiting.extend(mine);
        }
    }

    /// A classification; the plan if it differs from the one before.
    pub fn classified(
        &mut self,
        incident: &str,
        record: &str,
        time: Option<Time>,
        body: Classified,
    ) -> Option<Changed> {
        let unknown: Vec<String> = body
            .playbooks
            .iter()
            .filter(|p| !self.sop.containment_rules.contains_key(*p))
            .cloned()
            .collect();
        for playbook in unknown {
            let shown: String = playbook.chars().take(60).collect();
            let near =
                did_you_mean(&playbook, self.sop.containment_rules.keys().map(String::as_str));
            self.tell(format!("{incident} asks for the playbook {shown:?}, which the procedure does not have{near}"));
        }
        let known = self.known(incident)?;
        known.waiting.clear();
        known.time = time;
        known.cause = Some(record.to_owned());
        known.ask = Ask {
            incident: incident.to_owned(),
            // Nothing in a stream lowers a severity.
            severity: Some(known.ask.severity.map_or(body.severity, |s| s.min(body.severity))),
            playbooks: body.playbooks,
            components: body.components.into_iter().map(|c| (c.name, c.instances)).collect(),
        };
        self.plan(incident)
    }

    /// A run record of a tool before this one.
    pub fn run(&mut self, run: Run) {
        if let Some(profile) = run.profile {
            self.profiles.hear(profile);
        }
    }

    /// The end of the input: plans that a profile named meanwhile changes.
    pub fn finish(&mut self) -> Vec<Changed> {
        let all: Vec<String> = self.incidents.keys().cloned().collect();
        all.into_iter().filter_map(|incident| self.plan(&incident)).collect()
    }

    fn plan(&mut self, incident: &str) -> Option<Changed> {
        let known = self.incidents.get_mut(incident)?;
        let cause = known.cause.as_deref()?;
        let profile = self.profiles.of(known.app.as_deref(), &self.sop);
        let steps = plan(&self.sop, profile, &self.set, &known.ask);
        let digest = steps.first()?.plan.clone();
        if known.plan.as_ref() == Some(&digest) {
            return None;
        }
        let parts = |step: &Action| {
            [
                incident.to_owned(),
                cause.to_owned(),
                digest.clone(),
                step.seq.to_string(),
                step.phase.word().to_owned(),
            ]
        };
        let steps = steps.into_iter().map(|step| (id("ac", parts(&step)), step)).collect();
        if self.hosts.len() < 2 {
            self.hosts.insert(known.host.clone());
        }
        known.plan = Some(digest);
        Some(Changed {
            incident: incident.to_owned(),
            host: known.host.clone(),
            time: known.time,
            steps,
        })
    }

    fn known(&mut self, incident: &str) -> Option<&mut Known> {
        if self.incidents.len() >= MAX_INCIDENTS && !self.incidents.contains_key(incident) {
            self.refused += 1;
            return None;
        }
        Some(self.incidents.entry(incident.to_owned()).or_default())
    }

    fn tell(&mut self, reason: String) {
        if self.reasons.len() < TOLD && !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }

    /// The host of all plans, if it is one.
    pub fn host(&self) -> Option<&str> {
        if self.hosts.len() == 1 { self.hosts.first()?.as_deref() } else { None }
    }

    /// The profiles in use.
    pub fn profiles(&self) -> &Profiles {
        &self.profiles
    }

    /// Why the plans may be incomplete, one sentence each.
    pub fn reasons(&self) -> Vec<String> {
        let mut all = self.reasons.clone();
        let unclassified = self.incidents.values().filter(|k| k.cause.is_none());
        let waiting =
            self.waiting.len() as u64 + unclassified.map(|k| k.waiting.len() as u64).sum::<u64>();
        if waiting > 0 {
            let alerts = if waiting == 1 {
                "one firing alert".to_owned()
            } else {
                format!("{waiting} firing alerts")
            };
            all.push(format!(
                "no classification in the stream for {alerts}: ir-classify goes before ir-contain"
            ));
        }
        if self.uncounted > 0 {
            all.push(format!(
                "{} alerts more than can wait for a classification were not followed",
                self.uncounted
            ));
        }
        if self.refused > 0 {
            all.push(format!(
                "{} records of incidents after the first {MAX_INCIDENTS} were not planned for",
                self.refused
            ));
        }
        all
    }

    /// Incidents for which there is nothing to plan, and what was assumed; one sentence each.
    pub fn notes(&self) -> Vec<String> {
        let idle = self.incidents.iter().filter(|(_, k)| k.cause.is_some() && k.plan.is_none());
        let mut all: Vec<String> = idle
            .clone()
            .take(TOLD)
            .map(|(name, _)| format!("no playbook fits {name}: no step is planned for it"))
            .collect();
        let more = idle.count().saturating_sub(TOLD);
        if more > 0 {
            all.push(format!("nor is one for {more} more incidents"));
        }
        all.extend(self.profiles.assumed());
        all
    }
}

/// A record's id, however long, in a few bytes.
fn short(record: &str) -> String {
    id("", [record])
}

#[cfg(test)]
mod tests;
