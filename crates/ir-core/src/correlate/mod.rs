//! Many log lines to few masked messages, before and during an incident.
//!
//! [`mask()`] takes out of a message what varies; a [`Partial`] counts the masked messages and the things known by name, in
//! the time before an incident and in its window, and partials [merge](Partial::merge) in any order. A [`Scan`] is the result;
//! [`shift()`] judges its counts.

mod alive;
mod mask;
mod partial;
mod shift;
mod signature;
mod table;
mod tally;

pub use alive::SILENCE_S;
pub use mask::{MAX_MESSAGE, VARIABLE, mask};
pub use partial::{Bounds, Eras, Extent, Message, Named, Observation, Partial, Scan, What};
pub use shift::{BURST, Exposure, SURPRISING, Shift, shift};
pub use signature::{Name, Signature, Writer};
pub use tally::{Place, Seen, Sum};
