//! `ir.sample.v1`: one figure, measured.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::wire::Body;

/// Body of `ir.sample.v1`. The rules read it as they read any other sample, so that what was measured can be replayed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sample {
    /// The metric, as the profile calls it; else the method's own name.
    pub metric: String,
    /// The value; none where it could not be measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Its unit; none for plain numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Of what: `mount`, `process` and `pid`, `window`; `scope` where it is not the whole host.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// How it was measured.
    pub method: String,
    /// Seconds between the two readings that a rate is made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_s: Option<f64>,
    /// Why there is no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Body for Sample {
    const KIND: &'static str = "ir.sample.v1";
}
