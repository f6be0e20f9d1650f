//! Collecting one bundle.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use ir_cli::{Exit, Fail, Failed};
use ir_core::builtin;
use ir_core::docs::Profile;
use ir_core::wire::{DocRef, Event, Evidence, FileHead, Incident, SourceRef, Time, id, source};
use ir_host::{log_id, log_named};
use ir_store::bundle::{Begin, Builder, Bundle, FORMAT, Item, Reason, Role, Sealed, Status};

use crate::kept::Records;
use crate::live::Live;
use crate::place::{Places, Spot, There, look, name_without_incident};
use crate::reading::Readings;
use crate::take::Taker;
use crate::tally::Rows;
use crate::want::{self, Want};
use crate::window::Window;
use crate::{named, versions};

/// Items that are lacking and told one by one.
const TOLD: usize = 5;
/// Reasons why a run is not complete that are told one by one.
const MAX_REASONS: usize = 20;
/// No name of a host or an application is longer, in bytes.
const MAX_NAME: usize = 255;

/// What all bundles of a run have in common.
#[derive(Debug)]
pub(crate) struct Orders {
    pub(crate) tool: &'static str,
    pub(crate) profile: Profile,
    pub(crate) profile_ref: DocRef,
    /// Somebody chose the profile: what it names is taken. Otherwise only its word on formats counts.
    pub(crate) chosen: bool,
    pub(crate) set: BTreeMap<String, String>,
    /// Logs that were typed.
    pub(crate) logs: Vec<PathBuf>,
    /// Before and after the onset, seconds.
    pub(crate) around: (f64, Option<f64>),
    /// Instead of that.
    pub(crate) between: Option<Window>,
    pub(crate) include_private: bool,
    /// The host and the application's processes are copied too.
    pub(crate) live: bool,
    pub(crate) max_bytes: u64,
    pub(crate) max_line: usize,
    /// `--host`.
    pub(crate) host: Option<String>,
    /// `--now`; none: the clock.
    pub(crate) now: Option<Time>,
}

/// An incident and its records so far.
#[derive(Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) id: &'a str,
    pub(crate) incident: &'a Incident,
    pub(crate) records: Records<'a>,
}

/// Collects the bundles of one run.
#[derive(Debug)]
pub(crate) struct Collector {
    orders: Orders,
    places: Places,
    left: u64,
    /// Worth knowing for who looks on.
    pub(crate) notes: Vec<String>,
    /// What was looked at.
    pub(crate) rows: Rows,
    reasons: Vec<String>,
    more_reasons: u64,
    /// What was assumed.
    pub(crate) assumed: Vec<String>,
}

impl Collector {
    pub(crate) fn new(orders: Orders, output: Option<PathBuf>) -> Self {
        Self {
            left: orders.max_bytes,
            orders,
            places: Places::new(output),
            notes: Vec::new(),
            rows: Rows::default(),
            reasons: Vec::new(),
            more_reasons: 0,
            assumed: Vec::new(),
        }
    }

    /// The profile, where one was chosen.
    pub(crate) fn profile(&self) -> Option<&DocRef> {
        self.orders.chosen.then_some(&self.orders.profile_ref)
    }

    /// The run is not complete, and why.
    pub(crate) fn reason(&mut self, why: String) {
        if self.reasons.len() < MAX_REASONS {
            self.reasons.push(why);
        } else {
            self.more_reasons += 1;
        }
    }

    /// Why the run is not complete.
    pub(crate) fn reasons(&self) -> Vec<String> {
        let more =
            (self.more_reasons > 0).then(|| format!("and {} more reasons", self.more_reasons));
        self.reasons.iter().cloned().chain(more).collect()
    }

    /// Collects a bundle: for the incident, or for the time that was asked for.
    ///
    /// # Errors
    /// Exit code 2 for a profile that cannot be filled in, 3 if something is in the way, 5 if the bundle cannot be written.
    pub(crate) fn collect(
        &mut self,
        subject: Option<&Subject<'_>>,
    ) -> anyhow::Result<Event<Evidence>> {
        let recorded = self.orders.now.unwrap_or_else(wall);
        let about = subject.map_or("the time that was asked for", |s| s.id);
        let profile = self.profile_of(subject);
        let readings =
            Readings::new(&profile, &self.orders.set).map_err(|e| Failed::new(Exit::Usage, e))?;
        let begin = self.begin(subject, recorded)?;
        let name = subject.map_or_else(
            || name_without_incident(&profile.app.name, recorded),
            |s| s.id.to_owned(),
        );
        let spot = self.places.next(&name)?;
        let there = look(&spot, &begin)?;

        let window = Window { from: begin.from, to: begin.to };
        let builder = Builder::create(&spot.path, begin)
            .map_err(|e| Failed::new(Exit::Io, format!("{}: {e}", spot.written)))?;
        let partial = builder.path().to_owned();
        if !partial.as_os_str().as_encoded_bytes().ends_with(b".partial") {
            self.notes.push(format!(
                "{}.partial, of a collection that did not come to its end, is still there",
                spot.written
            ));
        }
        let sealed = self
            .fill(builder, subject, &profile, &readings, window)
            .map_err(|e| unfinished(&partial, &e))?;
        let (bundle, old) = self.settle(sealed, &spot, there)?;
        let event = self.event(subject, &profile, &bundle, &spot);
        let seal = bundle.seal();
        let kept = if old { ", the same as before" } else { "" };
        self.notes.push(format!(
            "{about}: {} files, {} bytes in {}{kept}",
            seal.files, seal.bytes, spot.written
        ));
        if !seal.complete {
            self.reason(format!(
                "the evidence of {about} is not complete: {}",
                lacking(bundle.items())
            ));
        }
        Ok(event)
    }

