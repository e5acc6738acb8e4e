//! What was seen to happen in an outage's run, in order: the only thing measures and reports read of it.
//!
//! A recovery is a chain of *steps*. Each knows the step whose end let it begin, at the same instant, so that the critical path
//! of an outcome is found by walking back, and its phases sum to the time it took. Ids only; hashed in serialised form.

use serde::Serialize;

use crate::control_plane::Vmm;
use crate::ids::Id;
use crate::recovery::{Application, Plan};
use crate::topology::{Host, Network, Volume};
use crate::units::{Bytes, Time};
use crate::workload::Vm;

/// One thing seen, and when.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Fact {
    /// When.
    pub at: Time,
    /// What.
    pub seen: Seen,
}

/// Number of a step, counted from zero in the order they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct StepId(pub u32);

/// What a step is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Subject {
    /// A plan as a whole.
    Plan(Id<Plan>),
    /// An action of a plan.
    Action(ActionPlace),
    /// A VM.
    Vm(Id<Vm>),
    /// An application.
    Application(Id<Application>),
}

/// Where an action stands in a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
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

/// What a step spends its time on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Phase {
    /// Monitoring notices (needs nobody).
    Detection,
    /// People decide, up to the declaration.
    Decision,
    /// From the operator's click to the job's first step.
    Orchestration,
    /// Waiting for a dead source to shut down (fact 9.10).
    ShutdownAttempt,
    /// Received logs are applied and the newest point is taken.
    Failover,
    /// Boots of earlier groups (only in measures: a boot seen from a later group).
    EarlierGroups,
    /// Scripts and manual actions.
    Actions,
    /// Power-on to running.
    Boot,
    /// A changed address spreads through DNS (fact 6.23).
    Network,
    /// Waiting for applications it depends on.
    Dependencies,
    /// Running to answering.
    Readiness,
    /// People check the application.
    Validation,
    /// Nobody is on duty, or every operator is busy.
    WaitingForPeople,
    /// Work by hand, without the control plane.
    ManualWork,
    /// Waiting for the repair of what it stands on.
    Repair,
    /// Up to a later fault that undid or outlasted what had been done (only in measures).
    SecondFault,
}

impl Phase {
    /// In the words of reports.
    pub fn words(self) -> &'static str {
        match self {
            Phase::Detection => "detection",
            Phase::Decision => "decision",
            Phase::Orchestration => "orchestration",
            Phase::ShutdownAttempt => "shutdown attempt",
            Phase::Failover => "failover",
            Phase::EarlierGroups => "earlier groups",
            Phase::Actions => "actions",
            Phase::Boot => "boot",
            Phase::Network => "network",
            Phase::Dependencies => "dependencies",
            Phase::Readiness => "readiness",
            Phase::Validation => "validation",
            Phase::WaitingForPeople => "waiting for people",
            Phase::ManualWork => "manual work",
            Phase::Repair => "repair",
            Phase::SecondFault => "second fault",
        }
    }
}

/// Where a VM lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Home {
    /// On its own host.
    Source,
    /// Failed over, on the host of its replica.
    Replica,
}

/// What a control path lacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Missing {
    /// The recovery service, or the way to it.
    RecoveryService,
    /// The VMM server whose cloud holds the replicas (facts 6.12, 9.9).
    Vmm(Id<Vmm>),
    /// No cloud manages the replica host.
    Cloud(Id<Host>),
}

/// Why a VM did not come into service where it was failed over to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Reason {
    /// There is no point to recover to.
    NoRecoveryPoint,
    /// The host of the replica is down.
    ReplicaHostDown(Id<Host>),
    /// The volume of the replica is down.
    ReplicaVolumeDown(Id<Volume>),
    /// The host has too little left.
    NoRoom {
        /// The host.
        host: Id<Host>,
        /// Cores that lack.
        cores_short: u64,
        /// Startup memory that lacks.
        memory_short: Bytes,
    },
    /// The network has no mapping to the site: not connected (fact 6.15).
    NoMapping(Id<Network>),
    /// The target network has no static pool: allocation fails (fact 6.19, T25).
    NoPool(Id<Network>),
    /// The pool of the target network is used up.
    PoolExhausted(Id<Network>),
}

/// Everything that can be seen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
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
    },
    /// An application is no longer in service.
    ApplicationDown {
        /// The application.
        application: Id<Application>,
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
}
