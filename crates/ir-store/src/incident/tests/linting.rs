use proptest::prelude::*;

use super::{Home, append, book, entry};
use crate::incident::{Entry, Fault};

const LINES: usize = 6;

/// A sound store, and the lines of its one file.
fn sound(indexed: bool) -> (Home, Vec<Vec<u8>>) {
    let home = Home::new();
    let entries: Vec<Entry> = (0..LINES).map(|n| entry(&format!("n{n}"), "text")).collect();
    append(&home.store(), &book(1), &entries).unwrap();
    if !indexed {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(home.path().join(format!("index.db{end}")));
        }
    }
    assert_eq!(home.store().lint(&[]).unwrap().faults, []);
    let bytes = home.bytes(&book(1));
    let lines = bytes.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    (home, lines)
}

fn lint(home: &Home, lines: &[Vec<u8>]) -> Vec<Fault> {
    home.put(&book(1), &lines.concat());
    home.store().lint(&[]).unwrap().faults
}

fn named(faults: &[Fault]) -> Vec<u64> {
    let mut lines: Vec<u64> = faults.iter().filter_map(|f| f.line).collect();
    lines.dedup();
    lines
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// With the index even the last line is vouched for; without it a change of the last line is seen only if it breaks it.
    #[test]
    fn a_flipped_byte_is_named_by_its_line(line in 0..LINES, at in any::<prop::sample::Index>(), bit in 0u8..8, indexed: bool) {
        let (home, mut lines) = sound(indexed);
        let at = at.index(lines[line].len());
        lines[line][at] ^= 1 << bit;
        let faults = lint(&home, &lines);
        if indexed || line + 1 < LINES {
            prop_assert!(named(&faults).contains(&(line as u64 + 1)), "line {}, byte {}: {:?}", line + 1, at, faults);
        }
        if indexed && lines[line].iter().filter(|b| **b == b'\n').count() == 1 && lines[line].ends_with(b"\n") {
            prop_assert_eq!(named(&faults), [line as u64 + 1], "{:?}", faults);
        }
    }

    #[test]
    fn a_line_taken_out_is_named(line in 0..LINES, indexed: bool) {
        let (home, mut lines) = sound(indexed);
        lines.remove(line);
        let faults = lint(&home, &lines);
        if indexed {
            prop_assert!(named(&faults).contains(&(line as u64 + 1)), "{}: {:?}", line + 1, faults);
            let what = format!("it was line {}", line + 1);
            prop_assert!(faults.iter().any(|f| f.what.contains(&what)), "{:?}", faults);
        } else if line + 1 < LINES {
            // The line before the gap; the first one has none.
            prop_assert_eq!(named(&faults), [(line as u64).max(1)], "{:?}", faults);
        }
    }

    #[test]
    fn swapped_lines_are_named(a in 0..LINES, b in 0..LINES, indexed: bool) {
        let (home, mut lines) = sound(indexed);
        prop_assume!(a != b);
        lines.swap(a, b);
        let faults = lint(&home, &lines);
        let first = a.min(b) as u64 + 1;
        prop_assert!(named(&faults).iter().any(|line| (first..first + 2).contains(line)), "{} {}: {:?}", a, b, faults);
    }

    #[test]
    fn a_repeated_line_is_named(line in 0..LINES, to in 0..=LINES, indexed: bool) {
        let (home, mut lines) = sound(indexed);
        lines.insert(to, lines[line].clone());
        let faults = lint(&home, &lines);
        let second = line.max(to) as u64 + 1 + u64::from(to <= line) ;
        let repeats = faults.iter().find(|f| f.what.contains("it repeats line")).map(|f| f.line);
        prop_assert_eq!(repeats, Some(Some(second.min(LINES as u64 + 1))), "{} {}: {:?}", line, to, faults);
    }

    #[test]
    fn a_shortened_line_is_named(line in 0..LINES, by in 1usize..40) {
        let (home, mut lines) = sound(true);
        let length = lines[line].len();
        lines[line].drain(length - 1 - by..length - 1);
        let faults = lint(&home, &lines);
        prop_assert_eq!(named(&faults), [line as u64 + 1], "{:?}", faults);
    }

    /// The index remembers how long the file was, whatever happens after.
    #[test]
    fn a_file_that_became_shorter_is_told_for_good(keep in 0..LINES, more in 0usize..10) {
        let (home, lines) = sound(true);
        home.put(&book(1), &lines[..keep].concat());
        let store = home.store();
        let told = |faults: &[Fault]| faults.iter().any(|f| f.what.contains("shorter") || f.what.contains("had another line here"));
        prop_assert!(told(&store.lint(&[]).unwrap().faults));
        store.incidents().unwrap();
        prop_assert!(told(&store.lint(&[]).unwrap().faults));
        for n in 0..more {
            let added = append(&store, &book(1), &[entry(&format!("m{n}"), "later")]).unwrap();
            prop_assert!(added.notes.iter().any(|n| n.contains("it does not hold all")), "{:?}", added.notes);
        }
        let faults = store.lint(&[]).unwrap().faults;
        prop_assert!(told(&faults), "{:?}", faults);
    }
}

