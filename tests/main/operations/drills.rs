//! Test failovers: their timeline, their end, and what they take from a real outage.
#![allow(clippy::wildcard_enum_match_arm, reason = "a test picks out the facts that it is about")]

use drsim::facts::{Fact, Home, JobOutcome, Phase, Reason, Refusal, Seen, StepSeen, Subject, VmSeen};
use drsim::ids::Id;
use drsim::operations::{Act, Scope, TestNetwork};
use drsim::recovery::PointChoice;
use drsim::units::Span;

use crate::fleet::*;
use crate::operations::failovers::{ends, pair, running, seen, sent_in_20, states};

fn drill(of: Scope, testing: Span) -> Act {
    Act::TestFailover { of, network: TestNetwork::None, point: PointChoice::Latest, testing, in_cloud: true }
}

fn removed(facts: &[Fact]) -> Vec<(u64, bool)> {
    let one = |fact: &Fact| match fact.seen {
        Seen::Vm(_, VmSeen::TestRemoved { forced }) => Some((fact.at.0 / 1_000_000, forced)),
        _ => None,
    };
    facts.iter().filter_map(one).collect()
}

#[test]
fn a_drill_runs_beside_production_and_leaves_nothing() {
    let (mut it, [a, _], plan) = pair();
    operate(&mut it, 1000, drill(Scope::Plan(plan), s(3600)));
    operate(&mut it, 2000, Act::PlannedFailover { of: Scope::Vm(a) });
    operate(&mut it, 2001, drill(Scope::Vm(a), s(1)));
    operate(&mut it, 6000, Act::PlannedFailover { of: Scope::Vm(a) });
    let facts = seen(&it, vec![], sent_in_20());
    let up: Vec<_> = facts
        .iter()
        .filter_map(|fact| match fact.seen {
            Seen::Vm(_, VmSeen::TestRunning { cut, is_connected, .. }) => {
                Some((fact.at.0 / 1_000_000, cut.0 / 1_000_000, is_connected))
            }
            _ => None,
        })
        .collect();
    // 1000 + 30 job + 5 data + 120 boot, then the next group; points are 200 s old at 1030.
    assert_eq!(up, [(1155, 830, false), (1275, 830, false)]);
    assert_eq!(removed(&facts), [(4875, false), (4875, false)]);
    let refused = || JobOutcome::Failed(Refusal::TestRuns);
    assert_eq!(
        ends(&facts),
        [(2000, refused()), (2001, refused()), (4875, JobOutcome::Succeeded), (6235, JobOutcome::Succeeded)]
    );
    assert_eq!(states(&facts, a).first().map(|it| it.0), Some(6110), "replication did not notice the drill");
}

#[test]
fn a_drill_is_ended_by_force_after_two_weeks() {
    let (mut it, [a, _], _) = pair();
    operate(&mut it, 1000, drill(Scope::Vm(a), s(15 * 86_400)));
    let facts =
        drsim::sim::run(&it, &outage(vec![]), sent_in_20(), drsim::units::Time(20 * 86_400_000_000)).1;
    assert_eq!(removed(&facts), [(1155 + 14 * 86_400, true)]);
    assert_eq!(ends(&facts), [(1155 + 14 * 86_400, JobOutcome::Cancelled)]);
}

#[test]
fn an_outage_during_a_drill_meets_less_room_until_the_drill_ends() {
    let (mut it, [a, b], plan) = pair();
    // Room for two of 4 cores: the test VM takes one of them.
    it.topology.hosts[Id::new(2)].cores = 8;
    operate(&mut it, 900, drill(Scope::Vm(a), s(3600)));
    let facts = seen(&it, vec![down(host(0), 0, None)], sent_in_20());
    assert_eq!(running(&facts, a), [(1575, Home::Replica)]);
    let short = facts.iter().any(|fact| {
        fact.at.0 == 1_575_000_000
            && matches!(fact.seen, Seen::Vm(vm, VmSeen::GivenUp { reason: Reason::NoRoom { cores_short: 4, .. }, .. }) if vm == b)
    });
    assert!(short, "b finds no room");
    let waits = |fact: &Fact| {
        let Seen::Step(step, StepSeen::Began { on, phase: Phase::WaitingForRoom, .. }) = fact.seen else {
            return None;
        };
        assert_eq!((fact.at.0, on), (1_575_000_000, Subject::Vm(b)), "from the plan's refusal on");
        Some(step)
    };
    let wait = facts.iter().find_map(waits).expect("b waits for room");
    let ended = |fact: &&Fact| matches!(fact.seen, Seen::Step(step, StepSeen::Ended { .. }) if step == wait);
    assert_eq!(facts.iter().find(ended).map(|fact| fact.at.0), Some(4_655_000_000), "as the drill ends");
    // Test VM up at 900 + 155, removed 3600 s later; then b boots in 120.
    assert_eq!(running(&facts, b), [(4655 + 120, Home::Replica)]);
    // Without room for a test VM the drill fails.
    it.topology.hosts[Id::new(2)].cores = 3;
    let facts = seen(&it, vec![], sent_in_20());
    assert_eq!(ends(&facts), [(935, JobOutcome::Failed(Refusal::NoRoom(Id::new(2))))]);
    // Nor with a full cloud, if test VMs stand in it: two replicas and one more.
    it.control_plane.clouds[Id::new(1)].profile.capacity.vms = Some(2);
    let facts = seen(&it, vec![], sent_in_20());
    assert_eq!(ends(&facts), [(930, JobOutcome::Failed(Refusal::NoCapacity(Id::new(1))))]);
    assert!(it.recovery.plans[plan].groups.len() == 2);
}

#[test]
fn a_test_vm_dies_with_its_host_and_the_drill_ends() {
    let (mut it, [a, _], _) = pair();
    operate(&mut it, 900, drill(Scope::Vm(a), s(3600)));
    for from in [20, 40, 100, 500] {
        let facts = seen(&it, vec![down(host(2), from, Some(10))], sent_in_20());
        assert_eq!(ends(&facts), [(1000 + from, JobOutcome::Failed(Refusal::BrokenOff))]);
    }
}
