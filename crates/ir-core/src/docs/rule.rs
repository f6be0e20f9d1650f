//! A detection rule as it is written: one line of prose, or a map.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::wire::Category;

/// The long form of a rule. The short form, a bare string, is `when` alone.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleDef {
    /// Its name within its group; made from the metric where it is left out.
    #[serde(default)]
    pub id: Option<String>,
    /// The condition in prose, e.g. `plugin_failure_rate > 10% in 5 minutes`.
    pub when: String,
    /// Labels to evaluate separately by, e.g. `[plugin]`.
    #[serde(default)]
    pub by: Vec<String>,
    /// What a firing of it means.
    #[serde(default)]
    pub meaning: Meaning,
    /// A sentence for people; `{value}`, `{count}`, `{limit}` and `{LABEL}` are filled in.
    #[serde(default)]
    pub summary: Option<String>,
    /// Ratio rules: no verdict with fewer events than this in the window.
    #[serde(default)]
    pub min_events: Option<u64>,
    /// Hold rules: the end of the input completes the hold, because nothing came after.
    #[serde(default)]
    pub settle_at_end: bool,
}

/// What a rule's author vouches for when it fires.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meaning {
    /// Kind of incident; `availability` where it is left out.
    #[serde(default)]
    pub category: Option<Category>,
    /// The profile's component.
    #[serde(default)]
    pub component: Option<String>,
    /// The label whose value names the instance within the component.
    #[serde(default)]
    pub instance: Option<String>,
    /// Impact facts, by the names and values of [`crate::docs::FACTS`].
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
    /// Containment playbooks by the procedure's names; where empty, those that the procedure gives the category.
    #[serde(default)]
    pub playbooks: Vec<String>,
}

/// The impact facts and their values, the gravest last.
pub const FACTS: &[(&str, &[&str])] = &[
    ("functionality", &["none", "minor", "significant", "total"]),
    ("performance", &["normal", "degraded"]),
    ("workaround", &["yes", "no"]),
    ("data", &["intact", "suspect", "lost"]),
    ("security", &["none", "suspected", "confirmed"]),
    ("users", &["none", "some", "most", "all"]),
];
