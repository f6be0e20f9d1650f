//! Main memory and swap: `/proc/meminfo`.

use super::host::{Host, Unmeasured};
use super::text::keyed;

const MEMINFO: &str = "proc/meminfo";

/// Memory of the host, bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// All of it.
    pub total_bytes: u64,
    /// What programs can still get without swapping, by the kernel's own estimate.
    pub available_bytes: u64,
    /// Swap space; 0: none.
    pub swap_total_bytes: u64,
    /// Free swap space.
    pub swap_free_bytes: u64,
}

impl Memory {
    /// What is not available, percent.
    pub fn used_percent(&self) -> f64 {
        percent_used(self.total_bytes, self.available_bytes)
    }

    /// Swap in use, percent; none without swap.
    pub fn swap_used_percent(&self) -> Option<f64> {
        (self.swap_total_bytes > 0)
            .then(|| percent_used(self.swap_total_bytes, self.swap_free_bytes))
    }
}

fn percent_used(total: u64, left: u64) -> f64 {
    100.0 * total.saturating_sub(left) as f64 / total as f64
}

impl Host {
    /// Main memory and swap.
    ///
    /// # Errors
    /// If `/proc/meminfo` cannot be read or lacks one of the figures.
    pub fn memory(&self) -> Result<Memory, Unmeasured> {
        let text = self.text(MEMINFO)?;
        let bytes = |key: &str| {
            keyed(&text, key)
                .map(|kib| kib.saturating_mul(1024))
                .ok_or_else(|| self.odd(MEMINFO, format_args!("no {key}")))
        };
        let total_bytes = bytes("MemTotal:")?;
        if total_bytes == 0 {
            return Err(self.odd(MEMINFO, "MemTotal: is 0"));
        }
        Ok(Memory {
            total_bytes,
            available_bytes: bytes("MemAvailable:")?,
            swap_total_bytes: bytes("SwapTotal:")?,
            swap_free_bytes: bytes("SwapFree:")?,
        })
    }
}
