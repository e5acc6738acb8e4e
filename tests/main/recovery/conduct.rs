//! Who acts, when they can, and who is charged with the downtime: operators by name and shift, outages beside planned work, and a single
//! VMM server that is failed over by hand before it drives anything (facts 6.24, S24, S26).
#![allow(clippy::wildcard_enum_match_arm, reason = "a test picks out the facts that it is about")]

use drsim::control_plane::Runs;
use drsim::facts::{Fact, Home, JobOutcome, Missing, PlanSeen, Refusal, Seen};
use drsim::ids::Id;
use drsim::measure::operations::operations;
use drsim::measure::outage::outage_row_beside;
use drsim::measure::results::ControlPath;
use drsim::measure::results::{OutageRow, Outcome};
use drsim::operations::{Act, Scope};
use drsim::outage::{Component, Strike};
use drsim::outcome::{Beside, RunOutcome};
use drsim::recovery::Plan;
use drsim::scenario::Scenario;
use drsim::units::Time;
use drsim::workload::Vm;

use crate::fleet::*;
use crate::operations::failovers::{ends, pair, running, seen, sent_in_20};

/// The row of an outage, beside the run without it.
fn beside(it: &Scenario, strikes: Vec<Strike>) -> OutageRow {
    let baseline = RunOutcome::of(it, &seen(it, vec![], sent_in_20()));
    let facts = seen(it, strikes.clone(), sent_in_20());
    let known = Beside { baseline: Some(&baseline), ..Beside::default() };
    outage_row_beside(it, &outage(strikes), &RunOutcome::of(it, &facts), HORIZON, known)
}

#[test]
fn an_outage_that_takes_nothing_down_is_not_charged_with_the_way_home() {
    let (mut it, _, plan) = pair();
    let of = Scope::Plan(plan);
    operate(&mut it, 500, Act::PlannedFailover { of });
    operate(&mut it, 10_000, Act::Failback { of });
    // The old source loses power while everything is away, from 2000 s to 3000 s.
    let row = beside(&it, vec![down(host(0), 1000, Some(1000))]);
    let app = &row.applications[0];
    assert_eq!((app.outcome, app.rta_from_outage_s, app.rpa_s), (Outcome::NotHit, None, None));
    assert!(row.vms.is_empty(), "{:?}", row.vms);
}

#[test]
fn an_outage_is_charged_with_what_it_adds_to_a_planned_downtime() {
    let (mut it, _, plan) = pair();
    operate(&mut it, 1000, Act::PlannedFailover { of: Scope::Plan(plan) });
    operate(&mut it, 5000, Act::RestartPlan { plan });
    // Both are off and failed over when the source's VMM server is lost: after the boot of `a`, at 1235 s, the plan stops.
    let row = beside(&it, vec![down(Component::Vmm(Id::new(0)), 120, Some(2880))]);
    let stopped = JobOutcome::Failed(Refusal::ControlPlane(Missing::Vmm(Id::new(0))));
    let facts = seen(&it, vec![down(Component::Vmm(Id::new(0)), 120, Some(2880))], sent_in_20());
    assert_eq!(ends(&facts), [(1235, stopped), (5150, JobOutcome::Succeeded)]);
    // Planned: back at 1355 + 60 ready + 90 validated = 1505 s. Restarted: 5000 + 30 + 120 + 60 + 90 = 5300 s.
    let app = &row.applications[0];
    assert_eq!((app.outcome, app.rta_from_outage_s), (Outcome::Repaired, Some(3795.0)));
    assert_eq!(app.phases.iter().map(|it| it.seconds).sum::<f64>(), 3795.0);
}

#[test]
fn the_point_of_an_outage_is_not_that_of_the_failback_after_it() {
    let (mut it, [a, _], plan) = pair();
    let of = Scope::Plan(plan);
    operate(&mut it, 7000, Act::Reverse { of });
    operate(&mut it, 20_000, Act::Failback { of });
    let row = beside(&it, vec![down(host(0), 0, Some(4000))]);
    assert_eq!(row.applications[0].rpa_s, Some(200.0));
    assert_eq!(vm_row(&row, "a").point_at.as_deref(), Some(written(&it, FAULT.0 - AGE.0).as_str()));
    // The bytes are microseconds in this data plane: 200 s of each VM.
    assert_eq!((row.lost_bytes, a), (2 * AGE.0, Id::new(0)));
}

fn written(it: &Scenario, at: u64) -> String {
    let mut one = it.clone();
    one.operations.clear();
    let facts = seen(&one, vec![Strike { from: Time(at), ..down(host(1), 0, None) }], sent_in_20());
    let strikes = vec![Strike { from: Time(at), ..down(host(1), 0, None) }];
    drsim::measure::outage::outage_row(&one, &outage(strikes), &RunOutcome::of(&one, &facts), HORIZON).at
}

/// `ops` are on duty in these seconds.
fn on_duty(it: &mut Scenario, shifts: &[(u64, u64)]) {
    let shifts = shifts.iter().map(|(from, to)| (Time(s(*from).0), Time(s(*to).0))).collect();
    it.recovery.people[Id::new(0)].on_duty = Some(shifts);
}

