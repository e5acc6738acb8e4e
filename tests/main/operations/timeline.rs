//! What operators did, from facts made by hand: jobs, states, drills, unprotected windows, and outages that begin where operators left off.

use drsim::data_plane::Trigger;
use drsim::facts::{
    ActionPlace, ApplicationSeen, Fact, Home, JobId, JobKind, JobOutcome, JobSeen, Missing, NetworkSeen,
    Phase, Refusal, Seen, StepId, StepSeen, Subject, TakenBy, VmSeen, Why,
};
use drsim::ids::Id;
use drsim::measure::operations::operations;
use drsim::measure::outage::outage_row;
use drsim::measure::results::{Operations, Outcome};
use drsim::operations::{Act, Operation, Scope};
use drsim::outcome::RunOutcome;
use drsim::protection::State;
use drsim::recovery::{Plan, PointChoice};
use drsim::scenario::Scenario;
use drsim::units::{Span, Time};
use drsim::words;
use drsim::workload::Vm;

use crate::fleet::*;

fn at(seconds: u64, seen: Seen) -> Fact {
    Fact { at: Time(seconds * 1_000_000), seen }
}

/// `a` and `b` in application `app` and plan `plan-0`.
fn two() -> (Scenario, Id<Vm>, Id<Vm>, Id<Plan>) {
    let mut it = fleet();
    let (a, b) = (vm(&mut it, "a", 0), vm(&mut it, "b", 0));
    application(&mut it, "app", &[a, b], &[]);
    let plan = plan(&mut it, &[&[a], &[b]]);
    (it, a, b, plan)
}

fn began(seconds: u64, job: u32, kind: JobKind, on: Scope, operation: Option<usize>) -> Fact {
    at(seconds, Seen::Job(JobId(job), JobSeen::Began { kind, on: Some(on), operation }))
}

fn ended(seconds: u64, job: u32, outcome: JobOutcome) -> Fact {
    at(seconds, Seen::Job(JobId(job), JobSeen::Ended(outcome)))
}

fn state(seconds: u64, vm: Id<Vm>, from: State, to: State, why: Why) -> Fact {
    at(seconds, Seen::Vm(vm, VmSeen::State { from, to, why, at_replica: false }))
}

fn whole(scenario: &Scenario, facts: &[Fact]) -> Operations {
    operations(scenario, &RunOutcome::of(scenario, facts), (Time::START, HORIZON), true)
}

#[test]
fn a_drill_takes_from_its_begin_until_its_last_test_vm_runs() {
    let (mut it, a, b, plan) = two();
    it.operations = vec![Operation {
        name: "spring drill".into(),
        at: Time(1000),
        by: None,
        act: Act::Commit { of: Scope::Plan(plan) },
        of: None,
    }];
    let running = |seconds, vm, is_connected| {
        let job = Some(JobId(7));
        at(seconds, Seen::Vm(vm, VmSeen::TestRunning { cut: Time(900_000_000), is_connected, job }))
    };
    let facts = [
        began(1000, 7, JobKind::TestFailover, Scope::Plan(plan), Some(0)),
        running(1130, a, true),
        running(1260, b, false),
        at(1260, Seen::Job(JobId(7), JobSeen::CompleteTesting)),
        at(4860, Seen::Vm(a, VmSeen::TestRemoved { forced: false })),
        at(4870, Seen::Vm(b, VmSeen::TestRemoved { forced: true })),
        ended(4880, 7, JobOutcome::Succeeded),
    ];
    let told = whole(&it, &facts);
    let job = &told.jobs[0];
    assert_eq!(
        (job.job.words(), job.on.as_deref(), job.operation.as_deref()),
        ("Test failover", Some("plan plan-0"), Some("spring drill"))
    );
    assert_eq!(
        (job.from_s, job.to_s, job.drill_rto_s, job.downtime_s),
        (1000.0, Some(4880.0), Some(260.0), None)
    );
    let tests: Vec<_> =
        told.test_vms.iter().map(|it| (it.on.as_str(), it.connected, it.after_s, it.forced)).collect();
    assert_eq!(tests, [("VM a", true, Some(130.0), false), ("VM b", false, Some(260.0), true)]);
    assert_eq!(told.test_vms[0].job.as_deref(), Some("Test failover of plan plan-0"));
    assert!(told.unprotected.is_empty(), "a drill leaves protection as it is (fact 4.25)");
    // The application was tested when its last VM ran; a drill that failed is no test.
    assert_eq!(RunOutcome::of(&it, &facts).last_test(&[a, b]), Some(Time(1_130_000_000)));
    let mut failed = facts.to_vec();
    failed[6] = ended(4880, 7, JobOutcome::Failed(Refusal::BrokenOff));
    assert_eq!(RunOutcome::of(&it, &failed).last_test(&[a, b]), None);
}

