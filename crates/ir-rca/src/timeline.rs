//! The verb `timeline`: records, and the named events of the logs behind them, in the order of event time.

mod row;

use ir_cli::{Session, pump};
use ir_core::correlate::Eras;
use ir_core::logs::{Class, Record};
use ir_core::wire::{Incident, Recorded, SourceRead, State, Time};
use rayon::prelude::*;

use crate::args::TimelineArgs;
use crate::cause::eras;
use crate::desk::Desk;
use crate::job::{alerts_of, incidents, is_over};
use crate::read::Order;
use row::Row;

/// Rows of one log, and of the records, that are kept; of more, the first are told and the rest counted.
const MOST: usize = 100_000;

/// Runs it.
pub(crate) fn run(args: &TimelineArgs, session: &mut Session) -> anyhow::Result<()> {
    let (mut state, mut rows, mut beyond) = (State::default(), Vec::new(), 0);
    let intake = pump(session, &args.files, false, &mut |head, _| {
        state.apply(head)?;
        if rows.len() < MOST {
            rows.extend(row::of_record(head)?);
        } else {
            beyond += 1;
        }
        Ok(())
    })?;
    let mut run = session.run_of(&intake);
    beyond += state.beyond;
    if beyond > 0 {
        run.reasons.push(format!("{beyond} records were too many to be told"));
    }
    let incidents = incidents(&state);
    if !incidents.is_empty() {
        let desk = Desk::new(&args.logs, session, &state, &mut run)?;
        for (id, incident, next) in incidents {
            let window = window(&state, incident, next, args.before);
            let (orders, missed) = desk.logs(id)?;
            let read: Vec<Told> =
                orders.into_par_iter().map(|order| tell(order, &desk, session, window)).collect();
            let sources: Vec<&SourceRead> = read.iter().map(|told| &told.read).collect();
            desk.tell(id, &missed, &sources, &mut run);
            for told in read {
                if told.beyond > 0 {
                    run.reasons.push(format!(
                        "log {}: {} events after the first {MOST} are not told",
                        told.read.id, told.beyond
                    ));
                }
                rows.extend(told.rows);
            }
        }
    }
    let mut rows = row::sorted(rows);
    if !args.all {
        rows = row::folded(rows);
    }
    row::print(&rows, session)?;
    session.settle(&mut run);
    Ok(())
}

/// What of the logs belongs to the incident.
fn window(state: &State, incident: &Recorded<Incident>, next: Option<Time>, before: f64) -> Eras {
    let over = is_over(&alerts_of(state, &incident.body));
    let mut eras = eras(&incident.body, over, next);
    eras.lead = eras.onset.plus_seconds(-before);
    eras
}

/// What one log told.
struct Told {
    rows: Vec<Row>,
    beyond: u64,
    read: SourceRead,
}

fn tell(order: Order, desk: &Desk<'_>, session: &Session, window: Eras) -> Told {
    let file = order.file.id.clone();
    let source = order.file.log.map(|n| &desk.profile.logs[n]);
    let log = source.map_or(&file, |s| &s.id).clone();
    let private = source.is_some_and(|s| s.private);
    let (skipped, _) = order.file.skipped;
    let mut classifier = desk.classifier.clone();
    let (mut rows, mut beyond) = (Vec::new(), 0);
    let read = order.each(session, &desk.profile, &mut |record: &Record<'_>| {
        let Some(time) = record.stamp.time() else { return };
        // Sessions are counted from their first record, so every record is classified, wanted or not.
        let Class::Event(event) = classifier.classify(&log, record) else { return };
        let wanted = time >= window.lead && window.end.is_none_or(|end| time <= end);
        if !wanted || event.echo {
            return;
        }
        if rows.len() == MOST {
            beyond += 1;
        } else {
            let line = skipped + record.line;
            let message = if private { &b""[..] } else { record.message };
            rows.push(Row::of_event(&file, line, time, event, message));
        }
    });
    Told { rows, beyond, read }
}
