//! Running is not in service: a failed-over VM joins the mapped networks first (facts 6.15–6.23).
//!
//! Addresses are given when the VM is powered on, in plan order, and a VM that lacks one on any adapter runs isolated. A network's
//! pool counts the static adapters at home there and those that came. A VM keeps its address if the mapping says so; any other address is
//! a changed one, which costs the full DNS time-to-live of the target network after the VM runs. A VM without adapter needs nothing.

use crate::data_plane::DataPlane;
use crate::facts::{Home, Phase, Reason, Seen, StepId, Subject};
use crate::ids::Id;
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::world::VmState;
use crate::topology::{Network, NetworkMapping};
use crate::units::Span;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// Connects `vm` to the networks at its replica: how long until it is found there, or why it cannot.
    pub(super) fn join(&mut self, vm: Id<Vm>) -> Result<Span, Reason> {
        let mut given: Vec<Id<Network>> = Vec::new();
        let mut until_found = Span::ZERO;
        for nic in &self.scenario.vms[vm].nics {
            let mapping = self.mapping(vm, nic.network).ok_or(Reason::NoMapping(nic.network))?;
            if mapping.keeps_address {
                continue;
            }
            let target = &self.scenario.topology.networks[mapping.to];
            if nic.static_address {
                let pool = target.pool.ok_or(Reason::NoPool(mapping.to))?;
                let here = given.iter().filter(|network| **network == mapping.to).count();
                let taken = u64::from(self.addresses[mapping.to.index()]) + here as u64;
                if taken >= u64::from(pool) {
                    return Err(Reason::PoolExhausted(mapping.to));
                }
                given.push(mapping.to);
            }
            until_found = until_found.max(target.dns_ttl);
        }
        for network in given {
            self.addresses[network.index()] += 1;
        }
        Ok(until_found)
    }

    /// Where a network leads at the site of the VM's replica.
    fn mapping(&self, vm: Id<Vm>, from: Id<Network>) -> Option<&NetworkMapping> {
        let topology = &self.scenario.topology;
        let site = topology.hosts[self.vm(vm).at.host].site;
        topology.mappings.iter().find(|it| it.from == from && topology.networks[it.to].site == site)
    }

    /// Operators map a network anew, or to nothing.
    pub(super) fn remap(&mut self, _operation: usize, _from: Id<Network>, _to: Option<Id<Network>>) {}

    /// `vm` runs: it joins its networks, if it has not.
    pub(super) fn connect(&mut self, vm: Id<Vm>, after: StepId) {
        let run = self.vm(vm);
        if run.home == Home::Source || run.connected {
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
                self.see(Seen::VmIsolated { vm, reason });
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
