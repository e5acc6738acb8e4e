//! Runs of the engine over what a scenario replicates, at other rates, in parts, with what was seen in each.

pub mod steady;
pub mod links;
pub mod writes;
pub mod fleet;
mod parts;
pub mod evaluate;
