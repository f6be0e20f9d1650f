//! Time that tasks lost by waiting: `/proc/pressure`.

use super::host::{Host, Unmeasured};
use super::load::number;

/// What tasks wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// A processor.
    Cpu,
    /// Memory.
    Memory,
    /// A disk.
    Io,
}

impl Resource {
    /// As the kernel calls it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Io => "io",
        }
    }
}

impl Host {
    /// Part of the last ten seconds in which at least one task waited, percent.
    ///
    /// # Errors
    /// If the kernel does not tell pressure, or its file is not of its shape.
    pub fn pressure(&self, resource: Resource) -> Result<f64, Unmeasured> {
        let place = format!("proc/pressure/{}", resource.word());
        let text = self.text(&place).map_err(|why| {
            Unmeasured::new(format!(
                "{why}; the kernel tells pressure if it was built and started with PSI"
            ))
        })?;
        let some = text.lines().find_map(|line| line.strip_prefix("some "));
        let avg10 = some.and_then(|line| {
            line.split_ascii_whitespace().find_map(|word| word.strip_prefix("avg10="))
        });
        avg10.and_then(number).ok_or_else(|| self.odd(&place, "no `some avg10=`"))
    }
}
