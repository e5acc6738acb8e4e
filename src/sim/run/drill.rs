//! Test failovers: test VMs beside the replicas, until people have looked (facts 4.25–4.34, S79–S89).
//!
//! A test VM takes cores and startup memory on the host of the replica, and is admitted like any other. Replication does not notice; a planned
//! failover and another test of the VM are refused meanwhile, an unplanned one ends it or goes on beside it ([`super::call_off`]). It ends after
//! its time, by force after two weeks. A drill goes through errors and ends as failed with the first of them.

use crate::data_plane::DataPlane;
use crate::facts::{JobOutcome, JobSeen, Phase, Reason, Refusal, Seen, StepId, Subject, VmSeen};
use crate::ids::Id;
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::relationship::Taken;
use crate::sim::run::{Drill, Kind, RunId, Stage, TestVm};
use crate::topology::Host;
use crate::units::Span;
use crate::workload::Vm;

/// A drill is then completed by force (fact 4.25, S89).
const TWO_WEEKS: Span = Span::seconds(14 * 86_400);

impl<D: DataPlane> World<'_, D> {
    /// The data step of a test VM: its point, and the time to undo what is newer.
    pub(super) fn make_test_vm(&mut self, run: RunId, vm: Id<Vm>, after: StepId) -> bool {
        let row = &self.runs[run];
        let point = Self::choose(&self.clean_points(vm), row.point, row.common);
        let choice = row.point;
        let place = self.vm(vm).peer.clone().filter(|place| self.lost(place).is_none());
        let (Some(point), Some(place)) = (point, place) else {
            let refusal = if point.is_none() { Refusal::NoPoint } else { Refusal::BrokenOff };
            self.runs[run].failed.get_or_insert(refusal);
            return false;
        };
        if let Err(refusal) = self.room_in_cloud(run, vm, place.host) {
            self.runs[run].failed.get_or_insert(refusal);
            return false;
        }
        let undo = self.chosen(vm, choice, point, &place);
        let step = self.begin(Subject::Vm(vm), Phase::Failover, Some(after));
        let test = TestVm { cut: point.cut, step: Some(step), host: None, is_connected: false };
        self.runs[run].tests.insert(vm, test);
        self.vm_mut(vm).test = Some(run);
        let takes = Span(self.data_step(run, vm).0.saturating_add(undo.0));
        self.after(takes, Event::RunStep { run, vm: Some(vm), step });
        true
    }

    /// Whether the replica's cloud takes one more VM, if test VMs stand in it (T10).
    fn room_in_cloud(&self, run: RunId, vm: Id<Vm>, host: Id<Host>) -> Result<(), Refusal> {
        let is_in_cloud = matches!(self.runs[run].kind, Kind::Test(drill) if drill.in_cloud);
        let clouds = &self.scenario.control_plane.clouds;
        let Some((id, cloud)) =
            clouds.entries().find(|(_, cloud)| is_in_cloud && cloud.hosts.contains(&host))
        else {
            return Ok(());
        };
        let running = self.runs.all.iter().filter(|run| !run.is_over());
        let tests = running.flat_map(|run| run.tests.keys().copied()).chain([vm]);
        let taken = tests.map(|vm| self.taken_by(vm, true)).fold(self.taken_in(id), Taken::and);
        let capacity = &cloud.profile.capacity;
        let fits = capacity.cores.is_none_or(|limit| taken.cores <= u64::from(limit))
            && capacity.memory.is_none_or(|limit| taken.memory <= limit.0)
            && capacity.vms.is_none_or(|limit| taken.vms <= u64::from(limit));
        if fits { Ok(()) } else { Err(Refusal::NoCapacity(id)) }
    }

    pub(super) fn test_vm_made(&mut self, run: RunId, vm: Id<Vm>, step: StepId) {
        self.end(step);
        self.test_step(run, vm, None);
        self.test_turn_over(run, vm, step);
    }

    /// Admission, networks and boot.
    pub(super) fn boot_test_vm(&mut self, run: RunId, vm: Id<Vm>, drill: Drill, after: StepId) -> bool {
        let host = self.vm(vm).peer.as_ref().map(|place| place.host);
        let admitted = match host {
            None => Err(Refusal::BrokenOff),
            Some(host) => self.admit_on(vm, host).map_err(|reason| Self::no_room(host, reason)),
        };
        let joined = admitted.and_then(|()| {
            self.test_join(vm, drill.network).inspect_err(|_| {
                if let Some(host) = host {
                    self.release_room(vm, host);
                }
            })
        });
        let is_connected = match joined {
            Ok(is_connected) => is_connected,
            Err(refusal) => {
                self.runs[run].failed.get_or_insert(refusal);
                self.forget_test(run, vm);
                return false;
            }
        };
        let step = self.begin(Subject::Vm(vm), Phase::Boot, Some(after));
        if let Some(test) = self.runs[run].tests.get_mut(&vm) {
            (test.host, test.is_connected, test.step) = (host, is_connected, Some(step));
        }
        self.after(self.scenario.vms[vm].boot, Event::RunStep { run, vm: Some(vm), step });
        true
    }

    fn no_room(host: Id<Host>, reason: Reason) -> Refusal {
        match reason {
            Reason::NoRoom { .. } => Refusal::NoRoom(host),
            Reason::NoRecoveryPoint
            | Reason::ReplicaHostDown(_)
            | Reason::ReplicaVolumeDown(_)
            | Reason::NoMapping(_)
            | Reason::NoPool(_)
            | Reason::PoolExhausted(_) => Refusal::HostDown(host),
        }
    }

    pub(super) fn test_vm_booted(&mut self, run: RunId, vm: Id<Vm>, step: StepId) {
        self.end(step);
        self.test_step(run, vm, None);
        if let Some(TestVm { cut, is_connected, .. }) = self.runs[run].tests.get(&vm).copied() {
            let job = self.runs[run].job;
            self.record(Seen::Vm(vm, VmSeen::TestRunning { cut, is_connected, job }));
        }
        self.test_turn_over(run, vm, step);
    }

    fn test_step(&mut self, run: RunId, vm: Id<Vm>, step: Option<StepId>) {
        if let Some(test) = self.runs[run].tests.get_mut(&vm) {
            test.step = step;
        }
    }

    fn test_turn_over(&mut self, run: RunId, vm: Id<Vm>, step: StepId) {
        if self.runs[run].under_way.remove(&vm) {
            self.fill(run, step);
        }
    }

    /// Test VMs run; people look at them. False if there is none.
    pub(super) fn begin_testing(&mut self, run: RunId, drill: Drill, after: StepId) -> bool {
        if self.runs[run].tests.is_empty() {
            return false;
        }
        self.runs[run].stage = Stage::Testing;
        if let Some(job) = self.runs[run].job {
            self.record(Seen::Job(job, JobSeen::CompleteTesting));
        }
        let step = self.begin(self.runs[run].subject(), Phase::Testing, Some(after));
        self.runs[run].step = Some(step);
        self.after(Span(drill.testing.0.min(TWO_WEEKS.0)), Event::RunStep { run, vm: None, step });
        true
    }

    /// Everything the drill made is deleted (S88).
    pub(super) fn testing_over(&mut self, run: RunId, step: StepId) {
        self.end(step);
        let forced = matches!(self.runs[run].kind, Kind::Test(drill) if drill.testing > TWO_WEEKS);
        let vms: Vec<Id<Vm>> = self.runs[run].tests.keys().copied().collect();
        for vm in vms {
            self.remove_test_vm(run, vm, forced);
        }
        let failed = self.runs[run].failed.clone();
        let outcome = match failed {
            Some(refusal) => JobOutcome::Failed(refusal),
            None if forced => JobOutcome::Cancelled,
            None => JobOutcome::Succeeded,
        };
        self.end_run(run, outcome, Some(step));
    }

    pub(super) fn remove_test_vm(&mut self, run: RunId, vm: Id<Vm>, forced: bool) {
        let host = self.runs[run].tests.get(&vm).and_then(|test| test.host);
        self.forget_test(run, vm);
        self.test_leave(vm);
        self.record(Seen::Vm(vm, VmSeen::TestRemoved { forced }));
        if let Some(host) = host {
            self.release_room(vm, host);
            self.room_appears(host);
        }
    }

    fn forget_test(&mut self, run: RunId, vm: Id<Vm>) {
        self.runs[run].tests.remove(&vm);
        self.vm_mut(vm).test = None;
    }

    /// The host or volume of a test VM is lost, and the test VM with it.
    pub(in crate::sim) fn test_hit(&mut self, vm: Id<Vm>) {
        let Some(run) = self.vm(vm).test else { return };
        let test = self.runs[run].tests.get(&vm).copied();
        let stood = match (self.vm(vm).home, self.runs[run].to) {
            (home, to) if home == to => Some(self.vm(vm).at.clone()),
            (..) => self.vm(vm).peer.clone(),
        };
        if stood.is_none_or(|place| self.lost(&place).is_none()) {
            return;
        }
        self.runs[run].failed.get_or_insert(Refusal::BrokenOff);
        self.remove_test_vm(run, vm, true);
        let Some(step) = test.and_then(|test| test.step) else {
            return self.end_empty_drill(run);
        };
        self.cut_short(step);
        self.test_turn_over(run, vm, step);
    }

    /// Without test VMs there is nothing left to look at.
    fn end_empty_drill(&mut self, run: RunId) {
        let row = &mut self.runs[run];
        if row.stage == Stage::Testing && row.tests.is_empty() {
            let step = row.step.take();
            if let Some(step) = step {
                self.cut_short(step);
            }
            self.end_run(run, JobOutcome::Failed(Refusal::BrokenOff), step);
        }
    }
}
