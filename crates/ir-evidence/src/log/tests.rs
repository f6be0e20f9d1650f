use ir_core::docs::LogFormat;
use ir_core::logs::{ParseOptions, Parser, Zone};
use proptest::prelude::*;

use super::{Cut, Found, scan};
use crate::window::Window;

fn second(n: u64) -> String {
    format!("2026-03-07T04:{:02}:{:02}Z", n / 60, n % 60)
}

fn window(from: u64, to: Option<u64>) -> Window {
    Window { from: second(from).parse().unwrap(), to: to.map(|to| second(to).parse().unwrap()) }
}

fn find(log: &[u8], window: Window, limit: u64) -> Option<Found> {
    let mut parser = Parser::new(&LogFormat::Auto, Zone::utc(), ParseOptions::default()).unwrap();
    let mut cut = Cut::new(window, limit);
    scan(&mut &log[..], &mut parser, 1 << 20, &mut |record| cut.see(record)).unwrap();
    cut.found(log.len() as u64, parser.stats().lines)
}

/// The text of the part, its first line, its lines.
fn text(log: &[u8], window: Window) -> Option<(String, u64, u64)> {
    let found = find(log, window, u64::MAX)?;
    let from = found.part.offset as usize;
    let bytes = &log[from..from + found.bytes as usize];
    Some((String::from_utf8(bytes.to_vec()).unwrap(), found.part.first_line, found.part.lines))
}

#[test]
fn whole_records_are_cut_out() {
    let log = format!(
        "{} INFO one\n{} ERROR two\n  at frame 1\n  at frame 2\n{} INFO three\n{} INFO four",
        second(1),
        second(2),
        second(3),
        second(4)
    );
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    let part = |range: std::ops::Range<usize>| {
        Some((lines[range.clone()].concat(), range.start as u64 + 1, range.len() as u64))
    };
    assert_eq!(text(log.as_bytes(), window(2, Some(2))), part(1..4));
    assert_eq!(text(log.as_bytes(), window(3, None)), part(4..6));
    assert_eq!(text(log.as_bytes(), window(0, None)), part(0..6));
    assert_eq!(text(log.as_bytes(), window(5, None)), None);
    assert_eq!(text(log.as_bytes(), window(0, Some(0))), None);
}

#[test]
fn a_late_record_between_is_kept_and_one_behind_is_reached() {
    let log = format!(
        "{} a\n{} b\n{} c\n{} d\n{} e\n",
        second(10),
        second(1),
        second(11),
        second(30),
        second(12)
    );
    assert_eq!(text(log.as_bytes(), window(10, Some(11))).unwrap().1, 1);
    let (part, first, lines) = text(log.as_bytes(), window(11, Some(12))).unwrap();
    assert_eq!((first, lines), (3, 3));
    assert!(part.ends_with("e\n"));
}

#[test]
fn a_limit_leaves_whole_records() {
    let log: String = (0..10).map(|n| format!("{} line {n}\n", second(n))).collect();
    let line = log.len() as u64 / 10;
    for limit in 0..log.len() as u64 + 5 {
        let found = find(log.as_bytes(), window(2, None), limit).unwrap();
        let room = (limit / line).min(8);
        assert_eq!(
            (found.bytes, found.part.lines, found.part.records),
            (room * line, room, room),
            "{limit}"
        );
        assert_eq!(found.limited, room < 8);
    }
}

#[test]
fn the_times_are_those_of_the_part() {
    let log: String = [3, 5, 4, 9].iter().map(|n| format!("{} x\n", second(*n))).collect();
    let part = find(log.as_bytes(), window(4, Some(6)), u64::MAX).unwrap().part;
    assert_eq!(
        (part.from, part.to, part.records),
        (Some(second(4).parse().unwrap()), Some(second(5).parse().unwrap()), 2)
    );
}

proptest! {
    /// Against the plain way: all records with their times in a list.
    #[test]
    fn the_part_is_what_the_plain_way_finds(
        records in prop::collection::vec((prop::option::weighted(0.8, 0u64..60), 0usize..3), 0..40),
        from in 0u64..60,
        length in prop::option::of(0u64..30),
    ) {
        let window = window(from, length.map(|n| from + n));
        let mut log = String::new();
        // Start, time; a line without a stamp continues the record before it.
        let mut starts: Vec<(usize, u64)> = Vec::new();
        for (time, more) in &records {
            match time {
                Some(time) => {
                    starts.push((log.len(), *time));
                    log.push_str(&format!("{} INFO x\n", second(*time)));
                }
                None if starts.is_empty() => continue,
                None => log.push_str("  more\n"),
            }
            log.push_str(&"  and more\n".repeat(*more));
        }
        let late = |time: u64| length.is_some_and(|n| time > from + n);
        let inside = |time: u64| time >= from && !late(time);
        let expected = starts.iter().position(|s| inside(s.1)).map(|first| {
            let last = starts.iter().rposition(|s| inside(s.1)).unwrap_or(first);
            let end = starts[last..].iter().find(|s| late(s.1)).map_or(log.len(), |s| s.0);
            let part = &log[starts[first].0..end];
            let before = log[..starts[first].0].matches('\n').count() as u64;
            (part.to_owned(), before + 1, part.matches('\n').count() as u64)
        });
        prop_assert_eq!(text(log.as_bytes(), window), expected);
    }
}
