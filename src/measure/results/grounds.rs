//! What explains the figures of an application.

use serde::{Deserialize, Serialize};

/// What the figures of an application rest on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Grounds {
    /// Its VMs, in the order of the scenario.
    pub members: Vec<String>,
    /// While nothing fails: for how much of the time its age is more than so much. From all of it to nothing; straight between two.
    pub exceedance: Vec<Exceeded>,
}

/// An age, and for how much of the time it is passed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exceeded {
    /// The age.
    pub age_s: f64,
    /// Share of the time.
    pub share: f64,
}
