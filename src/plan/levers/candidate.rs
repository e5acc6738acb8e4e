//! What could be changed in a design.

use crate::plan::change::Change;

/// A change, and how to ask for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What to do, in words: after "to".
    pub what: String,
    /// What it does.
    pub change: Change,
}

impl Candidate {
    /// A change in words.
    pub(in crate::plan) fn new(what: String, change: Change) -> Candidate {
        Candidate { what, change }
    }
}
