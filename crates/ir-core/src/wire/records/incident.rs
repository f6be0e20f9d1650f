//! `ir.incident.v1` and `ir.classified.v1`: alerts grouped, and how grave it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Category, Severity};
use crate::wire::{Body, Time};

/// Body of `ir.incident.v1`. The record is written again when the incident grows; the last one counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Incident {
    /// One line for people.
    pub title: String,
    /// The application, as the alerts name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// The observed host; none if the input does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// First contributing event of any of its alerts.
    pub onset: Time,
    /// Event time at which the first alert fired.
    pub detected: Time,
    /// Event time of its newest alert record.
    pub last: Time,
    /// Ids of its alert records, in order of arrival.
    pub alerts: Vec<String>,
    /// Kinds, the most frequent first.
    pub categories: Vec<Category>,
}

impl Body for Incident {
    const KIND: &'static str = "ir.incident.v1";
}

/// Body of `ir.classified.v1`. Written again when severity, components or playbooks change; the last one counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Classified {
    /// The severity.
    pub severity: Severity,
    /// The one before, on a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Severity>,
    /// Why: one row per factor.
    pub rationale: Vec<Rationale>,
    /// What unknown facts could change.
    pub could_be: Vec<CouldBe>,
    /// Affected components, the likeliest first.
    pub components: Vec<AffectedComponent>,
    /// Kinds of incident, the most frequent first.
    pub categories: Vec<Category>,
    /// Containment playbooks that fit, by the procedure's names.
    pub playbooks: Vec<String>,
    /// The response is due then: detection plus the procedure's time for this severity.
    pub respond_by: Time,
    /// The procedure's response time, seconds.
    pub response_s: f64,
    /// Whom the procedure mobilises, in its words, then the expertise that the components need.
    pub mobilize: Vec<String>,
}

impl Body for Classified {
    const KIND: &'static str = "ir.classified.v1";
}

/// One factor of a classification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rationale {
    /// The fact's name, e.g. `functionality`.
    pub factor: String,
    /// Its value, or `unknown`.
    pub value: String,
    /// The severity that this factor alone asks for; none where it asks for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Ids of the records that say so; `--fact` for what was said on the command line; empty for unknown facts.
    pub from: Vec<String>,
    /// One sentence for people.
    pub note: String,
}

/// A severity that an unknown fact could lead to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CouldBe {
    /// The severity.
    pub severity: Severity,
    /// The fact.
    pub fact: String,
    /// Its value that would do it.
    pub value: String,
    /// A sentence: "could be P0 if …".
    pub note: String,
}

/// A component and why it is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AffectedComponent {
    /// The profile's name of it.
    pub name: String,
    /// Instances within it, e.g. plugins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instances: Vec<String>,
    /// Ids of the alerts that point to it.
    pub from: Vec<String>,
}
