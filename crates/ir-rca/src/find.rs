//! The logs of an incident: which files, on whose word, read as what.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use ir_cli::{Input, Opened, Session, bundle_path};
use ir_core::docs::Profile;
use ir_core::wire::{FileHead, ReadStatus, SourceRead, SourceRef, State};
use ir_host::{
    Located, RegularFile, Unrecognised, file_head, locate, log_id, log_named, open_recognised,
    open_regular,
};
use ir_store::bundle::{Bundle, LogItem};

/// A log that may be read.
#[derive(Debug)]
pub(crate) struct LogFile {
    /// Its id in records.
    pub(crate) id: String,
    /// The profile's log that it is, by number; none: its format is recognised.
    pub(crate) log: Option<usize>,
    /// As typed, as a record or the profile writes it.
    pub(crate) path: Option<String>,
    place: Place,
    /// What precedes its first line in the original: lines, bytes.
    pub(crate) skipped: (u64, u64),
}

#[derive(Debug)]
enum Place {
    Regular(RegularFile),
    Typed(PathBuf),
}

impl LogFile {
    /// Opens it for reading.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(crate) fn open(self, session: &Session) -> anyhow::Result<Opened> {
        match self.place {
            Place::Regular(file) => Ok(Opened::regular(file)?),
            Place::Typed(path) => Input::File(path).open(session),
        }
    }
}

/// Finds the logs of one incident.
pub(crate) struct Finder<'a> {
    profile: &'a Profile,
    set: &'a BTreeMap<String, String>,
    state: &'a State,
    incident: &'a str,
    /// The logs found, in order.
    pub(crate) found: Vec<LogFile>,
    /// Logs that were named and cannot be read.
    pub(crate) missed: Vec<Missed>,
    /// Device and inode of each file.
    inodes: BTreeSet<(u64, u64)>,
    /// Paths of the originals that evidence holds, and how they begin.
    sealed: (BTreeSet<String>, Vec<FileHead>),
}

/// A log that cannot be read.
#[derive(Debug)]
pub(crate) struct Missed {
    /// Its row in the run record.
    pub(crate) row: SourceRead,
    /// It is sealed evidence: that is worth a word even if the log is found elsewhere.
    pub(crate) sealed: bool,
}

impl<'a> Finder<'a> {
    pub(crate) fn new(
        profile: &'a Profile,
        set: &'a BTreeMap<String, String>,
        state: &'a State,
        incident: &'a str,
    ) -> Self {
        let (found, missed, inodes, sealed) = Default::default();
        Self { profile, set, state, incident, found, missed, inodes, sealed }
    }

    /// The logs in the sealed evidence. A bundle that is not the one that its record announces is not believed.
    pub(crate) fn evidence(&mut self) {
        let state = self.state;
        for record in state.incidents.get(self.incident).into_iter().flat_map(|i| &i.evidence) {
            let written = &record.body.bundle;
            let open = |dir: PathBuf| Ok(Bundle::open(&dir, Some(&record.body.manifest_sha256))?);
            match bundle_path(written).and_then(open) {
                Ok(bundle) => bundle.logs().for_each(|log| self.sealed(&bundle, written, log)),
                Err(e) => self.damaged("evidence", written, format!("{e:#}")),
            }
        }
    }

    fn sealed(&mut self, bundle: &Bundle, written: &str, log: LogItem<'_>) {
        let shown = format!("{written}/{}", log.file);
        let file = match bundle.read(log.item) {
            Ok(file) => file,
            Err(e) => return self.damaged(log.source, &shown, e.to_string()),
        };
        self.sealed.0.extend(log.path.map(str::to_owned));
        self.sealed.1.extend(log.item.original.as_ref().and_then(|original| original.head.clone()));
        let size = log.item.copy.as_ref().map_or(0, |copy| copy.bytes);
        // Years that stamps leave out follow from when the original was written, not from when it was copied.
        let modified = log.item.original.as_ref().and_then(|original| original.modified);
        let file = RegularFile { file, size, modified, mode: 0o600, uid: 0, gid: 0 };
        self.add(
            log.source,
            Some(&shown),
            Place::Regular(file),
            (log.first_line.saturating_sub(1), log.offset),
        );
    }

    /// The logs that the alerts name. One is opened only if it begins as it did when the alert was written.
    pub(crate) fn alerts(&mut self) {
        let mut done = BTreeSet::new();
        for source in self.sources() {
            let (Some(path), Some(head)) = (&source.path, &source.head) else { continue };
            if done.insert((&source.id, path)) && !self.is_sealed(path, Some(head)) {
                self.recognised(&source.id, path, head);
            }
        }
    }

