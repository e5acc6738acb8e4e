//! What the rare events (outages, people, recovery plans) may ask of replication, and nothing more.
//!
//! The engine's kernel implements it; tests of recovery implement it with points of constant age.

use crate::ids::Id;
use crate::topology::{Host, Link, Volume};
use crate::units::{Ratio, Time};
use crate::workload::Vm;

/// Replication as the rest of the simulation sees it.
pub trait DataPlane {
    /// Runs replication forward to `to`: completions up to and including `to`, retries and cuts strictly before it, so that
    /// whatever else happens at `to` comes between (the order of classes at one instant: completions, repairs, faults,
    /// calendar edges, operators, retries, cuts). Returns early, at an instant before `to`, when a VM watched by
    /// [`DataPlane::watch`] has no received log left to apply; the watch is then over. Returns the instant reached.
    fn advance(&mut self, to: Time) -> Time;

    /// Whether a log of `vm` has fully arrived at the replica and is not yet applied.
    fn is_applying(&self, vm: Id<Vm>) -> bool;

    /// Makes [`DataPlane::advance`] stop when the received logs of `vm` are applied. Only while [`DataPlane::is_applying`].
    fn watch(&mut self, vm: Id<Vm>);

    /// The cut of the newest applied point of `vm`; `None` if it is not replicated or has none.
    fn newest_point(&self, vm: Id<Vm>) -> Option<Time>;

    /// Bytes written to replicated disks of `vm` so far and not in its newest applied point.
    fn unprotected_bytes(&self, vm: Id<Vm>) -> u64;

    /// `vm` stops running: nothing more is written, and its log under way is dropped unless fully received.
    /// What it has written stays on its disks: not lost until the VM is failed over.
    fn stop_vm(&mut self, vm: Id<Vm>);

    /// `vm` runs again where it was, after a repair. A crash while it ran forces resynchronisation under Hyper-V Replica rules
    /// (fact 1.21); the data plane decides that by itself.
    fn start_vm(&mut self, vm: Id<Vm>);

    /// Replication of `vm` ends for good, because it is failed over (fact 4.12): all not applied is lost and counted as such.
    fn end_replication(&mut self, vm: Id<Vm>);

    /// A host works or not: as an end of paths, and as the place of replicas. Its VMs are stopped and started by the caller.
    fn set_host(&mut self, host: Id<Host>, up: bool);

    /// A volume works or not: as the place of replicas. The VMs with disks on it are stopped and started by the caller.
    fn set_volume(&mut self, volume: Id<Volume>, up: bool);

    /// A link carries this share of its rate (`None`: it is cut).
    fn set_link(&mut self, link: Id<Link>, share: Option<Ratio>);
}
