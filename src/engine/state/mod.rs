//! All mutable state of replication, in one struct that can be cloned.

pub(super) mod applies;
pub(super) mod history;
pub(super) mod ring;
pub(super) mod twins;
pub(super) mod life;
pub(super) mod space;
pub(super) mod migrations;
pub(super) mod streams;
pub(super) mod backlog;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use smallvec::SmallVec;

use super::churn::{Cursor, LayerKind};
use super::index::MaybeIndex;
use super::min_tree::MinTree;
use super::net::Net;
use super::network::classes::Classes;
use super::observer::Cause;
use super::order::Order;
use crate::data_plane::Notice;
use crate::protection::{Interrupted, Overrun, Retry};
use applies::Applies;
use backlog::Backlog;
use history::History;
use life::{Design, Life};
use migrations::Migrations;
use ring::Ring;
use space::Space;
use streams::Streams;
use twins::Twins;

/// Largest number of logs that a fleet may hold cut and not applied, about 100 bytes each. A VM under `queue` that holds
/// its part of them is not cut, and its open log grows.
pub const LOGS_MAX: usize = 1 << 25;

/// Stands for no limit where a limit is a number of bytes: no log has more, so that logs are compared without asking
/// whether there is one.
pub(super) const NO_LIMIT: u64 = u64::MAX;

/// Replication of a whole fleet. Times are µs since the start of the run.
#[derive(Clone, Debug)]
pub struct Kernel {
    pub(super) now: u64,
    /// Logs that a VM under `queue` may hold cut and not applied.
    pub(super) depth_max: u32,
    /// Where each VM stands in what is said to be by row.
    pub(super) order: Order,
    /// By row; VMs without protection have a replica that never ticks.
    pub(super) replicas: Vec<Replica>,
    /// By row; none in a fork.
    pub(super) ledgers: Vec<Ledger>,
    /// Cursors of all layers of churn, row by row, and what they read.
    pub(super) sources: Vec<Cursor>,
    pub(super) kinds: Arc<[LayerKind]>,
    /// By policy and host, as replicas refer to them.
    pub(super) rules: Vec<Rules>,
    pub(super) logs: Vec<Log>,
    pub(super) free_logs: Vec<u32>,
    /// Of VMs whose writes are logged; see `cycle/rings.rs`.
    pub(super) rings: Vec<Ring>,
    /// Ticks before this instant are past, even where it is after now.
    pub(super) ticked: u64,
    pub(super) hosts: Vec<Slots>,
    /// Those of the network, then one for each volume.
    pub(super) nets: Vec<Net>,
    pub(super) classes: Classes,
    pub(super) next_ends: MinTree,
    /// Nets whose flows or capacities changed since they were last settled.
    pub(super) unsettled: Vec<u32>,
    /// (arrival, row) of logs whose last byte is sent.
    pub(super) travelling: BinaryHeap<Reverse<(u64, u32)>>,
    /// (instant, VM) of attempts to send again.
    pub(super) retries: BTreeSet<(u64, u32)>,
    /// Rows of VMs whose overdue cut happens at this very instant.
    pub(super) late: Vec<u32>,
    /// Hosts that may have both a free slot and somebody waiting.
    pub(super) grantable: Vec<u32>,
    /// Rows of VMs that have just applied a log, and may have another; the last begins first.
    pub(super) pending: Vec<u32>,
    /// VMs that are watched: the kernel stops when one of them has nothing more to apply.
    pub(super) watched: BTreeSet<u32>,
    pub(super) volumes_up: Vec<bool>,
    /// Bytes of logs and copies that each volume has applied, whosever replica it held then.
    pub(super) applied_by_volume: Vec<u64>,
    /// By row: when the VM started and stopped to run, alternating; it runs from the start.
    pub(super) switches: Vec<Vec<u64>>,
    pub(super) edges: Edges,
    pub(super) network: super::network::Network,
    /// By row: what the hot path rarely needs.
    pub(super) lives: Vec<Life>,
    /// Of VMs of which a second copy has run.
    pub(super) twins: BTreeMap<usize, Twins>,
    /// By row: recovery points beside the newest, of VMs whose policy keeps any.
    pub(super) histories: Vec<Option<History>>,
    /// Notices that nobody has taken, in the order in which they came about.
    pub(super) notices: VecDeque<Notice>,
    /// Policies and VMs as the scenario has them.
    pub(super) design: Arc<Design>,
    /// Flows that end at one instant. Empty between two steps, and kept for its memory.
    pub(super) ended: Vec<u32>,
    /// Likewise the cuts at one instant: row, and whether its cut is overdue.
    pub(super) due: Vec<(u32, bool)>,
    pub(super) migrations: Migrations,
    pub(super) applies: Applies,
    pub(super) streams: Streams,
    /// `None`: no volume has a size.
    pub(super) space: Option<Space>,
    pub(super) backlog: Backlog,
}

