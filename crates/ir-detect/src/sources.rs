//! Which files are read, and as what.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use ir_cli::{Documents, Exit, Failed, Input, Session};
use ir_core::docs::{LogFormat, LogSource, did_you_mean};
use ir_core::logs::Zone;
use ir_core::wire::{ReadStatus, SourceRead};

use crate::args::DetectArgs;

/// Where a source's bytes come from.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// A person typed it.
    Typed(Input),
    /// The profile names it.
    Named(PathBuf),
}

/// A source to be read.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) place: Place,
    /// As typed, or as the profile writes it; none for standard input.
    pub(crate) shown: Option<String>,
    /// The log of the profile that it is; none: recognise the format.
    pub(crate) log: Option<LogSource>,
    /// Another file of the same log is read too, so that its id alone does not tell which.
    pub(crate) one_of_many: bool,
    pub(crate) zone: Zone,
    /// The zone in words, with where it comes from.
    pub(crate) zone_word: String,
}

impl Source {
    pub(crate) fn format(&self) -> &LogFormat {
        self.log.as_ref().map_or(&LogFormat::Auto, |log| &log.format)
    }

    /// For messages.
    pub(crate) fn shown(&self) -> String {
        self.shown.clone().unwrap_or_else(|| "stdin".into())
    }

    pub(crate) fn private(&self) -> bool {
        self.log.as_ref().is_some_and(|log| log.private)
    }

    /// Its row in the run record before anything is read.
    pub(crate) fn row(&self, id: String, status: ReadStatus, reason: Option<String>) -> SourceRead {
        SourceRead {
            zone: self.zone_word.clone(),
            private: self.private(),
            ..SourceRead::unread(id, self.shown.clone(), status, reason)
        }
    }
}

/// What is to be read, and rows for what should be there and is not.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    pub(crate) found: Vec<Source>,
    pub(crate) missing: Vec<SourceRead>,
}

/// Follows the documented order: FILEs; the profile's logs where a profile or variable was typed; standard input if it is
/// a pipe or a file; the profile's logs.
pub(crate) fn sources(
    args: &DetectArgs,
    docs: &Documents,
    session: &Session,
) -> anyhow::Result<Sources> {
    let chosen = args.docs.profile.is_some() || !args.docs.set.is_empty();
    let piped = piped_stdin();
    if args.live.live && args.files.iter().any(|file| file == Path::new("-")) {
        return Err(Failed::new(
            Exit::Usage,
            "--live samples the host when its logs are read, and standard input may never end: name files, or record the samples and replay them with --records",
        ));
    }
    if args.files.is_empty() && args.live.live && !chosen {
        return Ok(Sources::default());
    }
    if !args.files.is_empty() {
        return typed(&Input::list(&args.files), args, docs, session);
    }
    if args.records && !chosen {
        return Ok(Sources::default());
    }
    if chosen && piped && !args.records && session.common.verbose > 0 {
        session
            .notes
            .note("standard input is not read, because a profile is chosen; add - to read it");
    }
    if chosen || !piped { named(docs) } else { typed(&[Input::Stdin], args, docs, session) }
}

/// Standard input is a pipe or a file: somebody means it to be read.
fn piped_stdin() -> bool {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return false;
    }
    rustix::fs::fstat(&stdin).is_ok_and(|stat| {
        let kind = rustix::fs::FileType::from_raw_mode(stat.st_mode);
        kind.is_fifo() || kind.is_file() || kind.is_socket()
    })
}

fn typed(
    inputs: &[Input],
    args: &DetectArgs,
    docs: &Documents,
    session: &Session,
) -> anyhow::Result<Sources> {
    let by_id = args.log.as_ref().map(|id| log_by_id(docs, id)).transpose()?;
    let mut found = Vec::new();
    let mut read = BTreeSet::new();
    for input in inputs {
        // The same file twice would count every event twice.
        if let Some(key) = identity(input)
            && !read.insert(key)
        {
            session.notes.note(format_args!("{input} is named twice and read once"));
            continue;
        }
        let log = match (&by_id, input) {
            (Some(log), _) => Some((*log).clone()),
            (None, Input::Stdin) => only_text(docs),
            (None, Input::File(path)) => log_by_name(docs, path),
        };
        let shown = match input {
            Input::Stdin => None,
            Input::File(path) => Some(path.display().to_string()),
        };
        found.push(source(Place::Typed(input.clone()), shown, log, docs)?);
    }
    Ok(Sources { found: count_per_log(found), missing: Vec::new() })
}

