use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::Hash;
use crate::chain::Tip;

/// A directory of its own, removed at the end.
struct Dir(PathBuf);

impl Dir {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name =
            format!("ir-store-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn bundle(&self) -> PathBuf {
        self.0.join("ev")
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn begin() -> Begin {
    Begin {
        format: FORMAT,
        tool: "ir-evidence".into(),
        version: "1".into(),
        incident: Some("INC-1".into()),
        app: None,
        host: None,
        from: "2026-01-01T00:00:00Z".parse().unwrap(),
        to: None,
        profile_sha256: None,
        set: [("root".to_owned(), "/srv".to_owned())].into(),
        include_private: false,
        live: false,
        max_bytes: 1 << 20,
        recorded: "2026-01-01T04:00:00Z".parse().unwrap(),
    }
}

fn log(name: &str) -> Item {
    let part = Part { offset: 70, first_line: 8, lines: 2, records: 2, from: None, to: None };
    Item { part: Some(part), ..Item::new(name, Role::Log, Some(format!("/var/log/{name}"))) }
}

/// Two logs, something left out, the records.
fn build(dir: &Dir) -> Builder {
    let mut bundle = Builder::create(&dir.bundle(), begin()).unwrap();
    for (id, text) in [("main", "one\ntwo\n"), ("other", "three\nfour\n")] {
        let mut draft = bundle.draft(OsStr::new(&format!("{id}.log"))).unwrap();
        draft.write_all(text.as_bytes()).unwrap();
        bundle.add(log(id), Some(draft)).unwrap();
    }
    let private = Item::new("talk", Role::Data, None).with(Status::Skipped, Reason::Private, None);
    bundle.add(private, None).unwrap();
    let mut records = bundle.records().unwrap();
    records.write_all(b"{}\n").unwrap();
    bundle.add(Item::new("records", Role::Records, None), Some(records)).unwrap();
    bundle
}

fn sealed(dir: &Dir) -> Hash {
    let sealed = build(dir).seal().unwrap();
    let sha256 = sealed.sha256;
    sealed.publish(&dir.bundle()).unwrap();
    sha256
}

fn verdict(path: &Path) -> (Verdict, Vec<Problem>) {
    let mut problems = Vec::new();
    let outcome = verify(path, None, &mut |p| problems.push(p)).unwrap();
    assert_eq!(outcome.verdict == Verdict::Intact, problems.is_empty(), "{problems:?}");
    (outcome.verdict, problems)
}

/// Every file of a bundle, relative to it.
fn files(path: &Path) -> Vec<String> {
    let mut names = vec![MANIFEST.to_owned(), RECORDS.to_owned(), SUMS.to_owned()];
    names.extend(
        fs::read_dir(path.join(DATA))
            .unwrap()
            .map(|e| format!("{DATA}/{}", e.unwrap().file_name().to_str().unwrap())),
    );
    names.sort();
    names
}

#[test]
fn what_is_built_is_read_and_verified() {
    let dir = Dir::new();
    let sha256 = sealed(&dir);
    assert_eq!(verdict(&dir.bundle()), (Verdict::Intact, vec![]));
    assert!(!dir.0.join("ev.partial").exists());
    assert_eq!(
        files(&dir.bundle()),
        [
            "SHA256SUMS",
            "data/0002-main.log",
            "data/0003-other.log",
            "manifest.jsonl",
            "records.jsonl"
        ]
    );
    let bundle = Bundle::open(&dir.bundle(), Some(&sha256.to_string())).unwrap();
    assert_eq!(bundle.begin(), &begin());
    assert_eq!((bundle.seal().files, bundle.seal().bytes, bundle.seal().complete), (3, 22, true));
    let logs: Vec<_> = bundle.logs().collect();
    assert_eq!(
        logs.iter().map(|l| (l.source, l.first_line, l.offset)).collect::<Vec<_>>(),
        [("main", 8, 70), ("other", 8, 70)]
    );
    let mut text = String::new();
    bundle.read(logs[1].item).unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "three\nfour\n");
    assert!(Bundle::open(&dir.bundle(), Some("0")).is_err());
    assert!(bundle.read(&bundle.items()[2]).is_err());
}

#[test]
fn only_the_owner_may_look() {
    let dir = Dir::new();
    sealed(&dir);
    let mode =
        |name: &str| fs::metadata(dir.bundle().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("."), mode(DATA)), (0o700, 0o700));
    for name in files(&dir.bundle()) {
        assert_eq!(mode(&name), 0o600, "{name}");
    }
}

