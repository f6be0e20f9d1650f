//! What the logs of a profile say, for a check: nothing is written.

use std::collections::BTreeMap;

use ir_cli::{DocArgs, Documents, Session};
use ir_core::rules::Reading;
use ir_core::wire::{Alert, Check, Event, RuleCoverage, SourceRead, Time};
use ir_host::proc::Host;

use crate::args::DetectArgs;
use crate::job::Job;
use crate::sources::named;
use crate::{check, documents, live};

/// An event has no end; after an hour it is news no more.
const HOUR_S: f64 = 3600.0;

/// What the logs of a profile said, with nothing written.
pub(crate) struct Examined {
    /// Alerts that fire at the end, by rule and group.
    pub(crate) firing: Vec<Event<Alert>>,
    pub(crate) rows: Vec<SourceRead>,
    pub(crate) coverage: RuleCoverage,
    /// The check of the run that nothing closed.
    pub(crate) open_run: Option<Event<Check>>,
    /// The profile tells starts and ends.
    pub(crate) has_lifecycle: bool,
}

/// Reads the logs that the profile names to their ends, and lets the time pass until now.
pub(crate) fn examine(
    args: &DocArgs,
    docs: &Documents,
    session: &mut Session,
) -> anyhow::Result<Examined> {
    let args = DetectArgs::of_documents(args.clone());
    let rules = documents::rule_set(docs)?;
    let found = named(docs)?;
    let mut job = Job::new(&args, docs, rules, false)?;
    job.firing = Some(BTreeMap::new());
    job.rows.extend(found.missing.into_iter().map(|row| (usize::MAX, row)));
    // What a log could not give is told by its row here, not by the exit code.
    let exit = session.exit;
    job.read_all(&found.found, session)?;
    session.exit = exit;
    let now = session.now();
    let transitions = job.timeline.finish(job.newest.max(Some(now)));
    job.tell(transitions, session)?;
    let host = session.common.host.clone().unwrap_or_else(Host::name);
    let source = session.source(job.host().or(Some(&host)));
    let processes = live::sampler(docs)?.processes();
    let open = job.timeline.open_run();
    let open_run =
        open.map(|tail| check::open_run(&job.alerts.app, &source, &tail, processes.as_ref()));
    job.rows.sort_by_key(|(place, _)| *place);
    let firing = job.firing.unwrap_or_default();
    let recent = |at: Option<Time>| at.is_some_and(|at| now.seconds_since(at) < HOUR_S);
    Ok(Examined {
        firing: firing
            .into_values()
            .filter(|e| e.data.reading != Reading::Event.word() || recent(e.time))
            .collect(),
        rows: job.rows.into_iter().map(|(_, row)| row).collect(),
        coverage: job.timeline.engine().coverage(),
        open_run,
        has_lifecycle: docs.profile.lifecycle.is_some(),
    })
}
