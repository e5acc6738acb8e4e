//! Failovers that operators ask for, to the microsecond, and what a second fault leaves of them.
#![allow(clippy::wildcard_enum_match_arm, reason = "a test picks out the facts that it is about")]

use std::collections::BTreeSet;

use drsim::data_plane::Point;
use drsim::facts::{Fact, Home, JobOutcome, JobSeen, PlanSeen, Refusal, Seen, VmSeen};
use drsim::ids::{Id, Table};
use drsim::operations::{Act, Scope};
use drsim::outage::{Component, Strike};
use drsim::protection::State;
use drsim::recovery::{ActionKind, Plan, PointChoice, ShutdownOrder};
use drsim::scenario::Scenario;
use drsim::topology::{Link, Node, OsVersion};
use drsim::units::{Bytes, Rate, Ratio, Span, Time};
use drsim::workload::Vm;

use crate::fleet::*;

/// Two VMs in two groups of a plan, and an application over both.
pub fn pair() -> (Scenario, [Id<Vm>; 2], Id<Plan>) {
    let mut it = fleet();
    let (a, b) = (vm(&mut it, "a", 0), vm(&mut it, "b", 0));
    application(&mut it, "app", &[a, b], &[]);
    let plan = plan(&mut it, &[&[a], &[b]]);
    (it, [a, b], plan)
}

/// One link between both sites, by which the source is seen to run.
pub fn linked(it: &mut Scenario) -> Component {
    let node = |name: &str, site| Node { name: name.into(), site: Some(Id::new(site)) };
    it.topology.nodes = Table::new(vec![node("hq", 0), node("dr", 1)]);
    it.topology.links = Table::new(vec![Link {
        name: "wan".into(),
        from: Id::new(0),
        to: Id::new(1),
        domains: vec![],
        rate: [Rate(12_500_000); 2],
        latency: Span::ZERO,
        efficiency: Ratio::ONE,
        throttle: [vec![(Time::START, None)], vec![(Time::START, None)]],
    }]);
    Component::Link(Id::new(0))
}

pub fn sent_in_20() -> Steady {
    Steady { last_log: s(20), ..Steady::default() }
}

pub fn seen(it: &Scenario, strikes: Vec<Strike>, data: Steady) -> Vec<Fact> {
    facts(it, &outage(strikes), data)
}

/// How each job ended, in order of ending, and when.
pub fn ends(facts: &[Fact]) -> Vec<(u64, JobOutcome)> {
    let of = |fact: &Fact| match &fact.seen {
        Seen::Job(_, JobSeen::Ended(outcome)) => Some((fact.at.0 / 1_000_000, outcome.clone())),
        _ => None,
    };
    facts.iter().filter_map(of).collect()
}

pub fn states(facts: &[Fact], of: Id<Vm>) -> Vec<(u64, State)> {
    let one = |fact: &Fact| match fact.seen {
        Seen::Vm(vm, VmSeen::State { to, .. }) if vm == of => Some((fact.at.0 / 1_000_000, to)),
        _ => None,
    };
    facts.iter().filter_map(one).collect()
}

pub fn running(facts: &[Fact], of: Id<Vm>) -> Vec<(u64, Home)> {
    let one = |fact: &Fact| match fact.seen {
        Seen::Vm(vm, VmSeen::Running(home)) if vm == of => Some((fact.at.0 / 1_000_000, home)),
        _ => None,
    };
    facts.iter().filter_map(one).collect()
}

fn lost(facts: &[Fact]) -> Vec<(u64, u64)> {
    let one = |fact: &Fact| match fact.seen {
        Seen::Vm(_, VmSeen::PointTaken { cut, lost_bytes, .. }) => Some((cut.0 / 1_000_000, lost_bytes)),
        _ => None,
    };
    facts.iter().filter_map(one).collect()
}

#[test]
fn a_planned_failover_loses_nothing_and_is_protected_at_once() {
    let (mut it, [a, b], plan) = pair();
    operate(&mut it, 1000, Act::PlannedFailover { of: Scope::Plan(plan) });
    let facts = seen(&it, vec![], sent_in_20());
    // 1000 + 30 job + 60 shutdown = 1090, + 20 last log = 1110, + 5 data = 1115, + 120 boot = 1235; b boots after a.
    assert_eq!(lost(&facts), [(1090, 0), (1090, 0)]);
    assert_eq!(running(&facts, a), [(1235, Home::Replica)]);
    assert_eq!(running(&facts, b), [(1355, Home::Replica)]);
    let expected = [
        (1110, State::SyncedReplicationComplete),
        (1110, State::FailoverWaitingCompletion),
        (1115, State::Replicating),
    ];
    assert_eq!(states(&facts, a), expected);
    assert_eq!(ends(&facts), [(1355, JobOutcome::Succeeded)]);
    let shut: Vec<u64> = facts
        .iter()
        .filter(|fact| matches!(fact.seen, Seen::Vm(_, VmSeen::ShutDown { forced: false })))
        .map(|fact| fact.at.0)
        .collect();
    assert_eq!(shut, [1_090_000_000, 1_090_000_000]);
}

