//! Where the steps of the procedure stand, as far as the records of an incident tell.

use ir_core::docs::{Sop, SopStep};
use ir_core::wire::{ActionPhase, IncidentState};
use schemars::JsonSchema;
use serde::Serialize;

use crate::words::{count, plural};

/// The command lines of this version that steps may name; of the others the procedure has no use yet.
/// The tool `xtask` compares them with the real ones.
pub const COMMANDS: &[&str] = &[
    "ir-detect",
    "ir-detect rules",
    "ir-detect health",
    "ir-classify",
    "ir-classify note",
    "ir-contain",
    "ir-evidence",
    "ir-evidence verify",
    "ir-rca",
    "ir-rca mine",
    "ir-rca timeline",
    "ir-report",
    "ir-report list",
    "ir-report show",
    "ir-report lint",
];

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StepState {
    /// Records prove it.
    Done,
    /// Records prove a part of it; the note says which, and what is left.
    Begun,
    /// Nothing in the stream speaks of it.
    Open,
}

/// One step of the procedure.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct StepRow {
    /// Its number.
    pub(crate) step: String,
    /// Its title.
    pub(crate) title: String,
    /// Where it stands.
    pub(crate) state: StepState,
    /// What is there and what is left; empty where nothing is there.
    pub(crate) note: String,
    /// The records that say so.
    pub(crate) by: Vec<String>,
    /// How long it takes, in the procedure's words.
    pub(crate) duration: String,
    /// Who does it, in the procedure's words.
    pub(crate) responsible: String,
    /// What of this version helps.
    pub(crate) with: Vec<String>,
    /// Command lines that the procedure names.
    pub(crate) commands: Vec<String>,
}

/// Every step, in the procedure's order.
pub(super) fn steps(sop: &Sop, incident: &IncidentState) -> Vec<StepRow> {
    sop.steps
        .iter()
        .map(|step| {
            let (state, note, by) = stand(step, incident);
            StepRow {
                step: step.step.clone(),
                title: step.title.clone(),
                state,
                note,
                by,
                duration: step.duration.clone(),
                responsible: step.responsible.clone(),
                with: step
                    .tools
                    .iter()
                    .filter(|t| COMMANDS.contains(&t.as_str()))
                    .cloned()
                    .collect(),
                commands: step.commands.clone(),
            }
        })
        .collect()
}

fn stand(step: &SopStep, incident: &IncidentState) -> (StepState, String, Vec<String>) {
    use StepState::{Begun, Done, Open};
    let nothing = || (Open, String::new(), Vec::new());
    match step.step.as_str() {
        "1.1" => incident.incident.as_ref().map_or_else(nothing, |i| {
            let note =
                format!("{} in one incident", plural(i.body.alerts.len() as u64, "alert record"));
            (Done, note, vec![i.id.clone()])
        }),
        "1.2" => incident.classified.as_ref().zip(incident.severity()).map_or_else(
            nothing,
            |(c, severity)| {
                (
                    Begun,
                    format!("classified {severity}; left: a person validates it"),
                    vec![c.id.clone()],
                )
            },
        ),
        "2.1" if !incident.actions.is_empty() => {
            let bound = incident.actions.iter().filter(|a| a.body.bound).count() as u64;
            let acted =
                incident.actions.iter().filter(|a| a.body.phase != ActionPhase::Planned).count()
                    as u64;
            let steps = plural(incident.actions.len() as u64, "step");
            let left =
                if acted == 0 { "left: carry it out and verify it" } else { "left: verify it" };
            let note = format!(
                "{steps} planned, {} can be carried out here, {} begun; {left}",
                count(bound),
                count(acted)
            );
            (Begun, note, incident.actions.iter().map(|a| a.id.clone()).collect())
        }
        "3.1" if !incident.evidence.is_empty() => {
            let by = incident.evidence.iter().map(|e| e.id.clone()).collect();
            if incident.evidence.iter().any(|e| e.body.complete) {
                (Done, "a complete bundle is sealed".into(), by)
            } else {
                (Begun, "a bundle is sealed; left: the items that it could not take".into(), by)
            }
        }
        "3.2" => incident.cause.as_ref().map_or_else(nothing, |c| {
            let note = match c.body.hypotheses.len() as u64 {
                0 => "the analysis is inconclusive; left: more evidence".into(),
                n => format!("{} ranked; left: validate the first", plural(n, "possible cause")),
            };
            (Begun, note, vec![c.id.clone()])
        }),
        _ => nothing(),
    }
}
