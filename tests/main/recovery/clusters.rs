//! Clusters: highly available VMs restart on another node, replicas move, and a restart is not protection (facts 6.6, 6.7, 9.12, 9.13).

use drsim::data_plane::{Notice, Trigger};
use drsim::facts::{Fact, JobKind, JobOutcome, PlanSeen, Refusal, Seen, VmSeen};
use drsim::ids::Id;
use drsim::operations::Act;
use drsim::outage::{Component, Estate, Target, components};
use drsim::protection::{Initial, Resync, State};
use drsim::scenario::Scenario;
use drsim::topology::{Cluster, FaultDomain, Host, Volume};
use drsim::units::Bytes;
use drsim::workload::Vm;

use crate::fleet::{FAULT, GB, down, host, plan, push, s, vm};
use crate::scripted::{Scripted, begins, estate, jobs, operation, play, states};

/// `h1` and `h2` are a cluster at `hq`, `r1` and a new `r2` (3) one at `dr`, each with a shared volume (3 and 4); restarts take 60 s.
fn clustered() -> Scenario {
    let mut scenario = estate(Resync::Immediate);
    let topology = &mut scenario.topology;
    let cluster = |name: &str, site| Cluster {
        name: name.into(),
        site: Id::new(site),
        has_broker: true,
        static_addresses: false,
        restart: s(60),
    };
    let (hq, dr) =
        (push(&mut topology.clusters, cluster("chq", 0)), push(&mut topology.clusters, cluster("cdr", 1)));
    let second = Host { name: "r2".into(), ..topology.hosts[Id::new(2)].clone() };
    let second = push(&mut topology.hosts, second);
    for (index, cluster) in [(0, hq), (1, hq), (2, dr), (second.index(), dr)] {
        topology.hosts[Id::new(index)].hyper_v.cluster = Some(cluster);
    }
    for (index, cluster) in [(0, hq), (2, dr)] {
        let mut volume = Volume { name: "csv".into(), ..topology.volumes[Id::new(index)].clone() };
        volume.storage.cluster = Some(cluster);
        push(&mut topology.volumes, volume);
    }
    scenario.control_plane.clouds[Id::new(1)].hosts.push(second);
    scenario
}

/// A VM on the shared volume of `hq`, with its replica on that of `dr`.
fn shared(scenario: &mut Scenario, name: &str, host: usize) -> Id<Vm> {
    let id = vm(scenario, name, host);
    scenario.vms[id].disks[0].volume = Id::new(3);
    scenario.vms[id].protection.as_mut().unwrap().replica_volume = Id::new(4);
    id
}

/// `(second, VM, host, restarted)` of every move.
fn moves(facts: &[Fact]) -> Vec<(u64, usize, usize, bool)> {
    let of = |fact: &Fact| {
        let Seen::Vm(vm, VmSeen::Moved { to, restarted }) = fact.seen else { return None };
        Some((fact.at.0 / 1_000_000, vm.index(), to.index(), restarted))
    };
    facts.iter().filter_map(of).collect()
}

fn replica_moves(facts: &[Fact]) -> Vec<(u64, usize)> {
    let of = |fact: &Fact| {
        let Seen::Vm(_, VmSeen::ReplicaMoved(to)) = fact.seen else { return None };
        Some((fact.at.0 / 1_000_000, to.index()))
    };
    facts.iter().filter_map(of).collect()
}

/// When a VM runs, after the first fault.
fn running(facts: &[Fact], of: Id<Vm>) -> Option<u64> {
    let is_it = |fact: &&Fact| matches!(fact.seen, Seen::Vm(vm, VmSeen::Running(_)) if vm == of);
    facts.iter().find(is_it).map(|fact| fact.at.since(FAULT).0 / 1_000_000)
}

