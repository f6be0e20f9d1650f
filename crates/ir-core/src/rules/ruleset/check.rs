//! Names in rules and metrics that nothing declares.

use std::collections::BTreeSet;

use super::{Compiler, Places, RuleError};
use crate::docs::{FACTS, Meaning, MetricDef, RuleDef, did_you_mean, duration, pattern};
use crate::rules::group::MOST_LABELS;
use crate::rules::source::Source;

/// Labels that stand for figures in a summary.
const FIGURES: [&str; 3] = ["value", "count", "limit"];

impl Compiler<'_> {
    /// Events that metrics are made of.
    pub(super) fn metrics(&mut self) {
        for (name, def) in &self.profile.metrics {
            let path = format!("metrics.{name}");
            match def {
                MetricDef::Events(events) => self.events_of(&format!("{path}.events"), events),
                MetricDef::Gauge(events) => self.events_of(&format!("{path}.gauge"), events),
                MetricDef::Ratio(ratio) => {
                    self.events_of(&format!("{path}.ratio.bad"), &ratio.bad);
                    self.events_of(&format!("{path}.ratio.total"), &ratio.total);
                }
                MetricDef::Burst(burst) => {
                    self.events_of(&format!("{path}.burst.events"), &burst.events);
                    if let Err(message) = duration(&burst.before) {
                        self.error(format!("{path}.burst.before"), message);
                    }
                }
                MetricDef::State(state) => {
                    self.events_of(&format!("{path}.state.on"), &state.on);
                    self.events_of(&format!("{path}.state.off"), &state.off);
                    for (i, event) in
                        state.off.iter().enumerate().filter(|(_, event)| state.on.contains(event))
                    {
                        self.error(
                            format!("{path}.state.off[{i}]"),
                            format!("the event {event:?} switches the state on and off"),
                        );
                    }
                }
                MetricDef::Live(_) | MetricDef::Never(_) => {}
            }
        }
    }

    fn events_of(&mut self, path: &str, events: &[String]) {
        if events.is_empty() {
            self.error(path, "the list names no event");
        }
        for (i, event) in
            events.iter().enumerate().filter(|(_, event)| !self.events.contains(event.as_str()))
        {
            let near = did_you_mean(event, self.events.iter().copied());
            let message = format!("unknown event {event:?}{near}");
            self.errors.push(RuleError { path: format!("{path}[{i}]"), column: None, message });
        }
    }

    /// Meanings and overrides of rules that do not exist. Called when the procedure's rules are known.
    pub(super) fn references(&mut self) {
        let meanings = self.sop.meanings.keys().map(|id| ("meanings", id));
        let overrides = self.profile.overrides.keys().map(|id| ("overrides", id));
        for (list, id) in meanings.chain(overrides) {
            if !self.ids.contains(id) {
                let near = did_you_mean(id, self.ids.iter().map(String::as_str));
                self.errors.push(RuleError {
                    path: format!("{list}.{id}"),
                    column: None,
                    message: format!("the procedure has no rule {id:?}{near}"),
                });
            }
        }
    }

    /// Component, facts and playbooks. A profile that declares no component at all says nothing against any.
    pub(super) fn meaning(&mut self, path: &str, meaning: &Meaning) {
        let components = &self.profile.components;
        if let Some(component) = meaning
            .component
            .as_ref()
            .filter(|c| !components.is_empty() && !components.contains_key(*c))
        {
            let near = did_you_mean(component, components.keys().map(String::as_str));
            self.error(
                format!("{path}.component"),
                format!("unknown component {component:?}{near}"),
            );
        }
        for (fact, value) in &meaning.facts {
            let at = format!("{path}.facts.{fact}");
            match FACTS.iter().find(|(name, _)| name == fact) {
                None => {
                    let near = did_you_mean(fact, FACTS.iter().map(|(name, _)| *name));
                    self.error(at, format!("unknown fact {fact:?}{near}"));
                }
                Some((_, values)) if !values.contains(&value.as_str()) => {
                    let near = did_you_mean(value, values.iter().copied());
                    self.error(
                        at,
                        format!(
                            "unknown value {value:?} of the fact {fact}{near}: it is one of {}",
                            values.join(", ")
                        ),
                    );
                }
                Some(_) => {}
            }
        }
        for (i, playbook) in meaning.playbooks.iter().enumerate() {
            if !self.sop.containment_rules.contains_key(playbook) {
                let near =
                    did_you_mean(playbook, self.sop.containment_rules.keys().map(String::as_str));
                self.error(
                    format!("{path}.playbooks[{i}]"),
                    format!("the procedure has no playbook {playbook:?}{near}"),
                );
            }
        }
    }

    /// Labels: the events that feed the rule must have them, and the summary may name no others.
    pub(super) fn labels(
        &mut self,
        places: &Places,
        def: &RuleDef,
        by: &[String],
        source: &Source,
    ) {
        if by.len() > MOST_LABELS {
            self.error(
                format!("{}.by", places.rule),
                format!("a rule is evaluated by at most {MOST_LABELS} labels"),
            );
        }
        if let Some(known) = self.labels_of(source) {
            let mut unknown = |path: String, label: &String| {
                if !known.contains(label) {
                    let near = did_you_mean(label, known.iter().map(String::as_str));
                    let message = format!("the events of this rule have no label {label:?}{near}");
                    self.errors.push(RuleError { path, column: None, message });
                }
            };
            for (i, label) in def.by.iter().enumerate() {
                unknown(format!("{}.by[{i}]", places.rule), label);
            }
            if let Some(instance) =
                def.meaning.instance.as_ref().filter(|instance| !def.by.contains(instance))
            {
                unknown(format!("{}.instance", places.meaning), instance);
            }
        }
        let series = by.is_empty() && !source.is_declared();
        for label in def.summary.iter().flat_map(|summary| placeholders(summary)) {
            if !series && !FIGURES.contains(&label) && !by.iter().any(|known| known == label) {
                let near = did_you_mean(label, by.iter().map(String::as_str).chain(FIGURES));
                let message = format!(
                    "nothing fills {{{label}}}{near}: the summary may name value, count, limit and labels of `by`"
                );
                self.error(format!("{}.summary", places.rule), message);
            }
        }
    }

    /// The labels that the events of a source can have; none where that is not known.
    fn labels_of(&self, source: &Source) -> Option<BTreeSet<String>> {
        if !source.is_declared() {
            return None;
        }
        // Every line may name its host and program.
        let mut labels = BTreeSet::from(["host".to_owned(), "program".to_owned()]);
        for name in source.names() {
            let mut defs = self.profile.events.iter().filter(|def| def.event == name).peekable();
            // An event that no log line is: what it carries is not for the profile to say.
            defs.peek()?;
            for def in defs {
                labels.extend(def.set.keys().cloned());
                if let Some(text) = &def.pattern {
                    labels.extend(
                        pattern(text)
                            .ok()?
                            .capture_names()
                            .flatten()
                            .filter(|group| *group != "value")
                            .map(str::to_owned),
                    );
                }
            }
        }
        Some(labels)
    }
}

/// The names in braces.
fn placeholders(summary: &str) -> impl Iterator<Item = &str> {
    summary.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}