#[test]
fn a_job_that_failed_says_why_and_one_that_runs_has_no_end() {
    let (it, a, ..) = two();
    let facts = [
        began(10, 0, JobKind::EnableProtection, Scope::Vm(a), None),
        ended(20, 0, JobOutcome::Failed(Refusal::State(State::Replicating))),
        began(30, 1, JobKind::Resynchronize, Scope::Vm(a), None),
        began(40, 2, JobKind::Pause, Scope::Vm(a), None),
        ended(41, 2, JobOutcome::Cancelled),
    ];
    let told = whole(&it, &facts);
    let jobs: Vec<_> =
        told.jobs.iter().map(|it| (it.outcome.words(), it.reason.as_deref(), it.to_s)).collect();
    let expected = [
        ("Failed", Some("this is not possible in the state \"Replicating\""), Some(20.0)),
        ("InProgress", None, None),
        ("Cancelled", None, Some(41.0)),
    ];
    assert_eq!(jobs, expected);
}

#[test]
fn states_follow_one_another_without_gaps_and_say_why() {
    let (it, a, ..) = two();
    let facts = [
        state(100, a, State::Replicating, State::WaitingForStartResynchronize, Why::Trigger(Trigger::Crash)),
        state(160, a, State::WaitingForStartResynchronize, State::Resynchronizing, Why::Operator),
        state(400, a, State::Resynchronizing, State::Replicating, Why::CopyDone),
    ];
    let told = whole(&it, &facts);
    let states: Vec<_> = told.states.iter().map(|it| (it.state.words(), it.from_s, it.to_s)).collect();
    let expected = [
        ("Replicating", 0.0, Some(100.0)),
        ("Resynchronization required", 100.0, Some(160.0)),
        ("Resynchronizing", 160.0, Some(400.0)),
        ("Replicating", 400.0, None),
    ];
    assert_eq!(states, expected);
    assert_eq!(told.states[1].why.as_deref(), Some("the host crashed with the VM running"));
    assert!(told.states.iter().all(|row| row.vm == "a"), "the state of b did not change");
}

#[test]
fn an_unprotected_window_runs_until_replication_is_normal_again() {
    let (it, a, b, _) = two();
    let facts = [
        state(
            100,
            a,
            State::Replicating,
            State::WaitingForStartResynchronize,
            Why::Trigger(Trigger::LogTooLarge),
        ),
        state(150, b, State::Replicating, State::Suspended, Why::Operator),
        state(160, a, State::WaitingForStartResynchronize, State::Resynchronizing, Why::Operator),
        state(
            200,
            b,
            State::Suspended,
            State::WaitingForStartResynchronize,
            Why::Trigger(Trigger::OutOfSequence),
        ),
        state(400, a, State::Resynchronizing, State::Replicating, Why::CopyDone),
        state(500, b, State::WaitingForStartResynchronize, State::Resynchronizing, Why::Operator),
        state(700, b, State::Resynchronizing, State::Replicating, Why::CopyDone),
        state(900, a, State::Replicating, State::FailoverWaitingCompletion, Why::Failover),
    ];
    let told = whole(&it, &facts);
    let gaps: Vec<_> =
        told.unprotected.iter().map(|it| (it.on.to_string(), it.from_s, it.to_s, it.seconds)).collect();
    let expected = [
        ("VM a", 100.0, Some(400.0), 300.0),
        ("application app", 100.0, Some(700.0), 600.0),
        ("VM b", 200.0, Some(700.0), 500.0),
        ("VM a", 900.0, None, 85_500.0),
        ("application app", 900.0, None, 85_500.0),
    ];
    assert_eq!(gaps, expected.map(|(on, from, to, took)| (on.to_owned(), from, to, took)));
    assert_eq!(told.last_protected, None);
    let told = whole(&it, &facts[..7]);
    let last = told.last_protected.unwrap();
    assert_eq!((last.vm.as_str(), last.after_s), ("b", 600.0));
}

