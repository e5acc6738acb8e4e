//! What changed between two scenarios, or two results.

pub mod fields;
pub mod meaning;
pub mod outcome;