    /// The profile by whose word logs are read.
    fn profile_of(&self, subject: Option<&Subject<'_>>) -> Profile {
        let app = subject.and_then(|s| s.incident.app.as_deref()).filter(|_| !self.orders.chosen);
        let shipped = app.and_then(builtin::profile).and_then(Result::ok);
        shipped.map_or_else(|| self.orders.profile.clone(), |loaded| loaded.doc)
    }

    fn begin(&self, subject: Option<&Subject<'_>>, recorded: Time) -> anyhow::Result<Begin> {
        let orders = &self.orders;
        let (before, after) = orders.around;
        let around = subject.map(|s| Window::around(s.incident.onset, before, after));
        let Some(window) = orders.between.or(around) else {
            return Err(Failed::new(
                Exit::Usage,
                "without an incident, say from when on logs are wanted: --since TIME",
            ));
        };
        let name = |name: Option<String>| name.filter(|name| name.len() <= MAX_NAME);
        Ok(Begin {
            format: FORMAT,
            tool: orders.tool.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            incident: subject.map(|s| s.id.to_owned()),
            app: orders
                .chosen
                .then(|| orders.profile.app.name.clone())
                .or_else(|| name(subject?.incident.app.clone())),
            host: name(subject.and_then(|s| s.incident.host.clone()))
                .or_else(|| orders.host.clone()),
            from: window.from,
            to: window.to,
            profile_sha256: orders.chosen.then(|| orders.profile_ref.sha256.clone()),
            set: orders.set.clone(),
            include_private: orders.include_private,
            live: orders.live,
            max_bytes: orders.max_bytes,
            recorded,
        })
    }

    /// Takes everything that is wanted, and seals.
    fn fill(
        &mut self,
        mut builder: Builder,
        subject: Option<&Subject<'_>>,
        profile: &Profile,
        readings: &Readings,
        window: Window,
    ) -> io::Result<Sealed> {
        let sources = subject.map_or(&[][..], |s| &s.records.sources);
        let name = |path: &Path, head: &FileHead| name_of(path, head, sources, profile);
        if self.orders.live {
            let orders = &self.orders;
            let chosen = orders.chosen.then_some(&orders.profile);
            let mut live = Live { builder: &mut builder, left: self.left };
            live.take(&ir_host::proc::Host::here(), chosen, &orders.set)?;
            self.left = live.left;
        }
        let wants = self.wants(sources);
        let mut taker = Taker::new(&mut builder, window, readings, self.left, &name);
        (taker.include_private, taker.max_line) =
            (self.orders.include_private, self.orders.max_line);
        for want in wants {
            if let Some(tally) = taker.take(want)? {
                self.rows.add(tally);
            }
        }
        self.left = taker.left;
        if let Some(subject) = subject {
            records(&mut builder, &subject.records)?;
        }
        builder.seal()
    }

    fn wants(&self, sources: &[SourceRef]) -> Vec<Want> {
        let orders = &self.orders;
        let mut wants = Vec::new();
        let mut known = BTreeSet::new();
        if orders.chosen {
            wants = want::profile(&orders.profile, &orders.set);
            known.extend(orders.profile.logs.iter().map(|log| log.path.clone()));
        }
        wants.extend(want::typed(&orders.logs));
        for want in &wants {
            known.insert(want.told.clone());
            if let want::Place::At(path) = &want.place {
                known.insert(path.display().to_string());
            }
        }
        let sources: Vec<&SourceRef> =
            sources.iter().filter(|source| !self.covers(source)).collect();
        wants.extend(named::alerts(&sources, &known));
        wants
    }

