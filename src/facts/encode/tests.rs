use std::collections::BTreeMap;

use super::{Encode, encode};
use crate::closed::Closed;
use crate::data_plane::Trigger;
use crate::facts::{
    ActionPlace, Fact, Home, JobId, JobKind, JobOutcome, Missing, Phase, Reason, Refusal, Seen, StepId,
    Subject, TakenBy, Why,
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

fn whys() -> [Why; 12] {
    [
        Why::Operator,
        Why::CopyStarted,
        Why::CopyDone,
        Why::Trigger(Trigger::LogTooLarge),
        Why::Trigger(Trigger::VolumeFull(id())),
        Why::Trigger(Trigger::Crash),
        Why::Trigger(Trigger::OfflineEdit),
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
        Refusal::BrokenOff,
    ];
    all.extend(State::ALL.iter().copied().map(Refusal::State));
    all
}

fn of_steps() -> Vec<Seen> {
    let (step, vm) = (StepId(5), Subject::Vm(id()));
    let began = |on, phase, after| Seen::StepBegan { step, on, phase, after };
    let mut all: Vec<Seen> = Phase::ALL.iter().map(|phase| began(vm, *phase, None)).collect();
    let others = [Subject::Plan(id()), Subject::Action(place()), Subject::Application(id())];
    all.extend(others.map(|on| began(on, Phase::Boot, None)));
    all.push(began(Subject::Operation(3), Phase::Boot, None));
    all.push(began(vm, Phase::Boot, Some(step)));
    for released_by in [None, Some(step)] {
        all.extend([false, true].map(|cut_short| Seen::StepEnded { step, released_by, cut_short }));
    }
    all
}

fn of_vms() -> Vec<Seen> {
    let vm = id();
    let mut all = vec![
        Seen::VmStopped { vm },
        Seen::VmInService { vm, step: StepId(5) },
        Seen::PointTaken { vm, cut: Time(1), stopped: Time(2), lost_bytes: 3, job: None },
        Seen::Moved { vm, to: id(), restarted: false },
        Seen::Moved { vm, to: id(), restarted: true },
        Seen::ReplicaMoved { vm, to: id() },
        Seen::ChangedPlaces { vm },
        Seen::Follows { vm, policy: id() },
        Seen::TestVmRunning { vm, cut: Time(1), is_connected: true, job: None },
        Seen::TestVmRemoved { vm, forced: false },
        Seen::VmShutDown { vm, forced: false },
        Seen::SplitBrain { vm },
        Seen::CorruptionFound { vm, clean: None },
        Seen::CorruptionFound { vm, clean: Some(Time(1)) },
        Seen::PointsDamaged { vm, damaged: Some(Time(1)), lost: 1 },
    ];
    all.extend(reasons().map(|reason| Seen::VmIsolated { vm, reason }));
    for home in [Home::Source, Home::Replica] {
        all.push(Seen::VmRunning { vm, home });
        all.extend(reasons().map(|reason| Seen::VmGivenUp { vm, stays: home, reason }));
    }
    let from = State::NotEnabled;
    let state = |to, why| Seen::StateChanged { vm, from, to, why, at_replica: false };
    all.extend(whys().map(|why| state(State::Replicating, why)));
    all.extend(State::ALL.iter().filter(|it| **it != State::Replicating).map(|to| state(*to, Why::Operator)));
    let latest = [PointChoice::Latest, PointChoice::LatestAppConsistent];
    for choice in latest.into_iter().chain([PointChoice::Common, PointChoice::NotAfter(Time(4))]) {
        all.push(Seen::PointChosen { vm, choice, cut: Time(1), app_consistent: true, undo: Span(6) });
    }
    all
}

fn of_the_rest() -> Vec<Seen> {
    let (plan, job) = (id(), JobId(7));
    let mut all = vec![
        Seen::Struck { strike: 0 },
        Seen::Repaired { strike: 0 },
        Seen::ApplicationDown { application: id(), by: TakenBy::Fault },
        Seen::ApplicationInService { application: id(), step: StepId(5) },
        Seen::Cancelled { plan },
        Seen::LeftRunning { plan, vm: id() },
        Seen::ByHandFirst { plan, vms: vec![id(), id()] },
        Seen::ActionFailed { action: place() },
        Seen::PlanDone { plan },
        Seen::Mapped { from: id(), to: None, replicas: 2 },
        Seen::Mapped { from: id(), to: Some(id()), replicas: 2 },
        Seen::OperationWaits { operation: 0 },
        Seen::CompleteTesting { job },
    ];
    let each = [Missing::RecoveryService, Missing::Vmm(id()), Missing::Cloud(id())];
    for missing in [Vec::new(), vec![each[0]], vec![each[1]], vec![each[2]], each.to_vec()] {
        all.push(Seen::Declared { plan, missing: missing.clone() });
        all.push(Seen::AfterByHand { plan, missing: missing.clone() });
        all.push(Seen::HandedOver { plan, missing });
    }
    let began = |kind, on, operation| Seen::JobBegan { job, kind, on, operation };
    all.extend(JobKind::ALL.iter().map(|kind| began(*kind, None, None)));
    all.extend([Scope::Plan(id()), Scope::Vm(id())].map(|on| began(JobKind::Pause, Some(on), None)));
    all.push(began(JobKind::Pause, None, Some(0)));
    let failed = refusals().into_iter().map(JobOutcome::Failed);
    let outcomes = failed.chain([JobOutcome::Succeeded, JobOutcome::Cancelled]);
    all.extend(outcomes.map(|outcome| Seen::JobEnded { job, outcome }));
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
    assert_eq!(numbers, (0..=36).collect::<Vec<u8>>(), "kinds of facts that are in the list");
}

#[test]
fn what_is_written_of_a_fact_does_not_change() {
    let (from, to) = (State::Replicating, State::Suspended);
    let seen = Seen::StateChanged { vm: Id::new(258), from, to, why: Why::Operator, at_replica: true };
    let fact = Fact { at: Time(65_536), seen };
    let bytes = [0, 0, 1, 0, 0, 0, 0, 0, 24, 2, 1, 0, 0, 0, 0, 0, 0, 3, 7, 0];
    assert_eq!(encode(std::slice::from_ref(&fact)), bytes);
    assert_eq!(encode(&[fact.clone(), fact]), bytes.repeat(2));
}
