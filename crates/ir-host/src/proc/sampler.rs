//! All figures of a moment, and the rates since the moment before.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use ir_core::docs::LiveMethod;

use super::cgroup::CgroupCpu;
use super::cpu::CpuTimes;
use super::disk::Silent;
use super::host::{Host, Unmeasured};
use super::pressure::Resource;
use super::process::{self, Found, Process, Reading, Wanted};

/// One measured figure, or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// How it was measured; the unit is the method's.
    pub method: LiveMethod,
    /// Of what: a mount, a process, a window.
    pub labels: BTreeMap<&'static str, String>,
    /// The value.
    pub value: Result<f64, Unmeasured>,
    /// The source in words, with the scope of what it says.
    pub how: String,
    /// Seconds between the two readings of a rate.
    pub interval_s: Option<f64>,
}

/// Takes figures, again and again.
#[derive(Debug)]
pub struct Sampler {
    host: Host,
    wanted: Option<Wanted>,
    paths: Vec<PathBuf>,
    /// The same where they really are, once that was asked.
    places: Option<Vec<PathBuf>>,
    silent: Silent,
    before: Option<Moment>,
}

/// What rates are made of.
#[derive(Debug)]
struct Moment {
    at: Instant,
    cpu: Result<CpuTimes, Unmeasured>,
    cgroup: Option<CgroupCpu>,
    processes: BTreeMap<Process, Reading>,
}

impl Sampler {
    /// Of `host`, its file systems that hold `paths`, and the processes that are `wanted`.
    pub fn new(host: Host, wanted: Option<Wanted>, paths: Vec<PathBuf>) -> Self {
        Self { host, wanted, paths, places: None, silent: Silent::default(), before: None }
    }

    /// The host.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The application's processes now; none if the profile does not tell them.
    pub fn processes(&self) -> Option<Result<Found, Unmeasured>> {
        self.wanted.as_ref().map(|wanted| process::find(&self.host, wanted))
    }

    /// The figures of this moment, in a fixed order. Rates need a moment before: the first call begins them.
    pub fn take(&mut self) -> Vec<Figure> {
        let found = self.processes();
        let processes = match &found {
            Some(Ok(found)) => {
                let read = |p: &Process| Some((p.clone(), p.read(&self.host).ok()?));
                found.processes.iter().filter_map(read).collect()
            }
            _ => BTreeMap::new(),
        };
        let now = Moment {
            at: Instant::now(),
            cpu: self.host.cpu_times(),
            cgroup: self.host.cgroup_cpu().ok().flatten(),
            processes,
        };
        let mut figures = Vec::new();
        let before = self.before.take();
        if let Some(before) = &before {
            cpu(before, &now, &mut figures);
        }
        self.memory(&mut figures);
        self.load(&now, &mut figures);
        for (method, resource) in [
            (LiveMethod::HostPressureCpu, Resource::Cpu),
            (LiveMethod::HostPressureMemory, Resource::Memory),
            (LiveMethod::HostPressureIo, Resource::Io),
        ] {
            let how = format!("/proc/pressure/{}, some avg10, of the host", resource.word());
            figures.push(Figure::new(method, self.host.pressure(resource), how));
        }
        self.disks(&mut figures);
        self.of_processes(found, before.as_ref(), &now, &mut figures);
        self.before = Some(now);
        figures
    }

    fn memory(&self, out: &mut Vec<Figure>) {
        let memory = self.host.memory();
        let how = "1 - MemAvailable / MemTotal of /proc/meminfo, of the host";
        let used = memory.as_ref().map(|m| m.used_percent()).map_err(Clone::clone);
        out.push(Figure::new(LiveMethod::HostMemory, used, how));
        let total = memory.as_ref().map_or(u64::MAX >> 1, |m| m.total_bytes);
        if let Ok(Some(limit)) = self.host.cgroup_memory(total) {
            let how = format!(
                "usage without droppable file pages / limit of {} bytes of this program's control group",
                limit.limit_bytes
            );
            let figure = Figure::new(LiveMethod::HostMemory, Ok(limit.used_percent()), how);
            out.push(figure.label("scope", "cgroup"));
        }
        let swap = memory.map(|m| m.swap_used_percent().unwrap_or(0.0));
        out.push(Figure::new(
            LiveMethod::HostSwap,
            swap,
            "1 - SwapFree / SwapTotal of /proc/meminfo; 0 without swap",
        ));
    }

    fn load(&self, now: &Moment, out: &mut Vec<Figure>) {
        let load = self.host.load();
        let pick = |of: fn(&super::Load) -> f64| load.as_ref().map(of).map_err(Clone::clone);
        for (window, value) in
            [("1m", pick(|l| l.one)), ("5m", pick(|l| l.five)), ("15m", pick(|l| l.fifteen))]
        {
            let figure = Figure::new(LiveMethod::HostLoad, value, "/proc/loadavg, of the host");
            out.push(figure.label("window", window));
        }
        let cpus = now.cpu.as_ref().map(|times| times.cpus).map_err(Clone::clone);
        let per_cpu = pick(|l| l.five).and_then(|five| match cpus? {
            0 => Err(Unmeasured::new("/proc/stat: it lists no processor")),
            cpus => Ok(five / cpus as f64),
        });
        let how = "load of five minutes in /proc/loadavg / processors in /proc/stat, of the host";
        out.push(Figure::new(LiveMethod::HostLoadPerCpu, per_cpu, how));
        let uptime = self.host.uptime_s();
        out.push(Figure::new(LiveMethod::HostUptime, uptime, "/proc/uptime"));
    }

