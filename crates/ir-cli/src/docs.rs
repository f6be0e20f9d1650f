//! Finding the documents: flag, environment, `/etc/ir`, XDG configuration, built in.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use ir_core::builtin;
use ir_core::docs::{self, DocError, Document, Loaded, Profile, Sop};
use ir_core::wire::DocRef;

use crate::{Exit, Failed};

/// Largest document, bytes.
const MAX_DOCUMENT: u64 = 4 << 20;

/// Options that choose the documents.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Documents")]
pub struct DocArgs {
    /// The application: a shipped profile's name, or a file
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,
    /// Fill a variable of the profile; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_set)]
    pub set: Vec<(String, String)>,
    /// The procedure, a file [default: the shipped one]
    #[arg(long, value_name = "FILE")]
    pub sop: Option<PathBuf>,
}

fn parse_set(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.into(), value.into())),
        _ => Err("NAME=VALUE".into()),
    }
}

/// The documents in force.
#[derive(Debug)]
pub struct Documents {
    /// The procedure.
    pub sop: Sop,
    /// Its text, to locate faults in it.
    pub sop_source: Document,
    /// Its name and digest.
    pub sop_ref: DocRef,
    /// The application.
    pub profile: Profile,
    /// Its text, to locate faults in it.
    pub profile_source: Document,
    /// Its name and digest.
    pub profile_ref: DocRef,
    /// Variables as set by the user.
    pub set: BTreeMap<String, String>,
}

impl Documents {
    /// Finds and reads both documents. `fallback` is the shipped profile to use where neither flag, environment nor a
    /// configuration directory names one.
    ///
    /// # Errors
    /// Exit code 2 for a document with faults (every fault is told, file:line:col), 3 for one that others may change,
    /// 5 for one that cannot be read.
    pub fn load(args: &DocArgs, fallback: &str) -> anyhow::Result<Self> {
        let sop = Self::procedure(args.sop.as_deref())?;
        let place = args
            .profile
            .clone()
            .or_else(|| std::env::var("IR_PROFILE").ok().filter(|v| !v.is_empty()));
        let place = place.or_else(|| configured("profile.yaml").map(|p| p.display().to_string()));
        let profile = Self::profile(place.as_deref().unwrap_or(fallback))?;
        let mismatches = docs::check_together(&sop.doc, &profile.doc);
        if !mismatches.is_empty() {
            let located: Vec<_> =
                mismatches.into_iter().map(|m| profile.source.error(&m.path, m.message)).collect();
            return Err(faults(&located));
        }
        let set: BTreeMap<_, _> = args.set.iter().cloned().collect();
        profile.doc.check_set(&set).map_err(|e| Failed::new(Exit::Usage, format!("--set: {e}")))?;
        Ok(Self {
            sop: sop.doc,
            sop_source: sop.source,
            sop_ref: sop.reference,
            profile: profile.doc,
            profile_source: profile.source,
            profile_ref: profile.reference,
            set,
        })
    }

    /// The procedure at `typed`; without, that of the environment, of a configuration directory, or the shipped one.
    ///
    /// # Errors
    /// As [`Documents::load`].
    pub fn procedure(typed: Option<&Path>) -> anyhow::Result<Loaded<Sop>> {
        let place = typed
            .map(Path::to_path_buf)
            .or_else(|| from_environment("IR_SOP"))
            .or_else(|| configured("sop.yaml"));
        match place {
            Some(path) => read_document(&path, Loaded::<Sop>::sop),
            None => builtin::sop().map_err(|e| faults(&e)),
        }
    }

    /// A shipped profile by its name, or a file (anything with a `/` or ending in `.yaml`).
    ///
    /// # Errors
    /// As [`Documents::load`]; an unknown name gets a "did you mean".
    pub fn profile(place: &str) -> anyhow::Result<Loaded<Profile>> {
        if place.contains('/') || place.ends_with(".yaml") || place.ends_with(".yml") {
            return read_document(Path::new(place), Loaded::<Profile>::profile);
        }
        let Some(loaded) = builtin::profile(place) else {
            let names: Vec<_> = builtin::profile_names().collect();
            let close = docs::did_you_mean(place, builtin::profile_names());
            let message = format!(
                "no shipped profile is named {place:?}{close}; there are {}, or give a file",
                names.join(", ")
            );
            return Err(Failed::new(Exit::Usage, message));
        };
        loaded.map_err(|e| faults(&e))
    }
}

type Loader<T> = fn(&str, &str) -> Result<Loaded<T>, Vec<DocError>>;

fn read_document<T>(path: &Path, load: Loader<T>) -> anyhow::Result<Loaded<T>> {
    let shown = path.display();
    let failed = |e: &dyn std::fmt::Display| format!("{shown}: {e}");
    let file = File::open(path).map_err(|e| Failed::new(Exit::Io, failed(&e)))?;
    ir_host::trusted_document(path, &file).map_err(|e| Failed::new(Exit::Refused, failed(&e)))?;
    let mut text = String::new();
    file.take(MAX_DOCUMENT + 1)
        .read_to_string(&mut text)
        .map_err(|e| Failed::new(Exit::Io, failed(&e)))?;
    if text.len() as u64 > MAX_DOCUMENT {
        return Err(Failed::new(
            Exit::Usage,
            format!("{shown}: longer than {MAX_DOCUMENT} bytes, too long for a document"),
        ));
    }
    load(&shown.to_string(), &text).map_err(|e| faults(&e))
}

/// One error of many faults: each on a line of its own.
fn faults(errors: &[DocError]) -> anyhow::Error {
    let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
    Failed::new(Exit::Usage, lines.join("\n"))
}

fn from_environment(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from)
}

/// `/etc/ir/NAME`, else `$XDG_CONFIG_HOME/ir/NAME` or `~/.config/ir/NAME`, if it is there.
fn configured(name: &str) -> Option<PathBuf> {
    let xdg = from_environment("XDG_CONFIG_HOME")
        .or_else(|| Some(from_environment("HOME")?.join(".config")));
    let places = [Some(PathBuf::from("/etc/ir")), xdg.map(|x| x.join("ir"))];
    places.into_iter().flatten().map(|dir| dir.join(name)).find(|path| path.exists())
}
