//! The command line.

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser};

/// What a pipe job of ir-rca is told.
#[derive(Parser, Clone, Debug)]
#[command(name = "ir-rca", after_long_help = EXAMPLES)]
pub(crate) struct RcaArgs {
    /// Record files [default: standard input]
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) logs: LogArgs,
}

/// Options that choose the logs.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Logs")]
pub(crate) struct LogArgs {
    /// The application: a shipped profile's name, or a file; its logs are read too [default: what upstream used]
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) profile: Option<String>,
    /// Fill a variable of the profile; its logs are read too; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_set)]
    pub(crate) set: Vec<(String, String)>,
    /// Also read this log; may be repeated. A name that fits one of the profile's logs is read as that one
    #[arg(long = "logs", value_name = "FILE")]
    pub(crate) typed: Vec<PathBuf>,
}

// `ir_cli::command` puts its own text in their place; they are set after it.
pub(crate) const ABOUT: &str = "Find the causes of incidents in their logs";
pub(crate) const LONG_ABOUT: &str = "\
Find the causes of incidents in their logs.

Reads records, passes every valid line on, and at the end of the input adds, for each incident, what stands out in its logs \
(ir.finding.v1) and the components ranked by how well that speaks for each as the cause (ir.cause.v1).

The logs are those of the incident's sealed evidence, then those that its alerts name (if they still begin as they did), then \
those that --profile, --set and --logs name. Where nothing stands out, the cause is inconclusive, and the exit code 4.";

const EXAMPLES: &str = "\
Examples:
  ir-detect app.log | ir-classify | ir-rca > incident.jsonl
  ir-detect --profile chat-app | ir-classify | ir-evidence -o evidence | ir-rca | ir-report
  ir-rca --logs app.log.1 --logs app.log < incident.jsonl | jq 'select(.type == \"ir.cause.v1\").data.hypotheses[0]'
  ir-rca --profile chat-app --set state_dir=/srv/copy/.kollabor incident.jsonl

Exit codes:
  0  every incident has a hypothesis, or there is none
  2  usage, or a profile with faults
  4  inconclusive, a log that could not be read, rejected input, or an unfinished upstream
  5  records that could not be read or written";

fn parse_set(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.into(), value.into())),
        _ => Err("NAME=VALUE".into()),
    }
}

pub(crate) fn command() -> clap::Command {
    RcaArgs::command().arg(ir_cli::record_option())
}
