//! A relationship's life, by hand: copies, suspension, points, planned failover, reversal, policies. Instants to the microsecond.

use drsim::data_plane::{CopyMethod, DataPlane, Notice, Trigger};
use drsim::engine::plane::Plane;
use drsim::ids::{Id, Table};
use drsim::protection::{Interrupted, Overrun, Phase, Policy, Protection, Retry, Technology};
use drsim::scenario::Scenario;
use drsim::topology::Host;
use drsim::units::{Bytes, Rate, Ratio, Span, Time};
use drsim::workload::{Layer, Vm};

use crate::pair::{MB, Points, WAN, pair, plane, policy};

const SECOND: u64 = 1_000_000;
const GB: u64 = 1000 * MB;

fn vm() -> Id<Vm> {
    Id::new(0)
}

/// One VM that writes at a constant rate, with this much in use.
fn one(link: u64, churn: u64, used: u64, policy: Policy) -> Scenario {
    let layers = if churn == 0 { vec![] } else { vec![Layer::Constant(Rate(churn))] };
    let mut it = pair(Rate(link), policy, vec![layers]);
    it.vms[vm()].disks[0].size = Bytes(used);
    it
}

fn start(it: &Scenario) -> Plane<Points> {
    plane(it, Points::default())
}

fn protection(it: &Scenario) -> Protection {
    it.vms[vm()].protection.clone().unwrap()
}

/// Protected at the start of the run, with a full copy at once.
fn copying(it: &Scenario) -> Plane<Points> {
    let mut plane = start(it);
    plane.protect(vm(), &protection(it));
    plane.start_copy(vm(), CopyMethod::Full);
    plane
}

/// Runs to `to` seconds; what was told, and when in microseconds.
fn told(plane: &mut Plane<Points>, to: u64) -> Vec<(u64, Notice)> {
    let mut all = Vec::new();
    loop {
        let at = plane.advance(Time(to * SECOND)).0;
        all.extend(std::iter::from_fn(|| plane.notice()).map(|notice| (at, notice)));
        if at == to * SECOND {
            return all;
        }
    }
}

/// (cut, applied) of every point, seconds.
fn seen(plane: &Plane<Points>) -> Vec<(u64, u64)> {
    let second = |at: u64| {
        assert_eq!(at % SECOND, 0);
        at / SECOND
    };
    plane.observer.0.iter().map(|point| (second(point.cut), second(point.at))).collect()
}

/// (cut in seconds, app-consistent, MB to undo) of every point that could be failed over to.
fn kept(plane: &Plane<Points>) -> Vec<(u64, bool, u64)> {
    let row =
        |point: &drsim::data_plane::Point| (point.cut.0 / SECOND, point.app_consistent, point.undo.0 / MB);
    plane.points(vm()).iter().map(row).collect()
}

fn lost(plane: &Plane<Points>) -> u64 {
    plane.kernel.tally(0).lost
}

/// S ÷ (C − λ), to within T ÷ (1 − λ ÷ C): logs after the copy shrink by λ ÷ C until one is through before the next tick.
#[test]
fn a_first_copy_with_churn_is_steady_after_s_over_c_less_lambda() {
    let it = one(12_500_000, 2 * MB, 500 * GB, policy(300, Overrun::CutWhenDone));
    let mut plane = copying(&it);
    assert_eq!(told(&mut plane, 47_600), [(40_000 * SECOND, Notice::CopyDone(vm()))]);
    let ends: Vec<u64> = plane.observer.0.iter().map(|point| point.at).collect();
    assert_eq!(ends, [46_400 * SECOND, 47_424 * SECOND, 47_587_840_000]);
    let fluid = 500 * GB * SECOND / (12_500_000 - 2 * MB);
    assert_eq!(fluid / SECOND, 47_619);
    assert!(fluid.abs_diff(ends[2]) <= 300 * SECOND * 125 / 105);
}

#[test]
fn a_copy_with_churn_as_fast_as_its_link_is_never_steady() {
    let it = one(12_500_000, 12_500_000, 500 * GB, policy(300, Overrun::CutWhenDone));
    let mut plane = copying(&it);
    told(&mut plane, 130_000);
    // The copy's point is cut at the start, and every log takes as long as the one before.
    assert_eq!(seen(&plane), [(40_000, 80_000), (80_000, 120_000)]);
}

