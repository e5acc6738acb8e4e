//! Which network each adapter is attached to, at which subnet, and which addresses of static pools are in use.
//!
//! An adapter stands in one network, `here`, and leads to another at the peer site: where it came from, as long as nobody has mapped anew,
//! else where the mapping says (facts 6.15, 6.18). So a VM that fails back returns to its own network, a disconnected adapter stays
//! disconnected, and a changed mapping is followed, in both directions. In the target network it joins the subnet of the same name,
//! else the first (fact 6.16). A static address, and any in a network with network virtualisation, comes from the subnet's pool (fact 6.19),
//! unless the mapping keeps addresses: that flag says the subnet is stretched or wholly moved, as part of one cannot keep them (fact 6.21).
//! The address in a VM's own network stays reserved for it (fact 6.20); any other is given back when it leaves.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::facts::{Reason, Refusal};
use crate::ids::{Id, Table};
use crate::operations::TestNetwork;
use crate::topology::{Isolation, Network, NetworkMapping, Site, Topology};
use crate::units::Span;
use crate::workload::{Nic, Vm};

/// All adapters, mappings and pools.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wiring {
    mappings: Vec<NetworkMapping>,
    /// Addresses in use by network and subnet.
    used: Vec<Vec<u32>>,
    /// By VM and adapter; forks share those of VMs that stay where they are.
    ports: Vec<Arc<[Port]>>,
    /// Addresses of test VMs.
    tests: BTreeMap<Id<Vm>, Vec<Spot>>,
}

/// An adapter.
#[derive(Clone, Debug, PartialEq)]
struct Port {
    /// Its own place, at the start of the run.
    home: Spot,
    /// Whether it needs an address of a pool wherever it is.
    is_static: bool,
    /// `None`: disconnected.
    here: Option<Spot>,
    /// Where it leads at the peer site; `None`: as the mapping says.
    peer: Option<Id<Network>>,
    /// Whether it kept its address on its way here.
    kept: bool,
    /// The address it has here, unless its own.
    held: Option<Spot>,
    /// Whether its own address is reserved.
    reserved: bool,
}

/// A subnet of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spot {
    network: Id<Network>,
    subnet: usize,
}

impl Wiring {
    /// Every VM in its own network.
    pub(super) fn new(topology: &Topology, vms: &Table<Vm>) -> Self {
        let mut used: Vec<Vec<u32>> =
            topology.networks.iter().map(|network| vec![0; network.fabric.subnets.len().max(1)]).collect();
        let mut port = |nic: &Nic| {
            let subnets = &mut used[nic.network.index()];
            let home = Spot { network: nic.network, subnet: nic.subnet.min(subnets.len() - 1) };
            let reserved = needs_address(topology, nic.static_address, home);
            subnets[home.subnet] += u32::from(reserved);
            let (here, is_static) = (Some(home), nic.static_address);
            Port { home, is_static, here, peer: None, kept: false, held: None, reserved }
        };
        let ports = vms.iter().map(|vm| vm.nics.iter().map(&mut port).collect()).collect();
        Wiring { mappings: topology.mappings.clone(), used, ports, tests: BTreeMap::new() }
    }

    /// Connects `vm` at `site`, wherever it was: how long after that clients find it there, or why it runs isolated. Without an address for every
    /// adapter it takes none.
    pub(super) fn join(&mut self, topology: &Topology, vm: Id<Vm>, site: Id<Site>) -> Result<Span, Reason> {
        let mut until_found = Span::ZERO;
        let mut failed = None;
        for index in 0..self.ports[vm.index()].len() {
            match self.join_port(topology, vm, index, site) {
                Ok(span) => until_found = until_found.max(span),
                Err(reason) => {
                    failed.get_or_insert(reason);
                }
            }
        }
        match failed {
            None => Ok(until_found),
            Some(reason) => {
                self.release(vm);
                Err(reason)
            }
        }
    }

