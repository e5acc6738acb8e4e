//! What operators do, and when: enabling, moving, pausing, drills, failovers and the way back. A whole exercise is one timeline.
//!
//! Those of the design happen in the outage-free baseline and in every outage's run; those of an outage, the way back after it, in its run
//! alone.

use serde::Serialize;

use crate::control_plane::Vmm;
use crate::ids::Id;
use crate::outage::Outage;
use crate::protection::Policy;
use crate::recovery::{People, Plan, PointChoice};
use crate::topology::{Host, Network, QosPolicy, Volume};
use crate::units::{Bytes, Rate, Span, Time};
use crate::workload::Vm;

/// One thing operators do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Operation {
    /// What it is called in reports.
    pub name: String,
    /// When it is asked for.
    pub at: Time,
    /// Who asks: somebody of the team must be on duty, else it waits; `None`: it happens at `at`.
    pub by: Option<Id<People>>,
    /// What.
    pub act: Act,
    /// The outage in whose run alone it is done; `None`: in every run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<Id<Outage>>,
}

/// What can be asked for. What the product refuses becomes a failed job with the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Act {
    /// Enables protection of VMs as their protection entries say (job `Enable protection`).
    Enable {
        /// The VMs.
        vms: Vec<Id<Vm>>,
    },
    /// Disables protection (fact 1.39, S53).
    Disable {
        /// The VMs.
        vms: Vec<Id<Vm>>,
        /// Whether the replica is deleted.
        delete_replica: bool,
    },
    /// Starts the initial replication of VMs that are ready for it.
    StartInitial {
        /// The VMs.
        vms: Vec<Id<Vm>>,
    },
    /// Stops an initial replication that runs: the VM waits for another start.
    StopInitial {
        /// The VMs.
        vms: Vec<Id<Vm>>,
    },
    /// Pauses replication, or a resynchronisation that runs (facts 1.26, 1.38).
    Pause {
        /// The VMs.
        vms: Vec<Id<Vm>>,
        /// On the replica's side: health is then critical, not a warning (fact 1.42).
        on_replica: bool,
    },
    /// Resumes replication from a pause, an error, or a paused resynchronisation (fact 1.38).
    Resume {
        /// The VMs.
        vms: Vec<Id<Vm>>,
    },
    /// Starts a resynchronisation, at most 7 days ahead (fact 1.28).
    Resynchronize {
        /// The VMs.
        vms: Vec<Id<Vm>>,
    },
    /// Cancels a resynchronisation: the next starts from zero (fact 1.26).
    CancelResynchronize {
        /// The VMs.
        vms: Vec<Id<Vm>>,
    },
    /// Resets the statistics of VMs: counters begin again at zero, and what they told is told no longer (fact 1.53).
    ResetStatistics {
        /// The VMs.
        vms: Vec<Id<Vm>>,
    },
    /// Moves a running VM to another host (live migration), with its disks where that host does not reach their volumes.
    Migrate {
        /// The VM.
        vm: Id<Vm>,
        /// To.
        to: Id<Host>,
        /// The volume for disks that move along; `None`: of those that the host reaches and that work, the one with the most room.
        volume: Option<Id<Volume>>,
        /// Most that disks are copied with. A parameter; never zero.
        storage_rate: Rate,
    },
    /// Changes the size of a disk; growing the replica too or not (facts 2.13, 2.14).
    Resize {
        /// The VM.
        vm: Id<Vm>,
        /// Index of the disk.
        disk: usize,
        /// New size.
        size: Bytes,
        /// Whether the replica's disk is resized with it.
        replica_too: bool,
    },
    /// Edits a disk while the VM is off: resynchronisation becomes required (fact 1.21).
    EditOffline {
        /// The VM.
        vm: Id<Vm>,
    },
    /// The replica is broken: restored, reverted or its chain damaged (facts 1.18, 1.22).
    BreakReplica {
        /// The VM.
        vm: Id<Vm>,
        /// Whether its log is only out of sequence: resynchronisation; otherwise an error for an operator.
        out_of_sequence: bool,
    },
    /// Maps a network, or removes its mapping: all replicas are attached anew (S62–S64).
    Map {
        /// The source network.
        from: Id<Network>,
        /// The target network; `None`: no longer mapped.
        to: Option<Id<Network>>,
    },
    /// VMs follow another policy.
    SetPolicy {
        /// The VMs.
        vms: Vec<Id<Vm>>,
        /// The policy.
        policy: Id<Policy>,
    },
    /// A QoS policy is made or removed on its hosts.
    SetQos {
        /// The policy.
        qos: Id<QosPolicy>,
        /// Whether it holds from now on.
        on: bool,
    },
    /// Installs or updates the provider: VMM is stopped meanwhile (S33).
    InstallProvider {
        /// The server.
        vmm: Id<Vmm>,
        /// For how long.
        takes: Span,
    },
    /// A test failover (facts 4.25–4.34).
    TestFailover {
        /// What.
        of: Scope,
        /// Where the test VMs are connected.
        network: TestNetwork,
        /// Which point.
        point: PointChoice,
        /// From running test VMs to `Complete testing`; forced after two weeks.
        testing: Span,
        /// Whether test VMs stand in the replica's cloud (T10: the seed says so), and so count against its capacity.
        in_cloud: bool,
    },
    /// A planned failover: nothing is lost (facts 4.1–4.10).
    PlannedFailover {
        /// What.
        of: Scope,
    },
    /// An unplanned failover that an operator asks for (facts 4.11–4.19), also as a test (S82).
    UnplannedFailover {
        /// What.
        of: Scope,
        /// Whether what still runs is shut down and synchronised first.
        synchronize: bool,
        /// Which point.
        point: PointChoice,
    },
    /// Commits failovers: other points are deleted (fact 4.17).
    Commit {
        /// What.
        of: Scope,
    },
    /// Takes another point before the commit (fact 4.17).
    ChangePoint {
        /// What.
        of: Scope,
        /// Which point.
        point: PointChoice,
    },
    /// Cancels: a prepared planned failover (fact 4.10), or a failover not yet committed (fact 4.18); two different things (T11).
    Cancel {
        /// What.
        of: Scope,
    },
    /// Reverse replication (facts 4.20–4.22).
    Reverse {
        /// What.
        of: Scope,
    },
    /// Failback: a planned failover back, which reverses replication again; its commit is asked for like any other (facts 4.22, 4.23).
    Failback {
        /// What.
        of: Scope,
    },
    /// Restarts a plan that stopped on an error (fact 4.6).
    RestartPlan {
        /// The plan.
        plan: Id<Plan>,
    },
    /// Fails over a VM of plain Hyper-V Replica by hand, such as a single VMM server's (S26).
    FailOverByHand {
        /// The VM.
        vm: Id<Vm>,
        /// Planned: shut down and synchronised first.
        planned: bool,
    },
}