#[test]
fn every_changed_byte_of_every_file_is_found() {
    let dir = Dir::new();
    let sha256 = sealed(&dir).to_string();
    for name in files(&dir.bundle()) {
        let path = dir.bundle().join(&name);
        let genuine = fs::read(&path).unwrap();
        // That each byte of a chain counts is shown elsewhere.
        let step = if name == MANIFEST { 7 } else { 1 };
        for at in (0..genuine.len()).step_by(step) {
            let mut changed = genuine.clone();
            changed[at] ^= if at % 2 == 0 { 0x01 } else { 0x80 };
            fs::write(&path, &changed).unwrap();
            let (verdict, problems) = verdict(&dir.bundle());
            assert_eq!(verdict, Verdict::Tampered, "{name} byte {at}");
            let named = problems.iter().any(|p| p.place.split(':').next() == Some(&name));
            assert!(named || name == MANIFEST, "{name} byte {at}: {problems:?}");
            match Bundle::open(&dir.bundle(), Some(&sha256)) {
                Ok(bundle) => assert!(
                    name == SUMS
                        || bundle
                            .items()
                            .iter()
                            .any(|i| i.copy.is_some() && bundle.read(i).is_err()),
                    "{name}"
                ),
                Err(_) => assert_eq!(name, MANIFEST),
            }
        }
        fs::write(&path, &genuine).unwrap();
    }
    assert_eq!(verdict(&dir.bundle()).0, Verdict::Intact);
}

#[test]
fn a_changed_line_of_the_manifest_is_named() {
    let dir = Dir::new();
    sealed(&dir);
    let path = dir.bundle().join(MANIFEST);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("/var/log/main", "/var/log/mine")).unwrap();
    let (_, problems) = verdict(&dir.bundle());
    assert_eq!(
        problems[0].to_string(),
        "manifest.jsonl:2: it was changed: it has not the digest that the next line carries"
    );
}

#[test]
fn what_is_missing_added_or_replaced_is_found() {
    let dir = Dir::new();
    sealed(&dir);
    let path = dir.bundle();
    let aside = dir.0.join("aside");
    for name in files(&path).into_iter().filter(|name| name != SUMS) {
        fs::rename(path.join(&name), &aside).unwrap();
        assert_eq!(verdict(&path).0, Verdict::Tampered, "{name} missing");
        std::os::unix::fs::symlink(&aside, path.join(&name)).unwrap();
        assert_eq!(verdict(&path).0, Verdict::Tampered, "{name} is a link");
        fs::remove_file(path.join(&name)).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, path.join(&name), rustix::fs::Mode::RWXU).unwrap();
        assert_eq!(verdict(&path).0, Verdict::Tampered, "{name} is a pipe");
        fs::remove_file(path.join(&name)).unwrap();
        fs::rename(&aside, path.join(&name)).unwrap();
    }
    for name in ["data/0002-main.log.orig", "data/0099-new", "notes.txt", "data/.hidden"] {
        fs::write(path.join(name), "").unwrap();
        let (verdict, problems) = verdict(&path);
        assert_eq!((verdict, problems[0].place.as_str()), (Verdict::Tampered, name));
        fs::remove_file(path.join(name)).unwrap();
    }
    fs::rename(path.join("data"), &aside).unwrap();
    std::os::unix::fs::symlink(&aside, path.join("data")).unwrap();
    assert_eq!(verdict(&path).0, Verdict::Tampered);
    fs::remove_file(path.join("data")).unwrap();
    fs::rename(&aside, path.join("data")).unwrap();
    assert_eq!(verdict(&path).0, Verdict::Intact);
}

