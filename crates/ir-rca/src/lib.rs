//! Causes of incidents, found in their logs. The tool `ir-rca`.
//!
//! - `job`: the pipe job
//! - `find`: which logs, on whose word
//! - `read`: one log, read once
//! - `cause`: what stands out, and what that speaks for; pure

mod args;
mod cause;
mod find;
mod job;
mod read;

use clap::{ArgMatches, Command};
use ir_cli::Session;

/// The command line.
pub fn command() -> Command {
    ir_cli::command(args::command()).about(args::ABOUT).long_about(args::LONG_ABOUT)
}

/// Runs the tool.
///
/// # Errors
/// Usage, a profile with faults, records that cannot be read or written.
pub fn run(matches: &ArgMatches, session: &mut Session) -> anyhow::Result<()> {
    job::run(matches, session)
}
