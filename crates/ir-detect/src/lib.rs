//! `ir-detect`: logs in, alerts out.
//!
//! - `args`: the command line
//! - `sources`: which files are read, and as what
//! - `tap`: one source: lines to records to named events
//! - `timeline`: the events of all sources in event time, through the rule engine
//! - `alert` and `check`: the records that come of it
//! - `job`: the pipe job, from the sources to the run record
//! - `rules`: the verb that prints the rules in force

mod alert;
mod args;
mod check;
mod documents;
mod job;
mod rules;
mod sources;
mod tap;
mod timeline;

use clap::{ArgMatches, Args, Command, FromArgMatches};
use ir_cli::Session;

use args::{DetectArgs, RulesArgs};

const EXAMPLES: &str = "\
Examples:
  ir-detect app.log                                    alerts of any log, on the shipped rules
  ir-detect --profile chat-app --set root=/srv/chat    the logs that a profile names
  journalctl -o json -f | ir-detect -                  a live stream
  ir-detect app.log | ir-classify | ir-contain | ir-evidence | ir-rca | ir-report > report.md
  ir-detect rules --explain --profile chat-app         what each rule means, and which can never fire";

/// The command line.
pub fn command() -> Command {
    let rules = RulesArgs::augment_args(Command::new("rules"))
        .about("Print the rules in force, one JSON object a line");
    let tool = DetectArgs::augment_args(Command::new("ir-detect"))
        .about("Find incidents in logs and streams: rules over events and time")
        .after_help(EXAMPLES)
        .arg(ir_cli::record_option())
        .subcommand(rules);
    ir_cli::command(tool)
}

/// Runs the tool.
///
/// # Errors
/// With the exit code that each error carries.
pub fn run(matches: &ArgMatches, session: &mut Session) -> anyhow::Result<()> {
    match matches.subcommand() {
        Some(("rules", sub)) => rules::run(&RulesArgs::from_arg_matches(sub)?, session),
        _ => job::run(&DetectArgs::from_arg_matches(matches)?, session),
    }
}
