//! What was looked at, and what could not be seen: the proof that quiet means quiet.

use std::collections::BTreeMap;

use ir_core::wire::{
    Check, CheckStatus, DocRef, ReadStatus, Recorded, Run, SourceRead, source_host,
};

use super::{ROWS, Writer, joined};
use crate::md::Inline;
use crate::report::{Report, Seen};

impl Writer {
    pub(super) fn examined(&mut self, report: &Report) {
        self.page.heading(2, Inline::new().md("What was examined"));
        let seen = Seen::of(&report.runs, &report.checks);
        let unverdicted = seen.rules.saturating_sub(seen.evaluated);
        self.page.paragraph(
            Inline::new()
                .plural(seen.lines, "log line")
                .md(" of ")
                .plural(seen.sources, "source")
                .md("; ")
                .count(seen.evaluated)
                .md(" of ")
                .plural(seen.rules, "rule")
                .md(" reached a verdict. Not seen: ")
                .plural(seen.unread, "source")
                .md(" not read to the end, ")
                .plural(unverdicted, "rule")
                .md(" without a verdict, ")
                .plural(seen.unknown_checks, "check")
                .md(" without an answer."),
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
            Inline::new()
                .md("The record stream: ")
                .plural(lines.read, "line")
                .md(", ")
                .plural(report.stream.bytes, "byte")
                .md("; ")
                .count(lines.rejected)
                .md(" rejected, ")
                .count(lines.unreadable)
                .md(" unreadable, ")
                .count(lines.duplicates)
                .md(" repeated, ")
                .count(lines.blank)
                .md(" blank, ")
                .count(lines.foreign)
                .md(" of other formats, ")
                .count(report.stream.other_records)
                .md(" of other types."),
        );
        self.sources(report);
        self.rules(report);
        self.checks(report);
        self.grounds(report);
    }

    fn tool(&mut self, run: &Recorded<Run>) -> Vec<Inline> {
        let body = &run.body;
        let lost = body.records.map_or(0, |r| r.rejected.saturating_add(r.unreadable));
        vec![
            Inline::new().text(&format!("{} {}", body.tool, body.version)),
            Inline::new().text(source_host(&run.source).as_deref().unwrap_or("unknown")),
            Inline::new().md(if body.complete { "yes" } else { "**no**" }),
            Inline::new().count(body.lines),
            Inline::new().count(body.bytes),
            Inline::new().time(body.from),
            Inline::new().time(body.to),
            Inline::new().count(lost),
            self.id(&run.id),
        ]
    }

    fn sources(&mut self, report: &Report) {
        // Tools that read the same log in the same way share a row.
        let mut rows: Vec<(&SourceRead, Vec<&str>)> = Vec::new();
        let mut place = BTreeMap::new();
        for run in &report.runs {
            for source in &run.body.sources {
                let same = (
                    &source.id,
                    &source.path,
                    source.status,
                    source.lines,
                    source.bytes,
                    remarks(source),
                );
                let at = *place.entry(same).or_insert(rows.len());
                match rows.get_mut(at) {
                    Some((_, tools)) => tools.push(&run.body.tool),
                    None => rows.push((source, vec![&run.body.tool])),
                }
            }
        }
        if rows.is_empty() {
            self.page.paragraph(Inline::new().md("No tool names a source that it read."));
            return;
        }
        self.page.heading(3, Inline::new().md("Sources"));
        let head = [
            "Source",
            "Read by",
            "Path",
            "Read",
            "Lines",
            "Bytes",
            "Log records",
            "First",
            "Last",
            "Time zone",
            "Remarks",
        ];
        self.page.table(
            &head,
            rows.into_iter().map(|(source, tools)| source_row(source, &tools)).collect(),
            ROWS,
        );
    }

    fn rules(&mut self, report: &Report) {
        self.page.heading(3, Inline::new().md("Rules"));
        let mut rows = Vec::new();
        let mut any = false;
        for rules in report.runs.iter().filter_map(|run| run.body.rules.as_ref()) {
            any = true;
            let evaluated =
                joined(rules.evaluated.iter().map(|rule| Inline::new().code(rule)).collect());
            let sum = Inline::new()
                .count(rules.evaluated.len() as u64)
                .md(" of ")
                .plural(rules.loaded, "rule");
            let colon = if rules.evaluated.is_empty() { "" } else { ": " };
            self.page.paragraph(sum.md(" reached a verdict").md(colon).and(evaluated).md("."));
            for (notes, state) in
                [(&rules.unknown, "no verdict"), (&rules.never, "can never be true")]
            {
                rows.extend(notes.iter().map(|note| {
                    vec![
                        Inline::new().code(&note.rule),
                        Inline::new().md(state),
                        Inline::new().text(&note.reason),
                    ]
                }));
            }
        }
        if !any {
            self.page.paragraph(
                Inline::new()
                    .md("No run record tells of rules: none is known to have been evaluated."),
            );
        }
        self.page.table(&["Rule", "State", "Why"], rows, ROWS);
    }

