//! The logs that the alerts of an incident name. A record may come from anybody: see [`ir_host::open_recognised`].

use std::collections::BTreeSet;
use std::path::PathBuf;

use ir_core::wire::SourceRef;
use ir_host::{OpenError, Unrecognised, open_recognised};
use ir_store::bundle::{Item, Reason, Role, Status};

use crate::want::{Place, Want};

/// More logs than that are not looked at.
const MAX_LOGS: usize = 1000;
/// No id of a log is longer, in bytes, and no path: what a record claims must not swell the manifest.
const MAX_ID: usize = 200;
const MAX_PATH: usize = 4096;

/// The logs that `refs` name and that `known`, paths which profile and command line name, does not hold.
pub(crate) fn alerts(refs: &[&SourceRef], known: &BTreeSet<String>) -> Vec<Want> {
    let mut done = BTreeSet::new();
    let mut wants = Vec::new();
    for source in refs {
        let new = done.insert((&source.id, &source.path))
            && !source.path.as_ref().is_some_and(|path| known.contains(path));
        if !new {
            continue;
        }
        if wants.len() == MAX_LOGS {
            let note = format!(
                "the alerts name more than {MAX_LOGS} logs; name those that matter with --logs"
            );
            wants.push(Want::nowhere(Item::new("alerts", Role::Log, None).with(
                Status::Error,
                Reason::Limit,
                note,
            )));
            break;
        }
        wants.push(want(source));
    }
    wants
}

fn want(source: &SourceRef) -> Want {
    if source.id.len() > MAX_ID || source.path.as_ref().is_some_and(|path| path.len() > MAX_PATH) {
        let note = format!(
            "an id of more than {MAX_ID} bytes, or a path of more than {MAX_PATH}, is not believed"
        );
        return Want::nowhere(Item::new("alerts", Role::Log, None).with(
            Status::Error,
            Reason::Untrusted,
            note,
        ));
    }
    let item = Item::new(source.id.clone(), Role::Log, source.path.clone());
    let nowhere =
        |item: Item, reason, note: String| Want::nowhere(item.with(Status::Error, reason, note));
    let Some(path) = &source.path else {
        return nowhere(
            item,
            Reason::Missing,
            "it was read from standard input, which is gone; name its file with --logs".into(),
        );
    };
    if path.contains("${") {
        return nowhere(
            item,
            Reason::Unclear,
            "its path has variables: choose the profile with --profile, and fill them with --set"
                .into(),
        );
    }
    let Some(head) = &source.head else {
        return nowhere(
            item,
            Reason::Untrusted,
            "the record does not know how it begins; if it is wanted, name it with --logs".into(),
        );
    };
    let place = PathBuf::from(path);
    match open_recognised(&place, head) {
        Ok(file) => Want::new(item, Place::Open(place, file)),
        Err(Unrecognised::Open(e)) if e.is_missing() => {
            nowhere(item, Reason::Missing, "no such file".into())
        }
        Err(Unrecognised::Open(e @ OpenError::NotRegular(_))) => {
            nowhere(item, Reason::Special, e.to_string())
        }
        Err(Unrecognised::Open(e)) => nowhere(item, Reason::Unreadable, e.to_string()),
        Err(e @ (Unrecognised::Other | Unrecognised::TooLittle(_))) => {
            nowhere(item, Reason::Untrusted, format!("{e}; if it is wanted, name it with --logs"))
        }
    }
}
