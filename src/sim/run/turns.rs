//! Turns: within a stage VMs begin in plan order, as many at once as the plan recovers in parallel; the stage is over when all are done.

use crate::data_plane::DataPlane;
use crate::facts::{ActionPlace, Refusal, StepId};
use crate::ids::Id;
use crate::sim::World;
use crate::sim::run::{Conduct, Kind, RunId, Stage};
use crate::sim::world::VmState;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// Lets waiting VMs begin while there is room among `parallel_recoveries`; ends the stage when none is left.
    pub(super) fn fill(&mut self, run: RunId, after: StepId) {
        let bound =
            self.runs[run].plan().and_then(|plan| self.scenario.recovery.plans[plan].parallel_recoveries);
        let at_once = bound.map_or(usize::MAX, |bound| usize::try_from(bound.max(1)).unwrap_or(usize::MAX));
        while !self.runs[run].is_over()
            && self.runs[run].under_way.len() < at_once
            && let Some(vms) = self.runs[run].waiting.pop_front()
        {
            for vm in vms {
                if self.runs[run].is_over() {
                    break;
                }
                self.runs[run].under_way.insert(vm);
                if !self.take_turn(run, vm, after) {
                    self.runs[run].under_way.remove(&vm);
                }
            }
        }
        let row = &self.runs[run];
        if !row.is_over() && row.waiting.is_empty() && row.under_way.is_empty() {
            match self.stage_after(run, row.stage) {
                Some(stage) => self.enter(run, stage, after),
                None => self.run_done(run, after),
            }
        }
    }

    /// A VM begins in this stage; false if it has nothing to wait for. A planned run stops with it.
    fn take_turn(&mut self, run: RunId, vm: Id<Vm>, after: StepId) -> bool {
        let row = &self.runs[run];
        let (kind, stage) = (row.kind, row.stage);
        let has_begun = match (kind, stage) {
            (Kind::Test(drill), Stage::Booting(_)) => return self.boot_test_vm(run, vm, drill, after),
            (Kind::Test(_), _) => return self.make_test_vm(run, vm, after),
            (Kind::ChangePoint, Stage::FailingOver) => self.retake(run, vm, after),
            (Kind::ChangePoint, _) => {
                self.boot(vm, after);
                true
            }
            (_, Stage::Booting(_)) => self.start(run, vm, after),
            (_, _) => self.move_data(run, vm, after),
        };
        if !has_begun {
            self.note_failure(run, Refusal::Vm(vm), after);
        }
        has_begun
    }

    /// `vm` gets its turn to start; false if it is given up at once. Of several data steps that end now, its own
    /// counts as what let it begin.
    fn start(&mut self, run: RunId, vm: Id<Vm>, after: StepId) -> bool {
        let own = self.vm(vm).moved.filter(|(_, ended)| *ended == self.now);
        let after = own.map_or(after, |(own, _)| own);
        if self.runs[run].conduct == Conduct::ByHand {
            return self.start_by_hand(run, vm, after);
        }
        self.power_on(vm, after)
    }

    /// Whether `run` goes on through errors, and comes back to what it had to leave.
    pub(in crate::sim) fn runs_on_errors(&self, run: RunId) -> bool {
        self.runs[run].kind.is_unplanned()
    }

    /// Whether `run` has nothing more to do.
    pub(in crate::sim) fn is_over(&self, run: RunId) -> bool {
        self.runs[run].is_over()
    }

    /// Whether the group of `vm`, which is behind, is still to be started by `run`.
    pub(in crate::sim) fn is_still_to_boot(&self, run: RunId, vm: Id<Vm>) -> bool {
        let row = &self.runs[run];
        let is_of = |group: usize| {
            let plan = row.plan().map(|plan| &self.scenario.recovery.plans[plan]);
            plan.is_none_or(|plan| plan.groups.iter().skip(group).any(|group| group.vms.contains(&vm)))
        };
        match row.stage {
            Stage::FailingOver => is_of(0),
            Stage::Acting(ActionPlace { group, is_after: false, .. }) => is_of(group),
            Stage::Acting(ActionPlace { group, is_after: true, .. }) | Stage::Booting(group) => {
                is_of(group + 1)
            }
            Stage::ByHandFirst | Stage::Starting | Stage::Preparing | Stage::Testing | Stage::Over => false,
        }
    }

    /// Starts `vm`, which is behind `run`; false if it is given up at once.
    pub(in crate::sim) fn start_behind(&mut self, run: RunId, vm: Id<Vm>, after: StepId) -> bool {
        if self.runs[run].conduct == Conduct::ByHand || !self.lost_control(run).is_empty() {
            return self.start_by_hand(run, vm, after);
        }
        self.power_on(vm, after)
    }

    /// `vm` is done with the present stage of the run that has it in hand: moved, running, given up or lost.
    pub(in crate::sim) fn turn_over(&mut self, vm: Id<Vm>, step: StepId) {
        if let Some(run) = self.vm(vm).hand {
            self.turn_over_in(run, vm, step);
        }
    }

    pub(in crate::sim) fn turn_over_in(&mut self, run: RunId, vm: Id<Vm>, step: StepId) {
        if self.is_behind(vm) {
            return self.on_its_way(run, vm, step);
        }
        if self.runs[run].stage == Stage::ByHandFirst {
            return self.by_hand_so_far(run, vm, step);
        }
        if self.runs[run].under_way.remove(&vm) {
            let state = self.vm(vm).state;
            if state == VmState::Failed || state == VmState::Down || state == VmState::Off {
                self.note_failure(run, Refusal::Vm(vm), step);
            }
            self.fill(run, step);
        }
    }
}
