//! `ir.note.v1`: what a person wrote down.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words;
use crate::wire::{Body, Time};

words! {
    /// What a note is.
    NoteKind {
        /// Anything.
        Note = "note",
        /// Something seen that no tool saw.
        Observation = "observation",
        /// Something decided.
        Decision = "decision",
        /// Something done by hand.
        Done = "done",
    }
}

/// Body of `ir.note.v1`. The record's time is when the person wrote it, which is the event here; its id is unique, and ids of
/// later notes sort after those of earlier ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// What the person wrote: untrusted text.
    pub text: String,
    /// What it is.
    pub kind: NoteKind,
    /// Who wrote it: the login user, or who `--by` says. A claim: nothing proves it.
    pub by: String,
    /// The login user, where `by` was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// When it was stored; wall clock, or `--now`.
    pub recorded: Time,
}

impl Note {
    /// Longest text, in bytes.
    pub const MAX: usize = 16 << 10;
}

impl Body for Note {
    const KIND: &'static str = "ir.note.v1";
}
