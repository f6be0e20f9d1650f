//! From `main` to the exit code.

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::{Common, Exit, Notes, Session, error, escape, interrupted, signal};

/// Ends every help text.
const EXIT_CODES: &str = "Exit codes: 0 done, 1 what was asked is not so, 2 usage or configuration, 3 refused by a safety rule,
4 partial (rejected input, unfinished upstream, inconclusive), 5 could not read or write, 130 interrupted";

/// The name of the option [`record_option`].
const RECORD: &str = "record";

/// Adds to a tool's command what all tools have: common options, the verb `completions`, and the exit codes after its
/// examples (the command's `after_help`).
pub fn command(tool: Command) -> Command {
    let examples = tool.get_after_help().map(|e| format!("{e}\n\n")).unwrap_or_default();
    // The documentation of an options' struct would take the place of the tool's own sentence.
    let about = tool.get_about().cloned();
    let tool = tool.after_help(examples + EXIT_CODES);
    let completions =
        Command::new("completions").about("Print a completion script for a shell").arg(
            clap::Arg::new("shell")
                .required(true)
                .value_parser(clap::value_parser!(clap_complete::Shell)),
        );
    let whole =
        Common::augment_args(tool.version(env!("CARGO_PKG_VERSION")).subcommand(completions))
            .disable_help_subcommand(true)
            .max_term_width(100);
    match about {
        Some(about) => whole.about(about),
        None => whole,
    }
}

const RECORD_HELP: &str = "\
Also append the records that this tool adds to the store under IR_HOME: those of an incident to its file, others to \
detect.jsonl. A record that is there already is not written twice; one with its source and id but other content is refused \
(exit code 3). The stream passes, whatever happens to the store; what could not be stored is told and ends in exit code 3 or 5.";

/// `--record`, for the pipe jobs that write records.
pub fn record_option() -> clap::Arg {
    clap::Arg::new(RECORD)
        .long(RECORD)
        .action(clap::ArgAction::SetTrue)
        .help("Also append the records that this tool adds to the store under IR_HOME")
        .long_help(RECORD_HELP)
        .help_heading(None)
}

/// Runs a tool: reads the command line, listens for interrupts, reports errors, and ends with the right code.
pub fn main(
    name: &'static str,
    tool: Command,
    run: impl FnOnce(&ArgMatches, &mut Session) -> anyhow::Result<()>,
) -> ExitCode {
    main_with_checks(name, tool, &[], run)
}

/// As [`main`]; the verbs `checks` end with the codes of monitoring plugins, a faulty command line included.
pub fn main_with_checks(
    name: &'static str,
    tool: Command,
    checks: &[&str],
    run: impl FnOnce(&ArgMatches, &mut Session) -> anyhow::Result<()>,
) -> ExitCode {
    signal::listen();
    let is_check = is_check(&tool, checks);
    let exit = launch(name, tool, run);
    if exit == Exit::Interrupted || interrupted() {
        signal::die();
    }
    if is_check { ExitCode::from(exit.check_code()) } else { exit.into() }
}

/// Whether the verb that was typed is one of `checks`, whatever is wrong behind it.
fn is_check(tool: &Command, checks: &[&str]) -> bool {
    let typed = |arg: std::ffi::OsString| arg.to_str().is_some_and(|arg| checks.contains(&arg));
    std::env::args_os().any(typed)
        && tool
            .clone()
            .ignore_errors(true)
            .try_get_matches_from(std::env::args_os())
            .is_ok_and(|m| m.subcommand_name().is_some_and(|verb| checks.contains(&verb)))
}

fn launch(
    name: &'static str,
    tool: Command,
    run: impl FnOnce(&ArgMatches, &mut Session) -> anyhow::Result<()>,
) -> Exit {
    let mut command = tool;
    let matches = match command.try_get_matches_from_mut(std::env::args_os()) {
        Ok(matches) => matches,
        Err(e) => {
            // Help and version go to standard output with code 0; a closed reader or full disk is told by `print`.
            let asked = !e.use_stderr();
            return match e.print() {
                Err(io) if asked && io.kind() != std::io::ErrorKind::BrokenPipe => Exit::Io,
                _ if asked => Exit::Done,
                _ => Exit::Usage,
            };
        }
    };
    if let Some(error) = stray_option(&mut command, &matches) {
        let _ = error.print();
        return Exit::Usage;
    }
    let common = match Common::from_arg_matches(&matches) {
        Ok(common) => common,
        Err(e) => {
            let _ = e.print();
            return Exit::Usage;
        }
    };
    match common.color {
        clap::ColorChoice::Auto => {}
        clap::ColorChoice::Always => anstream::ColorChoice::Always.write_global(),
        clap::ColorChoice::Never => anstream::ColorChoice::Never.write_global(),
    }
    let notes = Notes::new(name, common.quiet, common.verbose);
    match work(name, command, &matches, common, notes.clone(), run) {
        Ok(exit) => exit,
        Err(e) => {
            for line in format!("{e:#}").lines() {
                notes.error(escape(line));
            }
            error::exit_of(&e)
        }
    }
}

/// An option of the pipe job that was typed before a verb: refused, because the verb would drop it. (Clap's own setting for
/// this takes the verb for a file as soon as a common option stands before it.)
fn stray_option(command: &mut Command, matches: &ArgMatches) -> Option<clap::Error> {
    let (verb, _) = matches.subcommand()?;
    let typed = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let stray =
        command.get_arguments().find(|arg| !arg.is_global_set() && typed(arg.get_id().as_str()))?;
    let message = format!(
        "{stray} cannot be used with the verb {verb:?}; options of the verb stand behind it"
    );
    Some(command.error(ErrorKind::ArgumentConflict, message))
}

fn work(
    name: &'static str,
    mut command: Command,
    matches: &ArgMatches,
    common: Common,
    notes: Notes,
    run: impl FnOnce(&ArgMatches, &mut Session) -> anyhow::Result<()>,
) -> anyhow::Result<Exit> {
    let verbs = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    let record = matches.try_get_one::<bool>(RECORD).ok().flatten().copied().unwrap_or(false);
    let mut session = Session::new(name, common, notes, verbs, record)?;
    if let Some(("completions", sub)) = matches.subcommand() {
        let mut script = Vec::new();
        if let Some(shell) = sub.get_one::<clap_complete::Shell>("shell") {
            clap_complete::generate(*shell, &mut command, name, &mut script);
        }
        session.out.write(&script)?;
    } else {
        let done = run(matches, &mut session);
        // What was written before an error is stored too; the error says more than a second one of the output.
        let flushed = session.out.flush();
        done.and(flushed)?;
    }
    session.out.flush()?;
    session.keep.flush()?;
    session.raise(session.out.recorded());
    Ok(session.exit)
}
