//! ir-evidence: seals what an incident leaves behind, before anybody restarts anything.
//!
//! The pipe job ([`run`]) collects one bundle for each incident that passes by: logs, databases, configuration, plugins
//! and the incident's records, hashed while they are read, listed in a chained manifest ([`ir_store::bundle`]).

mod args;
mod collect;
mod kept;
mod live;
mod log;
mod mask;
mod named;
mod place;
mod reading;
mod source;
mod take;
mod tally;
mod tee;
mod tool;
mod verify;
mod versions;
mod want;
mod window;

pub use tool::{command, run};
