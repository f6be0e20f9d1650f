//! What is wanted: the files that the profile and the command line name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ir_core::docs::{FileKind, Profile};
use ir_host::{RegularFile, locate};
use ir_store::bundle::{Item, Reason, Role, Status, escaped};

/// One file that is wanted.
#[derive(Debug)]
pub(crate) struct Want {
    /// Its entry in the manifest, as far as it is known.
    pub(crate) item: Item,
    pub(crate) place: Place,
    /// Its path as other tools' records give it.
    pub(crate) told: String,
    /// It may be absent.
    pub(crate) optional: bool,
    /// JSON pointers of secrets in it.
    pub(crate) secrets: Vec<String>,
}

/// Where it is.
#[derive(Debug)]
pub(crate) enum Place {
    /// There, if anywhere.
    At(PathBuf),
    /// It is open already.
    Open(PathBuf, RegularFile),
    /// Nowhere: the entry says why.
    Nowhere,
}

impl Want {
    pub(crate) fn file(id: &str, role: Role, path: PathBuf, written: &Path) -> Self {
        let item = Item::new(id, role, Some(escaped(written.as_os_str())));
        Self { told: written.display().to_string(), ..Self::new(item, Place::At(path)) }
    }

    pub(crate) fn nowhere(item: Item) -> Self {
        Self::new(item, Place::Nowhere)
    }

    pub(crate) fn new(item: Item, place: Place) -> Self {
        let told = item.path.clone().unwrap_or_default();
        Self { item, place, told, optional: false, secrets: Vec::new() }
    }
}

/// What the profile names, in the order in which it is taken: what a restart destroys first comes first. Logs, which only grow, are
/// last, so that no large log takes the place of a small file.
pub(crate) fn profile(profile: &Profile, set: &BTreeMap<String, String>) -> Vec<Want> {
    let mut wants = Vec::new();
    for kind in [FileKind::Sqlite, FileKind::Config, FileKind::Plugin, FileKind::Data] {
        let role = match kind {
            FileKind::Sqlite => Role::Database,
            FileKind::Config => Role::Config,
            FileKind::Plugin => Role::Plugin,
            FileKind::Data => Role::Data,
        };
        for file in profile.files.iter().filter(|file| file.kind == kind) {
            let found = found(profile, set, &file.path, &file.id, role, file.optional);
            for mut want in found {
                want.item.private = file.private;
                want.secrets.clone_from(&file.secrets);
                let journals = if kind == FileKind::Sqlite { journals(&want) } else { Vec::new() };
                wants.push(want);
                wants.extend(journals);
            }
        }
    }
    for log in &profile.logs {
        for mut want in found(profile, set, &log.path, &log.id, Role::Log, log.optional) {
            want.item.private = log.private;
            wants.push(want);
        }
    }
    wants
}

/// The log files that a person typed. Their ids follow from what they begin with.
pub(crate) fn typed(logs: &[PathBuf]) -> impl Iterator<Item = Want> {
    logs.iter().map(|path| Want::file("", Role::Log, path.clone(), path))
}

fn found(
    profile: &Profile,
    set: &BTreeMap<String, String>,
    path: &str,
    id: &str,
    role: Role,
    optional: bool,
) -> Vec<Want> {
    let missing = || Item::new(id, role, Some(path.to_owned()));
    let located = match locate(profile, set, path) {
        Ok(located) => located,
        Err(why) => {
            return vec![Want::nowhere(missing().with(Status::Error, Reason::Unclear, why))];
        }
    };
    if located.is_empty() {
        return vec![Want::nowhere(absent(missing(), optional, "no file matches it"))];
    }
    located
        .into_iter()
        .map(|file| Want { optional, ..Want::file(id, role, file.path, &file.written) })
        .collect()
}

/// The entry of a file that is not there.
pub(crate) fn absent(item: Item, optional: bool, why: &str) -> Item {
    if optional {
        item.with(Status::Skipped, Reason::Absent, None)
    } else {
        item.with(Status::Error, Reason::Missing, why.to_owned())
    }
}

/// What SQLite keeps beside a database while it is in use. Most of the time it is not there, and then it is not wanted.
fn journals(database: &Want) -> Vec<Want> {
    let Place::At(path) = &database.place else { return Vec::new() };
    let beside = |path: &Path, end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let there = ["-journal", "-wal", "-shm"]
        .into_iter()
        .filter(|end| beside(path, end).symlink_metadata().is_ok());
    there
        .map(|end| {
            let written = database.item.path.as_ref().map(|written| format!("{written}{end}"));
            let mut item = Item::new(database.item.id.clone(), Role::Journal, written);
            item.private = database.item.private;
            Want { optional: true, ..Want::new(item, Place::At(beside(path, end))) }
        })
        .collect()
}
