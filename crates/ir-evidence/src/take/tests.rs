use std::fs::{self, File};
use std::io::{Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ir_core::docs::load_profile;
use ir_store::bundle::{Begin, Bundle, FORMAT};

use super::*;

/// A directory of its own, removed at the end.
struct Dir(PathBuf);

impl Dir {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "ir-evidence-take-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn second(n: u64) -> String {
    format!("2026-03-07T{:02}:{:02}:{:02}Z", n / 3600, n / 60 % 60, n % 60)
}

fn window(from: u64, to: Option<u64>) -> Window {
    Window { from: second(from).parse().unwrap(), to: to.map(|to| second(to).parse().unwrap()) }
}

fn readings() -> Readings {
    Readings::new(&load_profile("p", "profile: 1\napp: {name: a}\n").unwrap(), &Default::default())
        .unwrap()
}

fn builder(dir: &Dir, window: Window) -> Builder {
    let begin = Begin {
        format: FORMAT,
        tool: "ir-evidence".into(),
        version: "1".into(),
        incident: None,
        app: None,
        host: None,
        from: window.from,
        to: window.to,
        profile_sha256: None,
        set: Default::default(),
        include_private: false,
        live: false,
        max_bytes: 1,
        recorded: window.from,
    };
    Builder::create(&dir.0.join("ev"), begin).unwrap()
}

/// Takes with `how`; the bundle.
fn taken(dir: &Dir, window: Window, how: impl FnOnce(&mut Taker<'_>)) -> Bundle {
    let readings = readings();
    let mut builder = builder(dir, window);
    let id = |_: &Path, _: &FileHead| "typed".to_owned();
    let mut taker = Taker::new(&mut builder, window, &readings, 1 << 30, &id);
    how(&mut taker);
    let sealed = builder.seal().unwrap();
    let bundle = Bundle::open(sealed.path(), None).unwrap();
    sealed.discard().unwrap();
    bundle
}

/// Takes one log within limits; its entry and what is in the bundle.
fn log(dir: &Dir, content: &[u8], window: Window, whole: u64, left: u64) -> (Item, Vec<u8>) {
    let path = dir.file("app.log", content);
    let readings = readings();
    let mut builder = builder(dir, window);
    let id = |_: &Path, _: &FileHead| "typed".to_owned();
    let mut taker = Taker::new(&mut builder, window, &readings, left, &id);
    taker.whole = whole;
    taker.take(Want::file("main", Role::Log, path.clone(), &path)).unwrap();
    let sealed = builder.seal().unwrap();
    let bundle = Bundle::open(sealed.path(), None).unwrap();
    let item = bundle.items()[0].clone();
    let mut copy = Vec::new();
    if item.copy.is_some() {
        bundle.read(&item).unwrap().read_to_end(&mut copy).unwrap();
    }
    sealed.discard().unwrap();
    (item, copy)
}

fn lines(count: u64) -> Vec<u8> {
    (0..count)
        .map(|n| format!("{} INFO event {n}\n  detail of {n}\n", second(n)))
        .collect::<String>()
        .into_bytes()
}

#[test]
fn of_a_large_log_whole_records_of_the_window_are_taken() {
    let dir = Dir::new();
    let content = lines(1000);
    let (item, copy) = log(&dir, &content, window(100, Some(199)), 1000, 1 << 20);
    assert_eq!((item.status, item.reason), (Status::Partial, Some(Reason::Window)));
    let part = item.part.clone().unwrap();
    assert_eq!((part.first_line, part.lines, part.records), (201, 200, 100));
    assert_eq!(copy, content[part.offset as usize..][..copy.len()]);
    assert!(copy.starts_with(format!("{} INFO event 100\n", second(100)).as_bytes()));
    assert!(copy.ends_with(b"  detail of 199\n"));
    assert_eq!(part.from, Some(second(100).parse().unwrap()));
    assert_eq!(part.to, Some(second(199).parse().unwrap()));
    let original = item.original.as_ref().unwrap();
    assert_eq!(
        (original.size, original.sha256),
        (content.len() as u64, Some(ir_store::Hash::of(&content)))
    );
    assert!(!item.lacks());
}

#[test]
fn a_small_log_is_taken_whole_with_the_digest_of_the_original() {
    let dir = Dir::new();
    let content = lines(10);
    let (item, copy) = log(&dir, &content, window(5, None), 1 << 20, 1 << 20);
    assert_eq!((item.status, item.reason), (Status::Taken, None));
    assert_eq!(item.copy.as_ref().map(|c| c.sha256), item.original.as_ref().unwrap().sha256);
    assert_eq!((copy, item.part.unwrap().lines), (content, 20));
}

#[test]
fn a_log_without_records_in_the_window_is_told_with_its_digest() {
    let dir = Dir::new();
    let content = lines(100);
    let (item, copy) = log(&dir, &content, window(500, None), 10, 1 << 20);
    assert_eq!((item.status, item.reason, copy.len()), (Status::Skipped, Some(Reason::Outside), 0));
    assert_eq!(item.original.unwrap().sha256, Some(ir_store::Hash::of(&content)));
}

#[test]
fn of_a_log_without_times_the_end_is_taken() {
    let dir = Dir::new();
    let content: Vec<u8> =
        (0..100).flat_map(|n| format!("just text {n:04}\n").into_bytes()).collect();
    let (item, copy) = log(&dir, &content, window(0, None), 100, 1 << 20);
    assert_eq!((item.status, item.reason), (Status::Partial, Some(Reason::Undated)));
    assert!(item.lacks());
    let part = item.part.unwrap();
    // Six lines of 15 bytes fit; the first one that would be cut is left out.
    assert_eq!((part.first_line, part.lines, part.offset), (95, 6, 94 * 15));
    assert_eq!(copy, content[94 * 15..]);
}

#[test]
fn limits_cut_logs_at_records_and_leave_files_out() {
    let dir = Dir::new();
    let content = lines(100);
    let (item, copy) = log(&dir, &content, window(0, None), 100, 2000);
    assert_eq!((item.status, item.reason), (Status::Partial, Some(Reason::Limit)));
    assert!(item.lacks() && copy.len() <= 1000 && copy.len() > 900 && copy.ends_with(b"\n"));
    assert_eq!(copy, content[..copy.len()]);

    let path = dir.file("big.bin", &[0; 2000]);
    let bundle = taken(&dir, window(0, None), |taker| {
        taker.left = 3999;
        taker.take(Want::file("x", Role::Data, path.clone(), &path)).unwrap();
    });
    assert_eq!(
        (bundle.items()[0].status, bundle.items()[0].reason),
        (Status::Skipped, Some(Reason::Limit))
    );
    assert!(!bundle.seal().complete);
}

#[test]
fn a_huge_sparse_file_takes_no_time() {
    let dir = Dir::new();
    let path = dir.file("sparse.log", b"");
    File::options().write(true).open(&path).unwrap().set_len(1 << 40).unwrap();
    let bundle = taken(&dir, window(0, None), |taker| {
        for role in [Role::Log, Role::Data] {
            taker.seen.clear();
            taker.take(Want::file("x", role, path.clone(), &path)).unwrap();
        }
    });
    for item in bundle.items() {
        assert_eq!((item.status, item.reason), (Status::Skipped, Some(Reason::Limit)));
    }
}

/// Reads from a source, and lets something happen to the file before the second read.
struct Meanwhile<'a, R> {
    reader: R,
    reads: u32,
    happens: &'a dyn Fn(),
}

impl<R: Read> Read for Meanwhile<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reads += 1;
        if self.reads == 2 {
            (self.happens)();
        }
        let some = buffer.len().min(1000);
        self.reader.read(&mut buffer[..some])
    }
}

