//! Adapters of two networks on either side, attached and attached anew.

use super::*;
use crate::protection::Protection;
use crate::topology::{Dns, Subnet};
use crate::units::Bytes;

/// Networks by index: `s` (0) and `s2` (1) at the first site, `r` (2) and `r2` (3) at the second; `s` is mapped to `r`. Pools of 2.
fn topology() -> Topology {
    // Names live for 10 s at the first site, for an hour at the second, where they change 3 s late.
    let network = |(name, site): (&str, usize)| Network {
        name: name.into(),
        site: Id::new(site),
        pool: Some(2),
        dns: match site {
            0 => Dns { ttl: Span::seconds(10), replication: Span::ZERO },
            _ => Dns { ttl: Span::seconds(3600), replication: Span::seconds(3) },
        },
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
const FOUND_THERE: Result<Span, Reason> = Ok(Span::seconds(13));
const FOUND_BACK: Result<Span, Reason> = Ok(Span::seconds(3600));

#[test]
fn an_unchanged_adapter_returns_to_its_own_network_and_address() {
    let (mut topology, vms) = (topology(), vms(2));
    // Two networks may lead to one, whose mapping back names only one of them.
    topology.mappings.push(NetworkMapping { from: id(2), to: id(1), keeps_address: false });
    let mut wiring = Wiring::new(&topology, &vms);
    assert_eq!(in_use(&wiring), [2, 0, 0, 0]);
    assert_eq!(wiring.join(&topology, id(0), id(THERE)), FOUND_THERE);
    assert_eq!((network(&wiring, 0), in_use(&wiring)), (Some(2), vec![2, 0, 1, 0]));
    // Starting again where it is changes nothing.
    assert_eq!(wiring.join(&topology, id(0), id(THERE)), Ok(Span::ZERO));
    assert_eq!(wiring.join(&topology, id(0), id(BACK)), FOUND_BACK);
    assert_eq!((network(&wiring, 0), in_use(&wiring)), (Some(0), vec![2, 0, 0, 0]), "the pool of 2 is full");
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
    assert_eq!(wiring.join(&topology, id(0), id(BACK)), FOUND_BACK);
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
    assert_eq!(wiring.join(&topology, id(0), id(BACK)), FOUND_BACK);
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
    assert_eq!(test(2, TestNetwork::Existing(id(1))), Err(Refusal::TestNetwork(id(1))), "not at this site");
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
