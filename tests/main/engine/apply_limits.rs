//! Limits on applying at the replica's host and volume, in closed form. Logs are cut at 100 s and go over a link of 100 MB/s.

use drsim::data_plane::DataPlane;
use drsim::ids::Id;
use drsim::protection::Overrun;
use drsim::scenario::Scenario;
use drsim::topology::{Host, HyperV};
use drsim::units::{MICROS, Rate, Ratio, Span, Time};
use drsim::workload::{AfterEnd, Disk, Layer};

use crate::fleet::push;
use crate::pair::{MB, Points, pair, plane, points, policy};

/// A VM for each number, which writes so many MB in the first 100 s.
fn writers(megabytes: &[u64]) -> Scenario {
    let burst = |megabytes: &u64| {
        let bins = [megabytes * MB].into();
        vec![Layer::Measured { bins, bin: Span::seconds(100), growth: Ratio::ONE, after_end: AfterEnd::Zero }]
    };
    pair(Rate(100 * MB), policy(1000, Overrun::Queue), megabytes.iter().map(burst).collect())
}

fn at_phase(mut scenario: Scenario) -> Scenario {
    scenario.policies[Id::new(0)].phase = drsim::protection::Phase::At(Span::seconds(100));
    scenario
}

fn replica_host(scenario: &mut Scenario) -> &mut HyperV {
    &mut scenario.topology.hosts[Id::new(1)].hyper_v
}

/// When each VM's log is applied, in seconds after the cut.
fn times(points: &Points, vms: usize) -> Vec<u64> {
    let full = |vm: usize| points.0.iter().find(|point| point.vm == vm && point.raw > 0);
    (0..vms).map(|vm| (full(vm).expect("it is applied").at - 100 * MICROS) / MICROS).collect()
}

fn run(scenario: &Scenario) -> Vec<u64> {
    times(&points(scenario, 1050), scenario.vms.len())
}

fn first(scenario: &Scenario) -> u64 {
    times(&points(scenario, 1050), 1)[0]
}

/// The third arrives after 3 s, the second after 5 s, the first after 6 s; one at a time is applied, at 10 MB/s.
fn one_turn() -> Scenario {
    let mut it = at_phase(writers(&[300, 200, 100]));
    it.topology.volumes[Id::new(1)].apply_rate = Some(Rate(10 * MB));
    replica_host(&mut it).apply_vms = Some(1);
    it
}

#[test]
fn vms_of_one_primary_wait_for_their_turn_in_order_of_arrival() {
    let mut it = one_turn();
    assert_eq!(run(&it), [63, 33, 13]);
    // Unlimited, written as 0 or not at all: they share the volume.
    replica_host(&mut it).apply_vms = Some(0);
    let shared = run(&it);
    replica_host(&mut it).apply_vms = None;
    assert_eq!(run(&it), shared);
    assert!(shared[2] > 13 && shared[0] <= 63);
}

#[test]
fn each_primary_has_turns_of_its_own() {
    let mut it = at_phase(writers(&[100, 100]));
    it.topology.volumes[Id::new(1)].apply_rate = Some(Rate(10 * MB));
    replica_host(&mut it).apply_vms = Some(1);
    // Both arrive after 2 s: one after the other from one host, side by side from two.
    assert_eq!(run(&it), [12, 22]);
    let second = Host { name: "host2".into(), ..it.topology.hosts[Id::new(0)].clone() };
    it.vms[Id::new(1)].host = push(&mut it.topology.hosts, second);
    assert_eq!(run(&it), [22, 22]);
}

#[test]
fn turns_begin_afresh_after_a_repair() {
    let it = one_turn();
    let mut plane = plane(&it, Points::default());
    plane.advance(Time(120 * MICROS));
    plane.set_volume(Id::new(1), false);
    assert!(!plane.is_applying(Id::new(0)), "nothing can be applied");
    plane.advance(Time(130 * MICROS));
    plane.set_volume(Id::new(1), true);
    assert!(plane.is_applying(Id::new(0)) && plane.is_applying(Id::new(1)), "one is, one waits for its turn");
    plane.advance(Time(1050 * MICROS));
    // The third was done; the others start again by VM.
    assert_eq!(times(&plane.observer, 3), [60, 80, 13]);
    plane.kernel.audit(&it).unwrap();
}

#[test]
fn a_failover_gives_its_turn_to_the_next() {
    let it = one_turn();
    let mut plane = plane(&it, Points::default());
    // The second VM applies from 113 s on, the first waits.
    plane.advance(Time(115 * MICROS));
    plane.fail_over(Id::new(1), Time::START);
    plane.advance(Time(1050 * MICROS));
    let first = plane.observer.0.iter().find(|point| point.vm == 0 && point.raw > 0);
    assert_eq!(first.map(|point| point.at), Some(145 * MICROS));
    plane.kernel.audit(&it).unwrap();
}

#[test]
fn outstanding_requests_bound_an_apply() {
    let mut it = at_phase(writers(&[100, 0]));
    it.topology.volumes[Id::new(1)].storage.apply_request_rate = Some(Rate(MB));
    replica_host(&mut it).apply_depth = Some(8);
    // Arrived after 1 s; 8 requests over 2 disks on the host: 4 MB/s.
    assert_eq!(first(&it), 26);
    // A second disk: 8 over 3 is 2 for a disk, 2 disks at once; then 1 disk at once.
    let disk = Disk { churn: vec![], ..it.vms[Id::new(0)].disks[0].clone() };
    it.vms[Id::new(0)].disks.push(disk);
    assert_eq!(first(&it), 26);
    replica_host(&mut it).apply_disks = 1;
    assert_eq!(first(&it), 51);
    // Unset is 256 for each disk; the volume's own rate may still be what binds.
    replica_host(&mut it).apply_depth = None;
    it.topology.volumes[Id::new(1)].apply_rate = Some(Rate(10 * MB));
    assert_eq!(first(&it), 11);
}

/// 100 MB in the first 100 s and in the next: 8 requests over 2 disks on the host are 4 MB/s for the first log; when the other replica
/// is gone, the second log has all 8.
#[test]
fn an_apply_has_the_requests_of_the_disks_that_are_there_when_it_begins() {
    let mut it = at_phase(writers(&[100, 0]));
    let bins = [100 * MB, 100 * MB].into();
    it.vms[Id::new(0)].disks[0].churn = vec![Layer::Measured {
        bins,
        bin: Span::seconds(100),
        growth: Ratio::ONE,
        after_end: AfterEnd::Zero,
    }];
    it.topology.volumes[Id::new(1)].storage.apply_request_rate = Some(Rate(MB));
    replica_host(&mut it).apply_depth = Some(8);
    let mut plane = plane(&it, Points::default());
    plane.advance(Time(500 * MICROS));
    plane.unprotect(Id::new(1), false);
    plane.advance(Time(1200 * MICROS));
    let full: Vec<u64> =
        plane.observer.0.iter().filter(|point| point.raw > 0).map(|point| point.at).collect();
    assert_eq!(full, [126 * MICROS, 1_113_500_000]);
}

#[test]
fn deduplication_slows_applies_where_there_are_recovery_points() {
    let mut it = at_phase(writers(&[100]));
    it.topology.volumes[Id::new(1)].apply_rate = Some(Rate(10 * MB));
    it.topology.volumes[Id::new(1)].storage.dedup_slowdown = Some(5);
    assert_eq!(run(&it), [11]);
    it.policies[Id::new(0)].settings.recovery_points = 4;
    assert_eq!(run(&it), [51]);
}
