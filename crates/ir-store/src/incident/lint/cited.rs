//! Ids that a record cites.

use ir_core::wire::{Body, Cause, Classified, Head, Incident};

/// Ids of other records that `head` cites, and the words for it. What begins with a dash is an option of the command line. A body
/// that cannot be read cites nothing; that is told elsewhere.
pub(super) fn cited(head: &Head<'_>) -> Vec<(String, &'static str)> {
    let mut all = Vec::new();
    let mut cite = |ids: Vec<String>, what| all.extend(ids.into_iter().map(|id| (id, what)));
    match &*head.kind {
        Incident::KIND => {
            if let Ok(body) = head.body::<Incident>() {
                cite(body.alerts, "it lists the alert");
            }
        }
        Classified::KIND => {
            if let Ok(body) = head.body::<Classified>() {
                body.rationale.into_iter().for_each(|row| cite(row.from, "its rationale cites"));
                body.components.into_iter().for_each(|c| cite(c.from, "a component of it cites"));
            }
        }
        Cause::KIND => {
            if let Ok(body) = head.body::<Cause>() {
                for hypothesis in body.hypotheses {
                    cite(hypothesis.supporting, "a hypothesis of it cites");
                    cite(hypothesis.against, "a hypothesis of it cites");
                }
            }
        }
        _ => {}
    }
    all.retain(|(id, _)| !id.starts_with('-'));
    all
}
