//! Guests shut down, then their last logs are sent and applied (facts 4.2, 4.7, 4.13, 5.6).
//!
//! A VM is synchronised as soon as it is off; the data step begins when all are. A planned run waits for the last log as long as it takes
//! (an operator may cancel), and fails when its source or target is lost before. An unplanned run goes on without what is not done
//! within the plan's shutdown timeout, or half an hour.

use std::collections::BTreeSet;

use crate::data_plane::DataPlane;
use crate::facts::{JobOutcome, Phase, Refusal, Seen, StepId, Subject, TakenBy, VmSeen, Why};
use crate::ids::Id;
use crate::outage::Component;
use crate::protection::State;
use crate::recovery::ShutdownOrder;
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::people::Task;
use crate::sim::run::{Conduct, Kind, Origin, Request, RunId, Stage};
use crate::sim::world::VmState;
use crate::units::Span;
use crate::workload::Vm;

/// A guest that is not off by then is cut off (fact 4.7).
const GRACE: Span = Span::seconds(300);
/// How long an unplanned run tries to synchronise without a shutdown timeout of its own.
const SYNCHRONIZE_LIMIT: Span = Span::seconds(1800);

impl<D: DataPlane> World<'_, D> {
    /// The VMs of `run` that run, or are off and not yet in step.
    pub(super) fn to_prepare(&self, run: RunId) -> Vec<Id<Vm>> {
        let row = &self.runs[run];
        if !row.kind.prepares() {
            return Vec::new();
        }
        let is_one = |vm: &&Id<Vm>| {
            let vm_run = self.vm(**vm);
            let is_off =
                vm_run.state == VmState::Off && vm_run.replication != State::SyncedReplicationComplete;
            vm_run.home != row.to && (is_off || self.runs(**vm) && self.can_be_asked(run, **vm))
        };
        row.vms.iter().filter(is_one).copied().collect()
    }

    /// Whether there is somebody to ask the guest of `vm` to shut down: of what Site Recovery runs that is the VMM server of its side (fact 6.11).
    fn can_be_asked(&self, run: RunId, vm: Id<Vm>) -> bool {
        let row = &self.runs[run];
        let by_vmm = row.kind.is_unplanned() && row.conduct == Conduct::Orchestrated;
        !by_vmm || self.missing_at(self.vm(vm).at.host).is_none()
    }

    /// Whether an unplanned run that tries to shut down its sources waits for one that does not answer (facts 4.13, 9.10): its host is down,
    /// or the VMM server that would ask it. Of any other that is down it is known that it does not run.
    pub(super) fn has_silent_source(&self, run: RunId) -> bool {
        let row = &self.runs[run];
        let plan = self.runs[run].plan().map(|plan| &self.scenario.recovery.plans[plan]);
        let tries = row.kind.is_unplanned() && plan.is_some_and(|plan| plan.shutdown_timeout.is_some());
        let is_silent = |vm: &Id<Vm>| {
            let vm_run = self.vm(*vm);
            let is_dead =
                vm_run.state == VmState::Claimed || (vm_run.state == VmState::Down && vm_run.home != row.to);
            let host = vm_run.at.host;
            is_dead && (!self.is_up(Component::Host(host)) || self.missing_at(host).is_some())
        };
        let is_unasked =
            |vm: &Id<Vm>| self.vm(*vm).home != row.to && self.runs(*vm) && !self.can_be_asked(run, *vm);
        let waits_for_dead = tries && row.vms.iter().any(is_silent);
        waits_for_dead || (row.kind.prepares() && row.vms.iter().any(is_unasked))
    }

    pub(super) fn prepare_run(&mut self, run: RunId, after: StepId) {
        let vms = self.to_prepare(run);
        let plan = self.runs[run].plan().map(|plan| &self.scenario.recovery.plans[plan]);
        let in_order = plan.filter(|plan| plan.conduct.shutdown == ShutdownOrder::ReverseGroups);
        let waves: Vec<Vec<Id<Vm>>> = match in_order {
            None => vec![vms],
            Some(plan) => {
                let wave =
                    |members: &Vec<Id<Vm>>| vms.iter().copied().filter(|vm| members.contains(vm)).collect();
                plan.groups.iter().rev().map(|group| wave(&group.vms)).collect()
            }
        };
        let limit = plan.and_then(|plan| plan.shutdown_timeout).unwrap_or(SYNCHRONIZE_LIMIT);
        self.runs[run].waiting = waves.into_iter().filter(|wave| !wave.is_empty()).collect();
        if !self.runs[run].kind.is_planned() {
            let step = self.begin(self.runs[run].subject(), Phase::ShutdownAttempt, Some(after));
            self.runs[run].step = Some(step);
            self.after(limit, Event::RunStep { run, vm: None, step });
        }
        self.next_wave(run, after);
    }

    /// The next VMs shut down once none of the run still does.
    fn next_wave(&mut self, run: RunId, after: StepId) {
        let row = &self.runs[run];
        if row.is_over() || row.stage != Stage::Preparing {
            return;
        }
        let is_busy = row.under_way.iter().any(|vm| self.vm(*vm).state == VmState::ShuttingDown);
        if !is_busy && let Some(wave) = self.runs[run].waiting.pop_front() {
            self.runs[run].under_way.extend(&wave);
            for vm in wave {
                // A fault may have taken it since the waves were formed.
                if self.vm(vm).state == VmState::Off {
                    self.send_last(vm, after);
                } else if self.runs(vm) {
                    self.shut_guest_down(run, vm, after);
                } else {
                    self.runs[run].under_way.remove(&vm);
                }
            }
            return self.next_wave(run, after);
        }
        let row = &self.runs[run];
        if row.waiting.is_empty() && row.under_way.is_empty() {
            if row.step.is_some() && self.has_silent_source(run) {
                return;
            }
            if let Some(refusal) = self.unprepared(run) {
                return self.fail_run(run, refusal, after);
            }
            let mut after = after;
            if let Some(step) = self.runs[run].step.take() {
                self.release(step, Some(after));
                after = step;
            }
            self.enter(run, Stage::FailingOver, after);
        }
    }

    /// Why a planned run cannot fail over its data without loss: a VM of it is not in step (fact 4.4).
    fn unprepared(&self, run: RunId) -> Option<Refusal> {
        let row = &self.runs[run];
        if !row.kind.is_planned() {
            return None;
        }
        let vm = row.vms.iter().find(|vm| self.vm(**vm).home != row.to && !self.is_in_step(**vm))?;
        let host = self.vm(*vm).at.host;
        let is_down = !self.is_up(Component::Host(host));
        Some(if is_down { Refusal::HostDown(host) } else { Refusal::NotRunning })
    }

    /// Whether all that `vm` had written when it was shut down is at its replica.
    pub(super) fn is_in_step(&self, vm: Id<Vm>) -> bool {
        self.vm(vm).replication == State::SyncedReplicationComplete
    }

    fn shut_guest_down(&mut self, run: RunId, vm: Id<Vm>, after: StepId) {
        if let Some(step) = self.vm_mut(vm).step.take() {
            self.cut_short(step);
        }
        let step = self.begin(Subject::Vm(vm), Phase::Shutdown, Some(after));
        let vm_run = self.vm_mut(vm);
        vm_run.state = VmState::ShuttingDown;
        vm_run.step = Some(step);
        let takes = Span(self.scenario.vms[vm].guest.shutdown.0.min(GRACE.0));
        self.after(takes, Event::RunStep { run, vm: Some(vm), step });
        let by = TakenBy::Shutdown(self.runs[run].job);
        for application in &self.relations.applications[vm.index()] {
            self.lose_vm(*application, by);
        }
    }

    pub(super) fn guest_off(&mut self, run: RunId, vm: Id<Vm>, step: StepId) {
        self.end(step);
        self.turn_off(vm, self.scenario.vms[vm].guest.shutdown > GRACE);
        self.send_last(vm, step);
        self.next_wave(run, step);
    }

    /// `vm` is off where it is, and whole.
    pub(super) fn turn_off(&mut self, vm: Id<Vm>, forced: bool) {
        self.data.shut_down_vm(vm);
        let now = self.now;
        let vm_run = self.vm_mut(vm);
        vm_run.state = VmState::Off;
        vm_run.step = None;
        vm_run.stopped = now;
        self.record(Seen::Vm(vm, VmSeen::ShutDown { forced }));
    }

    fn send_last(&mut self, vm: Id<Vm>, after: StepId) {
        let step = self.begin(Subject::Vm(vm), Phase::Synchronization, Some(after));
        self.vm_mut(vm).step = Some(step);
        self.data.synchronize(vm);
    }

    /// All that the stopped `vm` had written is applied.
    pub(in crate::sim) fn synchronized(&mut self, vm: Id<Vm>) {
        let Some(run) = self.vm(vm).hand.filter(|_| self.vm(vm).state == VmState::Off) else { return };
        let Some(step) = self.vm_mut(vm).step.take() else { return };
        self.end(step);
        let state = self.vm(vm).replication;
        if self.runs[run].kind.is_planned() {
            // A fault may have come between the last log and its arrival.
            if state != State::Replicating && state != State::SyncedReplicationComplete {
                self.runs[run].under_way.remove(&vm);
                return self.fail_run(run, Refusal::State(state), step);
            }
            self.set_state(vm, State::SyncedReplicationComplete, Why::Failover);
        }
        self.runs[run].under_way.remove(&vm);
        self.next_wave(run, step);
    }

    /// An unplanned run waits no longer.
    pub(super) fn preparation_over(&mut self, run: RunId, step: StepId) {
        self.end(step);
        self.drop_preparation(run);
        self.enter(run, Stage::FailingOver, step);
    }

    /// Guests that still shut down are cut off; what is not sent stays unsent.
    pub(super) fn drop_preparation(&mut self, run: RunId) {
        let row = &mut self.runs[run];
        if row.stage != Stage::Preparing && row.stage != Stage::Starting {
            return;
        }
        row.waiting.clear();
        if let Some(step) = row.step.take() {
            self.cut_short(step);
        }
        let row = &self.runs[run];
        if let Origin::Asked { by: Some(people), .. } = row.origin {
            self.drop_task(people, Task::Begin(run, row.subject()));
        }
        for vm in std::mem::take(&mut self.runs[run].under_way) {
            if let Some(step) = self.vm_mut(vm).step.take() {
                self.cut_short(step);
            }
            if self.vm(vm).state == VmState::ShuttingDown {
                self.turn_off(vm, true);
            }
        }
    }

    /// An operator cancels, or fails over without further ado: planned runs about these VMs whose data is not yet failed over are broken off.
    pub(super) fn break_off_preparations(&mut self, request: &Request) {
        let vms: BTreeSet<Id<Vm>> = self.scope(request.of).into_iter().collect();
        for run in self.runs.ids() {
            let row = &self.runs[run];
            let is_early = row.stage == Stage::Preparing || row.stage == Stage::Starting;
            let is_hit = row.vms.iter().any(|vm| vms.contains(vm));
            if row.is_over() || !row.kind.is_planned() || !is_early || !is_hit {
                continue;
            }
            self.drop_preparation(run);
            let outcome = if request.kind == Kind::Cancel {
                JobOutcome::Cancelled
            } else {
                JobOutcome::Failed(Refusal::BrokenOff)
            };
            self.runs[run].failed = Some(Refusal::BrokenOff);
            self.end_run(run, outcome, None);
        }
    }

    /// Something that `vm`, which shuts down or is off, or its replica stands on has failed.
    pub(in crate::sim) fn preparation_hit(&mut self, vm: Id<Vm>) {
        let vm_run = self.vm(vm);
        let source = (!self.stands(vm)).then_some(vm_run.at.host);
        let target = vm_run.peer.as_ref().filter(|place| self.lost(place).is_some()).map(|place| place.host);
        let run = vm_run.hand.filter(|run| self.runs[*run].under_way.contains(&vm));
        let is_planned = run.is_some_and(|run| self.runs[run].kind.is_planned());
        let lost = if is_planned { source.or(target) } else { source };
        let step = lost.and(run).and_then(|_| self.vm_mut(vm).step.take());
        if let (Some(host), Some(run), Some(step)) = (lost, run, step) {
            self.cut_short(step);
            self.runs[run].under_way.remove(&vm);
            if is_planned {
                self.fail_run(run, Refusal::HostDown(host), step);
            }
            self.leave_preparation(vm, source.is_some());
            self.next_wave(run, step);
        } else if self.vm(vm).hand.is_none() {
            self.leave_preparation(vm, source.is_some());
        }
    }

    /// What a fault leaves of a VM that was shutting down or off.
    fn leave_preparation(&mut self, vm: Id<Vm>, has_lost_source: bool) {
        let is_off = self.vm(vm).state == VmState::Off;
        match (is_off, has_lost_source) {
            (false, true) => self.stop(vm),
            (false, false) => self.turn_off(vm, true),
            (true, true) => {
                self.await_repair(vm, None);
                self.raise_alarms(vm, None);
            }
            (true, false) => {}
        }
    }
}
