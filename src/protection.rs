//! How virtual machines are replicated: policies, and which VM follows which to where.

use serde::Serialize;

use crate::ids::Id;
use crate::topology::{Host, Volume};
use crate::units::{Ratio, Span};

/// A replication policy (S41–S55).
#[derive(Clone, Debug, Serialize)]
pub struct Policy {
    /// Unique name.
    pub name: String,
    /// Which product's rules hold.
    pub technology: Technology,
    /// Copy frequency (fact 1.1: 30 s, 5 min or 15 min under [`Technology::HyperV`]).
    pub interval: Span,
    /// Where in the interval a VM's cuts fall.
    pub phase: Phase,
    /// What happens when a log is not applied by the next tick.
    pub on_overrun: Overrun,
    /// Unique ÷ written bytes by length of window: points sorted by length, linear between, constant outside. Empty is 1.
    pub coalescing: Vec<(Span, Ratio)>,
    /// Unique ÷ wire bytes before overhead; 1 is incompressible (W3).
    pub compression: Ratio,
    /// Bytes added on the wire, as a share of the compressed bytes.
    pub overhead: Ratio,
    /// Share of a fair link's capacity relative to other logs; at least 1.
    pub weight: u32,
    /// What of a broken transfer counts.
    pub interrupted: Interrupted,
    /// When a broken transfer is tried again.
    pub retry: Retry,
    /// Log growth past this share of the VM's disk size forces resynchronisation (fact 1.20: 50 %); `None`: never.
    pub resync_threshold: Option<Ratio>,
}

/// Whose rules a policy follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Technology {
    /// Hyper-V Replica: three intervals, the 50 % rule.
    HyperV,
    /// Any asynchronous log shipping: any interval, no 50 % rule.
    Generic,
}

/// Where in its interval a VM is cut. Ticks are start + phase + k × interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Phase {
    /// The first eight bytes (little-endian) of blake3(VM name), modulo the interval: stable when others come and go.
    Stable,
    /// All VMs at once.
    Aligned,
    /// As given, below the interval.
    At(Span),
}

/// What a due cut does while the previous log is not yet applied (`model.md` §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Overrun {
    /// It happens the moment that log is applied, and takes all that accrued.
    CutWhenDone,
    /// It is dropped; the next is the first tick at which the VM is idle.
    NextTick,
    /// It happens on time, and its log waits in order.
    Queue,
}

/// What becomes of the bytes already sent when a transfer breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Interrupted {
    /// They need not be sent again.
    Keep,
    /// The whole log is sent again.
    Resend,
}

/// When a transfer that broke, or found no route, is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Retry {
    /// After 1, 2, 4, 8, 10 minutes, then every 30 (fact 1.17); a repair triggers none.
    BackOff,
    /// The moment a route exists again.
    AtRepair,
}

/// A VM's replication relationship.
#[derive(Clone, Debug, Serialize)]
pub struct Protection {
    /// Its policy.
    pub policy: Id<Policy>,
    /// The host that holds the replica.
    pub replica_host: Id<Host>,
    /// The volume there that holds the replica's disks and takes its applies.
    pub replica_volume: Id<Volume>,
}
