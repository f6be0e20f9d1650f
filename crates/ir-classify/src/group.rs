//! Which alerts belong together: same application, same host, close in time.

use std::collections::{BTreeMap, BTreeSet};

use ir_core::wire::{AlertState, Time, id};

/// Incidents that are kept open for further alerts; of more, the oldest are closed.
const MAX_OPEN: usize = 10_000;
/// Rules times groups that are told apart within an incident.
const MAX_RULES: usize = 1_000;

/// What an incident is about. Alerts that say neither application nor host are kept apart by component or rule group:
/// not knowing is nothing that they have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The application.
    pub app: Option<String>,
    /// The observed host.
    pub host: Option<String>,
    /// Component, else rule group, where both of the above are unknown.
    part: Option<String>,
}

impl Key {
    /// The key of an alert; blank names are unknown ones.
    pub fn new(app: Option<&str>, host: Option<&str>, component: Option<&str>, rule: &str) -> Self {
        let filled =
            |name: Option<&str>| name.map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned);
        let (app, host) = (filled(app), filled(host));
        let part = if app.is_none() && host.is_none() {
            let group = rule.split_once('.').map_or(rule, |(group, _)| group);
            // The two kinds of part must not meet: a component may be called like a rule group.
            Some(
                filled(component)
                    .map_or_else(|| format!("rules {group}"), |c| format!("component {c}")),
            )
        } else {
            None
        };
        Self { app, host, part }
    }

    /// What tells it from other keys.
    pub(crate) fn parts(&self) -> [&str; 3] {
        [&self.app, &self.host, &self.part].map(|p| p.as_deref().unwrap_or_default())
    }
}

/// Where an alert goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It opens this incident.
    Opens(u64),
    /// It joins this one.
    Joins {
        /// The incident.
        incident: u64,
        /// Its rule and group are new to the incident.
        new_rule: bool,
    },
    /// It tells the end of something that no open incident knows.
    Nowhere,
}

/// An alert, as far as grouping looks at it.
#[derive(Clone, Debug)]
pub struct Signal {
    /// What it is about.
    pub key: Key,
    /// Tells rule and group from others; see [`Signal::rule_key`].
    pub rule: String,
    /// The state that was entered.
    pub state: AlertState,
    /// First contributing event.
    pub onset: Time,
    /// Event time of the record.
    pub time: Time,
}

impl Signal {
    /// A short name for a rule and the group it is evaluated for.
    pub fn rule_key(rule: &str, group: &BTreeMap<String, String>) -> String {
        id(
            "rule",
            std::iter::once(rule).chain(group.iter().flat_map(|(k, v)| [k.as_str(), v.as_str()])),
        )
    }
}

#[derive(Debug)]
struct Window {
    key: Key,
    onset: Time,
    last: Time,
    firing: BTreeSet<String>,
    known: BTreeSet<String>,
}

/// Open incidents. An alert joins one of the same key whose span of time lies within the gap of its own, or that still
/// has firing alerts; else it opens a new one. Only what comes in decides, line by line, so that it works on a live stream.
#[derive(Debug)]
pub struct Grouper {
    gap_s: f64,
    next: u64,
    open: BTreeMap<u64, Window>,
    by_key: BTreeMap<Key, BTreeSet<u64>>,
}

impl Grouper {
    /// Nothing is open yet; `gap_s` is in seconds.
    pub fn new(gap_s: f64) -> Self {
        Self { gap_s, next: 0, open: BTreeMap::new(), by_key: BTreeMap::new() }
    }

    /// Finds the place of an alert. The second value is an incident that had to be closed for it.
    pub fn place(&mut self, signal: Signal) -> (Place, Option<u64>) {
        let found = match signal.state {
            AlertState::Firing => self.joined(&signal),
            AlertState::Resolved | AlertState::NoData => self.ended(&signal),
        };
        let Some(incident) = found else {
            if signal.state != AlertState::Firing {
                return (Place::Nowhere, None);
            }
            return self.open(signal);
        };
        let Some(window) = self.open.get_mut(&incident) else { return (Place::Nowhere, None) };
        window.onset = window.onset.min(signal.onset).min(signal.time);
        window.last = window.last.max(signal.time).max(signal.onset);
        let new_rule = match signal.state {
            AlertState::Firing => window.fires(signal.rule),
            // Without data nothing is known to fire any more, so the gap decides about what comes next.
            AlertState::Resolved | AlertState::NoData => {
                window.firing.remove(&signal.rule);
                false
            }
        };
        (Place::Joins { incident, new_rule }, None)
    }

    /// The newest incident that a firing alert belongs to.
    fn joined(&self, signal: &Signal) -> Option<u64> {
        let (from, to) = (signal.onset.min(signal.time), signal.onset.max(signal.time));
        self.candidates(&signal.key)
            .find(|(_, window)| {
                let after = from.seconds_since(window.last);
                let before = window.onset.seconds_since(to);
                before <= self.gap_s && (after <= self.gap_s || !window.firing.is_empty())
            })
            .map(|(incident, _)| incident)
    }

    /// The newest incident in which the rule fires, else the newest that knows it.
    fn ended(&self, signal: &Signal) -> Option<u64> {
        let firing =
            self.candidates(&signal.key).find(|(_, window)| window.firing.contains(&signal.rule));
        let known =
            || self.candidates(&signal.key).find(|(_, window)| window.known.contains(&signal.rule));
        firing.or_else(known).map(|(incident, _)| incident)
    }

    fn candidates(&self, key: &Key) -> impl Iterator<Item = (u64, &Window)> {
        let incidents = self.by_key.get(key).into_iter().flat_map(|ids| ids.iter().rev());
        incidents.filter_map(|incident| Some((*incident, self.open.get(incident)?)))
    }

    fn open(&mut self, signal: Signal) -> (Place, Option<u64>) {
        let incident = self.next;
        self.next += 1;
        self.by_key.entry(signal.key.clone()).or_default().insert(incident);
        let (onset, last) = (signal.onset.min(signal.time), signal.onset.max(signal.time));
        let mut window = Window {
            key: signal.key,
            onset,
            last,
            firing: BTreeSet::new(),
            known: BTreeSet::new(),
        };
        window.fires(signal.rule);
        self.open.insert(incident, window);
        let closed = if self.open.len() > MAX_OPEN { self.open.pop_first() } else { None };
        if let Some((oldest, window)) = &closed
            && let Some(incidents) = self.by_key.get_mut(&window.key)
        {
            incidents.remove(oldest);
            if incidents.is_empty() {
                self.by_key.remove(&window.key);
            }
        }
        (Place::Opens(incident), closed.map(|(oldest, _)| oldest))
    }
}

impl Window {
    /// The rule fires; whether it is new here.
    fn fires(&mut self, rule: String) -> bool {
        let new = !self.known.contains(&rule);
        if !new || self.known.len() < MAX_RULES {
            self.known.insert(rule.clone());
            self.firing.insert(rule);
        }
        new
    }
}

#[cfg(test)]
mod tests;
