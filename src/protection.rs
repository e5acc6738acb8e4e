//! How virtual machines are replicated: policies, and which VM follows which to where.

use serde::Serialize;

use crate::closed::closed;
use crate::ids::Id;
use crate::topology::{Host, OsVersion, Volume};
use crate::units::{Rate, Ratio, Span, Time};

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
    /// Unique ÷ wire bytes before overhead; 1 is incompressible (T17).
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
    /// Recovery points, resynchronisation, and what else the product lets one set.
    pub settings: Settings,
}

/// What a policy sets beyond the replication cycle.
#[derive(Clone, Debug, Serialize)]
pub struct Settings {
    /// Additional recovery points kept, one each hour: 0–24 (fact 2.1; 2012: 16). 0: only the latest.
    pub recovery_points: u32,
    /// Spacing of app-consistent points: 1–12 h, less than the number of points (fact 2.4); `None`: none are taken.
    pub app_consistent: Option<Span>,
    /// For how long an app-consistent snapshot slows the guest (fact 2.5: undocumented, a parameter). Reported, not simulated.
    pub freeze: Span,
    /// When a required resynchronisation begins.
    pub resync: Resync,
    /// The one host version it is for (fact 6.4); `None`: any.
    pub os: Option<OsVersion>,
    /// How hosts authenticate each other (fact 1.11).
    pub authentication: Authentication,
    /// The port that replicas listen on (fact 1.10), which QoS may match.
    pub port: u16,
    /// Whether disabling protection deletes the replica (S53).
    pub delete_replica: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            recovery_points: 0,
            app_consistent: None,
            freeze: Span::ZERO,
            resync: Resync::Manual,
            os: None,
            authentication: Authentication::Certificate,
            port: 8084,
            delete_replica: false,
        }
    }
}

/// When a required resynchronisation begins (fact 1.27, T5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Resync {
    /// When an operator starts it.
    Manual,
    /// At once.
    Immediate,
    /// In the next of these windows: sorted, disjoint, half-open (the product's: 18:30 to 06:00 local time).
    Windows(Vec<(Time, Time)>),
}

/// How hosts authenticate each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Authentication {
    /// By certificates, over HTTPS.
    Certificate,
    /// By Kerberos, over HTTP: not encrypted (T18).
    Kerberos,
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
    /// How the relationship begins, and who runs it.
    pub relationship: Relationship,
}

/// How a replication relationship begins, and who runs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Relationship {
    /// The first copy.
    pub initial: Initial,
    /// When protection is enabled; `None`: before the run.
    pub enabled: Option<Time>,
    /// By Site Recovery; otherwise plain Hyper-V Replica, failed over by hand (S24).
    pub orchestrated: bool,
}

impl Default for Relationship {
    fn default() -> Self {
        Relationship { initial: Initial::Done, enabled: None, orchestrated: true }
    }
}

/// How the first copy is made (facts 3.1–3.16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Initial {
    /// It is complete when protection begins: the replica has a point cut then.
    Done,
    /// Over the network, at once or at an instant.
    Network {
        /// When; `None`: at once.
        at: Option<Time>,
    },
    /// On media: exported, carried, imported. Changes flow to a placeholder meanwhile (fact 3.7).
    Offline {
        /// Rate of the export; `None`: takes no time.
        export: Option<Rate>,
        /// How long the media travels.
        courier: Span,
        /// Rate of the import; `None`: takes no time.
        import: Option<Rate>,
    },
    /// By comparison with a VM that is there already (facts 3.10, 3.12).
    Existing {
        /// Share of the used size that differs.
        differs: Ratio,
    },
}

closed! {
    /// Replication state of a VM, as the product numbers it (fact 1.33).
    #[derive(Serialize)]
    pub enum State {
        /// 0: no relationship.
        NotEnabled = "Not protected",
        /// 1: relationship made, initial replication not started.
        ReadyForInitialReplication = "Ready for initial replication",
        /// 2: initial replication runs.
        WaitingForInitialReplication = "Initial replication in progress",
        /// 3: normal.
        Replicating = "Replicating",
        /// 4: planned failover prepared, all data sent; the primary cannot be started.
        SyncedReplicationComplete = "Prepared for planned failover",
        /// 5: failed over, waiting for commit or reverse replication.
        FailoverWaitingCompletion = "Failover complete, waiting for commit",
        /// 6: failed over and committed, replication not reversed.
        FailedOver = "Failover committed",
        /// 7: paused.
        Suspended = "Replication paused",
        /// 8: an error that needs an operator.
        Error = "Error",
        /// 9: resynchronisation required; tracking is off.
        WaitingForStartResynchronize = "Resynchronization required",
        /// 10: resynchronisation runs.
        Resynchronizing = "Resynchronizing",
        /// 11: resynchronisation paused.
        ResynchronizeSuspended = "Resynchronization paused",
    }
}
