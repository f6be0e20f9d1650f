//! One incident.

use ir_core::wire::{AlertState, Classified};

use super::{ROWS, Writer, joined, phrases};
use crate::chart::Chart;
use crate::phrase::Phrase;
use crate::report::IncidentReport;

/// A longer timeline is for looking up.
const LONG: usize = 24;

impl Writer {
    pub(super) fn incident(&mut self, incident: &IncidentReport, many: bool) {
        let heading = Phrase::new().text(&incident.id).graded(incident.severity);
        self.page.heading(
            2,
            match &incident.title {
                Some(title) => heading.own(": ").text(title),
                None => heading.own(": no incident record arrived, only others that name it"),
            },
        );
        self.facts(incident);
        if many {
            // Of a single one it stands at the top.
            self.page.chart(Chart::of(std::slice::from_ref(incident)));
        }
        self.classification(incident);
        self.timeline(incident);
        if !incident.alerts.is_empty() {
            self.page.heading(3, Phrase::new().own("Alerts"));
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
            let line = Phrase::new()
                .own("Severity ")
                .strong(Phrase::new().severity(in_force.severity))
                .own(", response due by ");
            let line = line.strong(Phrase::new().time(Some(in_force.respond_by)));
            let line = line.own(": within ").seconds(in_force.response_s);
            self.page.item(line.own(" of detection"));
        }
        for could in incident.classified.iter().flat_map(|c| &c.body.could_be) {
            self.page.item(Phrase::new().text(&could.note));
        }
        if let Some(onset) = incident.onset {
            let line = Phrase::new()
                .own("Onset ")
                .time(Some(onset))
                .own(" (first contributing event), detected ");
            let line = line
                .time(incident.detected)
                .own(", ")
                .seconds(incident.detection_s.unwrap_or_default());
            self.page.item(line.own(" later"));
        }
        if let Some(length) = incident.duration_s {
            self.page.item(match incident.ended {
                Some(ended) => {
                    Phrase::new().own("Lasted ").seconds(length).own(", until ").time(Some(ended))
                }
                None => Phrase::new()
                    .own("Lasts at least ")
                    .seconds(length)
                    .own(": ")
                    .and(still(incident)),
            });
        }
        self.page.item(Phrase::new().own("Phase: ").own(incident.phase.word()));
        if let Some(record) = &incident.incident {
            let body = &record.body;
            let app =
                Phrase::new().own("Application ").text(body.app.as_deref().unwrap_or("unknown"));
            let line = app.own(" on host ").text(body.host.as_deref().unwrap_or("unknown"));
            let id = self.id(&record.id);
            self.page.item(line.own("; record ").and(id));
            let kinds = body.categories.iter().map(|c| Phrase::new().code(c.word())).collect();
            self.page.item(Phrase::new().own("Kinds: ").and(joined(kinds)));
        }
        if !incident.unresolved.is_empty() {
            let ids = joined(incident.unresolved.iter().map(|id| Phrase::new().code(id)).collect());
            self.page.item(Phrase::new().own("Cited, but not in the stream: ").and(ids));
        }
    }

    fn classification(&mut self, incident: &IncidentReport) {
        let Some(record) = &incident.classified else { return };
        let body = &record.body;
        self.page.heading(3, Phrase::new().own("Classification"));
        if incident.severity.is_some_and(|in_force| body.severity > in_force) {
            let line =
                Phrase::new().own("The last classification asks for ").own(body.severity.word());
            self.page.paragraph(line.own(" only. It is not in force: a severity is lowered by a person, never by a record in a pipe."));
        }
        let rows = body.rationale.iter().map(|row| {
            vec![
                Phrase::new().text(&row.factor),
                Phrase::new().text(&row.value),
                Phrase::new().own(row.severity.map_or("–", |s| s.word())),
                Phrase::new().text(&row.note),
                self.ids(&row.from),
            ]
        });
        let rows = rows.collect();
        self.page.table(&["Factor", "Value", "Asks for", "Why", "Said by"], rows, ROWS);
        self.affected(body);
        let id = self.id(&record.id);
        self.page.item(Phrase::new().own("Record ").and(id));
    }

    fn affected(&mut self, body: &Classified) {
        for component in body.components.iter().take(ROWS) {
            let mut line = Phrase::new().own("Affected: ").code(&component.name);
            if !component.instances.is_empty() {
                let instances = component.instances.iter().map(|i| Phrase::new().code(i)).collect();
                line = line.own(" (").and(joined(instances)).own(")");
            }
            if !component.from.is_empty() {
                line = line.own(", by ").and(self.ids(&component.from));
            }
            self.page.item(line);
        }
        if !body.mobilize.is_empty() {
            self.page.item(Phrase::new().own("Mobilise: ").and(phrases(&body.mobilize)));
        }
        if !body.playbooks.is_empty() {
            let playbooks = joined(body.playbooks.iter().map(|p| Phrase::new().code(p)).collect());
            self.page.item(Phrase::new().own("Playbooks that fit: ").and(playbooks));
        }
    }

    fn timeline(&mut self, incident: &IncidentReport) {
        if incident.timeline.is_empty() {
            return;
        }
        let heading = Phrase::new().own("Timeline");
        if incident.timeline.len() > LONG {
            let summary = Phrase::new().plural(incident.timeline.len() as u64, "row");
            self.page.folded(3, heading, summary);
        } else {
            self.page.heading(3, heading);
        }
        let rows = incident.timeline.iter().take(ROWS).map(|row| {
            let what = Phrase::new().own(row.what.words());
            vec![
                Phrase::new().time(row.time),
                what,
                Phrase::new().text(&row.text),
                self.id(&row.id),
            ]
        });
        let rows = rows.collect();
        self.page.table(&["Time", "What", "", "Record"], rows, ROWS);
        self.page.left_out(incident.timeline.len().saturating_sub(ROWS));
    }
}

/// Why an incident has not ended.
fn still(incident: &IncidentReport) -> Phrase {
    let last = incident.standing();
    let count = |state| last.iter().filter(|alert| alert.body.state == state).count() as u64;
    let line = Phrase::new().plural(count(AlertState::Firing), "alert").own(" firing");
    match count(AlertState::NoData) {
        0 => line.own(" at the end of the input"),
        n => line.own(", ").count(n).own(" without data at the end of the input"),
    }
}
