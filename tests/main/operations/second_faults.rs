//! A second fault, or another act, at a step of an exercise: one directed test for each, beside the exploration at random.
#![allow(clippy::wildcard_enum_match_arm, reason = "a test picks out the facts that it is about")]

use drsim::assess::{Options, assess};
use drsim::data_plane::Point;
use drsim::facts::{
    ActionPlace, Fact, Home, JobOutcome, Missing, Phase, Refusal, Seen, StepSeen, Subject, VmSeen,
};
use drsim::ids::Id;
use drsim::operations::{Act, Scope, TestNetwork};
use drsim::outage::{Component, Strike};
use drsim::protection::{Resync, State};
use drsim::recovery::{ActionKind, PointChoice, ShutdownOrder};
use drsim::scenario::Scenario;
use drsim::units::{Bytes, Time};
use drsim::workload::Vm;

use crate::fleet::*;
use crate::operations::exercises::{at, estate, hold, operation};
use crate::operations::failovers::{ends, pair, running, seen, sent_in_20, states};
use crate::scripted;

/// From `from` seconds on, for `lasts`.
fn struck(component: Component, from: u64, lasts: Option<u64>) -> Strike {
    Strike { from: at(from), to: lasts.map(|it| at(from + it)), ..down(component, 0, None) }
}

fn drill(of: Scope, network: TestNetwork, in_cloud: bool) -> Act {
    Act::TestFailover { of, network, point: PointChoice::Latest, testing: s(600), in_cloud }
}

fn unplanned(of: Scope, synchronize: bool) -> Act {
    Act::UnplannedFailover { of, synchronize, point: PointChoice::Latest }
}

/// Cut in seconds and bytes lost of each point taken of `of`.
fn taken(facts: &[Fact], of: Id<Vm>) -> Vec<(u64, u64)> {
    let one = |fact: &Fact| match fact.seen {
        Seen::Vm(vm, VmSeen::PointTaken { cut, lost_bytes, .. }) if vm == of => {
            Some((cut.0 / 1_000_000, lost_bytes))
        }
        _ => None,
    };
    facts.iter().filter_map(one).collect()
}

/// What was asked of replication.
fn calls(it: &Scenario, strikes: Vec<Strike>, vm: Id<Vm>) -> Vec<&'static str> {
    let data = drsim::sim::run(it, &outage(strikes), sent_in_20(), HORIZON).0;
    data.calls.into_iter().filter(|it| it.1 == vm).map(|it| it.0).collect()
}

fn failed(refusal: Refusal) -> JobOutcome {
    JobOutcome::Failed(refusal)
}

// -- a planned failover

#[test]
fn a_source_lost_before_its_last_log_has_arrived_fails_the_planned_failover_and_is_failed_over_as_lost() {
    let (mut it, [a, _], _) = pair();
    operate(&mut it, 1000, Act::PlannedFailover { of: Scope::Vm(a) });
    // Off at 1090; its last log is still on its way at 1100.
    let facts = seen(&it, vec![struck(host(0), 1100, None)], Steady { is_cut: true, ..Steady::default() });
    assert_eq!(ends(&facts), [(1100, failed(Refusal::HostDown(Id::new(0))))]);
    // People detect and decide in 420 s, the job takes 30: what the last log held is lost.
    assert_eq!(taken(&facts, a), [(890, 200_000_000)]);
    assert_eq!(running(&facts, a), [(1675, Home::Replica)]);
}

#[test]
fn a_planned_plan_stops_where_a_vm_fell_before_its_turn_to_shut_down() {
    let (mut it, [a, b], plan) = pair();
    it.recovery.plans[plan].conduct.shutdown = ShutdownOrder::ReverseGroups;
    it.vms[a].host = Id::new(1);
    it.vms[a].disks[0].volume = Id::new(1);
    operate(&mut it, 1000, Act::PlannedFailover { of: Scope::Plan(plan) });
    // b is off at 1090 and in step at 1110; a still boots.
    let facts = seen(&it, vec![struck(host(1), 1050, Some(10))], sent_in_20());
    assert_eq!(ends(&facts), [(1110, failed(Refusal::NotRunning))]);
    assert_eq!(states(&facts, b), [(1110, State::SyncedReplicationComplete)]);
    assert_eq!((taken(&facts, a), taken(&facts, b)), (vec![], vec![]));
}

