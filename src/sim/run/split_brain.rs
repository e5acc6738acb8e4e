//! A lost source comes back after its VM was failed over (fact 4.14, T21).
//!
//! A VM that was running when its host was lost would boot there again. If the recovery service and the source side's VMM server are up at
//! that instant, it learns that it was failed over and is kept off; otherwise two copies run.

use crate::data_plane::DataPlane;
use crate::facts::{Seen, VmSeen};
use crate::ids::Id;
use crate::outage::Component;
use crate::sim::World;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// Something that the source of `vm` stands on works again.
    pub(in crate::sim) fn stray_returns(&mut self, vm: Id<Vm>) {
        let run = self.vm(vm);
        let Some(source) = run.peer.as_ref().filter(|_| run.is_stray) else { return };
        if self.lost(source).is_some() {
            return;
        }
        let is_kept_off = self.is_up(Component::RecoveryService) && self.missing_at(source.host).is_none();
        self.vm_mut(vm).is_stray = false;
        if !is_kept_off {
            self.record(Seen::Vm(vm, VmSeen::SplitBrain));
        }
    }
}
