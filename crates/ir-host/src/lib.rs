//! The one room that touches the host: opening files safely, finding them, judging their permissions, measuring, running
//! programs, who is there.

pub mod exec;
mod locate;
mod open;
mod owner;
mod paths;
mod person;
pub mod proc;
mod recognise;
mod standing;
mod wildcard;

pub use locate::{Located, locate, log_named};
pub use open::{OpenError, RegularFile, open_input, open_regular, open_untouched};
pub use owner::{Untrusted, trusted_document};
pub use paths::expand_glob;
pub use person::login;
pub use proc::process;
pub use recognise::{Unrecognised, file_head, log_id, open_recognised};
pub use standing::{Facts, Standing, standing};
