//! VMs stop and boot.
//!
//! A repair boots a VM again where it was, without admission: its place there was never given away. At its source its network is
//! there already; at the recovery site it is too, once it had joined.

use crate::data_plane::DataPlane;
use crate::facts::{Phase, Reason, Seen, StepId, Subject, TakenBy, VmSeen};
use crate::ids::Id;
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::world::VmState;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// A fault stops `vm`, whatever it was doing while powered on.
    pub(super) fn stop(&mut self, vm: Id<Vm>) {
        let cut = self.vm_mut(vm).step.take();
        if let Some(step) = cut {
            self.cut_short(step);
        }
        if self.vm(vm).state != VmState::Booting {
            let lost = self.lost(&self.vm(vm).at);
            let volume = if let Some(Reason::ReplicaVolumeDown(volume)) = lost { Some(volume) } else { None };
            self.vm_mut(vm).lost_volume = volume;
            self.vm_mut(vm).stopped = self.now;
            self.data.stop_vm(vm);
        }
        self.record(Seen::Vm(vm, VmSeen::Stopped));
        self.await_repair(vm, cut);
        for application in &self.relations.applications[vm.index()] {
            self.lose_vm(*application, TakenBy::Fault);
        }
        if let Some(step) = cut {
            self.turn_over(vm, step);
        }
        self.raise_alarms(vm, cut);
    }

    pub(super) fn await_repair(&mut self, vm: Id<Vm>, after: Option<StepId>) {
        let step = self.begin(Subject::Vm(vm), Phase::Repair, after);
        let run = self.vm_mut(vm);
        run.state = VmState::Down;
        run.step = Some(step);
    }

    /// Admits and boots a failed-over VM, or gives it up.
    pub(super) fn power_on(&mut self, vm: Id<Vm>, after: StepId) -> bool {
        if let Err(reason) = self.admit(vm) {
            self.give_up(vm, reason, after);
            return false;
        }
        self.vm_mut(vm).found = self.join(vm);
        self.boot(vm, after);
        true
    }

    pub(super) fn boot(&mut self, vm: Id<Vm>, after: StepId) {
        self.boot_after(vm, Some(after));
    }

    pub(super) fn boot_after(&mut self, vm: Id<Vm>, after: Option<StepId>) {
        if !self.is_behind(vm) {
            self.stop_trying(vm);
        }
        let step = self.begin(Subject::Vm(vm), Phase::Boot, after);
        let run = self.vm_mut(vm);
        run.state = VmState::Booting;
        run.step = Some(step);
        self.after(self.scenario.vms[vm].boot, Event::Booted { vm, step });
    }

    pub(super) fn booted(&mut self, vm: Id<Vm>, step: StepId) {
        self.end(step);
        let run = self.vm_mut(vm);
        run.step = None;
        let home = run.home;
        run.given_up = false;
        self.data.start_vm(vm);
        self.record(Seen::Vm(vm, VmSeen::Running(home)));
        self.connect(vm, step);
        self.turn_over(vm, step);
    }

    /// A plan gives `vm` up and goes on (fact 4.15). Before its data step it stays with its source, whose repair, past or to
    /// come, brings it back, unless operators had shut it down; afterwards it stays off until its host has room, if that was what it lacked.
    pub(super) fn give_up(&mut self, vm: Id<Vm>, reason: Reason, after: StepId) {
        let stays = self.vm(vm).home;
        self.record(Seen::Vm(vm, VmSeen::GivenUp { stays, reason }));
        let stands = self.stands(vm);
        let hand = self.vm(vm).hand;
        self.stop_trying(vm);
        if let Some(run) = hand {
            self.try_again_later(vm, run, reason, after);
        }
        let run = self.vm_mut(vm);
        run.step = None;
        match run.state {
            VmState::Claimed | VmState::Draining if run.was_off && run.again.is_some() => {
                run.hand = None;
                run.state = VmState::Off;
            }
            VmState::Claimed | VmState::Draining | VmState::Down => {
                run.hand = None;
                run.given_up = true;
                self.await_repair(vm, Some(after));
                self.repaired_under(vm);
            }
            // An operator shut it down, and decides what is next.
            VmState::Off => {
                run.hand = None;
                if !stands {
                    self.await_repair(vm, Some(after));
                }
            }
            VmState::FailingOver
            | VmState::FailedOver
            | VmState::InHands
            | VmState::Failed
            | VmState::ShuttingDown
            | VmState::Booting
            | VmState::Connecting
            | VmState::Awaiting
            | VmState::Readying
            | VmState::InService
            | VmState::Corrupt
            | VmState::Isolated => {
                run.state = VmState::Failed;
                let waited = run.short_of_room.take();
                if let Some(wait) = waited {
                    self.cut_short(wait);
                }
                if self.vm(vm).again.is_some() && hand.is_some_and(|hand| self.is_over(hand)) {
                    self.vm_mut(vm).hand = None;
                }
                if matches!(reason, Reason::NoRoom { .. }) {
                    let wait = self.begin(Subject::Vm(vm), Phase::WaitingForRoom, Some(after));
                    self.vm_mut(vm).short_of_room = Some(wait);
                }
            }
        }
    }
}
