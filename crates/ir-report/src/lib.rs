//! `ir-report`: what a record stream says, for people and for programs.
//!
//! [`run`] folds the stream into a [`Report`], which opens with what was examined: a report without an incident says
//! what was looked at, and what could not be seen. The report is written as Markdown, as a page of HTML, or as one JSON
//! object. It ends the pipe: no record leaves it.

mod args;
mod chart;
mod html;
mod markdown;
mod md;
mod output;
mod page;
mod phrase;
mod refs;
mod report;
#[cfg(test)]
mod sample;
mod shell;
mod story;
mod verbs;
mod words;

use std::path::Path;

use anyhow::{Context, anyhow};
use clap::{ArgMatches, FromArgMatches};
use ir_cli::{Exit, Fail, Session, Sink};
use ir_core::builtin;
use ir_core::wire::{Head, State, Upstream};

pub use args::command;
pub use report::{COMMANDS, Report};

use args::{Format, ReportArgs};

/// Runs the tool.
///
/// # Errors
/// Exit code 5 if an input cannot be read or the report not be written.
pub fn run(matches: &ArgMatches, session: &mut Session) -> anyhow::Result<()> {
    if let Some((verb, sub)) = matches.subcommand() {
        return verbs::run(verb, sub, session);
    }
    let args = ReportArgs::from_arg_matches(matches)?;
    let mut state = State::default();
    let mut take = |head: &Head<'_>, _: &mut Sink| Ok(state.apply(head)?);
    let intake = match &args.incident {
        Some(prefix) => {
            let incident = session.incident(&session.store()?, Some(prefix))?;
            ir_cli::pump_stored(session, &incident, &mut take)?
        }
        None => ir_cli::pump(session, &args.files, false, &mut take)?,
    };
    let procedure =
        builtin::sop().map_err(|faults| anyhow!("the built-in procedure: {faults:?}"))?;
    let report = Report::of(state, &intake, &procedure.doc, procedure.reference);
    let partial = intake.upstream != Upstream::OpenEnded || report.left_out > 0;
    if !report.complete && partial {
        session.raise(Exit::Partial);
    }
    // A report in a file is not read at once, so standard error has it too. Who says --open-ended knows it.
    for fault in &report.faults {
        if partial { session.notes.error(fault) } else { session.notes.note(fault) }
    }
    if args.fail_on.is_some_and(|limit| report.gravest().is_some_and(|found| found <= limit)) {
        session.raise(Exit::NotSo);
    }
    let text = match args.form() {
        Format::Markdown => markdown::markdown(&report),
        Format::Html => html::html(&report),
        Format::Json => serde_json::to_string_pretty(&report)? + "\n",
    };
    if args.output == Path::new("-") {
        return session.out.write(text.as_bytes());
    }
    output::write(&args.output, text.as_bytes())
        .with_context(|| args.output.display().to_string())
        .or_exit(Exit::Io)
}

/// The JSON Schema of the report's JSON form.
pub fn schema() -> serde_json::Value {
    schemars::generate::SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<Report>()
        .to_value()
}
