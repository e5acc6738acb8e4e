//! Networks after a change of sites: subnets, pools, and mappings that operators change.

use drsim::facts::{Fact, JobOutcome, JobSeen, Missing, NetworkSeen, Refusal, Seen};
use drsim::ids::Id;
use drsim::measure::results::OutageRow;
use drsim::measure::results::VmEnd;
use drsim::operations::{Act, Operation};
use drsim::outage::Component;
use drsim::protection::Initial;
use drsim::scenario::Scenario;
use drsim::topology::{Dns, Isolation, Network, Subnet};
use drsim::units::{Span, Time};
use drsim::workload::Vm;

use crate::fleet::*;

fn subnet(name: &str, pool: Option<u32>) -> Subnet {
    Subnet { name: name.into(), pool }
}

/// VMs on `h1` that change their address.
fn changing(names: &[&str]) -> (Scenario, Vec<Id<Vm>>) {
    let mut it = fleet();
    it.topology.mappings[0].keeps_address = false;
    let vms: Vec<Id<Vm>> = names.iter().map(|name| vm(&mut it, name, 0)).collect();
    plan(&mut it, &[&vms]);
    (it, vms)
}

fn lost(scenario: &Scenario) -> OutageRow {
    run(scenario, vec![down(host(0), 0, None)])
}

/// Seconds from the start.
fn map(scenario: &mut Scenario, at: u64, from: usize, to: Option<usize>) {
    let act = Act::Map { from: Id::new(from), to: to.map(Id::new) };
    scenario.operations.push(Operation { name: "map".into(), at: Time::START.plus(s(at)), by: None, act });
}

#[test]
fn a_vm_joins_the_subnet_of_the_same_name_else_the_first() {
    let (mut it, _) = changing(&["a", "b"]);
    let subnets = |networks: &mut Scenario, index, list| {
        networks.topology.networks[Id::new(index)].fabric.subnets = list;
    };
    subnets(&mut it, 0, vec![subnet("db", Some(9)), subnet("web", Some(9))]);
    subnets(&mut it, 1, vec![subnet("front", Some(0)), subnet("web", Some(1))]);
    for vm in 0..2 {
        it.vms[Id::new(vm)].nics[0].subnet = 1;
    }
    let row = lost(&it);
    assert_eq!(vm_row(&row, "a").state, VmEnd::InService);
    let used_up = "address allocation failed: the pool of network lan-dr is used up";
    assert_eq!(vm_row(&row, "b").reason.as_deref(), Some(used_up), "the network's other subnet is not asked");
    it.vms[Id::new(1)].nics[0].subnet = 0;
    assert_eq!(vm_row(&lost(&it), "b").reason.as_deref(), Some(used_up), "no subnet db: the first");
    subnets(&mut it, 1, vec![subnet("front", Some(1)), subnet("web", Some(1))]);
    assert_eq!(vm_row(&lost(&it), "b").state, VmEnd::InService);
}

#[test]
fn network_virtualisation_needs_a_pool_even_for_dynamic_addresses() {
    let (mut it, _) = changing(&["a"]);
    it.vms[Id::new(0)].nics[0].static_address = false;
    it.topology.networks[Id::new(1)].pool = None;
    assert_eq!(vm_row(&lost(&it), "a").state, VmEnd::InService);
    it.topology.networks[Id::new(1)].fabric.isolation = Isolation::Wnv;
    let reason = "address allocation failed: network lan-dr has no static pool";
    assert_eq!(vm_row(&lost(&it), "a").reason.as_deref(), Some(reason));
    it.topology.networks[Id::new(1)].pool = Some(1);
    assert_eq!(vm_row(&lost(&it), "a").state, VmEnd::InService);
}

