//! Causes of incidents, found in their logs. The tool `ir-rca`.
//!
//! - `job`: the pipe job
//! - `desk`: profile, zones and logs of the incidents of a stream
//! - `find`: which logs, on whose word
//! - `read`: one log, read once
//! - `cause`: what stands out, and what that speaks for; pure
//! - `mine`: the verb that prints message templates
//! - `timeline`: the verb that puts records and logs in the order of time

mod args;
mod cause;
mod desk;
mod find;
mod job;
mod mine;
mod read;
mod timeline;

use clap::{ArgMatches, FromArgMatches};
use ir_cli::Session;

pub use args::command;
use args::{MineArgs, RcaArgs, TimelineArgs};

/// Runs the tool.
///
/// # Errors
/// Usage, a profile with faults, input that cannot be read, output that cannot be written.
pub fn run(matches: &ArgMatches, session: &mut Session) -> anyhow::Result<()> {
    match matches.subcommand() {
        Some(("mine", sub)) => mine::run(&MineArgs::from_arg_matches(sub)?, session),
        Some(("timeline", sub)) => timeline::run(&TimelineArgs::from_arg_matches(sub)?, session),
        _ => job::run(&RcaArgs::from_arg_matches(matches)?, session),
    }
}
