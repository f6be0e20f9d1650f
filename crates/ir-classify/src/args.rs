//! The command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Command};
use ir_cli::{AdvisorArgs, DocArgs};
use ir_core::docs::duration;
use ir_core::wire::Severity;

use crate::facts::Fact;

#[derive(ClapArgs, Debug)]
pub(crate) struct Args {
    /// Record files; none, or -: standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Alerts that lie further apart belong to different incidents
    #[arg(long, value_name = "DURATION", default_value = "30 minutes", value_parser = parse_gap)]
    pub(crate) gap: f64,
    /// An impact fact that you vouch for, of every incident in the input; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) fact: Vec<Fact>,
    /// Exit with 1 if an incident is of this severity or graver
    #[arg(long, value_name = "P0..P3", value_parser = parse_severity)]
    pub(crate) fail_on: Option<Severity>,
    #[command(flatten)]
    pub(crate) docs: DocArgs,
    #[command(flatten)]
    pub(crate) advisor: AdvisorArgs,
}

fn parse_gap(text: &str) -> Result<f64, String> {
    duration(text)
}

fn parse_severity(text: &str) -> Result<Severity, String> {
    text.to_ascii_uppercase().parse()
}

const ABOUT: &str = "Group alerts to incidents and say how grave they are, why, and whom to call";

const LONG_ABOUT: &str = "\
Group alerts to incidents and say how grave they are, why, and whom to call.

Reads records, passes every line on unchanged, and adds, right after the alert that caused it,
ir.incident.v1 (alerts that belong together) and ir.classified.v1 (severity, reasons, components,
playbooks, team, when a response is due). Both are written again when the incident grows; the last
one counts.

Alerts of one application and host belong together while one of them still fires, and within --gap
after. Severity follows from impact facts, which the authors of rules vouch for, or you with --fact:
the gravest one counts. A fact that nobody knows raises it by one level, to P1 at most, and only where
the kind of incident makes that plausible; everything else that is unknown stands under could_be.
Nothing in the input lowers a severity.

With --advisor, a program that the procedure lists under advisors is shown the incidents at the end
of the input, secrets hidden, and what it says follows as ir.advice.v1. It changes no other record.

Facts: functionality none|minor|significant|total, performance normal|degraded, workaround yes|no,
data intact|suspect|lost, security none|suspected|confirmed, users none|some|most|all.";

const AFTER: &str = "\
Examples:
  ir-detect app.log | ir-classify
  ir-detect app.log | ir-classify --fact users=most --fact workaround=no
  ir-detect app.log | ir-classify --fail-on P1 > incident.jsonl || echo 'P1 or worse'
  ir-classify --gap '2 hours' alerts.jsonl | jq -c 'select(.type == \"ir.classified.v1\").data'";

pub(crate) fn command() -> Command {
    let command = Args::augment_args(Command::new("ir-classify").after_help(AFTER))
        .arg(ir_cli::record_option())
        .subcommand(crate::note::command());
    ir_cli::command(command).about(ABOUT).long_about(LONG_ABOUT)
}