#[test]
fn a_planned_plan_stops_at_the_next_stage_without_its_control_plane() {
    let (mut it, [a, _], plan) = pair();
    operate(&mut it, 1000, Act::PlannedFailover { of: Scope::Plan(plan) });
    let vmm = Id::new(1);
    let facts = seen(&it, vec![struck(Component::Vmm(vmm), 1100, None)], sent_in_20());
    assert_eq!(ends(&facts), [(1110, failed(Refusal::ControlPlane(Missing::Vmm(vmm))))]);
    assert_eq!(
        states(&facts, a),
        [(1110, State::SyncedReplicationComplete)],
        "locked until somebody cancels"
    );
}

#[test]
fn a_restarted_plan_does_not_repeat_what_is_done() {
    let (mut it, _, plan) = pair();
    let mut script = action("dns", ActionKind::Script, s(40));
    it.recovery.plans[plan].groups[0].before = vec![script.clone()];
    script.scope.fails = true;
    it.recovery.plans[plan].groups[1].before = vec![script];
    operate(&mut it, 1000, Act::PlannedFailover { of: Scope::Plan(plan) });
    operate(&mut it, 5000, Act::RestartPlan { plan });
    let facts = seen(&it, vec![], sent_in_20());
    let runs = |group| {
        let place = ActionPlace { plan, group, is_after: false, index: 0 };
        let began = |fact: &&Fact| matches!(fact.seen, Seen::Step(_, StepSeen::Began { on: Subject::Action(on), phase: Phase::Actions, .. }) if on == place);
        facts.iter().filter(began).count()
    };
    assert_eq!((runs(0), runs(1)), (1, 2));
}

#[test]
fn a_host_lost_during_a_manual_action_boots_its_vms_again_and_the_plan_goes_on() {
    let (mut it, [a, b], plan) = pair();
    it.recovery.plans[plan].groups[1].before = vec![action("look", ActionKind::Manual, s(300))];
    operate(&mut it, 1000, Act::PlannedFailover { of: Scope::Plan(plan) });
    let facts = seen(&it, vec![struck(host(2), 1300, Some(100))], sent_in_20());
    assert_eq!(running(&facts, a), [(1235, Home::Replica), (1520, Home::Replica)]);
    // The action is asked for at 1235 and done at 1535.
    assert_eq!(running(&facts, b), [(1655, Home::Replica)]);
    assert_eq!(ends(&facts), [(1655, JobOutcome::Succeeded)]);
    // Gone for good, b is given up and the plan stops with it.
    let facts = seen(&it, vec![struck(host(2), 1300, None)], sent_in_20());
    assert_eq!(ends(&facts), [(1535, failed(Refusal::Vm(b)))]);
}

// -- the way back

#[test]
fn a_host_that_is_lost_again_before_the_reversal_begins_fails_it() {
    let (mut it, [a, _], plan) = pair();
    operate(&mut it, 6000, Act::Reverse { of: Scope::Plan(plan) });
    let strikes = vec![down(host(0), 0, Some(4000)), struck(host(0), 6010, None)];
    let facts = seen(&it, strikes, sent_in_20());
    assert_eq!(ends(&facts), [(6030, failed(Refusal::HostDown(Id::new(0))))]);
    assert_eq!(states(&facts, a).last(), Some(&(1450, State::FailoverWaitingCompletion)));
}