/// One VM's replication.
#[derive(Clone, Debug)]
pub(super) struct Replica {
    /// Its layers of churn, in `sources`: replicated disks only.
    pub(super) sources: Range<u32>,
    pub(super) rules: u32,
    /// Log growth, in bytes, past which the VM needs resynchronisation, or [`NO_LIMIT`].
    pub(super) resync_bytes: u64,
    pub(super) host: u32,
    /// The host of its replica, while it has one.
    pub(super) target: MaybeIndex,
    /// The volume of its replica; of one that was removed, where it last was.
    pub(super) volume: MaybeIndex,
    /// The class of its flows; none without a route, and where its route has nothing that limits it.
    pub(super) class: MaybeIndex,
    /// Whether its route has nothing that limits it.
    pub(super) unlimited: bool,
    pub(super) latency: u64,
    pub(super) stage: Stage,
    pub(super) tracking: Tracking,
    /// Whether it is to be cut when it falls idle.
    pub(super) overdue: bool,
    /// Whether a tick or an applied log has more to do than for a VM that just replicates: see [`Life`].
    pub(super) special: bool,
    /// Failed attempts since a log last got through.
    pub(super) attempts: u8,
    /// How many logs are cut and not applied.
    pub(super) depth: u32,
    /// The oldest of them.
    pub(super) first_log: MaybeIndex,
    /// The newest of them.
    pub(super) last_log: MaybeIndex,
    /// Its class in its volume's net while it applies; afterwards that of its last apply.
    pub(super) apply_class: MaybeIndex,
    /// Tag of its flow while one runs.
    pub(super) tag: u128,
    /// Micro-bytes that its flow was to carry when it started.
    pub(super) need: u128,
    /// Since when it waits for a slot, or when its next attempt is.
    pub(super) ready: u64,
    /// When it was last cut.
    pub(super) cut_at: u64,
    /// Bytes written up to the last cut.
    pub(super) cut_written: u64,
    /// Raw bytes of logs cut and not applied.
    pub(super) queued: u64,
    /// Bytes that its churn would have written while it was stopped.
    pub(super) skipped: u64,
    /// Bytes written when it stopped.
    pub(super) stopped_at: u64,
    /// Cut of its newest point.
    pub(super) newest: u64,
    /// When its next app-consistent point is due, as its [`History`] says; [`NEVER`]: there are none.
    pub(super) snapshot_at: u64,
    pub(super) unique_carry: u64,
    pub(super) wire_carry: u64,
    pub(super) tally: Tally,
}

impl Replica {
    /// Its oldest log, which is there at every stage but [`Stage::Idle`].
    #[inline]
    pub(super) fn oldest_log(&self) -> usize {
        self.first_log.expect("a VM that is not idle has a log") as usize
    }

    /// The class of its flow, at [`Stage::Sending`].
    #[inline]
    pub(super) fn flow_class(&self) -> u32 {
        self.class.expect("a flow has a class")
    }

    /// The host of its replica, in a relationship.
    #[inline]
    pub(super) fn target_host(&self) -> u32 {
        self.target.expect("a relationship has a replica")
    }

    /// The volume of its replica, in a relationship.
    #[inline]
    pub(super) fn target_volume(&self) -> u32 {
        self.volume.expect("a relationship has a replica")
    }
}

/// Counters of one VM.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Ticks while it ran.
    pub ticks: u64,
    /// Of them, those whose log was applied by the next tick.
    pub successes: u64,
    /// Logs applied, empty ones too.
    pub applied_logs: u64,
    /// Raw bytes applied.
    pub applied: u64,
    /// Raw bytes lost by failing over.
    pub lost: u64,
    /// Raw bytes of the largest log.
    pub largest_log: u64,
    /// Raw bytes written before a placeholder was made, until the carried copy is there.
    pub awaiting_copy: u64,
    /// Copies applied.
    pub copies: u64,
    /// App-consistent points taken.
    pub app_points: u64,
    /// App-consistent snapshots that failed (fact 2.6).
    pub app_failures: u64,
}

