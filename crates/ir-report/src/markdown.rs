//! The report as Markdown.

mod advice;
mod alerts;
mod causes;
mod examined;
mod incident;
mod page;
mod plan;
mod steps;

use std::collections::BTreeSet;

use self::page::Page;
use crate::md::Inline;
use crate::refs::Refs;
use crate::report::{IncidentReport, Report, StepState};

/// Rows of a table or list that are shown; a longer one says how many are left out.
const ROWS: usize = 200;

/// The whole document.
pub(crate) fn markdown(report: &Report) -> String {
    let mut writer = Writer {
        page: Page::new(),
        refs: Refs::new(report.ids.keys().map(String::as_str)),
        used: BTreeSet::new(),
    };
    writer.report(report);
    writer.page.finish()
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
        let title = Inline::new().md("Incident report");
        self.page.heading(
            1,
            match report.incidents.as_slice() {
                [one] => title.md(": ").text(&one.id).and(severity(one.severity)),
                _ => title,
            },
        );
        if !report.complete {
            self.page.paragraph(Inline::new().md("**This report is not whole:**"));
            for fault in &report.faults {
                self.page.item(Inline::new().text(fault));
            }
        }
        self.page.paragraph(Inline::new().text(&sentence(&report.verdict)));
        for incident in report.incidents.iter().take(ROWS) {
            self.page.item(in_short(incident));
        }
        self.page.paragraph(
            Inline::new()
                .md("Written by ir-report ")
                .md(env!("CARGO_PKG_VERSION"))
                .md(" from the record stream alone. All times are UTC. A code such as ")
                .code("al-4b1c")
                .md(" is the beginning of a record's id; the end of the report has them whole."),
        );
        self.examined(report);
        for incident in &report.incidents {
            self.incident(incident);
        }
        if !report.alerts_apart.is_empty() {
            self.page.heading(2, Inline::new().md("Alerts of no incident"));
            self.alerts(&report.alerts_apart.iter().collect::<Vec<_>>());
        }
        self.references(report);
    }

    /// A reference to a record.
    fn id(&mut self, id: &str) -> Inline {
        if self.refs.knows(id) {
            self.used.insert(id.to_owned());
            return Inline::new().code(self.refs.short(id));
        }
        Inline::new().code(id)
    }

    fn ids<'a>(&mut self, ids: impl IntoIterator<Item = &'a String>) -> Inline {
        let ids: Vec<Inline> = ids.into_iter().map(|id| self.id(id)).collect();
        joined(ids)
    }

    fn references(&mut self, report: &Report) {
        if self.used.is_empty() {
            return;
        }
        self.page.heading(2, Inline::new().md("References"));
        let rows = std::mem::take(&mut self.used);
        let rows = rows.iter().map(|id| {
            let kind = report.ids.get(id).copied().unwrap_or_default();
            vec![
                Inline::new().code(self.refs.short(id)),
                Inline::new().code(id),
                Inline::new().text(kind),
            ]
        });
        self.page.table(&["Reference", "Record", "Type"], rows.collect(), usize::MAX);
    }
}

/// What somebody who was just woken needs first.
fn in_short(incident: &IncidentReport) -> Inline {
    let title = incident.title.as_deref().unwrap_or("no incident record arrived");
    let mut line =
        Inline::new().text(&incident.id).and(severity(incident.severity)).md(": ").text(title);
    if let Some(by) = incident.respond_by {
        line = line.md("; response due by **").time(Some(by)).md("**");
    }
    line = match incident.cause.as_ref().map(|cause| cause.body.hypotheses.first()) {
        Some(Some(first)) => line.md("; likeliest cause: ").text(&first.summary),
        Some(None) => line.md("; causes: inconclusive"),
        None => line,
    };
    match incident.steps.iter().find(|step| step.state != StepState::Done) {
        Some(next) => line.md("; next: step ").text(&next.step).md(", ").text(&next.title),
        None => line,
    }
}

/// `a, b, c`, shortened past [`ROWS`] pieces.
fn joined(pieces: Vec<Inline>) -> Inline {
    joined_by(", ", pieces)
}

/// `a; b; c`: for phrases, which may hold commas.
fn phrases<'a>(texts: impl IntoIterator<Item = &'a String>) -> Inline {
    joined_by("; ", texts.into_iter().map(|text| Inline::new().text(text)).collect())
}

fn joined_by(between: &'static str, pieces: Vec<Inline>) -> Inline {
    let left_out = pieces.len().saturating_sub(ROWS);
    let mut out = Inline::new();
    for (i, piece) in pieces.into_iter().take(ROWS).enumerate() {
        out = if i > 0 { out.md(between).and(piece) } else { out.and(piece) };
    }
    if left_out > 0 { out.md(" and ").count(left_out as u64).md(" more") } else { out }
}

/// ` (P1)`.
fn severity(severity: Option<ir_core::wire::Severity>) -> Inline {
    match severity {
        Some(severity) => Inline::new().md(" (").md(severity.word()).md(")"),
        None => Inline::new().md(" (not classified)"),
    }
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", chars.as_str())
}

#[cfg(test)]
mod tests;
