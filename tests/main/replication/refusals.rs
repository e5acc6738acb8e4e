//! Every act in every state: what is done, and what is a failed job with which reason (facts 1.35–1.39, 4.1–4.23, 5.15). The whole design
//! runs on the real kernel, held to what is always true.

#![allow(clippy::wildcard_enum_match_arm, reason = "a test picks out the facts that it is about")]

use drsim::facts::{Fact, JobOutcome, JobSeen, Refusal, Seen};
use drsim::ids::Id;
use drsim::operations::{Act, Scope, TestNetwork};
use drsim::outage::Strike;
use drsim::protection::{Initial, Relationship};
use drsim::recovery::PointChoice;
use drsim::scenario::Scenario;
use drsim::units::{Bytes, Time};

use crate::fleet::*;
use crate::operations::exercises::{at, estate, hold, operation};

/// When the act is asked for.
const T: u64 = 20_000;

fn of() -> Scope {
    Scope::Vm(Id::new(0))
}

fn drill(testing: u64) -> Act {
    Act::TestFailover {
        of: of(),
        network: TestNetwork::None,
        point: PointChoice::Latest,
        testing: s(testing),
        in_cloud: true,
    }
}

fn unplanned(synchronize: bool) -> Act {
    Act::UnplannedFailover { of: of(), synchronize, point: PointChoice::Latest }
}

/// All acts, about VM `a`, in the order of the columns.
fn acts() -> Vec<Act> {
    let vms = || vec![Id::new(0)];
    let vm = Id::new(0);
    vec![
        Act::Enable { vms: vms() },
        Act::Disable { vms: vms(), delete_replica: true },
        Act::StartInitial { vms: vms() },
        Act::StopInitial { vms: vms() },
        Act::Pause { vms: vms(), on_replica: false },
        Act::Resume { vms: vms() },
        Act::Resynchronize { vms: vms() },
        Act::CancelResynchronize { vms: vms() },
        migrate(vm, Id::new(1)),
        Act::Resize { vm, disk: 0, size: Bytes(3 * GB), replica_too: true },
        Act::EditOffline { vm },
        Act::BreakReplica { vm, out_of_sequence: false },
        Act::Map { from: Id::new(0), to: None },
        Act::SetPolicy { vms: vms(), policy: Id::new(0) },
        Act::SetQos { qos: Id::new(0), on: true },
        Act::InstallProvider { vmm: Id::new(0), takes: s(60) },
        drill(600),
        Act::PlannedFailover { of: of() },
        unplanned(false),
        unplanned(true),
        Act::Commit { of: of() },
        Act::ChangePoint { of: of(), point: PointChoice::Latest },
        Act::Cancel { of: of() },
        Act::Reverse { of: of() },
        Act::Failback { of: of() },
        Act::RestartPlan { plan: Id::new(0) },
        Act::FailOverByHand { vm, planned: true },
    ]
}

type Way = (&'static str, &'static str, fn(&mut Scenario) -> Vec<Strike>);

fn relate(it: &mut Scenario, initial: Initial, enabled: Option<Time>) {
    let protection = it.vms[Id::new(0)].protection.as_mut().expect("it is protected");
    protection.relationship = Relationship { initial, enabled, orchestrated: true };
}

fn before(it: &mut Scenario, seconds: u64, act: Act) {
    it.operations.push(operation(T - seconds, act));
}

fn broken(it: &mut Scenario, policy: usize) {
    it.vms[Id::new(0)].protection.as_mut().expect("it is protected").policy = Id::new(policy);
    before(it, 20, Act::BreakReplica { vm: Id::new(0), out_of_sequence: true });
}

fn lost(index: usize, seconds: u64) -> Vec<Strike> {
    vec![Strike { from: at(T - seconds), ..down(host(index), 0, None) }]
}

