//! Alerts to incidents with severity, reasons, team and playbooks. The tool `ir-classify`.
//!
//! [`Classifier`] is the engine, without input or output: [`Grouper`] finds the incident of each alert,
//! [`MATRIX`] says how grave each impact fact is.

mod args;
mod assess;
mod case;
mod classifier;
mod facts;
mod group;
mod ids;
mod impact;
mod limits;
mod matrix;
mod note;
mod profiles;
mod tool;
mod troubles;

pub use case::Arrival;
pub use classifier::{Change, Classifier};
pub use facts::{COMMAND_LINE, Fact, Facts};
pub use group::{Grouper, Key, Place, Signal};
pub use matrix::{Cell, MATRIX, MINOR_WITHOUT_WORKAROUND, decisive};
pub use profiles::Profiles;
pub use tool::{command, run};