#[test]
fn a_highly_available_vm_restarts_on_another_node_and_must_resynchronize() {
    let mut scenario = clustered();
    let web = shared(&mut scenario, "web", 0);
    plan(&mut scenario, &[&[web]]);
    // Down at 1000 s, powered on at 1060 s, running at 1180 s; the crash is noticed then.
    let data = Scripted::default().tells(1180, Notice::ResyncRequired(web, Trigger::Crash));
    let (data, facts) = play(&scenario, vec![down(host(0), 0, None)], data);
    assert_eq!(moves(&facts), [(1060, 0, 1, true)]);
    assert_eq!(running(&facts, web), Some(180));
    assert_eq!(
        data.called_of(&["stop_vm", "move_vm", "start_vm"]),
        [(1000, "stop_vm #0"), (1060, "move_vm #0 #1"), (1180, "start_vm #0")]
    );
    assert_eq!(
        states(&facts, web),
        [
            (1180, State::WaitingForStartResynchronize),
            (1180, State::Resynchronizing),
            (2180, State::Replicating)
        ]
    );
    // The plan was alarmed, and is not needed any more.
    assert!(facts.iter().any(|fact| matches!(fact.seen, Seen::Plan(_, PlanSeen::Cancelled))));
    assert!(!facts.iter().any(|fact| matches!(fact.seen, Seen::Plan(_, PlanSeen::Declared(_)))));
}

#[test]
fn a_vm_that_is_not_highly_available_or_not_on_shared_storage_waits_for_its_host() {
    let mut scenario = clustered();
    let alone = shared(&mut scenario, "alone", 0);
    scenario.vms[alone].guest.highly_available = false;
    let local = vm(&mut scenario, "local", 0);
    let (_, facts) = play(&scenario, vec![down(host(0), 0, Some(5000))], Scripted::default());
    assert_eq!(moves(&facts), []);
    assert_eq!((running(&facts, alone), running(&facts, local)), (Some(5120), Some(5120)));
}

#[test]
fn restarts_go_where_most_memory_is_free_then_by_name_and_only_where_there_is_room() {
    let mut scenario = clustered();
    let third = Host { name: "h3".into(), ..scenario.topology.hosts[Id::new(1)].clone() };
    let third = push(&mut scenario.topology.hosts, third).index();
    // 8 GB each: h2 offers 24 GB and h3 17 GB, so h2 (24 against 17), h3 (17 against 16), h2 (16 against 9), h3 (9 against 8), h2; the
    // sixth finds 0 and 1 GB.
    scenario.topology.hosts[Id::new(1)].memory = Bytes(24 * GB);
    scenario.topology.hosts[Id::new(third)].memory = Bytes(17 * GB);
    for index in 0..6 {
        shared(&mut scenario, &format!("v{index}"), 0);
    }
    let (_, facts) = play(&scenario, vec![down(host(0), 0, None)], Scripted::default());
    let expected = [
        (1060, 0, 1, true),
        (1060, 1, third, true),
        (1060, 2, 1, true),
        (1060, 3, third, true),
        (1060, 4, 1, true),
    ];
    assert_eq!(moves(&facts), expected);
    assert_eq!(running(&facts, Id::new(5)), None);
}

#[test]
fn a_node_that_is_back_takes_what_found_no_place() {
    let mut scenario = clustered();
    let web = shared(&mut scenario, "web", 0);
    let strikes = vec![down(host(0), 0, None), down(host(1), 0, Some(3000))];
    let (_, facts) = play(&scenario, strikes, Scripted::default());
    assert_eq!(moves(&facts), [(4000, 0, 1, true)]);
    assert_eq!(running(&facts, web), Some(3120));
}

#[test]
fn a_host_that_is_back_before_the_cluster_acts_keeps_its_vms() {
    let mut scenario = clustered();
    let web = shared(&mut scenario, "web", 0);
    let (_, facts) = play(&scenario, vec![down(host(0), 0, Some(59))], Scripted::default());
    assert_eq!((moves(&facts), running(&facts, web)), (vec![], Some(179)));
    // Struck again at once, the cluster's time begins anew.
    let strikes = vec![down(host(0), 0, Some(30)), down(host(0), 40, None)];
    let (_, facts) = play(&scenario, strikes, Scripted::default());
    assert_eq!(moves(&facts), [(1100, 0, 1, true)]);
}

