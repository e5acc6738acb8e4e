//! After a failover: commit, another point, cancel, reverse replication, and the way back, more than once.
#![allow(clippy::wildcard_enum_match_arm, reason = "a test picks out the facts that it is about")]

use drsim::data_plane::Point;
use drsim::facts::{Home, JobOutcome, Refusal, Seen, VmSeen};
use drsim::operations::{Act, Scope};
use drsim::protection::State;
use drsim::recovery::PointChoice;
use drsim::units::{Bytes, Time};

use crate::fleet::*;
use crate::operations::failovers::{ends, pair, running, seen, sent_in_20, states};

#[test]
fn there_and_back_twice() {
    let (mut it, [a, _], plan) = pair();
    let of = Scope::Plan(plan);
    for round in [0, 20_000] {
        operate(&mut it, round + 1000, Act::PlannedFailover { of });
        operate(&mut it, round + 3000, Act::Commit { of });
        operate(&mut it, round + 10_000, Act::Failback { of });
    }
    let facts = seen(&it, vec![], sent_in_20());
    assert!(ends(&facts).iter().all(|it| it.1 == JobOutcome::Succeeded), "{:?}", ends(&facts));
    let round = |at: u64| [(at + 1235, Home::Replica), (at + 10_235, Home::Source)];
    assert_eq!(running(&facts, a), [round(0), round(20_000)].concat());
    assert_eq!(states(&facts, a).last(), Some(&(30_115, State::Replicating)));
}

/// Fact 4.23: a planned failover back, its reversal at once, and a commit that operators ask for; a second finds nothing.
#[test]
fn a_failback_is_committed_like_any_failover() {
    let (mut it, [a, b], plan) = pair();
    let of = Scope::Plan(plan);
    operate(&mut it, 1000, Act::PlannedFailover { of });
    operate(&mut it, 3000, Act::Failback { of });
    operate(&mut it, 5000, Act::Commit { of });
    operate(&mut it, 6000, Act::Commit { of });
    let (data, facts) = drsim::sim::run(&it, &outage(vec![]), sent_in_20(), HORIZON);
    // 3000 + 30 job + 60 shutdown + 20 last log + 5 data = 3115; b is up after two boots of 120 s.
    assert_eq!(states(&facts, a).last(), Some(&(3115, State::Replicating)));
    let late = JobOutcome::Failed(Refusal::State(State::Replicating));
    assert_eq!(
        ends(&facts)[1..],
        [(3355, JobOutcome::Succeeded), (5030, JobOutcome::Succeeded), (6000, late)]
    );
    let dropped = data.calls.iter().filter(|(call, _)| *call == "drop points").map(|(_, vm)| *vm);
    assert_eq!(dropped.collect::<Vec<_>>(), [a, b]);
}

#[test]
fn after_an_unplanned_failover_reversal_needs_a_copy_and_protection_begins_with_it() {
    let (mut it, [a, b], plan) = pair();
    let of = Scope::Plan(plan);
    operate(&mut it, 3000, Act::Reverse { of });
    operate(&mut it, 6000, Act::Commit { of });
    operate(&mut it, 7000, Act::Reverse { of });
    operate(&mut it, 20_000, Act::Failback { of });
    let facts = seen(&it, vec![down(host(0), 0, Some(4000))], Steady { copy: s(1000), ..sent_in_20() });
    assert_eq!(
        states(&facts, a)[..4],
        [
            (1450, State::FailoverWaitingCompletion),
            (6030, State::FailedOver),
            (7030, State::Resynchronizing),
            (8030, State::Replicating)
        ]
    );
    let down_yet = JobOutcome::Failed(Refusal::HostDown(drsim::ids::Id::new(0)));
    assert_eq!(ends(&facts)[0], (3000, down_yet));
    assert_eq!(running(&facts, b).last(), Some(&(20_355, Home::Source)));
    assert_eq!(states(&facts, a).last(), Some(&(20_115, State::Replicating)));
}

#[test]
fn another_point_may_be_taken_until_the_commit() {
    let (mut it, [a, _], _) = pair();
    let of = Scope::Vm(a);
    let point = |cut| Point { cut: Time(cut), app_consistent: false, undo: Bytes(0) };
    let data = Steady { kept: [(a, vec![point(900), point(600)])].into(), ..sent_in_20() };
    operate(&mut it, 3000, Act::ChangePoint { of, point: PointChoice::NotAfter(Time(899)) });
    operate(&mut it, 4000, Act::Commit { of });
    operate(&mut it, 5000, Act::ChangePoint { of, point: PointChoice::NotAfter(Time(899)) });
    let facts = seen(&it, vec![down(host(0), 0, None)], data);
    let cuts: Vec<_> = facts
        .iter()
        .filter_map(|fact| match fact.seen {
            Seen::Vm(vm, VmSeen::PointTaken { cut, .. }) if vm == a => Some(cut.0),
            _ => None,
        })
        .collect();
    assert_eq!(cuts, [900, 600]);
    // 3000 + 30 + 5 + 120
    assert_eq!(running(&facts, a), [(1575, Home::Replica), (3155, Home::Replica)]);
    let late = JobOutcome::Failed(Refusal::State(State::FailedOver));
    assert_eq!(ends(&facts), [(3155, JobOutcome::Succeeded), (4030, JobOutcome::Succeeded), (5000, late)]);
}

#[test]
fn cancelling_what_was_prepared_and_what_was_failed_over_are_two_things() {
    let (mut it, [a, _], plan) = pair();
    let of = Scope::Plan(plan);
    // Prepared: cancelled while the last log is sent; the VM starts where it is and replication goes on.
    operate(&mut it, 1000, Act::PlannedFailover { of });
    operate(&mut it, 1100, Act::Cancel { of });
    let facts = seen(&it, vec![], sent_in_20());
    assert_eq!(ends(&facts), [(1100, JobOutcome::Cancelled), (1130, JobOutcome::Succeeded)]);
    assert_eq!((running(&facts, a), states(&facts, a)), (vec![(1250, Home::Source)], vec![]));
    // Failed over: the VM is back at its source and not replicating (T11).
    it.operations.clear();
    operate(&mut it, 6000, Act::Cancel { of });
    let facts = seen(&it, vec![down(host(0), 0, Some(4000))], sent_in_20());
    assert_eq!(running(&facts, a), [(1575, Home::Replica), (6150, Home::Source)]);
    assert_eq!(states(&facts, a).last(), Some(&(6030, State::Error)));
    // After a commit there is nothing to cancel.
    operate(&mut it, 5000, Act::Commit { of });
    let facts = seen(&it, vec![down(host(0), 0, Some(4000))], sent_in_20());
    assert!(matches!(ends(&facts).last(), Some((6000, JobOutcome::Failed(Refusal::State(_))))));
}
