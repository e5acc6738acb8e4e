//! What the rare events (outages, people, recovery plans) may ask of replication, and nothing more.
//!
//! The engine's kernel implements it; tests of recovery implement it with points of constant age. Replication knows logs, copies and
//! points; which state of the product a VM is in, and what operators and the control plane may do, is the simulation's business.

use crate::ids::Id;
use crate::protection::{Policy, Protection};
use crate::topology::{Host, Link, QosPolicy, Volume};
use crate::units::{Bytes, Ratio, Time};
use crate::workload::Vm;

/// Replication as the rest of the simulation sees it.
pub trait DataPlane {
    /// Runs replication forward to `to`: completions up to and including `to`, retries and cuts strictly before it, so that
    /// whatever else happens at `to` comes between (the order of classes at one instant: completions, repairs, faults,
    /// calendar edges, operators, retries, cuts). Returns early, at an instant before `to`, when a VM watched by
    /// [`DataPlane::watch`] has no received log left to apply (the watch is then over), and when there is a [`Notice`]. Returns the
    /// instant reached.
    fn advance(&mut self, to: Time) -> Time;

    /// The next thing to tell, in the order it happened; the caller takes them all after each [`DataPlane::advance`].
    fn notice(&mut self) -> Option<Notice>;

    // -- what is there

    /// Whether a log of `vm` has fully arrived at the replica and is not yet applied.
    fn is_applying(&self, vm: Id<Vm>) -> bool;

    /// Makes [`DataPlane::advance`] stop when the received logs of `vm` are applied. Only while [`DataPlane::is_applying`].
    fn watch(&mut self, vm: Id<Vm>);

    /// The cut of the newest applied point of `vm`; `None` if it is not replicated or has none.
    fn newest_point(&self, vm: Id<Vm>) -> Option<Time>;

    /// All points that `vm` could be failed over to, newest first.
    fn points(&self, vm: Id<Vm>) -> Vec<Point>;

    /// Bytes written to replicated disks of `vm` so far and not in its newest applied point.
    fn unprotected_bytes(&self, vm: Id<Vm>) -> u64;

    // -- the VM

    /// `vm` stops running as by a crash: nothing more is written, and its log under way is dropped unless fully received.
    /// What it has written stays on its disks: not lost until the VM is failed over.
    fn stop_vm(&mut self, vm: Id<Vm>);

    /// `vm` is shut down cleanly: nothing more is written, replication goes on with what it has.
    fn shut_down_vm(&mut self, vm: Id<Vm>);

    /// `vm` runs again where it is: after a repair, or after it was failed over and started there. A crash while it ran and was tracked
    /// forces resynchronisation under Hyper-V Replica rules (fact 1.21), told by a notice.
    fn start_vm(&mut self, vm: Id<Vm>);

    /// `vm` runs on another host from now on (live migration is over, or its cluster restarted it there).
    fn move_vm(&mut self, vm: Id<Vm>, host: Id<Host>);

    /// The memory of `vm` is sent to `host`, in the traffic of live migration; then comes [`Notice::Migrated`]. The host stays the same until
    /// the caller moves the VM. A path that breaks ends it with [`Notice::MigrationFailed`].
    fn migrate_vm(&mut self, vm: Id<Vm>, host: Id<Host>);

    /// Its disks have this total size from now on (the base of the 50 % rule).
    fn resize_vm(&mut self, vm: Id<Vm>, replicated_size: Bytes);

    // -- its replication

    /// A relationship begins, with tracking off and no point: a copy must follow.
    fn protect(&mut self, vm: Id<Vm>, protection: &Protection);

    /// The relationship is removed: what was not applied counts as untracked, points are gone. The replica is left behind, unless
    /// `deletes_replica`.
    fn unprotect(&mut self, vm: Id<Vm>, deletes_replica: bool);

    /// Tracking begins and a copy is made; [`Notice::CopyDone`] when it is applied. The copy's point is cut now. Until it is done no logs are
    /// cut, and the log of what is written meanwhile is sent next. Points from before stay until it is done, and are then gone.
    fn start_copy(&mut self, vm: Id<Vm>, method: CopyMethod);

    /// Tracking begins and logs flow to a placeholder, but there is no usable point until [`DataPlane::copy_arrived`] (fact 3.7).
    fn start_placeholder(&mut self, vm: Id<Vm>);

    /// The carried copy is imported: the newest applied log is a point from now on.
    fn copy_arrived(&mut self, vm: Id<Vm>);

    /// A copy that runs stops and goes back to nothing: tracking is off.
    fn cancel_copy(&mut self, vm: Id<Vm>);

    /// Sending stops, of logs or of a copy, which keeps its position; tracking goes on (facts 1.26, 1.38). What is received is applied.
    fn suspend(&mut self, vm: Id<Vm>);

