//! The processors' time: `/proc/stat`.

use super::host::{Host, Unmeasured};
use super::text::numbers;

const STAT: &str = "proc/stat";

/// How the processors spent their time since the kernel started, in ticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CpuTimes {
    /// user, nice, system, irq, softirq, steal: they only grow.
    busy: [u64; 6],
    /// idle, iowait: the kernel's own words are that these may go back a little.
    idle: [u64; 2],
    /// Processors that are on.
    pub cpus: u64,
}

/// How the processors spent their time between two readings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CpuShare {
    /// Neither idle nor waiting for a disk, percent of all processors.
    pub busy_percent: f64,
    /// Of that: taken by the machine below, percent of all processors.
    pub steal_percent: f64,
}

impl Host {
    /// The processors' time so far.
    ///
    /// # Errors
    /// If `/proc/stat` cannot be read or is not of its shape.
    pub fn cpu_times(&self) -> Result<CpuTimes, Unmeasured> {
        let text = self.text(STAT)?;
        let line = text.lines().find_map(|line| line.strip_prefix("cpu "));
        let times: Vec<u64> = line.map(numbers).into_iter().flatten().collect();
        let [user, nice, system, idle, rest @ ..] = times.as_slice() else {
            return Err(self.odd(STAT, "no line `cpu` with the times of all processors"));
        };
        // Old kernels do not tell all of them.
        let rest = |i: usize| rest.get(i).copied().unwrap_or(0);
        let of_one = |line: &&str| {
            line.strip_prefix("cpu").is_some_and(|l| l.starts_with(|c: char| c.is_ascii_digit()))
        };
        Ok(CpuTimes {
            busy: [*user, *nice, *system, rest(1), rest(2), rest(3)],
            idle: [*idle, rest(0)],
            cpus: text.lines().filter(of_one).count() as u64,
        })
    }
}

impl CpuTimes {
    /// How the time since an `earlier` reading was spent.
    ///
    /// # Errors
    /// If no time passed, or a counter that only grows went back.
    pub fn since(&self, earlier: &Self) -> Result<CpuShare, Unmeasured> {
        let mut busy = [0u64; 6];
        for (grown, (now, then)) in busy.iter_mut().zip(self.busy.iter().zip(&earlier.busy)) {
            *grown = now.checked_sub(*then).ok_or_else(|| {
                Unmeasured::new("a counter of /proc/stat went back between two readings")
            })?;
        }
        let idle = self.idle.iter().zip(&earlier.idle).map(|(now, then)| now.saturating_sub(*then));
        let steal = busy[5] as f64;
        let busy: f64 = busy.iter().map(|grown| *grown as f64).sum();
        let total = busy + idle.map(|grown| grown as f64).sum::<f64>();
        if total <= 0.0 {
            return Err(Unmeasured::new("the processors' time did not move between two readings"));
        }
        Ok(CpuShare { busy_percent: 100.0 * busy / total, steal_percent: 100.0 * steal / total })
    }
}
