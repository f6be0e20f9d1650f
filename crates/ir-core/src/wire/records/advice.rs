//! `ir.advice.v1`: what an advisor said. It changes no other record and decides nothing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words;
use crate::wire::Body;

words! {
    /// Whose word it is.
    AdviceOrigin {
        /// An advisor's: a program that the user chose, not these tools.
        Advisor = "advisor",
    }
}

words! {
    /// What an advisor is asked for.
    AdviceTask {
        /// What the alerts of an incident mean, and which to look at first.
        Triage = "triage",
        /// What may have caused an incident, and which hypothesis to check first.
        Causes = "causes",
    }
}

/// Body of `ir.advice.v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Advice {
    /// Always `advisor`.
    pub origin: AdviceOrigin,
    /// Its name in the procedure.
    pub advisor: String,
    /// What it was asked for.
    pub task: AdviceTask,
    /// What it says, in its order.
    pub notes: Vec<AdviceNote>,
    /// What it would look at first: ids of alerts, or of hypotheses as [`Advice::hypothesis`] writes them. The machine's own
    /// order stands in its own records.
    pub order: Vec<String>,
}

impl Body for Advice {
    const KIND: &'static str = "ir.advice.v1";
}

impl Advice {
    /// The id of the hypothesis of that rank in the cause record `cause`: `ca-4b1c0f7d9e2a6c55/1`.
    pub fn hypothesis(cause: &str, rank: u32) -> String {
        format!("{cause}/{rank}")
    }
}

/// One thing that an advisor says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AdviceNote {
    /// Id of the incident, record or hypothesis that it is about.
    pub about: String,
    /// Untrusted text, at most [`AdviceNote::MAX`] bytes.
    pub text: String,
}

impl AdviceNote {
    /// A longer text is cut here, at a character's boundary, and ends in `…`.
    pub const MAX: usize = 2000;
}
