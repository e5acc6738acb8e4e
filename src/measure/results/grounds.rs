//! What explains the figures of an application.

use serde::{Deserialize, Serialize};

use crate::outcome::bound::AgeCause;
use crate::words::Sentence;

/// What the figures of an application rest on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Grounds {
    /// Its VMs, in the order of the scenario.
    pub members: Vec<String>,
    /// While nothing fails: for how much of the time its age is more than so much. From all of it to nothing; straight between two.
    pub exceedance: Vec<Exceeded>,
    /// What bound it when, in the days around its worst age while nothing fails.
    pub bound: Vec<BoundSpan>,
}

/// A time in which the highest age of each hour had one cause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoundSpan {
    /// From.
    pub from: String,
    /// To.
    pub to: String,
    /// What took longest before the point that ended the highest age.
    pub by: Sentence<AgeCause>,
    /// The highest.
    pub oldest_s: f64,
}

/// An age, and for how much of the time it is passed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exceeded {
    /// The age.
    pub age_s: f64,
    /// Share of the time.
    pub share: f64,
}

/// Where what a VM lost was when the outage struck.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LostRow {
    /// Written since the last cut: in the log.
    pub in_log_bytes: u64,
    /// Cut, and not yet begun to be sent.
    pub waiting_bytes: u64,
    /// Partly sent.
    pub under_way_bytes: u64,
    /// Received and not yet applied then: not lost, since it is applied before the VM is failed over.
    pub received_bytes: u64,
}
