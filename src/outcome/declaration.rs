//! A declared disaster, and who ran its plan.

use crate::closed::{as_words, closed};
use crate::facts::{Missing, PlanSeen};
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
    /// When the control plane was back, before people had begun by hand: Site Recovery runs it from then on.
    pub given_back: Option<Time>,
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
    pub(super) fn begin(plan: Id<Plan>, at: Time, missing: Vec<Missing>) -> Declaration {
        Declaration { plan, at, missing, by_hand_first: None, handed_over: None, given_back: None }
    }

    /// What happens to the plan from then on.
    pub(super) fn take(&mut self, at: Time, seen: &PlanSeen) {
        match seen {
            PlanSeen::ByHandFirst(vms) => self.by_hand_first = Some((vms.clone(), None)),
            PlanSeen::AfterByHand(missing) => {
                if let Some((_, after)) = &mut self.by_hand_first {
                    *after = Some((at, missing.clone()));
                }
            }
            PlanSeen::HandedOver(missing) => {
                self.handed_over = Some((at, missing.clone()));
                self.given_back = None;
            }
            PlanSeen::GivenBack => self.given_back = Some(at),
            PlanSeen::Declared(_) | PlanSeen::Cancelled | PlanSeen::Done => {}
        }
    }

    /// How it was run, as far as the run goes.
    pub fn path(&self) -> ControlPath {
        let is_orchestrated = |missing: &[Missing]| missing.is_empty() && self.handed_over.is_none();
        match &self.by_hand_first {
            None if is_orchestrated(&self.missing) || self.given_back.is_some() => ControlPath::SiteRecovery,
            Some((_, Some((_, missing)))) if is_orchestrated(missing) => ControlPath::ByHandFirst,
            None | Some(_) => ControlPath::ByHand,
        }
    }
}
