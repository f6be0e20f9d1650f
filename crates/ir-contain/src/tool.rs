//! From records to records.

use clap::{ArgMatches, Command, FromArgMatches};
use ir_cli::{DocArgs, Documents, Exit, Failed, Session, Sink, Trouble, pump};
use ir_core::wire::{Alert, Body, Classified, Event, Head, Incident, Reason, Run, source};

use crate::args::Args;
use crate::{Changed, Planner, Profiles};

/// The shipped profile that holds where nobody names one and none is of the incident's application.
const FALLBACK: &str = "generic";

/// The command line.
pub fn command() -> Command {
    crate::args::command()
}

/// Runs the tool.
///
/// # Errors
/// Documents with faults, variables that no profile has (exit code 2); input or output that fails (5).
pub fn run(matches: &ArgMatches, session: &mut Session) -> anyhow::Result<()> {
    let args = Args::from_arg_matches(matches)?;
    // Which profile the variables belong to is known only when the incidents are.
    let docs = Documents::load(&DocArgs { set: Vec::new(), ..args.docs.clone() }, FALLBACK)?;
    let chosen = args.docs.profile.is_some()
        || docs.profile_ref.from != "built-in"
        || docs.profile_ref.name != FALLBACK;
    let profiles = Profiles::new(docs.profile, docs.profile_ref, chosen);
    let set = args.docs.set.into_iter().collect();
    profiles.check_set(&set).map_err(|e| Failed::new(Exit::Usage, format!("--set: {e}")))?;
    let mut planner = Planner::new(docs.sop, profiles, set);

    let writer = Writer { tool: session.tool, host: session.common.host.clone() };
    let intake =
        pump(session, &args.files, true, &mut |head, out| take(&mut planner, &writer, head, out))?;
    for changed in planner.finish() {
        writer.write(changed, &mut session.out)?;
    }

    let mut run = session.run_of(&intake);
    run.profile = Some(planner.profiles().reference().clone());
    run.procedure = Some(docs.sop_ref);
    run.reasons.extend(planner.reasons());
    run.assumed.extend(planner.notes());
    session.finish(run, planner.host())
}

fn take(
    planner: &mut Planner,
    writer: &Writer,
    head: &Head<'_>,
    out: &mut Sink,
) -> Result<(), Trouble> {
    match &*head.kind {
        Alert::KIND => planner.alert(&head.id, &head.body()?),
        Incident::KIND => planner.incident(subject(head)?, head.body()?),
        Classified::KIND => {
            if let Some(changed) =
                planner.classified(subject(head)?, &head.id, head.time, head.body()?)
            {
                writer.write(changed, out)?;
            }
        }
        Run::KIND => planner.run(head.body()?),
        _ => {}
    }
    Ok(())
}

/// The incident that a record belongs to.
fn subject<'h>(head: &'h Head<'_>) -> Result<&'h str, Reason> {
    let fault = |why: &str| Reason::Body(head.kind.to_string(), why.into());
    match head.subject.as_deref() {
        None | Some("") => Err(fault("it has no subject")),
        Some(subject) if subject.len() > 256 => Err(fault("its subject is longer than 256 bytes")),
        Some(subject) => Ok(subject),
    }
}

/// What records of this run have in common.
struct Writer {
    tool: &'static str,
    host: Option<String>,
}

impl Writer {
    fn write(&self, changed: Changed, out: &mut Sink) -> anyhow::Result<()> {
        let source = source(self.tool, changed.host.as_deref().or(self.host.as_deref()));
        for (id, step) in changed.steps {
            out.emit(
                &Event::new(source.clone(), id, step).subject(&changed.incident).at(changed.time),
            )?;
        }
        Ok(())
    }
}
