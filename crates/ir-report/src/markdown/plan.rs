//! The containment plan and the evidence.

use ir_core::wire::{Action, ActionPhase, Approval, Recorded, Step};

use super::{ROWS, Writer, joined, phrases};
use crate::md::Inline;
use crate::report::{Bundle, IncidentReport};
use crate::shell;

impl Writer {
    pub(super) fn plan(&mut self, incident: &IncidentReport) {
        self.page.heading(3, Inline::new().md("Containment plan"));
        let Some(plan) = &incident.plan else {
            self.page.paragraph(Inline::new().md("No plan is in the stream."));
            return;
        };
        let line = Inline::new().plural(u64::from(plan.of), "step").md(", plan ").code(&plan.plan);
        self.page.paragraph(if plan.steps.iter().all(|s| s.body.phase == ActionPhase::Planned) {
            line.md(". Nothing has been run.")
        } else {
            line.md(". What the steps say of approvals and results is the stream's word: only the store's counts.")
        });
        if !plan.missing.is_empty() {
            let missing = joined(
                plan.missing.iter().map(|seq| Inline::new().count(u64::from(*seq))).collect(),
            );
            self.page
                .paragraph(Inline::new().md("**Not in the stream:** steps ").and(missing).md("."));
        }
        for (n, step) in plan.steps.iter().take(ROWS).enumerate() {
            self.step(n + 1, step);
        }
        self.page.left_out(plan.steps.len().saturating_sub(ROWS));
    }

    fn step(&mut self, n: usize, step: &Recorded<Action>) {
        let body = &step.body;
        let mut line = Inline::new().code(&body.action);
        if let Some(target) = &body.target {
            line = line.md(" on ").code(target);
        }
        let bound = if body.bound { "" } else { ", **cannot be carried out here**" };
        let id = self.id(&step.id);
        let line =
            line.md(": ").md(body.phase.word()).md(bound).md("; playbook ").code(&body.playbook);
        self.page
            .number(n, line.md("; step ").count(u64::from(body.seq)).md(" of the plan; ").and(id));
        self.page.under(
            Inline::new().md(if body.bound { "why: " } else { "why not: " }).text(&body.reason),
        );
        for (label, part) in
            [("run: ", &body.run), ("verify: ", &body.verify), ("undo: ", &body.undo)]
        {
            self.part(label, part);
        }
        for (label, things) in [("destroys: ", &body.destroys), ("needs: ", &body.needs)] {
            let told =
                if things.is_empty() { Inline::new().md("nothing") } else { phrases(things) };
            self.page.under(Inline::new().md(label).and(told));
        }
        if !body.blast_radius.is_empty() {
            let touched = joined(body.blast_radius.iter().map(|c| Inline::new().code(c)).collect());
            self.page.under(Inline::new().md("reaches: ").and(touched));
        }
        self.page.under(Inline::new().md("approval: ").md(match body.approval {
            Approval::None => "nobody's",
            Approval::One => "one person's",
            Approval::Two => "two persons'",
        }));
    }

    fn part(&mut self, label: &'static str, part: &Step) {
        self.page.under(Inline::new().md(label).text(&part.what));
        for argv in part.argv.iter().take(ROWS) {
            self.page.deeper(Inline::new().command(&shell::line(argv)));
        }
    }

    pub(super) fn evidence(&mut self, incident: &IncidentReport) {
        self.page.heading(3, Inline::new().md("Evidence"));
        if incident.evidence.is_empty() {
            self.page.paragraph(Inline::new().md("No bundle is in the stream."));
        }
        for (n, bundle) in incident.evidence.iter().take(ROWS).enumerate() {
            self.bundle(n + 1, bundle);
        }
        self.page.left_out(incident.evidence.len().saturating_sub(ROWS));
    }

    fn bundle(&mut self, n: usize, bundle: &Bundle) {
        let record = &bundle.record;
        let body = &record.body;
        let whole = if body.complete { ", complete, " } else { ", **not complete**, " };
        let id = self.id(&record.id);
        self.page.number(n, Inline::new().code(&body.bundle).md(whole).and(id));
        self.page.under(Inline::new().md("verify it: ").command(&shell::line(&bundle.verify)));
        self.page.under(Inline::new().md("manifest SHA-256 ").code(&body.manifest_sha256));
        let line = Inline::new().plural(body.files, "file").md(", ").plural(body.bytes, "byte");
        let line = line.md("; log window ").time(Some(body.from)).md(" to ");
        let line = if body.to.is_some() { line.time(body.to) } else { line.md("open end") };
        self.page.under(line.md("; collected ").time(Some(body.recorded)));
        let items = body.items;
        let line = Inline::new()
            .md("items: ")
            .count(items.taken)
            .md(" taken, ")
            .count(items.changed)
            .md(" changed meanwhile, ");
        let line = line.count(items.partial).md(" partial, ").count(items.skipped).md(" skipped, ");
        self.page.under(line.count(items.error).md(" not to be had"));
        let packages = body.packages.iter().map(|p| {
            Inline::new().text(&p.name).md(" ").text(&p.version).md(" (").code(&p.from).md(")")
        });
        let packages = joined(packages.collect());
        let packages = if packages.is_empty() { Inline::new().md("none found") } else { packages };
        self.page.under(Inline::new().md("package versions: ").and(packages));
    }
}
