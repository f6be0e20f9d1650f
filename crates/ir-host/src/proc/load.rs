//! Tasks that run or wait, and how long the host is up: `/proc/loadavg`, `/proc/uptime`.

use super::host::{Host, Unmeasured};

const LOADAVG: &str = "proc/loadavg";
const UPTIME: &str = "proc/uptime";

/// Tasks that run, wait to run, or wait for a device; averages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// Over one minute.
    pub one: f64,
    /// Over five minutes.
    pub five: f64,
    /// Over fifteen minutes.
    pub fifteen: f64,
}

impl Host {
    /// The load.
    ///
    /// # Errors
    /// If `/proc/loadavg` cannot be read or does not begin with three numbers.
    pub fn load(&self) -> Result<Load, Unmeasured> {
        let text = self.text(LOADAVG)?;
        let numbers: Vec<f64> = text.split_ascii_whitespace().map_while(number).collect();
        match numbers[..] {
            [one, five, fifteen, ..] => Ok(Load { one, five, fifteen }),
            _ => Err(self.odd(LOADAVG, "it does not begin with three numbers")),
        }
    }

    /// Seconds since the kernel started.
    ///
    /// # Errors
    /// If `/proc/uptime` cannot be read or does not begin with a number.
    pub fn uptime_s(&self) -> Result<f64, Unmeasured> {
        let text = self.text(UPTIME)?;
        let first = text.split_ascii_whitespace().next().and_then(number);
        first.ok_or_else(|| self.odd(UPTIME, "it does not begin with a number"))
    }
}

pub(super) fn number(word: &str) -> Option<f64> {
    word.parse().ok().filter(|n: &f64| n.is_finite() && *n >= 0.0)
}
