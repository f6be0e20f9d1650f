//! Bytes to log records: formats, time stamps, multi-line records, named events.
//!
//! A [`Parser`] makes [`Record`]s of the lines of one source, a [`Classifier`] knows the named events of a profile among
//! them, a [`Runs`] follows the application's starts and ends.

mod auto;
mod clock;
mod events;
mod header;
mod json;
mod level;
mod line;
mod parser;
mod pattern;
mod pending;
mod record;
mod runs;
mod scan;
mod stamp;
mod stats;
mod syslog;
mod text;
mod zone;

pub use events::{Class, Classifier, EventError, EventMatch, MAX_LABEL, origin_labels};
pub use parser::{ParseOptions, Parser};
pub use pattern::FormatError;
pub use pending::MAX_CONTINUATION;
pub use record::{Record, Sample, Stamp};
pub use runs::{OpenTail, Run, Runs, Seen, Unclosed};
pub use stats::ParseStats;
pub use zone::{Zone, ZoneError};