#[test]
fn a_shared_volume_that_fails_takes_the_vms_of_all_nodes_and_no_restart_helps() {
    let mut scenario = clustered();
    let (web, sql) = (shared(&mut scenario, "web", 0), shared(&mut scenario, "sql", 1));
    let strikes = vec![down(Component::Volume(Id::new(3)), 0, Some(500)), down(host(0), 0, Some(400))];
    let (_, facts) = play(&scenario, strikes, Scripted::default());
    assert_eq!(moves(&facts), []);
    assert_eq!((running(&facts, web), running(&facts, sql)), (Some(620), Some(620)));
}

#[test]
fn a_replica_moves_to_another_node_while_the_broker_works() {
    let mut scenario = clustered();
    shared(&mut scenario, "web", 0);
    let (data, facts) = play(&scenario, vec![down(host(2), 0, None)], Scripted::default());
    assert_eq!(replica_moves(&facts), [(1060, 3)]);
    assert_eq!(data.called_of(&["move_replica"]), [(1060, "move_replica #0 #3 #4")]);
    // With its broker struck it waits for it; without one for the node.
    let broker = down(Component::Broker(Id::new(1)), 0, Some(600));
    let (_, facts) = play(&scenario, vec![down(host(2), 0, None), broker], Scripted::default());
    assert_eq!(replica_moves(&facts), [(1600, 3)]);
    scenario.topology.clusters[Id::new(1)].has_broker = false;
    let (_, facts) = play(&scenario, vec![down(host(2), 0, None)], Scripted::default());
    assert_eq!(replica_moves(&facts), []);
}

#[test]
fn without_a_broker_no_replica_is_placed_on_a_cluster() {
    let mut scenario = clustered();
    let web = shared(&mut scenario, "web", 0);
    begins(&mut scenario, web, Initial::Network { at: None }, Some(1000));
    operation(&mut scenario, 1000, Act::Enable { vms: vec![web] });
    let broker = down(Component::Broker(Id::new(1)), 0, None);
    let (_, facts) = play(&scenario, vec![broker], Scripted::default());
    let refused = JobOutcome::Failed(Refusal::NoBroker(Id::new(2)));
    assert_eq!(jobs(&facts), [(1000, JobKind::EnableProtection, 1030, refused)]);
}

#[test]
fn a_moved_replica_is_where_a_failover_starts_the_vm() {
    let mut scenario = clustered();
    let web = shared(&mut scenario, "web", 0);
    plan(&mut scenario, &[&[web]]);
    // The first node of the recovery site goes down, then the whole of the source.
    let source = [host(0), host(1)].map(|it| down(it, 500, None));
    let strikes = [down(host(2), 0, None)].into_iter().chain(source).collect();
    let (_, facts) = play(&scenario, strikes, Scripted::default());
    // Detected after 120 s, declared after 300 s more, 30 s to the job, 5 s of failover, 120 s of boot.
    assert_eq!(running(&facts, web), Some(500 + 120 + 300 + 30 + 5 + 120));
}

#[test]
fn a_domain_that_takes_one_node_spares_the_shared_volume_and_one_that_takes_all_does_not() {
    let mut scenario = clustered();
    let rack = push(&mut scenario.topology.domains, FaultDomain { name: "rack".into(), within: None });
    let hit = |scenario: &Scenario| {
        let estate = Estate { topology: &scenario.topology, control_plane: &scenario.control_plane };
        components(Target::Domain(rack), estate)
    };
    scenario.topology.hosts[Id::new(0)].domains = vec![rack];
    let volume = |index| Component::Volume(Id::new(index));
    assert_eq!(hit(&scenario), [host(0), volume(0)]);
    scenario.topology.hosts[Id::new(1)].domains = vec![rack];
    assert_eq!(hit(&scenario), [host(0), host(1), volume(0), volume(1), volume(3)]);
}
