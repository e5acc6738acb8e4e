//! Jobs of the recovery service, in the product's words: what they do, how they end, and why they are refused.

use super::{ActionPlace, Missing};
use crate::closed::closed;
use crate::control_plane::Cloud;
use crate::ids::Id;
use crate::protection::State;
use crate::topology::{Host, Network};
use crate::workload::Vm;

/// Number of a job, counted from zero in the order they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u32);

closed! {
    /// What a job does, in the product's words (facts 5.13, 5.14).
    pub enum JobKind {
        /// Relationship and placeholder are made, the first copy begins.
        EnableProtection = "Enable protection",
        /// After the first copy: network and other settings; then a VM is ready for failover (fact 3.6).
        FinalizeProtection = "Finalize protection on the virtual machine",
        /// The relationship is removed.
        DisableProtection = "Disable protection",
        /// An initial replication is started or stopped by an operator.
        InitialReplication = "Initial replication",
        /// Paused.
        Pause = "Pause replication",
        /// Resumed.
        Resume = "Resume replication",
        /// A resynchronisation.
        Resynchronize = "Resynchronize",
        /// A live migration.
        Migrate = "Live migration",
        /// A disk, a policy, a mapping, a QoS policy, a provider is changed.
        Configure = "Change of configuration",
        /// Planned failover.
        PlannedFailover = "Planned failover",
        /// Unplanned failover.
        UnplannedFailover = "Unplanned failover",
        /// Test failover.
        TestFailover = "Test failover",
        /// Commit.
        Commit = "Commit",
        /// Change of recovery point.
        ChangePoint = "Change recovery point",
        /// Cancel failover.
        CancelFailover = "Cancel failover",
        /// Reverse replicate.
        ReverseReplicate = "Reverse replicate",
        /// Failback.
        Failback = "Failback",
    }
}

/// How a job ended (fact 5.12).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum JobOutcome {
    /// As asked.
    Succeeded,
    /// Refused or broken off, and why.
    Failed(Refusal),
    /// By an operator or by force.
    Cancelled,
}

impl JobOutcome {
    /// Why it failed, if it did.
    pub fn refusal(&self) -> Option<&Refusal> {
        if let JobOutcome::Failed(why) = self { Some(why) } else { None }
    }
}

/// Why the product refuses something, or a job fails.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// The control plane lacks something the operation needs (fact 6.11).
    ControlPlane(Missing),
    /// Not possible in this replication state.
    State(State),
    /// Another operation on it is in progress (fact 5.15).
    InProgress,
    /// A test failover runs (fact 4.9).
    TestRuns,
    /// It is neither running nor off, or down (fact 4.8).
    NotRunning,
    /// It runs at the source, and is seen to (fact 4.14).
    SourceRuns,
    /// There is no point as asked.
    NoPoint,
    /// No suitable host: too little compute or storage in the cloud (fact 6.8).
    NoCapacity(Id<Cloud>),
    /// No suitable host: none reaches the mapped network (fact 6.8).
    NoNetwork(Id<Network>),
    /// The cluster has no working broker (fact 6.7).
    NoBroker(Id<Host>),
    /// A host that is needed is down, or there is no way to it.
    HostDown(Id<Host>),
    /// The share for offline media is on a Hyper-V host (fact 3.9).
    ShareOnHost(Id<Host>),
    /// The test network cannot take the VM's addresses (fact 4.29).
    TestNetwork(Id<Network>),
    /// There is no room for a test VM beside the replica.
    NoRoom(Id<Host>),
    /// The relationship is not Site Recovery's.
    NotOrchestrated,
    /// A VM of the plan failed.
    Vm(Id<Vm>),
    /// A script failed (fact 5.9).
    Script(ActionPlace),
    /// A live migration to a host that cannot replicate (fact 6.29).
    UnpreparedHost(Id<Host>),
    /// A live migration to a host without a volume that works and has room for the disks it takes along.
    NoVolume(Id<Host>),
    /// What it needed broke while it ran.
    BrokenOff,
}