/// Fact 1.29: the log outgrows half of the disks before each copy is done.
#[test]
fn resynchronisation_under_too_much_churn_is_required_again_and_again() {
    let mut policy = policy(300, Overrun::CutWhenDone);
    policy.resync_threshold = Some(Ratio(500_000));
    let it = one(12_500_000, 12_500_000, 500 * GB, policy);
    let mut plane = copying(&it);
    let required = Notice::ResyncRequired(vm(), Trigger::LogTooLarge);
    for round in 1..4 {
        // 250 GB are written in 20,000 s; the first tick past that is 20,100 s after the copy's start.
        let told = told(&mut plane, round * 20_100 + 1);
        assert_eq!(told, [(round * 20_100 * SECOND, required)]);
        assert!(plane.kernel.needs_resync(0));
        // From the tick itself on: the copy starts a second later, which no tick sees.
        plane.start_copy(vm(), CopyMethod::Full);
    }
    assert_eq!(plane.kernel.tally(0).copies, 0);
}

/// Fact 1.31: the longer of comparing and sending.
#[test]
fn a_comparison_takes_the_longer_of_reading_and_sending() {
    // Differs in ppm, and seconds: 100 GB compared at 100 MB/s, sent at 12.5 MB/s.
    for (differs, seconds) in [(0, 1000), (10_000, 1000), (125_000, 1000), (250_000, 2000), (500_000, 4000)] {
        let mut it = one(12_500_000, 0, 100 * GB, policy(300, Overrun::CutWhenDone));
        it.topology.hosts[Id::new(0)].hyper_v.compare_rate = Some(Rate(100 * MB));
        let mut plane = start(&it);
        plane.require_resync(vm());
        plane.start_copy(vm(), CopyMethod::Compare { differs: Some(Ratio(differs)) });
        assert_eq!(told(&mut plane, 10_000), [(seconds * SECOND, Notice::CopyDone(vm()))], "{differs}");
        let carried = u128::from(100 * GB) * u128::from(differs);
        assert_eq!(plane.kernel.carried_by(0), carried, "{differs}");
    }
}

#[test]
fn what_is_compared_and_equal_takes_whole_microseconds_and_no_link() {
    let mut it = one(1, 0, 100 * GB + 1, policy(300, Overrun::CutWhenDone));
    it.topology.hosts[Id::new(0)].hyper_v.compare_rate = Some(Rate(100 * MB));
    let mut plane = start(&it);
    plane.require_resync(vm());
    plane.start_copy(vm(), CopyMethod::Compare { differs: None });
    assert_eq!(told(&mut plane, 10_000), [(1000 * SECOND + 1, Notice::CopyDone(vm()))]);
    assert_eq!(plane.kernel.carried_by(0), 0);
}

#[test]
fn a_suspended_log_goes_on_where_it_was_and_what_accrued_follows_at_once() {
    let it = one(2 * MB, MB, GB, policy(300, Overrun::NextTick));
    let mut plane = start(&it);
    told(&mut plane, 350);
    plane.suspend(vm());
    told(&mut plane, 1000);
    assert_eq!(plane.kernel.unsent(0), u128::from(200 * MB * SECOND));
    plane.resume(vm());
    told(&mut plane, 1500);
    assert_eq!(seen(&plane), [(300, 1100), (1100, 1500)]);
}

#[test]
fn a_copy_survives_a_cut_link_and_is_tried_again_as_its_policy_says() {
    use Interrupted::{Keep, Resend};
    use Retry::{AtRepair, BackOff};
    // 400 of 1000 s are sent when the link is cut for 200 s. Attempts follow 60, 180 and 420 s after the cut.
    for (retry, interrupted, done) in
        [(BackOff, Keep, 1420), (BackOff, Resend, 1820), (AtRepair, Keep, 1200), (AtRepair, Resend, 1600)]
    {
        let mut policy = policy(300, Overrun::Queue);
        (policy.retry, policy.interrupted) = (retry, interrupted);
        let it = one(100 * MB, MB, 100 * GB, policy);
        let mut plane = copying(&it);
        told(&mut plane, 400);
        plane.set_link(Id::new(WAN), None);
        told(&mut plane, 600);
        plane.set_link(Id::new(WAN), Some(Ratio::ONE));
        assert_eq!(told(&mut plane, 2000), [(done * SECOND, Notice::CopyDone(vm()))]);
        assert_eq!(plane.observer.0[0].cut, done * SECOND, "the log of what was written meanwhile");
    }
}