#[test]
fn only_a_planned_failover_reverses_in_step_and_a_reversal_by_hand_compares() {
    let (mut it, [a, _], _) = pair();
    let of = Scope::Vm(a);
    operate(&mut it, 1000, Act::PlannedFailover { of });
    operate(&mut it, 3000, Act::Commit { of });
    assert_eq!(calls(&it, vec![], a), ["reverse in step", "drop points"]);
    it.operations[0].act = unplanned(of, true);
    operate(&mut it, 4000, Act::Reverse { of });
    assert_eq!(calls(&it, vec![], a), ["drop points", "reverse", "copy"]);
    it.operations[1].act = Act::Cancel { of };
    it.operations.truncate(2);
    assert_eq!(calls(&it, vec![], a), ["reverse"], "a cancelled failover leaves both sides apart");
    let mut it = scripted::estate(Resync::Manual);
    let web = vm(&mut it, "web", 0);
    let of = Scope::Vm(web);
    scripted::operation(&mut it, 1000, unplanned(of, true));
    scripted::operation(&mut it, 4000, Act::Reverse { of });
    let (data, _) = scripted::play(&it, vec![], scripted::Scripted::default());
    assert_eq!(data.called_of(&["start_copy"]), [(4030, "start_copy #0 Compare { differs: None }")]);
}

#[test]
fn a_host_lost_in_the_middle_of_a_failback_is_failed_over_back_with_its_loss() {
    let mut it = estate();
    it.horizon = s(20_000);
    let (a, of) = (Id::new(0), Scope::Vm(Id::new(0)));
    it.operations = vec![
        operation(5000, Act::PlannedFailover { of }),
        operation(7000, Act::Commit { of }),
        operation(10_000, Act::Failback { of }),
    ];
    // Its guest shuts down from 10 030 s to 10 090 s.
    let facts = hold(&it, &outage(vec![struck(host(2), 10_050, None)])).1;
    assert_eq!(ends(&facts)[2], (10_050, failed(Refusal::HostDown(Id::new(2)))));
    let lost: Vec<u64> = taken(&facts, a).iter().map(|it| it.1).collect();
    assert!(lost.len() == 2 && lost[0] == 0 && lost[1] > 0, "{lost:?}");
    assert_eq!(running(&facts, a).last().map(|it| it.1), Some(Home::Source));
}

/// `a` on `h1`, failed over as unplanned at 5000 s, and reversed by a copy of 50 s from 8030 s on.
fn reversed(strikes: Vec<Strike>) -> Vec<Fact> {
    let mut it = estate();
    it.horizon = s(17_000);
    let of = Scope::Vm(Id::new(0));
    it.operations = vec![operation(5000, unplanned(of, true)), operation(8000, Act::Reverse { of })];
    hold(&it, &outage(strikes)).1
}

#[test]
fn a_first_copy_of_the_other_direction_outlives_the_host_that_receives_it() {
    let a = Id::new(0);
    let from = |facts: &[Fact]| states(facts, a).into_iter().filter(|it| it.0 > 8000).collect::<Vec<_>>();
    let undisturbed = from(&reversed(vec![]));
    assert_eq!(
        undisturbed.iter().map(|it| it.1).collect::<Vec<_>>(),
        [State::Resynchronizing, State::Replicating]
    );
    // h1 is away from 8050 s to 8350 s: the copy goes on when it is tried again.
    let facts = from(&reversed(vec![struck(host(0), 8050, Some(300))]));
    assert_eq!(facts.iter().map(|it| it.1).collect::<Vec<_>>(), [State::Resynchronizing, State::Replicating]);
    assert!(facts[1].0 >= 8350, "{facts:?}");
    // For good: it never ends, and nothing else happens to the VM.
    let facts = from(&reversed(vec![struck(host(0), 8050, None)]));
    assert_eq!(facts.iter().map(|it| it.1).collect::<Vec<_>>(), [State::Resynchronizing]);
}

#[test]
fn a_source_lost_before_the_other_direction_is_copied_has_no_point_and_waits_for_repair() {
    let a = Id::new(0);
    let facts = reversed(vec![struck(host(2), 8050, None)]);
    let given_up = facts.iter().any(|fact| {
        matches!(fact.seen, Seen::Vm(vm, VmSeen::GivenUp { stays: Home::Replica, reason: drsim::facts::Reason::NoRecoveryPoint }) if vm == a)
    });
    assert!(given_up, "nothing to fail over to is said");
    assert_eq!(running(&facts, a).len(), 1);
    // It comes back where it was, and begins again to be protected.
    let facts = reversed(vec![struck(host(2), 8050, Some(900))]);
    assert_eq!(running(&facts, a).last(), Some(&(8950 + 120, Home::Replica)));
    assert_eq!(states(&facts, a).last().map(|it| it.1), Some(State::Replicating));
}