/// A planned failover of `a` and `b` from 1000 s, in service again at 1600 s; reversed at 2000 s.
fn planned(plan: Id<Plan>, a: Id<Vm>, b: Id<Vm>) -> Vec<Fact> {
    let app = Id::new(0);
    let step = StepId(0);
    let mut facts = vec![
        began(1000, 0, JobKind::PlannedFailover, Scope::Plan(plan), None),
        at(
            1000,
            Seen::Step(
                step,
                StepSeen::Began { on: Subject::Plan(plan), phase: Phase::Shutdown, after: None },
            ),
        ),
        at(1000, Seen::Application(app, ApplicationSeen::Down(TakenBy::Shutdown(Some(JobId(0)))))),
    ];
    facts.extend([a, b].map(|vm| at(1100, Seen::Vm(vm, VmSeen::ShutDown { forced: vm == b }))));
    let (cut, job) = (Time(1_100_000_000), Some(JobId(0)));
    let taken = |vm| Seen::Vm(vm, VmSeen::PointTaken { cut, stopped: cut, lost_bytes: 0, job });
    facts.extend([a, b].map(|vm| at(1200, taken(vm))));
    facts.extend([a, b].map(|vm| {
        state(1200, vm, State::SyncedReplicationComplete, State::FailoverWaitingCompletion, Why::Failover)
    }));
    facts.extend([a, b].map(|vm| at(1200, Seen::Vm(vm, VmSeen::ChangedPlaces))));
    facts.extend([a, b].map(|vm| at(1500, Seen::Vm(vm, VmSeen::Running(Home::Replica)))));
    facts.push(at(1600, Seen::Step(step, StepSeen::Ended { released_by: None, cut_short: false })));
    facts.extend([a, b].map(|vm| at(1600, Seen::Vm(vm, VmSeen::InService(step)))));
    facts.push(at(1600, Seen::Application(app, ApplicationSeen::InService(step))));
    facts.push(ended(1600, 0, JobOutcome::Succeeded));
    facts.extend(
        [a, b].map(|vm| state(2000, vm, State::FailoverWaitingCompletion, State::Replicating, Why::Reversed)),
    );
    facts
}

#[test]
fn a_planned_failover_tells_its_downtime_and_that_nothing_is_lost() {
    let (it, a, b, plan) = two();
    let told = whole(&it, &planned(plan, a, b));
    let job = &told.jobs[0];
    assert_eq!((job.downtime_s, job.lost_bytes), (Some(600.0), Some(0)));
    let down = &told.downtimes[0];
    assert_eq!((down.application.as_str(), down.seconds), ("app", Some(600.0)));
    assert_eq!(down.job.as_deref(), Some("Planned failover of plan plan-0"));
    // From the failover of the data, at 1200 s, to the reversal.
    let gaps: Vec<_> = told.unprotected.iter().map(|it| (it.on.to_string(), it.from_s, it.to_s)).collect();
    assert_eq!(gaps[0], ("VM a".to_owned(), 1200.0, Some(2000.0)));
    assert_eq!(told.unprotected[0].because, State::FailoverWaitingCompletion);
    assert_eq!(told.incidents.len(), 1, "one guest was turned off");
}

/// The other VM of the plan is failed over meanwhile, but not by the job.
#[test]
fn a_job_answers_for_the_points_that_it_took() {
    let (it, a, b, plan) = two();
    let (cut, stopped) = (Time(900_000_000), Time(1_000_000_000));
    let taken =
        |vm, lost_bytes, job| at(1200, Seen::Vm(vm, VmSeen::PointTaken { cut, stopped, lost_bytes, job }));
    let facts = [
        began(1000, 0, JobKind::UnplannedFailover, Scope::Plan(plan), None),
        taken(a, 7, Some(JobId(0))),
        taken(b, 5, None),
        ended(1300, 0, JobOutcome::Succeeded),
    ];
    assert_eq!(whole(&it, &facts).jobs[0].lost_bytes, Some(7));
}

