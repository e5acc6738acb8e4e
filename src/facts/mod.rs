//! What was seen to happen in an outage's run, in order: the only thing measures and reports read of it.
//!
//! A recovery is a chain of *steps*. Each knows the step whose end let it begin, at the same instant, so that the critical path
//! of an outcome is found by walking back, and its phases sum to the time it took. Ids only.

mod why;
mod job;
mod encode;

pub use encode::encode;
pub use job::{JobId, JobKind, JobOutcome, Refusal};
pub use why::{Missing, Reason, TakenBy, Why};

use crate::closed::closed;
use crate::ids::Id;
use crate::operations::Scope;
use crate::protection::{Policy, State};
use crate::recovery::{Application, Plan, PointChoice};
use crate::topology::{Host, Network};
use crate::units::{Span, Time};
use crate::workload::Vm;

/// One thing seen, and when.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fact {
    /// When.
    pub at: Time,
    /// What.
    pub seen: Seen,
}

/// Number of a step, counted from zero in the order they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId(pub u32);

/// What a step is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A plan as a whole.
    Plan(Id<Plan>),
    /// An action of a plan.
    Action(ActionPlace),
    /// A VM.
    Vm(Id<Vm>),
    /// An application.
    Application(Id<Application>),
    /// An operation: its index in `Scenario::operations`.
    Operation(usize),
}

/// Where an action stands in a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionPlace {
    /// The plan.
    pub plan: Id<Plan>,
    /// Index of the group.
    pub group: usize,
    /// Whether it follows the group.
    pub is_after: bool,
    /// Index among the group's actions of that side.
    pub index: usize,
}

closed! {
    /// What a step spends its time on.
    pub enum Phase {
        /// Monitoring notices (needs nobody).
        Detection = "detection",
        /// People decide, up to the declaration.
        Decision = "decision",
        /// From the operator's click to the job's first step.
        Orchestration = "orchestration",
        /// Waiting for a dead source to shut down (fact 9.10).
        ShutdownAttempt = "shutdown attempt",
        /// Guests shut down (fact 4.7).
        Shutdown = "shutdown",
        /// The last log is sent and applied (fact 4.2).
        Synchronization = "synchronization",
        /// Test VMs run, up to `Complete testing` (fact 4.31).
        Testing = "testing",
        /// Received logs are applied and the newest point is taken.
        Failover = "failover",
        /// Boots of earlier groups (only in measures: a boot seen from a later group).
        EarlierGroups = "earlier groups",
        /// Scripts and manual actions.
        Actions = "actions",
        /// Power-on to running.
        Boot = "boot",
        /// A changed address spreads through DNS (fact 6.23).
        Network = "network",
        /// Waiting for applications it depends on.
        Dependencies = "dependencies",
        /// Running to answering.
        Readiness = "readiness",
        /// People check the application.
        Validation = "validation",
        /// Nobody is on duty, or every operator is busy.
        WaitingForPeople = "waiting for people",
        /// Work by hand, without the control plane.
        ManualWork = "manual work",
        /// Waiting for the repair of what it stands on.
        Repair = "repair",
        /// Its host has no room for it.
        WaitingForRoom = "waiting for room",
        /// Up to a later fault that undid or outlasted what had been done (only in measures).
        SecondFault = "second fault",
    }
}

/// Where a VM lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Home {
    /// On its own host.
    Source,
    /// Failed over, on the host of its replica.
    Replica,
}

