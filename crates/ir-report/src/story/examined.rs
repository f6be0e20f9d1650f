//! What was looked at, and what could not be seen: the proof that quiet means quiet.

use std::collections::BTreeMap;

use ir_core::wire::{Check, CheckStatus, DocRef, Recorded, Run, source_host};

use super::{ROWS, Writer, joined};
use crate::phrase::{Phrase, Tone};
use crate::report::{Report, Seen};

impl Writer {
    pub(super) fn examined(&mut self, report: &Report) {
        self.page.heading(2, Phrase::new().own("What was examined"));
        let seen = Seen::of(&report.runs, &report.checks);
        let unverdicted = seen.rules.saturating_sub(seen.evaluated);
        self.page.paragraph(
            Phrase::new()
                .plural(seen.lines, "log line")
                .own(" of ")
                .plural(seen.sources, "source")
                .own("; ")
                .count(seen.evaluated)
                .own(" of ")
                .plural(seen.rules, "rule")
                .own(" reached a verdict. Not seen: ")
                .plural(seen.unread, "source")
                .own(" not read to the end, ")
                .plural(unverdicted, "rule")
                .own(" without a verdict, ")
                .plural(seen.unknown_checks, "check")
                .own(" without an answer."),
        );
        let tools = report.runs.iter().map(|run| self.tool(run)).collect();
        self.page.table(
            &[
                "Tool",
                "Host",
                "Complete",
                "Lines",
                "Bytes",
                "First",
                "Last",
                "Lines not used",
                "Record",
            ],
            tools,
            ROWS,
        );
        let lines = report.stream.lines;
        self.page.paragraph(
            Phrase::new()
                .own("The record stream: ")
                .plural(lines.read, "line")
                .own(", ")
                .plural(report.stream.bytes, "byte")
                .own("; ")
                .count(lines.rejected)
                .own(" rejected, ")
                .count(lines.unreadable)
                .own(" unreadable, ")
                .count(lines.duplicates)
                .own(" repeated, ")
                .count(lines.blank)
                .own(" blank, ")
                .count(lines.foreign)
                .own(" of other formats, ")
                .count(report.stream.other_records)
                .own(" of other types."),
        );
        self.sources(report);
        self.rules(report);
        self.checks(report);
        self.grounds(report);
    }

    fn tool(&mut self, run: &Recorded<Run>) -> Vec<Phrase> {
        let body = &run.body;
        let lost = body.records.map_or(0, |r| r.rejected.saturating_add(r.unreadable));
        vec![
            Phrase::new().text(&format!("{} {}", body.tool, body.version)),
            Phrase::new().text(source_host(&run.source).as_deref().unwrap_or("unknown")),
            match body.complete {
                true => Phrase::new().state("yes", Tone::Good),
                false => Phrase::new().state("no", Tone::Bad),
            },
            Phrase::new().count(body.lines),
            Phrase::new().count(body.bytes),
            Phrase::new().time(body.from),
            Phrase::new().time(body.to),
            Phrase::new().count(lost),
            self.id(&run.id),
        ]
    }

    fn rules(&mut self, report: &Report) {
        self.page.heading(3, Phrase::new().own("Rules"));
        let mut rows = Vec::new();
        let mut any = false;
        for rules in report.runs.iter().filter_map(|run| run.body.rules.as_ref()) {
            any = true;
            let evaluated =
                joined(rules.evaluated.iter().map(|rule| Phrase::new().code(rule)).collect());
            let sum = Phrase::new()
                .count(rules.evaluated.len() as u64)
                .own(" of ")
                .plural(rules.loaded, "rule");
            let colon = if rules.evaluated.is_empty() { "" } else { ": " };
            self.page.paragraph(sum.own(" reached a verdict").own(colon).and(evaluated).own("."));
            for (notes, state) in
                [(&rules.unknown, "no verdict"), (&rules.never, "can never be true")]
            {
                rows.extend(notes.iter().map(|note| {
                    vec![
                        Phrase::new().code(&note.rule),
                        Phrase::new().own(state),
                        Phrase::new().text(&note.reason),
                    ]
                }));
            }
        }
        if !any {
            self.page.paragraph(
                Phrase::new()
                    .own("No run record tells of rules: none is known to have been evaluated."),
            );
        }
        self.page.table(&["Rule", "State", "Why"], rows, ROWS);
    }

