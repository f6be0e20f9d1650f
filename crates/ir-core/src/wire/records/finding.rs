//! `ir.finding.v1`: one thing that stands out in the logs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Excerpt, words};
use crate::wire::{Body, Time};

words! {
    /// What stands out.
    FindingKind {
        /// A message that the time before never had.
        New = "new",
        /// A message far more frequent than before.
        Burst = "burst",
        /// A message of the time before that stopped.
        Vanished = "vanished",
        /// A change: something loaded, configured, installed, started that was not before.
        Change = "change",
        /// A failure that the profile knows by name.
        Failure = "failure",
    }
}

/// A number that went into a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Term {
    /// Its name.
    pub name: String,
    /// Its contribution to the score.
    pub value: f64,
    /// What it stands for.
    pub note: String,
}

/// Body of `ir.finding.v1`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// What stands out.
    pub kind: FindingKind,
    /// The profile's component that wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// The instance within the component.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Level of the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// The masked message: variable parts are `<*>`.
    pub template: String,
    /// Times in the incident's window.
    pub count: u64,
    /// Times in the time before.
    pub before: u64,
    /// First seen in the window.
    pub onset: Time,
    /// Last seen in the window.
    pub last: Time,
    /// The sum of the terms.
    pub score: f64,
    /// What the score is made of.
    pub terms: Vec<Term>,
    /// A few of the lines.
    pub samples: Vec<Excerpt>,
    /// One sentence for people.
    pub summary: String,
}

impl Body for Finding {
    const KIND: &'static str = "ir.finding.v1";
}
