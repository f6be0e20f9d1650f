//! Mounted file systems: their space, their inodes, and whether they take writes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::host::{Host, Unmeasured};
use super::mounts::Mount;
use super::watchdog::within;

/// How long the mounts may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long one that did not answer is left alone.
const AGAIN: Duration = Duration::from_secs(60);

/// File systems without a disk of their own, or that can never fill up.
const PSEUDO: &[&str] = &[
    "autofs",
    "binfmt_misc",
    "bpf",
    "cgroup",
    "cgroup2",
    "configfs",
    "cramfs",
    "debugfs",
    "devpts",
    "devtmpfs",
    "efivarfs",
    "erofs",
    "fuse.gvfsd-fuse",
    "fuse.lxcfs",
    "fuse.portal",
    "fuse.snapfuse",
    "fusectl",
    "hugetlbfs",
    "iso9660",
    "mqueue",
    "nsfs",
    "proc",
    "pstore",
    "resctrl",
    "rpc_pipefs",
    "securityfs",
    "selinuxfs",
    "squashfs",
    "sysfs",
    "tracefs",
    "udf",
];

/// In memory: they count where programs keep files that matter.
const MEMORY: &[&str] = &["tmpfs", "ramfs"];

/// Made of others, which count themselves; as the root of a container one counts too.
const LAYERED: &[&str] = &["overlay", "aufs"];

/// One file system.
#[derive(Clone, Debug, PartialEq)]
pub struct FileSystem {
    /// One of its mounts.
    pub mount: Mount,
    /// It holds a path that was asked for.
    pub asked: bool,
    /// What it has left.
    pub space: Result<Space, Unmeasured>,
}

/// What a file system has left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Space {
    /// What unprivileged programs can still write, percent of what they have written and can write, as `df` reckons it.
    pub available_percent: f64,
    /// Free inodes, percent; none where the file system does not count them.
    pub inodes_percent: Option<f64>,
    /// Size in bytes; 0: it has no space of its own.
    pub size_bytes: u64,
}

impl FileSystem {
    /// It takes no writes although it was mounted to take them: the kernel found a fault.
    pub fn turned_read_only(&self) -> bool {
        self.mount.read_only && !self.mount.mounted_read_only
    }

    /// It takes no writes.
    pub fn is_read_only(&self) -> bool {
        self.mount.read_only || self.mount.mounted_read_only
    }
}

fn space(point: &Path) -> Result<Space, Unmeasured> {
    let s = rustix::fs::statvfs(point).map_err(|e| {
        Unmeasured::new(format!("{}: {}", point.display(), std::io::Error::from(e)))
    })?;
    let part = |used: u64, left: u64| match used.saturating_add(left) {
        0 => None,
        all => Some(100.0 * left as f64 / all as f64),
    };
    Ok(Space {
        available_percent: part(s.f_blocks.saturating_sub(s.f_bfree), s.f_bavail).unwrap_or(100.0),
        inodes_percent: part(s.f_files.saturating_sub(s.f_ffree), s.f_favail)
            .filter(|_| s.f_files > 0),
        size_bytes: s.f_blocks.saturating_mul(s.f_frsize),
    })
}

/// File systems that did not answer, and when they were asked: each question leaves a thread behind.
#[derive(Debug, Default)]
pub(super) struct Silent(BTreeMap<(u32, u32), Instant>);

impl Silent {
    fn is_fresh(&self, number: (u32, u32)) -> bool {
        self.0.get(&number).is_some_and(|asked| asked.elapsed() < AGAIN)
    }
}

impl Host {
    /// The file systems that hold `paths` first, then every other one with a disk or server behind it, each once, by where it
    /// is mounted. One that does not answer in two seconds is unmeasured; it holds nothing else up.
    ///
    /// # Errors
    /// If the host does not tell what is mounted.
    pub fn file_systems(&self, paths: &[PathBuf]) -> Result<Vec<FileSystem>, Unmeasured> {
        self.file_systems_at(&self.places(paths), &mut Silent::default())
    }

