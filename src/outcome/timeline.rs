//! Facts gathered by what they are about: jobs, states of replication, drills, and when what stood unprotected.

use std::collections::BTreeMap;

use crate::facts::{Fact, JobId, JobKind, JobOutcome, Seen, Why};
use crate::ids::Id;
use crate::operations::Scope;
use crate::protection::{Initial, State};
use crate::scenario::Scenario;
use crate::units::{Span, Time};
use crate::workload::Vm;

/// What a run's facts tell of protection.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// In the order they began.
    pub jobs: Vec<Job>,
    /// Of each VM: its states in order of time, the first from the start of the run.
    pub states: Vec<Vec<Change>>,
    /// In the order they ran.
    pub test_vms: Vec<TestVm>,
    by_id: BTreeMap<JobId, usize>,
    /// Operations that had to wait for people.
    waits: BTreeMap<usize, (Time, Option<Time>)>,
}

/// A job as it went.
#[derive(Clone, Debug)]
pub struct Job {
    /// What it does.
    pub kind: JobKind,
    /// On what; `None`: on the estate.
    pub on: Option<Scope>,
    /// Index of the operation that asked for it.
    pub operation: Option<usize>,
    /// Begin.
    pub from: Time,
    /// End, and how; `None`: not within the run.
    pub ended: Option<(Time, JobOutcome)>,
    /// How long the operation that asked for it had waited for people; `None`: it did not wait.
    pub waited: Option<Span>,
    /// For a test failover: since when all its test VMs run and people check them.
    pub testing: Option<Time>,
    /// Written and not in the points that VMs of it were failed over to.
    pub lost_bytes: u64,
}

/// A replication state from an instant on, and whether it is a pause on the replica's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InState {
    /// When it begins, µs.
    pub from: u64,
    /// Which.
    pub state: State,
    /// For [`State::Suspended`].
    pub at_replica: bool,
}

/// A state of a VM's replication from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// When, which, and on which side.
    pub now: InState,
    /// Why; `None` at the start.
    pub why: Option<Why>,
}

/// A VM in a test failover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestVm {
    /// The VM it is a test of.
    pub vm: Id<Vm>,
    /// Index in [`Timeline::jobs`].
    pub job: Option<usize>,
    /// Cut of its point.
    pub cut: Time,
    /// Whether it is connected.
    pub is_connected: bool,
    /// From when it ran.
    pub running: Time,
    /// When it was removed, and whether by force; `None`: not within the run.
    pub removed: Option<(Time, bool)>,
}

/// A time without protection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Begin.
    pub from: Time,
    /// End; `None`: not within the run.
    pub to: Option<Time>,
    /// The state it began with.
    pub state: State,
}

impl Timeline {
    /// Gathers the facts of one run from its start.
    pub fn of(scenario: &Scenario, facts: &[Fact]) -> Timeline {
        let now = |vm: &Vm| InState { from: 0, state: state_at_start(vm), at_replica: false };
        let begin = |vm: &Vm| vec![Change { now: now(vm), why: None }];
        let states = scenario.vms.iter().map(begin).collect();
        let mut timeline = Timeline { states, ..Timeline::default() };
        for fact in facts {
            timeline.take(fact.at, &fact.seen);
        }
        timeline
    }

    /// The state of a VM at the end.
    pub fn state(&self, vm: Id<Vm>) -> State {
        self.states[vm.index()].last().map_or(State::NotEnabled, |change| change.now.state)
    }

    /// The states of a VM without their causes.
    pub fn in_states(&self, vm: Id<Vm>) -> Vec<InState> {
        self.states[vm.index()].iter().map(|change| change.now).collect()
    }

    /// From when until when a VM that has a relationship was without protection, in order.
    pub fn gaps(&self, vm: Id<Vm>) -> Vec<Gap> {
        let mut gaps: Vec<Gap> = Vec::new();
        for change in &self.states[vm.index()] {
            let (at, state) = (Time(change.now.from), change.now.state);
            let open = gaps.last_mut().filter(|gap| gap.to.is_none());
            match (open, is_unprotected(state)) {
                (None, true) => gaps.push(Gap { from: at, to: None, state }),
                (Some(gap), false) => gap.to = Some(at),
                (Some(_), true) | (None, false) => {}
            }
        }
        gaps.retain(|gap| gap.to != Some(gap.from));
        gaps
    }

    /// When all of `vms` had last run in a test failover that succeeded; `None` if one never did.
    pub fn last_test(&self, vms: &[Id<Vm>]) -> Option<Time> {
        let passed = |test: &&TestVm| {
            let job = test.job.map(|job| &self.jobs[job]);
            job.is_some_and(|job| matches!(job.ended, Some((_, JobOutcome::Succeeded))))
        };
        let last = |vm: &Id<Vm>| {
            let own = self.test_vms.iter().filter(|test| test.vm == *vm).filter(passed);
            own.map(|test| test.running).max()
        };
        vms.iter().map(last).min().flatten()
    }

    /// From the begin of a test failover until all its test VMs ran.
    pub fn drill_ran(&self, job: usize) -> Option<Time> {
        let row = &self.jobs[job];
        let succeeded = matches!(row.ended, Some((_, JobOutcome::Succeeded)));
        let own = self.test_vms.iter().filter(|test| test.job == Some(job));
        own.map(|test| test.running).max().filter(|_| row.testing.is_some() || succeeded)
    }

