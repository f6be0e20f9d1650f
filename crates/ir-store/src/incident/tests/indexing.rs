use std::fs;

use super::{Home, append, book, entry};

fn filled(home: &Home) {
    for n in 0..3 {
        append(&home.store(), &book(n), &[entry("a", "x"), entry(&format!("b{n}"), "y")]).unwrap();
    }
}

#[test]
fn a_damaged_index_is_made_anew_and_fails_nobody() {
    for junk in [&b"no database"[..], &[0; 8192], b""] {
        let home = Home::new();
        filled(&home);
        for end in ["-wal", "-shm"] {
            let _ = fs::remove_file(home.path().join(format!("index.db{end}")));
        }
        fs::write(home.path().join("index.db"), junk).unwrap();
        let added = append(&home.store(), &book(1), &[entry("a", "x"), entry("c", "z")]).unwrap();
        assert_eq!((added.written, added.known, added.notes), (1, 1, vec![]));
        assert_eq!(home.store().incidents().unwrap().0.len(), 3);
        let (kept, anew) = home.store().index_kept_and_anew().unwrap();
        assert_eq!(kept, anew);
        assert!(
            kept.iter().any(|row| row.starts_with("records") && row.contains("\"c\"")),
            "{kept:#?}"
        );
    }
}

#[test]
fn an_index_of_another_version_or_with_strange_tables_is_made_anew() {
    for change in
        ["PRAGMA user_version=7", "DROP TABLE records", "UPDATE incidents SET head='x', state='?'"]
    {
        let home = Home::new();
        filled(&home);
        let sql = rusqlite::Connection::open(home.path().join("index.db")).unwrap();
        sql.execute_batch(change).unwrap();
        drop(sql);
        let added = append(&home.store(), &book(1), &[entry("a", "x"), entry("c", "z")]).unwrap();
        assert_eq!((added.written, added.known, added.notes), (1, 1, vec![]), "{change}");
        let (listed, notes) = home.store().incidents().unwrap();
        assert_eq!((listed.len(), notes), (3, vec![]), "{change}");
        let (kept, anew) = home.store().index_kept_and_anew().unwrap();
        assert_eq!(kept, anew, "{change}");
    }
}

#[test]
fn an_index_that_cannot_be_is_noted_and_fails_nobody() {
    let home = Home::new();
    fs::create_dir(home.path().join("index.db")).unwrap();
    let both = [entry("a", "x"), entry("b", "y")];
    let added = append(&home.store(), &book(1), &both).unwrap();
    assert!(added.written == 2 && added.notes.len() == 1, "{added:?}");
    let added = append(&home.store(), &book(1), &both).unwrap();
    assert!(added.known == 2 && added.written == 0, "the file itself is read: {added:?}");
    let (listed, notes) = home.store().incidents().unwrap();
    assert_eq!((listed.len(), listed[0].mark.lines, notes.len()), (1, 2, 1));
}

#[test]
fn a_file_that_is_not_the_one_it_knows_is_read_anew() {
    let home = Home::new();
    filled(&home);
    // Another history of the same length.
    let other = Home::new();
    append(&other.store(), &book(1), &[entry("c", "x"), entry("d1", "y")]).unwrap();
    home.put(&book(1), &other.bytes(&book(1)));
    let added = append(&home.store(), &book(1), &[entry("a", "x"), entry("c", "x")]).unwrap();
    assert_eq!((added.written, added.known), (1, 1));
    assert!(added.notes[0].contains("it does not hold all that it held"), "{:?}", added.notes);
    let lines = |rows: &[String]| -> Vec<String> {
        rows.iter().filter(|row| !row.starts_with("marks")).cloned().collect()
    };
    let (kept, anew) = home.store().index_kept_and_anew().unwrap();
    assert_eq!(lines(&kept), lines(&anew));
}
