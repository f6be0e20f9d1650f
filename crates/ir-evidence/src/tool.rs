//! The pipe job, and the verbs.

use std::collections::BTreeSet;
use std::io::IsTerminal;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use ir_cli::{Documents, Exit, Failed, Intake, Notes, Session, Sink, Trouble, pump};
use ir_core::wire::{Body, Head, Incident, Reason, RecordCounts, Upstream};
use ir_host::proc::Host;

use crate::args::{CollectArgs, VerifyArgs};
use crate::collect::{Collector, Orders, Subject};
use crate::kept::Kept;
use crate::place::is_plain;
use crate::verify;
use crate::window::Window;

/// The shipped profile that holds where nobody names one: its word on time zones counts.
const FALLBACK: &str = "generic";

/// Further incidents of one run get no bundle: a flood of records must not become a flood of directories.
const MAX_INCIDENTS: usize = 100;

/// The command line.
pub fn command() -> Command {
    crate::args::command()
}

/// Runs the tool.
///
/// # Errors
/// Documents with faults and wrong usage (exit code 2); input or output that fails (5). What happens to a single bundle does
/// not end the stream: it is told, and the exit code is raised.
pub fn run(matches: &ArgMatches, session: &mut Session) -> anyhow::Result<()> {
    if let Some(("verify", sub)) = matches.subcommand() {
        refuse_pipe_options(matches, "verify")?;
        return verify::run(&VerifyArgs::from_arg_matches(sub)?, session);
    }
    let args = CollectArgs::from_arg_matches(matches)?;
    let docs = Documents::load(&args.docs, FALLBACK)?;
    let since = args.since.is_some();
    let chosen = since
        || args.docs.profile.is_some()
        || !docs.set.is_empty()
        || docs.profile_ref.from != "built-in"
        || docs.profile_ref.name != FALLBACK;
    // What is copied with --live is this host's.
    let here = || args.live.then(Host::name).filter(|name| !name.is_empty());
    let host = session.common.host.clone().or_else(here);
    let orders = Orders {
        tool: session.tool,
        profile: docs.profile,
        profile_ref: docs.profile_ref,
        chosen,
        set: docs.set,
        logs: args.logs,
        around: (args.before, args.after),
        between: args.since.map(|from| Window { from, to: args.until }),
        include_private: args.include_private,
        live: args.live,
        max_bytes: args.max_bytes,
        max_line: session.common.max_line,
        host: host.clone(),
        now: session.common.now,
    };
    let mut job = Job {
        collector: Collector::new(orders, args.output),
        notes: session.notes.clone(),
        kept: Kept::default(),
        done: BTreeSet::new(),
        exit: Exit::Done,
        host,
    };
    let intake = intake(session, &args.files, since, &mut job)?;
    if job.done.is_empty() && since {
        job.collect(None, &mut session.out)?;
    } else if job.done.is_empty() {
        session.notes.note(
            "no incident in the input, so nothing was collected; --since TIME collects without one",
        );
    }
    session.raise(job.exit);
    let mut run = session.run_of(&intake);
    run.profile = job.collector.profile().cloned();
    run.reasons.extend(job.collector.reasons());
    run.assumed.append(&mut job.collector.assumed);
    let (rows, left_out) = std::mem::take(&mut job.collector.rows).done();
    run.sources = rows;
    if left_out > 0 {
        run.assumed.push(format!("{left_out} more files are told in the manifests only"));
    }
    session.finish(run, job.host.as_deref())
}

/// Reads the records. Where a time was asked for, there need be none: a terminal is not waited for, and empty standard input
/// is no upstream that failed.
fn intake(
    session: &mut Session,
    files: &[std::path::PathBuf],
    since: bool,
    job: &mut Job,
) -> anyhow::Result<Intake> {
    let none = Intake {
        counts: RecordCounts::default(),
        bytes: 0,
        upstream: Upstream::None,
        span: None,
        stopped: None,
        keys_full: false,
    };
    if since && files.is_empty() && std::io::stdin().is_terminal() {
        return Ok(none);
    }
    let exit = session.exit;
    let read = pump(session, files, true, &mut |head, out| job.take(head, out))?;
    if since && read.counts.read == 0 && read.stopped.is_none() {
        session.exit = exit;
        return Ok(none);
    }
    Ok(read)
}

/// Options of the pipe job mean nothing to a verb.
fn refuse_pipe_options(matches: &ArgMatches, verb: &str) -> anyhow::Result<()> {
    let pipe = CollectArgs::augment_args(Command::new("pipe"));
    for arg in pipe.get_arguments() {
        if matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine) {
            let shown =
                arg.get_long().map_or_else(|| arg.get_id().to_string(), |long| format!("--{long}"));
            return Err(Failed::new(
                Exit::Usage,
                format!("{shown} belongs to the pipe job, not to the verb {verb}"),
            ));
        }
    }
    Ok(())
}

/// What happens while records pass by.
struct Job {
    collector: Collector,
    notes: Notes,
    kept: Kept,
    /// Incidents for which a bundle was collected, or could not be.
    done: BTreeSet<String>,
    exit: Exit,
    /// The observed host, by the newest incident.
    host: Option<String>,
}

impl Job {
    fn take(&mut self, head: &Head<'_>, out: &mut Sink) -> Result<(), Trouble> {
        self.kept.push(head);
        if head.kind != Incident::KIND {
            return Ok(());
        }
        let incident: Incident = head.body()?;
        let id = head.subject.as_deref().unwrap_or_default();
        if !is_plain(id) {
            let why = "its subject is no incident id: letters, digits, - _ . only".to_owned();
            return Err(Reason::Body(head.kind.to_string(), why).into());
        }
        if self.done.contains(id) {
            return Ok(());
        }
        if self.done.len() == MAX_INCIDENTS {
            self.exit = self.exit.merge(Exit::Partial);
            self.collector.reason(format!(
                "no bundle of {id}: it comes after {MAX_INCIDENTS} other incidents"
            ));
            return Ok(());
        }
        if incident.host.is_some() {
            self.host.clone_from(&incident.host);
        }
        // What was read goes on before the collection, which may take long, begins.
        out.flush()?;
        Ok(self.collect(Some((id, &incident)), out)?)
    }

    /// Collects; what goes wrong with a bundle is told, and the records go on.
    fn collect(&mut self, about: Option<(&str, &Incident)>, out: &mut Sink) -> anyhow::Result<()> {
        self.done.insert(about.map_or_else(String::new, |(id, _)| id.to_owned()));
        let subject = about.map(|(id, incident)| Subject {
            id,
            incident,
            records: self.kept.of(id, &incident.alerts),
        });
        let collected = self.collector.collect(subject.as_ref());
        for note in self.collector.notes.drain(..) {
            self.notes.note(note);
        }
        match collected {
            Ok(event) => {
                out.emit(&event)?;
                out.flush()
            }
            Err(e) => {
                let exit = e.downcast_ref::<Failed>().map_or(Exit::Io, |failed| failed.exit);
                self.exit = self.exit.merge(exit);
                self.collector.reason(format!(
                    "no bundle of {}: {e:#}",
                    about.map_or("the time that was asked for", |a| a.0)
                ));
                Ok(())
            }
        }
    }
}
