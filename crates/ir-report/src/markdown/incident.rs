//! One incident.

use ir_core::wire::{AlertState, Classified};

use super::{ROWS, Writer, joined, phrases, severity};
use crate::md::Inline;
use crate::report::IncidentReport;

impl Writer {
    pub(super) fn incident(&mut self, incident: &IncidentReport) {
        let heading = Inline::new().text(&incident.id).and(severity(incident.severity));
        self.page.heading(
            2,
            match &incident.title {
                Some(title) => heading.md(": ").text(title),
                None => heading.md(": no incident record arrived, only others that name it"),
            },
        );
        self.facts(incident);
        self.classification(incident);
        self.timeline(incident);
        if !incident.alerts.is_empty() {
            self.page.heading(3, Inline::new().md("Alerts"));
            self.alerts(&incident.alerts.iter().collect::<Vec<_>>());
        }
        self.plan(incident);
        self.evidence(incident);
        self.causes(incident);
        self.advice(incident);
        self.steps(incident);
    }

    fn facts(&mut self, incident: &IncidentReport) {
        if let Some(in_force) = incident.severities.last() {
            let line = Inline::new()
                .md("Severity **")
                .md(in_force.severity.word())
                .md("**, response due by **");
            let line =
                line.time(Some(in_force.respond_by)).md("**: within ").seconds(in_force.response_s);
            self.page.item(line.md(" of detection"));
        }
        for could in incident.classified.iter().flat_map(|c| &c.body.could_be) {
            self.page.item(Inline::new().text(&could.note));
        }
        if let Some(onset) = incident.onset {
            let line = Inline::new()
                .md("Onset ")
                .time(Some(onset))
                .md(" (first contributing event), detected ");
            let line = line
                .time(incident.detected)
                .md(", ")
                .seconds(incident.detection_s.unwrap_or_default());
            self.page.item(line.md(" later"));
        }
        if let Some(length) = incident.duration_s {
            self.page.item(match incident.ended {
                Some(ended) => {
                    Inline::new().md("Lasted ").seconds(length).md(", until ").time(Some(ended))
                }
                None => Inline::new()
                    .md("Lasts at least ")
                    .seconds(length)
                    .md(": ")
                    .and(still(incident)),
            });
        }
        self.page.item(Inline::new().md("Phase: ").md(incident.phase.word()));
        if let Some(record) = &incident.incident {
            let body = &record.body;
            let app =
                Inline::new().md("Application ").text(body.app.as_deref().unwrap_or("unknown"));
            let line = app.md(" on host ").text(body.host.as_deref().unwrap_or("unknown"));
            let id = self.id(&record.id);
            self.page.item(line.md("; record ").and(id));
            let kinds = body.categories.iter().map(|c| Inline::new().code(c.word())).collect();
            self.page.item(Inline::new().md("Kinds: ").and(joined(kinds)));
        }
        if !incident.unresolved.is_empty() {
            let ids = joined(incident.unresolved.iter().map(|id| Inline::new().code(id)).collect());
            self.page.item(Inline::new().md("Cited, but not in the stream: ").and(ids));
        }
    }

    fn classification(&mut self, incident: &IncidentReport) {
        let Some(record) = &incident.classified else { return };
        let body = &record.body;
        self.page.heading(3, Inline::new().md("Classification"));
        if incident.severity.is_some_and(|in_force| body.severity > in_force) {
            let line =
                Inline::new().md("The last classification asks for ").md(body.severity.word());
            self.page.paragraph(line.md(" only. It is not in force: a severity is lowered by a person, never by a record in a pipe."));
        }
        let rows = body.rationale.iter().map(|row| {
            vec![
                Inline::new().text(&row.factor),
                Inline::new().text(&row.value),
                Inline::new().md(row.severity.map_or("–", |s| s.word())),
                Inline::new().text(&row.note),
                self.ids(&row.from),
            ]
        });
        let rows = rows.collect();
        self.page.table(&["Factor", "Value", "Asks for", "Why", "Said by"], rows, ROWS);
        self.affected(body);
        let id = self.id(&record.id);
        self.page.item(Inline::new().md("Record ").and(id));
    }

    fn affected(&mut self, body: &Classified) {
        for component in body.components.iter().take(ROWS) {
            let mut line = Inline::new().md("Affected: ").code(&component.name);
            if !component.instances.is_empty() {
                let instances = component.instances.iter().map(|i| Inline::new().code(i)).collect();
                line = line.md(" (").and(joined(instances)).md(")");
            }
            if !component.from.is_empty() {
                line = line.md(", by ").and(self.ids(&component.from));
            }
            self.page.item(line);
        }
        if !body.mobilize.is_empty() {
            self.page.item(Inline::new().md("Mobilise: ").and(phrases(&body.mobilize)));
        }
        if !body.playbooks.is_empty() {
            let playbooks = joined(body.playbooks.iter().map(|p| Inline::new().code(p)).collect());
            self.page.item(Inline::new().md("Playbooks that fit: ").and(playbooks));
        }
    }

    fn timeline(&mut self, incident: &IncidentReport) {
        if incident.timeline.is_empty() {
            return;
        }
        self.page.heading(3, Inline::new().md("Timeline"));
        let rows = incident.timeline.iter().map(|row| {
            let what = Inline::new().md(row.what.words());
            vec![
                Inline::new().time(row.time),
                what,
                Inline::new().text(&row.text),
                self.id(&row.id),
            ]
        });
        let rows = rows.collect();
        self.page.table(&["Time", "What", "", "Record"], rows, ROWS);
    }
}

/// Why an incident has not ended.
fn still(incident: &IncidentReport) -> Inline {
    let last = incident.standing();
    let count = |state| last.iter().filter(|alert| alert.body.state == state).count() as u64;
    let line = Inline::new().plural(count(AlertState::Firing), "alert").md(" firing");
    match count(AlertState::NoData) {
        0 => line.md(" at the end of the input"),
        n => line.md(", ").count(n).md(" without data at the end of the input"),
    }
}
