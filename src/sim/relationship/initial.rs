//! Initial replication, up to a VM that is ready for failover (facts 3.1–3.16).
//!
//! Media are exported, carried and imported whatever fails on the way; an import waits for its replica's host and volume.
//! Whatever copy is the first to end, its protection is finalized then, as soon as Site Recovery can.

use super::{Due, Work};
use crate::data_plane::{CopyMethod, DataPlane};
use crate::facts::{JobId, JobKind, JobOutcome, Refusal, Why};
use crate::ids::Id;
use crate::operations::Scope;
use crate::protection::{Initial, State};
use crate::sim::World;
use crate::sim::event::Event;
use crate::units::{MICROS, Rate, Span, Time};
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// Relationships that are there from the start begin by themselves, without the control plane.
    pub(in crate::sim) fn schedule_initial(&mut self) {
        for vm in self.scenario.vms.ids() {
            if self.vm(vm).replication == State::ReadyForInitialReplication {
                self.push_due(self.initial_at(vm), vm, Due::Initial);
            }
        }
    }

    /// When the first copy is to begin.
    fn initial_at(&self, vm: Id<Vm>) -> Time {
        let initial = self.scenario.vms[vm].protection.as_ref().map(|it| it.relationship.initial);
        match initial {
            Some(Initial::Network { at: Some(at) }) => at.max(self.now),
            Some(
                Initial::Done
                | Initial::Network { at: None }
                | Initial::Offline { .. }
                | Initial::Existing { .. },
            )
            | None => self.now,
        }
    }

    /// The relationship is made: its first copy begins now or at its instant.
    pub(in crate::sim) fn begin_initial(&mut self, vm: Id<Vm>) {
        let at = self.initial_at(vm);
        if at > self.now {
            self.push_due(at, vm, Due::Initial)
        } else {
            self.start_initial(vm, Why::CopyStarted)
        }
    }

    /// Something about the relationship of `vm` is due, unless it is stale by then.
    pub(super) fn push_due(&mut self, at: Time, vm: Id<Vm>, due: Due) {
        let serial = self.vm(vm).relation.serial;
        self.queue.push(at, Event::Relationship { vm, due, serial });
    }

    pub(in crate::sim) fn relationship_due(&mut self, vm: Id<Vm>, due: Due, serial: u32) {
        if self.vm(vm).relation.serial != serial {
            return;
        }
        match due {
            Due::Initial if self.vm(vm).replication == State::ReadyForInitialReplication => {
                self.start_initial(vm, Why::CopyStarted);
            }
            Due::Initial => {}
            Due::Exported => self.vm_mut(vm).relation.is_exported = true,
            Due::Imported => self.import(vm),
            Due::Window => self.window_opened(vm),
        }
    }

    fn start_initial(&mut self, vm: Id<Vm>, why: Why) {
        let Some(protection) = &self.scenario.vms[vm].protection else { return };
        match protection.relationship.initial {
            Initial::Existing { .. } if !self.vm(vm).relation.is_deleted => self.queue_copy(vm),
            // What is enabled within the run has no copy yet, or had one of a relationship that is over.
            Initial::Done | Initial::Existing { .. } | Initial::Network { .. } => {
                self.data.start_copy(vm, CopyMethod::Full);
                self.set_state(vm, State::WaitingForInitialReplication, why);
            }
            Initial::Offline { export, courier, import } => {
                self.data.start_placeholder(vm);
                self.set_state(vm, State::WaitingForInitialReplication, why);
                let used = self.used(vm);
                let exported = self.now.plus(time_for(used, export));
                self.vm_mut(vm).relation.is_exported = false;
                self.push_due(exported, vm, Due::Exported);
                self.push_due(exported.plus(courier).plus(time_for(used, import)), vm, Due::Imported);
            }
        }
    }

    /// Bytes in use on replicated disks.
    fn used(&self, vm: Id<Vm>) -> u64 {
        let disks = self.scenario.vms[vm].disks.iter().filter(|disk| disk.replicate);
        disks.map(|disk| disk.used.unwrap_or(disk.size).0).sum()
    }

    fn import(&mut self, vm: Id<Vm>) {
        if self.replica_lost(vm).is_some() {
            self.relationships.importing.insert(vm);
            return;
        }
        self.relationships.importing.remove(&vm);
        self.data.copy_arrived(vm);
        self.copy_done(vm);
    }

    /// A host or a volume works again: imports and copies that waited for it go on.
    pub(in crate::sim) fn resume_copies(&mut self) {
        for vm in self.relationships.importing.clone() {
            self.import(vm);
        }
        self.fill_copies();
    }

    /// A copy is applied or imported.
    pub(super) fn copy_done(&mut self, vm: Id<Vm>) {
        self.vm_mut(vm).relation.damages.clear();
        self.vm_mut(vm).relation.is_deleted = false;
        if std::mem::take(&mut self.vm_mut(vm).relation.is_called_off) {
            self.call_back(vm);
        }
        match self.vm(vm).replication {
            State::WaitingForInitialReplication | State::Resynchronizing => {
                self.set_state(vm, State::Replicating, Why::CopyDone);
            }
            State::ResynchronizeSuspended => self.set_state(vm, State::Suspended, Why::CopyDone),
            State::Error => self.vm_mut(vm).relation.resumes_to = State::Replicating,
            State::NotEnabled
            | State::ReadyForInitialReplication
            | State::Replicating
            | State::SyncedReplicationComplete
            | State::FailoverWaitingCompletion
            | State::FailedOver
            | State::Suspended
            | State::WaitingForStartResynchronize => return,
        }
        if !self.vm(vm).relation.is_ready {
            self.finalize(vm);
        }
    }

    /// A copy that was called off had left the source already, and so is under way after all.
    fn call_back(&mut self, vm: Id<Vm>) {
        match self.vm(vm).replication {
            State::ReadyForInitialReplication => {
                self.set_state(vm, State::WaitingForInitialReplication, Why::CopyDone);
            }
            State::WaitingForStartResynchronize => {
                self.relationships.forget(vm);
                self.set_state(vm, State::Resynchronizing, Why::CopyDone);
            }
            State::NotEnabled
            | State::WaitingForInitialReplication
            | State::Replicating
            | State::SyncedReplicationComplete
            | State::FailoverWaitingCompletion
            | State::FailedOver
            | State::Suspended
            | State::Error
            | State::Resynchronizing
            | State::ResynchronizeSuspended => {}
        }
    }

    /// Network and other settings follow the first copy (fact 3.6); then the VM is ready for failover.
    fn finalize(&mut self, vm: Id<Vm>) {
        if !self.vm(vm).relation.is_orchestrated {
            self.vm_mut(vm).relation.is_ready = true;
        } else if self.refusal(JobKind::FinalizeProtection, vm).is_some() || self.holder(vm).is_some() {
            self.relationships.finalizing.insert(vm);
        } else {
            self.relationships.finalizing.remove(&vm);
            let job = self.begin_job(JobKind::FinalizeProtection, Some(Scope::Vm(vm)), None);
            self.hold(vm, job);
            self.work_later(job, Work::Finalize(vm));
        }
    }

    pub(super) fn finalized(&mut self, vm: Id<Vm>, job: JobId) {
        if let Some(refusal) = self.refusal(JobKind::FinalizeProtection, vm) {
            self.relationships.finalizing.insert(vm);
            return self.end_job(job, JobOutcome::Failed(refusal));
        }
        self.vm_mut(vm).relation.is_ready = true;
        self.end_job(job, JobOutcome::Succeeded);
    }

    /// The control plane may be complete again: finalizes what could not be, and runs what waits for it.
    pub(in crate::sim) fn control_changed(&mut self) {
        for vm in self.relationships.finalizing.clone() {
            self.finalize(vm);
        }
        self.give_back_to_site_recovery();
    }

    // -- what operators ask

    pub(super) fn start_initial_by_hand(&mut self, vm: Id<Vm>, operation: Option<usize>) {
        let state = self.vm(vm).replication;
        let refusal = if state == State::ReadyForInitialReplication {
            self.refusal(JobKind::InitialReplication, vm)
        } else {
            Some(Refusal::State(state))
        };
        if self.attempt(JobKind::InitialReplication, vm, operation, refusal) {
            self.start_initial(vm, Why::Operator);
        }
    }

    /// Stops an initial replication: offline only before its export ends (fact 3.8).
    pub(super) fn stop_initial(&mut self, vm: Id<Vm>, operation: Option<usize>) {
        let state = self.vm(vm).replication;
        let can_stop = state == State::WaitingForInitialReplication && !self.vm(vm).relation.is_exported;
        let refusal = (!can_stop).then_some(Refusal::State(state));
        if self.attempt(JobKind::InitialReplication, vm, operation, refusal) {
            self.data.cancel_copy(vm);
            self.set_state(vm, State::ReadyForInitialReplication, Why::Operator);
            self.vm_mut(vm).relation.is_called_off = true;
        }
    }
}

/// How long `bytes` take at `rate`, rounded up to a microsecond.
fn time_for(bytes: u64, rate: Option<Rate>) -> Span {
    let Some(rate) = rate.filter(|rate| rate.0 > 0) else { return Span::ZERO };
    let micros = (u128::from(bytes) * u128::from(MICROS)).div_ceil(u128::from(rate.0));
    Span(u64::try_from(micros).unwrap_or(u64::MAX))
}
