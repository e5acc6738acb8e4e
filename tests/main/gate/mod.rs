//! What holds a scenario to its gates, and why it no longer does.

pub mod evaluate;
pub mod metrics;
pub mod cli;
pub mod git;
mod instants;
pub mod judged;
pub mod doc;
pub mod cause;
