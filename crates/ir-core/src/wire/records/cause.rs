//! `ir.cause.v1`: ranked hypotheses, or "inconclusive".

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Term;
use crate::wire::{Body, Time};

/// Body of `ir.cause.v1`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// The likeliest first. Empty if and only if `inconclusive`.
    pub hypotheses: Vec<Hypothesis>,
    /// Nothing stands out, or there was nothing to look at.
    pub inconclusive: bool,
    /// One sentence: what decides, or why nothing does.
    pub summary: String,
    /// The incident's window.
    pub window: Span,
    /// The time before; none where the logs hold none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Span>,
    /// Log records in the window.
    pub window_records: u64,
    /// Log records in the time before.
    pub baseline_records: u64,
}

impl Body for Cause {
    const KIND: &'static str = "ir.cause.v1";
}

/// From (inclusive), to (inclusive), event time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// First instant.
    pub from: Time,
    /// Last instant.
    pub to: Time,
}

/// One possible cause.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Hypothesis {
    /// From 1.
    pub rank: u32,
    /// The profile's component, with `:instance` where one is known, e.g. `plugin_system:demo`.
    pub component: String,
    /// The metric that moved, where metrics were read.
    pub metric: Option<String>,
    /// Id of the change record or commit held guilty, where one is.
    pub change: Option<String>,
    /// Probability between 0 and 1 that this is the cause, once calibrated; none while it is not.
    pub confidence: Option<f64>,
    /// Sum of the terms; only its order within this record means something.
    pub score: f64,
    /// One sentence for people.
    pub summary: String,
    /// What the score is made of.
    pub terms: Vec<Term>,
    /// Ids of the records that speak for it.
    #[serde(rename = "for")]
    pub supporting: Vec<String>,
    /// Ids of the records that speak against it.
    pub against: Vec<String>,
}
