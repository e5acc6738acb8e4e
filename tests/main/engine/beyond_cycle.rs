//! What happens to replication beyond its cycle, in numbers worked out by hand: copies, pauses, shutdowns, policies, moves.
//!
//! One VM writes 1 MB/s over a link of 10 MB/s, cut every 30 s, unless a test says otherwise: a log takes 3 s.

use drsim::data_plane::{CopyMethod, DataPlane, Notice, Trigger};
use drsim::engine::account::Audit;
use drsim::engine::observer::Observer;
use drsim::engine::plane::Plane;
use drsim::ids::Id;
use drsim::operations::{Act, Scope};
use drsim::protection::{Initial, Overrun, Policy, Protection, Resync, Technology};
use drsim::scenario::Scenario;
use drsim::topology::{Host, OsVersion, Volume};
use drsim::units::{Bytes, Rate, Ratio, Span, Time};
use drsim::workload::{Layer, Vm};

use crate::fleet;
use crate::pair::{MB, Points, WAN, pair, plane, policy};
use crate::scripted::{self, Scripted, estate, operation, play};

const S: u64 = 1_000_000;
const VM: usize = 0;

fn vm() -> Id<Vm> {
    Id::new(VM)
}

/// Writes `churn` MB/s; `used` MB of its disks are in use and as large.
pub fn one(churn: u64, used: u64, policy: Policy) -> Scenario {
    let mut scenario = pair(Rate(10 * MB), policy, vec![vec![Layer::Constant(Rate(churn * MB))]]);
    let disk = &mut scenario.vms[vm()].disks[0];
    (disk.size, disk.used) = (Bytes(used * MB), Some(Bytes(used * MB)));
    scenario
}

/// The same, without its first copy.
pub fn fresh(churn: u64, used: u64, policy: Policy) -> Scenario {
    let mut scenario = one(churn, used, policy);
    let protection = scenario.vms[vm()].protection.as_mut().unwrap();
    protection.relationship.initial = Initial::Network { at: None };
    scenario
}

/// Under the 50 % rule.
fn half(seconds: u64) -> Policy {
    Policy { resync_threshold: Some(Ratio(500_000)), ..policy(seconds, Overrun::CutWhenDone) }
}

fn plain() -> Policy {
    policy(30, Overrun::CutWhenDone)
}

/// Runs to `to` ms; what was told on the way, with the millisecond.
pub fn told<O: Observer>(plane: &mut Plane<O>, to: u64) -> Vec<(u64, Notice)> {
    let mut told = Vec::new();
    loop {
        let reached = plane.advance(Time(to * 1000));
        while let Some(notice) = plane.notice() {
            told.push((reached.0 / 1000, notice));
        }
        if reached.0 == to * 1000 {
            return told;
        }
    }
}

fn audit<O>(plane: &Plane<O>, scenario: &Scenario) -> Audit {
    plane.kernel.audit(scenario).expect("every byte is somewhere")
}

/// (open, cut, applied, untracked, lost) in MB.
fn megabytes<O>(plane: &Plane<O>, scenario: &Scenario) -> [u128; 5] {
    let audit = audit(plane, scenario);
    [audit.open, audit.cut, audit.applied, audit.untracked, audit.lost].map(|bytes| bytes / u128::from(MB))
}

fn cuts<O: Observer>(plane: &Plane<O>) -> Vec<u64> {
    plane.points(vm()).iter().map(|point| point.cut.0 / S).collect()
}

/// The way back: from host 1 to host 0.
fn back(scenario: &Scenario) -> Protection {
    let there = scenario.vms[vm()].protection.clone().unwrap();
    Protection { replica_host: Id::new(0), replica_volume: Id::new(0), ..there }
}

#[test]
fn a_required_resynchronisation_stops_tracking_and_what_is_received_is_still_applied() {
    let mut scenario = one(1, 600, plain());
    scenario.topology.volumes[Id::new(1)].apply_rate = Some(Rate(10 * MB));
    let mut plane = plane(&scenario, ());
    // The log of 60 s is sent by 63 s and applied by 66 s.
    told(&mut plane, 64_000);
    plane.require_resync(vm());
    assert_eq!(megabytes(&plane, &scenario), [0, 30, 30, 4, 0]);
    told(&mut plane, 200_000);
    assert_eq!(cuts(&plane), [60]);
    assert_eq!(megabytes(&plane, &scenario), [0, 0, 60, 140, 0]);
}

