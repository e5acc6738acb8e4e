//! Jobs: what operators asked for, how it ended, and that one operation runs on a VM at a time (fact 5.15).

use std::collections::BTreeMap;

use crate::data_plane::DataPlane;
use crate::facts::{JobId, JobKind, JobOutcome, JobSeen, Refusal, Seen};
use crate::ids::Id;
use crate::operations::Scope;
use crate::sim::World;
use crate::workload::Vm;

/// Jobs that run.
#[derive(Clone, Debug, Default)]
pub(super) struct Jobs {
    next: u32,
    open: BTreeMap<JobId, JobKind>,
    /// The job that holds a VM.
    holds: BTreeMap<Id<Vm>, JobId>,
}

impl Jobs {
    /// Whether none runs.
    pub(super) fn is_idle(&self) -> bool {
        self.open.is_empty()
    }

    /// How many have begun.
    pub(super) fn begun(&self) -> u32 {
        self.next
    }
}

impl<D: DataPlane> World<'_, D> {
    /// A job begins. `operation` is the index of the operation that asked for it.
    pub(super) fn begin_job(&mut self, kind: JobKind, on: Option<Scope>, operation: Option<usize>) -> JobId {
        let job = JobId(self.jobs.next);
        self.jobs.next += 1;
        self.jobs.open.insert(job, kind);
        self.record(Seen::Job(job, JobSeen::Began { kind, on, operation }));
        job
    }

    /// It ends, and lets go of its VMs. Ending it again does nothing.
    pub(super) fn end_job(&mut self, job: JobId, outcome: JobOutcome) {
        if self.jobs.open.remove(&job).is_some() {
            self.jobs.holds.retain(|_, holder| *holder != job);
            self.record(Seen::Job(job, JobSeen::Ended(outcome)));
        }
    }

    /// A job that is refused at once.
    pub(super) fn refuse(
        &mut self,
        kind: JobKind,
        on: Option<Scope>,
        operation: Option<usize>,
        refusal: Refusal,
    ) {
        let job = self.begin_job(kind, on, operation);
        self.end_job(job, JobOutcome::Failed(refusal));
    }

    /// Takes `vm` for `job`; false if another job has it.
    pub(super) fn hold(&mut self, vm: Id<Vm>, job: JobId) -> bool {
        *self.jobs.holds.entry(vm).or_insert(job) == job
    }

    /// The job that has `vm`.
    pub(super) fn holder(&self, vm: Id<Vm>) -> Option<JobId> {
        self.jobs.holds.get(&vm).copied()
    }
}
