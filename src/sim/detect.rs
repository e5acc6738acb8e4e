//! Detect → decide → declare: nobody but people starts a failover (fact 5.16).
//!
//! A plan is alarmed by the first fault that takes down a replicated VM of it at its source. When a repair has every such VM
//! powered on again before the declaration, it is cancelled; afterwards never. The declaration claims the replicated VMs that are
//! down; those that run are left where they are. A plan that is done is alarmed again by VMs that fell meanwhile.

use std::collections::BTreeSet;

use crate::data_plane::DataPlane;
use crate::facts::{Home, Phase, Seen, StepId, Subject};
use crate::ids::Id;
use crate::recovery::Plan;
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::people::Task;
use crate::sim::stage::Stage;
use crate::sim::world::VmState;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// Every quiet plan that could fail `vm` over begins to detect; `after` is the step the fault broke off.
    pub(super) fn raise_alarms(&mut self, vm: Id<Vm>, after: Option<StepId>) {
        if self.awaits_failover(vm) {
            for plan in &self.relations.plans[vm.index()] {
                self.alarm(*plan, after);
            }
        }
    }

    pub(super) fn alarm(&mut self, plan: Id<Plan>, after: Option<StepId>) {
        if self.plan_mut(plan).stage != Stage::Quiet {
            return;
        }
        let step = self.begin(Subject::Plan(plan), Phase::Detection, after);
        let run = self.plan_mut(plan);
        run.stage = Stage::Detecting;
        run.step = Some(step);
        let recovery = &self.scenario.recovery;
        let detection = recovery.people[recovery.plans[plan].people].detection;
        self.after(detection, Event::Detected { plan, step });
    }

    pub(super) fn detected(&mut self, plan: Id<Plan>, step: StepId) {
        self.end(step);
        let run = self.plan_mut(plan);
        run.stage = Stage::Deciding;
        run.step = None;
        let people = self.scenario.recovery.plans[plan].people;
        self.ask(people, Task::Decide(plan), self.scenario.recovery.people[people].decision, step);
    }

    /// After a repair: cancels what is not yet declared and no longer needed.
    pub(super) fn reconsider(&mut self, plan: Id<Plan>) {
        let undeclared = match self.plan_mut(plan).stage {
            Stage::Detecting | Stage::Deciding => true,
            Stage::Quiet
            | Stage::ByHandFirst
            | Stage::Starting
            | Stage::ShuttingDown
            | Stage::FailingOver
            | Stage::Acting(_)
            | Stage::Booting { .. } => false,
        };
        if undeclared && !self.is_needed(plan) {
            self.cancel(plan);
        }
    }

    fn cancel(&mut self, plan: Id<Plan>) {
        let run = self.plan_mut(plan);
        run.stage = Stage::Quiet;
        if let Some(step) = run.step.take() {
            self.cut_short(step);
        }
        self.drop_task(self.scenario.recovery.plans[plan].people, Task::Decide(plan));
        self.see(Seen::Cancelled { plan });
    }

    /// The decision ends: the replicated VMs that are down are claimed and the plan starts.
    pub(super) fn declare(&mut self, plan: Id<Plan>, decision: StepId) {
        let (vms, by_hand) = (self.to_fail_over(plan), self.to_fail_over_by_hand(plan));
        let Some(first) = by_hand.iter().chain(&vms).next() else {
            self.cancel(plan);
            return;
        };
        let is_back = self.vm(*first).home == Home::Replica;
        let run = self.plan_mut(plan);
        run.is_back = is_back;
        run.vms.clone_from(&vms);
        if !by_hand.is_empty() {
            return self.declare_by_hand_first(plan, by_hand, decision);
        }
        let missing = self.missing(plan);
        let by_hand = !missing.is_empty();
        let goes_whole = self.scenario.recovery.plans[plan].conduct.synchronize && !by_hand;
        let vms = if goes_whole { self.whole(plan) } else { vms };
        if !goes_whole {
            self.claim(plan, &vms);
        }
        self.plan_mut(plan).vms.clone_from(&vms);
        self.see(Seen::Declared { plan, missing });
        for vm in self.left_running(plan) {
            if !goes_whole || !vms.contains(&vm) {
                self.see(Seen::LeftRunning { plan, vm });
            }
        }
        if goes_whole {
            self.plan_mut(plan).stage = Stage::Starting;
            return self.declare_synchronized(plan, vms, decision);
        }
        self.begin_plan(plan, by_hand, decision);
    }

    /// A declared plan that synchronises takes what runs with what is down.
    fn whole(&self, plan: Id<Plan>) -> Vec<Id<Vm>> {
        let goes = |vm: &Id<Vm>| {
            let run = self.vm(*vm);
            self.awaits_failover(*vm) || (run.is_replicated() && run.run.is_none() && self.runs(*vm))
        };
        self.members(plan).filter(goes).collect()
    }

    pub(super) fn claim(&mut self, plan: Id<Plan>, vms: &[Id<Vm>]) {
        for vm in vms {
            let run = self.vm_mut(*vm);
            run.claimed = Some(plan);
            run.was_off = run.state == VmState::Off;
            run.state = VmState::Claimed;
            if let Some(repair) = run.step.take() {
                self.cut_short(repair);
            }
        }
    }

    /// The VMs of `plan` that a declaration now would claim, in plan order.
    pub(super) fn to_fail_over(&self, plan: Id<Plan>) -> Vec<Id<Vm>> {
        self.members(plan).filter(|vm| self.awaits_failover(*vm)).collect()
    }

    /// Whether a declaration now would claim a VM.
    pub(super) fn is_needed(&self, plan: Id<Plan>) -> bool {
        let row = &self.scenario.recovery.plans[plan];
        let groups = row.groups.iter().flat_map(|group| &group.vms);
        row.by_hand_first.iter().chain(groups).any(|vm| self.awaits_failover(*vm))
    }

    pub(super) fn left_running(&self, plan: Id<Plan>) -> Vec<Id<Vm>> {
        let is_left = |vm: &Id<Vm>| {
            let run = self.vm(*vm);
            run.is_replicated() && run.claimed.is_none() && run.state != VmState::Down
        };
        self.members(plan).filter(is_left).collect()
    }

    pub(super) fn members(&self, plan: Id<Plan>) -> impl Iterator<Item = Id<Vm>> + use<'_, D> {
        let mut seen = BTreeSet::new();
        let groups = &self.scenario.recovery.plans[plan].groups;
        groups.iter().flat_map(|group| group.vms.iter().copied()).filter(move |vm| seen.insert(*vm))
    }

    pub(super) fn awaits_failover(&self, vm: Id<Vm>) -> bool {
        let run = self.vm(vm);
        run.state == VmState::Down && run.run.is_none() && !run.given_up && run.is_replicated()
    }
}
