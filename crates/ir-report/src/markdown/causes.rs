//! Ranked causes and what stands out in the logs.

use std::collections::{BTreeMap, BTreeSet};

use ir_core::wire::{Finding, Hypothesis, Recorded, Span, Term};

use super::{ROWS, Writer, joined};
use crate::md::Inline;
use crate::report::IncidentReport;

impl Writer {
    pub(super) fn causes(&mut self, incident: &IncidentReport) {
        self.page.heading(3, Inline::new().md("Causes"));
        let findings: BTreeMap<&str, &Recorded<Finding>> =
            incident.findings.iter().map(|f| (&*f.id, f)).collect();
        let mut told = BTreeSet::new();
        match &incident.cause {
            None => self.page.paragraph(Inline::new().md("No analysis is in the stream.")),
            Some(record) => {
                let body = &record.body;
                let id = self.id(&record.id);
                let head = if body.inconclusive { "**Inconclusive:** " } else { "" };
                self.page
                    .paragraph(Inline::new().md(head).text(&body.summary).md(" (").and(id).md(")"));
                let window = Inline::new()
                    .md("Compared: ")
                    .plural(body.window_records, "log record")
                    .md(" of the incident");
                let window = window
                    .and(span(body.window))
                    .md(" with ")
                    .plural(body.baseline_records, "log record");
                self.page.paragraph(match body.baseline {
                    Some(before) => window.md(" of the time before").and(span(before)).md("."),
                    None => window.md(": the logs hold no time before."),
                });
                for (n, hypothesis) in body.hypotheses.iter().take(ROWS).enumerate() {
                    self.hypothesis(n + 1, hypothesis, &findings);
                    told.extend(
                        hypothesis.supporting.iter().chain(&hypothesis.against).map(String::as_str),
                    );
                }
                self.page.left_out(body.hypotheses.len().saturating_sub(ROWS));
            }
        }
        let others: Vec<_> = incident.findings.iter().filter(|f| !told.contains(&*f.id)).collect();
        if !others.is_empty() {
            self.page.heading(3, Inline::new().md("Other findings"));
            for (n, finding) in others.iter().take(ROWS).enumerate() {
                let line = self.finding(finding);
                self.page.number(n + 1, line);
                self.lines(finding);
            }
            self.page.left_out(others.len().saturating_sub(ROWS));
        }
    }

    fn hypothesis(
        &mut self,
        n: usize,
        hypothesis: &Hypothesis,
        findings: &BTreeMap<&str, &Recorded<Finding>>,
    ) {
        let sure = match hypothesis.confidence {
            Some(p) => Inline::new().md("confidence ").number(100.0 * p).md(" %"),
            None => Inline::new().md("confidence not calibrated"),
        };
        let line = Inline::new().code(&hypothesis.component).md(": ").text(&hypothesis.summary);
        let line = line.md(" (score ").number(hypothesis.score).md(", ").and(sure).md(")");
        self.page.number(n, line);
        if let Some(metric) = &hypothesis.metric {
            self.page.under(Inline::new().md("metric ").code(metric));
        }
        if let Some(change) = &hypothesis.change {
            let change = self.id(change);
            self.page.under(Inline::new().md("change ").and(change));
        }
        self.page.under(Inline::new().md("score: ").and(terms(&hypothesis.terms)));
        for (label, ids) in [("for: ", &hypothesis.supporting), ("against: ", &hypothesis.against)]
        {
            for id in ids.iter().take(ROWS) {
                let line = match findings.get(id.as_str()) {
                    Some(finding) => self.finding(finding),
                    None => self.id(id),
                };
                self.page.under(Inline::new().md(label).and(line));
                if let Some(finding) = findings.get(id.as_str()) {
                    self.lines(finding);
                }
            }
        }
    }

    fn finding(&mut self, finding: &Recorded<Finding>) -> Inline {
        let body = &finding.body;
        let id = self.id(&finding.id);
        let line = Inline::new().md(body.kind.word()).md(" ").code(&body.template);
        let line = match (&body.component, &body.instance) {
            (Some(component), Some(instance)) => {
                line.md(" of ").code(&format!("{component}:{instance}"))
            }
            (Some(component), None) => line.md(" of ").code(component),
            (None, _) => line,
        };
        let line = match &body.level {
            Some(level) => line.md(" at level ").text(level),
            None => line,
        };
        let line =
            line.md(": ").plural(body.count, "time").md(" from ").time(Some(body.onset)).md(" to ");
        let line = line
            .time(Some(body.last))
            .md(", ")
            .count(body.before)
            .md(" before; ")
            .text(&body.summary);
        line.md(" (score ").number(body.score).md(", ").and(id).md(")")
    }

    fn lines(&mut self, finding: &Recorded<Finding>) {
        self.samples(&finding.body.samples);
    }
}

/// `plus 2.5 (new message), minus 1 …`.
fn terms(terms: &[Term]) -> Inline {
    if terms.is_empty() {
        return Inline::new().md("no terms");
    }
    let each = terms.iter().map(|term| {
        let sign = if term.value < 0.0 { "minus " } else { "plus " };
        let line = Inline::new().md(sign).number(term.value.abs()).md(" ").text(&term.name);
        line.md(" (").text(&term.note).md(")")
    });
    joined(each.collect())
}

fn span(span: Span) -> Inline {
    Inline::new().md(" (").time(Some(span.from)).md(" to ").time(Some(span.to)).md(")")
}
