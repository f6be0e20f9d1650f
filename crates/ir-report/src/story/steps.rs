//! What to do next: the procedure's steps that the records do not prove done.

use super::{ROWS, Writer, joined};
use crate::phrase::{Phrase, Tone};
use crate::report::{IncidentReport, StepRow, StepState};

impl Writer {
    pub(super) fn steps(&mut self, incident: &IncidentReport) {
        self.page.heading(3, Phrase::new().own("Next steps"));
        let (done, left): (Vec<_>, Vec<_>) =
            incident.steps.iter().partition(|s| s.state == StepState::Done);
        if !done.is_empty() {
            let done = joined(
                done.iter().map(|s| Phrase::new().text(&s.step).own(" ").text(&s.title)).collect(),
            );
            self.page
                .paragraph(Phrase::new().own("Done, as the records prove: ").and(done).own("."));
        }
        let rows = left.into_iter().map(row).collect();
        self.page.table(
            &["Step", "Title", "State", "Takes", "Who", "With", "The procedure's command lines"],
            rows,
            ROWS,
        );
    }
}

fn row(step: &StepRow) -> Vec<Phrase> {
    let state = match step.state {
        StepState::Done => Phrase::new().state("done", Tone::Good),
        StepState::Begun => Phrase::new().state("begun", Tone::Plain),
        StepState::Open => Phrase::new().state("open", Tone::Plain),
    };
    let codes = |lines: &[String]| joined(lines.iter().map(|l| Phrase::new().command(l)).collect());
    vec![
        Phrase::new().text(&step.step),
        Phrase::new().text(&step.title),
        if step.note.is_empty() { state } else { state.own(": ").text(&step.note) },
        Phrase::new().text(&step.duration),
        Phrase::new().text(&step.responsible),
        codes(&step.with),
        codes(&step.commands),
    ]
}
