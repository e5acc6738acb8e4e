//! The replication relationship of each VM: its state, and what operators, faults and the data plane do to it (facts 1.33–1.39).
//!
//! Whoever changes a state does so by `set_state`, which holds to the one table of [`TRANSITIONS`].

mod enable;
mod initial;
mod moving;
mod operate;
mod place;
mod resync;
mod pause;
mod settings;
mod transitions;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) use place::Taken;
pub use transitions::TRANSITIONS;

use crate::control_plane::Vmm;
use crate::facts::JobId;
use crate::ids::Id;
use crate::protection::{Policy, State};
use crate::sim::corruption::Contents;
use crate::sim::run::usable::Damage;
use crate::topology::{Host, Volume};
use crate::units::{Bytes, Time};
use crate::workload::Vm;

/// What is known of a VM's relationship beside its state.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Relation {
    /// The policy it follows now.
    pub(super) policy: Option<Id<Policy>>,
    /// By Site Recovery.
    pub(super) is_orchestrated: bool,
    /// Its first copy is done and its protection finalized (fact 3.6): the product offers failovers.
    pub(super) is_ready: bool,
    /// The pause is the replica's: health is critical, not a warning (fact 1.42).
    pub(super) is_paused_on_replica: bool,
    /// The data plane was told to suspend it.
    is_suspended: bool,
    /// What an error interrupted.
    resumes_to: State,
    /// Only a resynchronisation ends its error.
    is_out_of_step: bool,
    /// The export of its offline copy is done, which can no longer be stopped (fact 3.8).
    is_exported: bool,
    /// A replica that was left behind takes its space (fact 1.39).
    keeps_space: bool,
    /// Its replica was deleted: the next first copy finds nothing there (S53).
    is_deleted: bool,
    /// Its copy was called off; one that had left the source ends all the same (fact 1.26).
    is_called_off: bool,
    /// Counts what makes planned steps of the relationship stale.
    serial: u32,
    /// The resynchronisation asked for or under way.
    resync_job: Option<JobId>,
    /// Sizes of its disks now.
    sizes: Vec<Bytes>,
    /// Sizes of the replica's disks.
    replica_sizes: Vec<Bytes>,
    /// Points cut before it are of disks that were larger, and fail (fact 2.13).
    pub(super) shrunk: Option<Time>,
    /// What is known of its contents.
    pub(super) contents: Contents,
    /// Points that are damaged.
    pub(super) damages: Vec<Damage>,
}

impl Relation {
    /// At the start of the run.
    pub(super) fn of(row: &Vm, state: State) -> Relation {
        let sizes: Vec<Bytes> = row.disks.iter().map(|disk| disk.size).collect();
        let protection = row.protection.as_ref();
        Relation {
            policy: protection.map(|protection| protection.policy),
            is_orchestrated: protection.is_some_and(|protection| protection.relationship.orchestrated),
            is_ready: state == State::Replicating,
            is_paused_on_replica: false,
            is_suspended: false,
            resumes_to: State::Replicating,
            is_out_of_step: false,
            is_exported: false,
            keeps_space: false,
            is_deleted: false,
            is_called_off: false,
            serial: 0,
            resync_job: None,
            replica_sizes: sizes.clone(),
            sizes,
            shrunk: None,
            contents: Contents::default(),
            damages: Vec::new(),
        }
    }

    /// Whether what was planned with this serial is not stale.
    pub(super) fn is_current(&self, serial: u32) -> bool {
        self.serial == serial
    }

    /// Whether it goes on as another: their serials are names, of jobs none may run.
    pub(super) fn goes_on_as(&self, other: &Relation) -> bool {
        let as_other = |it: &Relation| Relation { serial: other.serial, ..it.clone() };
        self.resync_job.is_none() && as_other(self) == *other
    }
}

/// Relationships taken together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Relationships {
    /// What jobs do at their first step.
    works: BTreeMap<JobId, Work>,
    /// Copies by comparison that wait for their turn on their host, first come first served.
    waiting: BTreeSet<(Time, Id<Vm>)>,
    /// Imports that wait for their replica's host or volume.
    importing: BTreeSet<Id<Vm>>,
    /// VMs whose protection could not yet be finalized.
    finalizing: BTreeSet<Id<Vm>>,
    /// Live migrations under way.
    pub(super) migrations: BTreeMap<Id<Vm>, Migration>,
    /// Until when a provider is being installed.
    pub(super) installing: BTreeMap<Id<Vmm>, Time>,
    /// When each host that is down went down.
    pub(super) crashed: BTreeMap<Id<Host>, Time>,
}

impl Relationships {
    /// Nothing is planned for `vm` any more.
    fn forget(&mut self, vm: Id<Vm>) {
        self.waiting.retain(|(_, waiting)| *waiting != vm);
        self.importing.remove(&vm);
        self.finalizing.remove(&vm);
    }
}

/// A live migration.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Migration {
    /// To.
    pub(super) to: Id<Host>,
    /// The disks that go along.
    disks: Option<Along>,
    /// Its job.
    pub(super) job: JobId,
}

/// Disks that go along with a live migration.
#[derive(Clone, Debug, PartialEq)]
struct Along {
    /// The volume of each disk of the VM when it is over, also of those that stay where they are.
    then: Arc<[Id<Volume>]>,
    /// The volume that takes them.
    volume: Id<Volume>,
    /// What is in use on them.
    bytes: Bytes,
}

/// What a job does at its first step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// Makes the relationship, or takes over a plain one (S78).
    Enable(Id<Vm>),
    Finalize(Id<Vm>),
    Disable {
        vm: Id<Vm>,
        delete_replica: bool,
    },
    /// The provider is installed, and VMM runs again.
    Install(Id<Vmm>),
}

/// What becomes due for a relationship.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// The instant of a scheduled initial replication.
    Initial,
    /// An offline copy is exported.
    Exported,
    /// It has travelled and is imported.
    Imported,
    /// A window for resynchronisation opens.
    Window,
}