fn asked_by_ops(it: &mut Scenario, at: u64, act: Act) {
    operate(it, at, act);
    it.operations.last_mut().unwrap().by = Some(Id::new(0));
}

#[test]
fn what_somebody_asks_for_begins_when_they_are_on_duty_and_its_job_tells_the_wait() {
    let (mut it, _, plan) = pair();
    on_duty(&mut it, &[(0, 900), (2000, 3000), (6000, 9000)]);
    let of = Scope::Plan(plan);
    asked_by_ops(&mut it, 1000, Act::PlannedFailover { of });
    asked_by_ops(&mut it, 6000, Act::Commit { of });
    let facts = seen(&it, vec![], sent_in_20());
    // 355 s from the beginning of the job, at 2000 s. The commit is asked for as the shift begins.
    assert_eq!(ends(&facts), [(2355, JobOutcome::Succeeded), (6030, JobOutcome::Succeeded)]);
    let told = operations(&it, &RunOutcome::of(&it, &facts), (Time::START, HORIZON), true);
    let waits: Vec<_> = told.jobs.iter().map(|job| (job.from_s, job.waited_s)).collect();
    assert_eq!(waits, [(2000.0, Some(1000.0)), (6000.0, None)]);
    assert_eq!(told.incidents[0].what, "nobody of ops is on duty and can be reached: it waits");
    // On duty, but not to be reached until 1700 s; and the first two at once, by nobody in particular.
    it.recovery.people[Id::new(0)].on_duty = None;
    let struck = || vec![down(Component::People(Id::new(0)), 0, Some(700))];
    assert_eq!(ends(&seen(&it, struck(), sent_in_20()))[0], (2055, JobOutcome::Succeeded));
    it.operations[0].by = None;
    assert_eq!(ends(&seen(&it, struck(), sent_in_20()))[0], (1355, JobOutcome::Succeeded));
}

#[test]
fn work_by_hand_pauses_at_the_end_of_a_shift_and_takes_an_operator() {
    let (mut it, [a, b], _) = pair();
    on_duty(&mut it, &[(0, 2100), (5000, 9000)]);
    for vm in [a, b] {
        it.vms[vm].protection.as_mut().unwrap().relationship.orchestrated = false;
        asked_by_ops(&mut it, 2000, Act::FailOverByHand { vm, planned: true });
    }
    let facts = seen(&it, vec![], sent_in_20());
    // 100 s of 240 are done when the shift ends; then 140, 60 to shut down, 20, 5, 120. The one operator then takes `b`.
    assert_eq!(running(&facts, a), [(5345, Home::Replica)]);
    assert_eq!(running(&facts, b), [(5585, Home::Replica)]);
}

/// `a` and `b` on `h1`, and on `h2` the VM of the one VMM server, under plain Hyper-V Replica and failed over by hand first.
fn single() -> (Scenario, [Id<Vm>; 3], Id<Plan>) {
    let (mut it, [a, b], plan) = pair();
    let vmm = vm(&mut it, "vmm", 1);
    it.vms[vmm].protection.as_mut().unwrap().relationship.orchestrated = false;
    it.control_plane.vmms[Id::new(0)].deployment.runs = Runs::Vm(vmm);
    it.control_plane.clouds[Id::new(1)].vmm = Id::new(0);
    it.recovery.plans[plan].by_hand_first = vec![vmm];
    (it, [a, b, vmm], plan)
}

fn hq_lost(lasts: Option<u64>) -> Vec<Strike> {
    vec![down(host(0), 0, lasts), down(host(1), 0, lasts)]
}

#[test]
fn a_single_vmm_is_failed_over_by_hand_first_and_then_drives_the_plan() {
    let (it, [a, b, vmm], _) = single();
    let facts = seen(&it, hq_lost(None), sent_in_20());
    // 1000 + 120 + 300 declared = 1420, + 600 consoles = 2020, + 5 data, + 240 by hand = 2265, + 120 boot = 2385, + 60 ready = 2445.
    assert_eq!(running(&facts, vmm), [(2385, Home::Replica)]);
    // + 30 job + 5 data = 2480, + 120 = 2600; then `b`.
    assert_eq!(running(&facts, a), [(2600, Home::Replica)]);
    assert_eq!(running(&facts, b), [(2720, Home::Replica)]);
    let row = run_with(&it, hq_lost(None), sent_in_20());
    // + 60 ready + 90 validated = 2870.
    let app = &row.applications[0];
    assert_eq!(app.rta_from_outage_s, Some(1870.0));
    assert_eq!(app.rta_from_declaration_s, Some(1450.0));
    let spent: Vec<_> =
        phases(app).into_iter().map(|(phase, on, s)| (phase.to_owned(), on.to_owned(), s)).collect();
    assert_eq!(spent.iter().map(|it| it.2).sum::<f64>(), 1870.0, "{spent:?}");
    assert!(spent.iter().any(|it| it.1 == "VM vmm" && it.2 == 240.0), "{spent:?}");
    let declared = &row.declarations[0];
    assert_eq!(declared.path, ControlPath::ByHandFirst);
    assert_eq!(declared.reason.as_deref(), Some("vmm first, by hand; Site Recovery 17m 5s later"));
}

