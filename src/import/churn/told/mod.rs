//! What was found, for people: the summary, and a scenario to go on from.

pub mod fragment;
pub mod summary;
