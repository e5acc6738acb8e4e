//! How a run ends: done, failed, or over to the people who look at test VMs.

use crate::data_plane::DataPlane;
use crate::facts::{ActionPlace, JobOutcome, PlanSeen, Refusal, Seen, StepId};
use crate::sim::World;
use crate::sim::detect::Alarm;
use crate::sim::run::{Kind, Origin, RunId, Stage};

impl<D: DataPlane> World<'_, D> {
    /// An error stops a planned run; another goes on and says so at its end (facts 4.6, 4.15).
    pub(super) fn note_failure(&mut self, run: RunId, refusal: Refusal, after: StepId) {
        let row = &mut self.runs[run];
        row.failed.get_or_insert(refusal.clone());
        if row.kind.is_planned() {
            self.fail_run(run, refusal, after);
        }
    }

    /// The run stops where it is. What is done stays done; data steps and boots under way finish.
    pub(super) fn fail_run(&mut self, run: RunId, refusal: Refusal, after: StepId) {
        if self.runs[run].is_over() {
            return;
        }
        let first =
            |group| self.runs[run].plan().map(|plan| ActionPlace { plan, group, is_after: true, index: 0 });
        let resume = match self.runs[run].stage {
            Stage::Acting(place) => Some(place),
            Stage::Booting(group) => first(group),
            Stage::ByHandFirst
            | Stage::Starting
            | Stage::Preparing
            | Stage::FailingOver
            | Stage::Testing
            | Stage::Over => None,
        };
        let row = &mut self.runs[run];
        row.failed.get_or_insert(refusal.clone());
        row.resume = resume;
        self.drop_preparation(run);
        self.end_run(run, JobOutcome::Failed(refusal), Some(after));
    }

    pub(super) fn run_done(&mut self, run: RunId, after: StepId) {
        let kind = self.runs[run].kind;
        if let Kind::Test(drill) = kind
            && self.begin_testing(run, drill, after)
        {
            return;
        }
        let failed = self.runs[run].failed.clone();
        self.end_run(run, failed.map_or(JobOutcome::Succeeded, JobOutcome::Failed), Some(after));
    }

    /// `run` is over; what it had in hand goes its own ways. A declared plan that is still needed is alarmed again; what fell while operators
    /// moved it is nobody's now, and alarms its plans.
    pub(super) fn end_run(&mut self, run: RunId, outcome: JobOutcome, after: Option<StepId>) {
        let row = &mut self.runs[run];
        row.stage = Stage::Over;
        let kind = row.kind;
        let (job, declared, vms) =
            (row.job, row.plan().filter(|_| row.origin == Origin::Declared), row.vms.clone());
        for vm in &vms {
            if self.vm(*vm).hand == Some(run) {
                self.vm_mut(*vm).hand = None;
            }
        }
        if let Some(job) = job {
            self.end_job(job, outcome);
        }
        self.acted_for_all(after);
        if let Some(plan) = declared {
            self.plans[plan.index()] = Alarm::Quiet;
            self.record(Seen::Plan(plan, PlanSeen::Done));
            if self.is_needed(plan) {
                self.alarm(plan, after);
            }
        } else if kind.is_planned() || kind.is_unplanned() {
            vms.into_iter().for_each(|vm| self.raise_alarms(vm, after));
        }
    }
}