/// Takes a file of 5000 bytes to which something happens meanwhile.
fn copied_while(happens: impl Fn(&mut File)) -> (Item, usize) {
    let dir = Dir::new();
    let path = dir.file("file", &[b'a'; 5000]);
    let bundle = taken(&dir, window(0, None), |taker| {
        let Ok(Standing::File(opened)) = standing(&path) else { panic!() };
        let source = Source::new(opened).unwrap();
        let happens = || happens(&mut File::options().write(true).open(&path).unwrap());
        let mut reader = Meanwhile { reader: source.reader(), reads: 0, happens: &happens };
        let mut item = Item::new("x", Role::Data, None);
        item.original = Some(source.original());
        taker
            .copy(item, &source, OsStr::new("file"), &mut reader, |reader| {
                drain(reader).map(|()| None)
            })
            .unwrap();
    });
    let item = bundle.items()[0].clone();
    let mut copy = Vec::new();
    assert!(item.copy.is_some(), "what was read is kept");
    assert!(item.copy.as_ref().unwrap().bytes <= 5000);
    copy.resize(item.copy.as_ref().unwrap().bytes as usize, 0);
    (item, copy.len())
}

#[test]
fn a_file_that_grows_is_taken_as_it_was_at_first_and_told() {
    let (item, bytes) = copied_while(|file| {
        file.seek(SeekFrom::End(0)).unwrap();
        file.write_all(&[b'b'; 777]).unwrap();
    });
    assert_eq!((item.status, item.reason, bytes), (Status::Changed, Some(Reason::Grew), 5000));
    assert_eq!(item.copy.unwrap().sha256, ir_store::Hash::of(&[b'a'; 5000]));
    assert!(item.note.unwrap().contains("777 bytes"));
}

