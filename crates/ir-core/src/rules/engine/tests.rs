mod burst;
mod cases;
mod chunks;
mod coverage;
mod hold_cases;
mod oracle;

use std::collections::BTreeMap;

use super::{Engine, Occurrence, Transition};
use crate::docs::Sop;
use crate::rules::RuleSet;
use crate::rules::ruleset::tests::{METRICS, profile};
pub(super) use crate::rules::window::tests::at;
use crate::wire::{AlertState, Excerpt, Origin};

/// An engine with the given rules of the profile alone.
fn engine(rules: &str) -> Engine {
    let text = "{sop: 1, name: none, severities: {}, steps: [], incident_detection: {}, containment_rules: {}, playbooks: {}}";
    let sop: Sop = serde_yaml::from_str(text).unwrap();
    let profile = profile(&format!("{METRICS}\nrules:\n{rules}"));
    Engine::new(RuleSet::compile(&sop, &profile).unwrap_or_else(|e| panic!("{e:?}")))
}

/// Something that happened `ms` milliseconds after some epoch.
fn event(ms: i64, name: &str, labels: &[(&str, &str)]) -> Occurrence {
    let labels: BTreeMap<_, _> =
        labels.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect();
    let origin = Origin { source: "main".into(), line: ms.unsigned_abs(), offset: 0 };
    let excerpt = Some(Excerpt { origin, time: Some(at(ms)), text: format!("{name} at {ms}") });
    Occurrence { time: at(ms), name: name.to_owned(), labels, value: None, unit: None, excerpt }
}

fn sample(ms: i64, name: &str, value: f64) -> Occurrence {
    Occurrence { value: Some(value), ..event(ms, name, &[]) }
}

/// Pushes all, ends, and tells what changed: milliseconds and state.
fn run(engine: &mut Engine, occurrences: impl IntoIterator<Item = Occurrence>) -> Vec<Transition> {
    for occurrence in occurrences {
        engine.push(occurrence);
    }
    engine.finish();
    engine.drain()
}

/// Milliseconds, state and value of a group's label, if it has one.
fn told(transitions: &[Transition]) -> Vec<(i64, AlertState, String)> {
    let ms = |t: &Transition| ((t.at.as_nanos() - at(0).as_nanos()) / 1_000_000) as i64;
    let group = |t: &Transition| t.group.values().cloned().collect::<Vec<_>>().join("/");
    transitions.iter().map(|t| (ms(t), t.state, group(t))).collect()
}

fn states(transitions: &[Transition]) -> Vec<(i64, AlertState)> {
    told(transitions).into_iter().map(|(ms, state, _)| (ms, state)).collect()
}
