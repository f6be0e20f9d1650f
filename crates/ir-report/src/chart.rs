//! A timeline as a picture, before it is drawn: where on an axis things lie, as parts of its length.
//!
//! Its size is bounded. A lane with few things shows each in a row of its own; one with many shows how many fall into
//! each of [`COLUMNS`] columns. The axis covers the alerts and what lies near them; what lies far before or after
//! (a collection that was made days later) stands beyond its ends.

mod axis;

use std::collections::BTreeMap;

use ir_core::wire::{Alert, AlertState, FindingKind, Recorded, Time};

pub(crate) use self::axis::Axis;
use crate::report::{IncidentReport, Moment};
use crate::words::{count, plural, seconds, time};

/// Columns of a lane that shows numbers only.
pub(crate) const COLUMNS: usize = 48;

/// A timeline.
#[derive(Debug, PartialEq)]
pub(crate) struct Chart {
    /// What the times mean.
    pub(crate) axis: Axis,
    /// Points in time that concern everything: a word, the time and its place.
    pub(crate) marks: Vec<(&'static str, Time, f64)>,
    /// What is shown, lane by lane; none is empty.
    pub(crate) lanes: Vec<Lane>,
    /// What the picture leaves out, a sentence each.
    pub(crate) notes: Vec<String>,
}

/// Things of one kind.
#[derive(Debug, PartialEq)]
pub(crate) struct Lane {
    /// Of which kind.
    pub(crate) kind: Kind,
    /// How many things.
    pub(crate) count: usize,
    /// Where they lie.
    pub(crate) shown: Shown,
}

/// The kinds of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A rule's alerts about one group, from firing to resolved.
    Alerts,
    /// Something that was loaded, configured or started.
    Changes,
    /// What else stands out in the logs.
    Findings,
    /// What was decided, planned, collected and analysed.
    Response,
}

/// The content of a lane.
#[derive(Debug, PartialEq)]
pub(crate) enum Shown {
    /// Each thing in a row of its own.
    Rows(Vec<Thing>),
    /// How many things begin in each column.
    Columns(Vec<u64>),
}

/// One thing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Thing {
    /// In words. It may quote logs.
    pub(crate) text: String,
    /// When it began.
    pub(crate) at: Time,
    /// Where it begins and ends; the same for a point in time.
    pub(crate) from: f64,
    /// See `from`.
    pub(crate) to: f64,
    /// Where the window of the rule begins, for alerts.
    pub(crate) window: Option<f64>,
    /// It has not ended.
    pub(crate) open: bool,
}

/// One thing, not yet placed.
struct Event {
    kind: Kind,
    text: String,
    from: Time,
    to: Time,
    window_s: f64,
    open: bool,
}

impl Kind {
    /// In order.
    const ALL: [Self; 4] = [Self::Alerts, Self::Changes, Self::Findings, Self::Response];

    /// For people.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Alerts => "Alerts",
            Self::Changes => "Changes",
            Self::Findings => "In the logs",
            Self::Response => "Response",
        }
    }

    /// Things that are shown one by one.
    const fn rows(self) -> usize {
        match self {
            Self::Alerts | Self::Response => 8,
            Self::Changes | Self::Findings => 5,
        }
    }
}

impl Chart {
    /// The timeline of `incidents`; none where nothing of them has a time.
    pub(crate) fn of(incidents: &[IncidentReport]) -> Option<Self> {
        let mut events: Vec<Event> = incidents.iter().flat_map(events).collect();
        // What lies far from the alerts does not stretch the axis.
        let core = incidents.iter().flat_map(core);
        let axis = Axis::of(core, events.iter().flat_map(|e| [e.from, e.to]))?;
        events.sort_by(|a, b| (a.from, a.to, &a.text).cmp(&(b.from, b.to, &b.text)));
        let lanes = Kind::ALL.into_iter().filter_map(|kind| {
            let of: Vec<&Event> = events.iter().filter(|e| e.kind == kind).collect();
            (!of.is_empty()).then(|| lane(kind, &of, &axis))
        });
        let lanes: Vec<Lane> = lanes.collect();
        let mut marks = Vec::new();
        if let [one] = incidents {
            for (word, at) in
                [("onset", one.onset), ("detected", one.detected), ("ended", one.ended)]
            {
                marks.extend(at.map(|at| (word, at, axis.place(at))));
            }
        }
        let notes = notes(incidents, &events, &axis, &lanes);
        Some(Self { axis, marks, lanes, notes })
    }

    /// What it shows, for those who cannot see it.
    pub(crate) fn described(&self) -> String {
        let lanes: Vec<String> = self
            .lanes
            .iter()
            .map(|lane| format!("{}: {}", lane.kind.words(), lane.count))
            .collect();
        let marks: Vec<String> =
            self.marks.iter().map(|(word, at, _)| format!("{word} {}", time(*at))).collect();
        format!(
            "{}. {}.",
            lanes.join(", "),
            if marks.is_empty() { "No mark".into() } else { marks.join(", ") }
        )
    }
}

