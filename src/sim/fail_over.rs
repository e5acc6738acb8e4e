//! The data step of a failover: logs already received are applied, then the newest point is taken and replication ends (facts 4.12, 4.16).

use crate::data_plane::DataPlane;
use crate::facts::{Home, Phase, Reason, Seen, StepId, Subject};
use crate::ids::Id;
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::world::VmState;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// The claimed `vm` gets its turn; false if it is given up at once.
    pub(super) fn fail_over(&mut self, vm: Id<Vm>, after: StepId) -> bool {
        let is_applying = self.data.is_applying(vm);
        let lacks = self.replica_lost(vm).or_else(|| {
            (!is_applying && self.data.newest_point(vm).is_none()).then_some(Reason::NoRecoveryPoint)
        });
        if let Some(reason) = lacks {
            self.give_up(vm, reason, after);
            return false;
        }
        let step = self.begin(Subject::Vm(vm), Phase::Failover, Some(after));
        let run = self.vm_mut(vm);
        run.state = VmState::Draining;
        run.step = Some(step);
        if is_applying {
            self.data.watch(vm);
            self.draining.insert(vm);
        } else {
            self.take_point(vm, step);
        }
        true
    }

    /// Takes the points of watched VMs whose received logs are applied.
    pub(super) fn take_drained(&mut self) {
        let drained: Vec<Id<Vm>> =
            self.draining.iter().copied().filter(|vm| !self.data.is_applying(*vm)).collect();
        for vm in drained {
            self.draining.remove(&vm);
            if let Some(step) = self.vm(vm).step {
                self.take_point(vm, step);
            }
        }
    }

    fn take_point(&mut self, vm: Id<Vm>, step: StepId) {
        let Some(cut) = self.data.newest_point(vm) else {
            return self.break_failover(vm, Reason::NoRecoveryPoint);
        };
        let lost_bytes = self.data.unprotected_bytes(vm);
        self.data.fail_over(vm, cut);
        self.see(Seen::PointTaken { vm, cut, stopped: self.vm(vm).stopped, lost_bytes });
        self.vacate(vm);
        let run = self.vm_mut(vm);
        run.home = Home::Replica;
        let peer = run.peer.as_mut().expect("only a replicated VM is failed over");
        std::mem::swap(&mut run.at, peer);
        run.state = VmState::FailingOver;
        run.connected = false;
        let plan = run.claimed.expect("only a plan fails a VM over");
        self.after(self.scenario.recovery.plans[plan].fail_over, Event::FailedOver { vm, step });
    }

    pub(super) fn failed_over(&mut self, vm: Id<Vm>, step: StepId) {
        self.end(step);
        let now = self.now;
        let run = self.vm_mut(vm);
        run.state = VmState::FailedOver;
        run.step = None;
        run.moved = Some((step, now));
        let plan = run.claimed.expect("only a plan fails a VM over");
        self.vm_done(plan, vm, step);
    }

    /// A data step that is under way cannot go on.
    pub(super) fn break_failover(&mut self, vm: Id<Vm>, reason: Reason) {
        self.draining.remove(&vm);
        let run = self.vm_mut(vm);
        let plan = run.claimed.expect("only a plan fails a VM over");
        let step = run.step.take().expect("a data step is under way");
        self.cut_short(step);
        self.give_up(vm, reason, step);
        self.vm_done(plan, vm, step);
    }
}