/// What an act does to the protection of VMs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// It is enabled.
    On,
    /// It is disabled.
    Off {
        /// Whether the replica is deleted, or left behind.
        replica_deleted: bool,
    },
}

impl Act {
    /// The VMs whose protection it enables or disables; `None`: it leaves protection as it is.
    pub fn switches(&self) -> Option<(&[Id<Vm>], Switch)> {
        match self {
            Act::Enable { vms } => Some((vms, Switch::On)),
            Act::Disable { vms, delete_replica } => {
                Some((vms, Switch::Off { replica_deleted: *delete_replica }))
            }
            Act::StartInitial { .. }
            | Act::StopInitial { .. }
            | Act::Pause { .. }
            | Act::Resume { .. }
            | Act::Resynchronize { .. }
            | Act::CancelResynchronize { .. }
            | Act::ResetStatistics { .. }
            | Act::Migrate { .. }
            | Act::Resize { .. }
            | Act::EditOffline { .. }
            | Act::BreakReplica { .. }
            | Act::Map { .. }
            | Act::SetPolicy { .. }
            | Act::SetQos { .. }
            | Act::InstallProvider { .. }
            | Act::TestFailover { .. }
            | Act::PlannedFailover { .. }
            | Act::UnplannedFailover { .. }
            | Act::Commit { .. }
            | Act::ChangePoint { .. }
            | Act::Cancel { .. }
            | Act::Reverse { .. }
            | Act::Failback { .. }
            | Act::RestartPlan { .. }
            | Act::FailOverByHand { .. } => None,
        }
    }
}

/// What a failover is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Scope {
    /// A plan.
    Plan(Id<Plan>),
    /// One VM.
    Vm(Id<Vm>),
}

/// Where test VMs are connected (fact 4.28).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum TestNetwork {
    /// Nowhere: only whether they start is tested (S81, S85).
    None,
    /// An existing VM network of the recovery site.
    Existing(Id<Network>),
    /// A network made from the logical network and removed afterwards.
    Created,
}
