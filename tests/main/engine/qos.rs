//! QoS policies and live migration, in closed form: 100 MB a VM written in the first 100 s, cut at 100 s, over a link of 10 MB/s.

use drsim::assess::{Options, assess};
use drsim::data_plane::{DataPlane, Notice};
use drsim::engine::plane::Plane;
use drsim::ids::{Id, Table};
use drsim::protection::Overrun;
use drsim::scenario::Scenario;
use drsim::topology::{Host, QosAction, QosPolicy, Traffic};
use drsim::units::{Bytes, MICROS, Rate, Ratio, Span, Time};
use drsim::workload::{AfterEnd, Layer};

use crate::fleet::push;
use crate::pair::{MB, Points, pair, plane, points, policy};

fn burst() -> Vec<Layer> {
    let (bins, bin) = ([100 * MB].into(), Span::seconds(100));
    vec![Layer::Measured { bins, bin, growth: Ratio::ONE, after_end: AfterEnd::Zero }]
}

/// VMs on these hosts: 0 and 2 stand at the first site, 1 at the second.
fn vms_on(hosts: &[usize]) -> Scenario {
    let churn = hosts.iter().map(|_| burst()).collect();
    let mut it = pair(Rate(10 * MB), policy(100, Overrun::Queue), churn);
    let second = Host { name: "host2".into(), ..it.topology.hosts[Id::new(0)].clone() };
    push(&mut it.topology.hosts, second);
    for (vm, host) in hosts.iter().enumerate() {
        it.vms[Id::new(vm)].host = Id::new(*host);
    }
    it
}

fn on_host0(name: &str, matches: Traffic, action: QosAction) -> QosPolicy {
    QosPolicy { name: name.into(), hosts: vec![Id::new(0)], matches, action, precedence: 127, in_force: None }
}

fn rate(megabytes: u64) -> QosAction {
    QosAction::Rate(Rate(megabytes * MB))
}

fn second(seconds: u64) -> Time {
    Time(seconds * MICROS)
}

/// When each VM's 100 MB are applied, in µs after the cut.
fn times(points: &Points, vms: usize) -> Vec<u64> {
    let full = |vm: usize| points.0.iter().find(|point| point.vm == vm && point.raw > 0);
    (0..vms).map(|vm| full(vm).expect("its log is applied").at - 100 * MICROS).collect()
}

fn seconds_of(scenario: &Scenario) -> Vec<u64> {
    let times = times(&points(scenario, 1000), scenario.vms.len());
    assert!(times.iter().all(|time| time % MICROS == 0), "whole seconds: {times:?}");
    times.iter().map(|time| time / MICROS).collect()
}

fn moved_while(plane: &mut Plane<Points>, from: u64, to: u64, on: bool) {
    plane.advance(second(from));
    plane.set_qos(Id::new(0), on);
    plane.advance(second(to));
    plane.set_qos(Id::new(0), !on);
    plane.advance(second(1000));
}

#[test]
fn a_rate_caps_the_sum_of_what_a_host_sends_and_leaves_the_rest_to_others() {
    let mut it = vms_on(&[0, 0, 2]);
    it.topology.qos = Table::new(vec![on_host0("slow", Traffic::Port(8084), rate(2))]);
    // Two at 1 MB/s each; the third has 8 MB/s.
    let times = times(&points(&it, 1000), 3);
    assert_eq!(times, [100 * MICROS, 100 * MICROS, 12_500_000]);
}

#[test]
fn a_vm_on_a_node_without_the_policy_is_not_throttled() {
    for (host, expected) in [(0, 50), (2, 10)] {
        let mut it = vms_on(&[host]);
        it.topology.qos = Table::new(vec![on_host0("slow", Traffic::Vmms, rate(2))]);
        assert_eq!(seconds_of(&it), [expected]);
    }
}

#[test]
fn a_policy_that_does_not_match_does_nothing() {
    for matches in [Traffic::Port(80), Traffic::To(Id::new(0))] {
        let mut it = vms_on(&[0]);
        it.topology.qos = Table::new(vec![on_host0("slow", matches, rate(2))]);
        assert_eq!(seconds_of(&it), [10]);
    }
    let mut it = vms_on(&[0]);
    it.topology.qos = Table::new(vec![on_host0("slow", Traffic::To(Id::new(1)), rate(2))]);
    assert_eq!(seconds_of(&it), [50]);
}

#[test]
fn the_highest_precedence_counts_then_the_name() {
    let mut it = vms_on(&[0]);
    let policies = [("a", 1, 127), ("b", 4, 200), ("c", 2, 200), ("d", 5, 199)];
    let policies = policies.map(|(name, megabytes, precedence)| QosPolicy {
        precedence,
        ..on_host0(name, Traffic::Vmms, rate(megabytes))
    });
    it.topology.qos = Table::new(policies.to_vec());
    assert_eq!(seconds_of(&it), [25], "b");
    for policy in it.topology.qos.ids() {
        it.topology.qos[policy].precedence = 127;
    }
    assert_eq!(seconds_of(&it), [100], "a");
    // Out of force it leaves the field to the next.
    it.topology.qos[Id::new(0)].in_force = Some(vec![]);
    assert_eq!(seconds_of(&it), [25], "b");
}

