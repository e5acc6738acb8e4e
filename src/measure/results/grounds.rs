//! What explains the figures of an application.

use serde::{Deserialize, Serialize};

/// What the figures of an application rest on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Grounds {
    /// Its VMs, in the order of the scenario.
    pub members: Vec<String>,
}
