//! What two scenarios and two results have in common, and what not. Pure.
//!
//! [`meaning`] compares values, never texts, and can mix two scenarios change by change; [`outcome`] compares every metric of two results.

pub mod meaning;
pub mod metrics;
pub mod outcome;
