//! What advisors said: told apart from what the records prove.

use super::{ROWS, Writer, joined};
use crate::phrase::Phrase;
use crate::report::IncidentReport;

impl Writer {
    pub(super) fn advice(&mut self, incident: &IncidentReport) {
        for record in incident.advice.iter().take(ROWS) {
            let body = &record.body;
            let id = self.id(&record.id);
            let heading = Phrase::new().own("What the advisor ").code(&body.advisor);
            self.page.heading(3, heading.own(" says (").text(body.task.word()).own(")"));
            let line = Phrase::new()
                .own("A program wrote this. Nobody has checked it, and nothing else here depends on it (");
            self.page.paragraph(line.and(id).own(")."));
            for note in body.notes.iter().take(ROWS) {
                let about = self.subject(&note.about);
                self.page.item(about.own(": ").text(&note.text));
            }
            if !body.order.is_empty() {
                let order = body.order.iter().take(ROWS).map(|id| self.subject(id)).collect();
                self.page.item(Phrase::new().own("It would look first at ").and(joined(order)));
            }
            self.page.left_out(body.notes.len().saturating_sub(ROWS));
        }
        self.page.left_out(incident.advice.len().saturating_sub(ROWS));
    }

    /// What a piece of advice is about: a record, or a hypothesis of one.
    fn subject(&mut self, id: &str) -> Phrase {
        match id.split_once('/') {
            Some((cause, rank)) if self.refs.place(cause).is_some() => {
                Phrase::new().own("hypothesis ").text(rank).own(" of ").and(self.id(cause))
            }
            _ => self.id(id),
        }
    }
}
