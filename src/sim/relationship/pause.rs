//! Pauses, errors that are not retried, and what ends them (facts 1.18, 1.26, 1.38).
//!
//! Site Recovery is not asked: pausing, resuming and resynchronising are done on the hosts. An error keeps what was under way where
//! it was; while its cause holds, resuming is refused.

use crate::data_plane::{DataPlane, Trigger};
use crate::facts::{JobKind, JobOutcome, Refusal, Why};
use crate::ids::Id;
use crate::operations::Scope;
use crate::outage::Component;
use crate::protection::State;
use crate::sim::World;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// A job that is done as soon as it is asked for, or refused; true if it is done.
    pub(super) fn attempt(
        &mut self,
        kind: JobKind,
        vm: Id<Vm>,
        operation: Option<usize>,
        refusal: Option<Refusal>,
    ) -> bool {
        let refusal = self.holder(vm).map(|_| Refusal::InProgress).or(refusal);
        let is_done = refusal.is_none();
        let job = self.begin_job(kind, Some(Scope::Vm(vm)), operation);
        self.end_job(job, refusal.map_or(JobOutcome::Succeeded, JobOutcome::Failed));
        is_done
    }

    pub(super) fn pause_replication(&mut self, vm: Id<Vm>, on_replica: bool, operation: Option<usize>) {
        let state = self.vm(vm).replication;
        let to = match state {
            State::Replicating => Some(State::Suspended),
            State::Resynchronizing => Some(State::ResynchronizeSuspended),
            State::NotEnabled
            | State::ReadyForInitialReplication
            | State::WaitingForInitialReplication
            | State::SyncedReplicationComplete
            | State::FailoverWaitingCompletion
            | State::FailedOver
            | State::Suspended
            | State::Error
            | State::WaitingForStartResynchronize
            | State::ResynchronizeSuspended => None,
        };
        let side = if on_replica { self.replica_host_down(vm) } else { self.source_host_down(vm) };
        let refusal = if to.is_none() { Some(Refusal::State(state)) } else { side };
        if self.attempt(JobKind::Pause, vm, operation, refusal)
            && let Some(to) = to
        {
            self.suspend(vm);
            self.vm_mut(vm).relation.is_paused_on_replica = on_replica;
            self.set_state(vm, to, Why::Operator);
        }
    }

    pub(super) fn resume_replication(&mut self, vm: Id<Vm>, operation: Option<usize>) {
        let state = self.vm(vm).replication;
        let to = match state {
            State::Suspended => State::Replicating,
            State::ResynchronizeSuspended => State::Resynchronizing,
            State::Error if self.is_error_over(vm) => self.vm(vm).relation.resumes_to,
            State::WaitingForStartResynchronize => return self.resynchronize(vm, operation),
            State::NotEnabled
            | State::ReadyForInitialReplication
            | State::WaitingForInitialReplication
            | State::Replicating
            | State::SyncedReplicationComplete
            | State::FailoverWaitingCompletion
            | State::FailedOver
            | State::Error
            | State::Resynchronizing => {
                self.attempt(JobKind::Resume, vm, operation, Some(Refusal::State(state)));
                return;
            }
        };
        let refusal = self.refusal(JobKind::Resume, vm);
        if self.attempt(JobKind::Resume, vm, operation, refusal) {
            self.unsuspend(vm);
            self.set_state(vm, to, Why::Operator);
        }
    }

    /// Whether resuming ends the error: its cause is gone, and no copy is needed.
    fn is_error_over(&self, vm: Id<Vm>) -> bool {
        let relation = &self.vm(vm).relation;
        !relation.is_out_of_step && !self.is_out_of_bounds(vm) && self.is_up(Component::Replication(vm))
    }

    /// An error that is not retried: an operator is needed.
    pub(in crate::sim) fn break_replication(&mut self, vm: Id<Vm>) {
        let resumes_to = match self.vm(vm).replication {
            State::WaitingForInitialReplication => State::WaitingForInitialReplication,
            State::Replicating | State::Suspended => State::Replicating,
            State::Resynchronizing | State::ResynchronizeSuspended => State::Resynchronizing,
            State::NotEnabled
            | State::ReadyForInitialReplication
            | State::SyncedReplicationComplete
            | State::FailoverWaitingCompletion
            | State::FailedOver
            | State::Error
            | State::WaitingForStartResynchronize => return,
        };
        self.vm_mut(vm).relation.resumes_to = resumes_to;
        self.suspend(vm);
        self.set_state(vm, State::Error, Why::Error);
    }

    /// The replica is broken, or only out of sequence.
    pub(super) fn break_replica(&mut self, vm: Id<Vm>, out_of_sequence: bool, operation: Option<usize>) {
        let state = self.vm(vm).replication;
        let has_replica = match state {
            State::NotEnabled
            | State::ReadyForInitialReplication
            | State::FailoverWaitingCompletion
            | State::FailedOver => false,
            State::WaitingForInitialReplication
            | State::Replicating
            | State::SyncedReplicationComplete
            | State::Suspended
            | State::Error
            | State::WaitingForStartResynchronize
            | State::Resynchronizing
            | State::ResynchronizeSuspended => true,
        };
        let refusal = (!has_replica).then_some(Refusal::State(state));
        if !self.attempt(JobKind::Configure, vm, operation, refusal) {
            return;
        }
        if out_of_sequence {
            self.force_resync(vm, Trigger::OutOfSequence);
        } else {
            self.break_replication(vm);
        }
    }

    /// Something outside replication makes a resynchronisation necessary.
    pub(super) fn force_resync(&mut self, vm: Id<Vm>, trigger: Trigger) {
        if super::resync::is_tracked(self.vm(vm).replication) {
            self.data.require_resync(vm);
            self.resync_required(vm, trigger);
        }
    }

    fn suspend(&mut self, vm: Id<Vm>) {
        if !std::mem::replace(&mut self.vm_mut(vm).relation.is_suspended, true) {
            self.data.suspend(vm);
        }
    }

    pub(super) fn unsuspend(&mut self, vm: Id<Vm>) {
        if std::mem::replace(&mut self.vm_mut(vm).relation.is_suspended, false) {
            self.data.resume(vm);
        }
    }
}