#[test]
fn a_vm_that_is_shut_down_and_synchronised_fails_over_without_loss() {
    let it = one(2 * MB, MB, GB, policy(300, Overrun::NextTick));
    let mut plane = start(&it);
    told(&mut plane, 400);
    plane.shut_down_vm(vm());
    plane.synchronize(vm());
    // The log cut at 300 s is through at 450; the 100 MB after it take 50 s.
    assert_eq!(told(&mut plane, 500), [(500 * SECOND, Notice::Synchronized(vm()))]);
    assert_eq!((seen(&plane), plane.unprotected_bytes(vm())), (vec![(300, 450), (450, 500)], 0));
    let cut = plane.newest_point(vm()).unwrap();
    plane.fail_over(vm(), cut);
    assert_eq!(lost(&plane), 0);
}

/// Quarter-hourly points over 4.5 hours: the last of each hour is kept.
fn aged() -> (Scenario, Plane<Points>) {
    let mut policy = policy(900, Overrun::NextTick);
    policy.settings.recovery_points = 4;
    let it = one(900 * MB, MB, 100 * GB, policy);
    let mut plane = start(&it);
    told(&mut plane, 16_300);
    (it, plane)
}

#[test]
fn the_last_point_of_each_hour_is_kept_and_what_failing_over_to_it_loses_is_exact() {
    let (_, mut plane) = aged();
    let points = [(16_200, false, 0), (13_500, false, 2700), (9900, false, 6300), (6300, false, 9900)];
    assert_eq!(kept(&plane), [&points[..], &[(2700, false, 13_500)]].concat());
    // And the recovery point may be changed afterwards, to older and newer ones.
    for cut in [6300, 13_500, 2700, 16_200] {
        plane.fail_over(vm(), Time(cut * SECOND));
        assert_eq!(lost(&plane), (16_300 - cut) * MB);
        assert_eq!(kept(&plane).len(), 5);
    }
    plane.drop_points(vm());
    assert_eq!(plane.newest_point(vm()), None);
}

#[test]
fn points_from_before_a_copy_stay_until_it_is_applied_and_are_gone_then() {
    let (_, mut plane) = aged();
    plane.require_resync(vm());
    // In the next hour, 100 GB at 900 MB/s take 111.1 s.
    told(&mut plane, 18_100);
    plane.start_copy(vm(), CopyMethod::Full);
    told(&mut plane, 18_200);
    assert_eq!(kept(&plane).len(), 5);
    assert_eq!(plane.advance(Time(19_000 * SECOND)), Time(18_211_111_112));
    assert_eq!(plane.notice(), Some(Notice::CopyDone(vm())));
    let cuts: Vec<u64> = kept(&plane).iter().map(|row| row.0).collect();
    assert_eq!(cuts, [18_100]);
}

/// Fact 2.6: what holds VSS when the snapshot is due leaves an ordinary log.
#[test]
fn the_first_tick_after_each_multiple_is_app_consistent_but_not_during_a_backup() {
    let mut policy = policy(900, Overrun::NextTick);
    policy.phase = Phase::At(Span::seconds(100));
    policy.settings.recovery_points = 4;
    policy.settings.app_consistent = Some(Span::seconds(3600));
    let mut it = one(900 * MB, MB, 100 * GB, policy);
    it.vms[vm()].guest.backups = vec![(Time(7000 * SECOND), Time(7500 * SECOND))];
    it.vms[vm()].guest.integration_services = true;
    let mut plane = start(&it);
    told(&mut plane, 12_000);
    let tally = plane.kernel.tally(0);
    assert_eq!((tally.app_points, tally.app_failures), (3, 1));
    let rows: Vec<_> = kept(&plane).iter().map(|row| (row.0, row.1)).collect();
    assert_eq!(rows, [(11_800, false), (10_900, true), (10_000, false), (3700, true), (100, true)]);
}