#[test]
fn without_the_single_vmm_people_go_on_by_hand() {
    let (mut it, [a, b, vmm], plan) = single();
    // Its replica stands on another host of the recovery site, which is lost with the rest: it is given up, and the others go by hand.
    let spare = it.topology.hosts[Id::new(2)].clone();
    let other = push(&mut it.topology.hosts, spare);
    it.vms[vmm].protection.as_mut().unwrap().replica_host = other;
    let lost =
        || hq_lost(None).into_iter().chain([down(Component::Host(other), 0, None)]).collect::<Vec<_>>();
    let by_hand = seen(&it, lost(), sent_in_20());
    // 2020, + 5 data, + 240 + 120: 2385; then `b`, + 240 + 120. Consoles are looked for once.
    assert_eq!((running(&by_hand, a), running(&by_hand, vmm)), (vec![(2385, Home::Replica)], vec![]));
    assert_eq!(running(&by_hand, b), [(2745, Home::Replica)]);
    let row = run_with(&it, lost(), sent_in_20());
    let reason = row.declarations[0].reason.clone().unwrap();
    assert!(reason.ends_with("still by hand: VMM server vmm-hq was down"), "{reason}");
    // Nobody is said to do it first: the same, and the server is left.
    it.recovery.plans[plan].by_hand_first.clear();
    let left = seen(&it, hq_lost(None), sent_in_20());
    assert_eq!((running(&left, a), running(&left, vmm)), (vec![(2385, Home::Replica)], vec![]));
}

#[test]
fn the_secondary_is_lost_while_everything_is_there_and_the_single_vmm_comes_home_first() {
    let (mut it, [a, b, vmm], plan) = single();
    operate(&mut it, 100, Act::FailOverByHand { vm: vmm, planned: true });
    operate(&mut it, 400, Act::PlannedFailover { of: Scope::Plan(plan) });
    let facts = seen(&it, vec![down(host(2), 0, None)], sent_in_20());
    // There: 100 + 60 + 20 + 5 + 120 = 305; 400 + 235 = 635. Home: as on the way there, from the loss at 1000 s.
    assert_eq!(running(&facts, vmm), [(305, Home::Replica), (2385, Home::Source)]);
    assert_eq!(running(&facts, a), [(635, Home::Replica), (2600, Home::Source)]);
    assert_eq!(running(&facts, b), [(755, Home::Replica), (2720, Home::Source)]);
}

#[test]
fn after_the_outage_the_single_vmm_is_reversed_and_brought_home_by_hand_before_the_rest() {
    let (mut it, [a, b, vmm], plan) = single();
    operate(&mut it, 6000, Act::Reverse { of: Scope::Vm(vmm) });
    operate(&mut it, 6000, Act::Reverse { of: Scope::Plan(plan) });
    operate(&mut it, 10_000, Act::FailOverByHand { vm: vmm, planned: true });
    operate(&mut it, 11_000, Act::Failback { of: Scope::Plan(plan) });
    let facts = seen(&it, hq_lost(Some(4000)), Steady { copy: s(1000), ..sent_in_20() });
    assert!(ends(&facts).iter().all(|it| it.1 == JobOutcome::Succeeded), "{:?}", ends(&facts));
    assert_eq!(running(&facts, vmm), [(2385, Home::Replica), (10_205, Home::Source)]);
    assert_eq!(running(&facts, a), [(2600, Home::Replica), (11_235, Home::Source)]);
    assert_eq!(running(&facts, b), [(2720, Home::Replica), (11_355, Home::Source)]);
}

#[test]
fn only_the_vmm_is_lost_and_people_bring_it_up_where_its_replica_is() {
    let (it, [a, _, vmm], _) = single();
    let facts = seen(&it, vec![down(host(1), 0, None)], sent_in_20());
    assert_eq!((running(&facts, vmm), running(&facts, a)), (vec![(2385, Home::Replica)], vec![]));
    let over = |fact: &&Fact| matches!(fact.seen, Seen::Plan(_, PlanSeen::Done));
    assert_eq!(facts.iter().find(over).map(|fact| fact.at), Some(Time(s(2445).0)));
    // It waits for an application that the plan is to bring back: people do not wait for each other, and go on by hand.
    let (mut it, [a, b, vmm], _) = single();
    application(&mut it, "management", &[vmm], &[Id::new(0)]);
    let facts = seen(&it, hq_lost(None), sent_in_20());
    // The server runs at 2385 s; then `a`: 5 data, 240 by hand, 120 boot.
    assert_eq!(running(&facts, vmm), [(2385, Home::Replica)]);
    assert_eq!(
        (running(&facts, a), running(&facts, b)),
        (vec![(2750, Home::Replica)], vec![(3110, Home::Replica)])
    );
}
