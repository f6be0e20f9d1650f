//! The host and its processes as the kernel tells them under `/proc`, and their limits as control groups do.
//!
//! - [`Host`]: where all of it is read; every figure is one, or an [`Unmeasured`] with its reason
//! - [`Sampler`]: all figures of a moment, and the rates since the moment before
//! - `cpu`, `memory`, `load`, `pressure`, `disk`, `cgroup`: the figures, each by its own file
//! - [`process`]: the processes of an application
//! - [`snapshot`]: copies of what the kernel says, for evidence
//! - `mounts`, `locks`: what is mounted where, and who holds which file
//! - `watchdog`: what may hang, with a limit of time

mod cgroup;
mod cpu;
mod disk;
#[cfg(test)]
mod fixture;
mod host;
mod load;
mod locks;
mod memory;
mod mounts;
mod pressure;
pub mod process;
mod sampler;
pub mod snapshot;
mod text;
mod watchdog;

pub use cgroup::{CgroupCpu, CgroupMemory};
pub use cpu::{CpuShare, CpuTimes};
pub use disk::{FileSystem, Space};
pub use host::{Host, Unmeasured};
pub use load::Load;
pub use locks::Holder;
pub use memory::Memory;
pub use mounts::Mount;
pub use pressure::Resource;
pub use sampler::{Figure, Sampler};
pub use watchdog::within;

#[cfg(test)]
mod tests;
