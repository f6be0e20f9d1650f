//! The one hash chain, and what is built on it.
//!
//! - [`chain`]: JSON lines that carry each other's digests; pure
//! - [`bundle`]: an evidence bundle on disk: built, opened, verified

pub mod bundle;
pub mod chain;
mod hash;

pub use hash::{Hash, Hasher};
