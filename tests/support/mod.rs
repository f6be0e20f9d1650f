//! Running a built tool in an empty folder, and looking at what it wrote.

mod schema;
pub(crate) mod stream;
mod tool;

use std::path::{Path, PathBuf};

pub(crate) use schema::check_records;
pub(crate) use tool::{Ran, Tool, binary};

/// All six.
pub(crate) const TOOLS: [&str; 6] =
    ["ir-detect", "ir-classify", "ir-contain", "ir-evidence", "ir-rca", "ir-report"];

/// The repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Third-party data beside the checkout, which is never part of it. Says so and gives none where it is absent;
/// where IR_TESTS_STRICT is set that is a failure.
pub(crate) fn beside(path: &str) -> Option<PathBuf> {
    let place = root().join("../shared").join(path);
    if place.exists() {
        return Some(place);
    }
    skip(&format!("{} is not there", place.display()));
    None
}

/// Says that a test skips, and why; where IR_TESTS_STRICT is set that is a failure.
pub(crate) fn skip(why: &str) {
    assert!(std::env::var_os("IR_TESTS_STRICT").is_none(), "{why}, and nothing may be skipped");
    eprintln!("SKIPPED: {why}");
}

/// A program of the machine that a test cannot do without; none where it is absent, see [`skip`].
pub(crate) fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|dir| dir.join(name)).find(|p| p.is_file());
    if found.is_none() {
        skip(&format!("{name} is not installed"));
    }
    found
}

/// An empty folder that is removed at the end of the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name =
            format!("ir-test-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        if let Some(dir) = path.parent() {
            std::fs::create_dir_all(dir).unwrap();
        }
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Copies a folder with all that is in it; the copies are dated alike, as recordings are.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
            let recorded = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_795_420_200);
            std::fs::File::options()
                .write(true)
                .open(&target)
                .unwrap()
                .set_modified(recorded)
                .unwrap();
        }
    }
}