#[test]
fn a_weight_is_a_share_under_contention_and_never_a_cap() {
    let weight = |name: &str, port| on_host0(name, Traffic::Port(port), QosAction::Weight(3));
    let mut it = vms_on(&[0]);
    it.topology.qos = Table::new(vec![weight("share", 8084)]);
    assert_eq!(seconds_of(&it), [10], "alone it has the whole link");
    // Two hosts: the link is no card of theirs, and each has half of it.
    let mut it = vms_on(&[0, 2]);
    it.topology.qos = Table::new(vec![weight("share", 8084)]);
    it.topology.hosts[Id::new(0)].nic = Some(Rate(8 * MB));
    assert_eq!(seconds_of(&it), [20, 20]);
    // Two VMs of one host, whose card of 8 MB/s binds: 6 and 2 MB/s, then the rest at 8 MB/s.
    let mut it = two_ports();
    it.topology.qos = Table::new(vec![weight("share", 8084)]);
    it.topology.hosts[Id::new(0)].nic = Some(Rate(8 * MB));
    assert_eq!(times(&points(&it, 1000), 2), [16_666_667, 25_000_000]);
    // Where the card does not bind, the weight does nothing.
    it.topology.hosts[Id::new(0)].nic = Some(Rate(20 * MB));
    assert_eq!(seconds_of(&it), [20, 20]);
}

/// Two VMs on host 0: the first replicates by port 8084, the second by 443.
fn two_ports() -> Scenario {
    let mut it = vms_on(&[0, 0]);
    let mut other = policy(100, Overrun::Queue);
    other.settings.port = 443;
    let other = push(&mut it.policies, other);
    it.vms[Id::new(1)].protection.as_mut().unwrap().policy = other;
    it
}

/// What one flow cannot use goes to the others of its card, and no other host loses any of it.
#[test]
fn a_weight_moves_bytes_only_between_flows_of_one_card() {
    let mut it = two_ports();
    it.topology.qos = Table::new(vec![on_host0("share", Traffic::Port(8084), QosAction::Weight(99))]);
    it.topology.hosts[Id::new(0)].nic = Some(Rate(6 * MB));
    let third = drsim::workload::Vm { name: "third".into(), host: Id::new(2), ..it.vms[Id::new(0)].clone() };
    push(&mut it.vms, third);
    // The favoured one gets no more of the link than the other host's: 4, 2 and 4 MB/s, then the rest at the 6 MB/s of the card.
    assert_eq!(times(&points(&it, 1000), 3), [25_000_000, 33_333_334, 25_000_000]);
    // The card gives 4 MB/s: 3.96 and 0.04, and the third has 6.
    it.topology.hosts[Id::new(0)].nic = Some(Rate(4 * MB));
    let at = times(&points(&it, 1000), 3);
    assert_eq!((at[0], at[2]), (25_252_526, 16_666_667));
    assert_eq!(at[1], 50_000_000, "the card is busy all the time");
    // A stream's cap keeps the favoured one at 3 MB/s: the other has 1, and then 3.
    it.topology.hosts[Id::new(0)].stream_cap = Some(Rate(3 * MB));
    let at = times(&points(&it, 1000), 2);
    assert_eq!(at[0], 33_333_334);
    assert_eq!(at[1], 55_555_556);
}

#[test]
fn a_policy_holds_from_edge_to_edge() {
    let mut it = vms_on(&[0]);
    let window = vec![(second(105), second(110))];
    it.topology.qos =
        Table::new(vec![QosPolicy { in_force: Some(window), ..on_host0("slow", Traffic::Vmms, rate(2)) }]);
    // 50 MB at 10, 10 MB at 2, 40 MB at 10 MB/s.
    assert_eq!(seconds_of(&it), [14]);
    // In force from the start to an edge after the cut: 6 MB at 2, 94 MB at 10 MB/s.
    it.topology.qos[Id::new(0)].in_force = Some(vec![(Time::START, second(103))]);
    assert_eq!(times(&points(&it, 1000), 1), [12_400_000]);
}

#[test]
fn operators_make_and_remove_policies() {
    let mut it = vms_on(&[0]);
    let never = QosPolicy { in_force: Some(vec![]), ..on_host0("slow", Traffic::Vmms, rate(2)) };
    it.topology.qos = Table::new(vec![never]);
    let mut on = plane(&it, Points::default());
    moved_while(&mut on, 105, 110, true);
    assert_eq!(times(&on.observer, 1), [14 * MICROS]);
    // 10 MB at 2, 50 MB at 10, 10 MB at 2, 30 MB at 10 … but for an edge, which has the last word: from 112 s on it is off.
    it.topology.qos[Id::new(0)].in_force = Some(vec![(Time::START, second(112))]);
    let mut off = plane(&it, Points::default());
    moved_while(&mut off, 105, 110, false);
    // 10 MB, 50 MB, 4 MB, then 36 MB at 10 MB/s.
    assert_eq!(times(&off.observer, 1), [15_600_000]);
    off.kernel.audit(&it).unwrap();
}

