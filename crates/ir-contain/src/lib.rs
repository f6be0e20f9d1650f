//! A containment plan for each incident: steps with verification, undo, blast radius and approval. The tool `ir-contain`.
//!
//! It writes plans and carries nothing out: no part of this crate starts a program.
//!
//! [`plan()`] makes the plan of one incident, [`Planner`] follows a stream of records and says when a plan has changed.

mod approval;
mod args;
mod bind;
mod plan;
mod planner;
mod profiles;
mod radius;
mod tool;

pub use approval::{Effect, approval};
pub use bind::instance_fault;
pub use plan::{Ask, plan};
pub use planner::{Changed, Planner};
pub use profiles::Profiles;
pub use radius::blast_radius;
pub use tool::{command, run};
