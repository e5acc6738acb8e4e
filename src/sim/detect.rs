//! Detect → decide → declare: nobody but people starts a failover (fact 5.16).
//!
//! A plan is alarmed by the first fault that takes down a replicated VM of it at its source. When a repair has every such VM
//! powered on again before the declaration, it is cancelled; afterwards never. The declaration claims the replicated VMs that are
//! down; those that run are left where they are. A plan that is done is alarmed again by VMs that fell meanwhile.

use std::collections::BTreeSet;

use crate::data_plane::DataPlane;
use crate::facts::{Phase, PlanSeen, Seen, StepId, Subject};
use crate::ids::Id;
use crate::recovery::Plan;
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::people::Task;
use crate::sim::world::VmState;
use crate::workload::Vm;

/// How far people are with a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alarm {
    Quiet,
    /// Monitoring has not noticed yet.
    Detecting(StepId),
    Deciding,
    /// It runs.
    Declared,
}

impl<D: DataPlane> World<'_, D> {
    /// Every quiet plan that could fail `vm` over begins to detect; `after` is the step the fault broke off.
    pub(super) fn raise_alarms(&mut self, vm: Id<Vm>, after: Option<StepId>) {
        if self.awaits_failover(vm) || self.awaits_other_point(vm) {
            for plan in &self.relations.plans[vm.index()] {
                self.alarm(*plan, after);
            }
        }
    }

    pub(super) fn alarm(&mut self, plan: Id<Plan>, after: Option<StepId>) {
        if self.plans[plan.index()] != Alarm::Quiet {
            return;
        }
        let step = self.begin(Subject::Plan(plan), Phase::Detection, after);
        self.plans[plan.index()] = Alarm::Detecting(step);
        let recovery = &self.scenario.recovery;
        let detection = recovery.people[recovery.plans[plan].people].detection;
        self.after(detection, Event::Detected { plan, step });
    }

    pub(super) fn detected(&mut self, plan: Id<Plan>, step: StepId) {
        self.end(step);
        self.plans[plan.index()] = Alarm::Deciding;
        let people = self.scenario.recovery.plans[plan].people;
        self.ask(people, Task::Decide(plan), self.scenario.recovery.people[people].decision, step);
    }

    /// After a repair: cancels what is not yet declared and no longer needed.
    pub(super) fn reconsider(&mut self, plan: Id<Plan>) {
        let undeclared = matches!(self.plans[plan.index()], Alarm::Detecting(_) | Alarm::Deciding);
        if undeclared && !self.is_needed(plan) {
            self.cancel(plan);
        }
    }

    pub(super) fn cancel(&mut self, plan: Id<Plan>) {
        let alarm = std::mem::replace(&mut self.plans[plan.index()], Alarm::Quiet);
        if let Alarm::Detecting(step) = alarm {
            self.cut_short(step);
        }
        self.drop_task(self.scenario.recovery.plans[plan].people, Task::Decide(plan));
        self.record(Seen::Plan(plan, PlanSeen::Cancelled));
    }

    /// The VMs of `plan` that a declaration now would claim, in plan order.
    pub(super) fn to_fail_over(&self, plan: Id<Plan>) -> Vec<Id<Vm>> {
        self.members(plan).filter(|vm| self.awaits_failover(*vm)).collect()
    }

    /// Whether a declaration now would claim a VM.
    pub(super) fn is_needed(&self, plan: Id<Plan>) -> bool {
        let row = &self.scenario.recovery.plans[plan];
        let groups = row.groups.iter().flat_map(|group| &group.vms);
        row.by_hand_first
            .iter()
            .chain(groups)
            .any(|vm| self.awaits_failover(*vm) || self.awaits_other_point(*vm))
    }

    pub(super) fn members(&self, plan: Id<Plan>) -> impl Iterator<Item = Id<Vm>> + use<'_, D> {
        let mut seen = BTreeSet::new();
        let groups = &self.scenario.recovery.plans[plan].groups;
        groups.iter().flat_map(|group| group.vms.iter().copied()).filter(move |vm| seen.insert(*vm))
    }

    pub(super) fn awaits_failover(&self, vm: Id<Vm>) -> bool {
        let run = self.vm(vm);
        let is_down = match run.state {
            VmState::Down => true,
            VmState::Corrupt => !self.clean_points(vm).is_empty(),
            VmState::ShuttingDown
            | VmState::Off
            | VmState::Claimed
            | VmState::Draining
            | VmState::FailingOver
            | VmState::FailedOver
            | VmState::InHands
            | VmState::Booting
            | VmState::Connecting
            | VmState::Awaiting
            | VmState::Readying
            | VmState::InService
            | VmState::Isolated
            | VmState::Failed => false,
        };
        is_down && run.hand.is_none() && !run.given_up && run.is_replicated()
    }

    /// Whether a declaration now would take `vm`, which was failed over and is known to be corrupt there, back to another of its points.
    pub(super) fn awaits_other_point(&self, vm: Id<Vm>) -> bool {
        let run = self.vm(vm);
        let kept = run.uncommitted.as_ref().filter(|it| !it.is_planned);
        let is_left = run.state == VmState::Corrupt && run.hand.is_none() && !run.is_replicated();
        is_left && kept.is_some_and(|it| !self.clean(vm, self.usable(vm, it.points.clone())).is_empty())
    }
}
