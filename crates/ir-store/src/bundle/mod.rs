//! An evidence bundle: a directory that can be checked without trusting whoever hands it over.
//!
//! ```text
//! manifest.jsonl      a chain of links: what the collection is, one entry an item, the closing totals
//! records.jsonl       the incident's records as they came
//! data/0002-app.log   what was taken; the number is the item's line in the manifest
//! SHA256SUMS          the same digests for `sha256sum -c`
//! ```
//!
//! An item's entry is written after its bytes are on the disk, so what is listed is there, whenever the collection ends.
//! Without the closing entry the bundle is incomplete; [`Builder`] gives it its name only after that.
//!
//! Reading one:
//!
//! ```no_run
//! use ir_store::bundle::Bundle;
//! # fn analyse(_: &str, _: u64, _: std::fs::File) {}
//! # fn main() -> Result<(), ir_store::bundle::BundleError> {
//! # let manifest_sha256 = "";
//! // The digest comes from the `ir.evidence.v1` record that announces the bundle.
//! let bundle = Bundle::open("evidence/INC-20261123-0a1b2c3d".as_ref(), Some(manifest_sha256))?;
//! for log in bundle.logs() {
//!     // Checked against the manifest, positioned at its start; gzip or zstd if the original was.
//!     let file = bundle.read(log.item)?;
//!     analyse(log.source, log.first_line, file);
//! }
//! # Ok(())
//! # }
//! ```

mod build;
mod manifest;
mod name;
mod open;
mod read;
mod sums;
mod verify;

pub use build::{Builder, Draft, Sealed};
pub use manifest::*;
pub use name::escaped;
pub use read::{Bundle, BundleError, LogItem};
pub use verify::{Outcome, Problem, Verdict, verify};

/// The chain of entries.
pub const MANIFEST: &str = "manifest.jsonl";
/// The incident's records.
pub const RECORDS: &str = "records.jsonl";
/// Digests for `sha256sum -c`.
pub const SUMS: &str = "SHA256SUMS";
/// Where items are.
const DATA: &str = "data";
/// More items than this are no bundle of ours.
const MAX_ITEMS: u64 = 1_000_000;

#[cfg(test)]
mod tests;