#[test]
fn an_outage_counts_what_follows_its_first_strike_and_knows_what_was_before() {
    let (it, a, b, plan) = two();
    let mut facts = planned(plan, a, b);
    // The recovery site, where both live now, fails at 5000 s; `a` is back at 5400 s, `b` never.
    let step = StepId(1);
    facts.extend([a, b].map(|vm| at(5000, Seen::Vm(vm, VmSeen::Stopped))));
    facts.push(at(5000, Seen::Application(Id::new(0), ApplicationSeen::Down(TakenBy::Fault))));
    facts.push(at(
        5000,
        Seen::Step(step, StepSeen::Began { on: Subject::Vm(a), phase: Phase::Repair, after: None }),
    ));
    facts.push(at(5400, Seen::Step(step, StepSeen::Ended { released_by: None, cut_short: false })));
    facts.push(at(5400, Seen::Vm(a, VmSeen::Running(Home::Replica))));
    facts.push(at(5400, Seen::Vm(a, VmSeen::InService(step))));
    let strike = down(host(2), 4000, None);
    let row = outage_row(&it, &outage(vec![strike]), &RunOutcome::of(&it, &facts), HORIZON);
    let app = &row.applications[0];
    assert_eq!((app.outcome, app.rta_from_outage_s), (Outcome::NotRecovered, None));
    assert_eq!(row.lost_bytes, 0);
    // The planned failover's point and steps are not the outage's.
    assert!(row.vms.iter().all(|vm| vm.rpa_s.is_none() && vm.point_at.is_none()), "{:?}", row.vms);
    let states: Vec<_> =
        row.vms.iter().map(|vm| (vm.name.as_str(), vm.state.words(), vm.rta_from_outage_s)).collect();
    assert_eq!(states, [("a", "in service after repair", Some(400.0)), ("b", "down", None)]);
    // What `b` stands on is the replica's host, where it lived when the outage struck.
    assert_eq!(row.vms[1].reason.as_deref(), Some("host r1 was not repaired, after its failover"));
    assert_eq!(row.steps.len(), 1);
    assert_eq!((row.steps[0].from_s, row.steps[0].to_s), (0.0, 400.0));
    assert!(row.operations.jobs.is_empty() && row.operations.unprotected.is_empty());
}

/// FAULT is at 1000 s, the strike at 1300 s, while the application is down for a planned failover, since 1000 s and until 1600 s.
#[test]
fn an_outage_in_the_middle_of_a_planned_failover_counts_from_the_fault_that_hits_it() {
    let (it, a, b, plan) = two();
    let baseline =
        planned(plan, a, b).into_iter().filter(|fact| fact.at <= Time(1_600_000_000)).collect::<Vec<_>>();
    let row =
        outage_row(&it, &outage(vec![down(host(1), 300, None)]), &RunOutcome::of(&it, &baseline), HORIZON);
    // It hits nothing of the application's: the downtime is the operators'.
    let app = &row.applications[0];
    assert_eq!((app.outcome, app.rta_from_outage_s, app.rpa_s), (Outcome::NotHit, None, None));
    // The job and the unprotected time reach into the outage; they began before it.
    assert_eq!((row.operations.jobs[0].from_s, row.operations.jobs[0].to_s), (-300.0, Some(300.0)));
    assert_eq!(row.operations.unprotected[0].from_s, -100.0);
    // At 1400 s it stops `a`: what is left of the planned downtime is 200 s.
    let mut facts = baseline;
    let later = facts.iter().position(|fact| fact.at.0 > 1_400_000_000).unwrap();
    facts.insert(later, at(1400, Seen::Vm(a, VmSeen::Stopped)));
    let row = outage_row(&it, &outage(vec![down(host(1), 300, None)]), &RunOutcome::of(&it, &facts), HORIZON);
    let app = &row.applications[0];
    assert_eq!(app.rta_from_outage_s, Some(200.0));
    assert_eq!(app.phases.iter().map(|phase| phase.seconds).sum::<f64>(), 200.0);
    assert_eq!((row.steps[0].from_s, row.steps[0].to_s), (0.0, 300.0));
}

