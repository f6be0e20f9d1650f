//! From records to records.

use clap::{ArgMatches, Command, FromArgMatches};
use ir_cli::{Documents, Exit, Failed, Session, Sink, Trouble, pump};
use ir_core::wire::{Alert, Body, Classified, Event, Head, source, source_host};

use crate::args::Args;
use crate::{Arrival, Change, Classifier, Facts, Profiles};

/// The shipped profile that holds where nobody names one and none is of the alerts' application.
const FALLBACK: &str = "generic";

/// The command line.
pub fn command() -> Command {
    crate::args::command()
}

/// Runs the tool.
///
/// # Errors
/// Documents with faults, facts that contradict each other (exit code 2); input or output that fails (5); those of a verb.
pub fn run(matches: &ArgMatches, session: &mut Session) -> anyhow::Result<()> {
    if let Some(("note", sub)) = matches.subcommand() {
        return crate::note::run(sub, session);
    }
    let args = Args::from_arg_matches(matches)?;
    let given = Facts::given(&args.fact).map_err(|e| Failed::new(Exit::Usage, e))?;
    let docs = Documents::load(&args.docs, FALLBACK)?;
    let chosen = args.docs.profile.is_some()
        || docs.profile_ref.from != "built-in"
        || docs.profile_ref.name != FALLBACK;
    let procedure = docs.sop_ref.clone();
    let profiles = Profiles::new(docs.profile, docs.profile_ref, chosen);
    let mut classifier = Classifier::new(docs.sop, profiles, args.gap, given)
        .map_err(|e| Failed::new(Exit::Usage, e))?;

    let writer = Writer { tool: session.tool, host: session.common.host.clone() };
    let intake = pump(session, &args.files, true, &mut |head, out| {
        take(&mut classifier, &writer, head, out)
    })?;
    for change in classifier.finish() {
        writer.write(change, &mut session.out)?;
    }

    if let (Some(limit), Some(gravest)) = (args.fail_on, classifier.gravest())
        && gravest <= limit
    {
        session.raise(Exit::NotSo);
    }
    let mut run = session.run_of(&intake);
    let (profile, assumed) = classifier.profiles().in_force();
    run.profile = Some(profile);
    run.procedure = Some(procedure);
    run.assumed.extend(assumed);
    run.reasons.extend(classifier.troubles());
    session.finish(run, classifier.host())
}

fn take(
    classifier: &mut Classifier,
    writer: &Writer,
    head: &Head<'_>,
    out: &mut Sink,
) -> Result<(), Trouble> {
    match &*head.kind {
        Alert::KIND => {
            let host = source_host(&head.source).or_else(|| writer.host.clone());
            let arrival =
                Arrival { id: head.id.to_string(), host, time: head.time, alert: head.body()? };
            for change in classifier.take(&arrival)? {
                writer.write(change, out)?;
            }
        }
        Classified::KIND => {
            if let Some(subject) = &head.subject {
                classifier.hear(subject, &head.id, head.body::<Classified>()?.severity);
            }
        }
        _ => {}
    }
    Ok(())
}

/// What records of this run have in common.
struct Writer {
    tool: &'static str,
    host: Option<String>,
}

impl Writer {
    fn write(&self, change: Change, out: &mut Sink) -> anyhow::Result<()> {
        let source = source(self.tool, change.host.as_deref().or(self.host.as_deref()));
        let (id, body) = change.incident;
        out.emit(&Event::new(source.clone(), id, body).subject(&change.subject).at(change.time))?;
        if let Some((id, body)) = change.classified {
            out.emit(&Event::new(source, id, body).subject(&change.subject).at(change.time))?;
        }
        Ok(())
    }
}