#[test]
fn a_guest_that_hangs_is_cut_off_and_groups_may_shut_down_in_reverse() {
    let (mut it, [a, b], plan) = pair();
    it.recovery.plans[plan].conduct.shutdown = ShutdownOrder::ReverseGroups;
    it.vms[b].guest.shutdown = s(301);
    operate(&mut it, 1000, Act::PlannedFailover { of: Scope::Plan(plan) });
    let facts = seen(&it, vec![], sent_in_20());
    let shut: Vec<_> = facts
        .iter()
        .filter_map(|fact| match fact.seen {
            Seen::Vm(vm, VmSeen::ShutDown { forced }) => Some((fact.at.0 / 1_000_000, vm, forced)),
            _ => None,
        })
        .collect();
    // b first, cut off after 300 s; then a in its 60.
    assert_eq!(shut, [(1330, b, true), (1390, a, false)]);
}

#[test]
fn a_planned_plan_stops_on_an_error_and_goes_on_when_restarted() {
    let (mut it, [a, b], plan) = pair();
    let mut script = action("dns", ActionKind::Script, s(40));
    script.scope.fails = true;
    it.recovery.plans[plan].groups[1].before = vec![script];
    operate(&mut it, 1000, Act::PlannedFailover { of: Scope::Plan(plan) });
    operate(&mut it, 5000, Act::RestartPlan { plan });
    let place = drsim::facts::ActionPlace { plan, group: 1, is_after: false, index: 0 };
    let facts = seen(&it, vec![], sent_in_20());
    // It fails at 1235 + 40, and again at 5000 + 30 + 40: b never starts.
    let failed = JobOutcome::Failed(Refusal::Script(place));
    assert_eq!(ends(&facts), [(1275, failed.clone()), (5070, failed)]);
    assert_eq!((running(&facts, a).len(), running(&facts, b).len()), (1, 0));
    // Only in test failovers it does not run, and the plan ends. A restart then finds nothing.
    it.recovery.plans[plan].groups[1].before[0].scope.planned = false;
    let facts = seen(&it, vec![], sent_in_20());
    assert_eq!(ends(&facts)[0], (1355, JobOutcome::Succeeded));
    assert!(matches!(ends(&facts)[1], (5000, JobOutcome::Failed(Refusal::State(_)))));
    // An unplanned plan runs through the error.
    it.recovery.plans[plan].groups[1].before[0].scope.planned = true;
    it.operations[0].act =
        Act::UnplannedFailover { of: Scope::Plan(plan), synchronize: true, point: PointChoice::Latest };
    let facts = seen(&it, vec![], sent_in_20());
    assert_eq!(running(&facts, b), [(1395, Home::Replica)]);
}

#[test]
fn an_unplanned_failover_with_synchronisation_loses_nothing_and_without_a_way_goes_on() {
    let (mut it, [a, _], plan) = pair();
    it.recovery.plans[plan].shutdown_timeout = Some(s(200));
    let act = |synchronize| Act::UnplannedFailover {
        of: Scope::Plan(plan),
        synchronize,
        point: PointChoice::Latest,
    };
    operate(&mut it, 1000, act(true));
    let facts = seen(&it, vec![], sent_in_20());
    assert_eq!(lost(&facts), [(1090, 0), (1090, 0)]);
    assert_eq!(states(&facts, a), [(1110, State::FailoverWaitingCompletion)], "unprotected until reversed");
    // The last log does not get through: given up at 1030 + 200, with points 200 s older than the shutdown.
    let facts = seen(&it, vec![], Steady { is_cut: true, ..Steady::default() });
    assert_eq!(lost(&facts), [(890, 200_000_000), (890, 200_000_000)]);
    assert_eq!(running(&facts, a), [(1230 + 5 + 120, Home::Replica)]);
    // Without synchronisation a source that is seen to run is refused.
    it.operations[0].act = act(false);
    assert_eq!(ends(&seen(&it, vec![], sent_in_20())), [(1000, JobOutcome::Failed(Refusal::SourceRuns))]);
    // Through a cut path it is not seen, whatever the control plane knows: it goes, and two copies run.
    let unseen = down(linked(&mut it), 0, None);
    let facts = seen(&it, vec![Strike { from: Time(0), ..unseen }], sent_in_20());
    assert_eq!(facts.iter().filter(|fact| matches!(fact.seen, Seen::Vm(_, VmSeen::SplitBrain))).count(), 2);
    assert_eq!(ends(&facts).last(), Some(&(1275, JobOutcome::Succeeded)));
}

