//! What operators do to relationships and to the estate.

use crate::data_plane::{DataPlane, Notice};
use crate::ids::Id;
use crate::operations::Act;
use crate::sim::World;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// An act on relationships, VMs or the control plane.
    pub(in crate::sim) fn operate_relationship(&mut self, _operation: usize, _act: &Act) {}

    /// Replication has something to tell about a relationship or a migration.
    pub(in crate::sim) fn noticed_relationship(&mut self, _notice: Notice) {}

    /// After a failover (committed or not), a commit, a cancel or a reversal the relationship is in this state.
    pub(in crate::sim) fn set_state(
        &mut self,
        vm: Id<Vm>,
        to: crate::protection::State,
        why: crate::facts::Why,
    ) {
        let run = self.vm_mut(vm);
        let from = std::mem::replace(&mut run.replication, to);
        if from != to {
            self.see(crate::facts::Seen::StateChanged { vm, from, to, why });
        }
    }
}