    /// Where `paths` really are, as this host calls it; without those that cannot be told in time.
    pub(super) fn places(&self, paths: &[PathBuf]) -> Vec<PathBuf> {
        let root = self.path("");
        let questions = paths.iter().cloned().map(|path| {
            let root = root.clone();
            move || inside(&root, &path)
        });
        within(PATIENCE, questions.collect()).into_iter().flatten().flatten().collect()
    }

    pub(super) fn file_systems_at(
        &self,
        places: &[PathBuf],
        silent: &mut Silent,
    ) -> Result<Vec<FileSystem>, Unmeasured> {
        let mounts = self.mounts()?;
        let asked: BTreeSet<(u32, u32)> =
            places.iter().filter_map(|place| Some(holding(&mounts, place)?.number)).collect();
        let chosen = choose(&mounts, &asked);
        let (ask, rest): (Vec<_>, Vec<_>) =
            chosen.into_iter().partition(|mount| !silent.is_fresh(mount.number));
        let questions = ask.iter().map(|mount| {
            let point = self.path(mount.point.strip_prefix("/").unwrap_or(&mount.point));
            move || space(&point)
        });
        let answers = within(PATIENCE, questions.collect());
        let mut found = Vec::new();
        let none = std::iter::repeat_with(|| None);
        for (mount, answer) in ask.into_iter().zip(answers).chain(rest.into_iter().zip(none)) {
            if answer.is_none() && !silent.is_fresh(mount.number) {
                silent.0.insert(mount.number, Instant::now());
            }
            found.push(FileSystem {
                asked: asked.contains(&mount.number),
                space: answer.unwrap_or_else(|| Err(no_answer(&mount.point))),
                mount: mount.clone(),
            });
        }
        found.retain(|fs| fs.asked || !matches!(fs.space, Ok(Space { size_bytes: 0, .. })));
        found.sort_by(|a, b| (!a.asked, &a.mount.point).cmp(&(!b.asked, &b.mount.point)));
        Ok(found)
    }
}

fn no_answer(point: &Path) -> Unmeasured {
    Unmeasured::new(format!("{} did not answer within {} s", point.display(), PATIENCE.as_secs()))
}

/// Where the nearest part of `path` that is there really is, as the host below `root` calls it.
fn inside(root: &Path, path: &Path) -> Option<PathBuf> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let there = path.ancestors().find_map(|part| {
        let part = if part.as_os_str().is_empty() { Path::new(".") } else { part };
        part.canonicalize().ok()
    })?;
    let root = root.canonicalize().ok()?;
    Some(Path::new("/").join(there.strip_prefix(root).ok()?))
}

/// The mount that a path is in: of those that fit the deepest, of those at one place the last.
fn holding<'m>(mounts: &'m [Mount], path: &Path) -> Option<&'m Mount> {
    let fits = mounts.iter().filter(|mount| path.starts_with(&mount.point));
    fits.max_by_key(|mount| mount.point.components().count())
}

/// One mount of each file system that counts: the whole of it before a part, a short name before a long one.
fn choose<'m>(mounts: &'m [Mount], asked: &BTreeSet<(u32, u32)>) -> Vec<&'m Mount> {
    // What is mounted over another mount hides it.
    let visible: BTreeMap<&Path, &Mount> =
        mounts.iter().map(|mount| (mount.point.as_path(), mount)).collect();
    let counts = |mount: &Mount| {
        let is = |list: &[&str]| list.contains(&mount.kind.as_str());
        let at = |places: &[&str]| places.iter().any(|place| mount.point == Path::new(place));
        asked.contains(&mount.number)
            || !(is(PSEUDO)
                || is(MEMORY) && !at(&["/", "/tmp", "/var/tmp"])
                || is(LAYERED) && !at(&["/"]))
    };
    let mut chosen: BTreeMap<(u32, u32), &Mount> = BTreeMap::new();
    let order = |mount: &Mount| {
        let point = mount.point.as_os_str();
        (mount.inner != Path::new("/"), point.len(), point.to_owned())
    };
    for mount in visible.into_values().filter(|mount| counts(mount)) {
        let best = chosen.entry(mount.number).or_insert(mount);
        if order(mount) < order(best) {
            *best = mount;
        }
    }
    chosen.into_values().collect()
}