#[test]
fn a_policy_followed_later_takes_its_first_snapshot_at_the_next_multiple() {
    let policy = policy(900, Overrun::NextTick);
    let mut it = one(900 * MB, MB, 100 * GB, policy.clone());
    let mut other = policy.clone();
    other.name = "other".into();
    other.settings.recovery_points = 4;
    other.settings.app_consistent = Some(Span::seconds(7200));
    it.policies = Table::new(vec![policy, other.clone()]);
    it.vms[vm()].guest.integration_services = true;
    let mut plane = start(&it);
    told(&mut plane, 8000);
    plane.set_policy(vm(), Id::new(1), &other);
    told(&mut plane, 14_399);
    assert_eq!(plane.kernel.tally(0).app_points, 0);
    told(&mut plane, 14_500);
    assert_eq!(plane.kernel.tally(0).app_points, 1);
    assert_eq!(kept(&plane)[0], (14_400, true, 0));
}

#[test]
fn a_planned_failover_reversed_in_step_and_back_again_loses_nothing_and_ages_from_there() {
    let it = one(10 * MB, MB, GB, policy(300, Overrun::NextTick));
    let back = protection(&it);
    let there = Protection { replica_host: Id::new(0), replica_volume: Id::new(0), ..back.clone() };
    let mut plane = start(&it);
    for round in 0..4u64 {
        let at = 1000 * (round + 1);
        told(&mut plane, at);
        plane.shut_down_vm(vm());
        plane.synchronize(vm());
        // What was written since the last tick is sent in a tenth of the time; a tick at this very instant comes after it.
        let since = (at - 1) % 300 + 1;
        assert_eq!(told(&mut plane, at + 50), [((at + since / 10) * SECOND, Notice::Synchronized(vm()))]);
        plane.fail_over(vm(), plane.newest_point(vm()).unwrap());
        let (host, way) = if round % 2 == 0 { (1, &there) } else { (0, &back) };
        plane.reverse(vm(), Id::new(host), way, true);
        assert_eq!((lost(&plane), plane.newest_point(vm())), (0, Some(Time((at + 50) * SECOND))));
        plane.start_vm(vm());
        // The next tick's log goes the other way.
        let tick = (at + 50).next_multiple_of(300);
        let direction = usize::from(round % 2 == 0);
        let before = plane.kernel.carried(2);
        told(&mut plane, tick + 100);
        assert_eq!(plane.newest_point(vm()), Some(Time(tick * SECOND)));
        let after = plane.kernel.carried(2);
        let bytes = u128::from((tick - at - 50) * MB * SECOND);
        assert_eq!(after[direction] - before[direction], bytes);
        assert_eq!(after[1 - direction], before[1 - direction]);
    }
}

#[test]
fn reversed_without_being_in_step_there_is_no_point_until_the_copy_is_applied() {
    let (it, mut plane) = aged();
    plane.fail_over(vm(), Time(6300 * SECOND));
    let there = Protection { replica_host: Id::new(0), replica_volume: Id::new(0), ..protection(&it) };
    plane.start_vm(vm());
    told(&mut plane, 17_000);
    plane.reverse(vm(), Id::new(1), &there, false);
    assert_eq!((plane.newest_point(vm()), lost(&plane)), (None, 10_000 * MB));
    told(&mut plane, 18_000);
    plane.start_copy(vm(), CopyMethod::Full);
    assert_eq!(plane.advance(Time(19_000 * SECOND)), Time(18_111_111_112));
    assert_eq!(plane.notice(), Some(Notice::CopyDone(vm())));
    assert_eq!(plane.newest_point(vm()), Some(Time(18_000 * SECOND)));
    assert_eq!((plane.kernel.carried_by(1), lost(&plane)), (u128::from(100 * GB * SECOND), 10_000 * MB));
}

