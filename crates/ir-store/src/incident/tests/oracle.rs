//! Random histories against the simplest model of a store: lists of records.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;

use proptest::prelude::*;

use super::{Home, append, book, entry, wires};
use crate::incident::{Book, Entry, StoreError};

#[derive(Clone, Debug)]
enum Step {
    /// Records by key and content, to one of the files.
    Append(usize, Vec<(u8, u8)>),
    /// A writer is killed in the middle of a line: so many bytes of it are there.
    Kill(usize, prop::sample::Index),
    /// The index is lost.
    LoseIndex,
    /// A byte of the index, or of its log, is another one.
    DamageIndex(prop::sample::Index, bool),
    /// Somebody lists.
    List,
}

fn step() -> impl Strategy<Value = Step> {
    let records = prop::collection::vec((0u8..6, 0u8..8), 1..4);
    prop_oneof![
        6 => (0usize..3, records).prop_map(|(file, records)| Step::Append(file, records)),
        2 => (0usize..3, any::<prop::sample::Index>()).prop_map(|(file, at)| Step::Kill(file, at)),
        1 => Just(Step::LoseIndex),
        1 => (any::<prop::sample::Index>(), any::<bool>()).prop_map(|(at, head)| Step::DamageIndex(at, head)),
        1 => Just(Step::List),
    ]
}

fn books() -> [Book; 3] {
    [book(1), book(2), Book::Detect]
}

/// Records of the same key differ in one case of eight.
fn record((key, content): (u8, u8)) -> Entry {
    entry(&format!("k{key}"), if content == 0 { "other" } else { "same" })
}

#[derive(Default)]
struct Model {
    files: BTreeMap<usize, Vec<Entry>>,
    torn: BTreeMap<usize, Vec<u8>>,
    aside: BTreeMap<usize, Vec<u8>>,
}

impl Model {
    /// How many are written; none if one of them contradicts what is there.
    fn append(&mut self, file: usize, entries: &[Entry]) -> Option<u64> {
        if let Some(torn) = self.torn.remove(&file) {
            let aside = self.aside.entry(file).or_default();
            aside.extend(torn);
            aside.push(b'\n');
        }
        let there = self.files.entry(file).or_default();
        let mut all = there.clone();
        for entry in entries {
            match all.iter().find(|e| e.id == entry.id) {
                Some(known) if known.wire() != entry.wire() => return None,
                Some(_) => {}
                None => all.push(entry.clone()),
            }
        }
        let written = all.len() - there.len();
        *there = all;
        Some(written as u64)
    }
}

fn damage(home: &Home, at: prop::sample::Index, head: bool) {
    for end in ["", "-wal"] {
        let path = home.path().join(format!("index.db{end}"));
        let Ok(mut bytes) = fs::read(&path) else { continue };
        if bytes.is_empty() {
            continue;
        }
        // Its first bytes are what SQLite knows a database by; anywhere else it may not notice.
        let at = if head { at.index(16.min(bytes.len())) } else { continue };
        bytes[at] ^= 0x40;
        let mut file = fs::File::options().write(true).open(&path).unwrap();
        file.write_all(&bytes).unwrap();
    }
    if !head {
        let path = home.path().join("index.db");
        let Ok(bytes) = fs::read(&path) else { return };
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_len(at.index(bytes.len().max(1)) as u64).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]
    #[test]
    fn a_store_is_a_list_of_records_a_file(steps in prop::collection::vec(step(), 1..24)) {
        let home = Home::new();
        let mut model = Model::default();
        for step in steps {
            let store = home.store();
            match step {
                Step::Append(file, records) => {
                    let entries: Vec<Entry> = records.into_iter().map(record).collect();
                    let expected = model.append(file, &entries);
                    match append(&store, &books()[file], &entries) {
                        Ok(added) => prop_assert_eq!(Some(added.written), expected),
                        Err(StoreError::Conflict { .. }) => prop_assert_eq!(None, expected),
                        Err(e) => prop_assert!(false, "{}", e),
                    }
                }
                Step::Kill(file, at) => {
                    if model.files.get(&file).is_none_or(Vec::is_empty) {
                        continue;
                    }
                    let line = entry("killed", "in the middle");
                    let part = &line.wire()[..at.index(line.wire().len())];
                    let path = store.path_of(&books()[file]);
                    fs::File::options().append(true).open(path).unwrap().write_all(part).unwrap();
                    if !part.is_empty() {
                        model.torn.entry(file).or_default().extend(part);
                    }
                }
                Step::LoseIndex => {
                    for end in ["", "-wal", "-shm"] {
                        let _ = fs::remove_file(home.path().join(format!("index.db{end}")));
                    }
                }
                Step::DamageIndex(at, head) => damage(&home, at, head),
                Step::List => {
                    let (listed, _) = store.incidents().unwrap();
                    let listed: Vec<_> = listed.iter().map(|i| (i.id.as_str().to_owned(), i.mark.lines)).collect();
                    let expected: Vec<_> = model.files.iter()
                        .filter(|(file, there)| **file < 2 && !there.is_empty())
                        .map(|(file, there)| (books()[*file].name().to_owned(), there.len() as u64))
                        .collect();
                    prop_assert_eq!(listed, expected);
                }
            }
        }
        let store = home.store();
        for (file, there) in &model.files {
            let expected: Vec<&[u8]> = there.iter().map(Entry::wire).collect();
            prop_assert_eq!(wires(&store, &books()[*file]), expected);
            prop_assert_eq!(home.torn(&books()[*file]), model.aside.remove(file).unwrap_or_default());
        }
        // All is brought in step; the index that was kept says what one made anew says.
        store.incidents().unwrap();
        let (kept, anew) = store.index_kept_and_anew().unwrap();
        prop_assert_eq!(kept, anew);
        let faults = store.lint(&[]).unwrap().faults;
        let subjects = faults.iter().filter(|f| !f.what.contains("it is a record of")).count();
        prop_assert_eq!(subjects, model.torn.len(), "{:?}", faults);
    }
}
