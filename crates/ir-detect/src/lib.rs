//! To come.

use clap::{ArgMatches, Command};
use ir_cli::Session;

/// The command line.
pub fn command() -> Command {
    ir_cli::command(Command::new("ir-detect"))
}

/// Runs the tool.
///
/// # Errors
/// As it goes.
pub fn run(_: &ArgMatches, _: &mut Session) -> anyhow::Result<()> {
    Ok(())
}
