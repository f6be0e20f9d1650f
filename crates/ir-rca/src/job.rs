//! The pipe job: records in, records out, then findings and causes.

use std::collections::BTreeMap;

use ir_cli::{Advisor, Exit, Session, Trouble, learn, pump};
use ir_core::correlate::Eras;
use ir_core::wire::{
    AdviceTask, Alert, AlertState, Body, Event, Incident, Recorded, Run, SourceRead, State, Time,
};
use rayon::prelude::*;

use crate::args::RcaArgs;
use crate::cause::{Analysis, Case, Lens, Observed, Outline, Parts, Pointer, begins, eras};
use crate::desk::Desk;
use crate::read::Reading;

/// Runs the pipe job.
pub(crate) fn run(args: &RcaArgs, session: &mut Session) -> anyhow::Result<()> {
    let advisor = Advisor::load(&args.advisor, args.sop.as_deref())?;
    let mut state = State::default();
    let intake = pump(session, &args.files, true, &mut |head, _| {
        state.apply(head).map_err(Trouble::Record)
    })?;
    let mut run = session.run_of(&intake);
    if state.beyond > 0 {
        run.reasons.push(format!(
            "{} records were too many to be kept and were not taken into account",
            state.beyond
        ));
    }
    let incidents = incidents(&state);
    let host = incidents.iter().find_map(|(_, i, _)| i.body.host.clone());
    let mut own = Vec::new();
    if !incidents.is_empty() {
        let desk = Desk::new(&args.logs, session, &state, &mut run)?;
        for &(id, incident, next) in &incidents {
            let answer = analyse(&desk, session, id, &incident.body, next, &mut run)?;
            let source = session.source(incident.body.host.as_deref());
            for (finding_id, finding) in answer.findings {
                let onset = finding.onset;
                let event = Event::new(&*source, finding_id, finding).subject(id).at(onset);
                emit(session, event, advisor.is_some().then_some(&mut own))?;
            }
            let (cause_id, cause) = answer.cause;
            if cause.inconclusive {
                session.raise(Exit::Partial);
            }
            let to = cause.window.to;
            let event = Event::new(&*source, cause_id, cause).subject(id).at(to);
            emit(session, event, advisor.is_some().then_some(&mut own))?;
        }
    }
    if let Some(advisor) = &advisor {
        own.iter().for_each(|line| learn(&mut state, line));
        advisor.advise(session, &state, AdviceTask::Causes, &mut run)?;
    }
    session.finish(run, host.as_deref())
}

/// Writes a record, and keeps its line in `own` for an advisor.
fn emit<T: Body>(
    session: &mut Session,
    event: Event<T>,
    own: Option<&mut Vec<Vec<u8>>>,
) -> anyhow::Result<()> {
    if let Some(own) = own {
        own.push(event.to_line()?);
    }
    session.out.emit(&event)
}

/// The incidents of a stream, by id, each with the onset of the one that begins after it.
pub(crate) fn incidents(state: &State) -> Vec<(&str, &Recorded<Incident>, Option<Time>)> {
    let told = || state.incidents.iter().filter_map(|(id, i)| Some((&**id, i.incident.as_ref()?)));
    let mut onsets: Vec<Time> = told().map(|(_, incident)| incident.body.onset).collect();
    onsets.sort_unstable();
    let next = |onset: Time| onsets.iter().copied().find(|next| *next > onset);
    told().map(|(id, incident)| (id, incident, next(incident.body.onset))).collect()
}

/// The alerts that an incident lists.
pub(crate) fn alerts_of<'a>(state: &'a State, incident: &Incident) -> Vec<&'a Recorded<Alert>> {
    state.alerts.iter().filter(|a| incident.alerts.contains(&a.id)).collect()
}

/// Reads the logs of one incident, and judges them.
fn analyse(
    desk: &Desk<'_>,
    session: &Session,
    id: &str,
    incident: &Incident,
    next: Option<Time>,
    run: &mut Run,
) -> anyhow::Result<Analysis> {
    let (orders, missed) = desk.logs(id)?;
    let alerts = alerts_of(desk.state, incident);
    let eras = eras(incident, is_over(&alerts), next);
    let parts = Parts::new(&desk.profile);
    let shown = alerts
        .iter()
        .flat_map(|a| &a.body.samples)
        .map(|s| (s.origin.source.clone(), s.origin.line))
        .collect();
    let lens = Lens {
        profile: &desk.profile,
        parts: &parts,
        classifier: &desk.classifier,
        eras,
        alerted: &shown,
    };
    let sources: Vec<String> = orders.iter().map(|order| order.file.id.clone()).collect();
    let readings: Vec<Reading> =
        orders.into_par_iter().map(|order| order.read(session, lens)).collect();
    let rows: Vec<&SourceRead> = readings.iter().map(|r| &r.read).collect();
    let any = desk.tell(id, &missed, &rows, run);

    let (all, outline) = combine(eras, readings);
    let scan = all.seen.settle(begins(incident.onset, &outline, all.trouble));
    let mut limits = Vec::new();
    if scan.coarsened > 0 {
        limits.push(format!(
            "so many different messages that they are told apart roughly only (step {} of 4)",
            scan.coarsened
        ));
    }
    if !scan.instances {
        limits.push("so many different instances that they are not told apart".into());
    }
    if !scan.whole_lead {
        limits.push(
            "so many records just before the onset that the window begins at the onset".into(),
        );
    }
    if outline.crowded {
        limits.push("so many changes that not all are compared".into());
    }
    let case = Case {
        id,
        incident,
        alerts: &alerts.iter().map(|a| pointer(a)).collect::<Vec<_>>(),
        alerted: &all.alerted,
        profile: &desk.profile,
        sources: &sources,
        read: any.then_some((&scan, &outline)),
        limits,
    };
    Ok(case.analyse())
}

fn pointer(alert: &Recorded<Alert>) -> Pointer {
    Pointer {
        id: alert.id.clone(),
        component: alert.body.component.clone(),
        instance: alert.body.instance.clone(),
    }
}

/// Whether every alert is resolved: the last record of each rule and group says so.
pub(crate) fn is_over(alerts: &[&Recorded<Alert>]) -> bool {
    let last: BTreeMap<_, _> =
        alerts.iter().map(|a| ((&a.body.rule, &a.body.group), a.body.state)).collect();
    !last.is_empty() && last.values().all(|state| *state == AlertState::Resolved)
}

/// All readings in one. The files of a log follow each other by the time of their first record.
fn combine(eras: Eras, mut readings: Vec<Reading>) -> (Observed, Outline) {
    readings.sort_by(|a, b| {
        (a.log, a.observed.outline.first, &a.read.id).cmp(&(
            b.log,
            b.observed.outline.first,
            &b.read.id,
        ))
    });
    let mut all = Observed::nothing(eras);
    let mut outlines = BTreeMap::<(Option<usize>, String), Outline>::new();
    for Reading { log, read, mut observed } in readings {
        let key = (log, if log.is_some() { String::new() } else { read.id });
        let outline = std::mem::replace(&mut observed.outline, Outline::new(eras.onset));
        outlines.entry(key).or_insert_with(|| Outline::new(eras.onset)).follow(outline);
        all.merge(observed);
    }
    let mut outline = Outline::new(eras.onset);
    outlines.into_values().for_each(|one| outline.merge(one));
    (all, outline)
}