/// Everything that can be seen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Seen {
    /// A strike of the outage, by its index, begins.
    Struck {
        /// Index in `Outage::strikes`.
        strike: usize,
    },
    /// A strike is repaired.
    Repaired {
        /// Index in `Outage::strikes`.
        strike: usize,
    },
    /// A step begins.
    StepBegan {
        /// Its number.
        step: StepId,
        /// What it is about.
        on: Subject,
        /// What it spends time on.
        phase: Phase,
        /// The step whose end, at this instant, let it begin; `None` where a fault did.
        after: Option<StepId>,
    },
    /// A step ends.
    StepEnded {
        /// Its number.
        step: StepId,
        /// For a wait: the step of another that ended it, if one did.
        released_by: Option<StepId>,
        /// Whether it was broken off.
        cut_short: bool,
    },
    /// A VM stops through a fault.
    VmStopped {
        /// The VM.
        vm: Id<Vm>,
    },
    /// A VM's operating system runs again.
    VmRunning {
        /// The VM.
        vm: Id<Vm>,
        /// Where.
        home: Home,
    },
    /// A VM runs without network, and so is never in service.
    VmIsolated {
        /// The VM.
        vm: Id<Vm>,
        /// Why.
        reason: Reason,
    },
    /// A VM answers requests.
    VmInService {
        /// The VM.
        vm: Id<Vm>,
        /// The step that ended so.
        step: StepId,
    },
    /// A plan gives a VM up and goes on (fact 4.15).
    VmGivenUp {
        /// The VM.
        vm: Id<Vm>,
        /// Whether it stays with its source, whose repair brings it back: nothing was failed over.
        stays: Home,
        /// Why.
        reason: Reason,
    },
    /// A VM is failed over to its newest point; replication ends and what is not in the point is lost (fact 4.12).
    PointTaken {
        /// The VM.
        vm: Id<Vm>,
        /// The cut of the point.
        cut: Time,
        /// When the VM last stopped.
        stopped: Time,
        /// Written and not in the point.
        lost_bytes: u64,
        /// The job that took it; `None`: people did, or a declared plan.
        job: Option<JobId>,
    },
    /// An application is no longer in service.
    ApplicationDown {
        /// The application.
        application: Id<Application>,
        /// What took it down.
        by: TakenBy,
    },
    /// An application is in service again.
    ApplicationInService {
        /// The application.
        application: Id<Application>,
        /// The step that ended so.
        step: StepId,
    },
    /// Every VM was up again before the declaration.
    Cancelled {
        /// The plan.
        plan: Id<Plan>,
    },
    /// A disaster is declared and the plan started.
    Declared {
        /// The plan.
        plan: Id<Plan>,
        /// Empty: by Site Recovery. Otherwise by hand, for lack of these.
        missing: Vec<Missing>,
    },
    /// A replicated VM of a declared plan still runs, and is left where it is.
    LeftRunning {
        /// The plan.
        plan: Id<Plan>,
        /// The VM.
        vm: Id<Vm>,
    },
    /// Before a declared plan people fail these over by hand, in order (S26).
    ByHandFirst {
        /// The plan.
        plan: Id<Plan>,
        /// The VMs.
        vms: Vec<Id<Vm>>,
    },
    /// That is done, and the plan begins.
    AfterByHand {
        /// The plan.
        plan: Id<Plan>,
        /// Empty: by Site Recovery. Otherwise by hand, for lack of these.
        missing: Vec<Missing>,
    },
    /// The control plane is lost under a running plan; people go on by hand.
    HandedOver {
        /// The plan.
        plan: Id<Plan>,
        /// What is missing now.
        missing: Vec<Missing>,
    },
    /// A script ran past its limit (fact 5.9); the plan goes on (fact 5.10).
    ActionFailed {
        /// Which.
        action: ActionPlace,
    },
    /// A plan has nothing left to do.
    PlanDone {
        /// The plan.
        plan: Id<Plan>,
    },
    /// A job begins.
    JobBegan {
        /// Its number.
        job: JobId,
        /// What it does.
        kind: JobKind,
        /// On what; `None`: on the estate.
        on: Option<Scope>,
        /// Index in `Scenario::operations`; `None`: it follows from something else.
        operation: Option<usize>,
    },
    /// An operation waits until somebody of those who ask for it is on duty and can be reached.
    OperationWaits {
        /// Index in `Scenario::operations`.
        operation: usize,
    },
    /// A job waits for people to check test VMs (fact 4.31).
    CompleteTesting {
        /// Its number.
        job: JobId,
    },
    /// A job ends.
    JobEnded {
        /// Its number.
        job: JobId,
        /// How.
        outcome: JobOutcome,
    },
    /// The replication state of a VM changes.
    StateChanged {
        /// The VM.
        vm: Id<Vm>,
        /// Before.
        from: State,
        /// After.
        to: State,
        /// Why.
        why: Why,
        /// It is a pause on the replica's side.
        at_replica: bool,
    },
    /// A VM moves to another host of its site.
    Moved {
        /// The VM.
        vm: Id<Vm>,
        /// To.
        to: Id<Host>,
        /// Restarted there by its cluster after a crash, not migrated live.
        restarted: bool,
    },
    /// A replica moves to another host of its cluster.
    ReplicaMoved {
        /// The VM.
        vm: Id<Vm>,
        /// To.
        to: Id<Host>,
    },
    /// A VM and its replica change places: it is failed over, or that is cancelled.
    ChangedPlaces {
        /// The VM.
        vm: Id<Vm>,
    },
    /// A VM follows another policy from now on.
    Follows {
        /// The VM.
        vm: Id<Vm>,
        /// The policy.
        policy: Id<Policy>,
    },
    /// Replicas of a network are attached anew (S62, S64).
    Mapped {
        /// The source network.
        from: Id<Network>,
        /// The target; `None`: not connected.
        to: Option<Id<Network>>,
        /// Replicas concerned.
        replicas: u32,
    },
    /// A test VM runs beside the replica (fact 4.26).
    TestVmRunning {
        /// The VM it is a test of.
        vm: Id<Vm>,
        /// Cut of the point it runs from.
        cut: Time,
        /// Whether it is connected.
        is_connected: bool,
        /// The test failover; `None`: of a plan that was declared.
        job: Option<JobId>,
    },
    /// A test VM is removed (S88), by force after two weeks (S89).
    TestVmRemoved {
        /// The VM it was a test of.
        vm: Id<Vm>,
        /// By force.
        forced: bool,
    },
    /// A VM is shut down by a plan.
    VmShutDown {
        /// The VM.
        vm: Id<Vm>,
        /// Whether it was cut off after its grace (fact 4.7).
        forced: bool,
    },
    /// A point is chosen that is not the newest, or no clean one was left.
    PointChosen {
        /// The VM.
        vm: Id<Vm>,
        /// How it was asked for.
        choice: PointChoice,
        /// Its cut.
        cut: Time,
        /// Whether it is app-consistent.
        app_consistent: bool,
        /// Time to undo what is newer (fact 2.10).
        undo: Span,
    },
    /// The lost source runs again beside the failed-over VM (fact 4.14, T21).
    SplitBrain {
        /// The VM.
        vm: Id<Vm>,
    },
    /// Corruption is found, and the newest clean point is what is left.
    CorruptionFound {
        /// The VM.
        vm: Id<Vm>,
        /// Cut of the newest clean point; `None`: none is left.
        clean: Option<Time>,
    },
    /// An undo log or snapshot is damaged, and points cannot be taken any more (fact 2.11).
    PointsDamaged {
        /// The VM.
        vm: Id<Vm>,
        /// Cut of the point; `None`: there was none that old.
        damaged: Option<Time>,
        /// How many points can no longer be taken.
        lost: u32,
    },
}
