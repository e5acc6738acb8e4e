//! The stages of a run: shut down and synchronise, fail over all data, then for each group its actions, its VMs, its actions (fact 5.5).

use crate::data_plane::DataPlane;
use crate::facts::{ActionPlace, JobOutcome, Refusal, StepId};
use crate::ids::Id;
use crate::operations::Scope;
use crate::recovery::{Group, Plan};
use crate::sim::World;
use crate::sim::failover::{Kind, Run, Stage};
use crate::sim::world::VmState;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// A step of `run` has ended: of a VM in it, or of the run.
    pub(in crate::sim) fn run_step(&mut self, run: usize, vm: Option<Id<Vm>>, step: StepId) {
        let row = &mut self.failovers.runs[run];
        let stage = row.stage;
        let is_test = row.request.kind.is_test();
        if vm.is_none() {
            row.step = None;
        }
        match (stage, vm) {
            (Stage::Starting, _) => {
                self.end(step);
                self.begun(run, step);
            }
            (Stage::Preparing, Some(vm)) => self.guest_off(run, vm, step),
            (Stage::Preparing, None) => self.preparation_over(run, step),
            (Stage::FailingOver, Some(vm)) if is_test => self.test_vm_made(run, vm, step),
            (Stage::Booting(_), Some(vm)) if is_test => self.test_vm_booted(run, vm, step),
            (Stage::FailingOver | Stage::Booting(_), _) => self.end(step),
            (Stage::Acting(place), _) => self.run_script_ended(run, place, step),
            (Stage::Testing, _) => self.testing_over(run, step),
        }
    }

    /// The job takes its first step.
    pub(in crate::sim) fn begun(&mut self, run: usize, step: StepId) {
        match self.failovers.runs[run].request.kind {
            Kind::Commit => self.settle(run, step, Self::commit),
            Kind::Cancel => self.settle(run, step, Self::revert),
            Kind::Reverse => self.settle(run, step, Self::reverse_by_copy),
            Kind::Planned | Kind::Failback | Kind::Unplanned(_) => {
                self.enter_run(run, Stage::Preparing, step)
            }
            Kind::Test(_) | Kind::ChangePoint => self.enter_run(run, Stage::FailingOver, step),
        }
    }

    /// What is done at once for each VM; then the run is over.
    fn settle(
        &mut self,
        run: usize,
        step: StepId,
        act: fn(&mut Self, Id<Vm>, StepId) -> Result<(), Refusal>,
    ) {
        let mut outcome = JobOutcome::Succeeded;
        for vm in self.failovers.runs[run].vms.clone() {
            self.vm_mut(vm).run = None;
            if let Err(refusal) = act(self, vm, step)
                && outcome == JobOutcome::Succeeded
            {
                outcome = JobOutcome::Failed(refusal);
            }
        }
        self.end_run(run, outcome, Some(step));
    }

    pub(super) fn plan_of(&self, run: usize) -> Option<Id<Plan>> {
        match self.failovers.runs[run].request.of {
            Scope::Plan(plan) => Some(plan),
            Scope::Vm(_) => None,
        }
    }

    pub(super) fn groups(&self, run: usize) -> &[Group] {
        self.plan_of(run).map_or(&[], |plan| &self.scenario.recovery.plans[plan].groups)
    }

    /// Goes to the first stage from `stage` on that has something to do.
    pub(super) fn enter_run(&mut self, run: usize, stage: Stage, after: StepId) {
        let kind = self.failovers.runs[run].request.kind;
        let mut next = Some(stage);
        while let Some(stage) = next.filter(|stage| !self.run_has_work(run, *stage)) {
            next = self.stage_after(run, stage);
        }
        let Some(stage) = next else {
            return self.run_done(run, after);
        };
        self.failovers.runs[run].stage = stage;
        if kind.is_planned() && !self.failovers.runs[run].request.by_hand {
            let first = self.failovers.runs[run].vms[0];
            if let Err(refusal) = self.orchestrable(kind, first) {
                return self.fail_run(run, refusal, after);
            }
        }
        if let Some((plan, missing)) = self.lost_control(run) {
            return self.hand_over(run, plan, missing, after);
        }
        match stage {
            Stage::Preparing => self.prepare_run(run, after),
            Stage::Acting(place) => self.act_in_run(run, place, after),
            Stage::FailingOver => {
                let vms = self.vms_in(run, stage);
                let common = self.common_point(&vms);
                let row = &mut self.failovers.runs[run];
                row.common = common;
                row.waiting = vms.into_iter().map(|vm| vec![vm]).collect();
                self.fill_run(run, after);
            }
            Stage::Booting(_) => {
                let vms = self.vms_in(run, stage);
                self.failovers.runs[run].waiting = vms.into_iter().map(|vm| vec![vm]).collect();
                self.fill_run(run, after);
            }
            Stage::Starting | Stage::Testing => unreachable!("no stage leads to these"),
        }
    }

    fn stage_after(&self, run: usize, stage: Stage) -> Option<Stage> {
        let plan = self.plan_of(run);
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
            Stage::Starting | Stage::Testing => None,
        }
    }

    fn run_has_work(&self, run: usize, stage: Stage) -> bool {
        let row = &self.failovers.runs[run];
        match stage {
            Stage::Preparing => {
                (row.request.kind.prepares() && !self.to_prepare(run).is_empty())
                    || self.has_silent_source(run)
            }
            Stage::Acting(place) => {
                let is_ahead = row.resume.is_none_or(|resume| place >= resume);
                is_ahead && row.request.kind != Kind::ChangePoint && self.acts_in_run(run, place)
            }
            Stage::FailingOver | Stage::Booting(_) => !self.vms_in(run, stage).is_empty(),
            Stage::Starting | Stage::Testing => false,
        }
    }

    /// The VMs that a stage is about, in plan order.
    fn vms_in(&self, run: usize, stage: Stage) -> Vec<Id<Vm>> {
        let row = &self.failovers.runs[run];
        let group = match stage {
            Stage::Booting(group) => self.groups(run).get(group).map(|group| &group.vms),
            Stage::Starting | Stage::Preparing | Stage::FailingOver | Stage::Acting(_) | Stage::Testing => {
                None
            }
        };
        let is_one = |vm: &&Id<Vm>| match stage {
            Stage::FailingOver => self.is_to_move(row, **vm),
            Stage::Booting(_) => {
                self.is_to_boot(row, **vm) && group.is_none_or(|members| members.contains(vm))
            }
            Stage::Starting | Stage::Preparing | Stage::Acting(_) | Stage::Testing => false,
        };
        row.vms.iter().filter(is_one).copied().collect()
    }

    fn is_to_move(&self, row: &Run, vm: Id<Vm>) -> bool {
        match row.request.kind {
            Kind::Test(_) => !row.tests.contains_key(&vm),
            Kind::ChangePoint => self.vm(vm).state != VmState::FailedOver,
            Kind::Planned
            | Kind::Failback
            | Kind::Unplanned(_)
            | Kind::Commit
            | Kind::Cancel
            | Kind::Reverse => self.vm(vm).home != row.to,
        }
    }

    fn is_to_boot(&self, row: &Run, vm: Id<Vm>) -> bool {
        if row.request.kind.is_test() {
            return row.tests.get(&vm).is_some_and(|test| test.host.is_none());
        }
        let state = self.vm(vm).state;
        state == VmState::FailedOver || (row.is_restart && state == VmState::Failed)
    }

    /// Lets waiting VMs begin while there is room among `parallel_recoveries`; ends the stage when none is left.
    pub(super) fn fill_run(&mut self, run: usize, after: StepId) {
        let bound = self.plan_of(run).and_then(|plan| self.scenario.recovery.plans[plan].parallel_recoveries);
        let at_once = bound.map_or(usize::MAX, |bound| usize::try_from(bound.max(1)).unwrap_or(usize::MAX));
        while !self.failovers.runs[run].is_over
            && self.failovers.runs[run].under_way.len() < at_once
            && let Some(vms) = self.failovers.runs[run].waiting.pop_front()
        {
            for vm in vms {
                if self.failovers.runs[run].is_over {
                    break;
                }
                self.failovers.runs[run].under_way.insert(vm);
                if !self.take_turn(run, vm, after) {
                    self.failovers.runs[run].under_way.remove(&vm);
                }
            }
        }
        let row = &self.failovers.runs[run];
        if !row.is_over && row.waiting.is_empty() && row.under_way.is_empty() {
            match self.stage_after(run, row.stage) {
                Some(stage) => self.enter_run(run, stage, after),
                None => self.run_done(run, after),
            }
        }
    }

    /// A VM begins in this stage; false if it has nothing to wait for. A planned run stops with it.
    fn take_turn(&mut self, run: usize, vm: Id<Vm>, after: StepId) -> bool {
        let row = &self.failovers.runs[run];
        let (kind, stage) = (row.request.kind, row.stage);
        let has_begun = match (kind, stage) {
            (Kind::Test(drill), Stage::Booting(_)) => return self.boot_test_vm(run, vm, drill, after),
            (Kind::Test(_), _) => return self.make_test_vm(run, vm, after),
            (Kind::ChangePoint, Stage::FailingOver) => self.retake(run, vm, after),
            (Kind::ChangePoint, _) => {
                self.boot(vm, after);
                true
            }
            (_, Stage::Booting(_)) => self.power_on(vm, after),
            (_, _) => self.move_data(run, vm, after),
        };
        if !has_begun {
            self.note_failure(run, Refusal::Vm(vm), after);
        }
        has_begun
    }

    /// `vm` is done with this stage: moved, running, given up or lost.
    pub(in crate::sim) fn run_vm_done(&mut self, vm: Id<Vm>, step: StepId) {
        if let Some(run) = self.vm(vm).run
            && self.failovers.runs[run].under_way.remove(&vm)
        {
            let state = self.vm(vm).state;
            if state == VmState::Failed || state == VmState::Down || state == VmState::Off {
                self.note_failure(run, Refusal::Vm(vm), step);
            }
            self.fill_run(run, step);
        }
    }
}
