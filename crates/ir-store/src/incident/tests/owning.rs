use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;

use super::{Home, append, book, entry};
use crate::incident::{Book, Store, StoreError};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn write(home: &Home) -> Result<(), StoreError> {
    let store = Store::create(home.path())?;
    append(&store, &book(1), &[entry("a", "x")])?;
    append(&store, &Book::Detect, &[entry("a", "x")])?;
    Ok(())
}

/// What a refusal says, of writing and of reading.
fn refused(home: &Home) -> String {
    let Err(StoreError::Refused { .. }) = Store::open(home.path()).and_then(|s| s.lint(&[])) else {
        panic!("reading is not refused")
    };
    match write(home) {
        Err(e @ StoreError::Refused { .. }) => e.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn files_are_for_their_owner_alone() {
    let home = Home::new();
    write(&home).unwrap();
    let store = home.store();
    assert_eq!(mode(&home.path().join("incidents")), 0o700);
    for path in
        [store.path_of(&book(1)), store.path_of(&Book::Detect), home.path().join("index.db")]
    {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    assert_eq!(mode(&home.path().join("index.db-wal")), 0o600);
}

#[test]
fn a_directory_that_hands_its_group_on_is_shared_by_it() {
    let home = Home::new();
    set_mode(home.path(), 0o2770);
    write(&home).unwrap();
    let store = home.store();
    assert_eq!(mode(&home.path().join("incidents")), 0o2770);
    for path in
        [store.path_of(&book(1)), store.path_of(&Book::Detect), home.path().join("index.db")]
    {
        assert_eq!(mode(&path), 0o660, "{}", path.display());
    }
    if rustix::process::geteuid().is_root() {
        // A colleague's file, of the same group.
        chown(store.path_of(&book(1)), Some(12345), None).unwrap();
        write(&home).unwrap();
        // One that the group does not share.
        chown(store.path_of(&book(1)), Some(12345), Some(54321)).unwrap();
        assert!(refused(&home).contains("uid 12345"));
    }
}

#[test]
fn what_others_may_write_is_refused() {
    let home = Home::new();
    for (bad, part) in [
        (0o770, "chmod g+s"),
        (0o1777, "hand its group on"),
        (0o702, "chmod go-w"),
        (0o2772, "chmod go-w"),
    ] {
        set_mode(home.path(), bad);
        let said = refused(&home);
        assert!(said.contains(part) && said.contains(home.path().to_str().unwrap()), "{said}");
    }
    set_mode(home.path(), 0o700);
    write(&home).unwrap();
    set_mode(&home.store().path_of(&book(1)), 0o620);
    assert!(refused(&home).contains("mode 620"));
    set_mode(&home.store().path_of(&book(1)), 0o600);
    set_mode(&home.path().join("incidents"), 0o707);
    assert!(refused(&home).contains("mode 707"));
}

#[test]
fn links_are_refused() {
    let home = Home::new();
    let elsewhere = Home::new();
    let link = elsewhere.path().join("link");
    symlink(home.path(), &link).unwrap();
    for path in [link.clone(), link.join(""), link.join(".")] {
        let error = Store::create(&path).unwrap_err().to_string();
        assert!(error.contains("symbolic link"), "{error}");
    }
    symlink(elsewhere.path(), home.path().join("incidents")).unwrap();
    assert!(refused(&home).contains("symbolic link"));
    fs::remove_file(home.path().join("incidents")).unwrap();
    write(&home).unwrap();
    let file = home.store().path_of(&book(1));
    fs::rename(&file, elsewhere.path().join("x")).unwrap();
    symlink(elsewhere.path().join("x"), &file).unwrap();
    assert!(refused(&home).contains("symbolic link"));
}

#[test]
fn what_is_no_file_is_refused() {
    let home = Home::new();
    write(&home).unwrap();
    let file = home.store().path_of(&book(1));
    fs::remove_file(&file).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &file,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    assert!(refused(&home).contains("no regular file"));
}

#[test]
fn somebody_elses_is_refused() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("SKIPPED: only root can give files away");
        return;
    }
    let home = Home::new();
    write(&home).unwrap();
    let file = home.store().path_of(&book(1));
    chown(&file, Some(12345), None).unwrap();
    assert!(refused(&home).contains("uid 12345"));
    chown(&file, Some(0), None).unwrap();
    chown(home.path(), Some(12345), None).unwrap();
    assert!(refused(&home).contains("chown it"));
    chown(home.path(), Some(0), None).unwrap();
    write(&home).unwrap();
}

#[test]
fn a_home_that_is_not_there_is_made_by_writers_only() {
    let base = Home::new();
    let path = base.path().join("a/b");
    let store = Store::open(&path).unwrap();
    assert_eq!((store.ids().unwrap(), store.incidents().unwrap().0), (vec![], vec![]));
    assert_eq!(store.lint(&[]).unwrap().faults, []);
    assert!(!path.exists());
    append(&Store::create(&path).unwrap(), &book(1), &[entry("a", "x")]).unwrap();
    assert_eq!(mode(&path), 0o700);
    fs::write(base.path().join("file"), "").unwrap();
    assert!(matches!(Store::create(&base.path().join("file")), Err(StoreError::Io { .. })));
}
