//! Runs of the engine over what a scenario replicates, at other rates, in parts, with what was seen in each.

pub mod steady;
pub mod links;
pub mod writes;
pub mod fleet;
mod parts;
mod alone;
mod advance;
pub mod lasting;
pub mod evaluate;

pub(in crate::plan) use advance::{advance, advance_again};
