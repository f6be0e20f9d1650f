//! Processes: which of them are an application, and what they do.
//!
//! [`Wanted`] is what the profile says of the application's processes, [`find`] looks for them, a [`Process`] stays the
//! same one although its number may be given to another, and a [`Reading`] is what it does at one moment.

mod find;
mod reading;
mod wanted;

pub use find::{Found, find};
pub use reading::{Process, Rates, Reading};
pub use wanted::Wanted;

#[cfg(test)]
mod tests;
