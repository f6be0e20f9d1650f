//! The engine: alerts in, incidents and their severity out. It reads no clock and no file.

use std::collections::{BTreeMap, BTreeSet};

use ir_core::docs::{Profile, Sop, duration};
use ir_core::wire::{AlertState, Body, Classified, Incident, Reason, Severity, Time, id};

use crate::assess::{assess, row};
use crate::case::{Arrival, Case};
use crate::facts::{Fact, Facts};
use crate::group::{Grouper, Key, Place, Signal};
use crate::profiles::Profiles;
use crate::troubles::Troubles;
use crate::{impact, limits};

/// Ids of alerts that are listed in incidents, all incidents together; about 50 bytes each.
const MAX_LISTED: u64 = 2_000_000;

/// What is to be written after the line that caused it.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The incident's id.
    pub subject: String,
    /// The observed host.
    pub host: Option<String>,
    /// Event time of the alert that caused it.
    pub time: Option<Time>,
    /// Record id and body.
    pub incident: (String, Incident),
    /// Record id and body; none where only alerts joined.
    pub classified: Option<(String, Classified)>,
}

/// Groups alerts to incidents and classifies them, line by line.
#[derive(Debug)]
pub struct Classifier {
    sop: Sop,
    /// Response times in seconds.
    response_s: BTreeMap<Severity, f64>,
    profiles: Profiles,
    given: Facts,
    grouper: Grouper,
    cases: BTreeMap<u64, Case>,
    by_id: BTreeMap<String, u64>,
    listed: u64,
    gravest: Option<Severity>,
    hosts: BTreeSet<Option<String>>,
    troubles: Troubles,
}

impl Classifier {
    /// Alerts join an incident within `gap_s` seconds; `given` are facts that a person vouches for.
    ///
    /// # Errors
    /// If the procedure lacks a severity or its response time is none.
    pub fn new(sop: Sop, profiles: Profiles, gap_s: f64, given: Facts) -> Result<Self, String> {
        let mut response_s = BTreeMap::new();
        for severity in Severity::ALL {
            let level = sop
                .severities
                .get(severity)
                .ok_or_else(|| format!("the procedure has no severity {severity}"))?;
            response_s.insert(*severity, duration(&level.response)?);
        }
        Ok(Self {
            sop,
            response_s,
            profiles,
            given,
            grouper: Grouper::new(gap_s),
            cases: BTreeMap::new(),
            by_id: BTreeMap::new(),
            listed: 0,
            gravest: None,
            hosts: BTreeSet::new(),
            troubles: Troubles::default(),
        })
    }

    /// Takes an alert in. An alert that opens an incident or changes what is known of it makes a change.
    ///
    /// # Errors
    /// If a name in it is too long to be one; nothing has changed then.
    pub fn take(&mut self, arrival: &Arrival) -> Result<Vec<Change>, Reason> {
        limits::check(arrival)?;
        let alert = &arrival.alert;
        let key = Key::new(
            alert.app.as_deref(),
            arrival.host.as_deref(),
            alert.component.as_deref(),
            &alert.rule,
        );
        let rule = Signal::rule_key(&alert.rule, &alert.group);
        let signal = Signal {
            key: key.clone(),
            rule,
            state: alert.state,
            onset: alert.onset,
            time: arrival.at(),
        };
        let (place, closed) = self.grouper.place(signal);
        let mut changes: Vec<Change> =
            closed.and_then(|oldest| self.close(oldest)).into_iter().collect();
        let (incident, new_rule) = match place {
            Place::Nowhere => return Ok(changes),
            Place::Joins { incident, new_rule } => (incident, new_rule),
            Place::Opens(incident) => {
                let case = Case::open(arrival, &key, self.given.clone());
                self.by_id.insert(case.id.clone(), incident);
                if self.hosts.len() < 2 {
                    self.hosts.insert(case.host.clone());
                }
                self.cases.insert(incident, case);
                (incident, true)
            }
        };
        let facts = self.facts_of(arrival);
        let Some(case) = self.cases.get_mut(&incident) else { return Ok(changes) };
        case.joins(arrival);
        if self.listed < MAX_LISTED {
            case.alerts.add(&arrival.id);
            self.listed += 1;
        } else {
            case.alerts.leave_out();
        }
        if alert.state == AlertState::Firing {
            let news = case.fires(arrival, &facts, new_rule, &self.sop);
            if news || matches!(place, Place::Opens(_)) {
                changes.extend(self.classify(incident));
            }
        }
        Ok(changes)
    }

    /// A classification of another run passes by: the severity that it sets is in force.
    pub fn hear(&mut self, subject: &str, record: &str, severity: Severity) {
        self.gravest = Some(self.gravest.map_or(severity, |g| g.min(severity)));
        let case = self.by_id.get(subject).and_then(|incident| self.cases.get_mut(incident));
        if let Some(case) =
            case.filter(|c| c.in_force.as_ref().is_some_and(|(now, _)| severity < *now))
        {
            case.in_force = Some((severity, record.to_owned()));
        }
    }

    /// The end of the input: incidents whose alerts have changed since they were last written, the oldest first.
    pub fn finish(&mut self) -> Vec<Change> {
        let all: Vec<u64> = self.cases.keys().copied().collect();
        all.into_iter().filter_map(|incident| self.close(incident)).collect()
    }