/// Fact 3.7.
#[test]
fn a_placeholder_has_no_point_until_the_carried_copy_is_imported() {
    let it = one(10 * MB, MB, GB, policy(300, Overrun::NextTick));
    let mut plane = start(&it);
    told(&mut plane, 1000);
    plane.protect(vm(), &protection(&it));
    plane.start_placeholder(vm());
    told(&mut plane, 2000);
    assert_eq!((plane.points(vm()), plane.kernel.tally(0).awaiting_copy), (vec![], 100 * MB));
    let mut other = plane.clone();
    plane.copy_arrived(vm());
    assert_eq!(plane.newest_point(vm()), Some(Time(1800 * SECOND)));
    assert_eq!(plane.unprotected_bytes(vm()), 200 * MB);
    // Without it there is nothing to fail over to: the VM has stopped, and nothing is lost.
    other.fail_over(vm(), Time(1800 * SECOND));
    assert_eq!((lost(&other), other.points(vm())), (0, vec![]));
}

#[test]
fn a_placeholder_made_anew_leaves_no_point_when_tracking_is_lost() {
    let (_, mut plane) = aged();
    plane.require_resync(vm());
    plane.start_placeholder(vm());
    plane.require_resync(vm());
    assert_eq!(plane.points(vm()), []);
}

#[test]
fn another_policy_cuts_on_its_own_grid_and_no_other() {
    let first = policy(300, Overrun::NextTick);
    let mut it = one(1000 * MB, MB, GB, first.clone());
    let second = policy(700, Overrun::NextTick);
    it.policies = Table::new(vec![first, second.clone()]);
    let mut plane = start(&it);
    told(&mut plane, 1000);
    plane.set_policy(vm(), Id::new(1), &second);
    told(&mut plane, 3000);
    let cuts: Vec<u64> = plane.observer.0.iter().map(|point| point.cut / SECOND).collect();
    assert_eq!(cuts, [300, 600, 900, 1400, 2100, 2800]);
}

#[test]
fn a_log_goes_on_from_the_host_its_vm_moves_to_and_is_applied_afresh_where_the_replica_moves() {
    let mut it = one(2 * MB, MB, GB, policy(300, Overrun::NextTick));
    let mut hosts: Vec<Host> = it.topology.hosts.iter().cloned().collect();
    hosts.push(Host { name: "other".into(), stream_cap: Some(Rate(MB)), ..hosts[0].clone() });
    hosts[0].send_slots = Some(1);
    it.topology.hosts = Table::new(hosts);
    it.topology.volumes[Id::new(1)].apply_rate = Some(Rate(2 * MB));
    let mut plane = start(&it);
    told(&mut plane, 350);
    assert_eq!(plane.kernel.slots_now(0), (1, 1, 0));
    // 200 MB are left, and 1 MB/s.
    plane.move_vm(vm(), Id::new(2));
    assert_eq!(plane.kernel.slots_now(0), (0, 0, 0));
    told(&mut plane, 600);
    assert!(plane.is_applying(vm()));
    plane.move_replica(vm(), Id::new(1), Id::new(1));
    told(&mut plane, 750);
    assert_eq!(seen(&plane), [(300, 750)]);
}

#[test]
fn a_crash_ends_a_copy_and_asks_for_another() {
    let it = one(100 * MB, MB, 100 * GB, policy(300, Overrun::Queue));
    let mut plane = copying(&it);
    told(&mut plane, 400);
    plane.stop_vm(vm());
    assert_eq!(plane.notice(), Some(Notice::ResyncRequired(vm(), Trigger::Crash)));
    told(&mut plane, 500);
    plane.start_vm(vm());
    plane.start_copy(vm(), CopyMethod::Full);
    assert_eq!(told(&mut plane, 2000), [(1500 * SECOND, Notice::CopyDone(vm()))]);
}

/// 1 GB is sent in 10 s and applied in 100.
fn slowly_applied() -> (Scenario, Plane<Points>) {
    let mut it = one(100 * MB, 0, GB, policy(300, Overrun::Queue));
    it.topology.volumes[Id::new(1)].apply_rate = Some(Rate(10 * MB));
    let mut plane = start(&it);
    told(&mut plane, 10);
    plane.protect(vm(), &protection(&it));
    told(&mut plane, 20);
    plane.start_copy(vm(), CopyMethod::Full);
    told(&mut plane, 70);
    plane.require_resync(vm());
    (it, plane)
}