    fn join_port(
        &mut self,
        topology: &Topology,
        vm: Id<Vm>,
        index: usize,
        site: Id<Site>,
    ) -> Result<Span, Reason> {
        let port = &mut Arc::make_mut(&mut self.ports[vm.index()])[index];
        let from = port.here.ok_or(Reason::NoMapping(port.home.network))?;
        let is_there = topology.networks[from.network].site == site;
        if !is_there {
            let way = leads_to(topology, &self.mappings, port, site);
            port.here = way.map(|network| spot(topology, port, from, network));
            port.kept = way.is_some_and(|to| keeps_address(&self.mappings, from.network, to));
            port.peer = Some(from.network);
            if let Some(before) = port.held.take() {
                self.used[before.network.index()][before.subnet] -= 1;
            }
        }
        let port = &mut Arc::make_mut(&mut self.ports[vm.index()])[index];
        let here = port.here.ok_or(Reason::NoMapping(from.network))?;
        if port.kept {
            return Ok(Span::ZERO);
        }
        let has_one = (port.reserved && here == port.home) || port.held.is_some();
        if !has_one && needs_address(topology, port.is_static, here) {
            take(topology, &mut self.used, here)?;
            port.held = Some(here);
        }
        if is_there {
            return Ok(Span::ZERO);
        }
        let (before, now) = (&topology.networks[from.network].dns, &topology.networks[here.network].dns);
        Ok(Span(now.replication.0.saturating_add(before.ttl.0)))
    }

    /// `vm` is gone for good from where it is: its addresses there are free again.
    pub(super) fn leave(&mut self, vm: Id<Vm>) {
        self.release(vm);
        for port in Arc::make_mut(&mut self.ports[vm.index()]) {
            if port.here == Some(port.home) && std::mem::take(&mut port.reserved) {
                self.used[port.home.network.index()][port.home.subnet] -= 1;
            }
        }
    }

    fn release(&mut self, vm: Id<Vm>) {
        for port in Arc::make_mut(&mut self.ports[vm.index()]) {
            if let Some(held) = port.held.take() {
                self.used[held.network.index()][held.subnet] -= 1;
            }
        }
    }

    /// A network is mapped anew, or no longer (facts 6.15, S62–S64). Returns how many of the replicated VMs are concerned: replicas
    /// will attach anew, and adapters that are already at the other side do so now, without address where the pool has none left.
    pub(super) fn remap(
        &mut self,
        topology: &Topology,
        vms: &Table<Vm>,
        from: Id<Network>,
        to: Option<Id<Network>>,
    ) -> u32 {
        let site = to.map(|to| topology.networks[to].site);
        self.mappings
            .retain(|it| it.from != from || site.is_some_and(|site| topology.networks[it.to].site != site));
        if let Some(to) = to {
            let written = topology.mappings.iter().find(|it| (it.from, it.to) == (from, to));
            let keeps_address = written.is_some_and(|it| it.keeps_address);
            self.mappings.push(NetworkMapping { from, to, keeps_address });
        }
        let mut concerned = 0;
        for (ports, _) in self.ports.iter_mut().zip(vms.iter()).filter(|(_, vm)| vm.protection.is_some()) {
            let mut any = false;
            for port in Arc::make_mut(ports) {
                if port.here.is_some_and(|here| here.network == from) {
                    port.peer = to;
                    any = true;
                } else if port.peer == Some(from) {
                    attach_anew(topology, &mut self.used, port, to);
                    any = true;
                }
            }
            concerned += u32::from(any);
        }
        concerned
    }

    /// Connects a test VM beside the replica of `vm` at `site`; whether it is connected at all (facts 4.28–4.30). Nothing that production
    /// has changes, except that the test VM takes addresses of the test network's pool.
    pub(super) fn test_join(
        &mut self,
        topology: &Topology,
        vm: Id<Vm>,
        site: Id<Site>,
        network: TestNetwork,
    ) -> Result<bool, Refusal> {
        let ports = &self.ports[vm.index()];
        let mut replicas = ports.iter().map(|port| leads_to(topology, &self.mappings, port, site));
        match network {
            TestNetwork::None => Ok(false),
            TestNetwork::Created => Ok(replicas.all(|replica| replica.is_some())),
            TestNetwork::Existing(test) => {
                let fits = |(port, replica): (&Port, Option<Id<Network>>)| {
                    replica.is_none_or(|replica| can_stand_in(topology, port.is_static, replica, test))
                };
                if topology.networks[test].site != site || !ports.iter().zip(replicas).all(fits) {
                    return Err(Refusal::TestNetwork(test));
                }
                let mut given = Vec::new();
                for port in ports.iter() {
                    let at = spot(topology, port, port.here.unwrap_or(port.home), test);
                    if needs_address(topology, port.is_static, at) {
                        if take(topology, &mut self.used, at).is_err() {
                            give_back(&mut self.used, given);
                            return Err(Refusal::TestNetwork(test));
                        }
                        given.push(at);
                    }
                }
                self.tests.entry(vm).or_default().extend(given);
                Ok(true)
            }
        }
    }

