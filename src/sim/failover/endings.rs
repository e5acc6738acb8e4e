//! How a run ends: done, failed, or over to the people who look at test VMs.

use crate::data_plane::DataPlane;
use crate::facts::{ActionPlace, Home, JobOutcome, Missing, Refusal, Seen, StepId};
use crate::ids::Id;
use crate::recovery::Plan;
use crate::sim::World;
use crate::sim::failover::{Kind, Stage};
use crate::sim::stage::Stage as PlanStage;
use crate::sim::world::VmState;
use crate::workload::Vm;

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

    /// The plan that a declaration runs, and what Site Recovery now lacks to go on with it.
    pub(super) fn lost_control(&self, run: usize) -> Option<(Id<Plan>, Vec<Missing>)> {
        let plan = self.failovers.runs[run].declared?;
        let missing = self.missing(plan);
        (!missing.is_empty()).then_some((plan, missing))
    }

    /// The control plane is lost under a declared plan that synchronises: its job fails, and people go on by hand before the stage that
    /// is due. They shut nothing down: what still runs is left where it is.
    pub(super) fn hand_over(&mut self, run: usize, plan: Id<Plan>, missing: Vec<Missing>, after: StepId) {
        let row = &mut self.failovers.runs[run];
        row.declared = None;
        let (to, stage, common, vms) = (row.to, row.stage, row.common, row.vms.clone());
        let refusal = missing.first().copied().map_or(Refusal::BrokenOff, Refusal::ControlPlane);
        self.end_run(run, JobOutcome::Failed(refusal), None);
        self.see(Seen::HandedOver { plan, missing });
        let stage = match stage {
            Stage::Acting(place) => PlanStage::Acting(place),
            Stage::Booting(group) => PlanStage::Booting { group },
            Stage::Starting | Stage::Preparing | Stage::FailingOver | Stage::Testing => {
                self.claim_what_stands_still(plan, to, &vms);
                PlanStage::FailingOver
            }
        };
        for vm in vms.iter().filter(|vm| self.vm(**vm).home == to).copied().collect::<Vec<_>>() {
            self.vm_mut(vm).claimed = Some(plan);
        }
        let row = self.plan_mut(plan);
        (row.stage, row.is_back, row.common, row.vms) = (stage, to == Home::Source, common, vms);
        self.prepare_by_hand(plan, after);
    }

    fn claim_what_stands_still(&mut self, plan: Id<Plan>, to: Home, vms: &[Id<Vm>]) {
        let stands_still = |vm: &Id<Vm>| self.awaits_failover(*vm) || self.vm(*vm).state == VmState::Off;
        let (still, running): (Vec<Id<Vm>>, Vec<Id<Vm>>) =
            vms.iter().copied().filter(|vm| self.vm(*vm).home != to).partition(stands_still);
        self.claim(plan, &still);
        for vm in running {
            self.see(Seen::LeftRunning { plan, vm });
        }
    }
}
