//! Which way a plan runs: by Site Recovery or by hand.
//!
//! An unplanned failover needs the recovery service and the VMM servers whose clouds hold the replica hosts (facts 6.12, 9.9);
//! never the source's. By hand it is `manual_start`, then `manual_per_vm` for each VM by an operator instead of the orchestrated start;
//! nobody then tries to shut down a dead source. What is chosen is kept, even when the control plane comes back. When it is lost
//! under a running plan, what is under way finishes, and people take over by hand before the plan's next stage.

use std::collections::BTreeSet;

use crate::data_plane::DataPlane;
use crate::facts::{Home, Missing, StepId};
use crate::ids::Id;
use crate::outage::Component;
use crate::recovery::Plan;
use crate::sim::World;
use crate::sim::people::Task;
use crate::topology::Host;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// What Site Recovery lacks to run `plan` for the VMs it claimed, each once.
    pub(super) fn missing(&self, plan: Id<Plan>) -> Vec<Missing> {
        let mut missing = BTreeSet::new();
        if !self.is_up(Component::RecoveryService) {
            missing.insert(Missing::RecoveryService);
        }
        for vm in &self.plans[plan.index()].vms {
            let run = self.vm(*vm);
            let recovery = match run.home {
                Home::Source => run.peer.as_ref(),
                Home::Replica => Some(&run.at),
            };
            missing.extend(recovery.and_then(|place| self.missing_at(place.host)));
        }
        missing.into_iter().collect()
    }

    pub(super) fn missing_at(&self, host: Id<Host>) -> Option<Missing> {
        let cloud = self.scenario.control_plane.clouds.iter().find(|cloud| cloud.hosts.contains(&host));
        match cloud {
            None => Some(Missing::Cloud(host)),
            Some(cloud) if !self.is_up(Component::Vmm(cloud.vmm)) => Some(Missing::Vmm(cloud.vmm)),
            Some(_) => None,
        }
    }

    /// People begin to work by hand.
    pub(super) fn prepare_by_hand(&mut self, plan: Id<Plan>, after: StepId) {
        self.plan_mut(plan).by_hand = true;
        let people = self.scenario.recovery.plans[plan].people;
        self.ask(people, Task::Prepare(plan), self.scenario.recovery.people[people].manual_start, after);
    }

    pub(super) fn start_by_hand(&mut self, plan: Id<Plan>, vm: Id<Vm>, after: StepId) {
        let people = self.scenario.recovery.plans[plan].people;
        self.ask(people, Task::Start(vm), self.scenario.recovery.people[people].manual_per_vm, after);
    }

    pub(super) fn started_by_hand(&mut self, vm: Id<Vm>, step: StepId) {
        if !self.power_on(vm, step) {
            let plan = self.vm(vm).claimed.expect("only a plan's VM is started by hand");
            self.vm_done(plan, vm, step);
        }
    }
}