    fn checks(&mut self, report: &Report) {
        if report.checks.is_empty() {
            return;
        }
        self.page.heading(3, Phrase::new().own("Checks"));
        let mut checks: Vec<_> = report.checks.iter().collect();
        // What failed first, then what is not known.
        checks.sort_by_key(|c| (rank(c.body.status), c.order));
        let rows = checks.iter().take(ROWS).map(|check| self.check(check)).collect();
        self.page.table(
            &["Check", "Status", "Component", "Value", "Limit", "How", "Result", "Record"],
            rows,
            ROWS,
        );
        self.page.left_out(checks.len().saturating_sub(ROWS));
    }

    fn check(&mut self, check: &Recorded<Check>) -> Vec<Phrase> {
        let body = &check.body;
        vec![
            Phrase::new().code(&body.check),
            match body.status {
                CheckStatus::Ok => Phrase::new().state("ok", Tone::Good),
                other => Phrase::new().state(other.word(), Tone::Bad),
            },
            Phrase::new().text(body.component.as_deref().unwrap_or("–")),
            measured(body.value, body.unit.as_deref()),
            measured(body.limit, body.unit.as_deref()),
            Phrase::new().text(&body.method),
            Phrase::new().text(&body.summary),
            self.id(&check.id),
        ]
    }

    /// Documents in force, and what was taken for granted.
    fn grounds(&mut self, report: &Report) {
        let mut documents: BTreeMap<_, Vec<Phrase>> = BTreeMap::new();
        let named = |d: &'_ DocRef| (d.name.clone(), d.from.clone(), d.sha256.clone());
        for run in report.runs.iter().map(|r| &r.body) {
            for (what, document) in [("Profile ", &run.profile), ("Procedure ", &run.procedure)] {
                if let Some(document) = document {
                    documents
                        .entry((what, named(document)))
                        .or_default()
                        .push(Phrase::new().text(&run.tool));
                }
            }
        }
        let steps = Phrase::new().own("the steps named here");
        documents.entry(("Procedure ", named(&report.procedure))).or_default().push(steps);
        let mut told = Vec::new();
        for ((what, (name, from, sha256)), users) in documents {
            let line = Phrase::new()
                .own(what)
                .text(&name)
                .own(" (")
                .text(&from)
                .own("), SHA-256 ")
                .code(&sha256);
            told.push(line.own(": ").and(joined(users)));
        }
        for run in report.runs.iter().map(|r| &r.body) {
            told.extend(
                run.assumed.iter().map(|a| Phrase::new().text(&run.tool).own(" assumed: ").text(a)),
            );
        }
        for run in report.runs.iter().map(|r| &r.body) {
            let failed = run.advisor.as_ref().and_then(|a| Some((&a.name, a.reason.as_ref()?)));
            told.extend(failed.map(|(name, reason)| {
                let line = Phrase::new().text(&run.tool).own(": the advisor ").code(name);
                line.own(" failed: ").text(reason)
            }));
        }
        let summary = Phrase::new().plural(told.len() as u64, "line");
        self.page.folded(3, Phrase::new().own("Documents and assumptions"), summary);
        let left_out = told.len().saturating_sub(ROWS);
        for line in told.into_iter().take(ROWS) {
            self.page.item(line);
        }
        self.page.left_out(left_out);
    }
}

const fn rank(status: CheckStatus) -> u8 {
    match status {
        CheckStatus::Crit => 0,
        CheckStatus::Warn => 1,
        CheckStatus::Unknown => 2,
        CheckStatus::Ok => 3,
    }
}

/// A value with its unit, or a dash.
pub(super) fn measured(value: Option<f64>, unit: Option<&str>) -> Phrase {
    let Some(value) = value else { return Phrase::new().own("–") };
    let value = Phrase::new().number(value);
    match unit.filter(|u| !u.is_empty()) {
        Some("percent" | "%") => value.own(" %"),
        Some(unit) => value.own(" ").text(unit),
        None => value,
    }
}
