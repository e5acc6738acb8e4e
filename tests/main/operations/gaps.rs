//! Single behaviours that no other file holds to: actions of plans that operators run, who does the work, test networks that connect,
//! how long copies take.
#![allow(clippy::wildcard_enum_match_arm, reason = "a test picks out the facts that it is about")]

use drsim::data_plane::{CopyMethod, DataPlane, Notice};
use drsim::facts::{ActionPlace, ActionSeen, Fact, Home, JobOutcome, Refusal, Seen, VmSeen};
use drsim::ids::Id;
use drsim::operations::{Act, Scope, TestNetwork};
use drsim::outage::{Component, Strike};
use drsim::protection::{Initial, Overrun};
use drsim::recovery::{ActionKind, PointChoice};
use drsim::scenario::Scenario;
use drsim::units::{Bytes, MICROS, Rate, Ratio, Time};
use drsim::workload::Layer;

use crate::fleet::*;
use crate::operations::failovers::{ends, linked, pair as two, running, seen, sent_in_20};
use crate::pair::{self, MB, Points};

/// Instants in seconds at which an action failed.
fn failed(facts: &[Fact]) -> Vec<u64> {
    let failed = facts.iter().filter(|fact| matches!(fact.seen, Seen::Action(_, ActionSeen::Failed(_))));
    failed.map(|fact| fact.at.0 / 1_000_000).collect()
}

/// Fact 5.8: a script on the primary side is that side's VMM server's.
#[test]
fn an_action_on_the_primary_side_fails_at_once_without_its_vmm_server() {
    let (mut it, _, plan) = two();
    let of = Scope::Plan(plan);
    operate(&mut it, 1000, Act::UnplannedFailover { of, synchronize: false, point: PointChoice::Latest });
    let script = action("dns", ActionKind::Script, s(40));
    it.recovery.plans[plan].groups[1].before = vec![script];
    // Its side is not seen either, else the failover were refused.
    let lost: Vec<Strike> = [Component::Vmm(Id::new(0)), linked(&mut it)]
        .map(|component| Strike { from: Time(0), ..down(component, 0, None) })
        .into();
    // 1000 + 30 job + 5 data + 120 boot = 1155, + 40 script + 120 boot.
    let facts = seen(&it, lost.clone(), sent_in_20());
    assert_eq!((ends(&facts), failed(&facts)), (vec![(1315, JobOutcome::Succeeded)], vec![]));
    it.recovery.plans[plan].groups[1].before[0].scope.on_primary = true;
    let facts = seen(&it, lost, sent_in_20());
    // It goes on without those 40 s, and the job tells of it in the end.
    let place = ActionPlace { plan, group: 1, is_after: false, index: 0 };
    let told = JobOutcome::Failed(Refusal::Script(place));
    assert_eq!((ends(&facts), failed(&facts)), (vec![(1275, told)], vec![1155]));
}

/// Facts 5.7, 5.8: an action has directions.
#[test]
fn an_action_runs_in_its_directions_only() {
    let (mut it, _, plan) = two();
    let of = Scope::Plan(plan);
    operate(&mut it, 1000, Act::PlannedFailover { of });
    operate(&mut it, 3000, Act::Commit { of });
    operate(&mut it, 10_000, Act::Failback { of });
    let mut ends_with = |there, back| {
        let mut script = action("dns", ActionKind::Script, s(40));
        (script.scope.there, script.scope.back) = (there, back);
        it.recovery.plans[plan].groups[1].before = vec![script];
        let all: Vec<u64> = ends(&seen(&it, vec![], sent_in_20())).iter().map(|it| it.0).collect();
        (all[0], all[2])
    };
    assert_eq!(ends_with(false, false), (1355, 10_355));
    assert_eq!(ends_with(true, false), (1395, 10_355));
    assert_eq!(ends_with(false, true), (1355, 10_395));
}

/// Fact 5.11: a manual action waits for somebody, also where an operator runs the plan.
#[test]
fn a_manual_action_of_a_run_is_done_by_people_and_pauses_with_them() {
    let (mut it, _, plan) = two();
    operate(&mut it, 1000, Act::PlannedFailover { of: Scope::Plan(plan) });
    it.recovery.plans[plan].groups[1].before = vec![action("look", ActionKind::Manual, s(900))];
    // It begins at 1235, after the boot of the first group.
    assert_eq!(ends(&seen(&it, vec![], sent_in_20())), [(1235 + 900 + 120, JobOutcome::Succeeded)]);
    let away = down(Component::People(Id::new(0)), 240, Some(1000));
    let facts = seen(&it, vec![away], sent_in_20());
    assert_eq!(ends(&facts), [(1235 + 900 + 1000 + 120, JobOutcome::Succeeded)]);
}

