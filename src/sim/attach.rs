//! Which network each adapter is attached to, at which subnet, and which addresses of static pools are in use.
//!
//! An adapter stands in one network, `here`, and leads to another at the peer site: where it came from, as long as nobody has mapped anew,
//! else where the mapping says (facts 6.15, 6.18). So a VM that fails back returns to its own network, a disconnected adapter stays
//! disconnected, and a changed mapping is followed, in both directions. In the target network it joins the subnet of the same name,
//! else the first (fact 6.16). A static address, and any in a network with network virtualisation, comes from the subnet's pool (fact 6.19),
//! unless the mapping keeps addresses: that flag says the subnet is stretched or wholly moved, as part of one cannot keep them (fact 6.21).
//! The address in a VM's own network stays reserved for it (fact 6.20); any other is given back when it leaves.

use std::collections::BTreeMap;

use crate::facts::{Reason, Refusal};
use crate::ids::{Id, Table};
use crate::operations::TestNetwork;
use crate::topology::{Isolation, Network, NetworkMapping, Site, Topology};
use crate::units::Span;
use crate::workload::{Nic, Vm};

/// All adapters, mappings and pools.
#[derive(Clone, Debug)]
pub(super) struct Wiring {
    mappings: Vec<NetworkMapping>,
    /// Addresses in use by network and subnet.
    used: Vec<Vec<u32>>,
    /// By VM and adapter.
    ports: Vec<Vec<Port>>,
    /// Addresses of test VMs.
    tests: BTreeMap<Id<Vm>, Vec<Spot>>,
}

