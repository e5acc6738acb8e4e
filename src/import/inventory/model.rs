//! What an inventory is, whatever it came from.

use super::{GIB, MIB};
use crate::units::{Bytes, Rate, Span};

/// Machines, and where they run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// Kind of export it came from.
    pub source: &'static str,
    /// Machines with unique names, in the order of the export.
    pub machines: Vec<Machine>,
    /// Hosts with unique names.
    pub hosts: Vec<Host>,
    /// Hosts of the recovery site that are known: those that hold replicas.
    pub replica_hosts: Vec<Host>,
    /// Datastores and volumes, names unique.
    pub stores: Vec<Store>,
    /// Measured churn that disks follow.
    pub measured: Option<Measured>,
    /// Its columns that no machine has.
    pub unjoined: Vec<String>,
    /// Files of its folders that were not read.
    pub left: Vec<String>,
    /// What is to be told.
    pub told: Told,
}

/// A virtual machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// Name, unique after [`Inventory`] is complete.
    pub name: String,
    /// Virtual cores.
    pub cores: u32,
    /// Memory.
    pub memory: Bytes,
    /// Disks, in order.
    pub disks: Vec<Disk>,
    /// The host it runs on, if known.
    pub host: Option<String>,
    /// The cluster it runs in, if known.
    pub cluster: Option<String>,
    /// Whether it is powered off.
    pub off: bool,
    /// 1 or 2, if known.
    pub generation: Option<u8>,
    /// How it is protected, if it is.
    pub replica: Option<Replica>,
    /// Whether it runs at the recovery site, and is protected at the main one.
    pub away: bool,
    /// Where the export contradicts itself on it.
    pub doubts: Vec<Doubt>,
}

/// What an export says of a machine that cannot all be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It has so many disks, of which so many have a size.
    Sizeless(u64, usize),
    /// It has so much storage, of which its disks have so much.
    Short(Bytes, Bytes),
}

impl Machine {
    /// The host that holds its replica, if known.
    pub fn replica_host(&self) -> Option<&String> {
        self.replica.as_ref()?.host.as_ref()
    }
}

/// A replica that a machine has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replica {
    /// The host that holds it, if known.
    pub host: Option<String>,
    /// Its copy frequency, if known.
    pub interval: Option<Span>,
    /// When a resynchronisation begins, if known.
    pub resync: Option<Resync>,
    /// What it waits for, if it does not replicate.
    pub condition: Option<Condition>,
}

/// When a resynchronisation that is required begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resync {
    /// When people begin it.
    Manual,
    /// At once.
    Immediate,
    /// Between these hours and minutes of a day.
    Window((u64, u64), (u64, u64)),
}

/// Why a replica does not replicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// Its first copy is not complete.
    Initial,
    /// It is paused where it is protected.
    PausedOnPrimary,
    /// It is paused where it is kept.
    PausedOnReplica,
    /// It needs a resynchronisation, which does not run.
    ResyncRequired,
    /// A resynchronisation runs.
    Resynchronizing,
    /// An operator must see to an error.
    Failed,
}

/// A virtual disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disk {
    /// Name, unique within the machine.
    pub name: String,
    /// Provisioned size.
    pub size: Bytes,
    /// What of it is in use, at most its size after [`Inventory`] is complete; `None` if unknown.
    pub used: Option<Bytes>,
    /// Where it lies, if known.
    pub store: Option<String>,
    /// Measured mean of its writes.
    pub writes: Option<Rate>,
    /// Its path as the counters of Hyper-V write it, if known.
    pub counter: Option<String>,
    /// Its place at its machine, as ESXi's counters call it, if known: `scsi0:0`.
    pub slot: Option<String>,
    /// The columns of the measured series that it follows, which add up.
    pub columns: Vec<String>,
}

/// A host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// Its name.
    pub name: String,
    /// Physical cores.
    pub cores: u32,
    /// Memory.
    pub memory: Bytes,
    /// Its cluster, if it is in one.
    pub cluster: Option<String>,
}

/// A datastore or volume.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Store {
    /// Its name.
    pub name: String,
    /// What is free on it.
    pub free: Bytes,
}

/// A series, and how a scenario names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Its name.
    pub name: String,
    /// Its file, relative to the scenario.
    pub file: String,
    /// Start of its first bin, in microseconds since 1970 UTC.
    pub start_unix_us: i64,
    /// Its length in whole seconds, at least one.
    pub seconds: u64,
    /// Its columns, with the mean of what was written.
    pub columns: Vec<(String, Rate)>,
}

/// What is to be told of an import, as sentences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// What was read.
    pub read: Vec<String>,
    /// What was left out.
    pub dropped: Vec<String>,
    /// What was not in the files and is taken for true.
    pub assumed: Vec<String>,
    /// What can hardly be so; told on stderr, too.
    pub doubtful: Vec<String>,
}

/// Exactly, in the largest binary unit that has no fraction.
pub fn size_of(bytes: u64) -> String {
    let units = [(1 << 40, "TiB"), (GIB, "GiB"), (MIB, "MiB"), (1 << 10, "KiB")];
    let whole = units.into_iter().find(|(unit, _)| bytes > 0 && bytes.is_multiple_of(*unit));
    whole.map_or_else(|| format!("{bytes} B"), |(unit, name)| format!("{} {name}", bytes / unit))
}
