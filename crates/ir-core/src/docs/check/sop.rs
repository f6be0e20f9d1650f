//! The procedure.

use super::Faults;
use crate::docs::{AdvisorDef, DocError, Document, Sop, did_you_mean, duration, duration_range};
use crate::wire::Severity;

/// What is wrong with `sop` beyond its types, in the order of the document.
pub(in crate::docs) fn check_sop(sop: &Sop, document: &Document) -> Vec<DocError> {
    let mut faults = Faults::new(document);
    faults.version("sop", sop.sop, 1);
    faults.not_blank("name", "the procedure's name", &sop.name);
    for severity in Severity::ALL {
        let path = format!("severities.{severity}");
        match sop.severities.get(severity) {
            None => faults.add_key(
                "severities",
                format!("the severity {severity} is missing: all of P0, P1, P2, P3 are needed"),
            ),
            Some(level) => {
                if let Err(message) = duration(&level.response) {
                    faults.add(&format!("{path}.response"), message);
                }
            }
        }
    }
    steps(sop, &mut faults);
    for (group, rules) in &sop.incident_detection {
        faults.name(&format!("incident_detection.{group}"), "a rule group", group);
        if rules.is_empty() {
            faults.add(&format!("incident_detection.{group}"), "the group has no rule");
        }
    }
    for (rule, meaning) in &sop.meanings {
        let path = format!("meanings.{rule}");
        let group = rule.split_once('.').map_or(rule.as_str(), |(group, _)| group);
        if !sop.incident_detection.contains_key(group) {
            let near = did_you_mean(group, sop.incident_detection.keys().map(String::as_str));
            faults
                .add_key(&path, format!("unknown rule group {group:?}{near}: write group.metric"));
        }
        faults.facts(&path, meaning);
        faults.all_known(
            &format!("{path}.playbooks"),
            "playbook",
            &meaning.playbooks,
            sop.containment_rules.keys().map(String::as_str),
        );
    }
    for (playbook, actions) in &sop.containment_rules {
        let path = format!("containment_rules.{playbook}");
        faults.name(&path, "a playbook", playbook);
        for (i, action) in actions.iter().enumerate() {
            let item = format!("{path}[{i}]");
            faults.name(&item, "an action", action);
            if actions[..i].contains(action) {
                faults.add(&item, format!("the action {action} stands in this playbook already"));
            }
        }
    }
    for playbook in sop.playbooks.keys() {
        if !sop.containment_rules.contains_key(playbook) {
            let near = did_you_mean(playbook, sop.containment_rules.keys().map(String::as_str));
            faults.add_key(
                &format!("playbooks.{playbook}"),
                format!("unknown playbook {playbook:?}{near}: containment_rules does not have it"),
            );
        }
    }
    for (name, advisor) in &sop.advisors {
        check_advisor(name, advisor, &mut faults);
    }
    faults.all()
}

fn check_advisor(name: &str, advisor: &AdvisorDef, faults: &mut Faults<'_>) {
    let path = format!("advisors.{name}");
    faults.name(&path, "an advisor", name);
    match advisor.argv.first() {
        None => faults.add(
            &format!("{path}.argv"),
            "the list is empty: begin it with the program's absolute path",
        ),
        Some(program) if !program.starts_with('/') => faults.add(
            &format!("{path}.argv[0]"),
            format!("{program:?} is not an absolute path: write it in full, e.g. /usr/bin/env"),
        ),
        Some(_) => {}
    }
    for (i, _) in advisor.argv.iter().enumerate().filter(|(_, arg)| arg.contains('\0')) {
        faults.add(&format!("{path}.argv[{i}]"), "an argument cannot hold a zero byte");
    }
    match duration(&advisor.timeout) {
        Err(message) => faults.add(&format!("{path}.timeout"), message),
        Ok(s) if s <= 0.0 || s > AdvisorDef::LONGEST_S => faults.add(
            &format!("{path}.timeout"),
            format!(
                "{:?} is too short or too long: more than nothing and at most 10 minutes",
                advisor.timeout
            ),
        ),
        Ok(_) => {}
    }
    if advisor.max_bytes == 0 || advisor.max_bytes > AdvisorDef::LARGEST {
        faults.add(
            &format!("{path}.max_bytes"),
            format!("an answer has from 1 to {} bytes", AdvisorDef::LARGEST),
        );
    }
}

fn steps(sop: &Sop, faults: &mut Faults<'_>) {
    let mut last: Option<(u32, u32)> = None;
    for (i, step) in sop.steps.iter().enumerate() {
        let path = format!("steps[{i}]");
        let number = step
            .step
            .split_once('.')
            .and_then(|(phase, step)| Some((phase.parse().ok()?, step.parse().ok()?)));
        match number {
            None => faults.add(
                &format!("{path}.step"),
                format!("{:?} is no step number: write PHASE.STEP, e.g. 1.1", step.step),
            ),
            Some(number) if last.is_some_and(|last| number <= last) => {
                faults.add(
                    &format!("{path}.step"),
                    format!("the step {} comes after a later one", step.step),
                );
            }
            number => last = number,
        }
        if let Err(message) = duration_range(&step.duration) {
            faults.add(&format!("{path}.duration"), message);
        }
        faults.not_blank(&format!("{path}.title"), "the title", &step.title);
        faults.not_blank(&format!("{path}.responsible"), "who is responsible", &step.responsible);
    }
}
