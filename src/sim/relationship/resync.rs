//! Resynchronisation: when it is required, when it begins, and how many run at once (facts 1.20–1.31, T5, T7).
//!
//! Copies by comparison, first or repeated, take one of their host's places and wait for it in order (instant, VM). One that runs
//! is not stopped by the end of its window; one that still waits then waits for the next. A cancelled one begins again when an
//! operator or the next window to open says so.

use std::collections::BTreeMap;

use super::Due;
use crate::data_plane::{CopyMethod, DataPlane, Trigger};
use crate::facts::{JobKind, JobOutcome, Refusal, Why};
use crate::ids::Id;
use crate::operations::Scope;
use crate::protection::{Initial, Policy, Resync, State};
use crate::sim::World;
use crate::topology::Host;
use crate::units::{Ratio, Time};
use crate::workload::Vm;

impl<'a, D: DataPlane> World<'a, D> {
    /// Tracking has stopped; a resynchronisation begins as the policy says.
    pub(super) fn resync_required(&mut self, vm: Id<Vm>, trigger: Trigger) {
        if is_tracked(self.vm(vm).replication) {
            self.set_state(vm, State::WaitingForStartResynchronize, Why::Trigger(trigger));
            self.schedule_resync(vm);
        }
    }

    /// Begins the required resynchronisation of `vm` when its policy says so.
    pub(in crate::sim) fn schedule_resync(&mut self, vm: Id<Vm>) {
        let Some(policy) = self.policy(vm) else { return };
        match &policy.settings.resync {
            Resync::Manual => {}
            Resync::Immediate => self.queue_copy(vm),
            Resync::Windows(windows) if is_open(windows, self.now) => self.queue_copy(vm),
            Resync::Windows(windows) => self.await_window(vm, windows),
        }
    }

    fn await_window(&mut self, vm: Id<Vm>, windows: &[(Time, Time)]) {
        let next = windows.iter().map(|(from, _)| *from).find(|from| *from > self.now);
        if let Some(from) = next {
            self.push_due(from, vm, Due::Window);
        }
    }

    pub(super) fn window_opened(&mut self, vm: Id<Vm>) {
        if self.vm(vm).replication == State::WaitingForStartResynchronize {
            self.queue_copy(vm);
        }
    }

