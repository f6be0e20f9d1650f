//! `ir.alert.v1`: a rule's state changed for one group.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Category, Excerpt, SourceRef, words};
use crate::wire::{Body, Time};

words! {
    /// What a rule says of one group.
    AlertState {
        /// The condition holds.
        Firing = "firing",
        /// It no longer holds.
        Resolved = "resolved",
        /// It fired, and then its data stopped: neither firing nor resolved is known.
        NoData = "no_data",
    }
}

/// Body of `ir.alert.v1`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Alert {
    /// The rule's id, `group.name`.
    pub rule: String,
    /// The state entered at the record's time.
    pub state: AlertState,
    /// What the rule is evaluated by, e.g. `{"plugin":"demo"}`; empty where it has no `by`.
    pub group: BTreeMap<String, String>,
    /// The application that the profile describes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// The profile's component that the rule watches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// The instance within the component, e.g. a plugin's name. It comes from the log: untrusted text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Kind of incident that it points to.
    pub category: Category,
    /// Impact facts that the rule's author vouches for, e.g. `{"functionality":"significant"}`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
    /// One sentence for people.
    pub summary: String,
    /// The rule as it is written.
    pub trigger: String,
    /// How the rule was read, e.g. `ratio_in`, `count_in`, `hold`, `event`.
    pub reading: String,
    /// The value that was compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Unit of value and limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// `>`, `>=`, `<`, `<=`, `==` or `!=`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub op: Option<String>,
    /// The limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<f64>,
    /// Length of the window or hold, seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_s: Option<f64>,
    /// First contributing event.
    pub onset: Time,
    /// Contributing events so far.
    pub count: u64,
    /// A few of them, the first ones first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<Excerpt>,
    /// The logs that they come from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceRef>,
    /// Containment playbooks that fit, by the procedure's names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub playbooks: Vec<String>,
}

impl Body for Alert {
    const KIND: &'static str = "ir.alert.v1";
}
