//! `ir.action.v1`: one step of a containment plan, in one phase of its life.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words;
use crate::wire::Body;

words! {
    /// Where a step stands.
    ActionPhase {
        /// Written down; nothing has been run.
        Planned = "planned",
        /// A person agreed to exactly this plan.
        Approved = "approved",
        /// About to be run.
        Intent = "intent",
        /// Run, with success.
        Done = "done",
        /// Its verification holds.
        Verified = "verified",
        /// Run, without success.
        Failed = "failed",
        /// Begun, and nobody knows how it ended.
        Unknown = "unknown",
        /// Taken back.
        Undone = "undone",
    }
}

words! {
    /// How many people have to agree.
    Approval {
        /// Nobody.
        None = "none",
        /// One person.
        One = "one",
        /// Two persons, neither of them the requester alone.
        Two = "two",
    }
}

/// What would be run, and what that means in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// What it does, for people.
    pub what: String,
    /// Argument vectors, in order; empty where a person has to do it.
    pub argv: Vec<Vec<String>>,
}

/// Body of `ir.action.v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Action {
    /// Digest over all steps of the plan; the last plan of an incident counts.
    pub plan: String,
    /// Place in the plan, from 1.
    pub seq: u32,
    /// Steps in the plan.
    pub of: u32,
    /// The playbook, by the procedure's name.
    pub playbook: String,
    /// The action, by the procedure's name.
    pub action: String,
    /// Where the step stands.
    pub phase: ActionPhase,
    /// What it acts on, e.g. `plugin_system:demo`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// It can be carried out on this profile; otherwise `reason` says what is missing.
    pub bound: bool,
    /// Why it is in the plan, or why it cannot be carried out.
    pub reason: String,
    /// What would be run.
    pub run: Step,
    /// How to tell that it worked.
    pub verify: Step,
    /// How to take it back; `argv` empty and `what` the reason where that is not possible.
    pub undo: Step,
    /// What it would destroy or interrupt; empty if nothing.
    pub destroys: Vec<String>,
    /// What it needs, e.g. `root`, `restart of the application`.
    pub needs: Vec<String>,
    /// Components that it touches or that depend on those: the blast radius.
    pub blast_radius: Vec<String>,
    /// How many people have to agree before it may be run.
    pub approval: Approval,
}

impl Body for Action {
    const KIND: &'static str = "ir.action.v1";
}
