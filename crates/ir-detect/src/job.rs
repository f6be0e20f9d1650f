//! The pipe job: sources in, alerts, checks and the run record out.

use std::collections::{BTreeMap, BTreeSet};

use ir_cli::{Documents, Exit, Intake, Session, pump};
use ir_core::docs::{ANY_LOG, EventDef};
use ir_core::rules::{Engine, Group, RuleSet, Transition};
use ir_core::wire::{
    Alert, AlertState, Body, Event, ReadStatus, Sample, SourceRead, Time, Upstream, source_host,
};

use crate::alert::Alerts;
use crate::args::DetectArgs;
use crate::live::{self, Live};
use crate::sources::{Place, Source, sources};
use crate::tap::{Tap, Turn};
use crate::timeline::{Found, Timeline};
use crate::watched::Watched;
use crate::{check, documents};

/// Runs it.
pub(crate) fn run(args: &DetectArgs, session: &mut Session) -> anyhow::Result<()> {
    let docs = Documents::load(&args.docs, "generic")?;
    let rules = documents::rule_set(&docs)?;
    let found = sources(args, &docs, session)?;
    let mut host = args.live.live.then(|| Live::new(&args.live, &docs, session)).transpose()?;
    let stream = found.found.len() == 1
        && matches!(&found.found[0].place, Place::Typed(ir_cli::Input::Stdin));
    let examined = !found.found.is_empty() || !found.missing.is_empty();
    let mut job = Job::new(args, &docs, rules, stream)?;
    let intake = if args.records { Some(job.recorded(session)?) } else { None };
    if let Some(live) = &host {
        job.hosts.push(live.host.clone());
    }
    job.rows.extend(found.missing.into_iter().map(|row| (usize::MAX, row)));
    job.read_all(&found.found, session)?;
    if let Some(live) = &mut host {
        job.sample(live, session)?;
    }
    job.end(intake, host.as_ref(), examined, session)
}

/// The place of samples, behind all logs.
const SAMPLES: usize = usize::MAX - 1;

/// A run over logs, records and samples.
pub(crate) struct Job<'a> {
    args: &'a DetectArgs,
    docs: &'a Documents,
    pub(crate) timeline: Timeline,
    pub(crate) alerts: Alerts,
    /// By place in the order of sources; missing ones behind.
    pub(crate) rows: Vec<(usize, SourceRead)>,
    /// By log: the sources that are its files, and its first stamp.
    logs: BTreeMap<String, (Vec<String>, Time)>,
    hosts: Vec<String>,
    pub(crate) newest: Option<Time>,
    undated: u64,
    /// Sources whose last line is still being written.
    torn: BTreeSet<usize>,
    /// What was assumed of single sources.
    assumed: Vec<String>,
    /// What was sampled.
    watched: Watched,
    /// Rules that fired.
    fired: BTreeSet<usize>,
    /// Nothing is written, and this is kept instead: what fires, by rule and group.
    pub(crate) firing: Option<BTreeMap<(usize, Group), Event<Alert>>>,
}

