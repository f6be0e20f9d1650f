//! The one hash chain, and what is built on it.
//!
//! - [`chain`]: JSON lines that carry each other's digests; pure
//! - [`bundle`]: an evidence bundle on disk: built, opened, verified
//! - [`incident`]: the files in which cron jobs and people record incidents, and an index over them

pub mod bundle;
pub mod chain;
mod hash;
pub mod incident;

pub use hash::{Hash, Hasher};
