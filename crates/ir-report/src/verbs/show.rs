//! `ir-report show [INC]`

use std::io::{BufRead, BufReader};

use anyhow::Context;
use clap::Args;
use ir_cli::{Exit, Fail, Session, stored};

pub(super) const AFTER: &str = "\
Examples:
  ir-report show
  ir-report show INC-20261123-0a1b | ir-report > report.md
  ir-report show INC-20261123-0a1b | jq -r 'select(.type == \"ir.note.v1\").data.text'";

#[derive(Args, Debug)]
pub(super) struct ShowArgs {
    /// The incident, by the beginning of its id [default: the only one]
    #[arg(value_name = "INC")]
    incident: Option<String>,
}

/// Prints the records.
pub(super) fn run(args: &ShowArgs, session: &mut Session) -> anyhow::Result<()> {
    let incident = session.incident(&session.store()?, args.incident.as_deref())?;
    let mut reader = BufReader::new(stored(session, &incident)?);
    let mut line = Vec::new();
    while !session.out.closed() {
        line.clear();
        reader
            .read_until(b'\n', &mut line)
            .with_context(|| incident.to_string())
            .or_exit(Exit::Io)?;
        if line.is_empty() {
            break;
        }
        session.out.write(&line)?;
    }
    Ok(())
}
