//! What a metric's name stands for: events, a ratio or burst of them, a value, a state, or samples.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::{Condition, Qualifier};
use crate::docs::{MetricDef, Profile, RUN_UNCLOSED, did_you_mean, duration};

/// What feeds a rule.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Source {
    /// Occurrences of these events.
    Events(Vec<String>),
    /// Bad events per all events.
    Ratio { bad: Vec<String>, total: Vec<String>, min_events: u64 },
    /// Occurrences of these events against how often they came in the time `before`.
    Burst { events: Vec<String>, before: SignedDuration, min_events: u64 },
    /// The value that the newest of these events carries; `inverted`: what is used from what is left, or the reverse.
    Gauge { events: Vec<String>, inverted: bool },
    /// On from one event until another.
    State { on: Vec<String>, off: Vec<String> },
    /// Samples, or bare events of the same name.
    Samples(Samples),
    /// It cannot be measured, and why.
    Never(String),
}

/// Samples under any of several names.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Samples {
    /// How coverage calls it.
    pub(super) name: String,
    /// The names that feed it.
    pub(super) names: Vec<SampleName>,
    /// Only the live host has them.
    pub(super) live: bool,
    /// ` (did you mean …)` where something known has nearly this name.
    pub(super) hint: String,
}

impl Samples {
    /// Of the metric `name`, which the profile declares, so that its samples need no label to be the application's.
    fn live(name: &str, names: &[SampleName]) -> Self {
        let mut names = names.to_vec();
        names.iter_mut().filter(|n| n.name == name).for_each(|n| n.component = None);
        Self { name: name.to_owned(), names, live: true, hint: String::new() }
    }
}

/// One name under which samples come.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SampleName {
    pub(super) name: String,
    /// Only samples with this value of the label `component`.
    pub(super) component: Option<String>,
    /// It tells the other side of the capacity.
    pub(super) inverted: bool,
}

/// The events that rules and metrics may name.
pub(super) fn known_events(profile: &Profile) -> BTreeSet<&str> {
    let lifecycle =
        profile.lifecycle.iter().flat_map(|l| [&l.start, &l.ready, &l.stop, &l.failed]).flatten();
    let declared = profile.events.iter().map(|def| &def.event);
    lifecycle.chain(declared).map(String::as_str).chain([RUN_UNCLOSED]).collect()
}

/// What the name in `condition` stands for.
pub(super) fn resolve(condition: &Condition, profile: &Profile, events: &BTreeSet<&str>) -> Source {
    let names = candidates(condition);
    for candidate in &names {
        if let Some(def) = profile.metrics.get(&candidate.name) {
            return match def {
                MetricDef::Events(events) => Source::Events(unique(events)),
                MetricDef::Ratio(r) => Source::Ratio {
                    bad: unique(&r.bad),
                    total: unique(&r.total),
                    min_events: r.min_events.max(1),
                },
                MetricDef::Burst(b) => Source::Burst {
                    events: unique(&b.events),
                    // What is no duration is told where metrics are checked.
                    before: duration(&b.before).map_or(SignedDuration::ZERO, |s| {
                        SignedDuration::try_from_secs_f64(s).unwrap_or_default()
                    }),
                    min_events: b.min_events.max(1),
                },
                MetricDef::Gauge(events) => {
                    Source::Gauge { events: unique(events), inverted: candidate.inverted }
                }
                MetricDef::State(s) => Source::State { on: unique(&s.on), off: unique(&s.off) },
                MetricDef::Live(_) => Source::Samples(Samples::live(&candidate.name, &names)),
                MetricDef::Never(reason) => Source::Never(reason.clone()),
            };
        }
    }
    if let Some(candidate) = names.iter().find(|candidate| events.contains(candidate.name.as_str()))
    {
        return Source::Events(vec![candidate.name.clone()]);
    }
    let name = condition.name();
    let known = profile.metrics.keys().map(String::as_str).chain(events.iter().copied());
    let hint = did_you_mean(&name, known);
    Source::Samples(Samples { name, names, live: false, hint })
}

fn unique(names: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names.iter().filter(|name| seen.insert(name.as_str())).cloned().collect()
}

/// The names that the condition's metric may go by, the closest first.
fn candidates(condition: &Condition) -> Vec<SampleName> {
    let t = match condition {
        Condition::Flag { metric } => {
            return vec![SampleName { name: metric.clone(), component: None, inverted: false }];
        }
        Condition::Threshold(t) => t,
    };
    let mut names = Vec::new();
    let mut add = |name: &str, component: Option<&String>| {
        let mut push = |name, inverted| {
            names.push(SampleName { name, component: component.cloned(), inverted })
        };
        if let Some(side) = t.qualifier {
            for (word, of) in [
                ("available", Qualifier::Available),
                ("free", Qualifier::Available),
                ("used", Qualifier::Used),
            ] {
                for joint in ['_', '.'] {
                    push(format!("{name}{joint}{word}"), of != side);
                }
            }
            // A bare name tells what is left, as `disk_space` does, unless it says otherwise.
            let bare = if ["usage", "used", "utilization"].iter().any(|end| name.ends_with(end)) {
                Qualifier::Used
            } else {
                Qualifier::Available
            };
            push(name.to_owned(), bare != side);
        } else {
            push(name.to_owned(), false);
        }
    };
    if let Some(component) = &t.component {
        add(&format!("{component}.{}", t.metric), None);
        add(&format!("{component}_{}", t.metric), None);
    }
    add(&t.metric, t.component.as_ref());
    // Of the two sides of a capacity, the one that the rule names is looked for first.
    names.sort_by_key(|name| name.inverted);
    names
}

impl Source {
    /// The names of the events that feed it; for samples, the names that bare events of it would have.
    pub(super) fn names(&self) -> Vec<&str> {
        match self {
            Self::Events(events) | Self::Gauge { events, .. } | Self::Burst { events, .. } => {
                events.iter().map(String::as_str).collect()
            }
            Self::Ratio { bad, total, .. } => bad.iter().chain(total).map(String::as_str).collect(),
            Self::State { on, off } => on.iter().chain(off).map(String::as_str).collect(),
            Self::Samples(samples) => samples.names.iter().map(|name| name.name.as_str()).collect(),
            Self::Never(_) => Vec::new(),
        }
    }

    /// It is made of events that the profile declares.
    pub(super) fn is_declared(&self) -> bool {
        !matches!(self, Self::Samples(_) | Self::Never(_))
    }
}
