//! Versions of packages, found in the evidence itself.

use std::collections::BTreeMap;
use std::io::Read;

use ir_cli::{LineReader, Piece};
use ir_core::docs::{Profile, VersionAt, pattern};
use ir_core::wire::PackageVersion;
use ir_store::bundle::{Bundle, Item, Role};
use regex::bytes::Regex;
use serde_json::Value;

/// Of one line no more is looked at.
const MAX_LINE: usize = 64 << 10;
/// A JSON file beyond this is not looked into.
const MAX_FILE: u64 = 8 << 20;
/// No package's name or version is longer.
const MAX_WORD: usize = 200;
/// More packages than this are left out.
const MAX_PACKAGES: usize = 1000;

/// What the profile says is written somewhere in the bundle, sorted; and whether some had to be left out.
pub(crate) fn versions(profile: &Profile, bundle: &Bundle) -> (Vec<PackageVersion>, bool) {
    let mut found = BTreeMap::new();
    for item in bundle.items().iter().filter(|item| item.copy.is_some()) {
        let wanted: Vec<_> = profile
            .versions
            .iter()
            .filter(|at| at.from == item.id)
            .filter_map(Wanted::new)
            .collect();
        // The text of private logs is not matched; a log that was not read as one is compressed.
        let readable = match item.role {
            Role::Log => !item.private && item.part.is_some(),
            Role::Config | Role::Data | Role::Plugin => true,
            Role::Database | Role::Journal | Role::Records | Role::Host | Role::Process => false,
        };
        if wanted.is_empty() || !readable {
            continue;
        }
        let Ok(file) = bundle.read(item) else { continue };
        look(item, file, &wanted, &mut |name, version, place| {
            if found.len() < MAX_PACKAGES || found.contains_key(&(name.clone(), version.clone())) {
                found.entry((name, version)).or_insert(place);
                return true;
            }
            false
        });
    }
    let full = found.len() >= MAX_PACKAGES;
    (
        found
            .into_iter()
            .map(|((name, version), from)| PackageVersion { name, version, from })
            .collect(),
        full,
    )
}

/// One place where a version is written.
struct Wanted<'a> {
    at: &'a VersionAt,
    pattern: Option<Regex>,
}

impl<'a> Wanted<'a> {
    fn new(at: &'a VersionAt) -> Option<Self> {
        let pattern = at.pattern.as_deref().map(pattern).transpose().ok()?;
        Some(Self { at, pattern })
    }
}

type Tell<'a> = dyn FnMut(String, String, String) -> bool + 'a;

fn look(item: &Item, file: std::fs::File, wanted: &[Wanted<'_>], tell: &mut Tell<'_>) {
    let Some(copy) = &item.copy else { return };
    let (pointers, patterns): (Vec<&Wanted<'_>>, Vec<&Wanted<'_>>) =
        wanted.iter().partition(|w| w.at.pointer.is_some());
    if !pointers.is_empty() && item.role != Role::Log {
        let mut text = Vec::new();
        if copy.bytes <= MAX_FILE && (&file).read_to_end(&mut text).is_ok() {
            values(&text, &pointers, &|pointer| format!("{}#{pointer}", copy.file), tell);
        }
        if patterns.is_empty() || std::io::Seek::rewind(&mut (&file)).is_err() {
            return;
        }
    }
    let mut lines = LineReader::new(file, MAX_LINE);
    let mut number = 0;
    loop {
        let line = match lines.next() {
            Ok(Piece::Line(line) | Piece::Torn(line) | Piece::Head(line)) => line,
            Ok(Piece::Rest { .. } | Piece::Idle | Piece::Quiet) => continue,
            Ok(Piece::End) | Err(_) => return,
        };
        number += 1;
        let place = format!("{}:{number}", copy.file);
        if item.role == Role::Log {
            values(line, &pointers, &|_| place.clone(), tell);
        }
        for wanted in &patterns {
            matched(line, wanted, &place, tell);
        }
    }
}

fn values(
    json: &[u8],
    wanted: &[&Wanted<'_>],
    place: &dyn Fn(&str) -> String,
    tell: &mut Tell<'_>,
) {
    if wanted.is_empty() {
        return;
    }
    let Ok(value) = serde_json::from_slice::<Value>(json) else { return };
    for wanted in wanted {
        let (Some(name), Some(pointer)) = (&wanted.at.package, &wanted.at.pointer) else {
            continue;
        };
        let version = match value.pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => continue,
        };
        if is_word(&version) {
            tell(name.clone(), version, place(pointer));
        }
    }
}

fn matched(line: &[u8], wanted: &Wanted<'_>, place: &str, tell: &mut Tell<'_>) {
    let Some(found) = wanted.pattern.as_ref().and_then(|p| p.captures(line)) else { return };
    let group =
        |name| found.name(name).and_then(|m| str::from_utf8(m.as_bytes()).ok()).map(str::to_owned);
    let name = wanted.at.package.clone().or_else(|| group("name"));
    if let (Some(name), Some(version)) = (name, group("version"))
        && is_word(&name)
        && is_word(&version)
    {
        tell(name, version, place.to_owned());
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_WORD
}
