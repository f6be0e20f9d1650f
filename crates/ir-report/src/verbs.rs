//! The verbs: what is stored, seen without a report.

mod lint;
mod list;
mod show;

use clap::{ArgMatches, Args, Command, FromArgMatches};
use ir_cli::Session;

use lint::LintArgs;
use show::ShowArgs;

/// Their command lines.
pub(crate) fn commands() -> [Command; 3] {
    [
        Command::new("list")
            .about("List the incidents in the store: a table on a terminal, else JSON lines")
            .after_help(list::AFTER),
        ShowArgs::augment_args(Command::new("show"))
            .about("Print the records of an incident, byte for byte as they were stored")
            .after_help(show::AFTER),
        LintArgs::augment_args(Command::new("lint"))
            .about("Check that the store is as it was written and holds together")
            .long_about(lint::LONG_ABOUT)
            .after_help(lint::AFTER),
    ]
}

/// Runs `verb`.
///
/// # Errors
/// No such incident (exit code 2), a store that is not safe to use (3) or cannot be read (5).
pub(crate) fn run(verb: &str, matches: &ArgMatches, session: &mut Session) -> anyhow::Result<()> {
    match verb {
        "show" => show::run(&ShowArgs::from_arg_matches(matches)?, session),
        "lint" => lint::run(&LintArgs::from_arg_matches(matches)?, session),
        _ => list::run(session),
    }
}
