//! Assumptions: those that a scenario marks, and those that were tried with other values.

use serde::{Deserialize, Serialize};

use super::Status;

/// A value, or values, that the scenario says stand in for what nobody told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StandInRow {
    /// The path: `links.wan.rate`, `vms.*.cores`.
    pub what: String,
    /// Why they are what they are.
    pub why: String,
    /// How many the path leads to.
    pub places: u64,
}

/// A default that was used, and another value that was tried in its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TriedRow {
    /// Kind of entry and field: `people.decision`.
    pub field: String,
    /// The default, as one would write it.
    pub value: String,
    /// What was tried, as one would write it.
    pub tried: String,
    /// The answers that it moves; empty: none.
    pub moved: Vec<MovedRow>,
}

/// An answer that an assumption moves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MovedRow {
    /// The application.
    pub application: String,
    /// The outage; `null`: while nothing fails.
    pub outage: Option<String>,
    /// As assumed.
    pub before: Answer,
    /// With what was tried.
    pub now: Answer,
}

/// What is answered of an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Verdict.
    pub status: Status,
    /// RPA; `null` where it is not hit, or no point exists.
    pub rpa_s: Option<f64>,
    /// RTA from the first fault that takes it down; `null` where it is not back.
    pub rta_from_outage_s: Option<f64>,
}