    fn disks(&mut self, out: &mut Vec<Figure>) {
        let places = self.places.get_or_insert_with(|| self.host.places(&self.paths));
        let systems = match self.host.file_systems_at(places, &mut self.silent) {
            Ok(systems) => systems,
            Err(why) => {
                for method in
                    [LiveMethod::HostDisk, LiveMethod::HostInodes, LiveMethod::HostReadOnly]
                {
                    out.push(Figure::new(
                        method,
                        Err(why.clone()),
                        "statvfs of what /proc/self/mountinfo lists",
                    ));
                }
                return;
            }
        };
        for fs in &systems {
            let mount = fs.mount.point.to_string_lossy();
            let what = format!("{} ({})", fs.mount.device, fs.mount.kind);
            let mut add = |method, value, how: String| {
                out.push(Figure::new(method, value, how).label("mount", &mount));
            };
            // What takes no writes cannot fill up.
            if !fs.is_read_only() {
                let free = fs.space.as_ref().map(|s| s.available_percent).map_err(Clone::clone);
                add(LiveMethod::HostDisk, free, format!("statvfs, f_bavail, as df: {what}"));
                match &fs.space {
                    Ok(space) => {
                        if let Some(inodes) = space.inodes_percent {
                            add(
                                LiveMethod::HostInodes,
                                Ok(inodes),
                                format!("statvfs, f_favail, as df -i: {what}"),
                            );
                        }
                    }
                    Err(why) => {
                        add(LiveMethod::HostInodes, Err(why.clone()), format!("statvfs: {what}"))
                    }
                }
            }
            // What a person mounted read-only is meant to be so, unless the application has files there.
            let broken = fs.turned_read_only() || (fs.asked && fs.is_read_only());
            let why = match (fs.mount.mounted_read_only, fs.mount.read_only) {
                (true, _) => "mounted read-only",
                (false, true) => {
                    "mounted for writing, and the file system takes no writes any more"
                }
                (false, false) => "takes writes",
            };
            add(
                LiveMethod::HostReadOnly,
                Ok(f64::from(u8::from(broken))),
                format!("/proc/self/mountinfo: {why}: {what}"),
            );
        }
    }

    fn of_processes(
        &self,
        found: Option<Result<Found, Unmeasured>>,
        before: Option<&Moment>,
        now: &Moment,
        out: &mut Vec<Figure>,
    ) {
        let Some(found) = found else { return };
        let count = found.and_then(|found| match found.blind {
            Some(why) if found.processes.is_empty() => Err(Unmeasured::new(why)),
            _ => Ok(found.processes.len() as f64),
        });
        let how = "processes in /proc that fit the profile's `process`";
        out.push(Figure::new(LiveMethod::ProcessCount, count, how));
        for (process, reading) in &now.processes {
            let mut add = |method, value, how: &str, interval_s| {
                let figure = Figure::new(method, value, format!("/proc/{}/{how}", process.pid));
                let figure = figure.label("process", &process.name).label("pid", process.pid);
                out.push(Figure { interval_s, ..figure });
            };
            let number = |value: &Result<u64, Unmeasured>| value.clone().map(|n| n as f64);
            add(LiveMethod::ProcessMemory, number(&reading.memory_bytes), "status, VmRSS", None);
            add(LiveMethod::ProcessThreads, Ok(reading.threads as f64), "stat, threads", None);
            add(LiveMethod::ProcessOpenFiles, number(&reading.open_files), "fd, entries", None);
            let Some((before, then)) = before.and_then(|b| Some((b, b.processes.get(process)?)))
            else {
                continue;
            };
            let seconds = now.at.duration_since(before.at).as_secs_f64();
            let rates = reading.since(then, seconds);
            for (method, value, how) in [
                (
                    LiveMethod::ProcessCpu,
                    Ok(rates.cpu_percent),
                    "stat, utime and stime; 100 is one processor",
                ),
                (
                    LiveMethod::ProcessSwitches,
                    rates.voluntary_per_s,
                    "status, voluntary_ctxt_switches of its first thread",
                ),
                (LiveMethod::ProcessReadRate, rates.read_bytes_per_s, "io, rchar"),
                (LiveMethod::ProcessWriteRate, rates.write_bytes_per_s, "io, wchar"),
            ] {
                add(method, value, how, Some(seconds));
            }
        }
    }
}

fn cpu(before: &Moment, now: &Moment, out: &mut Vec<Figure>) {
    let seconds = now.at.duration_since(before.at).as_secs_f64();
    let share =
        now.cpu.clone().and_then(|now| now.since(before.cpu.as_ref().map_err(Clone::clone)?));
    let mut add = |figure: Figure| out.push(Figure { interval_s: Some(seconds), ..figure });
    let busy = share.clone().map(|s| s.busy_percent);
    let how = "1 - (idle + iowait) / all of two readings of /proc/stat, of the host";
    add(Figure::new(LiveMethod::HostCpu, busy, how));
    if let Some((now, before)) = now.cgroup.as_ref().zip(before.cgroup.as_ref())
        && let Some(used) = now.since(before, seconds)
    {
        let how =
            format!("time used / limit of {} processors of this program's control group", now.cpus);
        add(Figure::new(LiveMethod::HostCpu, Ok(used), how).label("scope", "cgroup"));
    }
    let steal = share.map(|s| s.steal_percent);
    add(Figure::new(
        LiveMethod::HostSteal,
        steal,
        "steal / all of two readings of /proc/stat, of the host",
    ));
}

impl Figure {
    fn new(method: LiveMethod, value: Result<f64, Unmeasured>, how: impl Into<String>) -> Self {
        Self { method, labels: BTreeMap::new(), value, how: how.into(), interval_s: None }
    }

    fn label(mut self, name: &'static str, value: impl ToString) -> Self {
        self.labels.insert(name, value.to_string());
        self
    }
}
