//! The one table of how a VM's replication state may change, and what follows from a change wherever it comes from.
//!
//! The table is facts 1.33–1.39 as data. Where it goes beyond them: an error leads back to what it interrupted; a paused copy whose
//! rest had already been received ends paused; and a cancelled unplanned failover leaves the VM not replicating (T11), which is an
//! error that only a resynchronisation ends.

use crate::data_plane::DataPlane;
use crate::facts::{JobOutcome, Refusal, Seen, VmSeen, Why};
use crate::ids::Id;
use crate::protection::State;
use crate::sim::World;
use crate::workload::Vm;

/// (from, event, to): every change that there is.
pub const TRANSITIONS: &[(State, &str, State)] = &[
    (State::NotEnabled, "protection enabled", State::ReadyForInitialReplication),
    (State::ReadyForInitialReplication, "initial replication starts", State::WaitingForInitialReplication),
    (State::WaitingForInitialReplication, "initial replication stopped", State::ReadyForInitialReplication),
    (State::WaitingForInitialReplication, "initial replication done", State::Replicating),
    // Tracking stops (facts 1.20–1.24, 3.5).
    (State::WaitingForInitialReplication, "resynchronization required", State::WaitingForStartResynchronize),
    (State::Replicating, "resynchronization required", State::WaitingForStartResynchronize),
    (State::Suspended, "resynchronization required", State::WaitingForStartResynchronize),
    (State::Error, "resynchronization required", State::WaitingForStartResynchronize),
    (State::Resynchronizing, "required again, or cancelled", State::WaitingForStartResynchronize),
    (State::ResynchronizeSuspended, "required again, or cancelled", State::WaitingForStartResynchronize),
    // Resynchronisation (fact 1.26).
    (State::WaitingForStartResynchronize, "resynchronization starts", State::Resynchronizing),
    (State::Resynchronizing, "paused", State::ResynchronizeSuspended),
    (State::ResynchronizeSuspended, "resumed", State::Resynchronizing),
    (State::Resynchronizing, "compared and merged", State::Replicating),
    (State::ResynchronizeSuspended, "what was received is merged", State::Suspended),
    // Pause and errors (facts 1.18, 1.38).
    (State::Replicating, "paused", State::Suspended),
    (State::Suspended, "resumed", State::Replicating),
    (State::WaitingForInitialReplication, "error that is not retried", State::Error),
    (State::Replicating, "error that is not retried", State::Error),
    (State::Suspended, "error that is not retried", State::Error),
    (State::Resynchronizing, "error that is not retried", State::Error),
    (State::ResynchronizeSuspended, "error that is not retried", State::Error),
    (State::Error, "resumed", State::WaitingForInitialReplication),
    (State::Error, "resumed", State::Replicating),
    (State::Error, "resumed", State::Resynchronizing),
    // Planned failover (facts 4.2, 4.10).
    (State::Replicating, "planned failover prepared", State::SyncedReplicationComplete),
    (State::SyncedReplicationComplete, "cancelled", State::Replicating),
    (State::SyncedReplicationComplete, "failed over", State::FailoverWaitingCompletion),
    // Unplanned failover, in the replica's hands (facts 1.26, 4.11, 4.12).
    (State::Replicating, "failed over", State::FailoverWaitingCompletion),
    (State::Suspended, "failed over", State::FailoverWaitingCompletion),
    (State::Error, "failed over", State::FailoverWaitingCompletion),
    (State::WaitingForStartResynchronize, "failed over", State::FailoverWaitingCompletion),
    (State::Resynchronizing, "failed over", State::FailoverWaitingCompletion),
    (State::ResynchronizeSuspended, "failed over", State::FailoverWaitingCompletion),
    (State::FailoverWaitingCompletion, "cancelled", State::Error),
    (State::FailoverWaitingCompletion, "committed", State::FailedOver),
    // Reverse replication: in step after a planned failover, else by a copy (facts 4.20–4.22).
    (State::FailoverWaitingCompletion, "reversed", State::ReadyForInitialReplication),
    (State::FailoverWaitingCompletion, "reversed", State::WaitingForInitialReplication),
    (State::FailoverWaitingCompletion, "reversed", State::Replicating),
    (State::FailoverWaitingCompletion, "reversed", State::WaitingForStartResynchronize),
    (State::FailoverWaitingCompletion, "reversed", State::Resynchronizing),
    (State::FailedOver, "reversed", State::ReadyForInitialReplication),
    (State::FailedOver, "reversed", State::WaitingForInitialReplication),
    (State::FailedOver, "reversed", State::Replicating),
    (State::FailedOver, "reversed", State::WaitingForStartResynchronize),
    (State::FailedOver, "reversed", State::Resynchronizing),
    (State::SyncedReplicationComplete, "error that is not retried", State::Error),
    // The relationship is removed (fact 1.39).
    (State::ReadyForInitialReplication, "protection disabled", State::NotEnabled),
    (State::WaitingForInitialReplication, "protection disabled", State::NotEnabled),
    (State::Replicating, "protection disabled", State::NotEnabled),
    (State::SyncedReplicationComplete, "protection disabled", State::NotEnabled),
    (State::FailoverWaitingCompletion, "protection disabled", State::NotEnabled),
    (State::FailedOver, "protection disabled", State::NotEnabled),
    (State::Suspended, "protection disabled", State::NotEnabled),
    (State::Error, "protection disabled", State::NotEnabled),
    (State::WaitingForStartResynchronize, "protection disabled", State::NotEnabled),
    (State::Resynchronizing, "protection disabled", State::NotEnabled),
    (State::ResynchronizeSuspended, "protection disabled", State::NotEnabled),
];

