//! Running is not in service: a VM that changed sites joins the networks there first (facts 6.15–6.23).
//!
//! Addresses are given when the VM is powered on, in plan order, and a VM that lacks one on any adapter runs isolated. A VM keeps its address
//! if the mapping says so; any other address is a changed one, and its record is changed as the VM is powered on. Clients find it when the
//! change has reached their name servers and the old record, of the network that it left, has outlived its whole time-to-live. Meanwhile
//! the guest boots, waits for others and gets ready. A VM without adapter needs nothing. Which adapter goes where: [`super::attach`]. A mapping that changes under a running VM moves
//! its adapters and addresses at once; whether it is isolated is decided only when it next changes sites.

use crate::data_plane::DataPlane;
use crate::facts::{
    Home, JobKind, JobOutcome, Missing, NetworkSeen, Phase, Reason, Refusal, Seen, StepId, Subject, VmSeen,
};
use crate::ids::Id;
use crate::operations::TestNetwork;
use crate::outage::Component;
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::world::VmState;
use crate::topology::{Network, Site};
use crate::units::{Span, Time};
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// Connects `vm` to the networks at the site of its present home, from wherever it was: from when on it is found there if it is powered on
    /// now, or why it cannot. Addresses that it had at the other site are given back, except in its own network.
    pub(super) fn join(&mut self, vm: Id<Vm>) -> Result<Time, Reason> {
        let takes = match self.site_of(vm, self.vm(vm).home) {
            Some(site) => self.wiring.join(&self.scenario.topology, vm, site)?,
            None => Span::ZERO,
        };
        // What clients still remember of an earlier change is not forgotten by a second power-on.
        Ok(self.vm(vm).found.unwrap_or(self.now).max(self.now.plus(takes)))
    }

    /// `vm` is gone for good from where it is, as when its failover is cancelled or its place is deleted: its addresses there are free.
    pub(super) fn leave_networks(&mut self, vm: Id<Vm>) {
        self.wiring.leave(vm);
    }

    /// Connects a test VM of `vm` at the site of its replica; whether it is connected (facts 4.28–4.30).
    pub(super) fn test_join(&mut self, vm: Id<Vm>, network: TestNetwork) -> Result<bool, Refusal> {
        let other = match self.vm(vm).home {
            Home::Source => Home::Replica,
            Home::Replica => Home::Source,
        };
        match self.site_of(vm, other) {
            Some(site) => self.wiring.test_join(&self.scenario.topology, vm, site, network),
            None => Ok(false),
        }
    }

    /// The test VM of `vm` is removed: its addresses are free.
    pub(super) fn test_leave(&mut self, vm: Id<Vm>) {
        self.wiring.test_leave(vm);
    }

    fn site_of(&self, vm: Id<Vm>, home: Home) -> Option<Id<Site>> {
        let run = self.vm(vm);
        let host = if home == run.home { run.at.host } else { run.peer.as_ref()?.host };
        Some(self.scenario.topology.hosts[host].site)
    }

    /// Operators map a network anew, or to nothing: by the recovery service, which must be up.
    pub(super) fn remap(&mut self, operation: usize, from: Id<Network>, to: Option<Id<Network>>) {
        if !self.is_up(Component::RecoveryService) {
            let refusal = Refusal::ControlPlane(Missing::RecoveryService);
            return self.refuse(JobKind::Configure, None, Some(operation), refusal);
        }
        let job = self.begin_job(JobKind::Configure, None, Some(operation));
        let replicas = self.wiring.remap(&self.scenario.topology, &self.scenario.vms, from, to);
        self.record(Seen::Network(from, NetworkSeen::Mapped { to, replicas }));
        self.end_job(job, JobOutcome::Succeeded);
    }

    /// `vm` runs: it goes on, if it is connected.
    pub(super) fn connect(&mut self, vm: Id<Vm>, after: StepId) {
        match self.vm(vm).found {
            Ok(_) => self.await_applications(vm, after),
            Err(reason) => {
                self.vm_mut(vm).state = VmState::Isolated;
                self.record(Seen::Vm(vm, VmSeen::Isolated(reason)));
            }
        }
    }

    /// `vm` is ready: if clients do not find it yet, the rest of that time begins. Returns whether it does.
    pub(super) fn waits_to_be_found(&mut self, vm: Id<Vm>, after: StepId) -> bool {
        let Some(found) = self.vm(vm).found.ok().filter(|found| *found > self.now) else { return false };
        let step = self.begin(Subject::Vm(vm), Phase::Network, Some(after));
        let run = self.vm_mut(vm);
        run.state = VmState::Connecting;
        run.step = Some(step);
        self.queue.push(found, Event::Connected { vm, step });
        true
    }
}
