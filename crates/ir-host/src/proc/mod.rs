//! The host and its processes as the kernel tells them under `/proc`, and their limits as control groups do.
//!
//! - [`Host`]: where all of it is read; every figure is one, or an [`Unmeasured`] with its reason
//! - [`process`]: the processes of an application
//! - `mounts`: what is mounted where

#[cfg(test)]
mod fixture;
mod host;
mod mounts;
pub mod process;
mod text;

pub use host::{Host, Unmeasured};
pub use mounts::Mount;