#[test]
fn the_point_chosen_is_the_one_asked_for_and_undoing_takes_time() {
    let (mut it, [a, b], plan) = pair();
    let point = |cut: u64, app_consistent, undo| Point {
        cut: Time(cut * 1_000_000),
        app_consistent,
        undo: Bytes(undo),
    };
    let a_points = vec![point(900, false, 0), point(700, true, 3000), point(300, false, 9000)];
    let b_points = vec![point(800, false, 0), point(750, false, 10), point(200, true, 20)];
    let data = Steady { kept: [(a, a_points), (b, b_points)].into(), ..sent_in_20() };
    it.topology.volumes[Id::new(2)].apply_rate = Some(Rate(100));
    let at = |choice, it: &mut Scenario| {
        it.recovery.plans[plan].conduct.point = choice;
        let facts = seen(it, vec![down(host(0), 0, None)], data.clone());
        let cuts: Vec<u64> = lost(&facts).iter().map(|it| it.0).collect();
        (cuts, running(&facts, a).first().map_or(0, |it| it.0))
    };
    // Declared: fault 1000 + 420 + 30, 5 data, 120 boot = 1575. 3000 B at 100 B/s are 30 s more, 9000 B 90 s.
    assert_eq!(at(PointChoice::Latest, &mut it), (vec![900, 800], 1575));
    assert_eq!(at(PointChoice::LatestAppConsistent, &mut it), (vec![700, 200], 1605));
    assert_eq!(at(PointChoice::Common, &mut it), (vec![700, 800], 1605));
    assert_eq!(at(PointChoice::NotAfter(Time(299_999_999)), &mut it).0, [200], "a has no point that old");
    it.topology.hosts[Id::new(2)].hyper_v.os = OsVersion::Ws2012;
    assert_eq!(at(PointChoice::LatestAppConsistent, &mut it), (vec![700, 200], 1575));
    // Corruption from 750 s on, found at 950 s: of a 700 is left, of b 750, cut the moment it began.
    let corrupt = Strike {
        from: Time(750_000_000),
        to: Some(Time(950_000_000)),
        ..down(Component::Contents(a), 0, None)
    };
    let other = Strike { component: Component::Contents(b), ..corrupt.clone() };
    it.recovery.plans[plan].conduct.point = PointChoice::Latest;
    let facts = seen(&it, vec![corrupt, other, down(host(0), 0, None)], data);
    assert_eq!(lost(&facts).iter().map(|it| it.0).collect::<Vec<_>>(), [700, 750]);
}

#[test]
fn a_declared_plan_that_synchronises_takes_what_still_runs_with_it() {
    let (mut it, [_, b], plan) = pair();
    it.vms[b].host = Id::new(1);
    it.vms[b].disks[0].volume = Id::new(1);
    let strikes = || vec![down(host(0), 0, None)];
    assert_eq!(running(&seen(&it, strikes(), sent_in_20()), b), [], "left where it runs");
    it.recovery.plans[plan].conduct.synchronize = true;
    let facts = seen(&it, strikes(), sent_in_20());
    // Declared at 1420, + 30 + 60 shutdown + 20 + 5 + 120 + 120 boot.
    assert_eq!(running(&facts, b), [(1775, Home::Replica)]);
    assert_eq!(lost(&facts), [(800, 200_000_000), (1510, 0)]);
    assert!(facts.iter().any(|fact| matches!(fact.seen, Seen::Plan(_, PlanSeen::Done))));
}

#[test]
fn a_lost_source_that_returns_is_kept_off_if_it_can_be_told() {
    let (it, [a, b], _) = pair();
    let brains = |strikes| {
        let facts = seen(&it, strikes, sent_in_20());
        let one = |fact: &Fact| match fact.seen {
            Seen::Vm(vm, VmSeen::SplitBrain) => Some((fact.at.0 / 1_000_000, vm)),
            _ => None,
        };
        facts.iter().filter_map(one).collect::<Vec<_>>()
    };
    assert_eq!(brains(vec![down(host(0), 0, Some(4000))]), []);
    let untold = vec![down(host(0), 0, Some(4000)), down(Component::Vmm(Id::new(0)), 0, Some(5000))];
    assert_eq!(brains(untold), [(5000, a), (5000, b)]);
}

