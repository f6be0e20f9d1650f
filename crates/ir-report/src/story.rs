//! What the report says, in order, for every form that people read.

mod advice;
mod alerts;
mod causes;
mod examined;
mod incident;
mod plan;
mod sources;
mod steps;

use std::collections::BTreeSet;

pub(crate) use self::causes::terms;
use crate::chart::Chart;
use crate::page::{Block, Page};
use crate::phrase::Phrase;
use crate::refs::Refs;
use crate::report::{IncidentReport, Report, StepState};

/// Rows of a table or list that are shown; a longer one says how many are left out.
const ROWS: usize = 200;

/// The whole document.
pub(crate) fn story(report: &Report) -> Vec<Block> {
    let mut writer = Writer {
        page: Page::new(),
        refs: Refs::new(report.ids.keys().map(String::as_str)),
        used: BTreeSet::new(),
    };
    writer.report(report);
    writer.page.blocks()
}

/// What the document is called.
pub(crate) fn title(report: &Report) -> Phrase {
    let title = Phrase::new().own("Incident report");
    match report.incidents.as_slice() {
        [one] => title.own(": ").text(&one.id).graded(one.severity),
        _ => title,
    }
}

/// What all sections share.
#[derive(Debug)]
struct Writer {
    page: Page,
    refs: Refs,
    /// Ids that the report refers to.
    used: BTreeSet<String>,
}

impl Writer {
    fn report(&mut self, report: &Report) {
        self.page.heading(1, title(report));
        if !report.complete {
            let reasons = report.faults.iter().map(|fault| Phrase::new().text(fault)).collect();
            self.page.warning(Phrase::new().own("This report is not whole:"), reasons);
        }
        self.page.verdict(Phrase::new().text(&sentence(&report.verdict)));
        for incident in report.incidents.iter().take(ROWS) {
            self.page.item(in_short(incident));
        }
        self.page.chart(Chart::of(&report.incidents));
        self.page.paragraph(
            Phrase::new()
                .own("Written by ir-report ")
                .own(env!("CARGO_PKG_VERSION"))
                .own(" from the record stream alone. All times are UTC. A code such as ")
                .code("al-4b1c")
                .own(" is the beginning of a record's id; the end of the report has them whole."),
        );
        self.examined(report);
        let many = report.incidents.len() > 1;
        for incident in &report.incidents {
            self.incident(incident, many);
        }
        if !report.alerts_apart.is_empty() {
            self.page.heading(2, Phrase::new().own("Alerts of no incident"));
            self.alerts(&report.alerts_apart.iter().collect::<Vec<_>>());
        }
        if !report.evidence_apart.is_empty() {
            self.page.heading(2, Phrase::new().own("Evidence of no incident"));
            self.bundles(&report.evidence_apart);
        }
        self.references(report);
    }

    /// A reference to a record.
    fn id(&mut self, id: &str) -> Phrase {
        let Some(place) = self.refs.place(id) else { return Phrase::new().code(id) };
        self.used.insert(id.to_owned());
        Phrase::new().record(self.refs.short(id), id, place)
    }

    fn ids<'a>(&mut self, ids: impl IntoIterator<Item = &'a String>) -> Phrase {
        let ids: Vec<Phrase> = ids.into_iter().map(|id| self.id(id)).collect();
        joined(ids)
    }

    fn references(&mut self, report: &Report) {
        if self.used.is_empty() {
            return;
        }
        let used = std::mem::take(&mut self.used);
        let summary = Phrase::new().plural(used.len() as u64, "record").own(" with whole ids");
        self.page.folded(2, Phrase::new().own("References"), summary);
        let rows = used.iter().map(|id| {
            let kind = report.ids.get(id).copied().unwrap_or_default();
            vec![
                Phrase::new().target(self.refs.short(id), self.refs.place(id).unwrap_or_default()),
                Phrase::new().code(id),
                Phrase::new().text(kind),
            ]
        });
        self.page.table(&["Reference", "Record", "Type"], rows.collect(), usize::MAX);
    }
}

/// What somebody who was just woken needs first.
fn in_short(incident: &IncidentReport) -> Phrase {
    let title = incident.title.as_deref().unwrap_or("no incident record arrived");
    let mut line = Phrase::new().text(&incident.id).graded(incident.severity).own(": ").text(title);
    if let Some(by) = incident.respond_by {
        line = line.next().own("response due by ").strong(Phrase::new().time(Some(by)));
    }
    line = match incident.cause.as_ref().map(|cause| cause.body.hypotheses.first()) {
        Some(Some(first)) => line.next().own("likeliest cause: ").text(&first.summary),
        Some(None) => line.next().own("causes: inconclusive"),
        None => line,
    };
    match incident.steps.iter().find(|step| step.state != StepState::Done) {
        Some(next) => line.next().own("next: step ").text(&next.step).own(", ").text(&next.title),
        None => line,
    }
}

/// `a, b, c`, shortened past [`ROWS`] pieces.
fn joined(pieces: Vec<Phrase>) -> Phrase {
    joined_by(", ", pieces)
}

/// `a; b; c`: for phrases, which may hold commas.
fn phrases<'a>(texts: impl IntoIterator<Item = &'a String>) -> Phrase {
    joined_by("; ", texts.into_iter().map(|text| Phrase::new().text(text)).collect())
}

fn joined_by(between: &'static str, pieces: Vec<Phrase>) -> Phrase {
    let left_out = pieces.len().saturating_sub(ROWS);
    let mut out = Phrase::new();
    for (i, piece) in pieces.into_iter().take(ROWS).enumerate() {
        out = if i > 0 { out.own(between).and(piece) } else { out.and(piece) };
    }
    if left_out > 0 { out.own(" and ").count(left_out as u64).own(" more") } else { out }
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", chars.as_str())
}
