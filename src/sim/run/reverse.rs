//! Replication in the other direction (facts 4.5, 4.20–4.22).
//!
//! After a planned failover both sides are equal: logs flow back at once, if the old source can receive. After an unplanned one a copy by
//! comparison comes first, and the VM is unprotected until it is done. The policy in force stays; the replica goes to the first of the old volumes.

use crate::data_plane::{CopyMethod, DataPlane};
use crate::facts::{Kept, Refusal, StepId, Why};
use crate::ids::Id;
use crate::protection::{Protection, Relationship, State};
use crate::sim::World;
use crate::sim::run::RunId;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// The relationship from where `vm` is to its peer.
    fn reversed(&self, vm: Id<Vm>) -> Option<Protection> {
        let own = self.scenario.vms[vm].protection.as_ref()?;
        let peer = self.vm(vm).peer.as_ref()?;
        let relationship =
            Relationship { orchestrated: self.vm(vm).relation.is_orchestrated, ..Relationship::default() };
        Some(Protection {
            policy: self.vm(vm).relation.policy.unwrap_or(own.policy),
            replica_host: peer.host,
            replica_volume: *peer.volumes.iter().min()?,
            relationship,
        })
    }

    /// `vm` is replicated to its peer from now on; without `is_in_step` it is not tracked until a copy is made.
    pub(super) fn turn_round(&mut self, vm: Id<Vm>, is_in_step: bool) -> bool {
        let Some(protection) = self.reversed(vm) else { return false };
        self.runs_once(vm, Kept::FailedOver);
        let host = self.vm(vm).at.host;
        self.data.reverse(vm, host, &protection, is_in_step);
        if self.has_old_end(vm) {
            self.data.set_policy(vm, protection.policy, &self.adapted(vm, protection.policy));
        }
        true
    }

    /// A planned failover's data is over: replication turns round, if the old source can receive.
    pub(super) fn reverse_in_step(&mut self, vm: Id<Vm>) {
        let receives = self.vm(vm).peer.as_ref().is_some_and(|peer| self.lost(peer).is_none());
        if receives && self.turn_round(vm, true) {
            self.set_state(vm, State::Replicating, Why::Reversed);
        }
    }

    /// The job `Reverse replicate` after an unplanned failover; it ends when the copy begins.
    pub(super) fn reverse_by_copy(&mut self, _: RunId, vm: Id<Vm>, _: StepId) -> Result<(), Refusal> {
        let peer = self.vm(vm).peer.as_ref();
        if let Some(peer) = peer.filter(|peer| self.lost(peer).is_some()) {
            return Err(Refusal::HostDown(peer.host));
        }
        if !self.turn_round(vm, false) {
            return Err(Refusal::State(self.vm(vm).replication));
        }
        self.vm_mut(vm).uncommitted = None;
        self.keeps_no_other(vm);
        self.set_state(vm, State::Resynchronizing, Why::Reversed);
        self.data.start_copy(vm, CopyMethod::Compare { differs: None });
        Ok(())
    }
}
