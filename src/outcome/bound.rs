//! What bounds the age of a recovery point: why the newest is not newer.

use crate::ids::Id;
use crate::topology::{Host, Link, QosPolicy, Volume};
use crate::workload::Vm;

/// What a log waited for, or was slowed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoundBy {
    /// Nothing but the schedule.
    Interval,
    /// Free send slots of a host.
    Slots(Id<Host>),
    /// The rate of one stream.
    StreamCap,
    /// The way there and back.
    Latency,
    /// There was no way.
    PathDown,
    /// Nothing recorded what was written.
    TrackingOff,
    /// It was paused.
    Suspended,
    /// Applying at the replica, on this volume if it is known.
    Apply(Option<Id<Volume>>),
    /// A link.
    Link(Id<Link>),
    /// What a window leaves of a link.
    Throttle(Id<Link>),
    /// A host's network card.
    Card(Id<Host>),
    /// A QoS policy on a host.
    Qos(Id<QosPolicy>, Id<Host>),
}

/// What made an age what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeCause {
    /// What took longest.
    pub first: BoundBy,
    /// After the interval, which is always there, the next.
    pub then: Option<BoundBy>,
    /// For an application: the VM that spoke for it.
    pub of: Option<Id<Vm>>,
}
