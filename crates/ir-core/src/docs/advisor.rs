//! Advisors: programs that are shown what is known, and may say something to it.

use serde::{Deserialize, Serialize};

/// An advisor, as the procedure describes it. It gets one JSON object on standard input and answers with one on standard output.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdvisorDef {
    /// The program, by its absolute path, and its arguments. There is no shell.
    pub argv: Vec<String>,
    /// It is ended after so long, e.g. `20s`.
    #[serde(default = "timeout")]
    pub timeout: String,
    /// Its answer is at most so long, in bytes.
    #[serde(default = "max_bytes")]
    pub max_bytes: u64,
    /// How much of the text of logs it is shown.
    #[serde(default)]
    pub sends: Sends,
}

/// How much of the text of logs an advisor is shown. Secrets are hidden either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sends {
    /// What varies from one message to the next is hidden: numbers, names, paths, quotations.
    #[default]
    Masked,
    /// All of it.
    Full,
}

impl AdvisorDef {
    /// Longest time that an advisor may be given, seconds.
    pub const LONGEST_S: f64 = 600.0;
    /// Longest answer that an advisor may be allowed, bytes.
    pub const LARGEST: u64 = 512 << 10;
}

fn timeout() -> String {
    "20s".into()
}

fn max_bytes() -> u64 {
    64 << 10
}
