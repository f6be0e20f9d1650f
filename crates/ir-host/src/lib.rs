//! The one room that touches the host: opening files safely, finding them, judging their permissions.

mod open;
mod owner;
mod paths;

pub use open::{OpenError, RegularFile, open_input, open_regular};
pub use owner::{Untrusted, trusted_document};
pub use paths::expand_glob;
