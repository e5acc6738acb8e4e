//! The engine against closed forms, published numbers, slow implementations and chance.

pub mod closed_forms;
pub mod sizing;
pub mod fair_sharing;
pub mod apply_limits;
pub mod log_space;
pub mod qos;
mod resting;
pub mod rows;
mod rejoin;
pub mod lifecycle;
pub mod beyond_cycle;
pub mod points;
pub mod oracle;
pub mod oracle_ship50;
pub mod lifecycle_monkey;
pub mod limits_monkey;