impl Job<'_> {
    pub(crate) fn new<'a>(
        args: &'a DetectArgs,
        docs: &'a Documents,
        rules: RuleSet,
        stream: bool,
    ) -> anyhow::Result<Job<'a>> {
        Ok(Job {
            args,
            docs,
            timeline: Timeline::new(Engine::new(rules), &docs.profile, args.late, stream),
            alerts: Alerts { app: docs.profile.app.name.clone(), sources: BTreeMap::new() },
            rows: Vec::new(),
            logs: BTreeMap::new(),
            hosts: Vec::new(),
            newest: None,
            undated: 0,
            torn: BTreeSet::new(),
            assumed: Vec::new(),
            watched: Watched::default(),
            fired: BTreeSet::new(),
            firing: None,
        })
    }

    /// Reads the record stream; what was sampled when it was written goes through the rules again.
    fn recorded(&mut self, session: &mut Session) -> anyhow::Result<Intake> {
        pump(session, &[], true, &mut |head, _| {
            if head.kind == Sample::KIND {
                let sample = head.body::<Sample>()?;
                let host = source_host(&head.source);
                self.host_seen(host);
                match head.time {
                    Some(at) => self.take_sample(&sample, &head.id, at),
                    None => self.undated += 1,
                }
            }
            Ok(())
        })
    }

    /// Samples the live host to the end of its readings.
    fn sample(&mut self, live: &mut Live, session: &mut Session) -> anyhow::Result<()> {
        while let Some((at, samples)) = live.next(session) {
            for event in &samples {
                session.out.emit(event)?;
                self.take_sample(&event.data, &event.id, at);
            }
            let transitions = self.timeline.until(at);
            self.tell(transitions, session)?;
            session.out.flush()?;
        }
        Ok(())
    }

    fn take_sample(&mut self, sample: &Sample, record: &str, at: Time) {
        self.watched.take(sample, at);
        self.newest = self.newest.max(Some(at));
        let occurrence = live::occurrence(sample, record, at);
        let line = self.watched.count;
        self.timeline.take([Found::event(SAMPLES, line, occurrence, None, None)]);
    }

    /// Of hosts that are named two are enough to know that there is not one.
    fn host_seen(&mut self, host: Option<String>) {
        if let Some(host) = host.filter(|host| self.hosts.len() < 2 && !self.hosts.contains(host)) {
            self.hosts.push(host);
        }
    }

    /// Reads the sources side by side, always the one that is furthest behind, so that events can go on in event time
    /// without all of them being kept.
    pub(crate) fn read_all(
        &mut self,
        sources: &[Source],
        session: &mut Session,
    ) -> anyhow::Result<()> {
        if sources.is_empty() {
            return Ok(());
        }
        // Its expressions are most of what a start costs, and samples of the host need none.
        let mut classifier = documents::classifier(self.docs)?;
        let mut progress = session.progress("reading logs", 0);
        let mut open: Vec<Tap> = Vec::new();
        let mut next = 0;
        loop {
            let behind =
                open.iter().enumerate().min_by_key(|(_, tap)| tap.eyes.newest).map(|(i, _)| i);
            let at = if next < sources.len() {
                next += 1;
                match Tap::open(&sources[next - 1], next - 1, self.args, session) {
                    Ok(tap) => {
                        self.alerts.sources.insert(tap.read.id.clone(), tap.reference());
                        open.push(tap);
                        open.len() - 1
                    }
                    Err(row) => {
                        self.unopened(*row, next - 1, &sources[next - 1], session);
                        continue;
                    }
                }
            } else if let Some(at) = behind {
                at
            } else {
                return Ok(());
            };
            let mut found = Vec::new();
            let before = open[at].bytes();
            let turn = open[at].turn(&mut classifier, session, &mut found)?;
            progress.add(open[at].bytes() - before);
            self.timeline.take(found);
            self.begins(&open[at]);
            if turn == Turn::End {
                let tap = open.swap_remove(at);
                self.close(tap, session);
            }
            // Sources that were not opened yet may hold anything.
            if next == sources.len() {
                let newest = open.iter().map(|tap| tap.eyes.newest).min();
                if let Some(newest) = newest.flatten() {
                    let transitions = self.timeline.reached(newest);
                    self.tell(transitions, session)?;
                }
            }
            if turn == Turn::Idle {
                session.out.flush()?;
            }
        }
    }

    /// Where the log begins that the source is a file of; rotated files are one log.
    fn begins(&mut self, tap: &Tap) {
        let Some(oldest) = tap.eyes.oldest else { return };
        let (files, since) = self.logs.entry(tap.log().to_owned()).or_insert((Vec::new(), oldest));
        *since = oldest.min(*since);
        if !files.contains(&tap.read.id) {
            files.push(tap.read.id.clone());
        }
        for file in files {
            self.timeline.engine().watched_from(file, *since);
        }
    }

    fn close(&mut self, tap: Tap, session: &mut Session) {
        self.newest = self.newest.max(tap.eyes.newest);
        self.undated += tap.eyes.undated_events;
        for host in &tap.eyes.hosts {
            self.host_seen(Some(host.clone()));
        }
        if tap.yearless() > 0 {
            self.assumed.push(format!(
                "{}: the year of {} stamps, which they do not say (see --reference-time)",
                tap.shown(),
                tap.yearless()
            ));
        }
        if tap.torn {
            self.torn.insert(tap.place());
            self.assumed.push(format!("{}: the last line, which has no line feed, is still being written; it was not read", tap.shown()));
        }
        if tap.read.from.is_some() {
            let of = |log: &str| log == tap.log() || (log == ANY_LOG && !tap.private());
            // A log in which the kernel never writes tells nothing of it by its silence.
            let by = |def: &EventDef| {
                def.program.is_empty() || tap.eyes.programs.iter().any(|name| def.is_by(name))
            };
            for def in self.docs.profile.events.iter().filter(|def| of(&def.log) && by(def)) {
                self.timeline.engine().covered(&def.event);
            }
        }
        if tap.broken {
            session.raise(Exit::Io);
        }
        self.rows.push((tap.place(), tap.read));
    }

    /// A source that cannot be opened; its row says why, and the run record tells it.
    fn unopened(&mut self, row: SourceRead, place: usize, source: &Source, session: &mut Session) {
        let optional = source.log.as_ref().is_some_and(|log| log.optional);
        if matches!(source.place, Place::Typed(_)) {
            session.raise(Exit::Io);
        } else if row.status == ReadStatus::Missing && optional {
            return;
        }
        self.rows.push((place, row));
    }

    pub(crate) fn host(&self) -> Option<&str> {
        if let [one] = &self.hosts[..] { Some(one) } else { None }
    }

    pub(crate) fn tell(
        &mut self,
        transitions: Vec<Transition>,
        session: &mut Session,
    ) -> anyhow::Result<()> {
        for t in transitions {
            let host = t.group.get("host").map(String::as_str).or(self.host());
            let source = session.source(host);
            let rule = self.timeline.engine().rules()[t.rule].clone();
            self.fired.insert(t.rule);
            let key = (t.rule, t.group.clone());
            let event = self.alerts.event(&rule, t, &source);
            match &mut self.firing {
                None => session.out.emit(&event)?,
                Some(firing) if event.data.state == AlertState::Resolved => {
                    firing.remove(&key);
                }
                Some(firing) => {
                    firing.insert(key, event);
                }
            }
        }
        Ok(())
    }

    fn end(
        mut self,
        intake: Option<Intake>,
        live: Option<&Live>,
        examined: bool,
        session: &mut Session,
    ) -> anyhow::Result<()> {
        let transitions = self.timeline.finish(self.newest);
        self.tell(transitions, session)?;
        let host = self.host().map(str::to_owned);
        let source = session.source(host.as_deref());
        let app = self.alerts.app.clone();
        if examined {
            // What the live host showed is covered.
            let gaps = self.docs.profile.not_covered.iter();
            let shown = |method| live.is_some_and(|live| live.measured.contains(&method));
            for gap in gaps.filter(|gap| !gap.live.is_some_and(shown)) {
                session.out.emit(&check::not_covered(&app, &source, gap))?;
            }
        }
        if let Some(tail) = self.timeline.open_run() {
            let found = live.and_then(|live| live.sampler.processes());
            session.out.emit(&check::open_run(&app, &source, &tail, found.as_ref()))?;
        }

        let mut run = match &intake {
            Some(intake) => session.run_of(intake),
            None => session.run(Upstream::None),
        };
        if live.is_some() {
            let mut row = SourceRead::unread("live", Some("/proc".into()), ReadStatus::Read, None);
            (row.format, row.zone, row.records) =
                ("samples".into(), "UTC".into(), self.watched.count);
            (row.from, row.to) = self.watched.span.unzip();
            self.rows.push((SAMPLES, row));
        }
        self.rows.sort_by_key(|(place, _)| *place);
        let mut outside = 0;
        for (place, row) in &mut self.rows {
            row.late = self.timeline.late.get(place).copied().unwrap_or(0);
            run.lines += row.lines;
            run.bytes += row.bytes;
            run.from = [run.from, row.from].into_iter().flatten().min();
            run.to = run.to.max(row.to);
            outside += row.outside;
            let shown = row.path.as_deref().unwrap_or("stdin");
            match row.status {
                ReadStatus::Read => {}
                status => run
                    .reasons
                    .push(row.reason.clone().unwrap_or_else(|| format!("{shown} is {status}"))),
            }
            if row.overlong > 0 {
                run.reasons.push(format!("{shown}: {} lines are longer than {} bytes; their heads alone were read (see --max-line)", row.overlong, session.common.max_line));
            }
            if row.rejected > u64::from(self.torn.contains(place)) {
                run.reasons.push(format!(
                    "{shown}: {} lines are not of the format {}",
                    row.rejected, row.format
                ));
            }
            if row.late > 0 {
                run.reasons.push(format!(
                    "{shown}: {} events came more than {} s late and were not counted (see --late)",
                    row.late, self.args.late
                ));
            }
            if row.records > 0
                && let Some(zone) = row.zone.strip_suffix(" (assumed)")
                && !run.assumed.iter().any(|a| a.contains("without a zone"))
            {
                run.assumed.push(format!("stamps without a zone are {zone} (see --set tz=ZONE)"));
            }
        }
        if self.rows.is_empty() && intake.is_none() {
            run.reasons.push(
                "no log was found: nothing was examined (name files, or see --profile and --set)"
                    .into(),
            );
        }
        if self.undated > 0 {
            run.reasons.push(format!("{} events have no time and were not counted", self.undated));
        }
        if outside > 0 {
            run.assumed
                .push(format!("{outside} records are older than --since and were not counted"));
        }
        run.assumed.append(&mut self.assumed);
        run.assumed.extend(
            self.timeline.engine().notes().into_iter().map(|n| format!("{}: {}", n.rule, n.reason)),
        );
        run.sources = self.rows.into_iter().map(|(_, row)| row).collect();
        let engine = self.timeline.engine();
        let mut coverage = engine.coverage();
        self.watched.judge(&mut coverage, engine.rules(), &self.fired);
        run.rules = Some(coverage);
        run.profile = Some(self.docs.profile_ref.clone());
        run.procedure = Some(self.docs.sop_ref.clone());
        session.finish(run, host.as_deref())
    }
}
