use std::io::Read;

use super::{Home, append, book, entry, wires};
use crate::Hash;
use crate::incident::{Added, Batch, Book, Entry, StoreError};

#[test]
fn a_file_looks_like_this() {
    let home = Home::new();
    let (a, b) = (entry("a", "one"), entry("b", "two"));
    append(&home.store(), &book(1), &[a.clone(), b.clone()]).unwrap();
    let bytes = home.bytes(&book(1));
    let lines: Vec<&[u8]> = bytes.split(|b| *b == b'\n').collect();
    let line = |entry: &Entry, prev: Hash| {
        let wire = String::from_utf8(entry.wire().to_vec()).unwrap();
        format!("{},\"prevhash\":\"{prev}\"}}", &wire[..wire.len() - 1]).into_bytes()
    };
    assert_eq!(lines[0], line(&a, Hash::of(b"INC-20261123-00000001")));
    assert_eq!(lines[1], line(&b, Hash::of(lines[0])));
    assert_eq!(lines[2], b"");

    append(&home.store(), &Book::Detect, std::slice::from_ref(&a)).unwrap();
    let detect = home.bytes(&Book::Detect);
    assert_eq!(detect.strip_suffix(b"\n").unwrap(), line(&a, Hash::of(b"detect.jsonl")));
}

#[test]
fn what_is_there_already_is_not_written_twice() {
    let home = Home::new();
    let store = home.store();
    let both = [entry("a", "one"), entry("b", "two"), entry("a", "one")];
    let first = append(&store, &book(1), &both).unwrap();
    assert_eq!((first.written, first.known), (2, 1));
    let before = home.bytes(&book(1));
    let again = append(&store, &book(1), &both).unwrap();
    assert_eq!(again, Added { written: 0, known: 3, notes: vec![] });
    assert_eq!(home.bytes(&book(1)), before);
    // In another file it is another record.
    assert_eq!(append(&store, &book(2), &both).unwrap().written, 2);
}

#[test]
fn the_same_key_with_other_content_is_refused_and_nothing_is_written() {
    let home = Home::new();
    let store = home.store();
    append(&store, &book(1), &[entry("a", "one")]).unwrap();
    let before = home.bytes(&book(1));
    let batch = [entry("b", "new"), entry("a", "other"), entry("b", "newer")];
    let error = append(&store, &book(1), &batch).unwrap_err();
    let StoreError::Conflict { clashes, .. } = &error else { panic!("{error}") };
    let places: Vec<_> = clashes.iter().map(|c| (c.place, c.id.as_str())).collect();
    assert_eq!(places, [(1, "a"), (2, "b")]);
    assert!(error.to_string().contains("t/h a, t/h b"), "{error}");
    assert_eq!(home.bytes(&book(1)), before);
    // White space is content too: the wire is kept byte for byte.
    let spaced = String::from_utf8(entry("a", "one").wire().to_vec()).unwrap().replace("}}", "} }");
    let spaced = Entry::new(spaced.as_bytes()).unwrap();
    assert!(matches!(append(&store, &book(1), &[spaced]), Err(StoreError::Conflict { .. })));
}

#[test]
fn run_records_close_what_changed_and_nothing_else() {
    let home = Home::new();
    let store = home.store();
    let run = |id: &str| {
        let line = format!(
            "{{\"specversion\":\"1.0\",\"type\":\"ir.run.v1\",\"source\":\"t/h\",\"id\":\"{id}\"}}"
        );
        [Entry::new(line.as_bytes()).unwrap()]
    };
    let (a, b) = ([entry("a", "one")], [entry("b", "two")]);
    let go = |entries: &[Entry], closing: &[Entry], changed| {
        store.append(&book(1), Batch { entries, closing, changed }).unwrap().written
    };
    assert_eq!(go(&a, &run("r1"), false), 2);
    assert_eq!(go(&a, &run("r2"), false), 0, "all is known, and a run closes it");
    assert_eq!(go(&b, &[], false), 1, "a writer that is killed before its run record");
    assert_eq!(go(&b, &run("r3"), false), 1, "the next one closes what is open");
    assert_eq!(go(&[], &run("r4"), true), 1, "something was added before");
}

#[test]
fn a_cut_anywhere_loses_no_whole_line_and_sets_the_rest_aside() {
    let whole = {
        let home = Home::new();
        append(&home.store(), &book(1), &[entry("a", "one"), entry("b", ""), entry("c", "é")])
            .unwrap();
        home.bytes(&book(1))
    };
    for cut in 0..=whole.len() {
        let home = Home::new();
        home.put(&book(1), &whole[..cut]);
        let kept = whole[..cut].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let lines = whole[..kept].iter().filter(|b| **b == b'\n').count();

        // A reader leaves it alone.
        let store = home.store();
        let (mark, torn) =
            store.read(&book(1), &mut |_| Ok::<_, super::StoreErrorOrIo>(())).unwrap();
        assert_eq!(
            (mark.lines as usize, mark.bytes as usize, torn as usize),
            (lines, kept, cut - kept)
        );
        let (mut wire, left) = store.wire(&book(1)).unwrap().unwrap();
        let mut text = Vec::new();
        wire.read_to_end(&mut text).unwrap();
        assert_eq!((text.iter().filter(|b| **b == b'\n').count(), left), (lines, torn));
        let linted = store.lint(&[]).unwrap();
        assert_eq!(linted.faults.len(), usize::from(torn > 0), "{:?}", linted.faults);
        assert!(linted.faults.iter().all(|f| f.line == Some(lines as u64 + 1)));
        assert_eq!(home.bytes(&book(1)), &whole[..cut]);

        // The next writer sets it aside, and says so.
        let added = append(&store, &book(1), &[entry("new", "x")]).unwrap();
        assert_eq!(
            (added.written, added.notes.len()),
            (1, usize::from(cut > kept)),
            "{:?}",
            added.notes
        );
        let now = home.bytes(&book(1));
        assert_eq!(&now[..kept], &whole[..kept]);
        let mut torn = whole[kept..cut].to_vec();
        if !torn.is_empty() {
            torn.push(b'\n');
        }
        assert_eq!(home.torn(&book(1)), torn);
        assert_eq!(wires(&store, &book(1)).len(), lines + 1);
        assert_eq!(store.lint(&[]).unwrap().faults, []);
    }
}

#[test]
fn many_writers_at_once_lose_nothing() {
    const WRITERS: usize = 8;
    const EACH: usize = 12;
    let home = Home::new();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let home = &home;
            scope.spawn(move || {
                for n in 0..EACH {
                    let entries = [entry(&format!("{writer}-{n}"), "x"), entry("shared", "x")];
                    let added = append(&home.store(), &book(1), &entries).unwrap();
                    assert_eq!(added.notes, Vec::<String>::new());
                }
            });
        }
    });
    let store = home.store();
    assert_eq!(wires(&store, &book(1)).len(), WRITERS * EACH + 1);
    assert_eq!(store.lint(&[]).unwrap().faults, []);
    let (kept, anew) = store.index_kept_and_anew().unwrap();
    assert_eq!(kept, anew);
}