#[test]
fn comparing_takes_its_time_however_little_differs() {
    for written in [0, 1, 40, 3000, 100_000] {
        let mut scenario = one(0, 6000, plain());
        scenario.topology.hosts[Id::new(0)].hyper_v.compare_rate = Some(Rate(20 * MB));
        scenario.vms[vm()].disks[0].churn = vec![Layer::Constant(Rate(written))];
        let mut plane = plane(&scenario, ());
        told(&mut plane, 99_000);
        plane.require_resync(vm());
        told(&mut plane, 100_000);
        plane.start_copy(vm(), CopyMethod::Compare { differs: None });
        let told = told(&mut plane, 500_000);
        let [(at, Notice::CopyDone(_))] = told[..] else { panic!("{told:?}") };
        assert!((399_700..=400_001).contains(&at), "{written} B/s: {at}");
    }
}

#[test]
fn a_pause_keeps_position_counts_ticks_and_sends_all_afterwards() {
    let scenario = one(1, 100_000, plain());
    let mut plane = plane(&scenario, Points::default());
    told(&mut plane, 31_000);
    plane.suspend(vm());
    told(&mut plane, 101_000);
    assert_eq!(megabytes(&plane, &scenario), [71, 30, 0, 0, 0]);
    assert_eq!(plane.kernel.tally(VM).ticks, 4, "at 0, 30, 60 and 90 s");
    plane.resume(vm());
    told(&mut plane, 119_000);
    let seen: Vec<[u64; 3]> = plane
        .observer
        .0
        .iter()
        .map(|point| [point.cut, point.at, point.raw].map(|it| it / 100_000))
        .collect();
    // 10 of 30 MB were sent; the 73 MB since 30 s follow at once.
    assert_eq!(seen, [[300, 1030, 300], [1030, 1103, 730]]);
    assert_eq!(megabytes(&plane, &scenario), [16, 0, 103, 0, 0]);
    let tally = plane.kernel.tally(VM);
    assert_eq!((tally.ticks, tally.successes), (4, 1), "only the empty log of the start was in time");
}

#[test]
fn a_copy_that_is_paused_goes_on_where_it_was() {
    let scenario = fresh(1, 600, plain());
    let mut plane = plane(&scenario, ());
    plane.start_copy(vm(), CopyMethod::Full);
    told(&mut plane, 20_000);
    plane.suspend(vm());
    told(&mut plane, 100_000);
    plane.resume(vm());
    assert_eq!(told(&mut plane, 139_999), []);
    assert_eq!(told(&mut plane, 140_000), [(140_000, Notice::CopyDone(vm()))]);
}

#[test]
fn the_log_grows_while_paused_until_a_resynchronisation_is_required() {
    let scenario = one(1, 600, half(30));
    let mut plane = plane(&scenario, ());
    told(&mut plane, 100_000);
    plane.suspend(vm());
    // 300 MB since the cut of 90 s: passed after 390 s, seen at the tick of 420 s.
    let notice = Notice::ResyncRequired(vm(), Trigger::LogTooLarge);
    assert_eq!(told(&mut plane, 1_000_000), [(420_000, notice)]);
    assert_eq!(megabytes(&plane, &scenario), [0, 0, 90, 910, 0]);
}

#[test]
fn a_crash_while_tracked_requires_a_resynchronisation_under_hyper_v_only() {
    for (technology, required) in [(Technology::HyperV, true), (Technology::Generic, false)] {
        let scenario = one(1, 600, Policy { technology, ..plain() });
        let mut plane = plane(&scenario, ());
        told(&mut plane, 100_000);
        plane.stop_vm(vm());
        told(&mut plane, 200_000);
        plane.start_vm(vm());
        let told = told(&mut plane, 300_000);
        let expected = [(200_000, Notice::ResyncRequired(vm(), Trigger::Crash))];
        assert_eq!(told, expected[..usize::from(required)]);
        let open = megabytes(&plane, &scenario);
        assert_eq!(open, if required { [0, 0, 90, 110, 0] } else { [30, 0, 170, 0, 0] });
    }
}

