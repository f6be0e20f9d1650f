//! The run record, the last line that a tool adds.

use ir_core::wire::{Event, Run, Upstream, id};

use crate::{Exit, Intake, Session, interrupted};

impl Session {
    /// The run record of a tool that read `intake`; the tool fills in what else it examined.
    pub fn run_of(&self, intake: &Intake) -> Run {
        let mut run = self.run(intake.upstream);
        run.lines = intake.counts.read;
        run.bytes = intake.bytes;
        (run.from, run.to) = (intake.span.map(|s| s.0), intake.span.map(|s| s.1));
        run.records = Some(intake.counts);
        if intake.upstream == Upstream::Unfinished {
            run.reasons.push(
                "upstream did not finish: the stream does not end in a complete run record".into(),
            );
        }
        if let Some(why) = intake.stopped {
            run.reasons.push(format!("the input was not read to its end: {why}"));
        }
        if intake.keys_full {
            run.assumed.push("records after the first two million are not compared with earlier ones for repetition".into());
        }
        run
    }

    /// An empty run record of this tool.
    pub fn run(&self, upstream: Upstream) -> Run {
        Run {
            tool: self.tool.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            complete: false,
            reasons: Vec::new(),
            upstream,
            lines: 0,
            bytes: 0,
            from: None,
            to: None,
            records: None,
            sources: Vec::new(),
            rules: None,
            profile: None,
            procedure: None,
            assumed: Vec::new(),
            advisor: None,
        }
    }

    /// Writes the run record and ends the stream. It is complete if nobody gave a reason why not.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(&mut self, mut run: Run, host: Option<&str>) -> anyhow::Result<()> {
        self.settle(&mut run);
        let event = Event::new(self.source(host), run_id(&run), run).at(None);
        self.out.emit(&event)?;
        self.out.flush()
    }

    /// Says on standard error what fell short, and ends the tool with the code for that. A verb that ends in no run record
    /// says it here.
    pub fn settle(&mut self, run: &mut Run) {
        if interrupted() && !run.reasons.iter().any(|r| r.contains("interrupted")) {
            run.reasons.push("it was interrupted".into());
            self.raise(Exit::Interrupted);
        }
        run.complete = run.reasons.is_empty();
        for reason in &run.reasons {
            self.notes.error(reason);
        }
        if !run.complete {
            self.raise(Exit::Partial);
        }
    }
}

/// What was examined and how it went, but not under which path it was found, nor what an advisor made of it.
fn run_id(run: &Run) -> String {
    let mut bare = run.clone();
    for source in &mut bare.sources {
        source.path = None;
        source.reason = None;
    }
    for document in [&mut bare.profile, &mut bare.procedure].into_iter().flatten() {
        document.from.clear();
    }
    bare.reasons.clear();
    bare.assumed.clear();
    bare.advisor = None;
    id("rn", [serde_json::to_string(&bare).unwrap_or_default()])
}
