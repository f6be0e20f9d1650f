//! From records to records.

use clap::{ArgMatches, Command, FromArgMatches};
use ir_cli::{Advisor, Documents, Exit, Failed, Session, Sink, Trouble, learn, pump};
use ir_core::wire::{AdviceTask, Alert, Body, Classified, Event, Head, State, source, source_host};

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
    let advisor = Advisor::choose(&args.advisor, &docs.sop, &docs.sop_ref.from)?;
    let chosen = args.docs.profile.is_some()
        || docs.profile_ref.from != "built-in"
        || docs.profile_ref.name != FALLBACK;
    let procedure = docs.sop_ref.clone();
    let profiles = Profiles::new(docs.profile, docs.profile_ref, chosen);
    let mut classifier = Classifier::new(docs.sop, profiles, args.gap, given)
        .map_err(|e| Failed::new(Exit::Usage, e))?;

    let mut writer = Writer {
        tool: session.tool,
        host: session.common.host.clone(),
        told: advisor.is_some().then(State::default),
    };
    let intake = pump(session, &args.files, true, &mut |head, out| {
        take(&mut classifier, &mut writer, head, out)
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
    if let (Some(advisor), Some(told)) = (&advisor, &writer.told) {
        advisor.advise(session, told, AdviceTask::Triage, &mut run)?;
    }
    session.finish(run, classifier.host())
}

fn take(
    classifier: &mut Classifier,
    writer: &mut Writer,
    head: &Head<'_>,
    out: &mut Sink,
) -> Result<(), Trouble> {
    if let Some(told) = &mut writer.told {
        // What cannot be read is told below, or by the tool that it concerns.
        let _ = told.apply(head);
    }
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
    /// For an advisor: what passed by and what was written.
    told: Option<State>,
}

impl Writer {
    fn write(&mut self, change: Change, out: &mut Sink) -> anyhow::Result<()> {
        let source = source(self.tool, change.host.as_deref().or(self.host.as_deref()));
        let (id, body) = change.incident;
        let incident = Event::new(source.clone(), id, body);
        self.emit(incident.subject(&change.subject).at(change.time), out)?;
        if let Some((id, body)) = change.classified {
            let classified = Event::new(source, id, body);
            self.emit(classified.subject(&change.subject).at(change.time), out)?;
        }
        Ok(())
    }

    fn emit<T: Body>(&mut self, event: Event<T>, out: &mut Sink) -> anyhow::Result<()> {
        if let Some(told) = &mut self.told {
            learn(told, &event.to_line()?);
        }
        out.emit(&event)
    }
}