#[test]
fn a_clean_shutdown_is_no_crash_and_synchronising_it_loses_nothing() {
    let scenario = one(1, 600, Policy { technology: Technology::HyperV, ..plain() });
    let mut plane = plane(&scenario, ());
    told(&mut plane, 100_000);
    plane.shut_down_vm(vm());
    plane.synchronize(vm());
    // 10 MB since the cut of 90 s.
    assert_eq!(told(&mut plane, 110_000), [(101_000, Notice::Synchronized(vm()))]);
    assert_eq!((plane.unprotected_bytes(vm()), cuts(&plane)), (0, vec![100]));
    // It may start again where it is, and is replicated on.
    let mut cancelled = plane.clone();
    cancelled.start_vm(vm());
    assert_eq!(told(&mut cancelled, 200_000), []);
    assert_eq!(megabytes(&cancelled, &scenario), [20, 0, 170, 0, 0]);
    plane.fail_over(vm(), Time(100 * S));
    assert_eq!(megabytes(&plane, &scenario), [0, 0, 100, 0, 0]);
}

#[test]
fn synchronising_waits_for_the_log_under_way() {
    let scenario = one(1, 600, plain());
    let mut plane = plane(&scenario, ());
    told(&mut plane, 31_000);
    plane.shut_down_vm(vm());
    plane.synchronize(vm());
    // The log of 30 s until 33 s, then 1 MB.
    assert_eq!(told(&mut plane, 50_000), [(33_100, Notice::Synchronized(vm()))]);
    plane.synchronize(vm());
    assert_eq!(told(&mut plane, 50_001), [(50_000, Notice::Synchronized(vm()))], "nothing was left");
}

fn with_points(points: u32) -> Policy {
    let mut policy = policy(300, Overrun::CutWhenDone);
    policy.settings.recovery_points = points;
    policy
}

#[test]
fn an_app_consistent_point_fails_while_a_backup_holds_vss() {
    let mut policy = with_points(4);
    policy.settings.app_consistent = Some(Span::seconds(3600));
    let mut scenario = one(1, 100_000, policy);
    scenario.vms[vm()].guest.backups = vec![(Time(3600 * S), Time(3601 * S))];
    let mut plane = plane(&scenario, ());
    told(&mut plane, 11_500_000);
    let tally = plane.kernel.tally(VM);
    assert_eq!((tally.app_points, tally.app_failures), (3, 1), "at 0, 7200 and 10,800 s, not at 3600 s");
    let found: Vec<(u64, bool)> =
        plane.points(vm()).iter().map(|point| (point.cut.0 / S, point.app_consistent)).collect();
    let expected = [(11_400, false), (10_800, true), (7200, true), (6900, false), (0, true)];
    assert_eq!(found, expected);
    assert_eq!(tally.applied_logs, 39, "the log of 3600 s went as any other");

    scenario.vms[vm()].guest.integration_services = false;
    let mut without = crate::pair::plane(&scenario, ());
    told(&mut without, 11_500_000);
    let tally = without.kernel.tally(VM);
    assert_eq!((tally.app_points, tally.app_failures), (0, 4));
}

#[test]
fn a_relationship_that_ends_leaves_what_was_not_applied_untracked_and_another_may_begin() {
    let scenario = one(1, 600, plain());
    let mut plane = plane(&scenario, ());
    told(&mut plane, 91_000);
    plane.unprotect(vm(), false);
    assert_eq!(megabytes(&plane, &scenario), [0, 0, 60, 31, 0]);
    assert_eq!(cuts(&plane), [0; 0]);
    told(&mut plane, 200_000);
    assert_eq!(megabytes(&plane, &scenario), [0, 0, 60, 140, 0]);
    let protection = scenario.vms[vm()].protection.clone().unwrap();
    plane.protect(vm(), &protection);
    told(&mut plane, 300_000);
    assert_eq!(cuts(&plane), [0; 0]);
    plane.start_copy(vm(), CopyMethod::Full);
    assert_eq!(told(&mut plane, 400_000), [(360_000, Notice::CopyDone(vm()))]);
    assert_eq!(cuts(&plane), [390]);
}

/// Failed over at 100 s to the point cut at 90 s, it goes on there from 120 s on; taken back at 200 s.
#[test]
fn a_failover_taken_back_loses_what_was_written_since_and_nothing_before() {
    let scenario = one(1, 600, plain());
    let mut plane = plane(&scenario, ());
    let fail_over = |plane: &mut Plane<()>| {
        told(plane, 100_000);
        plane.stop_vm(vm());
        plane.fail_over(vm(), Time(90 * S));
        told(plane, 120_000);
        plane.start_vm(vm());
        told(plane, 200_000);
        plane.stop_vm(vm());
    };
    fail_over(&mut plane);
    assert_eq!(megabytes(&plane, &scenario), [0, 0, 90, 80, 10]);
    assert_eq!(plane.take_back(vm()), Bytes(80 * MB));
    // 10 MB that the source has and its replica has not; 80 that are gone.
    assert_eq!(megabytes(&plane, &scenario), [0, 0, 90, 10, 80]);
    assert_eq!(plane.take_back(vm()), Bytes(0), "there is nothing more to take back");
}

