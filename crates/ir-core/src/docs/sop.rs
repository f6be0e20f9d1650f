//! The procedure: severities, steps, detection and containment rules.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{AdvisorDef, Meaning, RuleDef};
use crate::wire::{Category, Severity};

/// `sop.yaml`. The two rule blocks have the very shape that the procedure's text gives them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sop {
    /// Version of this document's format: 1.
    pub sop: u32,
    /// The procedure's name.
    pub name: String,
    /// All four severities.
    pub severities: BTreeMap<Severity, SeverityLevel>,
    /// The steps, in order.
    pub steps: Vec<SopStep>,
    /// Detection rules by group; each a line of prose or a long form.
    pub incident_detection: BTreeMap<String, Vec<RuleText>>,
    /// What the rules above mean, by `group.metric`.
    #[serde(default)]
    pub meanings: BTreeMap<String, Meaning>,
    /// Containment actions by playbook, in order.
    pub containment_rules: BTreeMap<String, Vec<String>>,
    /// When a playbook fits, and how grave its actions are.
    pub playbooks: BTreeMap<String, PlaybookDef>,
    /// Programs that may be asked for advice, by name.
    #[serde(default)]
    pub advisors: BTreeMap<String, AdvisorDef>,
}

/// One row of the severity table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeverityLevel {
    /// In the procedure's words.
    pub description: String,
    /// Response time, e.g. `15 minutes`.
    pub response: String,
    /// Whom to mobilise, in the procedure's words.
    pub mobilize: Vec<String>,
}

/// One step of the procedure.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SopStep {
    /// E.g. `1.1`.
    pub step: String,
    /// Its title.
    pub title: String,
    /// As the procedure writes it, e.g. `1-5 minutes (automated)`.
    pub duration: String,
    /// As the procedure writes it.
    pub responsible: String,
    /// Command lines that the step names.
    #[serde(default)]
    pub commands: Vec<String>,
    /// What of ours answers it, e.g. `ir-detect FILE`.
    #[serde(default)]
    pub tools: Vec<String>,
}

/// When a playbook fits.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaybookDef {
    /// Kinds of incident that call for it.
    #[serde(default)]
    pub categories: Vec<Category>,
}

/// A rule: prose or long form.
#[derive(Clone, Debug, PartialEq)]
pub enum RuleText {
    /// One line of prose.
    Prose(String),
    /// The long form.
    Long(Box<RuleDef>),
}

impl<'de> Deserialize<'de> for RuleText {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = RuleText;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a rule: one line of prose, or a map with `when`")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<RuleText, E> {
                Ok(RuleText::Prose(text.to_owned()))
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<RuleText, A::Error> {
                let long = RuleDef::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(RuleText::Long(Box::new(long)))
            }
        }
        d.deserialize_any(Visitor)
    }
}
