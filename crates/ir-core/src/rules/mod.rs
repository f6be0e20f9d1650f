//! Rule text to checked rule to windows to verdicts.
//!
//! - [`parse`]: one line of prose to a [`Condition`], strictly, with the column of what is wrong
//! - [`RuleSet`]: the procedure's and the application's rules, every name in them resolved
//! - [`Engine`]: occurrences in event time to [`Transition`]s, however often and in whatever steps it is told the time
//!
//! Missing data is a verdict of its own: what was not seen is unknown, never false.

mod condition;
mod engine;
mod explain;
mod group;
mod plan;
mod prose;
mod rule;
mod ruleset;
mod source;
mod unit;
mod window;

pub use condition::{Condition, Op, Qualifier, Threshold, Timing};
pub use engine::{Engine, Occurrence, Transition};
pub use group::Group;
pub use plan::Reading;
pub use prose::{SyntaxError, parse};
pub use rule::Rule;
pub use ruleset::{RuleError, RuleSet};
pub use unit::{Dimension, Unit};
