//! Which occurrences feed which rules.

use std::collections::BTreeMap;

use super::Rule;
use crate::rules::Unit;
use crate::rules::plan::Reading;
use crate::rules::source::{SampleName, Source};

/// How an occurrence feeds a rule.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::rules) struct Hit {
    pub(in crate::rules) rule: usize,
    pub(in crate::rules) role: Role,
    /// Only with this value of the label `component`.
    pub(in crate::rules) component: Option<String>,
    /// The value tells the other side of the capacity.
    pub(in crate::rules) inverted: bool,
}

/// What an occurrence is to a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::rules) enum Role {
    /// One event, above the line of a ratio, below it, or both.
    Counted { bad: bool, total: bool },
    /// A sample that stands for as many as its value says.
    Weighed,
    /// It switches a state.
    Switch(bool),
    /// A value.
    Value,
    /// An event that is a flag.
    Event,
    /// A sample or bare event that is a flag, unless its value is 0.
    Raised,
}

impl Hit {
    fn new(rule: usize, role: Role) -> Self {
        Self { rule, role, component: None, inverted: false }
    }
}

/// By the names of occurrences, what they feed. A rule that can never be true is fed nothing.
pub(super) fn index(rules: &[Rule]) -> BTreeMap<String, Vec<Hit>> {
    let mut index: BTreeMap<String, Vec<Hit>> = BTreeMap::new();
    for (rule, def) in rules.iter().enumerate().filter(|(_, def)| def.plan.never.is_none()) {
        for (name, hit) in feeds(rule, def) {
            let hits = index.entry(name).or_default();
            match hits
                .iter_mut()
                .find(|known| known.rule == rule && known.component == hit.component)
            {
                None => hits.push(hit),
                // An event of both lists of a ratio counts on both sides.
                Some(Hit { role: Role::Counted { total, .. }, .. }) => *total = true,
                // Of two names for a sample the closer one comes first.
                Some(_) => {}
            }
        }
    }
    // An input may also tell of a metric's events under the metric's own name, where nothing else goes by it.
    for (rule, def) in rules.iter().enumerate().filter(|(_, def)| def.plan.never.is_none()) {
        if let (Source::Events(_), own) = (&def.source, def.condition.name()) {
            let role = match def.reading {
                Reading::Event => Role::Raised,
                _ => Role::Counted { bad: true, total: false },
            };
            let hits = index.entry(own).or_default();
            if hits.iter().all(|hit| matches!(rules[hit.rule].source, Source::Events(_)))
                && hits.iter().all(|hit| hit.rule != rule)
            {
                hits.push(Hit::new(rule, role));
            }
        }
    }
    index
}

/// The names that feed a rule, each once for each of its roles.
fn feeds(rule: usize, def: &Rule) -> Vec<(String, Hit)> {
    let all = |events: &[String], role: Role| -> Vec<_> {
        events.iter().map(|event| (event.clone(), Hit::new(rule, role))).collect()
    };
    let (above, below) =
        (Role::Counted { bad: true, total: false }, Role::Counted { bad: false, total: true });
    match &def.source {
        Source::Events(events) if def.reading == Reading::Event => all(events, Role::Event),
        Source::Events(events) | Source::Burst { events, .. } => all(events, above),
        Source::Ratio { bad, total, .. } => [all(bad, above), all(total, below)].concat(),
        Source::State { on, off } => {
            [all(on, Role::Switch(true)), all(off, Role::Switch(false))].concat()
        }
        Source::Gauge { events, inverted } => {
            let mut feeds = all(events, Role::Value);
            feeds.iter_mut().for_each(|(_, hit)| hit.inverted = *inverted);
            feeds
        }
        Source::Samples(samples) => {
            let role = match def.reading {
                Reading::Event => Role::Raised,
                Reading::CountIn => Role::Weighed,
                _ => Role::Value,
            };
            // A name that ends in a unit is the same metric in that unit.
            let endings =
                || [""].into_iter().chain(Unit::suffixes().filter(|_| role == Role::Value));
            let with_endings =
                samples.names.iter().flat_map(|name| endings().map(move |end| (name, end)));
            let feed = |(name, end): (&SampleName, &str)| {
                let hit =
                    Hit { rule, role, component: name.component.clone(), inverted: name.inverted };
                (format!("{}{end}", name.name), hit)
            };
            with_endings.map(feed).collect()
        }
        Source::Never(_) => Vec::new(),
    }
}
