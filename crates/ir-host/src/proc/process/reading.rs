//! One process, and what it does.

use ir_core::wire::Time;

use crate::proc::text::keyed;
use crate::proc::{Host, Unmeasured};

/// Ticks a second in which `/proc` counts time: a constant of Linux' interface on every machine that Rust builds for.
const TICKS: f64 = 100.0;

/// A process. Its number may be given to another one after its end, its number and start together are not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// When it started: ticks of 10 ms since the kernel did.
    pub start_ticks: u64,
    /// The name that it has in lists, at most 15 bytes; it may choose any.
    pub name: String,
}

/// What a process does at one moment; what only its own account and root may see can be missing.
#[derive(Clone, Debug)]
pub struct Reading {
    /// `R` running, `S` sleeping, `D` waiting for a device, `T` stopped, `Z` ended and not yet buried.
    pub state: char,
    /// Its threads.
    pub threads: u64,
    /// Main memory that it holds, bytes.
    pub memory_bytes: Result<u64, Unmeasured>,
    /// Its open files.
    pub open_files: Result<u64, Unmeasured>,
    /// Processor time so far, in ticks.
    cpu_ticks: u64,
    voluntary: Result<u64, Unmeasured>,
    io: Result<(u64, u64), Unmeasured>,
}

/// What a process did between two readings, each second.
#[derive(Clone, Debug, PartialEq)]
pub struct Rates {
    /// Processor time in percent; 100 is one processor.
    pub cpu_percent: f64,
    /// How often its first thread waited of its own accord.
    pub voluntary_per_s: Result<f64, Unmeasured>,
    /// Bytes read by system calls, from disks or elsewhere.
    pub read_bytes_per_s: Result<f64, Unmeasured>,
    /// Bytes written by system calls.
    pub write_bytes_per_s: Result<f64, Unmeasured>,
}

/// `/proc/PID/stat`: name, state, and the numbers behind it, of which the first is the parent.
fn stat(host: &Host, pid: u32) -> Result<(String, char, Vec<u64>), Unmeasured> {
    let place = format!("proc/{pid}/stat");
    let text = host.text(&place)?;
    // The name may hold spaces and brackets; the last bracket closes it.
    let parts = || {
        let (_, rest) = text.split_once('(')?;
        let (name, rest) = rest.rsplit_once(')')?;
        let rest = rest.trim_start();
        let state = rest.chars().next()?;
        // Some of the numbers are negative, none that is of use here.
        let rest = rest[state.len_utf8()..].split_ascii_whitespace();
        let numbers: Vec<u64> = rest.map(|word| word.parse().unwrap_or(0)).collect();
        (numbers.len() >= 22).then(|| (name.to_owned(), state, numbers))
    };
    parts().ok_or_else(|| host.odd(&place, "not the line that it should be"))
}

/// The process of that number, unless it has ended.
pub(super) fn identify(host: &Host, pid: u32) -> Result<Process, Unmeasured> {
    let (name, state, numbers) = stat(host, pid)?;
    if matches!(state, 'Z' | 'X' | 'x') {
        return Err(Unmeasured::new(format!("process {pid} has ended")));
    }
    Ok(Process { pid, start_ticks: numbers[18], name })
}

/// How many processes are in each state that tells of trouble: ended and not buried, waiting for a device.
pub(crate) fn stuck(host: &Host) -> Result<(u64, u64), Unmeasured> {
    let (mut zombies, mut waiting) = (0, 0);
    for pid in super::find::pids(host)? {
        match stat(host, pid) {
            Ok((_, 'Z', _)) => zombies += 1,
            Ok((_, 'D', _)) => waiting += 1,
            _ => {}
        }
    }
    Ok((zombies, waiting))
}

impl Process {
    /// It has not ended, and no other has its number.
    pub fn is_alive(&self, host: &Host) -> bool {
        identify(host, self.pid).is_ok_and(|now| now.start_ticks == self.start_ticks)
    }

    /// When it started, by the host's clock; exact to the second.
    ///
    /// # Errors
    /// If the host does not say when it started itself.
    pub fn started(&self, host: &Host) -> Result<Time, Unmeasured> {
        let text = host.text("proc/stat")?;
        let boot = keyed(&text, "btime ")
            .and_then(|seconds| i64::try_from(seconds).ok()?.checked_mul(1000))
            .and_then(Time::from_millis)
            .ok_or_else(|| host.odd("proc/stat", "it does not say when the host started"))?;
        Ok(boot.plus_seconds((self.start_ticks as f64 / TICKS).floor()))
    }

    /// What it does now.
    ///
    /// # Errors
    /// If it has ended, or another one has its number.
    pub fn read(&self, host: &Host) -> Result<Reading, Unmeasured> {
        let pid = self.pid;
        let status_at = format!("proc/{pid}/status");
        let status = host.text(&status_at);
        let of_status = |key: &str| {
            let text = status.as_ref().map_err(Clone::clone)?;
            keyed(text, key).ok_or_else(|| host.odd(&status_at, format_args!("no {key}")))
        };
        let io_at = format!("proc/{pid}/io");
        let io = host.text(&io_at).and_then(|text| {
            keyed(&text, "rchar:")
                .zip(keyed(&text, "wchar:"))
                .ok_or_else(|| host.odd(&io_at, "no rchar and wchar"))
        });
        let files_at = host.path(format!("proc/{pid}/fd"));
        let open_files = std::fs::read_dir(&files_at)
            .map(|entries| entries.count() as u64)
            .map_err(|e| Unmeasured::io(&files_at, &e));
        // Read last: all of the above was this process' if this still is.
        let (_, state, numbers) = stat(host, pid)?;
        if numbers[18] != self.start_ticks || matches!(state, 'X' | 'x') {
            return Err(Unmeasured::new(format!("process {pid} has ended")));
        }
        Ok(Reading {
            state,
            threads: numbers[16],
            memory_bytes: of_status("VmRSS:").map(|kib| kib.saturating_mul(1024)),
            open_files,
            cpu_ticks: numbers[10].saturating_add(numbers[11]),
            voluntary: of_status("voluntary_ctxt_switches:"),
            io,
        })
    }
}

impl Reading {
    /// What it did since an `earlier` reading, taken `seconds` before.
    pub fn since(&self, earlier: &Self, seconds: f64) -> Rates {
        let seconds = seconds.max(f64::MIN_POSITIVE);
        let per_s = |now: u64, then: u64| now.saturating_sub(then) as f64 / seconds;
        let rate = |now: &Result<u64, Unmeasured>, then: &Result<u64, Unmeasured>| {
            Ok(per_s(now.clone()?, then.clone()?))
        };
        let part =
            |io: &Result<(u64, u64), Unmeasured>, pick: fn((u64, u64)) -> u64| io.clone().map(pick);
        Rates {
            cpu_percent: 100.0 * per_s(self.cpu_ticks, earlier.cpu_ticks) / TICKS,
            voluntary_per_s: rate(&self.voluntary, &earlier.voluntary),
            read_bytes_per_s: rate(&part(&self.io, |io| io.0), &part(&earlier.io, |io| io.0)),
            write_bytes_per_s: rate(&part(&self.io, |io| io.1), &part(&earlier.io, |io| io.1)),
        }
    }
}
