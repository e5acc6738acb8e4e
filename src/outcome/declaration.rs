//! A declared disaster, and who ran its plan.

use crate::closed::{as_words, closed};
use crate::facts::Missing;
use crate::ids::Id;
use crate::recovery::Plan;
use crate::units::Time;
use crate::workload::Vm;

/// VMs failed over by hand before a plan; when that was done, and what Site Recovery lacked then. `None`: not within the run.
pub type ByHandFirst = (Vec<Id<Vm>>, Option<(Time, Vec<Missing>)>);

/// A declared disaster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// Its plan.
    pub plan: Id<Plan>,
    /// When.
    pub at: Time,
    /// Why by hand from the start.
    pub missing: Vec<Missing>,
    /// The VMs failed over by hand before it; when that was done, and what was missing then.
    pub by_hand_first: Option<ByHandFirst>,
    /// Why and when by hand from then on.
    pub handed_over: Option<(Time, Vec<Missing>)>,
}

closed! {
    /// How a plan is run.
    pub enum ControlPath {
        /// The service runs it.
        SiteRecovery = "Site Recovery",
        /// People do all of it, or go on with it.
        ByHand = "by hand",
        /// People fail some VMs over first.
        ByHandFirst = "by hand, then Site Recovery",
    }
}

as_words!(ControlPath);

impl Declaration {
    /// How it was run, as far as the run goes.
    pub fn path(&self) -> ControlPath {
        let is_orchestrated = |missing: &[Missing]| missing.is_empty() && self.handed_over.is_none();
        match &self.by_hand_first {
            None if is_orchestrated(&self.missing) => ControlPath::SiteRecovery,
            Some((_, Some((_, missing)))) if is_orchestrated(missing) => ControlPath::ByHandFirst,
            None | Some(_) => ControlPath::ByHand,
        }
    }
}
