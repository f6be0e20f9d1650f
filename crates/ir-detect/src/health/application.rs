//! The application: its processes, its configuration, its databases.

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use ir_cli::Documents;
use ir_core::docs::{FileItem, FileKind, LiveMethod};
use ir_core::wire::CheckStatus;
use ir_host::Located;
use ir_host::proc::{Figure, Sampler, within};
use ir_host::sqlite::{Depth, Probe, Verdict, probe};

use super::figures::shown;
use super::logs::Logs;
use super::{Checks, Draft};
use crate::check::{Alive, judged};

/// A longer configuration is not read; the parser of YAML takes no more, and what is too long for it is not wrong.
const MOST_BYTES: u64 = 1 << 20;

/// How long a file may take in all.
const PATIENCE: Duration = Duration::from_secs(8);

/// What a monitoring check may hold up: readers lock a database with a rollback journal.
const QUICK: Depth = Depth { wait: Duration::from_millis(500), check: Duration::from_millis(250) };

/// Below the five seconds that most programs wait for a lock.
const FULL: Depth = Depth { wait: Duration::from_secs(2), check: Duration::from_secs(3) };

/// Checks what the profile says of the application.
pub(super) fn check(
    docs: &Documents,
    sampler: &Sampler,
    figures: &[Figure],
    logs: Option<&Logs>,
    comprehensive: bool,
    checks: &mut Checks,
) {
    processes(sampler, figures, logs, checks);
    for item in &docs.profile.files {
        let what = match item.kind {
            FileKind::Config => "config",
            FileKind::Sqlite => "database",
            FileKind::Plugin | FileKind::Data => continue,
        };
        let name = format!("{what}:{}", item.id);
        let places = match ir_host::locate(&docs.profile, &docs.set, &item.path) {
            Ok(places) => places,
            Err(why) => {
                checks.add(Draft::new(name, CheckStatus::Unknown, "the profile's path", why));
                continue;
            }
        };
        if places.is_empty() && !item.optional {
            let why = format!("no file matches {}", item.path);
            checks.add(Draft::new(name.clone(), CheckStatus::Crit, "the profile's path", why));
        }
        let many = places.len() > 1;
        for place in &places {
            let name = match place.path.file_name() {
                Some(file) if many => format!("{name}:{}", file.to_string_lossy()),
                _ => name.clone(),
            };
            let (named, file, there) = (name.clone(), item.clone(), place.clone());
            let look = move || match file.kind {
                FileKind::Config => config(named, &file, &there),
                _ => database(named, &file, &there, if comprehensive { FULL } else { QUICK }),
            };
            // A file on a dead file server answers nobody.
            let answer = within(PATIENCE, vec![look]).pop().flatten().unwrap_or_else(|| {
                let why = format!(
                    "{} did not answer within {} s",
                    place.written.display(),
                    PATIENCE.as_secs()
                );
                Some(Draft::new(name, CheckStatus::Unknown, "opened and read", why))
            });
            if let Some(draft) = answer {
                checks.add(Draft { component: item.component.clone(), ..draft });
            }
        }
    }
}

fn processes(sampler: &Sampler, figures: &[Figure], logs: Option<&Logs>, checks: &mut Checks) {
    const HOW: &str = "processes in /proc that fit the profile's `process`";
    let Some(found) = sampler.processes() else { return };
    let (status, summary) = match judged(&found) {
        Alive::Unknown(why) => (CheckStatus::Unknown, why),
        // Where the logs tell that the last run was closed, nobody has lost anything.
        Alive::None if logs.is_some_and(Logs::closed) => (
            CheckStatus::Warn,
            "no process of the application runs; the last run in its logs is closed".into(),
        ),
        Alive::None => (CheckStatus::Crit, "no process of the application runs".into()),
        Alive::Runs(said) => {
            let processes = found.iter().flat_map(|found| &found.processes);
            let stopped = processes.clone().any(|p| {
                p.read(sampler.host()).is_ok_and(|reading| matches!(reading.state, 'T' | 't'))
            });
            let since = processes.filter_map(|p| p.started(sampler.host()).ok()).min();
            let since = since.map(|at| format!(" since {at}")).unwrap_or_default();
            let does = doing(figures);
            match stopped {
                true => (CheckStatus::Crit, format!("stopped by a signal, {said}{since}{does}")),
                false => (CheckStatus::Ok, format!("running, {said}{since}{does}")),
            }
        }
    };
    let count = found.as_ref().ok().map(|found| found.processes.len() as f64);
    let value = count.filter(|_| status != CheckStatus::Unknown);
    checks.add(Draft { value, ..Draft::new("process", status, HOW, summary) });
}

