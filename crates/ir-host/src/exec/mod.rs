//! Running programs: the one place that starts any.
//!
//! - [`Program`]: an argument vector whose program nobody else can exchange; there is no shell
//! - [`Job`]: what it gets, how long it may take, how much it may say
//! - [`Outcome`]: how it ended and what it said

mod job;
mod outcome;
mod program;
mod run;
mod streams;

pub use job::{Flood, Job, Rest};
pub use outcome::{Caught, End, Outcome};
pub use program::{NoProgram, Program};
pub use run::run;

#[cfg(test)]
mod tests;
