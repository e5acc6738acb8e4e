//! The data step of a failover: logs already received are applied, then the newest point is taken and replication ends (facts 4.12, 4.16).

use crate::data_plane::DataPlane;
use crate::facts::{Home, Phase, Reason, Seen, StepId, Subject, VmSeen, Why};
use crate::ids::Id;
use crate::protection::State;
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::world::VmState;
use crate::topology::Host;
use crate::units::Span;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// The claimed `vm` gets its turn; false if it is given up at once.
    pub(super) fn fail_over(&mut self, vm: Id<Vm>, after: StepId) -> bool {
        if !self.is_behind(vm) {
            self.stop_trying(vm);
        }
        let is_applying = self.data.is_applying(vm);
        let is_empty = !is_applying && self.data.newest_point(vm).is_none();
        let lacks = self.replica_lost(vm).or_else(|| is_empty.then_some(Reason::NoRecoveryPoint));
        if let Some(reason) = lacks {
            self.give_up(vm, reason, after);
            return false;
        }
        let step = self.begin(Subject::Vm(vm), Phase::Failover, Some(after));
        let run = self.vm_mut(vm);
        if run.state != VmState::Claimed {
            run.was_off = run.state == VmState::Off;
        }
        run.state = VmState::Draining;
        run.step = Some(step);
        if is_applying {
            self.data.watch(vm);
            self.draining.insert(vm);
            return true;
        }
        let taken = self.take_point(vm, step);
        if let Err(reason) = taken {
            self.leave_data_step(vm, reason);
        }
        taken.is_ok()
    }

    /// Takes the points of watched VMs whose received logs are applied.
    pub(super) fn take_drained(&mut self) {
        let drained: Vec<Id<Vm>> =
            self.draining.iter().copied().filter(|vm| !self.data.is_applying(*vm)).collect();
        for vm in drained {
            self.draining.remove(&vm);
            if let Some(step) = self.vm(vm).step
                && let Err(reason) = self.take_point(vm, step)
            {
                self.break_failover(vm, reason);
            }
        }
    }

    fn take_point(&mut self, vm: Id<Vm>, step: StepId) -> Result<(), Reason> {
        let (choice, common) = self.wanted_point(vm);
        let points = self.clean_points(vm);
        let Some(point) = Self::choose(&points, choice, common) else {
            return Err(Reason::NoRecoveryPoint);
        };
        let place = self.vm(vm).peer.clone().expect("only a replicated VM is failed over");
        let undo = self.chosen(vm, choice, point, &place);
        let lost_bytes = self.lost_with(vm, point.undo);
        self.keep_for_commit(vm, points);
        self.goes_on_from(vm, point.cut);
        self.data.fail_over(vm, point.cut);
        let (job, stopped) = (self.job_of(vm), self.vm(vm).stopped);
        self.record(Seen::Vm(vm, VmSeen::PointTaken { cut: point.cut, stopped, lost_bytes, job }));
        self.set_state(vm, State::FailoverWaitingCompletion, Why::Failover);
        let left = self.change_places(vm);
        let takes = self.data_step_of(vm);
        self.after(Span(takes.0.saturating_add(undo.0)), Event::FailedOver { vm, step });
        self.room_appears(left);
        Ok(())
    }

    /// `vm` is at its replica from now on, and its old place is its peer; the host it left.
    fn change_places(&mut self, vm: Id<Vm>) -> Id<Host> {
        let left = self.vm(vm).at.host;
        if self.vm(vm).has_room {
            self.vacate(vm);
        }
        self.swap_places(vm);
        let run = self.vm_mut(vm);
        run.state = VmState::FailingOver;
        run.is_stray = !run.was_off;
        left
    }

    /// `vm` stands where its replica did, and the other way round.
    pub(super) fn swap_places(&mut self, vm: Id<Vm>) {
        let run = self.vm_mut(vm);
        run.home = match run.home {
            Home::Source => Home::Replica,
            Home::Replica => Home::Source,
        };
        let peer = run.peer.as_mut().expect("only a replicated VM is failed over");
        std::mem::swap(&mut run.at, peer);
        self.record(Seen::Vm(vm, VmSeen::ChangedPlaces));
    }

    pub(super) fn failed_over(&mut self, vm: Id<Vm>, step: StepId) {
        self.end(step);
        let now = self.now;
        let run = self.vm_mut(vm);
        run.state = VmState::FailedOver;
        run.step = None;
        run.moved = Some((step, now));
        self.data_is_over(vm);
        self.turn_over(vm, step);
    }

    /// A data step that is under way cannot go on: whoever has `vm` in hand goes on without it.
    pub(super) fn break_failover(&mut self, vm: Id<Vm>, reason: Reason) {
        let hand = self.vm(vm).hand;
        let step = self.leave_data_step(vm, reason);
        if let Some(run) = hand {
            self.turn_over_in(run, vm, step);
        }
    }

    fn leave_data_step(&mut self, vm: Id<Vm>, reason: Reason) -> StepId {
        self.draining.remove(&vm);
        let run = self.vm_mut(vm);
        if run.state == VmState::Draining && run.was_off {
            run.state = VmState::Off;
        }
        let step = run.step.take().expect("a data step is under way");
        self.cut_short(step);
        self.give_up(vm, reason, step);
        step
    }
}
