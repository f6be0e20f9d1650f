//! The containment plan and the evidence.

use ir_core::wire::{Action, ActionPhase, Approval, Recorded, Step};

use super::{ROWS, Writer, joined, phrases};
use crate::phrase::{Phrase, Tone};
use crate::report::{Bundle, IncidentReport};
use crate::shell;

impl Writer {
    pub(super) fn plan(&mut self, incident: &IncidentReport) {
        self.page.heading(3, Phrase::new().own("Containment plan"));
        let Some(plan) = &incident.plan else {
            self.page.paragraph(Phrase::new().own("No plan is in the stream."));
            return;
        };
        let line = Phrase::new().plural(u64::from(plan.of), "step").own(", plan ").code(&plan.plan);
        self.page.paragraph(if plan.steps.iter().all(|s| s.body.phase == ActionPhase::Planned) {
            line.own(". Nothing has been run.")
        } else {
            line.own(". What the steps say of approvals and results is the stream's word: only the store's counts.")
        });
        if !plan.missing.is_empty() {
            let missing = joined(
                plan.missing.iter().map(|seq| Phrase::new().count(u64::from(*seq))).collect(),
            );
            self.page.paragraph(
                Phrase::new()
                    .strong(Phrase::new().own("Not in the stream:"))
                    .own(" steps ")
                    .and(missing)
                    .own("."),
            );
        }
        for (n, step) in plan.steps.iter().take(ROWS).enumerate() {
            self.step(n + 1, step);
        }
        self.page.left_out(plan.steps.len().saturating_sub(ROWS));
    }

    fn step(&mut self, n: usize, step: &Recorded<Action>) {
        let body = &step.body;
        let mut line = Phrase::new().code(&body.action);
        if let Some(target) = &body.target {
            line = line.own(" on ").code(target);
        }
        let bound = match body.bound {
            true => Phrase::new(),
            false => Phrase::new().own(", ").state("cannot be carried out here", Tone::Bad),
        };
        let id = self.id(&step.id);
        let line = line
            .own(": ")
            .own(body.phase.word())
            .and(bound)
            .own("; playbook ")
            .code(&body.playbook);
        self.page.number(
            n,
            line.own("; step ").count(u64::from(body.seq)).own(" of the plan; ").and(id),
        );
        self.page.under(
            Phrase::new().own(if body.bound { "why: " } else { "why not: " }).text(&body.reason),
        );
        for (label, part) in
            [("run: ", &body.run), ("verify: ", &body.verify), ("undo: ", &body.undo)]
        {
            self.part(label, part);
        }
        for (label, things) in [("destroys: ", &body.destroys), ("needs: ", &body.needs)] {
            let told =
                if things.is_empty() { Phrase::new().own("nothing") } else { phrases(things) };
            self.page.under(Phrase::new().own(label).and(told));
        }
        if !body.blast_radius.is_empty() {
            let touched = joined(body.blast_radius.iter().map(|c| Phrase::new().code(c)).collect());
            self.page.under(Phrase::new().own("reaches: ").and(touched));
        }
        self.page.under(Phrase::new().own("approval: ").own(match body.approval {
            Approval::None => "nobody's",
            Approval::One => "one person's",
            Approval::Two => "two persons'",
        }));
    }

    fn part(&mut self, label: &'static str, part: &Step) {
        self.page.under(Phrase::new().own(label).text(&part.what));
        for argv in part.argv.iter().take(ROWS) {
            self.page.deeper(Phrase::new().command(&shell::line(argv)));
        }
    }

    pub(super) fn evidence(&mut self, incident: &IncidentReport) {
        self.page.heading(3, Phrase::new().own("Evidence"));
        if incident.evidence.is_empty() {
            self.page.paragraph(Phrase::new().own("No bundle is in the stream."));
        }
        self.bundles(&incident.evidence);
    }

    pub(super) fn bundles(&mut self, bundles: &[Bundle]) {
        for (n, bundle) in bundles.iter().take(ROWS).enumerate() {
            self.bundle(n + 1, bundle);
        }
        self.page.left_out(bundles.len().saturating_sub(ROWS));
    }

    fn bundle(&mut self, n: usize, bundle: &Bundle) {
        let record = &bundle.record;
        let body = &record.body;
        let whole = match body.complete {
            true => Phrase::new().state("complete", Tone::Good),
            false => Phrase::new().state("not complete", Tone::Bad),
        };
        let id = self.id(&record.id);
        self.page
            .number(n, Phrase::new().code(&body.bundle).own(", ").and(whole).own(", ").and(id));
        self.page.under(Phrase::new().own("verify it: ").command(&shell::line(&bundle.verify)));
        self.page.under(Phrase::new().own("manifest SHA-256 ").code(&body.manifest_sha256));
        let line = Phrase::new().plural(body.files, "file").own(", ").plural(body.bytes, "byte");
        let line = line.own("; log window ").time(Some(body.from)).own(" to ");
        let line = if body.to.is_some() { line.time(body.to) } else { line.own("open end") };
        self.page.under(line.own("; collected ").time(Some(body.recorded)));
        let items = body.items;
        let line = Phrase::new()
            .own("items: ")
            .count(items.taken)
            .own(" taken, ")
            .count(items.changed)
            .own(" changed meanwhile, ");
        let line =
            line.count(items.partial).own(" partial, ").count(items.skipped).own(" skipped, ");
        self.page.under(line.count(items.error).own(" not to be had"));
        let packages = body.packages.iter().map(|p| {
            Phrase::new().text(&p.name).own(" ").text(&p.version).own(" (").code(&p.from).own(")")
        });
        let packages = joined(packages.collect());
        let packages = if packages.is_empty() { Phrase::new().own("none found") } else { packages };
        self.page.under(Phrase::new().own("package versions: ").and(packages));
    }
}
