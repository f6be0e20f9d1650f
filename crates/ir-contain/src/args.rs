//! The command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Command};
use ir_cli::DocArgs;

#[derive(ClapArgs, Debug)]
pub(crate) struct Args {
    /// Record files; none, or -: standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) docs: DocArgs,
}

const ABOUT: &str = "Plan the containment of each incident; executes nothing";

const LONG_ABOUT: &str = "\
Plan the containment of each incident; executes nothing.

Reads records, passes every line on unchanged, and adds, after the classification of an incident, the
whole plan: one ir.action.v1 a step, phase planned. It starts no program and changes no file: a plan
says what would be run, how to tell that it worked, how to take it back, what would be lost, which
components feel it, and how many people have to agree. When a later classification changes the plan,
all of it is written again; the last plan of an incident counts.

The playbooks are the procedure's, the commands the profile's. A step that the profile cannot carry
out stays in the plan, with bound false and the reason. What destroys nothing comes first, so that a
copy exists before anything is lost; before a step that destroys, run ir-evidence.

The profile is the one that --profile names, else the shipped one of the incident's application, else
the shipped one that the alerts were made with, else generic.";

const AFTER: &str = "\
Examples:
  ir-detect app.log | ir-classify | ir-contain
  ir-detect app.log | ir-classify | ir-contain --set pid=4711 --set user=chat
  ir-contain --profile shop.yaml incident.jsonl
  ir-contain incident.jsonl | jq -r 'select(.type == \"ir.action.v1\").data |
    [.seq, .action, .target, .bound, .approval] | @tsv'";

pub(crate) fn command() -> Command {
    let command = Args::augment_args(Command::new("ir-contain").after_help(AFTER))
        .arg(ir_cli::record_option());
    ir_cli::command(command).about(ABOUT).long_about(LONG_ABOUT)
}
