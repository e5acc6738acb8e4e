use std::collections::BTreeMap;

use super::{Encode, encode};
use crate::closed::Closed;
use crate::data_plane::Trigger;
use crate::facts::{
    ActionPlace, ActionSeen, ApplicationSeen, Fact, Home, JobId, JobKind, JobOutcome, JobSeen, Kept, Missing,
    NetworkSeen, OperationSeen, Phase, PlanSeen, Reason, Refusal, Seen, StepId, StepSeen, StrikeSeen,
    Subject, TakenBy, VmSeen, Why,
};
use crate::ids::Id;
use crate::operations::Scope;
use crate::protection::State;
use crate::recovery::PointChoice;
use crate::units::{Bytes, Span, Time};

fn id<T>() -> Id<T> {
    Id::new(3)
}

fn place() -> ActionPlace {
    ActionPlace { plan: id(), group: 1, is_after: false, index: 2 }
}

fn reasons() -> [Reason; 7] {
    [
        Reason::NoRecoveryPoint,
        Reason::ReplicaHostDown(id()),
        Reason::ReplicaVolumeDown(id()),
        Reason::NoRoom { host: id(), cores_short: 1, memory_short: Bytes(2) },
        Reason::NoMapping(id()),
        Reason::NoPool(id()),
        Reason::PoolExhausted(id()),
    ]
}

fn whys() -> [Why; 13] {
    [
        Why::Operator,
        Why::CopyStarted,
        Why::CopyDone,
        Why::Trigger(Trigger::LogTooLarge),
        Why::Trigger(Trigger::VolumeFull(id())),
        Why::Trigger(Trigger::Crash),
        Why::Trigger(Trigger::OfflineEdit),
        Why::Trigger(Trigger::VolumeLost(id())),
        Why::Trigger(Trigger::OutOfSequence),
        Why::Window,
        Why::Error,
        Why::Failover,
        Why::Reversed,
    ]
}

fn refusals() -> Vec<Refusal> {
    let mut all = vec![
        Refusal::ControlPlane(Missing::RecoveryService),
        Refusal::InProgress,
        Refusal::TestRuns,
        Refusal::NotRunning,
        Refusal::SourceRuns,
        Refusal::NoPoint,
        Refusal::NoCapacity(id()),
        Refusal::NoRoomOnVolume(id()),
        Refusal::NoNetwork(id()),
        Refusal::NoBroker(id()),
        Refusal::HostDown(id()),
        Refusal::ShareOnHost(id()),
        Refusal::TestNetwork(id()),
        Refusal::NoRoom(id()),
        Refusal::NotOrchestrated,
        Refusal::Vm(id()),
        Refusal::Script(place()),
        Refusal::UnpreparedHost(id()),
        Refusal::NoVolume(id()),
        Refusal::BrokenOff,
    ];
    all.extend(State::ALL.iter().copied().map(Refusal::State));
    all
}

fn of_steps() -> Vec<Seen> {
    let (step, vm) = (StepId(5), Subject::Vm(id()));
    let began = |on, phase, after| Seen::Step(step, StepSeen::Began { on, phase, after });
    let mut all: Vec<Seen> = Phase::ALL.iter().map(|phase| began(vm, *phase, None)).collect();
    let others = [Subject::Plan(id()), Subject::Action(place()), Subject::Application(id())];
    all.extend(others.map(|on| began(on, Phase::Boot, None)));
    all.push(began(Subject::Operation(3), Phase::Boot, None));
    all.push(began(vm, Phase::Boot, Some(step)));
    for released_by in [None, Some(step)] {
        all.extend(
            [false, true].map(|cut_short| Seen::Step(step, StepSeen::Ended { released_by, cut_short })),
        );
    }
    all
}

fn of_vms() -> Vec<Seen> {
    let vm = id();
    let mut all = vec![
        Seen::Vm(vm, VmSeen::Stopped),
        Seen::Vm(vm, VmSeen::InService(StepId(5))),
        Seen::Vm(vm, VmSeen::PointTaken { cut: Time(1), stopped: Time(2), lost_bytes: 3, job: None }),
        Seen::Vm(vm, VmSeen::Moved { to: id(), restarted: false }),
        Seen::Vm(vm, VmSeen::Moved { to: id(), restarted: true }),
        Seen::Vm(vm, VmSeen::ReplicaMoved(id())),
        Seen::Vm(vm, VmSeen::DisksMoved(vec![id()])),
        Seen::Vm(vm, VmSeen::ChangedPlaces),
        Seen::Vm(vm, VmSeen::Follows(id())),
        Seen::Vm(vm, VmSeen::TestRunning { cut: Time(1), is_connected: true, job: None }),
        Seen::Vm(vm, VmSeen::TestRemoved { forced: false }),
        Seen::Vm(vm, VmSeen::ShutDown { forced: false }),
        Seen::Vm(vm, VmSeen::SplitBrain),
        Seen::Vm(vm, VmSeen::SplitBrainOver { since: Time(1), kept: Kept::FailedOver }),
        Seen::Vm(vm, VmSeen::SplitBrainOver { since: Time(1), kept: Kept::Old }),
        Seen::Vm(vm, VmSeen::SplitBrainOver { since: Time(1), kept: Kept::Both }),
        Seen::Vm(vm, VmSeen::Corrupt),
        Seen::Vm(vm, VmSeen::CorruptionFound(None)),
        Seen::Vm(vm, VmSeen::CorruptionFound(Some(Time(1)))),
        Seen::Vm(vm, VmSeen::PointsDamaged { damaged: Some(Time(1)), lost: 1 }),
    ];
    all.extend(reasons().map(|reason| Seen::Vm(vm, VmSeen::Isolated(reason))));
    for home in [Home::Source, Home::Replica] {
        all.push(Seen::Vm(vm, VmSeen::Running(home)));
        all.extend(reasons().map(|reason| Seen::Vm(vm, VmSeen::GivenUp { stays: home, reason })));
    }
    let from = State::NotEnabled;
    let state = |to, why| Seen::Vm(vm, VmSeen::State { from, to, why, at_replica: false });
    all.extend(whys().map(|why| state(State::Replicating, why)));
    all.extend(State::ALL.iter().filter(|it| **it != State::Replicating).map(|to| state(*to, Why::Operator)));
    let latest = [PointChoice::Latest, PointChoice::LatestAppConsistent];
    for choice in latest.into_iter().chain([PointChoice::Common, PointChoice::NotAfter(Time(4))]) {
        all.push(Seen::Vm(
            vm,
            VmSeen::PointChosen { choice, cut: Time(1), app_consistent: true, undo: Span(6) },
        ));
    }
    all
}

