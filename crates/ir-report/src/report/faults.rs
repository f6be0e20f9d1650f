//! Whether the report can be relied on, and its one-sentence result.

use ir_cli::Intake;
use ir_core::wire::{CheckStatus, ReadStatus, State, Upstream};

use super::Report;
use crate::words::{count, plural, time};

/// Why the stream is not whole, the gravest first; empty if it is.
pub(super) fn faults(state: &State, intake: &Intake) -> Vec<String> {
    let mut out = Vec::new();
    if intake.upstream == Upstream::Unfinished {
        let why = match state.runs.iter().any(|run| !run.body.complete) {
            true => "a tool says that its own work is not complete",
            false => "the stream does not end in a complete run record",
        };
        out.push(format!("upstream did not finish: {why}; records may be missing"));
    }
    if let Some(why) = intake.stopped {
        out.push(format!("the stream was not read to its end: {why}"));
    }
    if state.runs.is_empty() {
        out.push("the stream holds no run record: what was examined is not known".into());
    } else if intake.upstream == Upstream::OpenEnded {
        out.push("the stream does not end in a run record, which --open-ended allows: what came after the last one is not known".into());
    }
    for run in &state.runs {
        if !run.body.complete {
            let why = if run.body.reasons.is_empty() { "it gives no reason".into() } else { run.body.reasons.join("; ") };
            out.push(format!("{} is not complete: {why}", run.body.tool));
        }
        if let Some(lines) = run.body.records.filter(|r| r.rejected + r.unreadable > 0) {
            let lost = plural(lines.rejected + lines.unreadable, "line");
            out.push(format!("{} could not use {lost} of its input", run.body.tool));
        }
    }
    if intake.counts.rejected > 0 {
        out.push(format!("{} of the stream rejected: not valid records", plural(intake.counts.rejected, "line")));
    }
    if intake.counts.unreadable > 0 {
        out.push(format!("{} of the stream could not be read: known type, wrong body", plural(intake.counts.unreadable, "record")));
    }
    if state.beyond > 0 {
        out.push(format!(
            "{} left out: the stream holds more than the {} MiB of record bodies that a report takes",
            plural(state.beyond, "record"),
            State::MAX_BYTES >> 20
        ));
    }
    if intake.keys_full {
        out.push("repeated records are no longer told apart after the first two million".into());
    }
    out
}

/// What was found, in one sentence.
pub(super) fn verdict(report: &Report) -> String {
    let found = report.incidents.len() as u64;
    if found > 0 {
        let gravest = match (report.gravest(), found) {
            (None, _) => "not classified".into(),
            (Some(severity), 1) => severity.to_string(),
            (Some(severity), _) => format!("the gravest {severity}"),
        };
        let apart = match report.alerts_apart.len() as u64 {
            0 => String::new(),
            n => format!("; {} of no incident", plural(n, "alert record")),
        };
        let whole = if report.complete { "" } else { "; the stream is not whole, so there may be more" };
        return format!("{}, {gravest}{apart}{whole}", plural(found, "incident"));
    }
    let apart = report.alerts_apart.len() as u64;
    let nothing = if apart > 0 { format!("no incident, but {} that none explains", plural(apart, "alert record")) } else { "no incident".into() };
    if !report.complete {
        return format!("{nothing} in what arrived, but the stream is not whole: this is no all-clear");
    }
    let seen = report.seen();
    if seen.lines == 0 {
        return format!("{nothing}, and not one log line was read: this is no all-clear");
    }
    let span = match (seen.from, seen.to) {
        (Some(from), Some(to)) => format!(" from {} to {}", time(from), time(to)),
        _ => " without a time".into(),
    };
    let rules = match seen.rules {
        0 => "no rule was evaluated: this is no all-clear".into(),
        _ => format!("{} of {} reached a verdict", count(seen.evaluated), plural(seen.rules, "rule")),
    };
    format!("{nothing} in {} of {}{span}; {rules}", plural(seen.lines, "log line"), plural(seen.sources, "source"))
}

/// The sums that say how much was looked at.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Log lines of the sources that detection read.
    pub(crate) lines: u64,
    /// Sources of which anything was read.
    pub(crate) sources: u64,
    /// Sources that are missing, unreadable or read in part.
    pub(crate) unread: u64,
    /// First event time in them.
    pub(crate) from: Option<ir_core::wire::Time>,
    /// Last event time in them.
    pub(crate) to: Option<ir_core::wire::Time>,
    /// Rules loaded.
    pub(crate) rules: u64,
    /// Rules that reached a verdict.
    pub(crate) evaluated: u64,
    /// Checks whose status is unknown.
    pub(crate) unknown_checks: u64,
}

impl Report {
    /// What was looked at by the tools that begin a pipe: later ones read the same logs again.
    pub(crate) fn seen(&self) -> Seen {
        let mut seen = Seen::default();
        for run in self.runs.iter().map(|r| &r.body).filter(|r| r.rules.is_some() || r.upstream == Upstream::None) {
            for source in &run.sources {
                seen.lines += source.lines;
                seen.sources += u64::from(matches!(source.status, ReadStatus::Read | ReadStatus::Partial));
                seen.unread += u64::from(source.status != ReadStatus::Read);
                seen.from = [seen.from, source.from].into_iter().flatten().min();
                seen.to = [seen.to, source.to].into_iter().flatten().max();
            }
            if let Some(rules) = &run.rules {
                seen.rules += rules.loaded;
                seen.evaluated += rules.evaluated.len() as u64;
            }
        }
        seen.unknown_checks = self.checks.iter().filter(|c| c.body.status == CheckStatus::Unknown).count() as u64;
        seen
    }
}
