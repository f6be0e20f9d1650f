//! Occurrences in event time to transitions of rules.

mod coverage;
mod group_state;
mod input;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::group::Group;
use super::plan::Reading;
use super::ruleset::Hit;
use super::window::Input;
use super::{Op, Rule, RuleSet};
use crate::wire::{AlertState, Excerpt, Time};
use group_state::{Change, RuleState};

/// A named event, or a sample of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Occurrence {
    /// When it happened.
    pub time: Time,
    /// The event's or metric's name.
    pub name: String,
    /// What it happened to.
    pub labels: BTreeMap<String, String>,
    /// The value that it carries. A sample without one says that there is no value any more.
    pub value: Option<f64>,
    /// The value's unit, where it is said.
    pub unit: Option<String>,
    /// The line that tells of it.
    pub excerpt: Option<Excerpt>,
}

/// A rule's state changed for one group.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// Which rule: its place in [`RuleSet::rules`].
    pub rule: usize,
    /// The state entered.
    pub state: AlertState,
    /// The exact instant.
    pub at: Time,
    /// For which group; where a rule has no `by` and reads samples, the labels of their series.
    pub group: Group,
    /// The value that was compared, in `unit`.
    pub value: Option<f64>,
    /// Unit of value and limit, or what is counted.
    pub unit: Option<String>,
    /// The comparison; none for events.
    pub op: Option<Op>,
    /// The limit; none for events.
    pub limit: Option<f64>,
    /// Length of the window or hold in seconds.
    pub window_s: Option<f64>,
    /// How the rule is read, e.g. `count_in`.
    pub reading: &'static str,
    /// The first contributing occurrence.
    pub onset: Time,
    /// Contributing occurrences so far.
    pub count: u64,
    /// The first five of them.
    pub samples: Vec<Excerpt>,
}

/// Evaluates a set of rules.
///
/// What falls due at an instant is decided when the instant is over, for an occurrence at the same instant may still
/// change it. Only what an occurrence itself makes true and nothing at the same instant can take back (an event, the
/// count that goes over its limit) is told at once. So the transitions are the same however often and in whatever
/// steps the engine is told the time.
#[derive(Debug)]
pub struct Engine {
    rules: Arc<RuleSet>,
    states: Vec<RuleState>,
    /// What to decide when time has passed the instant: rule, slot of the group.
    agenda: BTreeSet<(Time, usize, usize)>,
    now: Option<Time>,
    last: Option<Time>,
    first: Option<Time>,
    /// When each source begins, as far as that is known.
    since: BTreeMap<String, Time>,
    covered: BTreeSet<String>,
    queue: Vec<Transition>,
}

impl Engine {
    /// With nothing seen yet.
    pub fn new(rules: RuleSet) -> Self {
        let states = rules.rules().iter().map(|_| RuleState::default()).collect();
        Self {
            rules: Arc::new(rules),
            states,
            agenda: BTreeSet::new(),
            now: None,
            last: None,
            first: None,
            since: BTreeMap::new(),
            covered: BTreeSet::new(),
            queue: Vec::new(),
        }
    }

    /// The rules; [`Transition::rule`] is a place in this list.
    pub fn rules(&self) -> &[Rule] {
        self.rules.rules()
    }

    /// Takes an occurrence in. Times must not decrease; an earlier one is taken for the latest so far. Equal times keep
    /// the order in which they come.
    pub fn push(&mut self, occurrence: Occurrence) {
        let at = self.now.map_or(occurrence.time, |now| now.max(occurrence.time));
        self.decide_until(at, false);
        self.now = Some(at);
        self.last = Some(at);
        self.first.get_or_insert(at);
        let rules = Arc::clone(&self.rules);
        for hit in rules.hits(&occurrence.name) {
            self.feed(&rules.rules()[hit.rule], hit, at, &occurrence);
        }
    }

    /// The source has records from `time` on, whatever they tell: of several instants the earliest counts. A burst is
    /// compared with the time from there; without this call the first occurrence of all begins it.
    pub fn watched_from(&mut self, source: &str, time: Time) {
        match self.since.get_mut(source) {
            Some(since) => *since = time.min(*since),
            None => drop(self.since.insert(source.to_owned(), time)),
        }
    }

    /// Event time has reached `to`: windows slide and holds complete up to there. What falls due at `to` itself is
    /// decided by the next later call or by [`Engine::finish`], because occurrences at `to` may still follow.
    pub fn advance(&mut self, to: Time) {
        self.decide_until(to, false);
        self.now = Some(self.now.map_or(to, |now| now.max(to)));
    }

