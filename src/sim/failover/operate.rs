//! What operators ask of failovers.

use crate::data_plane::DataPlane;
use crate::ids::Id;
use crate::operations::Act;
use crate::sim::World;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// An act of failing over or back.
    pub(in crate::sim) fn operate_failover(&mut self, _operation: usize, _act: &Act) {}

    /// All that the stopped `vm` had written is applied.
    pub(in crate::sim) fn synchronized(&mut self, _vm: Id<Vm>) {}
}
