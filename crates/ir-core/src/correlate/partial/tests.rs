use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Bounds, Eras, Observation, Partial, Scan, What};
use crate::correlate::{Name, Place, Writer, mask};
use crate::docs::Level;
use crate::wire::Time;

fn at(s: i64) -> Time {
    Time::from_millis(s * 1000).unwrap()
}

const LEAD: i64 = 100;
const ONSET: i64 = 160;
const END: i64 = 300;

fn eras() -> Eras {
    Eras { lead: at(LEAD), onset: at(ONSET), end: Some(at(END)) }
}

/// An owned observation: time, message, level, writer; no message: counted; a writer without a level: named.
#[derive(Clone, Debug)]
struct Row {
    time: i64,
    line: u64,
    text: Option<String>,
    level: Option<Level>,
    writer: Option<Writer<&'static str>>,
    name: Option<Name>,
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let text = prop_oneof![
        Just(None),
        "(alpha|beta [0-9]|gamma x[0-9]y|delta 'q') (one|two)".prop_map(Some)
    ];
    let level = prop::option::of(prop_oneof![Just(Level::Info), Just(Level::Error)]);
    let writer = prop::option::of(prop_oneof![Just(Writer::File("a")), Just(Writer::Program("a"))]);
    let name = prop::option::of(("e|f", prop::option::of("i[0-9]")));
    let row = (0..2 * END, text, level, writer, name);
    prop::collection::vec(row, 0..80).prop_map(|rows| {
        let number =
            |(i, (time, text, level, writer, name)): (usize, (_, _, _, _, Option<(String, _)>))| {
                Row {
                    time,
                    line: i as u64 + 1,
                    text,
                    level,
                    writer,
                    name: name.map(|(event, instance)| Name { event, component: None, instance }),
                }
            };
        rows.into_iter().enumerate().map(number).collect()
    })
}

fn observe(row: &Row) -> Observation<'_> {
    let message = row.text.as_deref().unwrap_or_default().as_bytes();
    let what = match (&row.name, &row.text) {
        (Some(name), _) => What::Named { name, message },
        (None, Some(_)) => What::Text { level: row.level, writer: row.writer, message },
        (None, None) => What::Counted,
    };
    Observation {
        time: at(row.time),
        place: Place { source: 0, line: row.line, offset: row.line * 10 },
        what,
    }
}

fn one_by_one(rows: &[Row], bounds: Bounds, from: i64) -> Scan {
    let mut state = Partial::new(eras(), bounds);
    rows.iter().for_each(|r| state.absorb(&observe(r)));
    state.settle(at(from))
}

fn borrowed(writer: &Writer<String>) -> Writer<&str> {
    match writer {
        Writer::File(name) => Writer::File(name),
        Writer::Program(name) => Writer::Program(name),
    }
}

