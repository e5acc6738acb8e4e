//! The scenario language, and what is said of a scenario that is wrong or will disappoint.

pub mod problems;
pub mod preflight;
pub mod scenario_doc;
pub mod templates;
pub mod meaning;
mod assumed;