#[test]
fn swapped_files_are_found() {
    let dir = Dir::new();
    sealed(&dir);
    let [a, b, c] =
        ["data/0002-main.log", "data/0003-other.log", "x"].map(|n| dir.bundle().join(n));
    fs::rename(&a, &c).unwrap();
    fs::rename(&b, &a).unwrap();
    fs::rename(&c, &b).unwrap();
    assert_eq!(verdict(&dir.bundle()).1.len(), 2);
}

#[test]
fn an_end_that_is_cut_off_is_tampering_once_sums_are_there() {
    let dir = Dir::new();
    sealed(&dir);
    let path = dir.bundle().join(MANIFEST);
    let whole = fs::read(&path).unwrap();
    for cut in 0..whole.len() {
        fs::write(&path, &whole[..cut]).unwrap();
        assert_eq!(verdict(&dir.bundle()).0, Verdict::Tampered, "{cut}");
    }
}

#[test]
fn a_collection_killed_at_any_instant_is_incomplete_never_tampered() {
    let dir = Dir::new();
    let bundle = build(&dir);
    let path = bundle.path().to_owned();
    let manifest = path.join(MANIFEST);
    let whole = fs::read(&manifest).unwrap();
    // An entry is written after its file, so at each cut the files of later entries are not there, but for the next one.
    let lines: Vec<usize> =
        whole.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1).collect();
    for (entry, name) in [(5, RECORDS), (3, "data/0003-other.log"), (2, "data/0002-main.log")] {
        let file = path.join(name);
        for cut in lines[entry - 2]..lines[entry - 1] {
            fs::write(&manifest, &whole[..cut]).unwrap();
            assert_eq!(verdict(&path).0, Verdict::Incomplete, "{name}: {cut}");
            let half = fs::read(&file).unwrap();
            fs::write(&file, &half[..half.len() / 2]).unwrap();
            assert_eq!(verdict(&path).0, Verdict::Incomplete, "{name} half written: {cut}");
            fs::write(&file, &half).unwrap();
        }
        fs::remove_file(&file).unwrap();
        assert_eq!(verdict(&path).0, Verdict::Incomplete, "before {name}");
    }
    fs::write(&manifest, "").unwrap();
    assert_eq!(verdict(&path).0, Verdict::Incomplete);
    fs::remove_file(&manifest).unwrap();
    assert_eq!(verdict(&path).0, Verdict::Incomplete);
    fs::remove_dir(path.join(DATA)).unwrap();
    assert!(verify(&path, None, &mut |_| {}).is_err());
}

#[test]
fn an_unfinished_bundle_is_not_opened() {
    let dir = Dir::new();
    let bundle = build(&dir);
    assert!(matches!(Bundle::open(bundle.path(), None), Err(BundleError::Unsealed)));
    let second = Builder::create(&dir.bundle(), begin()).unwrap();
    assert_eq!(second.path(), dir.0.join("ev.partial-2"));
}

#[test]
fn a_bundle_takes_the_place_of_an_empty_directory_only() {
    let dir = Dir::new();
    fs::create_dir(dir.bundle()).unwrap();
    sealed(&dir);
    let again = build(&dir).seal().unwrap();
    assert!(again.publish(&dir.bundle()).is_err());
    assert_eq!(verdict(&dir.bundle()).0, Verdict::Intact);
    assert_eq!(verdict(&dir.0.join("ev.partial")).0, Verdict::Intact);
    assert!(Builder::create(Path::new("."), begin()).is_err());
}

