//! What follows a failover: commit, another point, cancel (facts 4.10, 4.17, 4.18, T11).

use crate::data_plane::DataPlane;
use crate::facts::{Kept, Phase, Reason, Refusal, Seen, StepId, Subject, TakenBy, VmSeen, Why};
use crate::ids::Id;
use crate::protection::State;
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::run::RunId;
use crate::sim::world::VmState;
use crate::units::{Bytes, Span};
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// Other points are deleted; irreversible. After a planned failover it stays replicated.
    pub(super) fn commit(&mut self, _: RunId, vm: Id<Vm>, _: StepId) -> Result<(), Refusal> {
        if self.vm_mut(vm).uncommitted.take().is_none() {
            return Err(Refusal::State(self.vm(vm).replication));
        }
        self.data.drop_points(vm);
        self.keeps_no_other(vm);
        if self.vm(vm).replication == State::FailoverWaitingCompletion {
            self.set_state(vm, State::FailedOver, Why::Operator);
        }
        Ok(())
    }

    /// Cancels a prepared planned failover (the VM starts where it is, replication goes on), or a failover not yet committed: the VM is turned
    /// off, its changes are discarded, it is back at its source and not replicating.
    pub(super) fn revert(&mut self, run: RunId, vm: Id<Vm>, step: StepId) -> Result<(), Refusal> {
        self.stop_trying(vm);
        if self.vm(vm).state == VmState::Off {
            if self.vm(vm).replication == State::SyncedReplicationComplete {
                self.set_state(vm, State::Replicating, Why::Operator);
            }
            self.boot(vm, step);
            return Ok(());
        }
        if self.vm_mut(vm).uncommitted.take().is_none() {
            return Err(Refusal::State(self.vm(vm).replication));
        }
        self.halt(run, vm);
        self.runs_once(vm, Kept::Old);
        self.goes_on_as_it_was(vm);
        let left = self.vm(vm).at.host;
        if self.vm(vm).has_room {
            self.vacate(vm);
        }
        self.leave_networks(vm);
        self.swap_places(vm);
        let vm_run = self.vm_mut(vm);
        vm_run.is_stray = false;
        vm_run.hand = None;
        let wait = vm_run.short_of_room.take();
        if let Some(wait) = wait {
            self.cut_short(wait);
        }
        self.occupy_again(vm);
        let found = self.join(vm).unwrap_or(self.now);
        self.vm_mut(vm).found = Ok(found);
        self.turn_round(vm, false);
        self.set_state(vm, State::Error, Why::Operator);
        if self.stands(vm) {
            self.boot(vm, step);
        } else {
            self.await_repair(vm, Some(step));
        }
        self.room_appears(left);
        Ok(())
    }

    /// `vm` is turned off, whatever it was doing.
    fn halt(&mut self, run: RunId, vm: Id<Vm>) {
        if let Some(step) = self.vm_mut(vm).step.take() {
            self.cut_short(step);
        }
        if self.runs(vm) {
            self.turn_off(vm, true);
        }
        self.vm_mut(vm).state = VmState::Off;
        let by = TakenBy::Shutdown(self.runs[run].job);
        for application in &self.relations.applications[vm.index()] {
            self.lose_vm(*application, by);
        }
    }

    /// Takes another point of an uncommitted failover: the VM is turned off for it.
    pub(super) fn retake(&mut self, run: RunId, vm: Id<Vm>, after: StepId) -> bool {
        let choice = self.runs[run].point;
        let common = self.runs[run].common;
        let kept = self.vm(vm).uncommitted.clone().expect("only an uncommitted failover changes its point");
        let points = self.clean(vm, self.usable(vm, kept.points));
        let Some(point) = Self::choose(&points, choice, common) else {
            self.record(Seen::Vm(
                vm,
                VmSeen::GivenUp { stays: self.vm(vm).home, reason: Reason::NoRecoveryPoint },
            ));
            return false;
        };
        self.halt(run, vm);
        let place = self.vm(vm).at.clone();
        let undo = self.chosen(vm, choice, point, &place);
        self.data.fail_over(vm, point.cut);
        self.goes_on_from(vm, point.cut);
        let lost_bytes = kept.beyond.0.saturating_add(point.undo.0);
        let job = self.runs[run].job;
        self.record(Seen::Vm(
            vm,
            VmSeen::PointTaken { cut: point.cut, stopped: kept.stopped, lost_bytes, job },
        ));
        let step = self.begin(Subject::Vm(vm), Phase::Failover, Some(after));
        let vm_run = self.vm_mut(vm);
        vm_run.state = VmState::FailingOver;
        vm_run.step = Some(step);
        let takes = self.data_step_of(vm);
        self.after(Span(takes.0.saturating_add(undo.0)), Event::FailedOver { vm, step });
        true
    }

    /// Written and not in the point.
    pub(in crate::sim) fn lost_with(&self, vm: Id<Vm>, undo: Bytes) -> u64 {
        self.data.unprotected_bytes(vm).saturating_add(undo.0)
    }
}
