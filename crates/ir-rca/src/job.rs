//! The pipe job: records in, records out, then findings and causes.

use std::collections::BTreeMap;

use clap::{ArgMatches, FromArgMatches};
use ir_cli::{Advisor, DocArgs, Documents, Exit, Failed, Session, Trouble, learn, pump};
use ir_core::builtin;
use ir_core::correlate::Eras;
use ir_core::docs::Profile;
use ir_core::logs::{Classifier, Zone};
use ir_core::wire::{
    AdviceTask, Alert, AlertState, Body, DocRef, Event, Incident, ReadStatus, Recorded, Run,
    SourceRead, State, Time,
};
use rayon::prelude::*;

use crate::args::RcaArgs;
use crate::cause::{Analysis, Case, Lens, Observed, Outline, Parts, Pointer, begins, eras};
use crate::find::{Finder, LogFile, log_of};
use crate::read::{Order, Reading};

/// Runs the pipe job.
pub(crate) fn run(matches: &ArgMatches, session: &mut Session) -> anyhow::Result<()> {
    let args = RcaArgs::from_arg_matches(matches)?;
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
    let mut onsets: Vec<Time> = incidents(&state).map(|(_, i)| i.body.onset).collect();
    onsets.sort_unstable();
    let mut own = Vec::new();
    if !onsets.is_empty() {
        let desk = Desk::new(&args, session, &state, &mut run)?;
        for (id, incident) in incidents(&state) {
            let next = onsets.iter().copied().find(|onset| *onset > incident.body.onset);
            let answer = desk.analyse(session, id, &incident.body, next, &mut run)?;
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
    let host = incidents(&state).find_map(|(_, i)| i.body.host.clone());
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

fn incidents(state: &State) -> impl Iterator<Item = (&str, &Recorded<Incident>)> {
    state.incidents.iter().filter_map(|(id, i)| Some((id.as_str(), i.incident.as_ref()?)))
}

/// What all incidents of a run have in common.
struct Desk<'a> {
    args: &'a RcaArgs,
    state: &'a State,
    profile: Profile,
    classifier: Classifier,
    set: BTreeMap<String, String>,
}

impl<'a> Desk<'a> {
    fn new(
        args: &'a RcaArgs,
        session: &Session,
        state: &'a State,
        run: &mut Run,
    ) -> anyhow::Result<Self> {
        let upstream = state.runs.iter().rev().find_map(|r| r.body.profile.as_ref());
        let (profile, reference) = choose(args, upstream)?;
        if let Some(upstream) = upstream.filter(|u| u.sha256 != reference.sha256) {
            let note = format!(
                "logs are read by the profile {:?}, which is not the one of the upstream tools, {:?}",
                reference.name, upstream.name
            );
            session.notes.note(&note);
            run.assumed.push(note);
        }
        let set: BTreeMap<String, String> = args.logs.set.iter().cloned().collect();
        profile.check_set(&set).map_err(|e| Failed::new(Exit::Usage, format!("--set: {e}")))?;
        let classifier = Classifier::new(&profile).map_err(|errors| {
            let lines: Vec<String> =
                errors.iter().map(|e| format!("{}: {e}", reference.from)).collect();
            Failed::new(Exit::Usage, lines.join("\n"))
        })?;
        run.profile = Some(reference);
        Ok(Self { args, state, profile, classifier, set })
    }

    fn analyse(
        &self,
        session: &Session,
        id: &str,
        incident: &Incident,
        next: Option<Time>,
        run: &mut Run,
    ) -> anyhow::Result<Analysis> {
        let mut finder = Finder::new(&self.profile, &self.set, self.state, id);
        finder.evidence();
        finder.alerts();
        if self.args.logs.profile.is_some() || !self.args.logs.set.is_empty() {
            finder.profile();
        }
        self.args.logs.typed.iter().for_each(|path| finder.typed(path));
        let Finder { found: logs, missed, .. } = finder;

        let alerts: Vec<&Recorded<Alert>> =
            self.state.alerts.iter().filter(|a| incident.alerts.contains(&a.id)).collect();
        let eras = eras(incident, is_over(&alerts), next);
        let parts = Parts::new(&self.profile);
        let shown = alerts
            .iter()
            .flat_map(|a| &a.body.samples)
            .map(|s| (s.origin.source.clone(), s.origin.line))
            .collect();
        let lens = Lens {
            profile: &self.profile,
            parts: &parts,
            classifier: &self.classifier,
            eras,
            alerted: &shown,
        };
        let sources: Vec<String> = logs.iter().map(|log| log.id.clone()).collect();
        let order = |(number, file): (u32, LogFile)| {
            let (zone, zone_from) = self.zone(&file)?;
            Ok(Order { number, file, zone, zone_from })
        };
        let orders: Vec<Order> = (0..).zip(logs).map(order).collect::<anyhow::Result<_>>()?;
        let readings: Vec<Reading> =
            orders.into_par_iter().map(|order| order.read(session, lens)).collect();

        let unread = readings.iter().map(|r| &r.read).filter(|row| row.status != ReadStatus::Read);
        // A file that is gone is no loss if the same log was found elsewhere; sealed evidence that is not what it was is one.
        let elsewhere = |row: &SourceRead| {
            let log = log_of(&self.profile, &row.id);
            log.is_some() && readings.iter().any(|r| r.log == log)
        };
        let lost = missed.iter().filter(|m| m.sealed || !elsewhere(&m.row)).map(|m| &m.row);
        for row in unread.chain(lost) {
            let path = row.path.as_deref().unwrap_or("-");
            run.reasons.push(format!(
                "log {} ({path}): {}",
                row.id,
                row.reason.as_deref().unwrap_or("not read")
            ));
        }
        let any = readings.iter().any(|r| r.read.records > 0);
        if !any {
            run.reasons.push(format!("{id}: no log of it could be read"));
        }
        for row in readings.iter().map(|r| &r.read).chain(missed.iter().map(|m| &m.row)) {
            if row.status == ReadStatus::Read && row.zone.ends_with("(assumed)") && row.records > 0
            {
                let note = format!(
                    "times of the log {} are {}, because nobody says otherwise",
                    row.id,
                    parse_name(&row.zone)
                );
                if !run.assumed.contains(&note) {
                    run.assumed.push(note);
                }
            }
            if !run.sources.iter().any(|known| {
                (&known.id, &known.path, known.lines) == (&row.id, &row.path, row.lines)
            }) {
                run.sources.push(row.clone());
            }
        }

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
            profile: &self.profile,
            sources: &sources,
            read: any.then_some((&scan, &outline)),
            limits,
        };
        Ok(case.analyse())
    }

    /// The zone of a log's stamps: as set now, as upstream read it, as the profile says.
    fn zone(&self, log: &LogFile) -> anyhow::Result<(Zone, &'static str)> {
        let source = log.log.map(|n| &self.profile.logs[n]);
        let upstream = || {
            let rows = self.state.runs.iter().rev().flat_map(|run| &run.body.sources);
            let is = |id: &str| {
                id == log.id || (log.log.is_some() && log_of(&self.profile, id) == log.log)
            };
            rows.filter(|row| is(&row.id) && row.records > 0)
                .find_map(|row| Zone::parse(parse_name(&row.zone), None).ok())
        };
        if !self.set.contains_key("tz")
            && let Some(zone) = upstream()
        {
            return Ok((zone, "upstream"));
        }
        let Some(source) = source else { return Ok((Zone::utc(), "assumed")) };
        let tz = self
            .profile
            .variables
            .contains_key("tz")
            .then(|| self.profile.expand("${tz}", &self.set));
        let tz = tz.transpose().map_err(|e| Failed::new(Exit::Usage, e))?;
        let zone = Zone::parse(&source.zone, tz.as_deref())
            .map_err(|e| Failed::new(Exit::Usage, format!("log {}: {e}", source.id)))?;
        let said = source.zone != "local" || self.set.contains_key("tz");
        Ok((zone, if said { "profile" } else { "assumed" }))
    }
}

/// The name in `NAME (where it comes from)`.
fn parse_name(zone: &str) -> &str {
    zone.split_once(" (").map_or(zone, |(name, _)| name)
}

/// The profile that was typed; else the shipped one of the upstream tools; else the one that this machine is set up for.
fn choose(args: &RcaArgs, upstream: Option<&DocRef>) -> anyhow::Result<(Profile, DocRef)> {
    let shipped =
        upstream.filter(|u| u.from == "built-in" && builtin::profile_text(&u.name).is_some());
    if let (None, Some(shipped)) = (&args.logs.profile, shipped) {
        let loaded = Documents::profile(&shipped.name)?;
        return Ok((loaded.doc, loaded.reference));
    }
    let documents = Documents::load(
        &DocArgs { profile: args.logs.profile.clone(), ..DocArgs::default() },
        "generic",
    )?;
    Ok((documents.profile, documents.profile_ref))
}

fn pointer(alert: &Recorded<Alert>) -> Pointer {
    Pointer {
        id: alert.id.clone(),
        component: alert.body.component.clone(),
        instance: alert.body.instance.clone(),
    }
}

/// Whether every alert is resolved: the last record of each rule and group says so.
fn is_over(alerts: &[&Recorded<Alert>]) -> bool {
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