/// The logs that the profile names.
pub(crate) fn named(docs: &Documents) -> anyhow::Result<Sources> {
    let mut sources = Sources::default();
    for log in &docs.profile.logs {
        let places = ir_host::locate(&docs.profile, &docs.set, &log.path)
            .map_err(|e| Failed::new(Exit::Usage, e))?;
        if places.is_empty() && !log.optional {
            let place =
                docs.profile.expand(&log.path, &docs.set).unwrap_or_else(|_| log.path.clone());
            let source = source(
                Place::Named(PathBuf::new()),
                Some(log.path.clone()),
                Some(log.clone()),
                docs,
            )?;
            let reason =
                format!("log {}: no file matches {place} (see --set and --profile)", log.id);
            sources.missing.push(source.row(log.id.clone(), ReadStatus::Missing, Some(reason)));
        }
        for place in places {
            let shown = Some(place.written.display().to_string());
            sources.found.push(source(Place::Named(place.path), shown, Some(log.clone()), docs)?);
        }
    }
    sources.found = count_per_log(sources.found);
    Ok(sources)
}

fn source(
    place: Place,
    shown: Option<String>,
    log: Option<LogSource>,
    docs: &Documents,
) -> anyhow::Result<Source> {
    let written = log.as_ref().map_or("local", |log| &log.zone);
    let tz = docs.profile.expand("${tz}", &docs.set).ok();
    let zone = Zone::parse(written, tz.as_deref())
        .map_err(|e| Failed::new(Exit::Usage, format!("--set tz: {e}")))?;
    let origin = match () {
        () if written != "local" => "profile",
        () if docs.set.contains_key("tz") => "set",
        () => "assumed",
    };
    Ok(Source {
        place,
        shown,
        log,
        one_of_many: false,
        zone_word: format!("{zone} ({origin})"),
        zone,
    })
}

fn count_per_log(mut found: Vec<Source>) -> Vec<Source> {
    let ids: Vec<_> = found.iter().map(|s| s.log.as_ref().map(|l| l.id.clone())).collect();
    for (source, id) in found.iter_mut().zip(&ids) {
        source.one_of_many = id.is_some() && ids.iter().filter(|other| *other == id).count() > 1;
    }
    found
}

fn log_by_id<'d>(docs: &'d Documents, id: &str) -> anyhow::Result<&'d LogSource> {
    docs.profile.logs.iter().find(|log| log.id == id).ok_or_else(|| {
        let known: Vec<_> = docs.profile.logs.iter().map(|log| log.id.as_str()).collect();
        let near = did_you_mean(id, known.iter().copied());
        let name = &docs.profile.app.name;
        Failed::new(
            Exit::Usage,
            format!(
                "--log {id}: profile {name:?} has no such log{near}; it has {}",
                known.join(", ")
            ),
        )
    })
}

/// A stream of an application is its only log whose text is read, if there is only one.
fn only_text(docs: &Documents) -> Option<LogSource> {
    let mut texts = docs.profile.logs.iter().filter(|log| !log.private);
    texts.next().filter(|_| texts.next().is_none()).cloned()
}

/// The log of the profile that the typed file is, or is named like.
fn log_by_name(docs: &Documents, path: &Path) -> Option<LogSource> {
    let places =
        |log: &LogSource| ir_host::locate(&docs.profile, &docs.set, &log.path).unwrap_or_default();
    let is = |log: &&LogSource| places(log).iter().any(|place| same_file(&place.path, path));
    docs.profile.logs.iter().find(is).or_else(|| ir_host::log_named(&docs.profile, path)).cloned()
}

/// Device and inode of a regular file.
fn identity(input: &Input) -> Option<(u64, u64)> {
    let Input::File(path) = input else { return Some((0, 0)) };
    let meta = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    Some((meta.dev(), meta.ino()))
}

fn same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
