//! How a run ends: done, failed, or over to the people who look at test VMs.

use crate::data_plane::DataPlane;
use crate::facts::{ActionPlace, JobOutcome, Refusal, StepId};
use crate::sim::World;
use crate::sim::failover::{Kind, Stage};

impl<D: DataPlane> World<'_, D> {
    /// An error stops a planned run; another goes on and says so at its end (facts 4.6, 4.15).
    pub(super) fn note_failure(&mut self, run: usize, refusal: Refusal, after: StepId) {
        let row = &mut self.failovers.runs[run];
        row.failed.get_or_insert(refusal.clone());
        if row.request.kind.is_planned() {
            self.fail_run(run, refusal, after);
        }
    }

    /// The run stops where it is. What is done stays done; data steps and boots under way finish.
    pub(super) fn fail_run(&mut self, run: usize, refusal: Refusal, after: StepId) {
        if self.failovers.runs[run].is_over {
            return;
        }
        let first =
            |group| self.plan_of(run).map(|plan| ActionPlace { plan, group, is_after: true, index: 0 });
        let resume = match self.failovers.runs[run].stage {
            Stage::Acting(place) => Some(place),
            Stage::Booting(group) => first(group),
            Stage::Starting | Stage::Preparing | Stage::FailingOver | Stage::Testing => None,
        };
        let row = &mut self.failovers.runs[run];
        row.failed.get_or_insert(refusal.clone());
        row.resume = resume;
        self.drop_preparation(run);
        self.end_run(run, JobOutcome::Failed(refusal), Some(after));
    }

    pub(super) fn run_done(&mut self, run: usize, after: StepId) {
        let kind = self.failovers.runs[run].request.kind;
        if let Kind::Test(drill) = kind
            && self.begin_testing(run, drill, after)
        {
            return;
        }
        let failed = self.failovers.runs[run].failed.clone();
        self.end_run(run, failed.map_or(JobOutcome::Succeeded, JobOutcome::Failed), Some(after));
    }
}
