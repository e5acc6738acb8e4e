//! Running is not in service: a VM that changed sites joins the networks there first (facts 6.15–6.23).
//!
//! Addresses are given when the VM is powered on, in plan order, and a VM that lacks one on any adapter runs isolated. A VM keeps its address
//! if the mapping says so; any other address is a changed one, which costs the full DNS time-to-live of the target network after the VM
//! runs. A VM without adapter needs nothing. Which adapter goes where: [`super::attach`]. A mapping that changes under a running VM moves
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
use crate::units::Span;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// Connects `vm` to the networks at the site of its present home, from wherever it was: how long until it is found there, or why it
    /// cannot. Addresses that it had at the other site are given back, except in its own network.
    pub(super) fn join(&mut self, vm: Id<Vm>) -> Result<Span, Reason> {
        match self.site_of(vm, self.vm(vm).home) {
            Some(site) => self.wiring.join(&self.scenario.topology, vm, site),
            None => Ok(Span::ZERO),
        }
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

    /// `vm` runs: it joins its networks, if it has not.
    pub(super) fn connect(&mut self, vm: Id<Vm>, after: StepId) {
        let run = self.vm(vm);
        if run.connected {
            return self.await_applications(vm, after);
        }
        match run.joining {
            Ok(takes) => {
                let step = self.begin(Subject::Vm(vm), Phase::Network, Some(after));
                let run = self.vm_mut(vm);
                run.state = VmState::Connecting;
                run.step = Some(step);
                self.after(takes, Event::Connected { vm, step });
            }
            Err(reason) => {
                self.vm_mut(vm).state = VmState::Isolated;
                self.record(Seen::Vm(vm, VmSeen::Isolated(reason)));
            }
        }
    }

    pub(super) fn connected(&mut self, vm: Id<Vm>, step: StepId) {
        self.end(step);
        let run = self.vm_mut(vm);
        run.step = None;
        run.connected = true;
        self.await_applications(vm, step);
    }
}