    /// Sending goes on.
    fn resume(&mut self, vm: Id<Vm>);

    /// Tracking stops and nothing more is sent until a copy is made (fact 1.24).
    fn require_resync(&mut self, vm: Id<Vm>);

    /// Closes the log now, or as soon as the one under way is applied; [`Notice::Synchronized`] when all that was written is applied.
    fn synchronize(&mut self, vm: Id<Vm>);

    /// The VM is failed over to the point cut at `cut`: replication ends; all written and not in that point is lost and counted as such.
    fn fail_over(&mut self, vm: Id<Vm>, cut: Time);

    /// All points but the newest are deleted (commit, fact 2.15).
    fn drop_points(&mut self, vm: Id<Vm>);

    /// The failover of `vm`, which is not committed and whose VM is off, is taken back: it is what it was when it stopped at its source, and what it
    /// wrote since is lost; that many bytes. Its relationship is over.
    fn take_back(&mut self, _vm: Id<Vm>) -> Bytes {
        Bytes(0)
    }

    /// From now on the old copy of `vm` runs beside it and writes the same, unreplicated.
    fn run_twice(&mut self, _vm: Id<Vm>) {}

    /// One copy of `vm` is left. `old_is_lost`: what the old one wrote meanwhile is lost; else it is there and not replicated.
    fn run_once(&mut self, _vm: Id<Vm>, _old_is_lost: bool) {}

    /// Replication in the other direction: `vm` is replicated from where it runs now to what `protection` names. With `is_in_step` both
    /// sides are equal now (after a planned failover) and logs flow at once; otherwise tracking is off until a copy is made.
    fn reverse(&mut self, vm: Id<Vm>, host: Id<Host>, protection: &Protection, is_in_step: bool);

    /// The replica stands on another host or volume from now on.
    fn move_replica(&mut self, vm: Id<Vm>, host: Id<Host>, volume: Id<Volume>);

    /// `vm` follows another policy from now on, as given: `policy` is that of `id`, or adapted to what the hosts allow (fact 1.2). Its next tick is
    /// the first of the new grid after now.
    fn set_policy(&mut self, vm: Id<Vm>, id: Id<Policy>, policy: &Policy);

    /// The statistics of `vm` begin again (fact 1.53): whoever watches is told, replication is as it was.
    fn reset_statistics(&mut self, _vm: Id<Vm>) {}

    // -- the estate

    /// A host works or not: as an end of paths, and as the place of replicas. Its VMs are stopped and started by the caller.
    fn set_host(&mut self, host: Id<Host>, up: bool);

    /// A volume works or not: as the place of replicas. The VMs with disks on it are stopped and started by the caller.
    fn set_volume(&mut self, volume: Id<Volume>, up: bool);

    /// A link carries this share of its rate (`None`: it is cut).
    fn set_link(&mut self, link: Id<Link>, share: Option<Ratio>);

    /// A QoS policy holds or not.
    fn set_qos(&mut self, qos: Id<QosPolicy>, on: bool);
}

/// What replication tells of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// A copy is applied: replication is normal from now on.
    CopyDone(Id<Vm>),
    /// Tracking has stopped and a resynchronisation is required.
    ResyncRequired(Id<Vm>, Trigger),
    /// All that a stopped VM had written is applied.
    Synchronized(Id<Vm>),
    /// The memory of a VM has arrived.
    Migrated(Id<Vm>),
    /// A migration's path broke.
    MigrationFailed(Id<Vm>),
}

/// Why a resynchronisation is required (facts 1.20–1.23).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum Trigger {
    /// The log passed the policy's share of the disks (fact 1.20).
    LogTooLarge,
    /// A volume had no room left for logs (fact 1.23).
    VolumeFull(Id<Volume>),
    /// The host crashed with the VM running (fact 1.21).
    Crash,
    /// A volume with disks of the VM was lost while it ran (fact 1.21).
    VolumeLost(Id<Volume>),
    /// A disk was changed while the VM was off (fact 1.21).
    OfflineEdit,
    /// The replica is out of sequence (fact 1.22).
    OutOfSequence,
}

/// How a copy is made: an initial replication or a resynchronisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyMethod {
    /// All that is in use, over the network.
    Full,
    /// By comparison: all that is in use is read on both sides at the host's compare rate, and what differs is sent (facts 1.25, 1.30, 1.31).
    Compare {
        /// Share of the used size that differs beside what was written since the newest point; `None`: only that.
        differs: Option<Ratio>,
    },
}

/// A recovery point that a VM could be failed over to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Its cut.
    pub cut: Time,
    /// Whether it was taken with the guest's help (fact 2.4).
    pub app_consistent: bool,
    /// Bytes to undo from the newest point to it: reaching it takes time in proportion on 2012 R2 (fact 2.10).
    pub undo: Bytes,
}
