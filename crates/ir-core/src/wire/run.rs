//! `ir.run.v1`: what a tool examined, the last line that it adds. The proof that quiet means quiet.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Time;
use super::event::Body;
use super::records::{FileHead, words};

words! {
    /// Whether the tools before this one finished.
    Upstream {
        /// The last record was a complete run record, and no run record was incomplete.
        Finished = "finished",
        /// It was not: records may be missing.
        Unfinished = "unfinished",
        /// The input is raw (logs, metrics): this tool begins the pipe.
        None = "none",
        /// The user said `--open-ended`: the stream need not end in a run record.
        OpenEnded = "open_ended",
    }
}

/// Body of `ir.run.v1`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// The tool's name.
    pub tool: String,
    /// Its version.
    pub version: String,
    /// Everything that was asked for was examined and written.
    pub complete: bool,
    /// Why not; one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// The tools before this one.
    pub upstream: Upstream,
    /// Lines read, of logs or of records.
    pub lines: u64,
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// Event time of the first observation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Time>,
    /// Event time of the last observation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Time>,
    /// What became of the records on standard input or in record files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<RecordCounts>,
    /// The logs and files that were read or could not be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceRead>,
    /// The rules that were evaluated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<RuleCoverage>,
    /// The profile in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<DocRef>,
    /// The procedure in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure: Option<DocRef>,
    /// What was assumed because nobody said it, one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumed: Vec<String>,
    /// The advisor that was asked, where one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advisor: Option<AdvisorRun>,
}

impl Body for Run {
    const KIND: &'static str = "ir.run.v1";
}

words! {
    /// What came of asking an advisor.
    AdvisorFate {
        /// It said something.
        Advised = "advised",
        /// It had nothing to say.
        Silent = "silent",
        /// It failed: everything is as if it had not been asked.
        Failed = "failed",
        /// There was nothing to ask it.
        NotAsked = "not_asked",
    }
}

/// The advisor of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AdvisorRun {
    /// Its name in the procedure.
    pub name: String,
    /// What came of it.
    pub fate: AdvisorFate,
    /// Why it failed, in one sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Pieces of its advice that were dropped: blank ones, and those that named an id that it was not shown, or one twice.
    pub dropped: u64,
}

/// What became of the lines of a record stream: `read` = `passed` + `rejected` + `blank`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecordCounts {
    /// Lines read.
    pub read: u64,
    /// Valid lines, forwarded byte for byte (by a tool that forwards).
    pub passed: u64,
    /// Of those passed: JSON objects that are no CloudEvents events.
    pub foreign: u64,
    /// Bad lines, and lines over the limit.
    pub rejected: u64,
    /// Of those passed: repeated records (same source and id, same bytes), not taken twice.
    pub duplicates: u64,
    /// Blank lines, dropped.
    pub blank: u64,
    /// Of those passed: of a type of ours, but with a body that could not be read.
    pub unreadable: u64,
}

words! {
    /// How far a source was read.
    ReadStatus {
        /// To its end.
        Read = "read",
        /// Not to its end.
        Partial = "partial",
        /// It is not there.
        Missing = "missing",
        /// It is there but may not or cannot be read.
        Unreadable = "unreadable",
    }
}

/// One log that was read, or could not be.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SourceRead {
    /// The log's id.
    pub id: String,
    /// As typed or as the profile writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Its first bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<FileHead>,
    /// How far it was read.
    pub status: ReadStatus,
    /// Why not further.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Format that was recognised or declared.
    pub format: String,
    /// Time zone of stamps without one, and where it comes from: `UTC (assumed)`, `America/New_York (profile)`.
    pub zone: String,
    /// Times, types and counts only; text was neither matched nor mined.
    pub private: bool,
    /// Lines.
    pub lines: u64,
    /// Bytes after decompression.
    pub bytes: u64,
    /// Log records (a record may have several lines).
    pub records: u64,
    /// Lines that continue a record.
    pub continued: u64,
    /// Records whose time is that of the record before them.
    pub inferred: u64,
    /// Records with no time at all.
    pub undated: u64,
    /// Records dated more than the tolerance after what the input's own end allows.
    pub future: u64,
    /// Lines longer than the limit.
    pub overlong: u64,
    /// Lines that are not what the format says.
    pub rejected: u64,
    /// Records that the profile calls normal noise.
    pub ignored: u64,
    /// Records that were not wanted, because of their time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub outside: u64,
    /// Events that came too late in a live stream to be counted.
    pub late: u64,
    /// First event time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Time>,
    /// Last event time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Time>,
}

impl SourceRead {
    /// A source of which nothing was read yet: all counts are 0, and its format is `none`.
    pub fn unread(
        id: impl Into<String>,
        path: Option<String>,
        status: ReadStatus,
        reason: Option<String>,
    ) -> Self {
        Self {
            id: id.into(),
            path,
            head: None,
            status,
            reason,
            format: "none".into(),
            zone: "none".into(),
            private: false,
            lines: 0,
            bytes: 0,
            records: 0,
            continued: 0,
            inferred: 0,
            undated: 0,
            future: 0,
            overlong: 0,
            rejected: 0,
            ignored: 0,
            outside: 0,
            late: 0,
            from: None,
            to: None,
        }
    }
}

/// Rules times sources: what could have fired.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct RuleCoverage {
    /// Rules loaded.
    pub loaded: u64,
    /// Rules that had data and reached a verdict at least once.
    pub evaluated: Vec<String>,
    /// Rules that ended without a verdict, and why.
    pub unknown: Vec<RuleNote>,
    /// Rules that could never be true with this profile, and why.
    pub never: Vec<RuleNote>,
}

/// A rule and what is to be said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleNote {
    /// The rule's id.
    pub rule: String,
    /// Why.
    pub reason: String,
}

/// A document in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocRef {
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// `built-in` or the path it was read from, as typed or looked up.
    pub from: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}