/// How a VM comes to be in a state at [`T`]: its name, the outcome of each act, and what is done before. `+` done; refused for `s` the state,
/// `p` another job, `t` a test failover, `n` a VM that does not run, `r` a source that does, `h` a host that is down, `u` one that is not prepared.
const WAYS: &[Way] = &[
    ("0 not enabled", "+sssssss+++s+s++sssssssssss", |it| {
        relate(it, Initial::Done, Some(at(29_000)));
        vec![]
    }),
    ("1 ready for initial replication", "s++sssss+++s++++sssssssssss", |it| {
        relate(it, Initial::Network { at: Some(at(29_000)) }, None);
        vec![]
    }),
    ("2 initial replication", "s+s+ssss++++++++sssssssssss", |it| {
        relate(it, Initial::Network { at: Some(at(T - 50)) }, None);
        vec![]
    }),
    ("3 replicating", "s+ss+sss++++++++++r+ssssss+", |_| vec![]),
    ("3 with a test failover", "stss+sss++++++++ttr+sssstst", |it| {
        before(it, 500, drill(3000));
        vec![]
    }),
    ("3 shutting down for a planned failover", "ppppppsspppp+p++pp++pp+ppsp", |it| {
        before(it, 40, Act::PlannedFailover { of: of() });
        vec![]
    }),
    ("3 at the other side, not committed", "s+ss+sssu+++++++++r++sss+s+", |it| {
        before(it, 3000, Act::PlannedFailover { of: of() });
        vec![]
    }),
    ("3 at the other side, committed", "s+ss+sssu+++++++++r+ssss+s+", |it| {
        before(it, 3000, Act::PlannedFailover { of: of() });
        before(it, 2000, Act::Commit { of: of() });
        vec![]
    }),
    ("3 and its host lost", "s+sshsssn++++++++n++ssssssn", |_| lost(0, 50)),
    ("4 prepared, and the plan stopped", "s+ssssssn+++++++++++ss+ssn+", |it| {
        it.vms[Id::new(1)].host = Id::new(1);
        it.vms[Id::new(1)].disks[0].volume = Id::new(1);
        it.vms[Id::new(1)].guest.shutdown = s(200);
        it.recovery.plans[Id::new(0)].conduct = Default::default();
        it.recovery.plans[Id::new(0)].groups[1].vms = vec![Id::new(1)];
        before(it, 150, Act::PlannedFailover { of: Scope::Plan(Id::new(0)) });
        lost(1, 20)
    }),
    ("5 failed over", "s+ssssssu++s++++ssss++++sss", |it| {
        before(it, 3000, unplanned(true));
        vec![]
    }),
    ("6 failed over and committed", "s+ssssssu++s++++sssssss+sss", |it| {
        before(it, 3000, unplanned(true));
        before(it, 1000, Act::Commit { of: of() });
        vec![]
    }),
    ("7 paused", "s+sss+ss+++++++++sr+sssssss", |it| {
        before(it, 20, Act::Pause { vms: vec![Id::new(0)], on_replica: false });
        vec![]
    }),
    ("8 error", "s+sss+ss+++++++++sr+sssssss", |it| {
        before(it, 20, Act::BreakReplica { vm: Id::new(0), out_of_sequence: false });
        vec![]
    }),
    ("9 resynchronisation required", "s+sss++s+++++++++sr+sssssss", |it| {
        broken(it, 1);
        vec![]
    }),
    ("10 resynchronising", "s+ss+ss+++++++++ssr+sssssss", |it| {
        broken(it, 0);
        vec![]
    }),
    ("11 resynchronisation paused", "s+sss+s+++++++++ssr+sssssss", |it| {
        broken(it, 0);
        before(it, 10, Act::Pause { vms: vec![Id::new(0)], on_replica: false });
        vec![]
    }),
];

/// How the jobs of operation `index` ended, one letter each.
fn ended(facts: &[Fact], index: usize) -> String {
    let job = |fact: &Fact| match fact.seen {
        Seen::Job(job, JobSeen::Began { operation, .. }) if operation == Some(index) => Some(job),
        _ => None,
    };
    let Some(own) = facts.iter().find_map(job) else { return "?".into() };
    let outcome = facts.iter().find_map(|fact| match &fact.seen {
        Seen::Job(job, JobSeen::Ended(outcome)) if *job == own => Some(outcome.clone()),
        _ => None,
    });
    let letter = match outcome {
        None => ".",
        Some(JobOutcome::Succeeded) => "+",
        Some(JobOutcome::Cancelled) => "c",
        Some(JobOutcome::Failed(refusal)) => match refusal {
            Refusal::ControlPlane(_) => "m",
            Refusal::State(_) => "s",
            Refusal::InProgress => "p",
            Refusal::TestRuns => "t",
            Refusal::NotRunning => "n",
            Refusal::SourceRuns => "r",
            Refusal::HostDown(_) => "h",
            Refusal::NotOrchestrated => "o",
            Refusal::UnpreparedHost(_) => "u",
            Refusal::BrokenOff => "b",
            Refusal::Vm(_) => "v",
            other => return format!("{other:?}"),
        },
    };
    letter.into()
}

/// A letter for each act, in the order of [`acts`].
#[test]
fn every_act_in_every_state_is_done_or_is_a_failed_job_with_its_reason() {
    let mut wrong = String::new();
    for (name, expected, way) in WAYS {
        let outcome = |act: Act| {
            let mut it = estate();
            it.horizon = s(30_000);
            it.operations.clear();
            let strikes = way(&mut it);
            it.operations.push(operation(T, act));
            ended(&hold(&it, &outage(strikes)).1, it.operations.len() - 1)
        };
        let found: String = acts().into_iter().map(outcome).collect();
        if found != *expected {
            wrong += &format!("{found}  {name}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
