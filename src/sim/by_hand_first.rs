//! What people fail over by hand before a plan runs (facts 6.24, 9.9, S20, S24, S26): VMs of plain Hyper-V Replica, above all a single VMM
//! server's own, which must serve before it can drive anything.
//!
//! They find consoles and credentials once (`manual_start`), then take the VMs one after another: data step, `manual_per_vm` of an operator,
//! boot. The next begins when the one before is in service, or can do nothing more for the plan: it was given up, fell again, runs isolated,
//! or waits for an application that the plan itself is to bring back. Then Site Recovery runs the plan, if it can; else people go on by hand.

use crate::data_plane::DataPlane;
use crate::facts::{Seen, StepId};
use crate::ids::Id;
use crate::recovery::Plan;
use crate::sim::World;
use crate::sim::stage::Stage;
use crate::sim::world::VmState;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// The VMs that a declaration now would have failed over by hand before `plan`, in order.
    pub(super) fn to_fail_over_by_hand(&self, plan: Id<Plan>) -> Vec<Id<Vm>> {
        let first = self.scenario.recovery.plans[plan].by_hand_first.iter().copied();
        first.filter(|vm| self.awaits_failover(*vm)).collect()
    }

    /// `plan` is declared, and what it needs first is down: it waits until that is failed over by hand. All its VMs are claimed.
    pub(super) fn declare_by_hand_first(&mut self, plan: Id<Plan>, first: Vec<Id<Vm>>, decision: StepId) {
        let vms = self.plans[plan.index()].vms.clone();
        let missing = self.missing(plan);
        self.claim(plan, &first);
        self.claim(plan, &vms);
        self.see(Seen::Declared { plan, missing });
        self.see(Seen::ByHandFirst { plan, vms: first.clone() });
        for vm in self.left_running(plan) {
            self.see(Seen::LeftRunning { plan, vm });
        }
        let run = self.plan_mut(plan);
        run.stage = Stage::ByHandFirst;
        run.waiting = first.into();
        self.prepare_by_hand(plan, decision);
    }

    /// The next VM, or else the plan.
    pub(super) fn next_by_hand(&mut self, plan: Id<Plan>, after: StepId) {
        while let Some(vm) = self.plan_mut(plan).waiting.pop_front() {
            if self.fail_over(vm, after) {
                self.plan_mut(plan).under_way.insert(vm);
                return;
            }
        }
        if self.plans[plan.index()].vms.is_empty() {
            return self.finish_plan(plan, after);
        }
        let missing = self.missing(plan);
        let by_hand = !missing.is_empty();
        self.see(Seen::AfterByHand { plan, missing });
        self.plan_mut(plan).by_hand = by_hand;
        if by_hand {
            self.enter(plan, Stage::FailingOver, after);
        } else {
            self.begin_plan(plan, false, after);
        }
    }

    /// `vm` has come so far: failed over, running, in service, or no further.
    pub(super) fn by_hand_so_far(&mut self, plan: Id<Plan>, vm: Id<Vm>, step: StepId) {
        if !self.plans[plan.index()].under_way.contains(&vm) {
            return;
        }
        match self.vm(vm).state {
            VmState::FailedOver => {
                self.vm_mut(vm).state = VmState::InHands;
                self.start_by_hand(plan, vm, step);
            }
            VmState::Claimed
            | VmState::Draining
            | VmState::FailingOver
            | VmState::InHands
            | VmState::Booting
            | VmState::Connecting
            | VmState::Readying => {}
            VmState::Down
            | VmState::ShuttingDown
            | VmState::Off
            | VmState::Awaiting
            | VmState::InService
            | VmState::Isolated
            | VmState::Failed => {
                self.plan_mut(plan).under_way.remove(&vm);
                self.next_by_hand(plan, step);
            }
        }
    }

    /// `vm` is in service, or waits for applications: if a plan waits for it, that goes on.
    pub(super) fn by_hand_goes_on(&mut self, vm: Id<Vm>, step: StepId) {
        if let Some(plan) = self.vm(vm).claimed
            && self.plans[plan.index()].stage == Stage::ByHandFirst
        {
            self.by_hand_so_far(plan, vm, step);
        }
    }
}