/// What all its processes do together, in words.
fn doing(figures: &[Figure]) -> String {
    let sum = |method: LiveMethod| {
        let values = figures.iter().filter(|f| f.method == method);
        values.map(|f| f.value.as_ref().ok().copied()).sum::<Option<f64>>()
    };
    let mut out = String::new();
    let parts = [
        (LiveMethod::ProcessCpu, 1.0, "% of a processor"),
        (LiveMethod::ProcessMemory, (1 << 20) as f64, "MiB"),
        (LiveMethod::ProcessThreads, 1.0, "threads"),
        (LiveMethod::ProcessOpenFiles, 1.0, "open files"),
    ];
    for (method, per, unit) in parts {
        if let Some(value) = sum(method) {
            let value = value / per;
            let unit = if value == 1.0 { unit.trim_end_matches('s') } else { unit };
            out.push_str(&format!(", {}", shown(value, Some(unit))));
        }
    }
    out
}

/// A configuration must be of the format that its name tells.
fn config(name: String, item: &FileItem, place: &Located) -> Option<Draft> {
    let shown = place.written.display();
    let opened = match ir_host::open_untouched(&place.path) {
        Ok(opened) => opened,
        Err(e) if e.is_missing() && item.optional => return None,
        Err(e) => {
            let status = if e.is_missing() { CheckStatus::Crit } else { CheckStatus::Unknown };
            return Some(Draft::new(
                name,
                status,
                "read as its name says",
                format!("{shown}: {e}"),
            ));
        }
    };
    let mut bytes = Vec::new();
    let read = opened.file.take(MOST_BYTES + 1).read_to_end(&mut bytes);
    let draft =
        |status, how: &str, summary: String| Some(Draft::new(name.clone(), status, how, summary));
    if let Err(e) = read {
        return draft(CheckStatus::Unknown, "read as its name says", format!("{shown}: {e}"));
    }
    if bytes.len() as u64 > MOST_BYTES {
        let why = format!("{shown}: longer than {MOST_BYTES} bytes, it was not read");
        return draft(CheckStatus::Unknown, "read as its name says", why);
    }
    let (format, fault) = match parsed(&place.path, &bytes) {
        Some(parsed) => parsed,
        None => {
            let why = format!("{shown}: its name tells none of JSON, YAML and TOML");
            return draft(CheckStatus::Unknown, "its name", why);
        }
    };
    match fault {
        None => draft(
            CheckStatus::Ok,
            &format!("read as {format}"),
            format!("{shown} is valid {format}"),
        ),
        Some((line, column, why)) => draft(
            CheckStatus::Crit,
            &format!("read as {format}"),
            format!("{shown}:{line}:{column}: not valid {format}: {why}"),
        ),
    }
}

type Fault = (usize, usize, String);

/// The format that a name tells, and what is wrong with the bytes as such.
fn parsed(path: &Path, bytes: &[u8]) -> Option<(&'static str, Option<Fault>)> {
    let end = path.extension()?.to_str()?.to_ascii_lowercase();
    let text = |read: &dyn Fn(&str) -> Option<Fault>| match str::from_utf8(bytes) {
        Ok(text) => read(text),
        Err(e) => {
            let (line, column) = line_column(&String::from_utf8_lossy(bytes), e.valid_up_to());
            Some((line, column, "not UTF-8".into()))
        }
    };
    Some(match end.as_str() {
        "json" => (
            "JSON",
            text(&|text| {
                let fault = serde_json::from_str::<serde::de::IgnoredAny>(text).err()?;
                let said = fault.to_string();
                let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
                Some((fault.line(), fault.column(), said.to_owned()))
            }),
        ),
        "yaml" | "yml" => (
            "YAML",
            text(&|text| {
                // Any number of documents of any types: what they mean is the application's to say.
                let fault = granit_parser::Parser::new_from_str(text).find_map(Result::err)?;
                let at = fault.marker();
                Some((at.line(), at.col() + 1, fault.info()))
            }),
        ),
        "toml" => (
            "TOML",
            text(&|text| {
                let fault = text.parse::<toml::Table>().err()?;
                let (line, column) = line_column(text, fault.span().map_or(0, |span| span.start));
                Some((line, column, fault.message().lines().next().unwrap_or_default().to_owned()))
            }),
        ),
        _ => return None,
    })
}

/// Line and column, in characters from 1, of a byte in a text.
fn line_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text.as_bytes()[..at.min(text.len())];
    let line = before.split(|b| *b == b'\n').next_back().unwrap_or_default();
    let lines = before.iter().filter(|b| **b == b'\n').count();
    (lines + 1, String::from_utf8_lossy(line).chars().count() + 1)
}