    /// The test VM of `vm` is removed.
    pub(super) fn test_leave(&mut self, vm: Id<Vm>) {
        give_back(&mut self.used, self.tests.remove(&vm).unwrap_or_default());
    }
}

/// The network at `site` that an adapter would be attached to after a move there.
fn leads_to(
    topology: &Topology,
    mappings: &[NetworkMapping],
    port: &Port,
    site: Id<Site>,
) -> Option<Id<Network>> {
    let is_at = |network: Id<Network>| topology.networks[network].site == site;
    let here = port.here?.network;
    let mapped = || mappings.iter().find(|it| it.from == here && is_at(it.to)).map(|it| it.to);
    port.peer.filter(|peer| is_at(*peer)).or_else(mapped)
}

/// Whether a VM keeps its address between two networks: as the mapping in that direction says, else as the other.
fn keeps_address(mappings: &[NetworkMapping], from: Id<Network>, to: Id<Network>) -> bool {
    let find = |from, to| mappings.iter().find(|it| it.from == from && it.to == to);
    find(from, to).or_else(|| find(to, from)).is_some_and(|it| it.keeps_address)
}

/// Where in `network` an adapter that comes from `from` is attached: its own subnet, that of the same name, or the first.
fn spot(topology: &Topology, port: &Port, from: Spot, network: Id<Network>) -> Spot {
    if network == port.home.network {
        return port.home;
    }
    let subnets = &topology.networks[network].fabric.subnets;
    let name = topology.networks[from.network].fabric.subnets.get(from.subnet).map(|subnet| &subnet.name);
    let same = subnets.iter().position(|subnet| Some(&subnet.name) == name);
    Spot { network, subnet: same.unwrap_or(0) }
}

fn needs_address(topology: &Topology, is_static: bool, at: Spot) -> bool {
    is_static || topology.networks[at.network].fabric.isolation == Isolation::Wnv
}

/// Takes an address (T25: without a pool that fails).
fn take(topology: &Topology, used: &mut [Vec<u32>], at: Spot) -> Result<(), Reason> {
    let network = &topology.networks[at.network];
    let pool = network.fabric.subnets.get(at.subnet).map_or(network.pool, |subnet| subnet.pool);
    let pool = pool.ok_or(Reason::NoPool(at.network))?;
    let taken = &mut used[at.network.index()][at.subnet];
    if *taken >= pool {
        return Err(Reason::PoolExhausted(at.network));
    }
    *taken += 1;
    Ok(())
}

fn give_back(used: &mut [Vec<u32>], spots: Vec<Spot>) {
    for spot in spots {
        used[spot.network.index()][spot.subnet] -= 1;
    }
}

/// An adapter at the replica's side follows the new mapping of the network it came from.
fn attach_anew(topology: &Topology, used: &mut [Vec<u32>], port: &mut Port, to: Option<Id<Network>>) {
    let before = port.here;
    port.here = to.map(|to| spot(topology, port, before.unwrap_or(port.home), to));
    if port.here == before {
        return;
    }
    give_back(used, port.held.take().into_iter().collect());
    port.kept = false;
    if let Some(here) = port.here.filter(|here| needs_address(topology, port.is_static, *here)) {
        port.held = take(topology, used, here).is_ok().then_some(here);
    }
}

/// Whether a test network can take the place of the replica's (fact 4.29): network virtualisation takes neither an adapter with a dynamic address
/// from a VLAN, for lack of a pool, nor one without isolation where either side lacks subnets.
fn can_stand_in(topology: &Topology, is_static: bool, replica: Id<Network>, test: Id<Network>) -> bool {
    let (replica, test) = (&topology.networks[replica].fabric, &topology.networks[test].fabric);
    match (replica.isolation, test.isolation) {
        (Isolation::Vlan, Isolation::Wnv) => is_static,
        (Isolation::None, Isolation::Wnv) => !replica.subnets.is_empty() && !test.subnets.is_empty(),
        (Isolation::None | Isolation::Vlan, Isolation::None | Isolation::Vlan) | (Isolation::Wnv, _) => true,
    }
}

#[cfg(test)]
mod tests;