/// A second network at the recovery site, changes to which reach name servers 100 s later.
fn second_network(scenario: &mut Scenario) -> usize {
    let network = Network {
        name: "lan-dr2".into(),
        dns: Dns { ttl: Span::seconds(7), replication: Span::seconds(100) },
        ..scenario.topology.networks[Id::new(1)].clone()
    };
    push(&mut scenario.topology.networks, network).index()
}

#[test]
fn replicas_attach_to_what_their_network_is_mapped_to_when_they_are_needed() {
    let (mut it, _) = changing(&["a"]);
    let second = second_network(&mut it);
    let rta = |it: &Scenario| vm_row(&lost(it), "a").rta_from_outage_s.unwrap();
    let before = rta(&it);
    map(&mut it, 500, 0, Some(second));
    assert_eq!(rta(&it), before + 100.0, "1200 s of lan-hq, 100 s of lan-dr2");
    map(&mut it, 600, 0, None);
    let reason = "network lan-hq has no mapping to the recovery site";
    assert_eq!(vm_row(&lost(&it), "a").reason.as_deref(), Some(reason));
    map(&mut it, 700, 0, Some(1));
    assert_eq!(rta(&it), before);
}

#[test]
fn a_mapping_made_first_in_the_run_attaches_replicas_that_are_there() {
    let (mut it, _) = changing(&["a", "b"]);
    it.topology.mappings.clear();
    let unprotected = vm(&mut it, "c", 0);
    it.vms[unprotected].protection = None;
    map(&mut it, 500, 0, Some(1));
    assert_eq!(vm_row(&lost(&it), "a").state, VmEnd::InService);
    let seen = mapped(&it, vec![]);
    assert_eq!(seen, [Seen::Network(Id::new(0), NetworkSeen::Mapped { to: Some(Id::new(1)), replicas: 2 })]);
}

#[test]
fn a_vm_that_is_protected_later_attaches_to_what_is_mapped_by_then() {
    let (mut it, vms) = changing(&["a"]);
    let second = second_network(&mut it);
    let protection = it.vms[vms[0]].protection.as_mut().unwrap();
    protection.relationship.enabled = Some(Time::START.plus(s(600)));
    protection.relationship.initial = Initial::Network { at: None };
    operate(&mut it, 600, Act::Enable { vms: vms.clone() });
    let first = vm_row(&lost(&it), "a").rta_from_outage_s.unwrap();
    map(&mut it, 500, 0, Some(second));
    assert_eq!(vm_row(&lost(&it), "a").rta_from_outage_s.unwrap(), first + 100.0, "100 s of lan-dr2");
    map(&mut it, 700, 0, None);
    assert_eq!(vm_row(&lost(&it), "a").state, VmEnd::Isolated);
}

fn mapped(scenario: &Scenario, strikes: Vec<drsim::outage::Strike>) -> Vec<Seen> {
    let facts: Vec<Fact> = facts(scenario, &outage(strikes), Steady::default());
    facts
        .into_iter()
        .map(|fact| fact.seen)
        .filter(|seen| matches!(seen, Seen::Network(_, NetworkSeen::Mapped { .. })))
        .collect()
}

#[test]
fn mapping_is_a_job_and_needs_the_recovery_service() {
    let (mut it, _) = changing(&["a"]);
    map(&mut it, 1500, 0, None);
    let ends = |strikes| -> Vec<JobOutcome> {
        let facts = facts(&it, &outage(strikes), Steady::default());
        let end = |fact: Fact| {
            if let Seen::Job(_, JobSeen::Ended(outcome)) = fact.seen { Some(outcome) } else { None }
        };
        facts.into_iter().filter_map(end).collect()
    };
    assert_eq!(ends(vec![]), [JobOutcome::Succeeded]);
    let refused = JobOutcome::Failed(Refusal::ControlPlane(Missing::RecoveryService));
    assert_eq!(ends(vec![down(Component::RecoveryService, 0, None)]), [refused]);
    assert_eq!(mapped(&it, vec![down(Component::RecoveryService, 0, None)]), []);
}