// -- what follows an unplanned failover

#[test]
fn a_cancelled_failover_whose_source_returns_unseen_is_no_split_brain() {
    let (mut it, [a, _], _) = pair();
    operate(&mut it, 6000, Act::Cancel { of: Scope::Vm(a) });
    let strikes = vec![down(host(0), 0, Some(7000)), down(Component::Vmm(Id::new(0)), 0, None)];
    let facts = seen(&it, strikes, sent_in_20());
    let twice = |fact: &&Fact| matches!(fact.seen, Seen::Vm(vm, VmSeen::SplitBrain) if vm == a);
    assert_eq!(facts.iter().filter(twice).count(), 0);
    assert_eq!(running(&facts, a).last(), Some(&(8120, Home::Source)));
}

#[test]
fn another_point_loses_what_is_newer_as_well() {
    let (mut it, [a, _], _) = pair();
    let point = |cut, undo| Point { cut: at(cut), app_consistent: false, undo: Bytes(undo) };
    let data = Steady { kept: [(a, vec![point(900, 0), point(600, 5000)])].into(), ..sent_in_20() };
    let point = PointChoice::NotAfter(Time(at(899).0));
    operate(&mut it, 3000, Act::ChangePoint { of: Scope::Vm(a), point });
    let facts = seen(&it, vec![down(host(0), 0, None)], data);
    // The VM is turned off at 3030 s; what it wrote at its replica is lost, too.
    let written = (3030 - running(&facts, a)[0].0) * 1_000_000;
    assert_eq!(taken(&facts, a), [(900, 100_000_000), (600, 100_005_000 + written)]);
}

// -- drills

#[test]
fn a_drill_takes_a_point_from_before_a_corruption_that_is_found() {
    let (mut it, [a, _], _) = pair();
    let point = |cut| Point { cut: at(cut), app_consistent: false, undo: Bytes(0) };
    let data = Steady { kept: [(a, vec![point(900), point(700)])].into(), ..sent_in_20() };
    operate(&mut it, 1000, drill(Scope::Vm(a), TestNetwork::None, true));
    let facts = seen(&it, vec![struck(Component::Contents(a), 750, Some(200))], data);
    let cut = facts.iter().find_map(|fact| match fact.seen {
        Seen::Vm(_, VmSeen::TestRunning { cut, .. }) => Some(cut),
        _ => None,
    });
    assert_eq!(cut, Some(at(700)));
}

#[test]
fn a_test_vm_outside_its_cloud_does_not_count_there() {
    let (mut it, [a, _], _) = pair();
    it.control_plane.clouds[Id::new(1)].profile.capacity.vms = Some(2);
    operate(&mut it, 1000, drill(Scope::Vm(a), TestNetwork::None, false));
    assert_eq!(ends(&seen(&it, vec![], sent_in_20())), [(1755, JobOutcome::Succeeded)]);
}

#[test]
fn drills_in_turn_share_the_addresses_of_a_test_network() {
    let (mut it, [a, b], _) = pair();
    it.topology.networks[Id::new(1)].pool = Some(1);
    for (at, vm) in [(1000, a), (1100, b), (3000, b)] {
        operate(&mut it, at, drill(Scope::Vm(vm), TestNetwork::Existing(Id::new(1)), true));
    }
    let used_up = failed(Refusal::TestNetwork(Id::new(1)));
    let expected = [(1135, used_up), (1755, JobOutcome::Succeeded), (3755, JobOutcome::Succeeded)];
    assert_eq!(ends(&seen(&it, vec![], sent_in_20())), expected);
}

#[test]
fn an_action_that_is_not_for_tests_is_left_out_of_a_drill() {
    let (mut it, _, plan) = pair();
    let mut script = action("dns", ActionKind::Script, s(40));
    script.scope.test = false;
    it.recovery.plans[plan].groups[0].before = vec![script];
    operate(&mut it, 1000, drill(Scope::Plan(plan), TestNetwork::None, true));
    let first = |it: &Scenario| {
        let facts = seen(it, vec![], sent_in_20());
        facts
            .iter()
            .find(|it| matches!(it.seen, Seen::Vm(_, VmSeen::TestRunning { .. })))
            .map(|it| it.at.0 / 1_000_000)
    };
    assert_eq!(first(&it), Some(1155));
    it.recovery.plans[plan].groups[0].before[0].scope.test = true;
    assert_eq!(first(&it), Some(1195));
}

