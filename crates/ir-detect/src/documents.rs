//! Documents to what runs: rules and event definitions, with every fault told at its place.

use ir_cli::{Documents, Exit, Failed};
use ir_core::docs::DocError;
use ir_core::logs::Classifier;
use ir_core::rules::RuleSet;

/// The rules in force.
///
/// # Errors
/// Exit code 2 with every fault, file:line:col.
pub(crate) fn rule_set(docs: &Documents) -> anyhow::Result<RuleSet> {
    RuleSet::compile(&docs.sop, &docs.profile).map_err(|errors| {
        let located = errors.into_iter().map(|e| {
            let of_procedure = ["incident_detection", "meanings", "containment_rules", "playbooks"];
            let is_its = of_procedure.iter().any(|part| e.path.starts_with(part));
            let source = if is_its { &docs.sop_source } else { &docs.profile_source };
            match e.column.and_then(|c| u32::try_from(c).ok()) {
                Some(column) => source.column_error(&e.path, column, e.message),
                None => source.error(&e.path, e.message),
            }
        });
        faults(located)
    })
}

/// The profile's named events and normal noise.
///
/// # Errors
/// Exit code 2 with every fault, file:line:col.
pub(crate) fn classifier(docs: &Documents) -> anyhow::Result<Classifier> {
    Classifier::new(&docs.profile).map_err(|errors| {
        faults(errors.into_iter().map(|e| match e.column.and_then(|c| u32::try_from(c).ok()) {
            Some(column) => docs.profile_source.column_error(&e.path, column, e.message),
            None => docs.profile_source.error(&e.path, e.message),
        }))
    })
}

fn faults(errors: impl Iterator<Item = DocError>) -> anyhow::Error {
    let lines: Vec<_> = errors.map(|e| e.to_string()).collect();
    Failed::new(Exit::Usage, lines.join("\n"))
}
