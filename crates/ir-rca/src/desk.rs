//! What reading the logs of incidents needs: the profile, its classifier, zones, and which logs there are.

use std::collections::BTreeMap;

use ir_cli::{DocArgs, Documents, Exit, Failed, Session};
use ir_core::builtin;
use ir_core::docs::Profile;
use ir_core::logs::{Classifier, Zone};
use ir_core::wire::{DocRef, ReadStatus, Run, SourceRead, State};

use crate::args::LogArgs;
use crate::find::{Finder, LogFile, Missed, log_of};
use crate::read::Order;

/// What all incidents of a stream have in common.
pub(crate) struct Desk<'a> {
    args: &'a LogArgs,
    pub(crate) state: &'a State,
    pub(crate) profile: Profile,
    pub(crate) classifier: Classifier,
    set: BTreeMap<String, String>,
}

impl<'a> Desk<'a> {
    /// Loads the profile; what it was and what is assumed goes into `run`.
    ///
    /// # Errors
    /// Exit code 2 if the profile has faults or a variable is not one of its.
    pub(crate) fn new(
        args: &'a LogArgs,
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
        let set: BTreeMap<String, String> = args.set.iter().cloned().collect();
        profile.check_set(&set).map_err(|e| Failed::new(Exit::Usage, format!("--set: {e}")))?;
        let classifier = Classifier::new(&profile).map_err(|errors| {
            let lines: Vec<String> =
                errors.iter().map(|e| format!("{}: {e}", reference.from)).collect();
            Failed::new(Exit::Usage, lines.join("\n"))
        })?;
        run.profile = Some(reference);
        Ok(Self { args, state, profile, classifier, set })
    }

    /// The logs of the incident `id`, and those that were named and cannot be read: its evidence's, its alerts', the profile's where one was chosen, and those typed.
    ///
    /// # Errors
    /// Exit code 2 if a zone is none.
    pub(crate) fn logs(&self, id: &str) -> anyhow::Result<(Vec<Order>, Vec<Missed>)> {
        let mut finder = Finder::new(&self.profile, &self.set, self.state, id);
        finder.evidence();
        finder.alerts();
        if self.args.profile.is_some() || !self.args.set.is_empty() {
            finder.profile();
        }
        self.args.typed.iter().for_each(|path| finder.typed(path));
        let Finder { found, missed, .. } = finder;
        let order = |(number, file)| {
            let (zone, zone_from) = self.zone(&file)?;
            Ok(Order { number, file, zone, zone_from })
        };
        let orders = (0..).zip(found).map(order).collect::<anyhow::Result<_>>()?;
        Ok((orders, missed))
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

    /// Tells in `run` which logs were read, which could not be, and whose zone is a guess. False if nothing was read.
    pub(crate) fn tell(
        &self,
        id: &str,
        missed: &[Missed],
        read: &[&SourceRead],
        run: &mut Run,
    ) -> bool {
        let unread = read.iter().copied().filter(|row| row.status != ReadStatus::Read);
        // A file that is gone is no loss if the same log was found elsewhere; sealed evidence that is not what it was is one.
        let elsewhere = |row: &SourceRead| {
            let log = log_of(&self.profile, &row.id);
            log.is_some() && read.iter().any(|r| log_of(&self.profile, &r.id) == log)
        };
        let lost = missed.iter().filter(|m| m.sealed || !elsewhere(&m.row)).map(|m| &m.row);
        for row in unread.chain(lost) {
            let path = row.path.as_deref().unwrap_or("-");
            let reason = row.reason.as_deref().unwrap_or("not read");
            run.reasons.push(format!("log {} ({path}): {reason}", row.id));
        }
        let any = read.iter().any(|row| row.records > 0);
        if !any {
            run.reasons.push(format!("{id}: no log of it could be read"));
        }
        for row in read.iter().copied().chain(missed.iter().map(|m| &m.row)) {
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
        any
    }
}

/// The name in `NAME (where it comes from)`.
fn parse_name(zone: &str) -> &str {
    zone.split_once(" (").map_or(zone, |(name, _)| name)
}

/// The profile that was typed; else the shipped one of the upstream tools; else the one that this machine is set up for.
fn choose(args: &LogArgs, upstream: Option<&DocRef>) -> anyhow::Result<(Profile, DocRef)> {
    let shipped =
        upstream.filter(|u| u.from == "built-in" && builtin::profile_text(&u.name).is_some());
    if let (None, Some(shipped)) = (&args.profile, shipped) {
        let loaded = Documents::profile(&shipped.name)?;
        return Ok((loaded.doc, loaded.reference));
    }
    let documents = Documents::load(
        &DocArgs { profile: args.profile.clone(), ..DocArgs::default() },
        "generic",
    )?;
    Ok((documents.profile, documents.profile_ref))
}