    fn take(&mut self, at: Time, seen: &Seen) {
        match seen {
            Seen::JobBegan { job, kind, on, operation } => {
                self.begin_job(*job, *kind, *on, *operation, at);
            }
            Seen::OperationWaits { operation } => {
                self.waits.insert(*operation, (at, None));
            }
            Seen::CompleteTesting { job } => {
                if let Some(index) = self.by_id.get(job) {
                    self.jobs[*index].testing = Some(at);
                }
            }
            Seen::JobEnded { job, outcome } => {
                if let Some(index) = self.by_id.get(job) {
                    self.jobs[*index].ended = Some((at, outcome.clone()));
                }
            }
            Seen::StateChanged { vm, to, why, at_replica, .. } => {
                let now = InState { from: at.0, state: *to, at_replica: *at_replica };
                self.enter(*vm, now, *why);
            }
            Seen::PointTaken { lost_bytes, job, .. } => {
                if let Some(job) = self.index_of(*job) {
                    self.jobs[job].lost_bytes += lost_bytes;
                }
            }
            Seen::TestVmRunning { vm, cut, is_connected, job } => {
                let (vm, job, cut, is_connected) = (*vm, self.index_of(*job), *cut, *is_connected);
                self.test_vms.push(TestVm { vm, job, cut, is_connected, running: at, removed: None });
            }
            Seen::TestVmRemoved { vm, forced } => {
                let own = self.test_vms.iter_mut().rev().find(|test| test.vm == *vm);
                if let Some(test) = own.filter(|test| test.removed.is_none()) {
                    test.removed = Some((at, *forced));
                }
            }
            Seen::Struck { .. }
            | Seen::Repaired { .. }
            | Seen::StepBegan { .. }
            | Seen::StepEnded { .. }
            | Seen::VmStopped { .. }
            | Seen::VmRunning { .. }
            | Seen::VmIsolated { .. }
            | Seen::VmInService { .. }
            | Seen::VmGivenUp { .. }
            | Seen::ApplicationDown { .. }
            | Seen::ApplicationInService { .. }
            | Seen::Cancelled { .. }
            | Seen::Declared { .. }
            | Seen::LeftRunning { .. }
            | Seen::ByHandFirst { .. }
            | Seen::AfterByHand { .. }
            | Seen::HandedOver { .. }
            | Seen::ActionFailed { .. }
            | Seen::PlanDone { .. }
            | Seen::Moved { .. }
            | Seen::ReplicaMoved { .. }
            | Seen::ChangedPlaces { .. }
            | Seen::Follows { .. }
            | Seen::Mapped { .. }
            | Seen::VmShutDown { .. }
            | Seen::PointChosen { .. }
            | Seen::SplitBrain { .. }
            | Seen::CorruptionFound { .. }
            | Seen::PointsDamaged { .. } => {}
        }
    }

    fn begin_job(
        &mut self,
        job: JobId,
        kind: JobKind,
        on: Option<Scope>,
        operation: Option<usize>,
        at: Time,
    ) {
        self.by_id.insert(job, self.jobs.len());
        let waited = operation.and_then(|index| self.end_wait(index, at));
        let (ended, testing, lost_bytes) = (None, None, 0);
        self.jobs.push(Job { kind, on, operation, from: at, ended, waited, testing, lost_bytes });
    }

    /// How long an operation had waited whose jobs begin at `at`; its later jobs did not wait.
    fn end_wait(&mut self, operation: usize, at: Time) -> Option<Span> {
        let (from, to) = self.waits.get_mut(&operation)?;
        (*to.get_or_insert(at) == at).then(|| at.since(*from))
    }

    fn enter(&mut self, vm: Id<Vm>, now: InState, why: Why) {
        let changes = &mut self.states[vm.index()];
        if changes.last().is_some_and(|last| last.now.state == now.state) {
            return;
        }
        if changes.last().is_some_and(|last| last.now.from == now.from && last.why.is_some()) {
            changes.pop();
        }
        changes.push(Change { now, why: Some(why) });
    }

    fn index_of(&self, job: Option<JobId>) -> Option<usize> {
        self.by_id.get(&job?).copied()
    }
}

/// The state in which a VM begins the run.
pub fn state_at_start(vm: &Vm) -> State {
    let relationship = vm.protection.as_ref().map(|protection| &protection.relationship);
    match relationship {
        Some(it) if it.enabled.is_none() && it.initial == Initial::Done => State::Replicating,
        Some(it) if it.enabled.is_none() => State::ReadyForInitialReplication,
        Some(_) | None => State::NotEnabled,
    }
}

/// Whether a VM with a relationship has nothing that protects what it writes: no usable point yet, tracking off, or failed over.
/// A paused VM has its points and goes on tracking: it ages.
fn is_unprotected(state: State) -> bool {
    match state {
        State::ReadyForInitialReplication
        | State::WaitingForInitialReplication
        | State::FailoverWaitingCompletion
        | State::FailedOver
        | State::Error
        | State::WaitingForStartResynchronize
        | State::Resynchronizing
        | State::ResynchronizeSuspended => true,
        State::NotEnabled | State::Replicating | State::SyncedReplicationComplete | State::Suspended => false,
    }
}

/// Whether a VM is what a failover is about.
pub fn covers(scenario: &Scenario, scope: Scope, vm: Id<Vm>) -> bool {
    match scope {
        Scope::Vm(only) => only == vm,
        Scope::Plan(plan) => scenario.recovery.plans[plan].groups.iter().any(|group| group.vms.contains(&vm)),
    }
}
