//! What control groups leave to this program: the limits of a container, version 2 and version 1.

use std::path::{Component, Path, PathBuf};

use super::host::{Host, Unmeasured};
use super::text::keyed;

/// The tightest limit of memory on the way up from this program's group, and what that group uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CgroupMemory {
    /// The limit.
    pub limit_bytes: u64,
    /// In use; pages of files that can be dropped at once are not.
    pub used_bytes: u64,
}

/// The tightest limit of processor time on the way up, and the time that its group has used.
#[derive(Clone, Debug, PartialEq)]
pub struct CgroupCpu {
    /// The limit, in processors.
    pub cpus: f64,
    /// Processor time used so far.
    pub used_s: f64,
}

impl CgroupMemory {
    /// What is in use, percent of the limit.
    pub fn used_percent(&self) -> f64 {
        100.0 * self.used_bytes as f64 / self.limit_bytes.max(1) as f64
    }
}

impl CgroupCpu {
    /// What was used since an `earlier` reading, taken `seconds` before, in percent of the limit; none if no time passed or
    /// another group has the tightest limit now.
    pub fn since(&self, earlier: &Self, seconds: f64) -> Option<f64> {
        let used = self.used_s - earlier.used_s;
        (seconds > 0.0 && used >= 0.0 && self.cpus == earlier.cpus)
            .then(|| 100.0 * used / (seconds * self.cpus))
    }
}

/// The folders of a controller's groups, this program's own first, and its version.
struct Groups {
    folders: Vec<PathBuf>,
    second: bool,
}

const OWN: &str = "proc/self/cgroup";
const ROOT: &str = "sys/fs/cgroup";

impl Host {
    /// The limit of memory; none if there is none below the host's own size, `total_bytes`.
    ///
    /// # Errors
    /// If the host does not tell this program's group.
    pub fn cgroup_memory(&self, total_bytes: u64) -> Result<Option<CgroupMemory>, Unmeasured> {
        let groups = self.groups("memory")?;
        let (limit, usage, inactive) = if groups.second {
            ("memory.max", "memory.current", "inactive_file ")
        } else {
            ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ")
        };
        let limit_of = |folder: &PathBuf| {
            let bytes: u64 = self.word(&folder.join(limit))?.parse().ok()?;
            (bytes < total_bytes).then_some(bytes)
        };
        let limits = groups.folders.iter().filter_map(|folder| Some((limit_of(folder)?, folder)));
        let tightest = limits.min_by_key(|(bytes, _)| *bytes);
        let Some((limit_bytes, folder)) = tightest else { return Ok(None) };
        let used: Option<u64> = self.word(&folder.join(usage)).and_then(|word| word.parse().ok());
        let stat = self.text(&folder.join("memory.stat").to_string_lossy()).unwrap_or_default();
        let droppable =
            stat.lines().find_map(|line| line.strip_prefix(inactive)?.trim().parse().ok());
        let used_bytes = used
            .map(|used: u64| used.saturating_sub(droppable.unwrap_or(0)))
            .ok_or_else(|| self.odd(&folder.join(usage).to_string_lossy(), "no number"))?;
        Ok(Some(CgroupMemory { limit_bytes, used_bytes }))
    }

    /// The limit of processor time; none if there is none.
    ///
    /// # Errors
    /// If the host does not tell this program's group.
    pub fn cgroup_cpu(&self) -> Result<Option<CgroupCpu>, Unmeasured> {
        let groups = self.groups("cpu")?;
        let limit_of = |folder: &PathBuf| {
            let (quota, period) = if groups.second {
                let line = self.line(&folder.join("cpu.max"))?;
                let (quota, period) = line.split_once(' ')?;
                (quota.parse::<f64>().ok()?, period.trim().parse::<f64>().ok()?)
            } else {
                let number = |name: &str| self.word(&folder.join(name))?.parse::<f64>().ok();
                (number("cpu.cfs_quota_us")?, number("cpu.cfs_period_us")?)
            };
            (quota > 0.0 && period > 0.0).then_some(quota / period)
        };
        let limits = groups.folders.iter().filter_map(|folder| Some((limit_of(folder)?, folder)));
        let Some((cpus, folder)) = limits.min_by(|a, b| a.0.total_cmp(&b.0)) else {
            return Ok(None);
        };
        let used_s = if groups.second {
            let place = folder.join("cpu.stat");
            let text = self.text(&place.to_string_lossy())?;
            keyed(&text, "usage_usec ").map(|us| us as f64 / 1e6)
        } else {
            // Another controller counts the time; its groups have the same names.
            let depth = groups.folders.iter().position(|f| f == folder).unwrap_or(0);
            let counting = self.groups("cpuacct")?.folders;
            let place = counting.get(depth).map(|folder| folder.join("cpuacct.usage"));
            place.and_then(|place| Some(self.word(&place)?.parse::<u64>().ok()? as f64 / 1e9))
        };
        used_s
            .map(|used_s| Some(CgroupCpu { cpus, used_s }))
            .ok_or_else(|| self.odd(&folder.to_string_lossy(), "it does not tell the time used"))
    }

    fn groups(&self, controller: &str) -> Result<Groups, Unmeasured> {
        let text = self.text(OWN)?;
        let lines = || {
            text.lines().filter_map(|line| {
                let mut parts = line.splitn(3, ':').skip(1);
                Some((parts.next()?, parts.next()?))
            })
        };
        let first = lines().find(|(names, _)| names.split(',').any(|name| name == controller));
        let (base, path, second) = match first {
            Some((names, path)) => {
                // Mounted under its name, or under the names of all that it is joined with.
                let joint = Path::new(ROOT).join(names);
                let own = Path::new(ROOT).join(controller);
                let base = if self.path(&own).is_dir() { own } else { joint };
                (base, path, false)
            }
            None => {
                let path = lines().find(|(names, _)| names.is_empty()).map(|(_, path)| path);
                let path = path.ok_or_else(|| self.odd(OWN, "no group of this program"))?;
                let unified = Path::new(ROOT).join("unified");
                let base = if self.path(&unified).is_dir() { unified } else { ROOT.into() };
                (base, path, true)
            }
        };
        // A container may see its group's name on the host, and its group's folder at the root.
        let inner = Path::new(path.trim_start_matches('/'));
        let plain = inner.components().all(|part| matches!(part, Component::Normal(_)));
        let own = if plain && self.path(base.join(inner)).is_dir() {
            base.join(inner)
        } else {
            base.clone()
        };
        let up = own.ancestors().take_while(|folder| folder.starts_with(&base));
        Ok(Groups { folders: up.map(Path::to_path_buf).collect(), second })
    }

    fn line(&self, path: &Path) -> Option<String> {
        Some(self.text(&path.to_string_lossy()).ok()?.lines().next()?.trim().to_owned())
    }

    fn word(&self, path: &Path) -> Option<String> {
        self.line(path)?.split_ascii_whitespace().next().map(str::to_owned)
    }
}