fn of_the_rest() -> Vec<Seen> {
    let (plan, job) = (id(), JobId(7));
    let mut all = vec![
        Seen::Strike(0, StrikeSeen::Began),
        Seen::Strike(0, StrikeSeen::Repaired),
        Seen::Application(id(), ApplicationSeen::Down(TakenBy::Fault)),
        Seen::Application(id(), ApplicationSeen::InService(StepId(5))),
        Seen::Plan(plan, PlanSeen::Cancelled),
        Seen::Vm(id(), VmSeen::LeftRunning(plan)),
        Seen::Plan(plan, PlanSeen::ByHandFirst(vec![id(), id()])),
        Seen::Action(place(), ActionSeen::Failed(None)),
        Seen::Plan(plan, PlanSeen::GivenBack),
        Seen::Plan(plan, PlanSeen::Done),
        Seen::Network(id(), NetworkSeen::Mapped { to: None, replicas: 2 }),
        Seen::Network(id(), NetworkSeen::Mapped { to: Some(id()), replicas: 2 }),
        Seen::Operation(0, OperationSeen::Waits),
        Seen::Job(job, JobSeen::CompleteTesting),
        Seen::Job(job, JobSeen::HandedOver(vec![Missing::RecoveryService])),
    ];
    let each = [Missing::RecoveryService, Missing::Vmm(id()), Missing::Cloud(id()), Missing::Plan];
    for missing in [Vec::new(), vec![each[0]], vec![each[1]], vec![each[2]], each.to_vec()] {
        all.push(Seen::Plan(plan, PlanSeen::Declared(missing.clone())));
        all.push(Seen::Plan(plan, PlanSeen::AfterByHand(missing.clone())));
        all.push(Seen::Plan(plan, PlanSeen::HandedOver(missing)));
    }
    let began = |kind, on, operation| Seen::Job(job, JobSeen::Began { kind, on, operation });
    all.extend(JobKind::ALL.iter().map(|kind| began(*kind, None, None)));
    all.extend([Scope::Plan(id()), Scope::Vm(id())].map(|on| began(JobKind::Pause, Some(on), None)));
    all.push(began(JobKind::Pause, None, Some(0)));
    let failed = refusals().into_iter().map(JobOutcome::Failed);
    let outcomes = failed.chain([JobOutcome::Succeeded, JobOutcome::Cancelled]);
    all.extend(outcomes.map(|outcome| Seen::Job(job, JobSeen::Ended(outcome))));
    all
}

#[test]
fn all_that_can_be_seen_has_an_encoding_of_its_own() {
    let all = [of_steps(), of_vms(), of_the_rest()].concat();
    let mut known: BTreeMap<Vec<u8>, &Seen> = BTreeMap::new();
    for seen in &all {
        let mut bytes = Vec::new();
        seen.put(&mut bytes);
        for (others, other) in &known {
            let alike = others.starts_with(&bytes) || bytes.starts_with(others);
            assert!(!alike, "{seen:?} and {other:?} are not told apart");
        }
        known.insert(bytes, seen);
    }
    let mut numbers: Vec<u8> = known.keys().map(|bytes| bytes[0]).collect();
    numbers.dedup();
    assert_eq!(numbers, (0..=41).collect::<Vec<u8>>(), "kinds of facts that are in the list");
}

#[test]
fn what_is_written_of_a_fact_does_not_change() {
    let (from, to) = (State::Replicating, State::Suspended);
    let seen = Seen::Vm(Id::new(258), VmSeen::State { from, to, why: Why::Operator, at_replica: true });
    let fact = Fact { at: Time(65_536), seen };
    let bytes = [0, 0, 1, 0, 0, 0, 0, 0, 24, 2, 1, 0, 0, 0, 0, 0, 0, 3, 7, 0];
    assert_eq!(encode(std::slice::from_ref(&fact)), bytes);
    assert_eq!(encode(&[fact.clone(), fact]), bytes.repeat(2));
}
