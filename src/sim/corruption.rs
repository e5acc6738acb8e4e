//! Corrupt contents: replication spreads them until somebody finds them, and people go back to a point from before.
//!
//! Corruption does no visible harm until it is found. From then on the VM runs and serves nobody, and its plan is alarmed as by a crash:
//! the team gets to know, decides, and turns it off where it is failed over to the newest clean point. Without one nobody can bring it back.

use crate::data_plane::DataPlane;
use crate::facts::{Seen, StepId, TakenBy, VmSeen};
use crate::ids::Id;
use crate::sim::World;
use crate::sim::world::VmState;
use crate::units::Time;
use crate::workload::Vm;

/// What is known of a VM's contents.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Contents {
    /// Points cut later are corrupt; until a commit or a reversal keeps none of them.
    corrupt_from: Option<Time>,
    /// Where it runs now it is corrupt.
    is_corrupt: bool,
    /// Somebody has found the corruption.
    is_found: bool,
}

impl<D: DataPlane> World<'_, D> {
    /// What `vm` writes from now on is bad.
    pub(super) fn corrupt(&mut self, vm: Id<Vm>) {
        let now = self.now;
        let contents = &mut self.vm_mut(vm).relation.contents;
        if !contents.is_corrupt {
            *contents = Contents { corrupt_from: Some(now), is_corrupt: true, is_found: false };
        }
    }

    /// Corruption is found: which points are from before it.
    pub(super) fn find_corruption(&mut self, vm: Id<Vm>) {
        let Some(from) = self.vm(vm).relation.contents.corrupt_from else { return };
        self.vm_mut(vm).relation.contents.is_found = true;
        let points = self.usable(vm, self.data.points(vm)).into_iter();
        let clean = points.map(|point| point.cut).filter(|cut| *cut <= from).max();
        self.record(Seen::Vm(vm, VmSeen::CorruptionFound(clean)));
        if self.is_known_corrupt(vm) && self.vm(vm).state == VmState::InService {
            self.serve_nobody(vm, None);
        }
    }

    /// `vm` runs and is known to be corrupt: what needs it is out of service, and people are called.
    pub(super) fn serve_nobody(&mut self, vm: Id<Vm>, after: Option<StepId>) {
        self.vm_mut(vm).state = VmState::Corrupt;
        self.record(Seen::Vm(vm, VmSeen::Corrupt));
        for application in &self.relations.applications[vm.index()] {
            self.lose_vm(*application, TakenBy::Fault);
        }
        self.control_changed();
        self.raise_alarms(vm, after);
    }

    /// Whether `vm` is corrupt where it runs now, and somebody has found it.
    pub(super) fn is_known_corrupt(&self, vm: Id<Vm>) -> bool {
        let contents = self.vm(vm).relation.contents;
        contents.is_corrupt && contents.is_found
    }

    /// Corruption of `vm` that is found: points cut after this are corrupt.
    pub(super) fn found_corrupt_from(&self, vm: Id<Vm>) -> Option<Time> {
        let contents = self.vm(vm).relation.contents;
        contents.corrupt_from.filter(|_| contents.is_found)
    }

    /// `vm` goes on from the point cut at `cut`.
    pub(super) fn goes_on_from(&mut self, vm: Id<Vm>, cut: Time) {
        let contents = &mut self.vm_mut(vm).relation.contents;
        contents.is_corrupt = contents.corrupt_from.is_some_and(|from| cut > from);
    }

    /// `vm` is back where it was failed over from, with what it had there.
    pub(super) fn goes_on_as_it_was(&mut self, vm: Id<Vm>) {
        let contents = &mut self.vm_mut(vm).relation.contents;
        contents.is_corrupt = contents.corrupt_from.is_some();
    }

    /// Nothing of `vm` is kept but what it goes on from: if that is clean, so is all that follows.
    pub(super) fn keeps_no_other(&mut self, vm: Id<Vm>) {
        let contents = &mut self.vm_mut(vm).relation.contents;
        if !contents.is_corrupt {
            *contents = Contents::default();
        }
    }
}
