//! What an operator must know of beside outages, jobs and states.

use crate::facts::{JobKind, JobSeen, Missing, NetworkSeen, OperationSeen, Seen, VmSeen};
use crate::ids::Id;
use crate::operations::Scope;
use crate::recovery::PointChoice;
use crate::topology::{Host, Network};
use crate::units::{Span, Time};
use crate::workload::Vm;

use super::job::{Job, Jobs};
use super::twice::Twice;

/// Such a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notable {
    /// A VM moves to that host; restarted there by its cluster, or migrated live.
    Moved(Id<Vm>, Id<Host>, bool),
    /// A replica moves to that host of its cluster.
    ReplicaMoved(Id<Vm>, Id<Host>),
    /// That many replicas of a network are attached to another one, or to none.
    Mapped(Id<Network>, Option<Id<Network>>, u32),
    /// A point is chosen.
    PointChosen(Id<Vm>, ChosenPoint),
    /// Something went wrong, or waits.
    Incident(Incident),
}

/// A point that is not the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChosenPoint {
    /// How it was asked for.
    pub choice: PointChoice,
    /// Its cut.
    pub cut: Time,
    /// Whether it is app-consistent.
    pub app_consistent: bool,
    /// Time to undo what is newer.
    pub undo: Span,
}

/// Something that went wrong, or waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incident {
    /// The lost source runs again beside the VM that was failed over.
    SplitBrain(Id<Vm>),
    /// One of two copies is left, or the run ends with both.
    SplitBrainOver(Id<Vm>, Twice),
    /// An operation, by its index in `Scenario::operations`, waits for people.
    Waits(usize),
    /// Corruption is found; the cut of the newest clean point, if one is left.
    Corruption(Id<Vm>, Option<Time>),
    /// A point is damaged, by its cut, and that many can no longer be taken; `None`: there was none that old.
    Damage(Id<Vm>, Option<Time>, u32),
    /// It did not shut down in its grace.
    TurnedOff(Id<Vm>),
    /// The control plane is lost under a failover that was asked for, and people go on by hand.
    HandedOver(JobKind, Option<Scope>, Vec<Missing>),
}

impl Notable {
    /// What of a fact is one; `jobs`: those so far.
    pub(super) fn of(seen: &Seen, jobs: &mut Jobs) -> Option<Notable> {
        match seen {
            Seen::Vm(vm, seen) => Notable::of_vm(*vm, seen),
            Seen::Network(from, NetworkSeen::Mapped { to, replicas }) => {
                Some(Notable::Mapped(*from, *to, *replicas))
            }
            Seen::Operation(operation, OperationSeen::Waits) => {
                Some(Notable::Incident(Incident::Waits(*operation)))
            }
            Seen::Job(job, JobSeen::HandedOver(missing)) => {
                let Job { kind, on, .. } = *jobs.job(*job);
                Some(Notable::Incident(Incident::HandedOver(kind, on, missing.clone())))
            }
            Seen::Job(_, JobSeen::Began { .. } | JobSeen::CompleteTesting | JobSeen::Ended(_))
            | Seen::Strike(..)
            | Seen::Step(..)
            | Seen::Application(..)
            | Seen::Plan(..)
            | Seen::Action(..) => None,
        }
    }

    fn of_vm(vm: Id<Vm>, seen: &VmSeen) -> Option<Notable> {
        Some(match seen {
            VmSeen::Moved { to, restarted } => Notable::Moved(vm, *to, *restarted),
            VmSeen::ReplicaMoved(to) => Notable::ReplicaMoved(vm, *to),
            VmSeen::PointChosen { choice, cut, app_consistent, undo } => {
                let (choice, cut, app_consistent, undo) = (*choice, *cut, *app_consistent, *undo);
                Notable::PointChosen(vm, ChosenPoint { choice, cut, app_consistent, undo })
            }
            VmSeen::SplitBrain => Notable::Incident(Incident::SplitBrain(vm)),
            VmSeen::CorruptionFound(clean) => Notable::Incident(Incident::Corruption(vm, *clean)),
            VmSeen::PointsDamaged { damaged, lost } => {
                Notable::Incident(Incident::Damage(vm, *damaged, *lost))
            }
            VmSeen::ShutDown { forced: true } => Notable::Incident(Incident::TurnedOff(vm)),
            VmSeen::ShutDown { forced: false }
            | VmSeen::Stopped
            | VmSeen::SplitBrainOver { .. }
            | VmSeen::Corrupt
            | VmSeen::Running(_)
            | VmSeen::Isolated(_)
            | VmSeen::InService(_)
            | VmSeen::GivenUp { .. }
            | VmSeen::LeftRunning(_)
            | VmSeen::PointTaken { .. }
            | VmSeen::State { .. }
            | VmSeen::Follows(_)
            | VmSeen::DisksMoved(_)
            | VmSeen::ChangedPlaces
            | VmSeen::TestRunning { .. }
            | VmSeen::TestRemoved { .. } => return None,
        })
    }
}