/// An adapter.
#[derive(Clone, Debug)]
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

    /// Connects `vm` at `site`, wherever it was: how long until it is found there, or why it runs isolated. Without an address for every
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
        let port = &mut self.ports[vm.index()][index];
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
        let port = &mut self.ports[vm.index()][index];
        let here = port.here.ok_or(Reason::NoMapping(from.network))?;
        if port.kept {
            return Ok(Span::ZERO);
        }
        let has_one = (port.reserved && here == port.home) || port.held.is_some();
        if !has_one && needs_address(topology, port.is_static, here) {
            take(topology, &mut self.used, here)?;
            port.held = Some(here);
        }
        Ok(if is_there { Span::ZERO } else { topology.networks[here.network].dns_ttl })
    }

    /// `vm` is gone for good from where it is: its addresses there are free again.
    pub(super) fn leave(&mut self, vm: Id<Vm>) {
        self.release(vm);
        for port in &mut self.ports[vm.index()] {
            if port.here == Some(port.home) && std::mem::take(&mut port.reserved) {
                self.used[port.home.network.index()][port.home.subnet] -= 1;
            }
        }
    }

    fn release(&mut self, vm: Id<Vm>) {
        for port in &mut self.ports[vm.index()] {
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
            for port in ports {
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
                for port in ports {
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
mod tests {
    use super::*;
    use crate::protection::Protection;
    use crate::topology::Subnet;
    use crate::units::Bytes;

    /// Networks by index: `s` (0) and `s2` (1) at the first site, `r` (2) and `r2` (3) at the second; `s` is mapped to `r`. Pools of 2.
    fn topology() -> Topology {
        let network = |(name, site): (&str, usize)| Network {
            name: name.into(),
            site: Id::new(site),
            pool: Some(2),
            dns_ttl: Span::seconds(10),
            fabric: Default::default(),
        };
        Topology {
            networks: [("s", 0), ("s2", 0), ("r", 1), ("r2", 1)].into_iter().map(network).collect(),
            mappings: vec![NetworkMapping { from: Id::new(0), to: Id::new(2), keeps_address: false }],
            ..Topology::default()
        }
    }

    /// VMs with one static adapter each in `s`.
    fn vms(count: usize) -> Table<Vm> {
        let protection = Protection {
            policy: Id::new(0),
            replica_host: Id::new(0),
            replica_volume: Id::new(0),
            relationship: Default::default(),
        };
        let vm = |_| Vm {
            name: String::new(),
            host: Id::new(0),
            cores: 1,
            memory: Bytes(1),
            disks: vec![],
            nics: vec![Nic { network: Id::new(0), static_address: true, subnet: 0 }],
            boot: Span::ZERO,
            readiness: Span::ZERO,
            protection: Some(protection.clone()),
            guest: Default::default(),
        };
        (0..count).map(vm).collect()
    }

    fn id<T>(index: usize) -> Id<T> {
        Id::new(index)
    }

    fn network(wiring: &Wiring, vm: usize) -> Option<usize> {
        wiring.ports[vm][0].here.map(|here| here.network.index())
    }

    fn in_use(wiring: &Wiring) -> Vec<u32> {
        wiring.used.iter().map(|subnets| subnets.iter().sum()).collect()
    }

    const THERE: usize = 1;
    const BACK: usize = 0;
    const TTL: Result<Span, Reason> = Ok(Span::seconds(10));

    #[test]
    fn an_unchanged_adapter_returns_to_its_own_network_and_address() {
        let (mut topology, vms) = (topology(), vms(2));
        // Two networks may lead to one, whose mapping back names only one of them.
        topology.mappings.push(NetworkMapping { from: id(2), to: id(1), keeps_address: false });
        let mut wiring = Wiring::new(&topology, &vms);
        assert_eq!(in_use(&wiring), [2, 0, 0, 0]);
        assert_eq!(wiring.join(&topology, id(0), id(THERE)), TTL);
        assert_eq!((network(&wiring, 0), in_use(&wiring)), (Some(2), vec![2, 0, 1, 0]));
        // Starting again where it is changes nothing.
        assert_eq!(wiring.join(&topology, id(0), id(THERE)), Ok(Span::ZERO));
        assert_eq!(wiring.join(&topology, id(0), id(BACK)), TTL);
        assert_eq!(
            (network(&wiring, 0), in_use(&wiring)),
            (Some(0), vec![2, 0, 0, 0]),
            "the pool of 2 is full"
        );
    }

    #[test]
    fn a_kept_address_is_kept_both_ways() {
        let (mut topology, vms) = (topology(), vms(1));
        topology.mappings[0].keeps_address = true;
        topology.networks[id(2)].pool = None;
        let mut wiring = Wiring::new(&topology, &vms);
        for site in [THERE, THERE, BACK, THERE] {
            assert_eq!(wiring.join(&topology, id(0), id(site)), Ok(Span::ZERO));
            assert_eq!(in_use(&wiring), [1, 0, 0, 0]);
        }
    }

    #[test]
    fn a_disconnected_adapter_stays_disconnected() {
        let (mut topology, vms) = (topology(), vms(1));
        topology.mappings.clear();
        let mut wiring = Wiring::new(&topology, &vms);
        for site in [THERE, BACK, THERE] {
            assert_eq!(wiring.join(&topology, id(0), id(site)), Err(Reason::NoMapping(id(0))));
            assert_eq!(network(&wiring, 0), None);
        }
    }

    #[test]
    fn a_mapping_changed_at_the_other_side_is_followed_on_the_way_back() {
        let (topology, vms) = (topology(), vms(1));
        let mut wiring = Wiring::new(&topology, &vms);
        wiring.join(&topology, id(0), id(THERE)).unwrap();
        let mut unmapped = wiring.clone();
        assert_eq!(wiring.remap(&topology, &vms, id(2), Some(id(1))), 1);
        assert_eq!(wiring.join(&topology, id(0), id(BACK)), TTL);
        assert_eq!((network(&wiring, 0), in_use(&wiring)), (Some(1), vec![1, 1, 0, 0]));
        // Now it leads from `s2` to where it came from.
        wiring.join(&topology, id(0), id(THERE)).unwrap();
        assert_eq!((network(&wiring, 0), in_use(&wiring)), (Some(2), vec![1, 0, 1, 0]));
        assert_eq!(unmapped.remap(&topology, &vms, id(2), None), 1);
        assert_eq!(unmapped.join(&topology, id(0), id(BACK)), Err(Reason::NoMapping(id(2))));
    }

    #[test]
    fn failed_over_vms_follow_a_mapping_that_changes_with_their_addresses() {
        let (topology, vms) = (topology(), vms(2));
        let mut wiring = Wiring::new(&topology, &vms);
        wiring.join(&topology, id(0), id(THERE)).unwrap();
        assert_eq!(wiring.remap(&topology, &vms, id(0), Some(id(3))), 2, "one there, one to come");
        assert_eq!((network(&wiring, 0), in_use(&wiring)), (Some(3), vec![2, 0, 0, 1]));
        wiring.join(&topology, id(1), id(THERE)).unwrap();
        assert_eq!((network(&wiring, 1), in_use(&wiring)), (Some(3), vec![2, 0, 0, 2]));
        assert_eq!(wiring.remap(&topology, &vms, id(0), None), 2);
        assert_eq!((network(&wiring, 0), in_use(&wiring)), (None, vec![2, 0, 0, 0]));
        assert_eq!(wiring.remap(&topology, &vms, id(0), Some(id(2))), 2, "attached again");
        assert_eq!((network(&wiring, 0), in_use(&wiring)), (Some(2), vec![2, 0, 2, 0]));
        assert_eq!(wiring.join(&topology, id(0), id(BACK)), TTL);
        assert_eq!((network(&wiring, 0), in_use(&wiring)), (Some(0), vec![2, 0, 1, 0]));
    }

    #[test]
    fn a_vm_takes_all_its_addresses_or_none() {
        let (topology, mut vms) = (topology(), vms(2));
        let two = [0, 0].map(|network| Nic { network: id(network), static_address: true, subnet: 0 });
        vms[id(0)].nics = two.to_vec();
        let mut wiring = Wiring::new(&topology, &vms);
        wiring.join(&topology, id(1), id(THERE)).unwrap();
        assert_eq!(wiring.join(&topology, id(0), id(THERE)), Err(Reason::PoolExhausted(id(2))));
        assert_eq!(in_use(&wiring), [3, 0, 1, 0]);
    }

    #[test]
    fn who_leaves_for_good_gives_back_what_it_has_there() {
        let (topology, vms) = (topology(), vms(2));
        let mut wiring = Wiring::new(&topology, &vms);
        wiring.join(&topology, id(0), id(THERE)).unwrap();
        wiring.leave(id(0));
        assert_eq!(in_use(&wiring), [2, 0, 0, 0], "its own stays reserved");
        wiring.leave(id(1));
        assert_eq!(in_use(&wiring), [1, 0, 0, 0]);
        // It would have to take a new one there.
        wiring.join(&topology, id(1), id(THERE)).unwrap();
        wiring.join(&topology, id(1), id(BACK)).unwrap();
        assert_eq!(in_use(&wiring), [2, 0, 0, 0]);
    }

    #[test]
    fn a_test_vm_takes_addresses_of_the_test_network_and_gives_them_back() {
        let (topology, vms) = (topology(), vms(3));
        let mut wiring = Wiring::new(&topology, &vms);
        let mut test = |vm, network| wiring.test_join(&topology, id(vm), id(THERE), network);
        assert_eq!(test(0, TestNetwork::None), Ok(false));
        assert_eq!(test(0, TestNetwork::Created), Ok(true));
        let existing = TestNetwork::Existing(id(3));
        assert_eq!((test(0, existing), test(1, existing)), (Ok(true), Ok(true)));
        assert_eq!(test(2, existing), Err(Refusal::TestNetwork(id(3))), "its pool is used up");
        assert_eq!(
            test(2, TestNetwork::Existing(id(1))),
            Err(Refusal::TestNetwork(id(1))),
            "not at this site"
        );
        assert_eq!((network(&wiring, 0), in_use(&wiring)), (Some(0), vec![3, 0, 0, 2]));
        wiring.test_leave(id(0));
        wiring.test_leave(id(2));
        assert_eq!(in_use(&wiring), [3, 0, 0, 1]);
    }

    #[test]
    fn some_kinds_of_networks_cannot_stand_in_for_others() {
        let subnet = || Subnet { name: "x".into(), pool: Some(9) };
        let test = |replica, subnets: bool, is_static, pool| {
            let (mut topology, mut vms) = (topology(), vms(1));
            vms[id(0)].nics[0].static_address = is_static;
            topology.networks[id(2)].fabric.isolation = replica;
            topology.networks[id(3)].fabric.isolation = Isolation::Wnv;
            topology.networks[id(3)].pool = pool;
            if subnets {
                topology.networks[id(2)].fabric.subnets = vec![subnet()];
                topology.networks[id(3)].fabric.subnets = vec![subnet()];
            }
            let mut wiring = Wiring::new(&topology, &vms);
            wiring.test_join(&topology, id(0), id(THERE), TestNetwork::Existing(id(3))).is_ok()
        };
        assert!(!test(Isolation::Vlan, true, false, None), "dynamic, from a VLAN");
        assert!(test(Isolation::Vlan, true, true, None));
        assert!(!test(Isolation::None, false, true, Some(9)), "no isolation, no subnets");
        assert!(test(Isolation::None, true, true, None));
        assert!(test(Isolation::Wnv, false, false, Some(9)));
        assert!(!test(Isolation::Wnv, false, false, None), "network virtualisation needs a pool");
    }
}
