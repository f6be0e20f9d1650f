//! The profile as a whole; its sources and its parts have files of their own.

use std::collections::BTreeSet;

use super::Faults;
use crate::docs::expand::{Piece, is_variable_name, pieces};
use crate::docs::{
    DocError, Document, MetricDef, Profile, RUN_UNCLOSED, RuleText, did_you_mean, duration,
};

/// Names of the profile that others refer to.
pub(super) struct Names<'a> {
    pub(super) logs: BTreeSet<&'a str>,
    pub(super) files: BTreeSet<&'a str>,
    pub(super) events: BTreeSet<&'a str>,
    pub(super) components: BTreeSet<&'a str>,
}

/// What is wrong with `profile` beyond its types, in the order of the document.
pub(in crate::docs) fn check_profile(profile: &Profile, document: &Document) -> Vec<DocError> {
    let mut faults = Faults::new(document);
    let names = Names {
        logs: profile.logs.iter().map(|log| log.id.as_str()).collect(),
        files: profile.files.iter().map(|file| file.id.as_str()).collect(),
        events: profile
            .events
            .iter()
            .map(|event| event.event.as_str())
            .chain(profile.lifecycle.as_ref().map(|_| RUN_UNCLOSED))
            .collect(),
        components: profile.components.keys().map(String::as_str).collect(),
    };
    faults.version("profile", profile.profile, 1);
    faults.name("app.name", "an application", &profile.app.name);
    variables(profile, &mut faults);
    process(profile, &mut faults);
    super::sources::check(profile, &names, &mut faults);
    lifecycle(profile, &names, &mut faults);
    metrics(profile, &names, &mut faults);
    rules(profile, &names, &mut faults);
    super::parts::check(profile, &names, &mut faults);
    faults.all()
}

fn variables(profile: &Profile, faults: &mut Faults<'_>) {
    for (name, variable) in &profile.variables {
        let path = format!("variables.{name}");
        if !is_variable_name(name) {
            faults.add_key(
                &path,
                format!("{name:?} is no name of a variable: write letters, digits and underscores"),
            );
        }
        let Some(default) = &variable.default else { continue };
        let path = format!("{path}.default");
        faults.variables(&path, default, &profile.variables);
        if reaches(profile, name, name, &mut BTreeSet::new()) {
            faults.add(&path, format!("the default of {name} leads back to {name}"));
        }
    }
}

/// Whether the default of `from` names `goal`, by itself or through other defaults.
fn reaches<'a>(
    profile: &'a Profile,
    from: &'a str,
    goal: &str,
    seen: &mut BTreeSet<&'a str>,
) -> bool {
    let default = profile
        .variables
        .get(from)
        .and_then(|variable| variable.default.as_deref())
        .unwrap_or_default();
    pieces(default).unwrap_or_default().into_iter().any(|piece| match piece {
        Piece::Name(name) => {
            name == goal || (seen.insert(name) && reaches(profile, name, goal, seen))
        }
        Piece::Text(_) => false,
    })
}

fn process(profile: &Profile, faults: &mut Faults<'_>) {
    let Some(process) = &profile.process else { return };
    if process.exe.is_none() && process.cmdline.is_none() {
        faults.add_key(
            "process",
            "`exe` or `cmdline` must be given: folder and account alone fit every shell that is opened there",
        );
    }
    for (key, text) in [("exe", &process.exe), ("cwd", &process.cwd), ("user", &process.user)] {
        let Some(text) = text else { continue };
        let path = format!("process.{key}");
        faults.not_blank(&path, key, text);
        faults.variables(&path, text, &profile.variables);
    }
    if process.exe.as_ref().is_some_and(|exe| exe.contains('[')) {
        faults.add("process.exe", "`[` is no pattern here: write `*` and `?`");
    }
    if let Some(cmdline) = &process.cmdline {
        faults.not_blank("process.cmdline", "cmdline", cmdline);
        faults.pattern("process.cmdline", cmdline);
    }
}

fn lifecycle(profile: &Profile, names: &Names<'_>, faults: &mut Faults<'_>) {
    let Some(lifecycle) = &profile.lifecycle else { return };
    for (key, events) in [
        ("start", &lifecycle.start),
        ("ready", &lifecycle.ready),
        ("stop", &lifecycle.stop),
        ("failed", &lifecycle.failed),
    ] {
        faults.all_known(
            &format!("lifecycle.{key}"),
            "event",
            events,
            names.events.iter().copied(),
        );
    }
}

fn metrics(profile: &Profile, names: &Names<'_>, faults: &mut Faults<'_>) {
    for (metric, def) in &profile.metrics {
        let path = format!("metrics.{metric}");
        let mut known = |way: &str, events: &[String]| {
            faults.all_known(
                &format!("{path}.{way}"),
                "event",
                events,
                names.events.iter().copied(),
            );
            if events.is_empty() {
                faults.add(&format!("{path}.{way}"), "the list names no event");
            }
        };
        match def {
            MetricDef::Events(events) => known("events", events),
            MetricDef::Gauge(events) => known("gauge", events),
            MetricDef::State(state) => {
                known("state.on", &state.on);
                known("state.off", &state.off);
            }
            MetricDef::Ratio(ratio) => {
                known("ratio.bad", &ratio.bad);
                known("ratio.total", &ratio.total);
                if ratio.min_events == 0 {
                    faults
                        .add(&format!("{path}.ratio.min_events"), "a ratio needs at least 1 event");
                }
            }
            MetricDef::Burst(burst) => {
                known("burst.events", &burst.events);
                if let Err(message) = duration(&burst.before) {
                    faults.add(&format!("{path}.burst.before"), message);
                }
                if burst.min_events == 0 {
                    faults
                        .add(&format!("{path}.burst.min_events"), "a burst needs at least 1 event");
                }
            }
            MetricDef::Live(_) => {}
            MetricDef::Never(reason) => {
                faults.not_blank(&format!("{path}.never"), "the reason", reason)
            }
        }
    }
}

fn rules(profile: &Profile, names: &Names<'_>, faults: &mut Faults<'_>) {
    let mut ids = BTreeSet::new();
    for (i, rule) in profile.rules.iter().enumerate() {
        let RuleText::Long(rule) = rule else { continue };
        let path = format!("rules[{i}]");
        if let Some(id) = &rule.id {
            faults.name(&format!("{path}.id"), "a rule", id);
            if !ids.insert(id) {
                faults.add(
                    &format!("{path}.id"),
                    format!("the rule {id:?} stands further up already"),
                );
            }
        }
        if let Some(component) = &rule.meaning.component {
            faults.known(
                &format!("{path}.meaning.component"),
                "component",
                component,
                names.components.iter().copied(),
            );
        }
        if let Some(instance) = &rule.meaning.instance
            && !rule.by.contains(instance)
        {
            let near = did_you_mean(instance, rule.by.iter().map(String::as_str));
            faults.add(&format!("{path}.meaning.instance"), format!("the rule is not evaluated by the label {instance:?}{near}: `by` lists its labels"));
        }
        faults.facts(&format!("{path}.meaning"), &rule.meaning);
    }
    for (rule, replaced) in &profile.overrides {
        let path = format!("overrides.{rule}");
        if !rule.contains('.') {
            faults.add_key(
                &path,
                format!("{rule:?} names no rule of the procedure: write group.metric"),
            );
        }
        faults.not_blank(&format!("{path}.reason"), "the reason", &replaced.reason);
    }
}
