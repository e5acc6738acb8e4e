//! A real failover is more urgent than a drill: people end test failovers that are in its way, and their test VMs are removed (fact 4.31, S88).
//!
//! In the way is one with a test VM of a VM that is failed over, or on a host that these go to. A plan may say that drills go on (`ends_drills`).

use std::collections::BTreeSet;

use crate::data_plane::DataPlane;
use crate::facts::JobOutcome;
use crate::ids::Id;
use crate::sim::World;
use crate::sim::people::Task;
use crate::sim::run::{RunId, Stage};
use crate::topology::Host;

impl<D: DataPlane> World<'_, D> {
    /// People end the drills in the way of `run`, which is about to begin.
    pub(super) fn end_drills_before(&mut self, run: RunId) {
        let row = &self.runs[run];
        if !row.kind.is_unplanned() {
            return;
        }
        let first = || self.relations.plans[row.vms.first()?.index()].first().copied();
        let plan = row.plan().or_else(first);
        if plan.is_some_and(|plan| !self.scenario.recovery.plans[plan].conduct.ends_drills) {
            return;
        }
        let vms: BTreeSet<_> = row.vms.iter().copied().collect();
        let hosts: BTreeSet<Id<Host>> =
            vms.iter().filter_map(|vm| self.vm(*vm).peer.as_ref()).map(|peer| peer.host).collect();
        for drill in self.runs.ids() {
            let row = &self.runs[drill];
            let mut tests = row.tests.iter();
            let is_in_the_way = tests
                .any(|(vm, test)| vms.contains(vm) || test.host.is_some_and(|host| hosts.contains(&host)));
            if row.kind.is_test() && !row.is_over() && is_in_the_way {
                self.call_off(drill);
            }
        }
    }

    /// A drill ends where it is.
    fn call_off(&mut self, drill: RunId) {
        let row = &mut self.runs[drill];
        row.waiting.clear();
        row.under_way.clear();
        let (stage, plan, own) = (row.stage, row.plan(), row.step.take());
        let tests: Vec<_> = row.tests.iter().map(|(vm, test)| (*vm, test.step)).collect();
        if let (Stage::Acting(place), Some(plan), None) = (stage, plan, own) {
            self.drop_task(self.scenario.recovery.plans[plan].people, Task::Act(drill, place));
        }
        for step in own.into_iter().chain(tests.iter().filter_map(|(_, step)| *step)) {
            self.cut_short(step);
        }
        self.runs[drill].stage = Stage::Over;
        for (vm, _) in tests {
            self.remove_test_vm(drill, vm, false);
        }
        self.end_run(drill, JobOutcome::Cancelled, None);
    }
}