// -- replication itself

#[test]
fn what_was_taken_over_is_failed_over_by_site_recovery() {
    let (mut it, [a, _], _) = pair();
    it.vms[a].protection.as_mut().unwrap().relationship.orchestrated = false;
    operate(&mut it, 500, Act::PlannedFailover { of: Scope::Vm(a) });
    operate(&mut it, 600, Act::Enable { vms: vec![a] });
    operate(&mut it, 1000, Act::PlannedFailover { of: Scope::Vm(a) });
    let facts = seen(&it, vec![], sent_in_20());
    let ends: Vec<_> = ends(&facts).into_iter().map(|it| it.1).collect();
    assert_eq!(ends, [failed(Refusal::NotOrchestrated), JobOutcome::Succeeded, JobOutcome::Succeeded]);
}

#[test]
fn without_a_control_plane_not_a_byte_of_replication_changes() {
    let mut it = estate();
    it.horizon = s(20_000);
    it.operations.clear();
    let servers = [Component::RecoveryService, Component::Vmm(Id::new(0)), Component::Vmm(Id::new(1))];
    let lost = servers.map(|server| struck(server, 1000, None)).to_vec();
    assert_eq!(hold(&it, &outage(lost)).0, hold(&it, &outage(vec![])).0);
}

#[test]
fn what_ran_on_a_host_that_crashed_must_be_resynchronized() {
    let mut it = estate();
    it.horizon = s(20_000);
    it.operations.clear();
    // Back before anybody has decided; `a` runs at 5420 s.
    let facts = hold(&it, &outage(vec![struck(host(0), 5000, Some(300))])).1;
    let found = states(&facts, Id::new(0));
    let course = [State::WaitingForStartResynchronize, State::Resynchronizing, State::Replicating];
    assert_eq!(found.iter().map(|it| it.1).collect::<Vec<_>>(), course);
    assert_eq!(found[0].0, 5420);
}

#[test]
fn a_log_grows_during_a_pause_until_half_of_the_disks() {
    let mut it = estate();
    it.horizon = s(20_000);
    it.operations = vec![operation(1000, Act::Pause { vms: vec![Id::new(0)], on_replica: false })];
    let found = states(&hold(&it, &outage(vec![])).1, Id::new(0));
    // 1 GB at 100 KB/s is 10 000 s after a cut of the last 300 s, looked at every 300 s.
    assert_eq!(
        found[..2].iter().map(|it| it.1).collect::<Vec<_>>(),
        [State::Suspended, State::WaitingForStartResynchronize]
    );
    assert!((10_700..=11_300).contains(&found[1].0), "{found:?}");
}

/// The source is lost a second after a planned failover was asked for, while its job has not begun: that fails at 20:00:30, and from then on
/// nobody has the VMs in hand but those who find them down.
#[test]
fn what_falls_in_the_hands_of_a_planned_failover_is_noticed_when_that_has_failed() {
    let mut scenario = crate::file::scenario(include_str!("../../../scenarios/single-vmm.ron"));
    scenario.keep_outages(|it| it.name == "hq-lost");
    let rta = |at: u64| {
        let mut moved = scenario.clone();
        moved.move_outages(Time(at));
        let options = Options { threads: 1, progress: &|_| {} };
        let rows = assess(&moved, &options).expect("no byte is lost").0.outages.remove(0).applications;
        rows.into_iter().map(|row| row.rta_from_outage_s).collect::<Vec<_>>()
    };
    let asked = 44 * 3_600_000_000;
    let usual = rta(asked - 1_000_000);
    assert!(usual.iter().all(Option::is_some), "{usual:?}");
    let later: Vec<Option<f64>> = usual.iter().map(|rta| rta.map(|rta| rta + 29.0)).collect();
    assert_eq!(rta(asked + 1_000_000), later);
}