    fn checks(&mut self, report: &Report) {
        if report.checks.is_empty() {
            return;
        }
        self.page.heading(3, Inline::new().md("Checks"));
        let mut checks: Vec<_> = report.checks.iter().collect();
        // What failed first, then what is not known.
        checks.sort_by_key(|c| (rank(c.body.status), c.order));
        let rows = checks.iter().map(|check| self.check(check)).collect();
        self.page.table(
            &["Check", "Status", "Component", "Value", "Limit", "How", "Result", "Record"],
            rows,
            ROWS,
        );
    }

    fn check(&mut self, check: &Recorded<Check>) -> Vec<Inline> {
        let body = &check.body;
        vec![
            Inline::new().code(&body.check),
            match body.status {
                CheckStatus::Ok => Inline::new().md("ok"),
                other => Inline::new().md("**").md(other.word()).md("**"),
            },
            Inline::new().text(body.component.as_deref().unwrap_or("–")),
            measured(body.value, body.unit.as_deref()),
            measured(body.limit, body.unit.as_deref()),
            Inline::new().text(&body.method),
            Inline::new().text(&body.summary),
            self.id(&check.id),
        ]
    }

    /// Documents in force, and what was taken for granted.
    fn grounds(&mut self, report: &Report) {
        self.page.heading(3, Inline::new().md("Documents and assumptions"));
        let mut documents: BTreeMap<_, Vec<Inline>> = BTreeMap::new();
        let named = |d: &'_ DocRef| (d.name.clone(), d.from.clone(), d.sha256.clone());
        for run in report.runs.iter().map(|r| &r.body) {
            for (what, document) in [("Profile ", &run.profile), ("Procedure ", &run.procedure)] {
                if let Some(document) = document {
                    documents
                        .entry((what, named(document)))
                        .or_default()
                        .push(Inline::new().text(&run.tool));
                }
            }
        }
        let steps = Inline::new().md("the steps named here");
        documents.entry(("Procedure ", named(&report.procedure))).or_default().push(steps);
        let mut told = Vec::new();
        for ((what, (name, from, sha256)), users) in documents {
            let line = Inline::new()
                .md(what)
                .text(&name)
                .md(" (")
                .text(&from)
                .md("), SHA-256 ")
                .code(&sha256);
            told.push(line.md(": ").and(joined(users)));
        }
        for run in report.runs.iter().map(|r| &r.body) {
            told.extend(
                run.assumed.iter().map(|a| Inline::new().text(&run.tool).md(" assumed: ").text(a)),
            );
        }
        for run in report.runs.iter().map(|r| &r.body) {
            let failed = run.advisor.as_ref().and_then(|a| Some((&a.name, a.reason.as_ref()?)));
            told.extend(failed.map(|(name, reason)| {
                let line = Inline::new().text(&run.tool).md(": the advisor ").code(name);
                line.md(" failed: ").text(reason)
            }));
        }
        let left_out = told.len().saturating_sub(ROWS);
        for line in told.into_iter().take(ROWS) {
            self.page.item(line);
        }
        self.page.left_out(left_out);
    }
}

fn source_row(source: &SourceRead, tools: &[&str]) -> Vec<Inline> {
    let path = source
        .path
        .as_deref()
        .map_or(Inline::new().md("standard input"), |path| Inline::new().code(path));
    vec![
        Inline::new().code(&source.id),
        joined(tools.iter().map(|tool| Inline::new().text(tool)).collect()),
        path,
        match source.status {
            ReadStatus::Read => Inline::new().md("to the end"),
            other => Inline::new().md("**").md(other.word()).md("**"),
        },
        Inline::new().count(source.lines),
        Inline::new().count(source.bytes),
        Inline::new().count(source.records),
        Inline::new().time(source.from),
        Inline::new().time(source.to),
        Inline::new().text(&source.zone),
        remarks(source),
    ]
}

fn remarks(source: &SourceRead) -> Inline {
    let counted = [
        (source.rejected, "not of the format"),
        (source.undated, "undated"),
        (source.inferred, "with an inferred time"),
        (source.future, "dated too late"),
        (source.overlong, "over the length limit"),
        (source.continued, "continuation lines"),
        (source.late, "too late to be counted"),
        (source.ignored, "normal noise"),
    ];
    let mut told: Vec<_> = counted
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| Inline::new().count(*n).md(" ").md(what))
        .collect();
    if source.private {
        told.push(Inline::new().md("private: its text was not looked at"));
    }
    told.extend(source.reason.as_deref().map(|reason| Inline::new().text(reason)));
    joined(told)
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
pub(super) fn measured(value: Option<f64>, unit: Option<&str>) -> Inline {
    let Some(value) = value else { return Inline::new().md("–") };
    let value = Inline::new().number(value);
    match unit.filter(|u| !u.is_empty()) {
        Some("percent" | "%") => value.md(" %"),
        Some(unit) => value.md(" ").text(unit),
        None => value,
    }
}
