//! One incident while its alerts come in.

use std::collections::{BTreeMap, BTreeSet};

use ir_core::docs::Sop;
use ir_core::wire::{AffectedComponent, Alert, Category, Incident, Severity, Time, incident_id};

use crate::facts::{Fact, Facts};
use crate::group::Key;
use crate::ids::Ids;

/// Components that are told apart.
const MAX_PARTS: usize = 100;
/// Longest title taken from an alert, characters.
const MAX_TITLE: usize = 200;

/// An alert with what its envelope says.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The record's id.
    pub id: String,
    /// The observed host.
    pub host: Option<String>,
    /// The record's time.
    pub time: Option<Time>,
    /// The body.
    pub alert: Alert,
}

impl Arrival {
    /// When it was raised: the record's time, else its first contributing event.
    pub(crate) fn at(&self) -> Time {
        self.time.unwrap_or(self.alert.onset)
    }
}

/// An affected component.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) instances: Ids,
    pub(crate) from: Ids,
    /// The gravest that one alert about it asks for.
    gravest: Severity,
    /// Rules and groups that name it.
    support: u64,
}

impl Part {
    pub(crate) fn new(name: &str, from: &str, gravest: Severity) -> Self {
        let mut ids = Ids::with_room(Ids::ROW);
        ids.add(from);
        Self {
            name: name.to_owned(),
            instances: Ids::with_room(Ids::INSTANCES),
            from: ids,
            gravest,
            support: 1,
        }
    }
}

/// One incident.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) app: Option<String>,
    pub(crate) host: Option<String>,
    pub(crate) detected: Time,
    pub(crate) facts: Facts,
    /// In the order in which alerts named them.
    pub(crate) parts: Vec<Part>,
    pub(crate) playbooks: BTreeSet<String>,
    /// The severity in force and the record that set it.
    pub(crate) in_force: Option<(Severity, String)>,
    /// Alerts joined since the last incident record.
    pub(crate) unwritten: bool,
    /// Time of the newest line about it.
    pub(crate) caused: Option<Time>,
    pub(crate) alerts: Ids,
    /// Components or instances found no room.
    pub(crate) crowded: bool,
    onset: Time,
    last: Time,
    summary: String,
    rules: u64,
    categories: BTreeMap<Category, u64>,
}

impl Case {
    /// An incident that `first` opens; what it says of the impact is taken in by [`Case::fires`].
    pub(crate) fn open(first: &Arrival, key: &Key, given: Facts) -> Self {
        let alert = &first.alert;
        let (at, onset) = (first.at(), alert.onset);
        // The onset to the nanosecond too: one rule may open several incidents a day.
        let first = [alert.rule.clone(), onset.to_string()];
        let parts = key.parts().into_iter().chain(first.iter().map(String::as_str));
        let group = alert.group.iter().flat_map(|(k, v)| [k.as_str(), v.as_str()]);
        let said = if alert.summary.trim().is_empty() { &alert.rule } else { &alert.summary };
        let summary =
            said.chars().take(MAX_TITLE).map(|c| if c.is_control() { ' ' } else { c }).collect();
        Self {
            id: incident_id(onset, parts.chain(group)),
            app: key.app.clone(),
            host: key.host.clone(),
            detected: at,
            facts: given,
            parts: Vec::new(),
            playbooks: BTreeSet::new(),
            in_force: None,
            unwritten: false,
            caused: None,
            alerts: Ids::with_room(Ids::ALERTS),
            crowded: false,
            onset,
            last: at,
            summary,
            rules: 0,
            categories: BTreeMap::new(),
        }
    }

    /// An alert of any state belongs to it.
    pub(crate) fn joins(&mut self, arrival: &Arrival) {
        self.onset = self.onset.min(arrival.alert.onset);
        self.last = self.last.max(arrival.at());
        self.caused = Some(arrival.at());
        self.unwritten = true;
    }

