//! What advisors said: told apart from what the records prove.

use super::{ROWS, Writer, joined};
use crate::md::Inline;
use crate::report::IncidentReport;

impl Writer {
    pub(super) fn advice(&mut self, incident: &IncidentReport) {
        for record in incident.advice.iter().take(ROWS) {
            let body = &record.body;
            let id = self.id(&record.id);
            let heading = Inline::new().md("What the advisor ").code(&body.advisor);
            self.page.heading(3, heading.md(" says (").md(body.task.word()).md(")"));
            let line = Inline::new()
                .md("A program wrote this. Nobody has checked it, and nothing else here depends on it (");
            self.page.paragraph(line.and(id).md(")."));
            for note in body.notes.iter().take(ROWS) {
                let about = self.subject(&note.about);
                self.page.item(about.md(": ").text(&note.text));
            }
            if !body.order.is_empty() {
                let order = body.order.iter().take(ROWS).map(|id| self.subject(id)).collect();
                self.page.item(Inline::new().md("It would look first at ").and(joined(order)));
            }
            self.page.left_out(body.notes.len().saturating_sub(ROWS));
        }
        self.page.left_out(incident.advice.len().saturating_sub(ROWS));
    }

    /// What a piece of advice is about: a record, or a hypothesis of one.
    fn subject(&mut self, id: &str) -> Inline {
        match id.split_once('/') {
            Some((cause, rank)) if self.refs.knows(cause) => {
                Inline::new().md("hypothesis ").text(rank).md(" of ").and(self.id(cause))
            }
            _ => self.id(id),
        }
    }
}