/// Fact 4.28: none, one that is there, one that is created for the test.
#[test]
fn a_test_vm_is_connected_where_the_test_has_a_network() {
    let (mut it, [a, _], _) = two();
    let mut connected = |network| {
        it.operations.clear();
        let of = Scope::Vm(a);
        let (point, testing) = (PointChoice::Latest, s(600));
        operate(&mut it, 1000, Act::TestFailover { of, network, point, testing, in_cloud: true });
        let facts = seen(&it, vec![], sent_in_20());
        let one = |fact: &Fact| match fact.seen {
            Seen::Vm(_, VmSeen::TestRunning { is_connected, .. }) => Some(is_connected),
            _ => None,
        };
        facts.iter().find_map(one)
    };
    assert_eq!(connected(TestNetwork::None), Some(false));
    assert_eq!(connected(TestNetwork::Created), Some(true));
    assert_eq!(connected(TestNetwork::Existing(Id::new(1))), Some(true));
}

/// S24, S26: the VMM server's own VM goes by hand, and comes back by hand; whose hands are named takes their time.
#[test]
fn a_plain_replica_goes_there_and_back_by_the_hands_that_are_named() {
    let (mut it, [a, _], _) = two();
    it.vms[a].protection.as_mut().unwrap().relationship.orchestrated = false;
    for at in [2000, 10_000] {
        operate(&mut it, at, Act::FailOverByHand { vm: a, planned: true });
    }
    // 60 s to shut down, 20 s for the last log, 5 s data, 120 s boot.
    let there_and_back = |it: &_| running(&seen(it, vec![], sent_in_20()), a);
    assert_eq!(there_and_back(&it), [(2205, Home::Replica), (10_205, Home::Source)]);
    it.operations[1].by = Some(Id::new(0));
    assert_eq!(there_and_back(&it), [(2205, Home::Replica), (10_445, Home::Source)]);
}

/// One VM with 10 GB in use and nothing written, whose first copy is still to be made, over 10 MB/s.
fn uncopied(churn: Vec<Vec<Layer>>) -> Scenario {
    let mut it = pair::pair(Rate(10 * MB), pair::policy(50, Overrun::CutWhenDone), churn);
    let row = &mut it.vms[Id::new(0)];
    row.disks[0].used = Some(Bytes(10_000 * MB));
    let protection = row.protection.as_mut().expect("it is protected");
    protection.relationship.initial = Initial::Network { at: None };
    it.topology.hosts[Id::new(0)].hyper_v.compare_rate = Some(Rate(100 * MB));
    it
}

/// Facts 1.30, 1.31: where little differs comparing takes the time, where much does sending; a full copy is not compared.
#[test]
fn a_copy_takes_the_longer_of_comparing_and_sending() {
    let seconds = |method| {
        let mut plane = pair::plane(&uncopied(vec![vec![]]), Points::default());
        plane.start_copy(Id::new(0), method);
        let done = plane.advance(Time(s(10_000).0));
        assert_eq!(plane.notice(), Some(Notice::CopyDone(Id::new(0))));
        done.0 / MICROS
    };
    let compare = |millionths| CopyMethod::Compare { differs: Some(Ratio(millionths)) };
    // 10 GB at 100 MB/s are compared in 100 s; 1 % is sent in 10 s, 50 % in 500 s, all in 1000 s.
    assert_eq!([0, 10_000, 500_000].map(|differs| seconds(compare(differs))), [100, 100, 500]);
    assert_eq!(seconds(CopyMethod::Full), 1000);
}

/// Fact 3.13: a copy holds one of its host's slots until it is sent, and changes of other VMs wait for it.
#[test]
fn copies_and_changes_share_the_slots_of_a_host() {
    let mut it = uncopied(vec![vec![], vec![Layer::Constant(Rate(MB))]]);
    it.topology.hosts[Id::new(0)].send_slots = Some(1);
    let mut plane = pair::plane(&it, Points::default());
    plane.start_copy(Id::new(0), CopyMethod::Full);
    plane.advance(Time(s(1000).0));
    plane.notice();
    plane.advance(Time(s(1010).0));
    let first = plane.observer.0.iter().find(|point| point.vm == 1).map(|point| (point.cut, point.at));
    // Cut at 50 s, it waits until 1000 s, and 50 MB take 5 s.
    assert_eq!(first, Some((s(50).0, s(1005).0)));
}

/// Fact 2.6: VSS that something else holds, or a guest without integration services, gives no app-consistent point.
#[test]
fn an_app_consistent_point_fails_while_a_backup_holds_vss() {
    let mut it = pair::pair(Rate(10 * MB), pair::policy(300, Overrun::CutWhenDone), vec![vec![]]);
    let settings = &mut it.policies[Id::new(0)].settings;
    (settings.recovery_points, settings.app_consistent) = (4, Some(s(3600)));
    let taken = |it: &Scenario| {
        let mut plane = pair::plane(it, Points::default());
        plane.advance(Time(s(3 * 3600).0));
        let tally = plane.kernel.tally(0);
        (tally.app_points, tally.app_failures)
    };
    // Due at one, two and three hours.
    assert_eq!(taken(&it), (3, 0));
    let vm = &mut it.vms[Id::new(0)].guest;
    vm.backups = vec![(Time(s(3600).0), Time(s(7200).0))];
    assert_eq!(taken(&it), (2, 1));
    it.vms[Id::new(0)].guest.integration_services = false;
    assert_eq!(taken(&it), (0, 3));
}