    /// The gravest severity so far, own and heard.
    pub fn gravest(&self) -> Option<Severity> {
        self.gravest
    }

    /// The host of all incidents, if it is one.
    pub fn host(&self) -> Option<&str> {
        if self.hosts.len() == 1 { self.hosts.first()?.as_deref() } else { None }
    }

    /// What could not be used or listed, one sentence each.
    pub fn troubles(&self) -> Vec<String> {
        self.troubles.told()
    }

    /// The profiles in use.
    pub fn profiles(&self) -> &Profiles {
        &self.profiles
    }

    /// The facts of an alert that are known by name and value; and what else it holds that is not used.
    fn facts_of(&mut self, arrival: &Arrival) -> Vec<Fact> {
        let alert = &arrival.alert;
        if alert.state != AlertState::Firing {
            return Vec::new();
        }
        for playbook in
            alert.playbooks.iter().filter(|p| !self.sop.containment_rules.contains_key(*p))
        {
            self.troubles.tell(&format!(
                "{} names the playbook {playbook:?}, which the procedure does not have",
                arrival.id
            ));
        }
        let mut facts = Vec::new();
        for (name, value) in &alert.facts {
            match Fact::new(name, value) {
                Ok(fact) => facts.push(fact),
                Err(why) => {
                    self.troubles.tell(&format!("a fact of {} is not used: {why}", arrival.id))
                }
            }
        }
        facts
    }

    fn classify(&mut self, incident: u64) -> Option<Change> {
        let case = self.cases.get_mut(&incident)?;
        let profile = self.profiles.of(case.app.as_deref());
        let kinds: BTreeSet<_> = case.categories().into_iter().collect();
        let found = assess(&case.facts, &kinds);
        let mut rationale = found.rationale;
        let mut severity = found.severity;
        let previous = case.in_force.as_ref().map(|(now, _)| *now);
        if let Some((now, record)) = case.in_force.as_ref().filter(|(now, _)| *now < severity) {
            let note = format!("the facts ask for {severity} now; only a person lowers a severity");
            rationale.insert(
                0,
                row("severity_in_force", now.word(), Some(*now), vec![record.clone()], note),
            );
            severity = *now;
        }
        let could_be: Vec<_> =
            found.could_be.into_iter().filter(|c| c.severity < severity).collect();
        rationale.extend(impact::rows(&case.facts, &could_be, &case.parts, profile));
        let components = case.components();
        let names: Vec<&str> = components.iter().map(|c| c.name.as_str()).collect();
        let level = self.sop.severities.get(&severity)?;
        let response_s = *self.response_s.get(&severity)?;
        let body = Classified {
            severity,
            previous: previous.filter(|p| *p != severity),
            rationale,
            could_be,
            mobilize: mobilize(&level.mobilize, severity, &names, profile),
            components,
            categories: case.categories(),
            playbooks: case.playbooks.iter().cloned().collect(),
            respond_by: case.detected.plus_seconds(response_s),
            response_s,
        };
        let record = content_id("cl", &case.id, &body);
        if previous.is_none_or(|p| severity < p) {
            case.in_force = Some((severity, record.clone()));
        }
        self.gravest = Some(self.gravest.map_or(severity, |g| g.min(severity)));
        Some(change(case, Some((record, body))))
    }

    /// Closes an incident; a change if alerts joined since it was last written.
    fn close(&mut self, incident: u64) -> Option<Change> {
        let mut case = self.cases.remove(&incident)?;
        self.by_id.remove(&case.id);
        if case.alerts.more() > 0 {
            self.troubles.tell(&format!(
                "{} has {} more alerts than its record lists",
                case.id,
                case.alerts.more()
            ));
        }
        if case.crowded {
            self.troubles.tell(&format!(
                "{} has more components or instances than its record lists",
                case.id
            ));
        }
        case.unwritten.then(|| change(&mut case, None))
    }
}

fn change(case: &mut Case, classified: Option<(String, Classified)>) -> Change {
    case.unwritten = false;
    let body = case.incident();
    Change {
        subject: case.id.clone(),
        host: case.host.clone(),
        time: case.caused,
        incident: (content_id("in", &case.id, &body), body),
        classified,
    }
}

/// The same incident in the same state has the same record id, whoever writes it and when.
fn content_id(prefix: &str, subject: &str, body: &impl Body) -> String {
    id(prefix, [subject, &serde_json::to_string(body).unwrap_or_default()])
}

/// The procedure's words; for the two gravest severities a specialist for each component; and the expertise that the
/// profile says the components need.
fn mobilize(
    words: &[String],
    severity: Severity,
    components: &[&str],
    profile: &Profile,
) -> Vec<String> {
    let mut all = words.to_vec();
    let known = || components.iter().filter_map(|name| profile.components.get_key_value(*name));
    if severity <= Severity::P1 {
        all.extend(known().map(|(name, _)| format!("specialist:{name}")));
    }
    for skill in known().flat_map(|(_, component)| &component.skills) {
        let skill = format!("skill:{skill}");
        if !all.contains(&skill) {
            all.push(skill);
        }
    }
    all
}

#[cfg(test)]
mod tests;
