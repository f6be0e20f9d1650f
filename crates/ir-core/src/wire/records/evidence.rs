//! `ir.evidence.v1`: a sealed bundle.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::wire::{Body, Time};

/// Body of `ir.evidence.v1`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// The bundle's directory: as typed, or under `${IR_HOME}` written in just that way.
    pub bundle: String,
    /// SHA-256 of the bundle's manifest.
    pub manifest_sha256: String,
    /// Every item that was wanted is there, whole.
    pub complete: bool,
    /// The event-time window of the logs: from.
    pub from: Time,
    /// The event-time window of the logs: to; none where it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Time>,
    /// Files in the bundle, the manifest not counted.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What became of what was wanted.
    pub items: ItemCounts,
    /// Package versions found in the evidence.
    pub packages: Vec<PackageVersion>,
    /// When the collection began; wall clock, or `--now`.
    pub recorded: Time,
}

impl Body for Evidence {
    const KIND: &'static str = "ir.evidence.v1";
}

/// Items by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ItemCounts {
    /// Taken whole.
    pub taken: u64,
    /// Taken, but the source changed meanwhile.
    pub changed: u64,
    /// Taken in part (a window, or a size limit).
    pub partial: u64,
    /// Left out on purpose, with the reason in the manifest.
    pub skipped: u64,
    /// Wanted, and not to be had.
    pub error: u64,
}

/// A package and the version that a file names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PackageVersion {
    /// Its name.
    pub name: String,
    /// Its version, as written there.
    pub version: String,
    /// Where it was found: the item's name in the bundle, and what in it.
    pub from: String,
}
