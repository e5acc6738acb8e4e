//! What two scenarios and two results have in common, and what not. Pure.

pub mod metrics;
