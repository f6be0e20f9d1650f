//! `ir-detect`: logs in, alerts out.
//!
//! - `args`: the command line
//! - `sources`: which files are read, and as what
//! - `tap`: one source: lines to records to named events
//! - `timeline`: the events of all sources in event time, through the rule engine
//! - `live` and `watched`: the host's own samples, and how long they were watched
//! - `alert` and `check`: the records that come of it
//! - `job`: the pipe job, from the sources to the run record
//! - `health`: the verb that checks host and application for a monitoring system
//! - `examine`: the pipe job over logs, for that verb
//! - `rules`: the verb that prints the rules in force

mod alert;
mod args;
mod check;
mod documents;
mod examine;
mod health;
mod job;
mod live;
mod rules;
mod sources;
mod tap;
mod timeline;
mod watched;

use clap::{ArgMatches, Args, Command, FromArgMatches};
use ir_cli::Session;

use args::{DetectArgs, HealthArgs, RulesArgs};

const EXAMPLES: &str = "\
Examples:
  ir-detect app.log                                    alerts of any log, on the shipped rules
  ir-detect --profile chat-app --set root=/srv/chat    the logs that a profile names
  ir-detect --live --for 10m                           this host, each second, for ten minutes
  journalctl -o json -f | ir-detect -                  a live stream
  ir-detect app.log | ir-classify | ir-contain | ir-evidence | ir-rca | ir-report > report.md
  ir-detect health --profile chat-app                  checks of host and application, for a monitoring system
  ir-detect rules --explain --profile chat-app         what each rule means, and which can never fire";

const RULES_EXAMPLES: &str = "\
Examples:
  ir-detect rules --explain                            what each rule of any Linux host means
  ir-detect rules --profile chat-app | jq -r 'select(.never) | [.rule, .never] | @tsv'";

const HEALTH_EXAMPLES: &str = "\
Examples:
  ir-detect health                             this host: a table, or records
  ir-detect health --profile chat-app          an application: processes,
                                               configuration, databases
  ir-detect health --comprehensive --profile chat-app    its logs and rules too
  ir-detect health --warn memory=80 --crit disk_space=5  other limits

Exit codes, those of monitoring plugins; the first that applies counts:
  2 CRITICAL  a check is over its critical limit
  1 WARNING   one is over its warning limit
  3 UNKNOWN   one could not be made; the command line or a document is faulty
  0 OK        every check was made and is within its limits";

/// The command line.
pub fn command() -> Command {
    let rules = RulesArgs::augment_args(Command::new("rules"))
        .about("Print the rules in force, one JSON object a line")
        .after_help(RULES_EXAMPLES);
    let health = HealthArgs::augment_args(Command::new("health"))
        .about("Check host and application now, with the exit codes of monitoring plugins")
        .after_help(format!("{}\n\n{HEALTH_EXAMPLES}", health::LIMITS));
    let tool = DetectArgs::augment_args(Command::new("ir-detect"))
        .about("Find incidents in logs and streams: rules over events and time")
        .after_help(EXAMPLES)
        .arg(ir_cli::record_option())
        .subcommand(rules)
        .subcommand(health);
    ir_cli::command(tool)
}

/// Runs the tool.
///
/// # Errors
/// With the exit code that each error carries.
pub fn run(matches: &ArgMatches, session: &mut Session) -> anyhow::Result<()> {
    match matches.subcommand() {
        Some(("rules", sub)) => rules::run(&RulesArgs::from_arg_matches(sub)?, session),
        Some(("health", sub)) => health::run(&HealthArgs::from_arg_matches(sub)?, session),
        _ => job::run(&DetectArgs::from_arg_matches(matches)?, session),
    }
}