    /// The input ends: no time passes any more, what falls due at the latest instant is decided, and rules that say
    /// so take a hold that is still open for complete, at the time of the last occurrence.
    pub fn finish(&mut self) {
        let Some(now) = self.now else { return };
        self.decide_until(now, true);
        let Some(last) = self.last else { return };
        let rules = Arc::clone(&self.rules);
        for (rule, def) in rules.rules().iter().enumerate().filter(|(_, def)| def.settle_at_end) {
            for slot in self.states[rule].open(now) {
                let change = self.states[rule].fire(def, slot, last);
                self.emit(rule, change, last);
            }
        }
    }

    /// The transitions since the last call, in the order in which they were decided.
    pub fn drain(&mut self) -> Vec<Transition> {
        std::mem::take(&mut self.queue)
    }

    /// A log that could hold events of this name was read, with at least one dated record: its silence is a zero.
    pub fn covered(&mut self, event: &str) {
        self.covered.insert(event.to_owned());
    }

    fn feed(&mut self, rule: &Rule, hit: &Hit, at: Time, o: &Occurrence) {
        if hit
            .component
            .as_ref()
            .is_some_and(|component| o.labels.get("component") != Some(component))
        {
            return;
        }
        let known = o.excerpt.as_ref().and_then(|e| self.since.get(&e.origin.source));
        let since = known.copied().or(self.first).unwrap_or(at);
        let state = &mut self.states[hit.rule];
        let Some(input) = state.input(rule, hit, o) else { return };
        let slot = state.slot(rule, rule.group(&o.labels), at);
        if rule.plan.reading == Reading::Event {
            if let Some(change) = state.raise(slot, at, o.excerpt.as_ref()) {
                self.emit(hit.rule, Some(change), at);
            }
            self.schedule(hit.rule, slot, at);
            return;
        }
        // What lacks a label counts for every group that has it; only a state begins for the group itself alone, while
        // it ends for all.
        let begins =
            matches!(input, Input::Switch(on) if rule.plan.test.holds(f64::from(u8::from(on))));
        let groups = if begins { vec![slot] } else { state.affected(rule, slot) };
        match input {
            Input::Count { bad, total } => {
                state.count(slot, at, (bad, total), since, o.excerpt.as_ref());
                groups.iter().for_each(|group| state.contribute(*group, bad));
                let rises = rule.plan.reading == Reading::CountIn && rule.plan.test.op.rises();
                for group in groups.into_iter().filter(|_| rises) {
                    let change = self.states[hit.rule].rise(rule, group, at);
                    self.emit(hit.rule, change, at);
                }
                self.schedule(hit.rule, slot, at);
            }
            input => {
                for group in groups {
                    let contributes =
                        self.states[hit.rule].observe(group, at, &input, o.excerpt.as_ref());
                    self.states[hit.rule].contribute(group, u64::from(contributes));
                    self.schedule(hit.rule, group, at);
                }
            }
        }
    }

    /// Decides what falls due before `end`, or at `end` too.
    fn decide_until(&mut self, end: Time, inclusive: bool) {
        while let Some((at, rule, slot)) =
            self.agenda.first().copied().filter(|(at, ..)| *at < end || (inclusive && *at == end))
        {
            self.agenda.pop_first();
            self.decide(rule, slot, at);
        }
    }

    /// The instant `at` is over for a group.
    fn decide(&mut self, rule: usize, slot: usize, at: Time) {
        let rules = Arc::clone(&self.rules);
        let def = &rules.rules()[rule];
        self.states[rule].scheduled(slot, None);
        let groups = if def.plan.reading.is_tally() {
            self.states[rule].affected(def, slot)
        } else {
            vec![slot]
        };
        for group in groups {
            let change = self.states[rule].decide(def, group, at);
            self.emit(rule, change, at);
            self.states[rule].forget(def, group, at);
        }
        if let Some(due) = self.states[rule].due(slot, at) {
            self.schedule(rule, slot, due);
        }
    }

    /// Puts a group on the agenda, unless it stands there for an earlier instant.
    fn schedule(&mut self, rule: usize, slot: usize, at: Time) {
        match self.states[rule].due_at(slot) {
            Some(due) if due <= at => return,
            Some(due) => self.agenda.remove(&(due, rule, slot)),
            None => false,
        };
        self.states[rule].scheduled(slot, Some(at));
        self.agenda.insert((at, rule, slot));
    }

    fn emit(&mut self, rule: usize, change: Option<Change>, at: Time) {
        let Some(Change { state, group, evidence }) = change else { return };
        let def = &self.rules.rules()[rule];
        let compared = def.plan.reading != Reading::Event && def.is_threshold();
        self.queue.push(Transition {
            rule,
            state,
            at,
            group,
            value: evidence.value,
            unit: def.unit_word(),
            op: compared.then_some(def.plan.test.op),
            limit: compared.then_some(def.plan.test.limit),
            window_s: (!def.plan.span.is_zero()).then(|| def.plan.span.as_secs_f64()),
            reading: def.plan.reading.word(),
            onset: evidence.onset,
            count: evidence.count,
            samples: evidence.samples,
        });
    }
}

#[cfg(test)]
mod tests;
