//! Jobs and test failovers as they went.

use crate::facts::{JobId, JobKind, JobOutcome, JobSeen};
use crate::ids::Id;
use crate::operations::Scope;
use crate::units::{Span, Time};
use crate::workload::Vm;

/// A job as it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
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

/// A VM in a test failover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestVm {
    /// The VM it is a test of.
    pub vm: Id<Vm>,
    /// Index in [`super::RunOutcome::jobs`]; `None`: of a plan that was declared.
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

/// Jobs so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Jobs {
    /// In the order they began.
    pub(super) all: Vec<Job>,
    /// Of each operation that had to wait for people: since when, and until when.
    pub(super) waits: Vec<(usize, Time, Option<Time>)>,
}

impl Jobs {
    pub(super) fn take(&mut self, at: Time, id: JobId, seen: &JobSeen) {
        match seen {
            JobSeen::Began { kind, on, operation } => {
                let waited = operation.and_then(|operation| self.end_wait(operation, at));
                let (ended, testing, lost_bytes) = (None, None, 0);
                let (kind, on, operation) = (*kind, *on, *operation);
                self.all.push(Job { id, kind, on, operation, from: at, ended, waited, testing, lost_bytes });
            }
            JobSeen::CompleteTesting => self.job(id).testing = Some(at),
            JobSeen::Ended(outcome) => self.job(id).ended = Some((at, outcome.clone())),
            JobSeen::HandedOver(_) => {}
        }
    }

    /// Its place among them: jobs are numbered as they begin.
    pub(super) fn index(&self, id: JobId) -> usize {
        self.all.partition_point(|job| job.id < id)
    }

    /// # Panics
    /// If the facts are not those of a run: a job that did not begin.
    pub(super) fn job(&mut self, id: JobId) -> &mut Job {
        let index = self.index(id);
        self.all.get_mut(index).filter(|job| job.id == id).expect("a job begins before anything else of it")
    }

    /// How long an operation had waited whose jobs begin at `at`; its later jobs did not wait.
    fn end_wait(&mut self, operation: usize, at: Time) -> Option<Span> {
        let (_, from, to) = self.waits.iter_mut().rev().find(|(own, ..)| *own == operation)?;
        (*to.get_or_insert(at) == at).then(|| at.since(*from))
    }
}
