//! Instants at which nothing is under way but replication: what an outage then meets is the same until something happens.

use crate::protection::State;
use crate::sim::World;
use crate::sim::world::{VmRun, VmState};

impl<D> World<'_, D> {
    /// Whether every VM is in service and in nobody's hands, no copy of one is made, and no job runs.
    pub fn is_calm(&self) -> bool {
        self.draining.is_empty()
            && self.down.is_empty()
            && self.jobs.is_idle()
            && self.teams.iter().all(|team| team.is_idle())
            && self.vms.iter().all(VmRun::is_calm)
    }
}

impl VmRun {
    fn is_calm(&self) -> bool {
        let is_copied = match self.replication {
            State::WaitingForInitialReplication
            | State::SyncedReplicationComplete
            | State::FailoverWaitingCompletion
            | State::Resynchronizing
            | State::ResynchronizeSuspended => true,
            State::NotEnabled
            | State::ReadyForInitialReplication
            | State::Replicating
            | State::FailedOver
            | State::Suspended
            | State::Error
            | State::WaitingForStartResynchronize => false,
        };
        let is_free =
            self.hand.is_none() && self.step.is_none() && self.test.is_none() && self.again.is_none();
        self.state == VmState::InService
            && !is_copied
            && is_free
            && self.uncommitted.is_none()
            && self.twice_since.is_none()
    }
}
