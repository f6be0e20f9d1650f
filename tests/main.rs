//! The built binaries, from outside: each tool on readable cases, pipe etiquette, whole pipes.
#![allow(clippy::disallowed_types, reason = "the tests start the tools; the tools start nothing")]
#![allow(clippy::print_stderr, reason = "a test that skips says so")]
#![allow(clippy::unwrap_used, reason = "in a test it is an assertion")]

mod advisor;
mod browser;
mod cases;
mod etiquette;
mod hostile;
mod house;
mod live;
mod pipe;
mod procedure;
mod readme;
mod snapshot;
mod sop;
mod store;
mod support;
mod verbs;