fn database(name: String, item: &FileItem, place: &Located, depth: Depth) -> Option<Draft> {
    const HOW: &str = "opened read-only; PRAGMA quick_check; /proc/locks";
    let written = place.written.display();
    let found = match probe(&place.path, depth) {
        Ok(found) => found,
        Err(e) if e.is_missing() && item.optional => return None,
        Err(e) => {
            let status = if e.is_missing() { CheckStatus::Crit } else { CheckStatus::Unknown };
            return Some(Draft::new(name, status, HOW, format!("{written}: {e}")));
        }
    };
    let full = depth == FULL;
    let (status, said) = match &found.verdict {
        Verdict::Sound => (CheckStatus::Ok, "its pages are sound".to_owned()),
        Verdict::Empty => (CheckStatus::Warn, "it is empty: nothing was written yet, or all of it is lost".into()),
        Verdict::Damaged(faults) => (CheckStatus::Crit, format!("damaged: {}", faults.join("; "))),
        Verdict::NotADatabase => (CheckStatus::Crit, "not a SQLite database".into()),
        Verdict::Locked => (
            // Half a second can be the end of a long transaction.
            if full { CheckStatus::Crit } else { CheckStatus::Warn },
            format!("locked for {} s", depth.wait.as_secs_f64()),
        ),
        Verdict::CutOff => (
            CheckStatus::Warn,
            "a transaction was cut off and its journal is left; the next program that writes takes it back".into(),
        ),
        Verdict::OutOfTime => (
            CheckStatus::Unknown,
            format!(
                "the check did not come to its end in time{}",
                if full { "" } else { "; --comprehensive takes longer" }
            ),
        ),
        Verdict::Unfinished(why) | Verdict::Unknown(why) => (CheckStatus::Unknown, why.clone()),
    };
    Some(Draft {
        value: Some(found.size_bytes as f64),
        unit: Some("B".into()),
        ..Draft::new(name, status, HOW, format!("{written}: {said}{}", beside(&found)))
    })
}

/// Journal, write-ahead log and locks, in words.
fn beside(found: &Probe) -> String {
    let mut out = String::new();
    if let Some(bytes) = found.journal_bytes {
        let what = if found.is_wal { "write-ahead log" } else { "journal" };
        out.push_str(&format!("; {what} of {bytes} bytes beside it"));
    }
    match (&found.holders, found.holders_in_words()) {
        (Err(why), _) => out.push_str(&format!("; its locks are unknown ({why})")),
        (Ok(_), Some(words)) => out.push_str(&format!("; {words}")),
        (Ok(_), None) if found.verdict == Verdict::Locked => {
            out.push_str("; /proc/locks does not list who holds it");
        }
        (Ok(_), None) => {}
    }
    out
}

#[cfg(test)]
mod tests {
    use std::fs::{File, FileTimes};
    use std::path::Path;
    use std::time::{Duration, SystemTime};

    use ir_core::docs::load_profile;
    use ir_core::wire::CheckStatus;

    use super::{config, parsed};

    fn fault(name: &str, text: &[u8]) -> String {
        match parsed(Path::new(name), text) {
            None => "unknown".into(),
            Some((format, None)) => format!("{format} ok"),
            Some((format, Some((line, column, why)))) => format!("{format} {line}:{column} {why}"),
        }
    }

    #[test]
    fn the_place_of_a_fault_is_told() {
        assert_eq!(fault("a.json", b"{\"a\": [1, 2]}"), "JSON ok");
        assert_eq!(fault("a.json", b"{\"a\":\n  oops}"), "JSON 2:3 expected value");
        assert_eq!(fault("a.JSON", b""), "JSON 1:0 EOF while parsing a value");
        assert_eq!(fault("a.json", b"{\"\xff\": 1}"), "JSON 1:3 not UTF-8");
        assert_eq!(fault("a.toml", b"a = 1\n[b]\nc = \"x\"\n"), "TOML ok");
        assert!(fault("a.toml", b"a = 1\nb = \xc3\xa4\n").starts_with("TOML 2:5 "));
        assert_eq!(fault("a.yaml", b"a: [1, 2]\nb: x\n"), "YAML ok");
        assert!(fault("a.yml", b"a: 1\nb: [1\n").starts_with("YAML "));
        for sound in ["a: 1\n---\nb: 2\n", "a: .inf\n", "? [a, b]\n: 1\n", "a: &x 1\nb: *x\n"] {
            assert_eq!(fault("a.yml", sound.as_bytes()), "YAML ok", "{sound}");
        }
        assert_eq!(fault("a.conf", b""), "unknown");
        assert_eq!(fault("a", b""), "unknown");
    }

    #[test]
    fn a_configuration_is_not_touched_nor_blamed_for_its_length() {
        let dir = std::env::temp_dir().join(format!("ir-health-config-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let path = dir.join("a.json");
        std::fs::write(&path, "{}").unwrap();
        // Read longer ago than written: then every mount notes the time of reading, unless it notes none at all.
        let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let file = File::options().write(true).open(&path).unwrap();
        file.set_times(FileTimes::new().set_accessed(old)).unwrap();
        let text = "profile: 1\napp: {name: a}\nfiles:\n  - {id: c, path: /none, kind: config}\n";
        let item = load_profile("p", text).unwrap().files.remove(0);
        let place = ir_host::Located { written: path.clone(), path: path.clone() };
        assert_eq!(config("c".into(), &item, &place).unwrap().status, CheckStatus::Ok);
        assert_eq!(path.metadata().unwrap().accessed().unwrap(), old);

        let path = dir.join("long.yaml");
        std::fs::write(&path, format!("a: {}\n", "x".repeat(1 << 20))).unwrap();
        let place = ir_host::Located { written: path.clone(), path };
        assert_eq!(config("c".into(), &item, &place).unwrap().status, CheckStatus::Unknown);
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