/// A migrating VM of 10 MB on host 0, without protection, beside one that sends 100 MB from there.
fn with_migrant(matches: Traffic) -> Scenario {
    let mut it = vms_on(&[0, 0]);
    it.vms[Id::new(1)].protection = None;
    it.vms[Id::new(1)].memory = Bytes(10 * MB);
    it.topology.qos = Table::new(vec![on_host0("slow", matches, rate(2))]);
    it
}

#[test]
fn migration_and_replication_share_the_cap_of_vmms() {
    let it = with_migrant(Traffic::Vmms);
    let mut plane = plane(&it, Points::default());
    plane.advance(second(100));
    plane.migrate_vm(Id::new(1), Id::new(2), None);
    // 1 MB/s each until the memory is there; then 90 MB at 2 MB/s.
    assert_eq!(plane.advance(second(1000)), second(110));
    assert_eq!((plane.notice(), plane.notice()), (Some(Notice::Migrated(Id::new(1))), None));
    assert_eq!(plane.advance(second(1000)), second(1000));
    assert_eq!(times(&plane.observer, 1), [55 * MICROS]);
    plane.kernel.audit(&it).unwrap();
}

#[test]
fn a_port_is_replication_only_and_what_nothing_limits_takes_no_time() {
    let it = with_migrant(Traffic::Port(8084));
    let mut plane = plane(&it, Points::default());
    plane.advance(second(100));
    plane.migrate_vm(Id::new(1), Id::new(2), None);
    assert_eq!(plane.notice(), Some(Notice::Migrated(Id::new(1))));
    plane.advance(second(1000));
    assert_eq!(times(&plane.observer, 1), [50 * MICROS]);
}

#[test]
fn a_migration_within_a_site_takes_cards_and_between_sites_the_route() {
    let mut it = with_migrant(Traffic::Port(80));
    it.topology.hosts[Id::new(2)].nic = Some(Rate(4 * MB));
    // 10 MB at 4 MB/s to the card of host 2, at 10 MB/s over the link to host 1.
    for (to, expected) in [(2, 2_500_000), (1, 1_000_000)] {
        let mut plane = plane(&it, Points::default());
        plane.migrate_vm(Id::new(1), Id::new(to), None);
        assert_eq!(plane.advance(second(50)), Time(expected));
        let at_link = plane.kernel.carried_by(0) / u128::from(MICROS);
        assert_eq!(at_link, if to == 1 { 10_000_000 } else { 0 });
    }
}

#[test]
fn a_policy_that_begins_slows_a_migration_under_way() {
    let mut it = with_migrant(Traffic::To(Id::new(1)));
    it.topology.qos[Id::new(0)].in_force = Some(vec![(Time(500_000), second(50))]);
    let mut plane = plane(&it, Points::default());
    plane.migrate_vm(Id::new(1), Id::new(1), None);
    // 5 MB in the first half second, 5 MB at 2 MB/s.
    assert_eq!(plane.advance(second(50)), second(3));
}

#[test]
fn a_migration_fails_with_its_path_or_its_vm() {
    let failed = Some(Notice::MigrationFailed(Id::new(1)));
    type Fault = fn(&mut Plane<Points>);
    let faults: [Fault; 4] = [
        |plane| plane.set_link(Id::new(0), None),
        |plane| plane.set_host(Id::new(1), false),
        |plane| plane.set_host(Id::new(0), false),
        |plane| plane.stop_vm(Id::new(1)),
    ];
    for fault in faults {
        let it = with_migrant(Traffic::Port(80));
        let mut plane = plane(&it, Points::default());
        plane.migrate_vm(Id::new(1), Id::new(1), None);
        plane.advance(Time(500_000));
        fault(&mut plane);
        assert_eq!((plane.notice(), plane.notice()), (failed, None));
        assert_eq!(plane.kernel.carried_by(0), 5 * u128::from(MB) * u128::from(MICROS));
        assert_eq!(plane.advance(second(50)), second(50), "nothing more comes of it");
    }
    // Nor does one begin to a host that is down.
    let it = with_migrant(Traffic::Port(80));
    let mut plane = plane(&it, Points::default());
    plane.set_host(Id::new(1), false);
    plane.migrate_vm(Id::new(1), Id::new(1), None);
    assert_eq!(plane.notice(), failed);
}

#[test]
fn what_bound_an_age_is_named() {
    let mut it = vms_on(&[0]);
    it.topology.qos = Table::new(vec![on_host0("slow", Traffic::Vmms, rate(2))]);
    let (results, _) = assess(&it, &Options { threads: 1, progress: &|_| {} }).unwrap();
    let by: Vec<&str> = results.vms[0].bound.iter().map(|bound| &*bound.by).collect();
    assert!(by.contains(&"QoS policy slow on host host0"), "{by:?}");
}
