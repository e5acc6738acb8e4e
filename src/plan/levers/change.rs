//! A change of a design: in words, for `--set`, and as what it does.

use crate::scenario::Scenario;

/// A change of the design.
pub struct Change {
    /// What to do, in words: after "to".
    pub what: String,
    /// The same for `--set`.
    pub set: Option<String>,
    /// Does it.
    pub apply: Box<dyn Fn(&mut Scenario)>,
}

impl Change {
    /// A change in words, with its path if it has one.
    pub(in crate::plan) fn new(
        what: String,
        set: Option<String>,
        apply: impl Fn(&mut Scenario) + 'static,
    ) -> Change {
        Change { what, set, apply: Box::new(apply) }
    }
}