#[test]
fn same_content_same_bytes() {
    let (a, b) = (Dir::new(), Dir::new());
    sealed(&a);
    sealed(&b);
    for name in files(&a.bundle()) {
        assert_eq!(
            fs::read(a.bundle().join(&name)).unwrap(),
            fs::read(b.bundle().join(&name)).unwrap(),
            "{name}"
        );
    }
}

/// A manifest whose chain is sound, made by an attacker.
fn forge(dir: &Dir, entries: &[Entry]) {
    let mut tip = Tip::START;
    let bytes: Vec<u8> = entries.iter().flat_map(|e| tip.link(e).unwrap()).collect();
    fs::write(dir.bundle().join(MANIFEST), bytes).unwrap();
}

#[test]
fn a_forged_manifest_cannot_lead_out_of_the_bundle() {
    let dir = Dir::new();
    let sha256 = sealed(&dir);
    fs::write(dir.0.join("secret"), "s").unwrap();
    for name in ["../secret", "/etc/passwd", "data/../../secret", "data", ""] {
        let copy = Copied { file: name.into(), bytes: 1, sha256: Hash::of(b"s"), redacted: false };
        let item = Item { copy: Some(copy), ..Item::new("x", Role::Log, None) };
        let seal = Seal { complete: true, items: Default::default(), files: 1, bytes: 1 };
        forge(
            &dir,
            &[Entry::Begin(Box::new(begin())), Entry::Item(Box::new(item)), Entry::Seal(seal)],
        );
        let (verdict, problems) = verdict(&dir.bundle());
        assert_eq!(
            (verdict, problems[0].place.as_str()),
            (Verdict::Tampered, "manifest.jsonl:2"),
            "{name}"
        );
        assert!(matches!(Bundle::open(&dir.bundle(), None), Err(BundleError::Malformed(2, _))));
        assert!(matches!(
            Bundle::open(&dir.bundle(), Some(&sha256.to_string())),
            Err(BundleError::Other(..))
        ));
    }
}

#[test]
fn entries_in_places_that_they_cannot_have_are_faults() {
    let dir = Dir::new();
    sealed(&dir);
    let begin = || Entry::Begin(Box::new(begin()));
    let seal =
        || Entry::Seal(Seal { complete: true, items: Default::default(), files: 0, bytes: 0 });
    let item = || Entry::Item(Box::new(log("a")));
    let unknown = Entry::Begin(Box::new(Begin { format: FORMAT + 1, ..super::tests::begin() }));
    for (entries, line) in [
        (vec![item(), seal()], 1),
        (vec![begin(), begin(), seal()], 2),
        (vec![begin(), seal(), item()], 3),
        (vec![unknown, seal()], 1),
        (vec![begin(), item(), seal()], 3),
    ] {
        forge(&dir, &entries);
        let (verdict, problems) = verdict(&dir.bundle());
        assert_eq!(
            (verdict, problems[0].place.clone()),
            (Verdict::Tampered, format!("manifest.jsonl:{line}"))
        );
    }
}

#[test]
fn a_rewritten_bundle_is_told_by_the_digest_from_elsewhere() {
    let dir = Dir::new();
    let genuine = sealed(&dir).to_string();
    let other = Dir::new();
    let mut bundle = Builder::create(&other.bundle(), begin()).unwrap();
    bundle
        .add(Item::new("talk", Role::Data, None).with(Status::Skipped, Reason::Private, None), None)
        .unwrap();
    bundle.seal().unwrap().publish(&other.bundle()).unwrap();
    assert_eq!(verify(&other.bundle(), None, &mut |_| {}).unwrap().verdict, Verdict::Intact);
    assert_eq!(
        verify(&other.bundle(), Some(&genuine), &mut |_| {}).unwrap().verdict,
        Verdict::Tampered
    );
    assert_eq!(
        verify(&dir.bundle(), Some(&genuine), &mut |_| {}).unwrap().verdict,
        Verdict::Intact
    );
}
