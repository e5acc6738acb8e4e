//! A failover that finds what the replica stands on down is tried again when that is repaired (fact 4.15).
//!
//! The run goes on without the VM meanwhile. After the repair the VM goes on where it was given up, under the decision that was made: its data
//! step, then its start, with its group if that is still to come, else at once. A source that is repaired before keeps it.

use crate::data_plane::DataPlane;
use crate::facts::{Phase, Reason, StepId, Subject};
use crate::ids::Id;
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::run::RunId;
use crate::sim::world::VmState;
use crate::units::Span;
use crate::workload::Vm;

/// How a VM goes on whose failover was given up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Again {
    /// The run that gave it up.
    run: RunId,
    from: From,
    /// Its wait; `None`: it is a step of the VM's own, or over.
    wait: Option<StepId>,
}

/// Where it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    /// Its point is not taken yet.
    Point,
    /// It is taken, and was not applied.
    DataStep,
    /// All that is left is its start.
    Start,
    /// It is on its way: the run may have gone on without it.
    UnderWay,
}

impl<D: DataPlane> World<'_, D> {
    /// `vm` was given up by the run that had it in hand; its state says how far it had come. `after`: what ended so.
    pub(super) fn try_again_later(&mut self, vm: Id<Vm>, run: RunId, reason: Reason, after: StepId) {
        let is_away = matches!(reason, Reason::ReplicaHostDown(_) | Reason::ReplicaVolumeDown(_));
        if !is_away || !self.runs_on_errors(run) {
            return;
        }
        let from = match self.vm(vm).state {
            VmState::Claimed | VmState::Draining | VmState::Down | VmState::Off => From::Point,
            VmState::FailingOver => From::DataStep,
            VmState::FailedOver
            | VmState::InHands
            | VmState::Failed
            | VmState::ShuttingDown
            | VmState::Booting
            | VmState::Connecting
            | VmState::Awaiting
            | VmState::Readying
            | VmState::InService
            | VmState::Corrupt
            | VmState::Isolated => From::Start,
        };
        let waits_itself = matches!(self.vm(vm).state, VmState::Claimed | VmState::Draining | VmState::Down)
            && !self.vm(vm).was_off;
        let wait = (!waits_itself).then(|| self.begin(Subject::Vm(vm), Phase::Repair, Some(after)));
        self.vm_mut(vm).again = Some(Again { run, from, wait });
    }

    /// Nothing is tried again: `vm` goes another way.
    pub(super) fn stop_trying(&mut self, vm: Id<Vm>) {
        let again = self.vm_mut(vm).again.take();
        if let Some(wait) = again.and_then(|again| again.wait) {
            self.cut_short(wait);
        }
    }

    /// Something that `vm` or its replica stands on works again: a failover that waits for it goes on.
    pub(super) fn go_on_after_repair(&mut self, vm: Id<Vm>) {
        let Some(again) = self.vm(vm).again else { return };
        match again.from {
            From::Point if self.is_to_be_had(vm) => {
                self.go_on_with_point(vm, again);
            }
            From::DataStep | From::Start if self.stands(vm) => self.go_on_after_point(vm, again),
            From::Point | From::DataStep | From::Start | From::UnderWay => {}
        }
    }

    fn is_to_be_had(&self, vm: Id<Vm>) -> bool {
        let run = self.vm(vm);
        self.replica_lost(vm).is_none() && run.hand.is_none() && run.is_replicated()
    }

    /// The step that waited for the repair ends.
    fn repaired_for(&mut self, vm: Id<Vm>, again: Again) -> StepId {
        let own = self.vm_mut(vm).step.take();
        let step = again.wait.or(own).expect("what is tried again waits for a repair");
        self.end(step);
        if let Some(own) = own.filter(|own| *own != step) {
            self.cut_short(own);
        }
        let run = self.vm_mut(vm);
        run.again = Some(Again { from: From::UnderWay, wait: None, ..again });
        run.hand = Some(again.run);
        run.given_up = false;
        step
    }

    fn go_on_with_point(&mut self, vm: Id<Vm>, again: Again) {
        let step = self.repaired_for(vm, again);
        if self.vm(vm).state == VmState::Down {
            self.vm_mut(vm).state = VmState::Claimed;
        }
        self.fail_over(vm, step);
    }

    fn go_on_after_point(&mut self, vm: Id<Vm>, again: Again) {
        let after = self.repaired_for(vm, again);
        if again.from == From::Start {
            self.vm_mut(vm).state = VmState::FailedOver;
            return self.on_its_way(again.run, vm, after);
        }
        let step = self.begin(Subject::Vm(vm), Phase::Failover, Some(after));
        let takes: Span = self.data_step_of(vm);
        let run = self.vm_mut(vm);
        run.state = VmState::FailingOver;
        run.step = Some(step);
        self.after(takes, Event::FailedOver { vm, step });
    }

    /// Whether `vm` goes on behind its run.
    pub(super) fn is_behind(&self, vm: Id<Vm>) -> bool {
        self.vm(vm).again.is_some_and(|again| again.from == From::UnderWay)
    }

    /// `vm`, which is behind `run`, has come so far.
    pub(super) fn on_its_way(&mut self, run: RunId, vm: Id<Vm>, step: StepId) {
        if self.vm(vm).state != VmState::FailedOver {
            return self.let_go(run, vm);
        }
        if self.is_still_to_boot(run, vm) {
            self.vm_mut(vm).again = None;
        } else if !self.start_behind(run, vm, step) {
            self.let_go(run, vm);
        }
    }

    fn let_go(&mut self, run: RunId, vm: Id<Vm>) {
        let is_done = match self.vm(vm).state {
            VmState::Claimed
            | VmState::Draining
            | VmState::FailingOver
            | VmState::FailedOver
            | VmState::InHands
            | VmState::Booting => false,
            VmState::Down
            | VmState::ShuttingDown
            | VmState::Off
            | VmState::Connecting
            | VmState::Awaiting
            | VmState::Readying
            | VmState::InService
            | VmState::Corrupt
            | VmState::Isolated
            | VmState::Failed => true,
        };
        if is_done && self.is_behind(vm) {
            self.vm_mut(vm).again = None;
        }
        if is_done && self.vm(vm).hand == Some(run) {
            self.vm_mut(vm).hand = None;
        }
    }
}
