//! The stages of a plan and their order (facts 4.16, 5.5).

use crate::data_plane::DataPlane;
use crate::facts::ActionPlace;
use crate::ids::Id;
use crate::recovery::{Action, Plan};
use crate::sim::World;
use crate::sim::world::VmState;
use crate::workload::Vm;

/// Where a plan stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Quiet,
    Detecting,
    Deciding,
    /// People fail over by hand what must be there before the plan.
    ByHandFirst,
    /// The job is on its way to its first step.
    Starting,
    ShuttingDown,
    FailingOver,
    Acting(ActionPlace),
    Booting {
        group: usize,
    },
}

impl<D: DataPlane> World<'_, D> {
    /// The stage after `stage`, whether or not it has anything to do.
    pub(super) fn following(&self, plan: Id<Plan>, stage: Stage) -> Option<Stage> {
        let groups = self.scenario.recovery.plans[plan].groups.len();
        let act = |group, is_after, index| Stage::Acting(ActionPlace { plan, group, is_after, index });
        match stage {
            Stage::ShuttingDown => Some(Stage::FailingOver),
            Stage::FailingOver => (groups > 0).then(|| act(0, false, 0)),
            Stage::Acting(ActionPlace { group, is_after, index, .. }) => {
                let next = ActionPlace { plan, group, is_after, index: index + 1 };
                match (self.action(next), is_after) {
                    (Some(_), _) => Some(Stage::Acting(next)),
                    (None, false) => Some(Stage::Booting { group }),
                    (None, true) => (group + 1 < groups).then(|| act(group + 1, false, 0)),
                }
            }
            Stage::Booting { group } => Some(act(group, true, 0)),
            Stage::Quiet | Stage::Detecting | Stage::Deciding | Stage::ByHandFirst | Stage::Starting => None,
        }
    }

    pub(super) fn has_work(&self, plan: Id<Plan>, stage: Stage) -> bool {
        match stage {
            Stage::ShuttingDown => {
                !self.plans[plan.index()].by_hand
                    && self.scenario.recovery.plans[plan].shutdown_timeout.is_some()
            }
            Stage::Acting(place) => self.action(place).is_some_and(|action| {
                let is_back = self.plans[plan.index()].is_back;
                action.scope.unplanned && if is_back { action.scope.back } else { action.scope.there }
            }),
            Stage::FailingOver | Stage::Booting { .. } => !self.vms_of(plan, stage).is_empty(),
            Stage::Quiet | Stage::Detecting | Stage::Deciding | Stage::ByHandFirst | Stage::Starting => false,
        }
    }

    /// The VMs that `stage` is about, in plan order.
    pub(super) fn vms_of(&self, plan: Id<Plan>, stage: Stage) -> Vec<Id<Vm>> {
        let claimed = |state| {
            let is_one =
                move |vm: &&Id<Vm>| self.vm(**vm).state == state && self.vm(**vm).claimed == Some(plan);
            self.plans[plan.index()].vms.iter().filter(is_one)
        };
        if let Stage::Booting { group } = stage {
            let members = &self.scenario.recovery.plans[plan].groups[group].vms;
            claimed(VmState::FailedOver).filter(|vm| members.contains(vm)).copied().collect()
        } else {
            claimed(VmState::Claimed).copied().collect()
        }
    }

    pub(super) fn action(&self, place: ActionPlace) -> Option<&Action> {
        let group = self.scenario.recovery.plans[place.plan].groups.get(place.group)?;
        if place.is_after { &group.after } else { &group.before }.get(place.index)
    }
}