/// The times that the axis has to cover.
fn core(incident: &IncidentReport) -> impl Iterator<Item = Time> {
    let alerts = incident.alerts.iter().flat_map(|a| [Some(a.body.onset), a.time]);
    let window = incident.cause.iter().flat_map(|c| [c.body.window.from, c.body.window.to]);
    alerts.chain([incident.onset, incident.detected]).flatten().chain(window)
}

fn events(incident: &IncidentReport) -> Vec<Event> {
    let mut events = alerts(&incident.alerts);
    for finding in &incident.findings {
        let body = &finding.body;
        let kind = if body.kind == FindingKind::Change { Kind::Changes } else { Kind::Findings };
        let to = body.last.max(body.onset);
        events.push(Event {
            kind,
            text: body.summary.clone(),
            from: body.onset,
            to,
            window_s: 0.0,
            open: false,
        });
    }
    for row in &incident.timeline {
        let response =
            [Moment::Severity, Moment::Plan, Moment::Evidence, Moment::Cause].contains(&row.what);
        if let Some(at) = row.time.filter(|_| response) {
            let text = format!("{}: {}", row.what.words(), row.text);
            events.push(Event {
                kind: Kind::Response,
                text,
                from: at,
                to: at,
                window_s: 0.0,
                open: false,
            });
        }
    }
    events
}

/// From firing to resolved, rule by rule and group by group.
fn alerts(records: &[Recorded<Alert>]) -> Vec<Event> {
    let end = records.iter().filter_map(|a| a.time).max();
    let mut events: Vec<Event> = Vec::new();
    let mut firing: BTreeMap<_, usize> = BTreeMap::new();
    for record in records {
        let body = &record.body;
        let Some(at) = record.time else { continue };
        let group = (&record.source, &body.app, &body.rule, &body.group);
        match body.state {
            AlertState::Firing => {
                firing.insert(group, events.len());
                let mut text = body.rule.clone();
                for (name, value) in &body.group {
                    text.push_str(&format!(" {name}={value}"));
                }
                events.push(Event {
                    kind: Kind::Alerts,
                    text,
                    from: at,
                    to: end.unwrap_or(at),
                    window_s: body.window_s.unwrap_or_default(),
                    open: true,
                });
            }
            AlertState::Resolved | AlertState::NoData => {
                if let Some(event) = firing.remove(&group).and_then(|n| events.get_mut(n)) {
                    event.to = at.max(event.from);
                    event.open = body.state == AlertState::NoData;
                }
            }
        }
    }
    events
}

fn lane(kind: Kind, events: &[&Event], axis: &Axis) -> Lane {
    let shown = if events.len() <= kind.rows() {
        Shown::Rows(events.iter().map(|event| thing(event, axis)).collect())
    } else {
        let mut columns = vec![0; COLUMNS];
        for event in events {
            let column = (axis.place(event.from) * COLUMNS as f64) as usize;
            columns[column.min(COLUMNS - 1)] += 1;
        }
        Shown::Columns(columns)
    };
    Lane { kind, count: events.len(), shown }
}

fn thing(event: &Event, axis: &Axis) -> Thing {
    let window =
        (event.window_s > 0.0).then(|| axis.place(event.from.plus_seconds(-event.window_s)));
    Thing {
        text: event.text.clone(),
        at: event.from,
        from: axis.place(event.from),
        // What has not ended reaches to the end of the axis.
        to: if event.open { axis.end() } else { axis.place(event.to) }.max(axis.place(event.from)),
        window,
        open: event.open,
    }
}

fn notes(
    incidents: &[IncidentReport],
    events: &[Event],
    axis: &Axis,
    lanes: &[Lane],
) -> Vec<String> {
    let mut notes = Vec::new();
    for lane in lanes {
        if let Shown::Columns(columns) = &lane.shown {
            let highest = columns.iter().max().copied().unwrap_or_default();
            notes.push(format!(
                "{}: {} are too many to show one by one; each of {COLUMNS} columns counts those that begin in {}, at most {}.",
                lane.kind.words(),
                count(lane.count as u64),
                seconds(axis.length_s() / COLUMNS as f64),
                count(highest),
            ));
        }
    }
    let far = |beyond: &dyn Fn(&Event) -> bool| events.iter().filter(|e| beyond(e)).count() as u64;
    let (before, after) = (far(&|e| e.from < axis.from), far(&|e| e.from > axis.to));
    for (n, words) in [
        (before, "before the axis, at its left end"),
        (after, "after the axis, beyond its right end"),
    ] {
        if n > 0 {
            notes.push(format!("{} {words}.", plural(n, "thing")));
        }
    }
    let undated =
        incidents.iter().flat_map(|i| &i.timeline).filter(|row| row.time.is_none()).count();
    if undated > 0 {
        notes.push(format!("{} without a time not shown.", plural(undated as u64, "row")));
    }
    notes
}

#[cfg(test)]
mod tests;
