//! The command line.

use std::path::PathBuf;

use clap::{Args, Command, ValueEnum};
use ir_cli::AdvisorArgs;

/// What a pipe job of ir-rca is told.
#[derive(Args, Clone, Debug)]
pub(crate) struct RcaArgs {
    /// Record files [default: standard input]
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) logs: LogArgs,
    #[command(flatten)]
    pub(crate) advisor: AdvisorArgs,
    /// The procedure that lists the advisor, a file
    #[arg(long, value_name = "FILE", requires = "advisor", help_heading = "Documents")]
    pub(crate) sop: Option<PathBuf>,
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

/// What `mine` is told.
#[derive(Args, Clone, Debug)]
pub(crate) struct MineArgs {
    /// Logs, plain, gzip or zstd; none, or -: standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Print the template of every line instead of the templates and how often each occurs
    #[arg(long)]
    pub(crate) assign: bool,
    /// How lines are read
    #[arg(long, value_enum, default_value_t = MineFormat::Auto, value_name = "FORMAT")]
    pub(crate) format: MineFormat,
}

/// How `mine` reads lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MineFormat {
    /// Recognise it: syslog, JSON lines, stamped text; lines without a stamp continue the record before
    Auto,
    /// Every line is a bare message
    Plain,
}

/// What `timeline` is told.
#[derive(Args, Clone, Debug)]
pub(crate) struct TimelineArgs {
    /// Record files [default: standard input]
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// How long before an incident's onset its logs are told
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = ir_core::docs::duration)]
    pub(crate) before: f64,
    /// Tell every event: do not put those of one kind that follow each other in one row
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) logs: LogArgs,
}

const MINE_ABOUT: &str =
    "Print the message templates of logs: what stays when everything that varies is taken out";
const MINE_EXAMPLES: &str = "\
Examples:
  ir-rca mine app.log | jq -r '[.count, .template] | @tsv' | sort -rn | head
  ir-rca mine --assign app.log | paste - app.log
  journalctl -o short-iso | ir-rca mine -

A template is the masked message: <*> stands for numbers, addresses, paths, quoted text and the like. Output is one JSON object
a line: {\"template\",\"count\",\"first\"} in the order of first lines, or with --assign {\"line\",\"template\"} for every line of the
input; with several files the key \"file\" comes first. Lines that continue a record have the record's template.";

const TIMELINE_ABOUT: &str = "Print one timeline of records and of the logs that they name";
const TIMELINE_EXAMPLES: &str = "\
Examples:
  ir-detect app.log | ir-classify | ir-rca timeline
  ir-rca timeline --logs /var/log/syslog --before 1h incident.jsonl
  ir-rca timeline incident.jsonl | jq -r '[.time, .source, .text] | @tsv'

Rows are ordered by event time (UTC), whatever the order of the input. Each names its source: the log and line, or the record. Of logs
the events that the profile knows by name are told, from --before the onset to the incident's end. On a terminal it is a table,
else one JSON object a line.

Exit code 4 says that a log could not be read, or that records were rejected or missing.";

const ABOUT: &str = "Find the causes of incidents in their logs";
const LONG_ABOUT: &str = "\
Find the causes of incidents in their logs.

Reads records, passes every valid line on, and at the end of the input adds, for each incident, what stands out in its logs \
(ir.finding.v1) and the components ranked by how well that speaks for each as the cause (ir.cause.v1).

The logs are those of the incident's sealed evidence, then those that its alerts name (if they still begin as they did), then \
those that --profile, --set and --logs name. Where nothing stands out, the cause is inconclusive, and the exit code 4.

With --advisor, a program that the procedure lists under advisors is shown findings and hypotheses at the end, secrets \
hidden, and what it says follows as ir.advice.v1. It changes no other record, and no rank.";

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

/// The command line.
pub fn command() -> Command {
    let mine =
        MineArgs::augment_args(Command::new("mine")).about(MINE_ABOUT).after_help(MINE_EXAMPLES);
    let timeline = TimelineArgs::augment_args(Command::new("timeline"))
        .about(TIMELINE_ABOUT)
        .after_help(TIMELINE_EXAMPLES);
    let tool = RcaArgs::augment_args(Command::new("ir-rca"))
        .arg(ir_cli::record_option())
        .after_long_help(EXAMPLES)
        .subcommand(mine)
        .subcommand(timeline);
    ir_cli::command(tool).about(ABOUT).long_about(LONG_ABOUT)
}