#[test]
fn a_received_copy_of_a_lost_track_is_a_point_but_another_must_follow() {
    let (_, mut plane) = slowly_applied();
    assert_eq!(told(&mut plane, 200), []);
    assert_eq!(plane.newest_point(vm()), Some(Time(20 * SECOND)));
    assert!(plane.kernel.needs_resync(0));
}

#[test]
fn a_copy_that_begins_takes_the_place_of_the_one_still_applied() {
    let (it, mut plane) = slowly_applied();
    plane.start_copy(vm(), CopyMethod::Full);
    plane.kernel.audit(&it).unwrap();
    assert_eq!(told(&mut plane, 200), [(180 * SECOND, Notice::CopyDone(vm()))]);
    let first = plane.observer.0[0];
    assert_eq!((first.previous, first.cut, first.at), (10 * SECOND, 70 * SECOND, 180 * SECOND));
}

#[test]
fn a_guest_that_is_off_takes_no_snapshot() {
    let mut policy = policy(300, Overrun::CutWhenDone);
    policy.settings.recovery_points = 4;
    policy.settings.app_consistent = Some(Span::seconds(600));
    let mut it = one(MB / 2, MB, GB, policy);
    it.vms[vm()].guest.integration_services = true;
    let mut plane = start(&it);
    // The log of the first 300 s is sent until 900; the snapshot due at 600 would be of the next.
    told(&mut plane, 700);
    plane.shut_down_vm(vm());
    told(&mut plane, 2000);
    assert_eq!((plane.unprotected_bytes(vm()), plane.kernel.tally(0).app_points), (0, 1));
    assert_eq!(kept(&plane)[0], (900, false, 0));
}

/// The cap is a whole number of bytes a second, rounded up: 100 kB of 1 MB at ⌈1700.1⌉ B/s. Below 1 kB/s comparing is a wait: 1000 bytes at 17 B/s.
#[test]
fn the_rate_of_comparing_is_rounded_up_where_that_is_little() {
    for (used, rate, micros) in [(MB, 17_001, 58_788_948), (1000, 17, 58_823_530)] {
        let mut it = one(MB, 0, used, policy(300, Overrun::Queue));
        it.topology.hosts[Id::new(0)].hyper_v.compare_rate = Some(Rate(rate));
        let mut plane = start(&it);
        plane.require_resync(vm());
        plane.start_copy(vm(), CopyMethod::Compare { differs: Some(Ratio(100_000)) });
        assert_eq!(told(&mut plane, 1000), [(micros, Notice::CopyDone(vm()))]);
    }
}

#[test]
fn resuming_tries_at_once_and_backs_off_from_the_beginning() {
    let mut policy = policy(300, Overrun::NextTick);
    policy.retry = Retry::BackOff;
    let it = one(2 * MB, MB, GB, policy);
    let mut plane = start(&it);
    told(&mut plane, 350);
    plane.set_link(Id::new(WAN), None);
    // Attempts fail at 350, 410, 530 and 770 s.
    told(&mut plane, 900);
    plane.suspend(vm());
    told(&mut plane, 1000);
    plane.resume(vm());
    told(&mut plane, 1030);
    plane.set_link(Id::new(WAN), Some(Ratio::ONE));
    told(&mut plane, 1161);
    assert_eq!(seen(&plane), [(300, 1160)]);
}

#[test]
fn a_crash_ends_a_synchronisation_that_nobody_waits_for_any_more() {
    let mut policy = policy(300, Overrun::Queue);
    policy.technology = Technology::HyperV;
    let it = one(100 * MB, MB, GB, policy);
    let mut plane = start(&it);
    told(&mut plane, 100);
    plane.synchronize(vm());
    plane.stop_vm(vm());
    told(&mut plane, 200);
    plane.start_vm(vm());
    plane.start_copy(vm(), CopyMethod::Full);
    let crashed = Notice::ResyncRequired(vm(), Trigger::Crash);
    assert_eq!(told(&mut plane, 400), [(200 * SECOND, crashed), (210 * SECOND, Notice::CopyDone(vm()))]);
    plane.shut_down_vm(vm());
    assert_eq!(told(&mut plane, 2000), []);
    assert_eq!(plane.unprotected_bytes(vm()), 0);
}