const TIGHT: Bounds = Bounds { messages: 4, names: 3, held: 6 };

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn counts_are_those_of_a_naive_count(rows in rows(), from in LEAD..=ONSET) {
        let scan = one_by_one(&rows, Bounds::default(), from);
        // Time and line of each record of a message, before the window and in it.
        type Sides = [Vec<(i64, u64)>; 2];
        type Key<'a> = (String, Option<Writer<&'a str>>, Option<Level>);
        let mut naive = BTreeMap::<Key<'_>, Sides>::new();
        let inside = |r: &&Row| r.time <= END;
        for row in rows.iter().filter(inside).filter(|r| r.name.is_none()) {
            let Some(text) = &row.text else { continue };
            let mut template = Vec::new();
            mask(text.as_bytes(), &mut template);
            let key = (String::from_utf8(template).unwrap(), row.writer, row.level);
            naive.entry(key).or_default()[usize::from(row.time >= from)].push((row.time, row.line));
        }
        prop_assert_eq!(scan.messages.len(), naive.len());
        for (message, ((template, writer, level), sides)) in scan.messages.iter().zip(naive) {
            prop_assert_eq!((&*message.template, message.writer.as_ref().map(borrowed), message.level), (&*template, writer, level));
            for (sum, mut seen) in [&message.before, &message.window].into_iter().zip(sides) {
                seen.sort_unstable();
                prop_assert_eq!(sum.count, seen.len() as u64);
                prop_assert_eq!(sum.span, seen.first().map(|f| (at(f.0), at(seen[seen.len() - 1].0))));
                let samples: Vec<_> = sum.samples.iter().map(|s| (s.time, s.place.line)).collect();
                prop_assert_eq!(samples, seen.iter().take(3).map(|(t, l)| (at(*t), *l)).collect::<Vec<_>>());
            }
        }
        let named = scan.names.iter().map(|n| n.before.count + n.window.count).sum::<u64>();
        prop_assert_eq!(named, rows.iter().filter(inside).filter(|r| r.name.is_some()).count() as u64);
        prop_assert_eq!(scan.before.records, rows.iter().filter(|r| r.time < from).count() as u64);
        prop_assert_eq!(scan.before.records + scan.window.records + scan.after, rows.len() as u64);
    }

    #[test]
    fn order_parts_and_threads_change_nothing(
        rows in rows().prop_shuffle_pair(), cuts in (0_usize..80, 0_usize..80), tight: bool, from in LEAD..=ONSET,
    ) {
        let (rows, shuffled) = rows;
        let bounds = if tight { TIGHT } else { Bounds::default() };
        let expected = one_by_one(&rows, bounds, from);
        prop_assert_eq!(&one_by_one(&shuffled, bounds, from), &expected);

        let observations: Vec<_> = shuffled.iter().map(observe).collect();
        let (a, b) = (cuts.0.min(rows.len()), cuts.1.min(rows.len()));
        let (a, b) = (a.min(b), a.max(b));
        let part = |slice: &[Observation<'_>]| Partial::of(eras(), bounds, slice);
        let (x, y, z) = (&observations[..a], &observations[a..b], &observations[b..]);
        prop_assert_eq!(&part(x).merge(part(y)).merge(part(z)).settle(at(from)), &expected);
        prop_assert_eq!(&part(z).merge(part(x).merge(part(y))).settle(at(from)), &expected);
        prop_assert!(expected.messages.len() <= bounds.messages.max(12));
    }
}

/// A list and the same list in another order.
trait ShufflePair: Strategy {
    fn prop_shuffle_pair(self) -> impl Strategy<Value = (Self::Value, Self::Value)>;
}

impl<S: Strategy<Value = Vec<Row>>> ShufflePair for S {
    fn prop_shuffle_pair(self) -> impl Strategy<Value = (Self::Value, Self::Value)> {
        self.prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
    }
}

#[test]
fn beyond_the_bound_the_mask_is_coarser_and_nothing_is_lost() {
    let letters = |i: usize| {
        [b'a' + (i / 26) as u8, b'a' + (i % 26) as u8].map(char::from).iter().collect::<String>()
    };
    let rows: Vec<Row> = (0..600)
        .map(|i| Row {
            time: ONSET,
            line: i + 1,
            text: Some(format!("word{} of {}", i % 2, letters(i as usize))),
            level: None,
            writer: Some(Writer::File("w.py")),
            name: None,
        })
        .collect();
    let scan = one_by_one(&rows, Bounds { messages: 100, ..Bounds::default() }, ONSET);
    assert_eq!(scan.coarsened, 2 + 1, "the third word still tells them apart");
    assert_eq!(scan.messages.iter().map(|m| m.window.count).sum::<u64>(), 600);
    assert_eq!(scan.messages[0].writer, Some(Writer::File("w.py".to_owned())));
}

#[test]
fn a_crowded_lead_begins_at_the_onset() {
    let row = |line| Row {
        time: LEAD + 1,
        line,
        text: Some("x".into()),
        level: None,
        writer: None,
        name: None,
    };
    let rows: Vec<Row> = (1..=7).map(row).collect();
    let kept = one_by_one(&rows[..6], TIGHT, LEAD);
    assert!(kept.whole_lead && kept.window.records == 6 && kept.from == at(LEAD));
    let spilled = one_by_one(&rows, TIGHT, LEAD);
    assert!(!spilled.whole_lead && spilled.before.records == 7 && spilled.from == at(ONSET));
}
