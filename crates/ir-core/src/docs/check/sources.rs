//! Logs, and the lines in them that are events or noise.

use super::Faults;
use super::profile::Names;
use crate::docs::{ANY_LOG, LogFormat, LogSource, Profile, TextFormat, did_you_mean};

pub(super) fn check(profile: &Profile, names: &Names<'_>, faults: &mut Faults<'_>) {
    for (i, log) in profile.logs.iter().enumerate() {
        let path = format!("logs[{i}]");
        faults.name(&format!("{path}.id"), "a log", &log.id);
        if profile.logs[..i].iter().any(|other| other.id == log.id) {
            faults.add(
                &format!("{path}.id"),
                format!("the log {:?} stands further up already", log.id),
            );
        }
        faults.not_blank(&format!("{path}.path"), "the path", &log.path);
        faults.variables(&format!("{path}.path"), &log.path, &profile.variables);
        zone(&format!("{path}.zone"), &log.zone, faults);
        match &log.format {
            LogFormat::Auto => {}
            LogFormat::Text(text) => text_format(&format!("{path}.format.text"), text, faults),
            LogFormat::Json(json) => {
                let path = format!("{path}.format.json");
                faults.pointer(&format!("{path}.ts"), &json.ts);
                for (key, pointer) in [
                    ("message", &json.message),
                    ("level", &json.level),
                    ("kind", &json.kind),
                    ("session", &json.session),
                ] {
                    if let Some(pointer) = pointer {
                        faults.pointer(&format!("{path}.{key}"), pointer);
                    }
                }
            }
        }
    }
    events(profile, names, faults);
    for (i, ignore) in profile.ignore.iter().enumerate() {
        let path = format!("ignore[{i}]");
        log_known(&format!("{path}.log"), &ignore.log, names, faults);
        faults.anchored(&format!("{path}.match"), &ignore.pattern);
        faults.not_blank(&format!("{path}.why"), "why this is normal", &ignore.why);
        text_is_read(&format!("{path}.match"), log_of(profile, &ignore.log), faults);
    }
}

fn zone(path: &str, zone: &str, faults: &mut Faults<'_>) {
    let offset = || jiff::fmt::strtime::parse("%:z", zone).is_ok();
    if !matches!(zone, "utc" | "local") && !offset() && jiff::tz::TimeZone::get(zone).is_err() {
        faults.add(path, format!("unknown time zone {zone:?}: write utc, local, a name such as Europe/Berlin, or an offset such as +02:00"));
    }
}

fn text_format(path: &str, text: &TextFormat, faults: &mut Faults<'_>) {
    let groups = faults.anchored(&format!("{path}.first"), &text.first);
    if !groups.is_empty() {
        for needed in ["ts", "msg"] {
            if !groups.iter().any(|group| group == needed) {
                faults.add(
                    &format!("{path}.first"),
                    format!("the expression has no group `{needed}`: write (?P<{needed}>…)"),
                );
            }
        }
    }
    known_groups(
        &format!("{path}.first"),
        &groups,
        &["ts", "msg", "level", "component", "host"],
        faults,
    );
    if let Some(tail) = &text.tail {
        let groups = faults.pattern(&format!("{path}.tail"), tail);
        known_groups(&format!("{path}.tail"), &groups, &["file", "line"], faults);
    }
    // Written once, the format shows whether all of it is known.
    if let Err(error) = jiff::fmt::strtime::format(&text.ts, jiff::Timestamp::UNIX_EPOCH) {
        faults.add(
            &format!("{path}.ts"),
            format!("{:?} is no format of a time stamp: {error}", text.ts),
        );
    }
}

fn known_groups(path: &str, groups: &[String], known: &[&str], faults: &mut Faults<'_>) {
    for group in groups {
        if !known.contains(&group.as_str()) {
            let near = did_you_mean(group, known.iter().copied());
            faults.add(
                path,
                format!("unknown group {group:?}{near}: known here are {}", known.join(", ")),
            );
        }
    }
}

fn events(profile: &Profile, names: &Names<'_>, faults: &mut Faults<'_>) {
    for (i, event) in profile.events.iter().enumerate() {
        let path = format!("events[{i}]");
        for (j, program) in event.program.iter().enumerate() {
            if program.is_empty() || program.contains(['/', '(', ' ']) {
                faults.add(&format!("{path}.program[{j}]"), format!("{program:?} is no name of a program: write it without its folder, e.g. sshd"));
            }
        }
        faults.name(&format!("{path}.event"), "an event", &event.event);
        log_known(&format!("{path}.log"), &event.log, names, faults);
        let log = log_of(profile, &event.log);
        let json = log.and_then(|log| match &log.format {
            LogFormat::Json(json) => Some(json),
            _ => None,
        });
        let mut labels: Vec<String> = event.set.keys().cloned().collect();
        match (&event.pattern, &event.kind) {
            (None, None) => faults.add(&path, "an event needs `match`, or `kind` of a JSON log"),
            (Some(pattern), _) => {
                labels.extend(faults.anchored(&format!("{path}.match"), pattern));
                text_is_read(&format!("{path}.match"), log, faults);
            }
            _ => {}
        }
        if event.kind.is_some() && log.is_some() && json.is_none_or(|json| json.kind.is_none()) {
            faults.add_key(
                &format!("{path}.kind"),
                format!(
                    "the format of the log {:?} does not say where a record's kind stands",
                    event.log
                ),
            );
        }
        if event.skip_first_of_session
            && log.is_some()
            && json.is_none_or(|json| json.session.is_none())
        {
            faults.add_key(
                &format!("{path}.skip_first_of_session"),
                format!(
                    "the format of the log {:?} does not say where a record's session stands",
                    event.log
                ),
            );
        }
        if let Some(component) = &event.component {
            faults.known(
                &format!("{path}.component"),
                "component",
                component,
                names.components.iter().copied(),
            );
        }
        if let Some(instance) = &event.instance {
            faults.known(
                &format!("{path}.instance"),
                "label",
                instance,
                labels.iter().map(String::as_str),
            );
        }
        if event.echo && (event.failure || event.change) {
            faults.add_key(
                &format!("{path}.echo"),
                "an echo is not counted: it is neither a failure nor a change",
            );
        }
    }
}

fn log_known(path: &str, log: &str, names: &Names<'_>, faults: &mut Faults<'_>) {
    if log != ANY_LOG {
        faults.known(path, "log", log, names.logs.iter().copied());
    }
}

/// The text of private sources is not matched.
fn text_is_read(path: &str, log: Option<&LogSource>, faults: &mut Faults<'_>) {
    if let Some(log) = log.filter(|log| log.private) {
        faults.add_key(path, format!("the log {:?} is private: its text is not matched", log.id));
    }
}

fn log_of<'a>(profile: &'a Profile, id: &str) -> Option<&'a LogSource> {
    profile.logs.iter().find(|log| log.id == id)
}