    /// The policy that `vm` follows.
    pub(in crate::sim) fn policy(&self, vm: Id<Vm>) -> Option<&'a Policy> {
        self.vm(vm).relation.policy.map(|policy| &self.scenario.policies[policy])
    }

    /// A copy by comparison begins when it is its turn.
    pub(super) fn queue_copy(&mut self, vm: Id<Vm>) {
        if !self.relationships.waiting.iter().any(|(_, waiting)| *waiting == vm) {
            self.relationships.waiting.insert((self.now, vm));
        }
        self.fill_copies();
    }

    /// Begins what waits, as far as hosts have places and what it stands on works.
    pub(in crate::sim) fn fill_copies(&mut self) {
        if self.relationships.waiting.is_empty() {
            return;
        }
        let mut running = self.copies_by_host();
        for (since, vm) in self.relationships.waiting.clone() {
            if self.has_missed_its_window(vm) {
                self.relationships.waiting.remove(&(since, vm));
                self.schedule_resync(vm);
                continue;
            }
            let host = self.vm(vm).at.host;
            let places = self.scenario.topology.hosts[host].hyper_v.resync_parallel.unwrap_or(u32::MAX);
            let taken = running.entry(host).or_default();
            let works = self.stands(vm) && self.replica_lost(vm).is_none() && !self.has_failed_over(vm);
            if *taken < places && works {
                *taken += 1;
                self.relationships.waiting.remove(&(since, vm));
                self.begin_comparison(vm);
            }
        }
    }

    fn copies_by_host(&self) -> BTreeMap<Id<Host>, u32> {
        let mut running = BTreeMap::new();
        for vm in self.scenario.vms.ids().filter(|vm| self.is_comparing(*vm)) {
            *running.entry(self.vm(vm).at.host).or_default() += 1;
        }
        running
    }

    /// Whether `vm` has one of its host's places for copies by comparison.
    pub(super) fn is_comparing(&self, vm: Id<Vm>) -> bool {
        let run = self.vm(vm);
        let state = if run.replication == State::Error { run.relation.resumes_to } else { run.replication };
        match state {
            State::Resynchronizing | State::ResynchronizeSuspended => true,
            State::WaitingForInitialReplication => self.difference(vm).is_some(),
            State::NotEnabled
            | State::ReadyForInitialReplication
            | State::Replicating
            | State::SyncedReplicationComplete
            | State::FailoverWaitingCompletion
            | State::FailedOver
            | State::Suspended
            | State::Error
            | State::WaitingForStartResynchronize => false,
        }
    }

    /// How much differs at a first copy by comparison; `None` for other methods.
    pub(super) fn difference(&self, vm: Id<Vm>) -> Option<Ratio> {
        match self.scenario.vms[vm].protection.as_ref()?.relationship.initial {
            Initial::Done => Some(Ratio(0)),
            Initial::Existing { differs } => Some(differs),
            Initial::Network { .. } | Initial::Offline { .. } => None,
        }
    }

    /// Whether a resynchronisation that nobody asked for waits outside its windows.
    fn has_missed_its_window(&self, vm: Id<Vm>) -> bool {
        let run = self.vm(vm);
        run.replication == State::WaitingForStartResynchronize
            && run.relation.resync_job.is_none()
            && self.policy(vm).is_some_and(|policy| match &policy.settings.resync {
                Resync::Windows(windows) => !is_open(windows, self.now),
                Resync::Manual | Resync::Immediate => false,
            })
    }

    fn begin_comparison(&mut self, vm: Id<Vm>) {
        self.unsuspend(vm);
        if self.vm(vm).replication == State::ReadyForInitialReplication {
            let differs = self.difference(vm);
            self.data.start_copy(vm, CopyMethod::Compare { differs });
            return self.set_state(vm, State::WaitingForInitialReplication, Why::CopyStarted);
        }
        let is_windowed =
            self.policy(vm).is_some_and(|policy| matches!(policy.settings.resync, Resync::Windows(_)));
        let why = match self.vm(vm).relation.resync_job {
            Some(_) => Why::Operator,
            None if is_windowed => Why::Window,
            None => Why::CopyStarted,
        };
        if self.vm(vm).relation.resync_job.is_none() {
            let job = self.begin_job(JobKind::Resynchronize, Some(Scope::Vm(vm)), None);
            self.vm_mut(vm).relation.resync_job = Some(job);
        }
        self.data.start_copy(vm, CopyMethod::Compare { differs: None });
        self.set_state(vm, State::Resynchronizing, why);
    }

    // -- what operators ask

    /// Starts a resynchronisation that is required, or the one that ends an error of a VM that is out of step.
    pub(super) fn resynchronize(&mut self, vm: Id<Vm>, operation: Option<usize>) {
        let (state, relation) = (self.vm(vm).replication, &self.vm(vm).relation);
        let refusal = match state {
            State::WaitingForStartResynchronize if relation.resync_job.is_some() => Some(Refusal::InProgress),
            State::WaitingForStartResynchronize => self.refusal(JobKind::Resynchronize, vm),
            State::Error if relation.is_out_of_step => self.refusal(JobKind::Resynchronize, vm),
            State::NotEnabled
            | State::ReadyForInitialReplication
            | State::WaitingForInitialReplication
            | State::Replicating
            | State::SyncedReplicationComplete
            | State::FailoverWaitingCompletion
            | State::FailedOver
            | State::Suspended
            | State::Error
            | State::Resynchronizing
            | State::ResynchronizeSuspended => Some(Refusal::State(state)),
        };
        if let Some(refusal) = refusal {
            return self.refuse(JobKind::Resynchronize, Some(Scope::Vm(vm)), operation, refusal);
        }
        let job = self.begin_job(JobKind::Resynchronize, Some(Scope::Vm(vm)), operation);
        if state == State::Error {
            self.data.require_resync(vm);
            self.set_state(vm, State::WaitingForStartResynchronize, Why::Operator);
        }
        self.vm_mut(vm).relation.resync_job = Some(job);
        self.queue_copy(vm);
    }

    /// Cancels a resynchronisation that runs, is paused or waits; it stays required.
    pub(super) fn cancel_resynchronize(&mut self, vm: Id<Vm>, operation: Option<usize>) {
        let state = self.vm(vm).replication;
        if !matches!(state, State::Resynchronizing | State::ResynchronizeSuspended) {
            let refusal = Refusal::State(state);
            return self.refuse(JobKind::Resynchronize, Some(Scope::Vm(vm)), operation, refusal);
        }
        let job = self.begin_job(JobKind::Resynchronize, Some(Scope::Vm(vm)), operation);
        self.end_job(job, JobOutcome::Succeeded);
        self.data.cancel_copy(vm);
        self.set_state(vm, State::WaitingForStartResynchronize, Why::Operator);
        self.vm_mut(vm).relation.is_called_off = true;
        if let Some(Resync::Windows(windows)) = self.policy(vm).map(|policy| &policy.settings.resync) {
            self.await_window(vm, windows);
        }
    }
}

/// Whether something can force a resynchronisation in this state.
pub(super) fn is_tracked(state: State) -> bool {
    match state {
        State::WaitingForInitialReplication
        | State::Replicating
        | State::Suspended
        | State::Error
        | State::Resynchronizing
        | State::ResynchronizeSuspended => true,
        State::NotEnabled
        | State::ReadyForInitialReplication
        | State::SyncedReplicationComplete
        | State::FailoverWaitingCompletion
        | State::FailedOver
        | State::WaitingForStartResynchronize => false,
    }
}

fn is_open(windows: &[(Time, Time)], now: Time) -> bool {
    windows.iter().any(|(from, to)| *from <= now && now < *to)
}
