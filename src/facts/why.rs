//! Why things happened, and what was missing.

use crate::control_plane::Vmm;
use crate::data_plane::Trigger;
use crate::ids::Id;
use crate::topology::{Host, Network, Volume};
use crate::units::Bytes;

/// What a control path lacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Missing {
    /// The recovery service, or the way to it.
    RecoveryService,
    /// The VMM server whose cloud holds the replicas (facts 6.12, 9.9).
    Vmm(Id<Vmm>),
    /// No cloud manages the replica host.
    Cloud(Id<Host>),
    /// A plan: what people go through is a list of their own.
    Plan,
}

/// Why a VM did not come into service where it was failed over to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// Why a VM's replication state changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// An operator asked.
    Operator,
    /// A copy began.
    CopyStarted,
    /// A copy is applied, or imported.
    CopyDone,
    /// Resynchronisation required.
    Trigger(Trigger),
    /// The window opened.
    Window,
    /// An error that is not retried.
    Error,
    /// A failover's step.
    Failover,
    /// Reverse replication.
    Reversed,
}
