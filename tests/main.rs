//! The built binaries, from outside: each tool on readable cases, pipe etiquette, whole pipes.
#![allow(clippy::disallowed_types, reason = "the tests start the tools; the tools start nothing")]
#![allow(clippy::print_stderr, reason = "a test that skips says so")]
#![allow(clippy::unwrap_used, reason = "in a test it is an assertion")]

mod cases;
mod etiquette;
mod house;
mod pipe;
mod procedure;
mod store;
mod support;