/// What a VM's policy and host ask for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rules {
    pub(super) interval: u64,
    pub(super) overrun: Overrun,
    pub(super) interrupted: Interrupted,
    pub(super) retry: Retry,
    pub(super) weight: u64,
    /// What QoS may match.
    pub(super) port: u16,
    pub(super) cap: Option<u64>,
    pub(super) tcp_window: Option<u64>,
    /// Unique ÷ raw in parts per million by window length, µs.
    pub(super) coalescing: Vec<(u64, u64)>,
    /// The share of a window as long as the interval, which most are.
    pub(super) usual: Option<u64>,
    /// Wire = unique × this ÷ that.
    pub(super) wire: (u64, u64),
    pub(super) crash_resyncs: bool,
    /// Whether there are additional recovery points.
    pub(super) keeps_points: bool,
}

/// Where the oldest log of a VM is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// There is none.
    Idle,
    /// Waiting for a send slot since `ready`.
    Waiting,
    /// Being sent: a flow over the network.
    Sending,
    /// Sent whole; its last byte has not arrived yet.
    Travelling,
    /// Being applied: a flow in its volume's net.
    Applying,
    /// Received, but its replica's host or volume is down.
    Parked,
    /// No route or backing off.
    Broken,
    /// Unsent, while sending is suspended.
    Held,
    /// Received, and waiting for its turn to be applied.
    Queued,
}

/// Whether writes are logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tracking {
    /// There is no relationship.
    Unprotected,
    /// Writes are logged.
    On,
    /// The VM was shut down cleanly: what it had written is still sent.
    Quiet,
    /// The VM crashed.
    Stopped,
    /// A copy is required.
    Off,
    /// As `Off`, and the VM does not run.
    OffStopped,
}

/// One replication log.
#[derive(Clone, Debug)]
pub(super) struct Log {
    pub(super) cut: u64,
    pub(super) previous: u64,
    pub(super) raw: u64,
    pub(super) unique: u64,
    /// Micro-bytes still to be sent.
    pub(super) unsent: u128,
    pub(super) wire: u64,
    pub(super) at_tick: bool,
    pub(super) is_copy: bool,
    pub(super) app_consistent: bool,
    /// The VM's next newer log.
    pub(super) next: MaybeIndex,
}

/// A host's send slots.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    /// `None`: unlimited.
    pub(super) total: Option<u32>,
    pub(super) used: u32,
    /// (ready, VM), in order: first come, first served.
    pub(super) waiting: VecDeque<(u64, u32)>,
    /// ∫ used dt up to `since`.
    pub(super) busy: u128,
    pub(super) since: u64,
}

impl Slots {
    /// Counts `used` slots as in use from `now` on.
    pub(super) fn change(&mut self, now: u64, used: u32) {
        self.busy += u128::from(self.used) * u128::from(now - self.since);
        (self.since, self.used) = (now, used);
    }

    /// A VM waits for a slot.
    pub(super) fn wait(&mut self, entry: (u64, u32)) {
        // Practically always it is the last.
        let place = match self.waiting.back() {
            Some(last) if *last > entry => self.waiting.partition_point(|other| *other < entry),
            Some(_) | None => self.waiting.len(),
        };
        self.waiting.insert(place, entry);
    }

    /// A VM that may wait does so no more.
    pub(super) fn leave(&mut self, entry: (u64, u32)) {
        if let Ok(place) = self.waiting.binary_search(&entry) {
            self.waiting.remove(place);
        }
    }
}

/// Edges of calendars, in order: throttles by link and direction, then QoS policies by name, each off before on.
#[derive(Clone, Debug, Default)]
pub(super) struct Edges {
    pub(super) sorted: Arc<[(u64, Edge)]>,
    pub(super) next: usize,
}

/// What changes at an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Edge {
    /// Link × 2 + direction, and its throttle from then on.
    Throttle(u32, Option<u64>),
    /// A QoS policy, and whether it holds from then on.
    Qos(u32, bool),
}

/// Where a VM's time went, kept only for observers that ask.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    pub(super) since: u64,
    /// Causes since the newest point was applied.
    pub(super) current: Causes,
    /// Causes before that.
    pub(super) total: Causes,
    /// When its flow started.
    pub(super) sending_since: u64,
    /// What its class had been bound by when its flow started: of a path of two cards and a link without allocating.
    pub(super) snapshot: SmallVec<[u64; 7]>,
}

/// Times by cause. An ordinary log has five; they lie beside each other, as they are touched with every log.
pub(super) type Causes = SmallVec<[(Cause, u64); 5]>;

/// Adds `time` to what `causes` has of `cause`.
pub(super) fn add(causes: &mut Causes, cause: Cause, time: u64) {
    if time == 0 {
        return;
    }
    match causes.iter_mut().find(|(other, _)| *other == cause) {
        Some((_, sum)) => *sum += time,
        None => causes.push((cause, time)),
    }
}
