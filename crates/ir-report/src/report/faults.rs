//! Whether the report can be relied on, and its one-sentence result.

use ir_cli::Intake;
use ir_core::wire::{State, Upstream};

use super::{Report, Seen};
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
            let why = if run.body.reasons.is_empty() {
                "it gives no reason".into()
            } else {
                run.body.reasons.join("; ")
            };
            out.push(format!("{} is not complete: {why}", run.body.tool));
        }
        let lost = run.body.records.map_or(0, |r| r.rejected.saturating_add(r.unreadable));
        if lost > 0 {
            out.push(format!(
                "{} could not use {} of its input",
                run.body.tool,
                plural(lost, "line")
            ));
        }
    }
    if intake.counts.rejected > 0 {
        out.push(format!(
            "{} of the stream rejected: not valid records",
            plural(intake.counts.rejected, "line")
        ));
    }
    if intake.counts.unreadable > 0 {
        out.push(format!(
            "{} of the stream could not be read: known type, wrong body",
            plural(intake.counts.unreadable, "record")
        ));
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
        let whole =
            if report.complete { "" } else { "; the stream is not whole, so there may be more" };
        return format!("{}, {gravest}{apart}{whole}", plural(found, "incident"));
    }
    let apart = report.alerts_apart.len() as u64;
    let nothing = if apart > 0 {
        format!("no incident, but {} that none explains", plural(apart, "alert record"))
    } else {
        "no incident".into()
    };
    if !report.complete {
        return format!(
            "{nothing} in what arrived, but the stream is not whole: this is no all-clear"
        );
    }
    let seen = Seen::of(&report.runs, &report.checks);
    if seen.lines == 0 {
        return format!("{nothing}, and not one log line was read: this is no all-clear");
    }
    let span = match (seen.from, seen.to) {
        (Some(from), Some(to)) => format!(" from {} to {}", time(from), time(to)),
        _ => " without a time".into(),
    };
    let rules = match seen.rules {
        0 => "no rule was evaluated: this is no all-clear".into(),
        _ => {
            format!("{} of {} reached a verdict", count(seen.evaluated), plural(seen.rules, "rule"))
        }
    };
    format!(
        "{nothing} in {} of {}{span}; {rules}",
        plural(seen.lines, "log line"),
        plural(seen.sources, "source")
    )
}
