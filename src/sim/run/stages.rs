//! The stages of a run: shut down and synchronise, fail over all data, then for each group its actions, its VMs, its actions (fact 5.5).

use crate::data_plane::DataPlane;
use crate::facts::{ActionPlace, JobOutcome, Refusal, StepId};
use crate::ids::Id;
use crate::recovery::{Action, Group};
use crate::sim::World;
use crate::sim::run::{Conduct, Kind, RunId, Stage};
use crate::sim::world::VmState;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// A step of `run` has ended: of a VM in it, or of the run.
    pub(in crate::sim) fn run_step(&mut self, run: RunId, vm: Option<Id<Vm>>, step: StepId) {
        let row = &mut self.runs[run];
        let stage = row.stage;
        let is_test = row.kind.is_test();
        if vm.is_none() {
            row.step = None;
        }
        match (stage, vm) {
            (Stage::Preparing, Some(vm)) => self.guest_off(run, vm, step),
            (Stage::Preparing, None) => self.preparation_over(run, step),
            (Stage::FailingOver, Some(vm)) if is_test => self.test_vm_made(run, vm, step),
            (Stage::Booting(_), Some(vm)) if is_test => self.test_vm_booted(run, vm, step),
            (Stage::Acting(place), _) => self.script_ended(run, place, step),
            (Stage::Testing, _) => self.testing_over(run, step),
            (
                Stage::ByHandFirst | Stage::Starting | Stage::FailingOver | Stage::Booting(_) | Stage::Over,
                _,
            ) => {
                self.end(step);
                if vm.is_none() {
                    self.hands_are_there(run, step);
                }
            }
        }
    }

    /// The job takes its first step.
    pub(in crate::sim) fn begun(&mut self, run: RunId, step: StepId) {
        match self.runs[run].kind {
            Kind::Commit => self.settle(run, step, Self::commit),
            Kind::Cancel => self.settle(run, step, Self::revert),
            Kind::Reverse => self.settle(run, step, Self::reverse_by_copy),
            Kind::Planned | Kind::Failback | Kind::Unplanned(_) => self.enter(run, Stage::Preparing, step),
            Kind::Test(_) | Kind::ChangePoint => self.enter(run, Stage::FailingOver, step),
        }
    }

    /// What is done at once for each VM; then the run is over.
    fn settle(
        &mut self,
        run: RunId,
        step: StepId,
        act: fn(&mut Self, RunId, Id<Vm>, StepId) -> Result<(), Refusal>,
    ) {
        let mut outcome = JobOutcome::Succeeded;
        for vm in self.runs[run].vms.clone() {
            self.vm_mut(vm).hand = None;
            if let Err(refusal) = act(self, run, vm, step)
                && outcome == JobOutcome::Succeeded
            {
                outcome = JobOutcome::Failed(refusal);
            }
        }
        self.end_run(run, outcome, Some(step));
    }

    fn groups(&self, run: RunId) -> &[Group] {
        self.runs[run].plan().map_or(&[], |plan| &self.scenario.recovery.plans[plan].groups)
    }

    pub(super) fn action(&self, place: ActionPlace) -> Option<&Action> {
        let group = self.scenario.recovery.plans[place.plan].groups.get(place.group)?;
        if place.is_after { &group.after } else { &group.before }.get(place.index)
    }

    /// Goes to the first stage from `stage` on that has something to do, if the control plane it needs is there: else a planned run fails, and
    /// people take over an unplanned one.
    pub(super) fn enter(&mut self, run: RunId, stage: Stage, after: StepId) {
        let mut next = Some(stage);
        while let Some(stage) = next.filter(|stage| !self.has_work(run, *stage)) {
            next = self.stage_after(run, stage);
        }
        let Some(stage) = next else {
            return self.run_done(run, after);
        };
        self.runs[run].stage = stage;
        let missing = self.lost_control(run);
        match missing.first() {
            Some(lost) if self.runs[run].kind.is_planned() => {
                self.fail_run(run, Refusal::ControlPlane(*lost), after);
            }
            Some(_) => self.hand_over(run, missing, after),
            None => self.begin_stage(run, stage, after),
        }
    }

    fn begin_stage(&mut self, run: RunId, stage: Stage, after: StepId) {
        match stage {
            Stage::Preparing => self.prepare_run(run, after),
            Stage::Acting(place) => self.act(run, place, after),
            Stage::FailingOver | Stage::Booting(_) => {
                let vms = self.vms_in(run, stage);
                if stage == Stage::FailingOver {
                    self.runs[run].common = self.common_point(&vms);
                }
                self.runs[run].waiting = vms.into_iter().map(|vm| vec![vm]).collect();
                self.fill(run, after);
            }
            Stage::ByHandFirst | Stage::Starting | Stage::Testing | Stage::Over => {
                unreachable!("no stage leads to these")
            }
        }
    }

    /// The stage after `stage`, whether or not it has anything to do.
    pub(super) fn stage_after(&self, run: RunId, stage: Stage) -> Option<Stage> {
        let plan = self.runs[run].plan();
        let groups = self.groups(run).len();
        let act = |group, is_after, index| {
            plan.map(|plan| Stage::Acting(ActionPlace { plan, group, is_after, index }))
        };
        match stage {
            Stage::Preparing => Some(Stage::FailingOver),
            Stage::FailingOver if plan.is_none() => Some(Stage::Booting(0)),
            Stage::FailingOver => (groups > 0).then(|| act(0, false, 0)).flatten(),
            Stage::Acting(ActionPlace { group, is_after, index, plan }) => {
                let next = ActionPlace { plan, group, is_after, index: index + 1 };
                match (self.action(next), is_after) {
                    (Some(_), _) => Some(Stage::Acting(next)),
                    (None, false) => Some(Stage::Booting(group)),
                    (None, true) => (group + 1 < groups).then(|| act(group + 1, false, 0)).flatten(),
                }
            }
            Stage::Booting(group) => act(group, true, 0),
            Stage::ByHandFirst | Stage::Starting | Stage::Testing | Stage::Over => None,
        }
    }

    fn has_work(&self, run: RunId, stage: Stage) -> bool {
        let row = &self.runs[run];
        match stage {
            Stage::Preparing => {
                row.conduct != Conduct::ByHand
                    && (!self.to_prepare(run).is_empty() || self.has_silent_source(run))
            }
            Stage::Acting(place) => {
                let is_ahead = row.resume.is_none_or(|resume| place >= resume);
                is_ahead && self.acts(run, place)
            }
            Stage::FailingOver | Stage::Booting(_) => !self.vms_in(run, stage).is_empty(),
            Stage::ByHandFirst | Stage::Starting | Stage::Testing | Stage::Over => false,
        }
    }

    /// The VMs that the data step or a group's boot is about, in plan order.
    fn vms_in(&self, run: RunId, stage: Stage) -> Vec<Id<Vm>> {
        let row = &self.runs[run];
        let is_one = |vm: &&Id<Vm>| {
            if let Stage::Booting(group) = stage {
                let group = self.groups(run).get(group);
                self.is_to_boot(run, **vm) && group.is_none_or(|group| group.vms.contains(vm))
            } else {
                self.is_to_move(run, **vm)
            }
        };
        row.vms.iter().filter(is_one).copied().collect()
    }

    fn is_to_move(&self, run: RunId, vm: Id<Vm>) -> bool {
        let (row, vm_run) = (&self.runs[run], self.vm(vm));
        match row.kind {
            Kind::Test(_) => !row.tests.contains_key(&vm),
            Kind::ChangePoint => vm_run.state != VmState::FailedOver,
            Kind::Planned
            | Kind::Failback
            | Kind::Unplanned(_)
            | Kind::Commit
            | Kind::Cancel
            | Kind::Reverse => vm_run.home != row.to && vm_run.hand == Some(run),
        }
    }

    fn is_to_boot(&self, run: RunId, vm: Id<Vm>) -> bool {
        let (row, vm_run) = (&self.runs[run], self.vm(vm));
        if row.kind.is_test() {
            return row.tests.get(&vm).is_some_and(|test| test.host.is_none());
        }
        let is_ready =
            vm_run.state == VmState::FailedOver || (row.is_restart && vm_run.state == VmState::Failed);
        is_ready && vm_run.hand == Some(run)
    }
}