#[test]
fn a_file_that_is_gone_is_told() {
    let (home, _) = sound(true);
    std::fs::remove_file(home.store().path_of(&book(1))).unwrap();
    let faults = home.store().lint(&[]).unwrap().faults;
    assert!(
        faults.len() == 1 && faults[0].what.contains("it is gone; it had 6 lines"),
        "{faults:?}"
    );
}

#[test]
fn a_file_in_the_place_of_another_is_told() {
    let (home, lines) = sound(false);
    std::fs::remove_file(home.store().path_of(&book(1))).unwrap();
    home.put(&book(2), &lines.concat());
    let faults = home.store().lint(&[]).unwrap().faults;
    assert!(
        faults.iter().any(|f| f.line == Some(1) && f.what.contains("does not begin the file")),
        "{faults:?}"
    );
}

#[test]
fn what_does_not_hold_together_is_told_at_its_line() {
    let home = Home::new();
    let store = home.store();
    let record = |kind: &str, id: &str, subject: &str, data: &str| {
        let line = format!(
            "{{\"specversion\":\"1.0\",\"type\":\"{kind}\",\"source\":\"t/h\",\"id\":\"{id}\",\"subject\":\"{subject}\",\"data\":{data}}}"
        );
        Entry::new(line.as_bytes()).unwrap()
    };
    let mine = "INC-20261123-00000001";
    let incident = "{\"title\":\"t\",\"onset\":\"2026-11-23T08:00:00Z\",\"detected\":\"2026-11-23T08:00:00Z\",\"last\":\"2026-11-23T08:00:00Z\",\"alerts\":[\"al-1\",\"n\"],\"categories\":[]}";
    let classified = "{\"severity\":\"P1\",\"rationale\":[{\"factor\":\"f\",\"value\":\"v\",\"from\":[\"--fact\",\"al-2\"],\"note\":\"\"}],\"could_be\":[],\"components\":[{\"name\":\"c\",\"from\":[\"al-1\"]}],\"categories\":[],\"playbooks\":[],\"respond_by\":\"2026-11-23T08:00:00Z\",\"response_s\":1.0,\"mobilize\":[]}";
    let entries = [
        entry("n", "x"),
        record("ir.incident.v1", "in-1", mine, incident),
        record("ir.classified.v1", "cl-1", mine, classified),
        record("ir.note.v1", "nt-1", mine, "{\"text\":7}"),
        record("com.other", "x", "INC-20261123-00000002", "{}"),
    ];
    append(&store, &book(1), &entries).unwrap();
    let faults = store.lint(&[]).unwrap().faults;
    let told: Vec<(Option<u64>, &str)> = faults.iter().map(|f| (f.line, &*f.what)).collect();
    assert_eq!(told[0], (Some(2), "it lists the alert al-1, which is not in the file"));
    assert_eq!(told[1], (Some(3), "its rationale cites al-2, which is not in the file"));
    assert!(told[2].0 == Some(4) && told[2].1.contains("not a valid ir.note.v1"), "{told:?}");
    assert_eq!(told[3], (Some(5), "it is a record of INC-20261123-00000002"));
    assert_eq!(told.len(), 4);
    let (listed, _) = store.incidents().unwrap();
    assert_eq!(listed[0].said.title.as_deref(), Some("t"));
    assert_eq!(listed[0].said.severity, Some(ir_core::wire::Severity::P1));
}

#[test]
fn an_index_that_says_something_else_is_told() {
    for change in [
        "UPDATE incidents SET severity = 'P3'",
        "UPDATE records SET id = 'n9' WHERE line = 2",
        "DELETE FROM records WHERE line = 2",
    ] {
        let (home, _) = sound(true);
        let sql = rusqlite::Connection::open(home.path().join("index.db")).unwrap();
        sql.execute_batch(change).unwrap();
        drop(sql);
        let faults = home.store().lint(&[]).unwrap().faults;
        let told = |f: &Fault| {
            f.path.ends_with("index.db") && f.what.contains("is not what the file says")
        };
        assert!(faults.iter().any(told), "{change}: {faults:?}");
    }
}

#[test]
fn strange_files_are_told_and_torn_ones_counted() {
    let (home, _) = sound(true);
    let dir = home.path().join("incidents");
    std::fs::write(dir.join("INC-20261123-00000001.torn"), "{\n").unwrap();
    std::fs::write(dir.join("notes.txt"), "x").unwrap();
    let linted = home.store().lint(&[]).unwrap();
    assert_eq!((linted.torn_files, linted.incidents, linted.lines), (1, 1, LINES as u64));
    assert!(linted.faults.len() == 1 && linted.faults[0].path.ends_with("notes.txt"));
}