    /// Whether what was piped into the detection is wanted by another name: the profile's, or one that was typed.
    fn covers(&self, source: &SourceRef) -> bool {
        let orders = &self.orders;
        let of_profile = orders.chosen && orders.profile.logs.iter().any(|log| log.id == source.id);
        source.path.is_none() && (of_profile || !orders.logs.is_empty())
    }

    /// Gives the bundle its name; or, where the same one is there already, lets that stand.
    fn settle(&self, sealed: Sealed, spot: &Spot, there: There) -> anyhow::Result<(Bundle, bool)> {
        let open = |path: &Path| {
            Bundle::open(path, None)
                .map_err(|e| Failed::new(Exit::Io, format!("{}: {e}", path.display())))
        };
        let There::Bundle(old) = there else {
            let partial = sealed.path().to_owned();
            sealed.publish(&spot.path).map_err(|e| {
                Failed::new(
                    Exit::Io,
                    format!(
                        "{}: {e}; the bundle is whole, but still called {}",
                        spot.written,
                        partial.display()
                    ),
                )
            })?;
            return Ok((open(&spot.path)?, false));
        };
        let same = open(sealed.path())?.items() == old.items();
        sealed.discard().or_exit(Exit::Io)?;
        if same {
            return Ok((*old, true));
        }
        let why = "it holds an earlier bundle, and what would be in it has changed since";
        Err(Failed::new(
            Exit::Refused,
            format!("{}: {why}; choose another directory with --output", spot.written),
        ))
    }

    fn event(
        &mut self,
        subject: Option<&Subject<'_>>,
        profile: &Profile,
        bundle: &Bundle,
        spot: &Spot,
    ) -> Event<Evidence> {
        let (packages, full) = versions::versions(profile, bundle);
        if full {
            self.assumed.push("not all package versions in the evidence are told".into());
        }
        let (begin, seal) = (bundle.begin(), bundle.seal());
        let body = Evidence {
            bundle: spot.written.clone(),
            manifest_sha256: bundle.sha256().to_string(),
            complete: seal.complete,
            from: begin.from,
            to: begin.to,
            files: seal.files,
            bytes: seal.bytes,
            items: seal.items,
            packages,
            recorded: begin.recorded,
        };
        let incident = subject.map_or("", |s| s.id);
        let id = id("ev", [incident, &body.manifest_sha256]);
        let event = Event::new(source(self.orders.tool, begin.host.as_deref()), id, body);
        if subject.is_some() { event.subject(incident) } else { event }
    }
}

/// The id of a log that was typed: that of the alerts that know it, of the profile's log whose name it has, or its own.
fn name_of(path: &Path, head: &FileHead, sources: &[SourceRef], profile: &Profile) -> String {
    if let Some(source) = sources.iter().find(|source| source.head.as_ref() == Some(head)) {
        return source.id.clone();
    }
    log_named(profile, path).map_or_else(|| log_id(head), |log| log.id.clone())
}

/// The incident's records so far, as they came.
fn records(builder: &mut Builder, records: &Records<'_>) -> io::Result<()> {
    let mut draft = builder.records()?;
    for line in &records.lines {
        draft.write_all(line.as_bytes())?;
        draft.write_all(b"\n")?;
    }
    let mut item = Item::new("records", Role::Records, None);
    if records.dropped > 0 {
        let note = format!(
            "there were so many records before that the {} oldest, of whatever incident, were not kept",
            records.dropped
        );
        item = item.with(Status::Partial, Reason::Limit, note);
    }
    builder.add(item, Some(draft))
}

/// What is lacking, for people: the first few.
fn lacking(items: &[Item]) -> String {
    let lacking: Vec<&Item> = items.iter().filter(|item| item.lacks()).collect();
    let mut told: Vec<String> = Vec::new();
    for item in lacking.iter().take(TOLD) {
        let path = item.path.as_deref().unwrap_or("no path");
        told.push(format!(
            "{} ({path}): {}",
            item.id,
            item.note.as_deref().unwrap_or("see the manifest")
        ));
    }
    if lacking.len() > TOLD {
        told.push(format!("and {} more, see the manifest", lacking.len() - TOLD));
    }
    told.join("; ")
}

fn unfinished(partial: &Path, error: &io::Error) -> anyhow::Error {
    let partial = partial.display();
    let exit =
        if error.kind() == io::ErrorKind::Interrupted { Exit::Interrupted } else { Exit::Io };
    Failed::new(
        exit,
        anyhow!("{partial}: {error}; what was collected until then is there, unsealed"),
    )
}

/// The wall clock, to the millisecond.
fn wall() -> Time {
    let since =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let millis = i64::try_from(since.as_millis()).unwrap_or(0);
    Time::from_millis(millis)
        .or_else(|| Time::from_millis(0))
        .expect("the epoch is within the calendar")
}

#[cfg(test)]
mod tests;
