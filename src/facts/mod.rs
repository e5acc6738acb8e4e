//! What was seen to happen in an outage's run, in order: the only thing measures and reports read of it.
//!
//! A recovery is a chain of *steps*. Each knows the step whose end let it begin, at the same instant, so that the critical path
//! of an outcome is found by walking back, and its phases sum to the time it took. Ids only.

mod why;
mod job;
mod seen;
mod encode;
mod renumber;

pub use encode::encode;
pub use job::{JobId, JobKind, JobOutcome, Refusal};
pub use seen::{
    ActionSeen, ApplicationSeen, JobSeen, Kept, NetworkSeen, OperationSeen, PlanSeen, StepSeen, StrikeSeen,
    TakenBy, VmSeen,
};
pub use why::{Missing, Reason, Why};

use crate::closed::closed;
use crate::ids::Id;
use crate::recovery::{Application, Plan};
use crate::topology::Network;
use crate::units::Time;
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
        /// Up to an operation that somebody asked for (only in measures).
        Asked = "waiting for an operation",
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

/// What was seen, by what it happened to: a reader that is not concerned with a subject passes over all of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Seen {
    /// Of a strike, by its index in `Outage::strikes`.
    Strike(usize, StrikeSeen),
    /// Of a step.
    Step(StepId, StepSeen),
    /// Of a VM.
    Vm(Id<Vm>, VmSeen),
    /// Of an application.
    Application(Id<Application>, ApplicationSeen),
    /// Of a declared plan.
    Plan(Id<Plan>, PlanSeen),
    /// Of an action of a plan.
    Action(ActionPlace, ActionSeen),
    /// Of a job.
    Job(JobId, JobSeen),
    /// Of an operation, by its index in `Scenario::operations`.
    Operation(usize, OperationSeen),
    /// Of a network at the source.
    Network(Id<Network>, NetworkSeen),
}

impl Seen {
    /// The same without instants, times and bytes: what it has in common with one that happened at another time.
    #[must_use]
    pub fn timeless(&self) -> Seen {
        match self {
            Seen::Vm(vm, seen) => Seen::Vm(*vm, seen.timeless()),
            Seen::Strike(..)
            | Seen::Step(..)
            | Seen::Application(..)
            | Seen::Plan(..)
            | Seen::Action(..)
            | Seen::Job(..)
            | Seen::Operation(..)
            | Seen::Network(..) => self.clone(),
        }
    }
}
