//! The pure heart of ir-tools: no I/O, no clock, no terminal.
//!
//! - [`wire`]: the record format that the six tools speak, and the state of an incident folded from it
//! - [`docs`]: the YAML documents that people write, typed and strictly checked
//! - [`rules`]: rule text to checked rule to windows to verdicts
//! - [`logs`]: bytes to observations: formats, time stamps, multi-line records
//! - [`correlate`]: many log lines to few signatures, before and during an incident
//! - [`secrets`]: what in a text looks like a secret
//! - [`builtin`]: the shipped documents

pub mod builtin;
pub mod correlate;
pub mod docs;
pub mod logs;
pub mod rules;
pub mod secrets;
pub mod wire;
