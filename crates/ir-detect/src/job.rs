//! The pipe job: sources in, alerts, checks and the run record out.

use std::collections::{BTreeMap, BTreeSet};

use ir_cli::{Documents, Exit, Intake, Session, pump};
use ir_core::docs::{ANY_LOG, EventDef};
use ir_core::logs::Classifier;
use ir_core::rules::{Engine, Transition};
use ir_core::wire::{ReadStatus, SourceRead, Time, Upstream};

use crate::alert::Alerts;
use crate::args::DetectArgs;
use crate::sources::{Place, Source, sources};
use crate::tap::{Tap, Turn};
use crate::timeline::Timeline;
use crate::{check, documents};

/// Runs it.
pub(crate) fn run(args: &DetectArgs, session: &mut Session) -> anyhow::Result<()> {
    let docs = Documents::load(&args.docs, "generic")?;
    let rules = documents::rule_set(&docs)?;
    let classifier = documents::classifier(&docs)?;
    let found = sources(args, &docs, session)?;
    let intake =
        if args.records { Some(pump(session, &[], true, &mut |_, _| Ok(()))?) } else { None };

    let live = found.found.len() == 1
        && matches!(&found.found[0].place, Place::Typed(ir_cli::Input::Stdin));
    let timeline = Timeline::new(Engine::new(rules), &docs.profile, args.late, live);
    let alerts = Alerts { app: docs.profile.app.name.clone(), sources: BTreeMap::new() };
    let examined = !found.found.is_empty() || !found.missing.is_empty();
    let mut job = Job {
        args,
        docs: &docs,
        classifier,
        timeline,
        alerts,
        rows: Vec::new(),
        logs: BTreeMap::new(),
        hosts: Vec::new(),
        newest: None,
        undated: 0,
        torn: BTreeSet::new(),
        assumed: Vec::new(),
    };
    job.rows.extend(found.missing.into_iter().map(|row| (usize::MAX, row)));
    job.read_all(&found.found, session)?;
    job.end(intake, examined, session)
}

struct Job<'a> {
    args: &'a DetectArgs,
    docs: &'a Documents,
    classifier: Classifier,
    timeline: Timeline,
    alerts: Alerts,
    /// By place in the order of sources; missing ones behind.
    rows: Vec<(usize, SourceRead)>,
    /// By log: the sources that are its files, and its first stamp.
    logs: BTreeMap<String, (Vec<String>, Time)>,
    hosts: Vec<String>,
    newest: Option<Time>,
    undated: u64,
    /// Sources whose last line is still being written.
    torn: BTreeSet<usize>,
    /// What was assumed of single sources.
    assumed: Vec<String>,
}

impl Job<'_> {
    /// Reads the sources side by side, always the one that is furthest behind, so that events can go on in event time
    /// without all of them being kept.
    fn read_all(&mut self, sources: &[Source], session: &mut Session) -> anyhow::Result<()> {
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
            let turn = open[at].turn(&mut self.classifier, session, &mut found)?;
            progress.add(open[at].bytes() - before);
            self.timeline.take(found);
            self.watched(&open[at]);
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
    fn watched(&mut self, tap: &Tap) {
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
            if self.hosts.len() < 2 && !self.hosts.contains(host) {
                self.hosts.push(host.clone());
            }
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

    fn host(&self) -> Option<&str> {
        if let [one] = &self.hosts[..] { Some(one) } else { None }
    }

    fn tell(&mut self, transitions: Vec<Transition>, session: &mut Session) -> anyhow::Result<()> {
        for t in transitions {
            let host = t.group.get("host").map(String::as_str).or(self.host());
            let source = session.source(host);
            let rule = self.timeline.engine().rules()[t.rule].clone();
            session.out.emit(&self.alerts.event(&rule, t, &source))?;
        }
        Ok(())
    }

    fn end(
        mut self,
        intake: Option<Intake>,
        examined: bool,
        session: &mut Session,
    ) -> anyhow::Result<()> {
        let transitions = self.timeline.finish(self.newest);
        self.tell(transitions, session)?;
        let host = self.host().map(str::to_owned);
        let source = session.source(host.as_deref());
        let app = self.alerts.app.clone();
        if examined {
            for gap in &self.docs.profile.not_covered {
                session.out.emit(&check::not_covered(&app, &source, gap))?;
            }
        }
        if let Some(tail) = self.timeline.open_run() {
            session.out.emit(&check::open_run(&app, &source, &tail))?;
        }

        let mut run = match &intake {
            Some(intake) => session.run_of(intake),
            None => session.run(Upstream::None),
        };
        self.rows.sort_by_key(|(place, _)| *place);
        for (place, row) in &mut self.rows {
            row.late = self.timeline.late.get(place).copied().unwrap_or(0);
            run.lines += row.lines;
            run.bytes += row.bytes;
            run.from = [run.from, row.from].into_iter().flatten().min();
            run.to = run.to.max(row.to);
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
                && row.zone.ends_with("(assumed)")
                && !run.assumed.iter().any(|a| a.contains("without a zone"))
            {
                run.assumed.push("stamps without a zone are UTC (see --set tz=ZONE)".into());
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
        run.assumed.append(&mut self.assumed);
        run.assumed.extend(
            self.timeline.engine().notes().into_iter().map(|n| format!("{}: {}", n.rule, n.reason)),
        );
        run.sources = self.rows.into_iter().map(|(_, row)| row).collect();
        run.rules = Some(self.timeline.engine().coverage());
        run.profile = Some(self.docs.profile_ref.clone());
        run.procedure = Some(self.docs.sop_ref.clone());
        session.finish(run, host.as_deref())
    }
}
