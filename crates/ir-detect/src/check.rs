//! What the logs cannot show, and the run that nobody closed: checks of status unknown.

use ir_core::docs::NotCovered;
use ir_core::logs::OpenTail;
use ir_core::wire::{Check, CheckStatus, Event, Excerpt, id};
use ir_host::proc::Unmeasured;
use ir_host::process::Found;

/// Of more processes the first ones are named.
const MOST_PIDS: usize = 8;

/// Something that the profile says its logs do not show.
pub(crate) fn not_covered(app: &str, source: &str, gap: &NotCovered) -> Event<Check> {
    let check = Check {
        check: gap.check.clone(),
        status: CheckStatus::Unknown,
        app: Some(app.to_owned()),
        component: gap.component.clone(),
        value: None,
        unit: None,
        limit: None,
        method: gap.method.clone(),
        summary: if gap.reason.contains("not covered") {
            gap.reason.clone()
        } else {
            format!("not covered by the logs: {}", gap.reason)
        },
        samples: Vec::new(),
    };
    Event::new(source, id("ch", [source, app, &gap.check]), check)
}

/// Whether the application runs.
pub(crate) enum Alive {
    /// Which processes, in words.
    Runs(String),
    /// No process fits, and none could have gone unseen.
    None,
    /// Why that is not known.
    Unknown(String),
}

/// Whether the application runs.
pub(crate) fn judged(found: &Result<Found, Unmeasured>) -> Alive {
    let found = match found {
        Ok(found) => found,
        Err(why) => return Alive::Unknown(why.to_string()),
    };
    let pids: Vec<_> = found.processes.iter().map(|p| p.pid.to_string()).collect();
    match (&pids[..], &found.blind) {
        ([], None) => Alive::None,
        ([], Some(why)) => Alive::Unknown(why.clone()),
        ([pid], _) => Alive::Runs(format!("pid {pid}")),
        (pids, _) => Alive::Runs(format!("pids {}", some(pids))),
    }
}

/// The first of them by name, the others by their count.
fn some(pids: &[String]) -> String {
    match pids.len().checked_sub(MOST_PIDS) {
        Some(more @ 1..) => format!("{} and {more} more", pids[..MOST_PIDS].join(", ")),
        _ => pids.join(", "),
    }
}

/// The last run has no closing line: it goes on, or was killed. `found` are the processes of the application, where the live
/// host was asked for them.
pub(crate) fn open_run(
    app: &str,
    source: &str,
    tail: &OpenTail<Excerpt>,
    found: Option<&Result<Found, Unmeasured>>,
) -> Event<Check> {
    let (start, last) = (&tail.run.start, &tail.last);
    let up = if tail.run.ready { "" } else { " and never said that it is up" };
    let (status, verdict) = match found.map(judged) {
        None => (CheckStatus::Unknown, "unknown: running or killed".to_owned()),
        Some(Alive::Runs(said)) => (CheckStatus::Ok, format!("running, {said}")),
        Some(Alive::None) => (CheckStatus::Crit, "killed or crashed: no process of it runs".into()),
        Some(Alive::Unknown(why)) => {
            (CheckStatus::Unknown, format!("unknown: running or killed ({why})"))
        }
    };
    let method = match found {
        None => "start and closing lines in the logs; the process itself would tell",
        Some(_) => "start and closing lines in the logs, and the processes in /proc",
    };
    let check = Check {
        check: "lifecycle".into(),
        status,
        app: Some(app.to_owned()),
        component: None,
        value: None,
        unit: None,
        limit: None,
        method: method.into(),
        summary: format!(
            "{verdict}: the run that began at {}{up} has no closing line; its last record is of {}",
            start.at, last.at
        ),
        samples: vec![start.place.clone(), last.place.clone()],
    };
    let identity = [source, app, "lifecycle", &start.at.to_string(), &last.at.to_string()];
    Event::new(source, id("ch", identity), check).at(last.at)
}

#[cfg(test)]
mod tests {
    use super::some;

    #[test]
    fn thousands_of_processes_are_one_short_sentence() {
        let pids: Vec<String> = (1..=4000).map(|pid: u32| pid.to_string()).collect();
        assert_eq!(some(&pids[..2]), "1, 2");
        assert_eq!(some(&pids[..8]), "1, 2, 3, 4, 5, 6, 7, 8");
        assert_eq!(some(&pids), "1, 2, 3, 4, 5, 6, 7, 8 and 3992 more");
    }
}
