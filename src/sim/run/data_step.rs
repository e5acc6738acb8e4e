//! What the data step of a failover needs from the plan or run that has the VM in hand.

use crate::data_plane::{DataPlane, Point};
use crate::facts::{JobId, Refusal, Seen, StepId, TakenBy, VmSeen};
use crate::ids::Id;
use crate::recovery::PointChoice;
use crate::sim::World;
use crate::sim::run::{RunId, Uncommitted};
use crate::sim::world::VmState;
use crate::units::{Bytes, Span, Time};
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// Which point it takes, and what was common to the VMs that move with it.
    pub(in crate::sim) fn wanted_point(&self, vm: Id<Vm>) -> (PointChoice, Option<Time>) {
        let run = self.vm(vm).hand.map(|run| &self.runs[run]);
        run.map_or((PointChoice::Latest, None), |run| (run.point, run.common))
    }

    /// The job of the run that has `vm` in hand.
    pub(in crate::sim) fn job_of(&self, vm: Id<Vm>) -> Option<JobId> {
        self.vm(vm).hand.and_then(|run| self.runs[run].job)
    }

    /// How long the data step of the run that has `vm` in hand takes, to the newest point.
    pub(in crate::sim) fn data_step_of(&self, vm: Id<Vm>) -> Span {
        self.vm(vm).hand.map_or(Span::ZERO, |run| self.data_step(run, vm))
    }

    /// Of a single VM it is what the first of its plans says.
    pub(super) fn data_step(&self, run: RunId, vm: Id<Vm>) -> Span {
        let plan = self.runs[run].plan();
        let plan = plan.or_else(|| self.relations.plans[vm.index()].first().copied());
        plan.map_or(Span::ZERO, |plan| self.scenario.recovery.plans[plan].fail_over)
    }

    /// Until the commit another of these points may be taken.
    pub(in crate::sim) fn keep_for_commit(&mut self, vm: Id<Vm>, points: Vec<Point>) {
        let beyond = Bytes(self.data.unprotected_bytes(vm));
        let is_planned = self.vm(vm).hand.is_some_and(|run| self.runs[run].kind.is_planned());
        let stopped = self.vm(vm).stopped;
        self.vm_mut(vm).uncommitted = Some(Uncommitted { points, beyond, is_planned, stopped });
    }

    /// After a planned failover replication turns round before the VM starts.
    pub(in crate::sim) fn data_is_over(&mut self, vm: Id<Vm>) {
        if self.vm(vm).uncommitted.as_ref().is_some_and(|it| it.is_planned) {
            self.reverse_in_step(vm);
        }
    }

    /// `vm` gets its turn in a run's data step, whatever it is doing; false if it does not go. One that was seen to run stays; one that runs
    /// unseen goes, and runs twice from then on (fact 4.14).
    pub(super) fn move_data(&mut self, run: RunId, vm: Id<Vm>, after: StepId) -> bool {
        let kind = self.runs[run].kind;
        if kind.is_planned() && !self.is_in_step(vm) {
            return false;
        }
        if self.runs(vm) {
            if self.is_seen(vm) {
                self.runs[run].failed.get_or_insert(Refusal::SourceRuns);
                return false;
            }
            self.lose_sight(vm);
        } else {
            if let Some(step) = self.vm_mut(vm).step.take() {
                self.cut_short(step);
            }
            if self.vm(vm).state == VmState::Booting {
                self.vm_mut(vm).state = VmState::Off;
            }
        }
        self.fail_over(vm, after)
    }

    fn lose_sight(&mut self, vm: Id<Vm>) {
        if let Some(step) = self.vm_mut(vm).step.take() {
            self.cut_short(step);
        }
        let now = self.now;
        self.data.stop_vm(vm);
        let vm_run = self.vm_mut(vm);
        vm_run.stopped = now;
        vm_run.state = VmState::Off;
        self.record(Seen::Vm(vm, VmSeen::Stopped));
        self.runs_twice(vm);
        for application in &self.relations.applications[vm.index()] {
            self.lose_vm(*application, TakenBy::Fault);
        }
    }
}
