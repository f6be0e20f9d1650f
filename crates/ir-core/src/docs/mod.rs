//! The YAML documents that people write: the procedure ([`Sop`]) and the application ([`Profile`]).
//!
//! Strict: an unknown or repeated key, a wrong unit, a name that nothing declares are errors with
//! file:line:col and, where a name is close to a known one, a "did you mean".

mod advisor;
mod check;
mod closest;
mod document;
mod duration;
mod error;
mod expand;
mod live;
mod load;
mod pattern;
mod profile;
mod rule;
mod sop;
mod yaml;

pub use advisor::{AdvisorDef, Sends};
pub use check::{Mismatch, check_together, unbound_actions};
pub use closest::{closest, did_you_mean};
pub use document::{Document, locate};
pub use duration::{duration, duration_range, unit_seconds};
pub use error::DocError;
pub use live::LiveMethod;
pub use load::{Loaded, load_profile, load_sop};
pub use pattern::pattern;
pub use profile::*;
pub use rule::*;
pub use sop::*;

#[cfg(test)]
mod tests;
