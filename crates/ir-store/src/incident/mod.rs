//! The store of incidents: what cron jobs and people record, in files that can be read, grepped and checked by hand.
//!
//! ```text
//! IR_HOME/incidents/INC-20261123-0a1b2c3d.jsonl   the records of an incident, in the order in which they were stored
//! IR_HOME/incidents/INC-20261123-0a1b2c3d.torn    lines that a killed writer left unfinished; present only if there were any
//! IR_HOME/detect.jsonl                            records that belong to no incident: alerts, checks, runs
//! IR_HOME/index.db                                an index over all of them; never the truth, made anew whenever it is in doubt
//! ```
//!
//! A stored line is the record's line with `,"prevhash":"…"` put in before its last brace: the SHA-256 of the stored line
//! before it, without the line feed; for the first line that of the incident's id (or of the text `detect.jsonl`), so that no
//! file can take another one's place. Reading takes exactly that suffix away again, so the records come out byte for byte.
//! By hand: `sed -n 3p FILE | tr -d '\n' | sha256sum` is what line 4 carries.
//!
//! [`Store::append`] writes under an exclusive lock, one `write` a line, and returns after the lines are on the disk. A record
//! that is there already is not written twice; one with the same `source` and `id` but other content is refused
//! ([`StoreError::Conflict`]).
//!
//! A chain shows that something was changed, cut out, put in or moved. It cannot show that its own end is missing: for that the
//! index remembers how long each file was, and [`Store::lint`] compares.

mod append;
mod book;
mod entry;
mod error;
mod index;
mod lines;
mod lint;
mod lock;
mod place;
mod store;
mod summary;
mod torn;
mod wire;

pub use append::{Added, Batch};
pub use book::{Book, IncidentId};
pub use entry::Entry;
pub use error::{Clash, StoreError};
pub use lines::{Mark, StoredLine};
pub use lint::{Fault, Linted};
pub use store::Store;
pub use summary::{Said, Summary};
pub use wire::WireReader;

#[cfg(test)]
mod tests;