#[test]
fn a_pause_is_on_the_side_on_which_it_was_seen() {
    let (it, a, b, _) = two();
    let (from, to, why) = (State::Replicating, State::Suspended, Why::Operator);
    let paused = |vm, at_replica| at(10, Seen::Vm(vm, VmSeen::State { from, to, why, at_replica }));
    let run = RunOutcome::of(&it, &[paused(a, true), paused(b, false)]);
    let side = |vm| run.vm(vm).in_states().last().unwrap().at_replica;
    assert_eq!((side(a), side(b)), (true, false));
}

#[test]
fn what_happened_beside_is_told_in_words() {
    let (it, a, ..) = two();
    let facts = [
        at(10, Seen::Vm(a, VmSeen::Moved { to: Id::new(1), restarted: true })),
        at(20, Seen::Vm(a, VmSeen::ReplicaMoved(Id::new(2)))),
        at(30, Seen::Network(Id::new(0), NetworkSeen::Mapped { to: None, replicas: 2 })),
        at(
            40,
            Seen::Vm(
                a,
                VmSeen::PointChosen {
                    choice: PointChoice::LatestAppConsistent,
                    cut: Time(1),
                    app_consistent: true,
                    undo: Span::seconds(9),
                },
            ),
        ),
        at(50, Seen::Vm(a, VmSeen::SplitBrain)),
        at(60, Seen::Vm(a, VmSeen::CorruptionFound(None))),
    ];
    let told = whole(&it, &facts);
    let moves: Vec<_> =
        told.moves.iter().map(|it| (it.on.as_str(), it.to.as_str(), it.how.words())).collect();
    assert_eq!(
        moves,
        [("VM a", "h2", "restarted by its cluster"), ("replica of VM a", "r1", "moved within its cluster")]
    );
    assert_eq!((told.mappings[0].from.as_str(), told.mappings[0].to.as_deref()), ("lan-hq", None));
    assert_eq!((told.points[0].asked.as_str(), told.points[0].undo_s), ("latest app-consistent", 9.0));
    assert_eq!(told.incidents[1].what, "corruption found: no clean recovery point is left");
}

#[test]
fn every_refusal_has_words_of_its_own() {
    let (mut it, ..) = two();
    it.recovery.plans[Id::new(0)].groups[0].before =
        vec![action("dns", drsim::recovery::ActionKind::Script, s(1))];
    let place = ActionPlace { plan: Id::new(0), group: 0, is_after: false, index: 0 };
    let all = [
        Refusal::ControlPlane(Missing::RecoveryService),
        Refusal::ControlPlane(Missing::Vmm(Id::new(1))),
        Refusal::State(State::Error),
        Refusal::InProgress,
        Refusal::TestRuns,
        Refusal::NotRunning,
        Refusal::SourceRuns,
        Refusal::NoPoint,
        Refusal::NoCapacity(Id::new(1)),
        Refusal::NoRoomOnVolume(Id::new(1)),
        Refusal::NoNetwork(Id::new(1)),
        Refusal::NoBroker(Id::new(2)),
        Refusal::HostDown(Id::new(2)),
        Refusal::ShareOnHost(Id::new(0)),
        Refusal::TestNetwork(Id::new(1)),
        Refusal::NoRoom(Id::new(2)),
        Refusal::NotOrchestrated,
        Refusal::Vm(Id::new(0)),
        Refusal::Script(place),
        Refusal::UnpreparedHost(Id::new(1)),
        Refusal::BrokenOff,
    ];
    let told: std::collections::BTreeSet<String> =
        all.iter().map(|refusal| words::refusal(&it, JobKind::TestFailover, refusal)).collect();
    assert_eq!(told.len(), all.len());
    assert!(told.contains("cloud dr had too little compute or storage left on any suitable host"));
    assert!(told.contains("action dns of plan plan-0 failed"), "{told:?}");
}
