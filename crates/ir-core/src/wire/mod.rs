//! The wire: one CloudEvents 1.0 event a line, our body under `data`.
//!
//! A tool reads [`Line`]s, forwards the bytes of every valid one untouched, and appends [`Event`]s of its own.

mod event;
mod fold;
mod id;
mod line;
pub mod records;
mod run;
mod same;
mod schema;
mod time;

pub use event::{Body, Event, MAX_RECORD_BYTES, TooLarge, source, source_host};
pub use fold::{IncidentState, Phase, Recorded, SeverityChange, State};
pub use id::{act_id, digest, hex, id, incident_id};
pub use line::{Head, Line, Reason, parse_line};
pub use records::*;
pub use run::*;
pub use same::same_record;
pub use schema::{KINDS, schemas};
pub use time::Time;
