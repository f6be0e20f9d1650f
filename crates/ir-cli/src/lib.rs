//! Pipe etiquette in one place: what all six tools do alike.
//!
//! A tool is a [`clap::Command`] and a function from [`Session`] to [`Exit`]; [`main`] runs it. The session has the
//! output [`Sink`], the [`Notes`] for people, the clock and the common options. [`pump`] reads record streams.

mod advisor;
mod args;
mod clock;
mod docs;
mod entry;
mod error;
mod escape;
mod exit;
mod home;
mod input;
mod keep;
mod lines;
mod notes;
mod patient;
mod progress;
mod pump;
mod recorder;
mod run;
mod session;
mod signal;
mod since;
mod sink;
mod store;
mod table;

pub use advisor::{Advisor, AdvisorArgs, learn};
pub use args::Common;
pub use docs::{DocArgs, Documents};
pub use entry::{command, main, record_option};
pub use error::{Fail, Failed};
pub use escape::escape;
pub use exit::Exit;
pub use home::{HOME_VARIABLE, bundle_path, ir_home};
pub use input::{Input, Opened};
pub use keep::KeepBad;
pub use lines::{LineReader, Piece};
pub use notes::Notes;
pub use progress::Progress;
pub use pump::{Intake, Trouble, pump, pump_stored, stored};
pub use session::Session;
pub use signal::interrupted;
pub use since::Since;
pub use sink::Sink;
pub use store::store_error;
pub use table::Table;