/// The second copy writes from 100 s to 150 s, whatever the first does.
#[test]
fn what_a_second_copy_writes_is_in_the_audit() {
    for (old_is_lost, then) in [(true, [0, 0, 90, 30, 60]), (false, [0, 0, 90, 80, 10])] {
        let scenario = one(1, 600, plain());
        let mut plane = plane(&scenario, ());
        told(&mut plane, 100_000);
        plane.stop_vm(vm());
        plane.fail_over(vm(), Time(90 * S));
        plane.run_twice(vm());
        told(&mut plane, 120_000);
        plane.start_vm(vm());
        told(&mut plane, 140_000);
        assert_eq!(megabytes(&plane, &scenario), [0, 0, 90, 20, 10 + 40], "it counts as lost while it runs");
        told(&mut plane, 150_000);
        plane.run_once(vm(), old_is_lost);
        assert_eq!(megabytes(&plane, &scenario), then);
        assert_eq!(plane.kernel.audit(&scenario).unwrap().written(), u128::from(180 * MB));
    }
}

/// Two VMs with one slot: whoever gives it back, the other has it at that instant.
#[test]
fn a_slot_that_is_given_back_by_an_operator_is_taken_at_once() {
    type Act = fn(&mut Plane<Points>, &Scenario);
    let acts: [(&str, Act); 5] = [
        ("suspend", |plane, _| plane.suspend(vm())),
        ("require_resync", |plane, _| plane.require_resync(vm())),
        ("unprotect", |plane, _| plane.unprotect(vm(), false)),
        ("protect", |plane, scenario| {
            let protection = scenario.vms[vm()].protection.clone().unwrap();
            plane.protect(vm(), &protection);
        }),
        ("fail_over", |plane, _| plane.fail_over(vm(), Time(0))),
    ];
    for (name, act) in acts {
        let churn = vec![vec![Layer::Constant(Rate(MB))]; 2];
        let mut scenario = pair(Rate(10 * MB), plain(), churn);
        scenario.topology.hosts[Id::new(0)].send_slots = Some(1);
        let mut plane = plane(&scenario, Points::default());
        told(&mut plane, 31_000);
        act(&mut plane, &scenario);
        told(&mut plane, 40_000);
        let other = plane.observer.0.iter().find(|point| point.vm == 1).map(|point| point.at);
        assert_eq!(other, Some(34 * S), "{name}");
    }
}

#[test]
fn a_copy_takes_one_of_the_slots_for_its_whole_length() {
    let churn = vec![vec![Layer::Constant(Rate(MB))]; 2];
    let mut scenario = pair(Rate(10 * MB), plain(), churn);
    scenario.topology.hosts[Id::new(0)].send_slots = Some(1);
    scenario.vms[vm()].disks[0].used = Some(Bytes(600 * MB));
    scenario.vms[vm()].protection.as_mut().unwrap().relationship.initial = Initial::Network { at: None };
    let mut plane = plane(&scenario, Points::default());
    plane.start_copy(vm(), CopyMethod::Full);
    told(&mut plane, 64_000);
    let seen: Vec<[u64; 3]> =
        plane.observer.0.iter().map(|point| [point.vm as u64, point.cut / S, point.at / S]).collect();
    assert_eq!(seen, [[1, 30, 63]], "it waited from 30 to 60 s");
}

#[test]
fn another_policy_holds_from_its_next_tick_on() {
    let mut scenario = one(1, 600, plain());
    let slow = Policy { name: "slow".into(), ..policy(200, Overrun::CutWhenDone) };
    scenario.policies = scenario.policies.iter().cloned().chain([slow.clone()]).collect();
    let mut plane = plane(&scenario, Points::default());
    told(&mut plane, 61_000);
    // Adapted by whoever sets it, as for a host that knows one interval only (fact 1.2).
    let adapted = Policy { interval: Span::seconds(300), ..slow };
    plane.set_policy(vm(), Id::new(1), &adapted);
    told(&mut plane, 700_000);
    let cuts: Vec<u64> = plane.observer.0.iter().map(|point| point.cut / S).collect();
    assert_eq!(cuts, [30, 60, 300, 600]);
}

