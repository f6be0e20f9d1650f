//! What the index says of one file.

use ir_core::wire::{Head, IncidentState, Phase, Severity, State, Time};

use super::{IncidentId, Mark};

/// One incident as the index knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Its id.
    pub id: IncidentId,
    /// What its records say.
    pub said: Said,
    /// How far its file reaches.
    pub mark: Mark,
}

/// What the records of an incident say, in short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// One line for people.
    pub title: Option<String>,
    /// The severity in force.
    pub severity: Option<Severity>,
    /// The furthest phase that records prove.
    pub state: Option<Phase>,
    /// First contributing event.
    pub onset: Option<Time>,
    /// The first alert fired then.
    pub opened: Option<Time>,
    /// Event time of the newest record.
    pub last: Option<Time>,
}

impl Said {
    /// Takes one more record of the incident `id` in, by the rules of the fold that reports use.
    pub(super) fn take(&mut self, id: &str, head: &Head<'_>) {
        self.last = self.last.max(head.time);
        let mut one = State::default();
        // What cannot be read changes nothing; lint names it.
        if one.apply(head).is_ok()
            && let Some(incident) = one.incidents.get(id)
        {
            self.follow(incident);
        }
    }

    fn follow(&mut self, newer: &IncidentState) {
        if let Some(incident) = &newer.incident {
            self.title = Some(incident.body.title.clone());
            self.onset = Some(incident.body.onset);
            self.opened = Some(incident.body.detected);
        }
        self.severity = [self.severity, newer.severity()].into_iter().flatten().min();
        self.state = self.state.max(Some(newer.phase()));
    }
}
