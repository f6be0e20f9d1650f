//! `ir.check.v1`: one check and its verdict.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Excerpt, words};
use crate::wire::Body;

words! {
    /// Verdict of one check. What could not be looked at is unknown, never ok.
    CheckStatus {
        /// Within its limits.
        Ok = "ok",
        /// Over the warning limit.
        Warn = "warn",
        /// Over the critical limit.
        Crit = "crit",
        /// It could not be measured.
        Unknown = "unknown",
    }
}

/// Body of `ir.check.v1`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// What is checked, e.g. `loop_alive`, `lifecycle`.
    pub check: String,
    /// The verdict.
    pub status: CheckStatus,
    /// The application that the profile describes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// The profile's component.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// Measured value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Its unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<f64>,
    /// How it was measured, or would have to be.
    pub method: String,
    /// One sentence for people: what was seen, or why it is unknown.
    pub summary: String,
    /// Lines behind it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<Excerpt>,
}

impl Body for Check {
    const KIND: &'static str = "ir.check.v1";
}
