//! The states of a replication, its health, and what is refused in each.

pub mod relationships;
pub mod refusals;
pub mod health;
pub mod health_of_runs;
pub mod monkey;
