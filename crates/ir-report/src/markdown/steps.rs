//! What to do next: the procedure's steps that the records do not prove done.

use super::{ROWS, Writer, joined};
use crate::md::Inline;
use crate::report::{IncidentReport, StepRow, StepState};

impl Writer {
    pub(super) fn steps(&mut self, incident: &IncidentReport) {
        self.page.heading(3, Inline::new().md("Next steps"));
        let (done, left): (Vec<_>, Vec<_>) =
            incident.steps.iter().partition(|s| s.state == StepState::Done);
        if !done.is_empty() {
            let done = joined(
                done.iter().map(|s| Inline::new().text(&s.step).md(" ").text(&s.title)).collect(),
            );
            self.page.paragraph(Inline::new().md("Done, as the records prove: ").and(done).md("."));
        }
        let rows = left.into_iter().map(row).collect();
        self.page.table(
            &["Step", "Title", "State", "Takes", "Who", "With", "The procedure's command lines"],
            rows,
            ROWS,
        );
    }
}

fn row(step: &StepRow) -> Vec<Inline> {
    let state = match step.state {
        StepState::Done => Inline::new().md("done"),
        StepState::Begun => Inline::new().md("begun"),
        StepState::Open => Inline::new().md("open"),
    };
    let codes = |lines: &[String]| joined(lines.iter().map(|l| Inline::new().command(l)).collect());
    vec![
        Inline::new().text(&step.step),
        Inline::new().text(&step.title),
        if step.note.is_empty() { state } else { state.md(": ").text(&step.note) },
        Inline::new().text(&step.duration),
        Inline::new().text(&step.responsible),
        codes(&step.with),
        codes(&step.commands),
    ]
}