    /// What the alerts of the incident say of logs.
    fn sources(&self) -> Vec<&'a SourceRef> {
        let incident = self.state.incidents.get(self.incident).and_then(|i| i.incident.as_ref());
        let listed = |id: &String| incident.is_some_and(|i| i.body.alerts.contains(id));
        self.state.alerts.iter().filter(|a| listed(&a.id)).flat_map(|a| &a.body.sources).collect()
    }

    fn recognised(&mut self, id: &str, path: &str, head: &FileHead) {
        let places = match locate(self.profile, self.set, path) {
            Ok(places) => places,
            Err(why) => return self.miss(id, Some(path), ReadStatus::Unreadable, why),
        };
        let mut fate = (ReadStatus::Missing, "it is not there".to_owned());
        for Located { path: place, .. } in places {
            match open_recognised(&place, head) {
                Ok(file) => return self.add(id, Some(path), Place::Regular(file), (0, 0)),
                Err(Unrecognised::Open(e)) if e.is_missing() => {}
                Err(e) => {
                    fate = (
                        ReadStatus::Unreadable,
                        format!("{e}; if it is meant, name it with --logs"),
                    )
                }
            }
        }
        self.miss(id, Some(path), fate.0, fate.1);
    }

    /// The logs that the profile names.
    pub(crate) fn profile(&mut self) {
        let profile = self.profile;
        for log in &profile.logs {
            let places = match locate(profile, self.set, &log.path) {
                Ok(places) => places,
                Err(why) => {
                    self.miss(&log.id, Some(&log.path), ReadStatus::Unreadable, why);
                    continue;
                }
            };
            // What the evidence holds is not read a second time: every line would count twice.
            let (held, places): (Vec<_>, Vec<_>) = places
                .into_iter()
                .partition(|place| self.is_sealed(&place.written.display().to_string(), None));
            let opened = places
                .into_iter()
                .map(|place| (place.written.display().to_string(), open_regular(&place.path)));
            let (there, failed): (Vec<_>, Vec<_>) = opened.partition(|(_, file)| file.is_ok());
            let many = there.len() > 1;
            let none = there.is_empty() && held.is_empty();
            for (written, file) in there {
                let Ok(file) = file else { continue };
                let head = file_head(&file.file).ok();
                if self.is_sealed(&written, head.as_ref()) {
                    continue;
                }
                let id = head.filter(|_| many).map_or_else(
                    || log.id.clone(),
                    |head| format!("{}-{}", log.id, &head.sha256[..8]),
                );
                self.add(&id, Some(&written), Place::Regular(file), (0, 0));
            }
            for (written, why) in failed {
                let Err(why) = why else { continue };
                if !why.is_missing() {
                    self.miss(&log.id, Some(&written), ReadStatus::Unreadable, why.to_string());
                }
            }
            if none && !log.optional {
                self.miss(
                    &log.id,
                    Some(&log.path),
                    ReadStatus::Missing,
                    "no file of that name is there".into(),
                );
            }
        }
    }

    /// A log that a person typed. It is read as the log that the alerts know by its beginning, or that the profile knows by
    /// its name.
    pub(crate) fn typed(&mut self, path: &Path) {
        let head = open_regular(path).ok().and_then(|file| file_head(&file.file).ok());
        let shown = path.display().to_string();
        if self.is_sealed(&shown, head.as_ref()) {
            return;
        }
        let known = self
            .sources()
            .into_iter()
            .find(|source| head.is_some() && source.head == head)
            .map(|source| source.id.clone());
        let named = || log_named(self.profile, path).map(|log| log.id.clone());
        let id = known
            .or_else(named)
            .unwrap_or_else(|| head.as_ref().map_or_else(|| "typed".into(), log_id));
        self.add(&id, Some(&shown), Place::Typed(path.to_path_buf()), (0, 0));
    }

    fn add(&mut self, id: &str, path: Option<&str>, place: Place, skipped: (u64, u64)) {
        let meta = match &place {
            Place::Regular(file) => file.file.metadata(),
            Place::Typed(path) => std::fs::metadata(path),
        };
        if meta.is_ok_and(|meta| meta.is_file() && !self.inodes.insert((meta.dev(), meta.ino()))) {
            return;
        }
        let log = log_of(self.profile, id);
        self.found.push(LogFile {
            id: id.to_owned(),
            log,
            path: path.map(str::to_owned),
            place,
            skipped,
        });
    }

    /// Whether evidence holds the log: then the evidence is read and not what became of the log since.
    fn is_sealed(&self, path: &str, head: Option<&FileHead>) -> bool {
        let whole =
            |head: &FileHead| head.bytes == FileHead::MAX as u64 && self.sealed.1.contains(head);
        self.sealed.0.contains(path) || head.is_some_and(whole)
    }

    fn miss(&mut self, id: &str, path: Option<&str>, status: ReadStatus, reason: String) {
        self.missed.push(Missed { row: unread(id, path, status, reason), sealed: false });
    }

    fn damaged(&mut self, id: &str, path: &str, reason: String) {
        self.missed.push(Missed {
            row: unread(id, Some(path), ReadStatus::Unreadable, reason),
            sealed: true,
        });
    }
}

/// The profile's log, by number, that has the id, or of which the id names one file of several: `main-1a2b3c4d`.
pub(crate) fn log_of(profile: &Profile, id: &str) -> Option<usize> {
    let file = |rest: &str| rest.len() == 8 && rest.bytes().all(|b| b.is_ascii_hexdigit());
    let log = id.rsplit_once('-').filter(|(_, rest)| file(rest)).map(|(log, _)| log);
    let number = |id: &str| profile.logs.iter().position(|log| log.id == id);
    number(id).or_else(|| number(log?))
}

/// The row in the run record of a log of which nothing was read.
pub(crate) fn unread(
    id: &str,
    path: Option<&str>,
    status: ReadStatus,
    reason: String,
) -> SourceRead {
    SourceRead {
        zone: "UTC".into(),
        ..SourceRead::unread(id, path.map(str::to_owned), status, Some(reason))
    }
}