#[test]
fn what_the_product_refuses_is_a_failed_job_with_the_reason() {
    let (mut it, [a, _], plan) = pair();
    operate(&mut it, 1000, Act::PlannedFailover { of: Scope::Plan(plan) });
    operate(&mut it, 1050, Act::PlannedFailover { of: Scope::Vm(a) });
    operate(&mut it, 1051, Act::Commit { of: Scope::Vm(a) });
    let facts = seen(&it, vec![], sent_in_20());
    let busy = || JobOutcome::Failed(Refusal::InProgress);
    assert_eq!(ends(&facts)[..2], [(1050, busy()), (1051, busy())]);
    it.operations.truncate(1);
    let refused = |component| {
        let strike = Strike { from: Time(900_000_000), ..down(component, 0, None) };
        ends(&seen(&it, vec![strike], sent_in_20()))[0].1.clone()
    };
    let missing = |it| JobOutcome::Failed(Refusal::ControlPlane(it));
    use drsim::facts::Missing;
    assert_eq!(refused(Component::Vmm(Id::new(0))), missing(Missing::Vmm(Id::new(0))));
    assert_eq!(refused(Component::Vmm(Id::new(1))), missing(Missing::Vmm(Id::new(1))));
    assert_eq!(refused(Component::RecoveryService), missing(Missing::RecoveryService));
    assert_eq!(refused(host(2)), JobOutcome::Failed(Refusal::HostDown(Id::new(2))));
    assert_eq!(refused(host(0)), JobOutcome::Failed(Refusal::NotRunning));
}

#[test]
fn a_plain_replica_is_failed_over_by_hand_without_any_control_plane() {
    let (mut it, [a, _], _) = pair();
    it.vms[a].protection.as_mut().unwrap().relationship.orchestrated = false;
    operate(&mut it, 1000, Act::PlannedFailover { of: Scope::Vm(a) });
    operate(&mut it, 2000, Act::FailOverByHand { vm: a, planned: true });
    it.operations[1].by = Some(Id::new(0));
    let strike = Strike { from: Time(0), ..down(Component::RecoveryService, 0, None) };
    let facts = seen(&it, vec![strike], sent_in_20());
    // 2000 + 240 by hand + 60 + 20 + 5 + 120
    let expected = [(1000, JobOutcome::Failed(Refusal::NotOrchestrated)), (2445, JobOutcome::Succeeded)];
    assert_eq!(ends(&facts), expected);
    assert_eq!(lost(&facts)[0].1, 0);
}

#[test]
fn a_second_fault_at_any_instant_of_a_planned_failover_leaves_a_way_on() {
    let (mut it, [a, b], plan) = pair();
    it.recovery.plans[plan].groups[1].before = vec![action("dns", ActionKind::Script, s(40))];
    operate(&mut it, 1000, Act::PlannedFailover { of: Scope::Plan(plan) });
    let all = |it: &Scenario| seen(it, vec![], sent_in_20());
    let instants: BTreeSet<u64> =
        all(&it).iter().flat_map(|fact| [fact.at.0 - 1, fact.at.0, fact.at.0 + 1]).collect();
    operate(&mut it, 20_000, Act::RestartPlan { plan });
    let of = Scope::Plan(plan);
    operate(&mut it, 30_000, Act::UnplannedFailover { of, synchronize: true, point: PointChoice::Latest });
    operate(&mut it, 40_000, Act::Cancel { of });
    operate(&mut it, 50_000, Act::Reverse { of });
    operate(&mut it, 60_000, Act::Failback { of });
    for at in instants {
        for component in [host(0), host(2), Component::Volume(Id::new(2)), Component::Vmm(Id::new(1))] {
            for lasts in [None, Some(1), Some(300_000_000), Some(12_000_000_000)] {
                for is_cut in [false, true] {
                    let strike = Strike {
                        from: Time(at),
                        to: lasts.map(|it| Time(at + it)),
                        ..down(component, 0, None)
                    };
                    let facts = seen(&it, vec![strike], Steady { is_cut, ..sent_in_20() });
                    let count =
                        |wanted: fn(&Seen) -> bool| facts.iter().filter(|it| wanted(&it.seen)).count();
                    let begun = count(|it| matches!(it, Seen::Job(_, JobSeen::Began { .. })));
                    let ended = count(|it| matches!(it, Seen::Job(_, JobSeen::Ended(_))));
                    assert!(
                        begun == ended || (is_cut && begun == ended + 1),
                        "{component:?} at {at} for {lasts:?}: {begun} jobs, {ended} ended"
                    );
                    if lasts == Some(300_000_000) && !is_cut {
                        let runs = [a, b].map(|vm| !running(&facts, vm).is_empty());
                        assert_eq!(runs, [true, true], "{component:?} at {at}");
                    }
                }
            }
        }
    }
}