#[test]
fn a_file_that_shrinks_is_taken_in_part_and_told() {
    let (item, bytes) = copied_while(|file| file.set_len(1500).unwrap());
    assert_eq!((item.status, item.reason, bytes), (Status::Partial, Some(Reason::Shrank), 1500));
    assert_eq!(item.original.unwrap().sha256, None);
}

#[test]
fn a_file_that_is_written_to_in_place_is_told() {
    let (item, bytes) = copied_while(|file| {
        // The clock of file times ticks every few milliseconds.
        std::thread::sleep(Duration::from_millis(30));
        file.write_all(b"b").unwrap();
    });
    assert_eq!((item.status, item.reason, bytes), (Status::Changed, Some(Reason::Modified), 5000));
}

#[test]
fn a_log_that_grows_all_the_time_is_whole_as_of_its_opening() {
    let dir = Dir::new();
    let path = dir.file("app.log", &lines(20_000));
    let before = fs::read(&path).unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);
    let bundle = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = File::options().append(true).open(&path).unwrap();
            while !stop.load(Ordering::Relaxed) {
                file.write_all(format!("{} INFO more\n", second(30_000)).as_bytes()).unwrap();
            }
        });
        let bundle = taken(&dir, window(10, None), |taker| {
            taker.whole = 1000;
            taker.take(Want::file("main", Role::Log, path.clone(), &path)).unwrap();
        });
        stop.store(true, Ordering::Relaxed);
        bundle
    });
    let item = &bundle.items()[0];
    let size = item.original.as_ref().unwrap().size as usize;
    let after = fs::read(&path).unwrap();
    assert!(size >= before.len());
    assert_eq!(item.original.as_ref().unwrap().sha256, Some(ir_store::Hash::of(&after[..size])));
    let part = item.part.as_ref().unwrap();
    assert_eq!(
        item.copy.as_ref().unwrap().sha256,
        ir_store::Hash::of(&after[part.offset as usize..size])
    );
}

#[test]
fn compressed_logs_are_taken_as_they_are() {
    let dir = Dir::new();
    let (item, copy) = log(&dir, b"\x1f\x8b\x08whatever", window(0, None), 1, 1 << 20);
    assert_eq!(
        (item.status, item.part, copy.as_slice()),
        (Status::Taken, None, &b"\x1f\x8b\x08whatever"[..])
    );
}

#[test]
fn what_cannot_be_masked_is_not_taken() {
    let dir = Dir::new();
    let utf16: Vec<u8> = "{\"token\": \"s\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let sparse = dir.file("sparse", b"");
    File::options().write(true).open(&sparse).unwrap().set_len(MASKABLE + 1).unwrap();
    let bundle = taken(&dir, window(0, None), |taker| {
        for path in [dir.file("zip", b"\x1f\x8b\x08token"), dir.file("wide", &utf16), sparse] {
            let secrets = vec!["/token".to_owned()];
            taker
                .take(Want { secrets, ..Want::file("x", Role::Config, path.clone(), &path) })
                .unwrap();
        }
    });
    assert_eq!(bundle.items().len(), 3);
    assert!(bundle.items().iter().all(|item| item.copy.is_none() && item.lacks()));
}

#[test]
fn the_same_file_is_taken_once() {
    let dir = Dir::new();
    let path = dir.file("a.log", b"x\n");
    let bundle = taken(&dir, window(0, None), |taker| {
        for role in [Role::Log, Role::Data] {
            taker.take(Want::file("x", role, path.clone(), &path)).unwrap();
        }
    });
    assert_eq!(bundle.items().len(), 1);
}