/// Whether a state may follow another.
fn may_follow(from: State, to: State) -> bool {
    TRANSITIONS.iter().any(|(before, _, after)| (*before, *after) == (from, to))
}

impl<D: DataPlane> World<'_, D> {
    /// The relationship of `vm` is in state `to` from now on: whoever changes it does so here.
    pub(in crate::sim) fn set_state(&mut self, vm: Id<Vm>, to: State, why: Why) {
        let from = self.vm(vm).replication;
        if from == to {
            return;
        }
        assert!(may_follow(from, to), "{} follows {} in the table of transitions", to.words(), from.words());
        let had_place = self.is_comparing(vm);
        self.vm_mut(vm).replication = to;
        if to == State::NotEnabled {
            self.vm_mut(vm).uncommitted = None;
            self.keeps_no_other(vm);
        }
        let at_replica = to == State::Suspended && self.vm(vm).relation.is_paused_on_replica;
        self.record(Seen::Vm(vm, VmSeen::State { from, to, why, at_replica }));
        self.settle_relation(vm, from, to, why);
        self.settle_resync_job(vm, to, why);
        if had_place && !self.is_comparing(vm) {
            self.fill_copies();
        }
    }

    /// What a change of state means for the rest of what is known of the relationship.
    fn settle_relation(&mut self, vm: Id<Vm>, from: State, to: State, why: Why) {
        let relation = &mut self.vm_mut(vm).relation;
        relation.is_called_off = false;
        match to {
            State::NotEnabled | State::FailoverWaitingCompletion | State::FailedOver => {
                relation.serial += 1;
                relation.is_ready = false;
                relation.is_suspended = false;
                relation.is_exported = false;
                relation.is_out_of_step = false;
                self.relationships.forget(vm);
            }
            State::ReadyForInitialReplication
            | State::SyncedReplicationComplete
            | State::WaitingForStartResynchronize => relation.serial += 1,
            State::Replicating => {
                relation.is_out_of_step = false;
                relation.is_ready |= why == Why::Reversed;
            }
            State::Error => relation.is_out_of_step |= from == State::FailoverWaitingCompletion,
            State::WaitingForInitialReplication
            | State::Suspended
            | State::Resynchronizing
            | State::ResynchronizeSuspended => {}
        }
    }

    /// The job of a resynchronisation ends with it.
    fn settle_resync_job(&mut self, vm: Id<Vm>, to: State, why: Why) {
        let outcome = match to {
            State::Replicating | State::Suspended => JobOutcome::Succeeded,
            State::WaitingForStartResynchronize if why == Why::Operator => JobOutcome::Cancelled,
            State::Resynchronizing | State::ResynchronizeSuspended | State::Error => return,
            State::NotEnabled
            | State::ReadyForInitialReplication
            | State::WaitingForInitialReplication
            | State::SyncedReplicationComplete
            | State::FailoverWaitingCompletion
            | State::FailedOver
            | State::WaitingForStartResynchronize => JobOutcome::Failed(Refusal::BrokenOff),
        };
        if let Some(job) = self.vm_mut(vm).relation.resync_job.take() {
            self.end_job(job, outcome);
        }
    }
}
