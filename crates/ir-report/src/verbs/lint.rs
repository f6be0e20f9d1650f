//! `ir-report lint [INC...]`

use clap::Args;
use ir_cli::{Exit, Session, escape, store_error};
use ir_store::incident::{Book, Linted};

use crate::words::plural;

pub(super) const LONG_ABOUT: &str = "\
Check that the store is as it was written and holds together.

Checks of every file: the chain of digests, lines that a writer did not finish, records that are not valid or stand there \
twice, ids that are cited and not there, and whether it holds what the index knows of it; so a file that became shorter is \
told too. Prints a line for every fault, FILE:LINE: what, and exits with 1; else one line that says what was checked.

The index is made anew from the files whenever it is gone or damaged. It remembers how far each file reached; remove \
index.db to accept the files as they are now.";

pub(super) const AFTER: &str = "\
Examples:
  ir-report lint
  ir-report lint INC-20261123-0a1b || echo 'changed after it was stored'";

#[derive(Args, Debug)]
pub(super) struct LintArgs {
    /// Incidents, by the beginning of their ids [default: everything that is stored]
    #[arg(value_name = "INC")]
    incidents: Vec<String>,
}

/// Checks, and prints every fault.
pub(super) fn run(args: &LintArgs, session: &mut Session) -> anyhow::Result<()> {
    let store = session.store()?;
    let mut books = Vec::new();
    for prefix in &args.incidents {
        // By the files alone: looking into the index would bring it in step with what is to be checked against it.
        books.push(Book::Incident(session.incident_file(&store, prefix)?));
    }
    let linted = store.lint(&books).map_err(store_error)?;
    for fault in &linted.faults {
        session.out.write(format!("{}\n", escape(&fault.to_string())).as_bytes())?;
    }
    if linted.faults.is_empty() {
        let text = summary(&linted);
        return session.out.write(format!("{}: {text}\n", store.path().display()).as_bytes());
    }
    session.raise(Exit::NotSo);
    Ok(())
}

fn summary(linted: &Linted) -> String {
    let index =
        if linted.indexed { "the index agrees" } else { "there is no index to compare with" };
    let torn = match linted.torn_files {
        0 => String::new(),
        n => format!("; {} of torn lines that were set aside", plural(n, "file")),
    };
    let (incidents, lines) = (plural(linted.incidents, "incident"), plural(linted.lines, "line"));
    format!("sound: {incidents}, {lines}; {index}{torn}")
}