#[test]
fn failing_over_during_a_copy_cancels_it_and_tells_of_no_resynchronisation() {
    let scenario = one(1, 600, Policy { technology: Technology::HyperV, ..plain() });
    let mut plane = plane(&scenario, ());
    told(&mut plane, 100_000);
    plane.require_resync(vm());
    plane.start_copy(vm(), CopyMethod::Full);
    told(&mut plane, 110_000);
    plane.fail_over(vm(), Time(90 * S));
    assert_eq!(told(&mut plane, 300_000), []);
    assert_eq!(megabytes(&plane, &scenario), [0, 0, 90, 0, 20]);
}

#[test]
fn a_copy_waits_for_the_end_of_a_pause_that_began_before_it() {
    let scenario = one(1, 600, half(30));
    let mut plane = plane(&scenario, ());
    told(&mut plane, 100_000);
    plane.suspend(vm());
    told(&mut plane, 500_000);
    plane.start_copy(vm(), CopyMethod::Full);
    told(&mut plane, 520_000);
    plane.resume(vm());
    assert_eq!(told(&mut plane, 600_000), [(580_000, Notice::CopyDone(vm()))]);
}

#[test]
fn a_vm_that_moves_before_its_first_copy_keeps_its_policy() {
    let mut scenario = fresh(1, 600, half(30));
    let other = scenario.topology.hosts[Id::new(0)].clone();
    scenario.topology.hosts = scenario.topology.hosts.iter().cloned().chain([other]).collect();
    let mut plane = plane(&scenario, ());
    plane.move_vm(vm(), Id::new(2));
    plane.resize_vm(vm(), Bytes(100 * MB));
    plane.start_copy(vm(), CopyMethod::Full);
    // The copy of 600 MB takes 60 s; half of 100 MB is passed after 50 s, seen at the tick of 60 s.
    let notice = Notice::ResyncRequired(vm(), Trigger::LogTooLarge);
    plane.set_link(Id::new(WAN), Some(Ratio(500_000)));
    assert_eq!(told(&mut plane, 100_000), [(60_000, notice)]);
}

#[test]
fn a_tick_of_the_new_grid_at_this_very_instant_is_past() {
    let scenario = one(1, 600, plain());
    let mut plane = plane(&scenario, Points::default());
    told(&mut plane, 60_000);
    plane.set_policy(vm(), Id::new(0), &policy(60, Overrun::CutWhenDone));
    told(&mut plane, 200_000);
    let cuts: Vec<u64> = plane.observer.0.iter().map(|point| point.cut / S).collect();
    assert_eq!(cuts, [30, 120, 180]);
}

/// One VM whose copy of 600 MB is sent by 160 s and applied by 220 s, 180 s now.
fn copy_received() -> (Scenario, Plane<()>) {
    let mut scenario = one(1, 600, Policy { technology: Technology::HyperV, ..plain() });
    scenario.topology.volumes[Id::new(1)].apply_rate = Some(Rate(10 * MB));
    let mut plane = plane(&scenario, ());
    told(&mut plane, 100_000);
    plane.require_resync(vm());
    plane.start_copy(vm(), CopyMethod::Full);
    assert_eq!(told(&mut plane, 180_000), []);
    assert!(plane.is_applying(vm()));
    (scenario, plane)
}

#[test]
fn a_copy_that_is_received_cannot_be_cancelled() {
    let (_, mut plane) = copy_received();
    plane.cancel_copy(vm());
    assert_eq!(told(&mut plane, 230_000), [(220_000, Notice::CopyDone(vm()))]);
}

#[test]
fn a_vm_that_was_failed_over_is_protected_from_where_it_runs() {
    let scenario = one(1, 600, plain());
    let mut plane = plane(&scenario, ());
    told(&mut plane, 100_000);
    plane.fail_over(vm(), Time(90 * S));
    plane.start_vm(vm());
    plane.unprotect(vm(), false);
    plane.protect(vm(), &back(&scenario));
    assert_eq!(plane.kernel.path(VM), [1], "from b to a");
}

#[test]
fn a_policy_that_keeps_fewer_points_lets_the_oldest_go() {
    let scenario = one(1, 100_000, with_points(4));
    let mut plane = plane(&scenario, ());
    told(&mut plane, 12_650_000);
    plane.set_policy(vm(), Id::new(0), &with_points(1));
    assert_eq!(cuts(&plane), [12_600, 10_500]);
    plane.set_policy(vm(), Id::new(0), &with_points(0));
    assert_eq!(cuts(&plane), [12_600]);
}

