//! Ranked causes and what stands out in the logs.

use std::collections::{BTreeMap, BTreeSet};

use ir_core::wire::{Finding, Hypothesis, Recorded, Span, Term};

use super::{ROWS, Writer, joined};
use crate::phrase::{Phrase, Tone};
use crate::report::IncidentReport;

impl Writer {
    pub(super) fn causes(&mut self, incident: &IncidentReport) {
        self.page.heading(3, Phrase::new().own("Causes"));
        let findings: BTreeMap<&str, &Recorded<Finding>> =
            incident.findings.iter().map(|f| (&*f.id, f)).collect();
        let mut told = BTreeSet::new();
        match &incident.cause {
            None => self.page.paragraph(Phrase::new().own("No analysis is in the stream.")),
            Some(record) => {
                let body = &record.body;
                let id = self.id(&record.id);
                let head = match body.inconclusive {
                    true => Phrase::new().state("Inconclusive:", Tone::Bad).own(" "),
                    false => Phrase::new(),
                };
                self.page.paragraph(head.text(&body.summary).own(" (").and(id).own(")"));
                let window = Phrase::new()
                    .own("Compared: ")
                    .plural(body.window_records, "log record")
                    .own(" of the incident");
                let window = window
                    .and(span(body.window))
                    .own(" with ")
                    .plural(body.baseline_records, "log record");
                self.page.paragraph(match body.baseline {
                    Some(before) => window.own(" of the time before").and(span(before)).own("."),
                    None => window.own(": the logs hold no time before."),
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
            self.page.heading(3, Phrase::new().own("Other findings"));
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
            Some(p) => Phrase::new().own("confidence ").number(100.0 * p).own(" %"),
            None => Phrase::new().own("confidence not calibrated"),
        };
        let line = Phrase::new().code(&hypothesis.component).own(": ").text(&hypothesis.summary);
        let line = line.own(" (score ").number(hypothesis.score).own(", ").and(sure).own(")");
        self.page.number(n, line);
        if let Some(metric) = &hypothesis.metric {
            self.page.under(Phrase::new().own("metric ").code(metric));
        }
        if let Some(change) = &hypothesis.change {
            let change = self.id(change);
            self.page.under(Phrase::new().own("change ").and(change));
        }
        self.page.terms(&hypothesis.terms);
        for (label, ids) in [("for: ", &hypothesis.supporting), ("against: ", &hypothesis.against)]
        {
            for id in ids.iter().take(ROWS) {
                let line = match findings.get(id.as_str()) {
                    Some(finding) => self.finding(finding),
                    None => self.id(id),
                };
                self.page.under(Phrase::new().own(label).and(line));
                if let Some(finding) = findings.get(id.as_str()) {
                    self.lines(finding);
                }
            }
        }
    }

    fn finding(&mut self, finding: &Recorded<Finding>) -> Phrase {
        let body = &finding.body;
        let id = self.id(&finding.id);
        let line = Phrase::new().own(body.kind.word()).own(" ").code(&body.template);
        let line = match (&body.component, &body.instance) {
            (Some(component), Some(instance)) => {
                line.own(" of ").code(&format!("{component}:{instance}"))
            }
            (Some(component), None) => line.own(" of ").code(component),
            (None, _) => line,
        };
        let line = match &body.level {
            Some(level) => line.own(" at level ").text(level),
            None => line,
        };
        let line = line
            .own(": ")
            .plural(body.count, "time")
            .own(" from ")
            .time(Some(body.onset))
            .own(" to ");
        let line = line
            .time(Some(body.last))
            .own(", ")
            .count(body.before)
            .own(" before; ")
            .text(&body.summary);
        line.own(" (score ").number(body.score).own(", ").and(id).own(")")
    }

    fn lines(&mut self, finding: &Recorded<Finding>) {
        self.samples(&finding.body.samples);
    }
}

/// `plus 2.5 (new message), minus 1 …`.
pub(crate) fn terms(terms: &[Term]) -> Phrase {
    if terms.is_empty() {
        return Phrase::new().own("no terms");
    }
    let each = terms.iter().map(|term| {
        let sign = if term.value < 0.0 { "minus " } else { "plus " };
        let line = Phrase::new().own(sign).number(term.value.abs()).own(" ").text(&term.name);
        line.own(" (").text(&term.note).own(")")
    });
    joined(each.collect())
}

fn span(span: Span) -> Phrase {
    Phrase::new().own(" (").time(Some(span.from)).own(" to ").time(Some(span.to)).own(")")
}
