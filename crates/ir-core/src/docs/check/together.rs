//! Procedure and profile against each other.

use std::collections::BTreeSet;

use crate::docs::{Profile, RuleText, Sop, did_you_mean};

/// A place in the profile that does not fit the procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Path in the profile, e.g. `actions.isolate_plugins`; [`Document::key_error`](crate::docs::Document::key_error) locates it.
    pub path: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// What the profile names and the procedure does not have: actions, playbooks, groups of overridden rules.
/// An action of the procedure that the profile does not carry out is no fault: [`unbound_actions`] lists those.
pub fn check_together(sop: &Sop, profile: &Profile) -> Vec<Mismatch> {
    let actions: BTreeSet<&str> =
        sop.containment_rules.values().flatten().map(String::as_str).collect();
    let playbooks = || sop.containment_rules.keys().map(String::as_str);
    let groups = || sop.incident_detection.keys().map(String::as_str);
    let mut found = Vec::new();
    let mut add = |path: String, message: String| found.push(Mismatch { path, message });
    for action in profile.actions.keys() {
        if !actions.contains(action.as_str()) {
            let near = did_you_mean(action, actions.iter().copied());
            add(
                format!("actions.{action}"),
                format!("no playbook of the procedure has the action {action:?}{near}"),
            );
        }
    }
    for (i, rule) in profile.rules.iter().enumerate() {
        let RuleText::Long(rule) = rule else { continue };
        for (j, playbook) in rule.meaning.playbooks.iter().enumerate() {
            if !sop.containment_rules.contains_key(playbook) {
                let near = did_you_mean(playbook, playbooks());
                add(
                    format!("rules[{i}].meaning.playbooks[{j}]"),
                    format!("the procedure has no playbook {playbook:?}{near}"),
                );
            }
        }
    }
    for rule in profile.overrides.keys() {
        let group = rule.split_once('.').map_or(rule.as_str(), |(group, _)| group);
        if !sop.incident_detection.contains_key(group) {
            add(
                format!("overrides.{rule}"),
                format!(
                    "the procedure has no rule group {group:?}{}",
                    did_you_mean(group, groups())
                ),
            );
        }
    }
    found
}

/// Actions of the procedure's playbooks that the profile does not carry out, in the procedure's order, each once.
pub fn unbound_actions<'s>(sop: &'s Sop, profile: &Profile) -> Vec<&'s str> {
    let mut seen = BTreeSet::new();
    let all = sop.containment_rules.values().flatten().map(String::as_str);
    all.filter(|action| seen.insert(*action) && !profile.actions.contains_key(*action)).collect()
}