#[test]
fn a_replica_that_moves_is_reached_there_and_its_apply_starts_afresh() {
    let mut scenario = one(1, 600, plain());
    let topology = &mut scenario.topology;
    let other = Host { nic: Some(Rate(5 * MB)), ..topology.hosts[Id::new(1)].clone() };
    topology.hosts = topology.hosts.iter().cloned().chain([other]).collect();
    topology.volumes[Id::new(1)].apply_rate = Some(Rate(10 * MB));
    let there = Volume { host: Id::new(2), ..topology.volumes[Id::new(1)].clone() };
    topology.volumes = topology.volumes.iter().cloned().chain([there]).collect();
    let mut plane = plane(&scenario, Points::default());
    // Sent by 33 s; applied by 36 s, or afresh from 35 s on by 38 s. The next takes 6 + 3 s.
    told(&mut plane, 35_000);
    plane.move_replica(vm(), Id::new(2), Id::new(2));
    told(&mut plane, 70_000);
    let seen: Vec<u64> = plane.observer.0.iter().map(|point| point.at / S).collect();
    assert_eq!(seen, [38, 69]);
}

#[test]
fn a_copy_that_is_received_is_applied_though_its_vm_crashes_and_another_must_follow() {
    let (scenario, mut plane) = copy_received();
    plane.stop_vm(vm());
    assert_eq!(told(&mut plane, 190_000), [], "a crash is told when the VM starts again");
    plane.start_vm(vm());
    let notice = Notice::ResyncRequired(vm(), Trigger::Crash);
    assert_eq!(told(&mut plane, 300_000), [(190_000, notice)]);
    assert_eq!(cuts(&plane), [100]);
    // 80 s of running to the crash, 110 s since the start.
    assert_eq!(megabytes(&plane, &scenario), [0, 0, 100, 190, 0]);
}

#[test]
fn where_vm_and_replica_are_is_part_of_the_digest() {
    let mut scenario = one(1, 600, plain());
    let (hosts, volumes) = (&mut scenario.topology.hosts, &mut scenario.topology.volumes);
    *hosts = hosts.iter().cloned().chain(hosts.iter().cloned()).collect();
    *volumes = volumes.iter().cloned().chain(volumes.iter().cloned()).collect();
    let digest = |act: fn(&mut Plane<()>)| {
        let mut plane = plane(&scenario, ());
        told(&mut plane, 50_000);
        act(&mut plane);
        let mut hash = blake3::Hasher::new();
        plane.kernel.digest(&mut hash);
        hash.finalize().to_hex().to_string()
    };
    let all: std::collections::BTreeSet<String> = [
        digest(|_| ()),
        digest(|plane| plane.move_vm(vm(), Id::new(2))),
        digest(|plane| plane.move_replica(vm(), Id::new(3), Id::new(1))),
        digest(|plane| plane.move_replica(vm(), Id::new(1), Id::new(3))),
        digest(|plane| plane.resize_vm(vm(), Bytes(700 * MB))),
        digest(|plane| plane.set_policy(vm(), Id::new(0), &policy(60, Overrun::CutWhenDone))),
    ]
    .into();
    assert_eq!(all.len(), 5, "a size means nothing without the 50 % rule");
}

/// Fact 1.2: both ends copy every five minutes where one is of 2012.
#[test]
fn an_old_host_that_holds_the_replica_keeps_five_minutes_and_so_when_replication_turns_round() {
    let mut it = estate(Resync::Manual);
    let web = fleet::vm(&mut it, "web", 0);
    let replica = it.vms[web].protection.as_ref().unwrap().replica_host;
    it.topology.hosts[replica].hyper_v.os = OsVersion::Ws2012;
    let mut fast = scripted::policy(Resync::Manual);
    fast.interval = Span::seconds(30);
    let policy = fleet::push(&mut it.policies, fast);
    operation(&mut it, 100, Act::SetPolicy { vms: vec![web], policy });
    operation(&mut it, 1000, Act::PlannedFailover { of: Scope::Vm(web) });
    let (data, _) = play(&it, vec![], Scripted::default());
    let called = data.called_of(&["set_policy", "reverse"]);
    let [(_, first), (turned, reverse), (at, second)] = called[..] else { panic!("{called:?}") };
    assert_eq!((first, second, at), ("set_policy #0 #1 300", "set_policy #0 #1 300", turned));
    assert!(reverse.starts_with("reverse #0"));
}