    /// A firing alert says what is the matter; whether that is news. `facts` are those of the alert that are known by name.
    pub(crate) fn fires(
        &mut self,
        arrival: &Arrival,
        facts: &[Fact],
        new_rule: bool,
        sop: &Sop,
    ) -> bool {
        let alert = &arrival.alert;
        let mut news = false;
        for fact in facts {
            news |= self.facts.add(*fact, &arrival.id, Some(alert.category));
        }
        if new_rule {
            self.rules += 1;
        }
        let seen = self.categories.entry(alert.category).or_insert(0);
        news |= *seen == 0;
        // A rule that flaps says the same thing again: it gives no more weight.
        *seen += u64::from(new_rule || *seen == 0);
        news |= self.names_component(arrival, facts, new_rule);
        for playbook in fitting(alert, sop) {
            news |= self.playbooks.insert(playbook.to_owned());
        }
        news
    }

    fn names_component(&mut self, arrival: &Arrival, facts: &[Fact], new_rule: bool) -> bool {
        let alert = &arrival.alert;
        let Some(name) = alert.component.as_deref().filter(|c| !c.is_empty()) else { return false };
        let mut own = Facts::default();
        for fact in facts {
            own.add(*fact, &arrival.id, Some(alert.category));
        }
        let gravest = own.severity();
        let place = self.parts.iter().position(|p| p.name == name);
        let (place, mut news) = match place {
            Some(place) => {
                let part = &mut self.parts[place];
                part.from.add(&arrival.id);
                part.support += u64::from(new_rule);
                part.gravest = part.gravest.min(gravest);
                (place, false)
            }
            None if self.parts.len() >= MAX_PARTS => {
                self.crowded = true;
                return false;
            }
            None => {
                self.parts.push(Part::new(name, &arrival.id, gravest));
                (self.parts.len() - 1, true)
            }
        };
        if let Some(instance) = alert.instance.as_deref().filter(|i| !i.is_empty()) {
            let instances = &mut self.parts[place].instances;
            news |= instances.add_new(instance);
            self.crowded |= instances.more() > 0;
        }
        news
    }

    /// Kinds, the most frequent first.
    pub(crate) fn categories(&self) -> Vec<Category> {
        let mut all: Vec<_> = self.categories.iter().collect();
        all.sort_by_key(|(category, seen)| (std::cmp::Reverse(**seen), **category));
        all.into_iter().map(|(category, _)| *category).collect()
    }

    /// Components, those of the gravest alerts first, then those that more rules name, then those that were named first.
    pub(crate) fn components(&self) -> Vec<AffectedComponent> {
        let mut parts: Vec<&Part> = self.parts.iter().collect();
        parts.sort_by_key(|p| (p.gravest, std::cmp::Reverse(p.support)));
        let component = |p: &Part| AffectedComponent {
            name: p.name.clone(),
            instances: p.instances.listed().to_vec(),
            from: p.from.listed().to_vec(),
        };
        parts.into_iter().map(component).collect()
    }

    /// The incident record's body as of now.
    pub(crate) fn incident(&self) -> Incident {
        let who = self.app.as_deref().or(self.host.as_deref()).unwrap_or("unknown application");
        let more = match self.rules.saturating_sub(1) {
            0 => String::new(),
            1 => " (and one more alert)".into(),
            n => format!(" (and {n} more alerts)"),
        };
        Incident {
            title: format!("{who}: {}{more}", self.summary),
            app: self.app.clone(),
            host: self.host.clone(),
            onset: self.onset,
            detected: self.detected,
            last: self.last,
            alerts: self.alerts.listed().to_vec(),
            categories: self.categories(),
        }
    }
}

/// Playbooks that the alert names and the procedure has; else those that the procedure gives its category.
fn fitting<'a>(alert: &'a Alert, sop: &'a Sop) -> Vec<&'a str> {
    let named: Vec<&str> = alert
        .playbooks
        .iter()
        .map(String::as_str)
        .filter(|p| sop.containment_rules.contains_key(*p))
        .collect();
    if !named.is_empty() {
        return named;
    }
    let by_category =
        sop.playbooks.iter().filter(|(_, def)| def.categories.contains(&alert.category));
    by_category.map(|(name, _)| name.as_str()).collect()
}
