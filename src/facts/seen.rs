//! What can happen, a list for each subject.

use super::{Home, JobId, JobKind, JobOutcome, Missing, Phase, Reason, StepId, Subject, Why};
use crate::ids::Id;
use crate::operations::Scope;
use crate::protection::{Policy, State};
use crate::recovery::{Plan, PointChoice};
use crate::topology::{Host, Network, Volume};
use crate::units::{Span, Time};
use crate::workload::Vm;

/// Of a strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StrikeSeen {
    /// It begins.
    Began,
    /// It is repaired.
    Repaired,
}

/// Of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepSeen {
    /// It begins.
    Began {
        /// What it is about.
        on: Subject,
        /// What it spends time on.
        phase: Phase,
        /// The step whose end, at this instant, let it begin; `None` where a fault did.
        after: Option<StepId>,
    },
    /// It ends.
    Ended {
        /// For a wait: the step of another that ended it, if one did.
        released_by: Option<StepId>,
        /// Whether it was broken off.
        cut_short: bool,
    },
}

/// Of a VM.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum VmSeen {
    /// It stops through a fault.
    Stopped,
    /// It is shut down by a plan.
    ShutDown {
        /// Whether it was cut off after its grace (fact 4.7).
        forced: bool,
    },
    /// Its operating system runs again.
    Running(Home),
    /// It runs without network, and so is never in service.
    Isolated(Reason),
    /// It answers requests; the step that ended so.
    InService(StepId),
    /// A plan gives it up and goes on (fact 4.15).
    GivenUp {
        /// Whether it stays with its source, whose repair brings it back: nothing was failed over.
        stays: Home,
        /// Why.
        reason: Reason,
    },
    /// It is replicated, still runs when its plan is declared, and is left where it is.
    LeftRunning(Id<Plan>),
    /// It is failed over to a point; replication ends and what is not in the point is lost (fact 4.12).
    PointTaken {
        /// The cut of the point.
        cut: Time,
        /// When the VM last stopped.
        stopped: Time,
        /// Written and not in the point.
        lost_bytes: u64,
        /// The job that took it; `None`: people did, or a declared plan.
        job: Option<JobId>,
    },
    /// A point is chosen that is not the newest, or no clean one was left.
    PointChosen {
        /// How it was asked for.
        choice: PointChoice,
        /// Its cut.
        cut: Time,
        /// Whether it is app-consistent.
        app_consistent: bool,
        /// Time to undo what is newer (fact 2.10).
        undo: Span,
    },
    /// Its replication state changes.
    State {
        /// Before.
        from: State,
        /// After.
        to: State,
        /// Why.
        why: Why,
        /// It is a pause on the replica's side.
        at_replica: bool,
    },
    /// It follows another policy from now on.
    Follows(Id<Policy>),
    /// It moves to another host of its site.
    Moved {
        /// To.
        to: Id<Host>,
        /// Restarted there by its cluster after a crash, not migrated live.
        restarted: bool,
    },
    /// A live migration took disks along: the volume of each, in their order, or the one that holds them all.
    DisksMoved(Vec<Id<Volume>>),
    /// Its replica moves to another host of its cluster.
    ReplicaMoved(Id<Host>),
    /// It and its replica change places: it is failed over, or that is cancelled.
    ChangedPlaces,
    /// The lost source runs again beside the failed-over VM (fact 4.14, T21).
    SplitBrain,
    /// One of two copies of it is given up, or the run ends with both.
    SplitBrainOver {
        /// Since when both ran.
        since: Time,
        /// Which is left.
        kept: Kept,
    },
    /// Corruption is found; the cut of the newest clean point, if one is left.
    CorruptionFound(Option<Time>),
    /// It runs and is known to be corrupt: it serves nobody.
    Corrupt,
    /// An undo log or snapshot is damaged, and points cannot be taken any more (fact 2.11).
    PointsDamaged {
        /// Cut of the point; `None`: there was none that old.
        damaged: Option<Time>,
        /// How many points can no longer be taken.
        lost: u32,
    },
    /// A test of it runs beside its replica (fact 4.26).
    TestRunning {
        /// Cut of the point it runs from.
        cut: Time,
        /// Whether it is connected.
        is_connected: bool,
        /// The test failover; `None`: of a plan that was declared.
        job: Option<JobId>,
    },
    /// The test of it is removed (S88), by force after two weeks (S89).
    TestRemoved {
        /// By force.
        forced: bool,
    },
}

impl VmSeen {
    /// See [`super::Seen::timeless`].
    #[must_use]
    pub(super) fn timeless(&self) -> VmSeen {
        match self {
            VmSeen::PointTaken { cut: _, stopped: _, lost_bytes: _, job } => {
                VmSeen::PointTaken { cut: Time::START, stopped: Time::START, lost_bytes: 0, job: *job }
            }
            VmSeen::PointChosen { choice, cut: _, app_consistent, undo: _ } => VmSeen::PointChosen {
                choice: *choice,
                cut: Time::START,
                app_consistent: *app_consistent,
                undo: Span::ZERO,
            },
            VmSeen::SplitBrainOver { since: _, kept } => {
                VmSeen::SplitBrainOver { since: Time::START, kept: *kept }
            }
            VmSeen::CorruptionFound(clean) => VmSeen::CorruptionFound(clean.map(|_| Time::START)),
            VmSeen::PointsDamaged { damaged, lost } => {
                VmSeen::PointsDamaged { damaged: damaged.map(|_| Time::START), lost: *lost }
            }
            VmSeen::TestRunning { cut: _, is_connected, job } => {
                VmSeen::TestRunning { cut: Time::START, is_connected: *is_connected, job: *job }
            }
            VmSeen::Stopped
            | VmSeen::ShutDown { .. }
            | VmSeen::Running(_)
            | VmSeen::Isolated(_)
            | VmSeen::InService(_)
            | VmSeen::GivenUp { .. }
            | VmSeen::LeftRunning(_)
            | VmSeen::State { .. }
            | VmSeen::Follows(_)
            | VmSeen::Moved { .. }
            | VmSeen::DisksMoved(_)
            | VmSeen::ReplicaMoved(_)
            | VmSeen::ChangedPlaces
            | VmSeen::SplitBrain
            | VmSeen::Corrupt
            | VmSeen::TestRemoved { .. } => self.clone(),
        }
    }
}

/// Which of two copies of a VM is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kept {
    /// The one that was failed over: what the old one wrote meanwhile is lost.
    FailedOver,
    /// The old one: what the one that was failed over wrote is lost.
    Old,
    /// Nobody has decided by the end of the run. Site Recovery's is the one that was failed over: what the old one wrote counts as lost.
    Both,
}

/// What took an application down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TakenBy {
    /// A fault.
    Fault,
    /// A VM of it was shut down or turned off to be moved, by that job; `None`: people did, or a declared plan.
    Shutdown(Option<JobId>),
}

/// Of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApplicationSeen {
    /// It is no longer in service.
    Down(TakenBy),
    /// It is in service again; the step that ended so.
    InService(StepId),
}

/// Of a declared plan. What is missing is what Site Recovery lacks: nothing where it runs the plan, otherwise why people do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PlanSeen {
    /// Every VM was up again before the declaration.
    Cancelled,
    /// A disaster is declared and the plan started.
    Declared(Vec<Missing>),
    /// Before the plan people fail these over by hand, in order (S26).
    ByHandFirst(Vec<Id<Vm>>),
    /// That is done, and the plan begins.
    AfterByHand(Vec<Missing>),
    /// The control plane is lost under it; people go on by hand.
    HandedOver(Vec<Missing>),
    /// The control plane is back before people have begun by hand: Site Recovery runs it.
    GivenBack,
    /// It has nothing left to do.
    Done,
}

/// Of an action of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActionSeen {
    /// A script ran past its limit (fact 5.9), in this step, or could not begin; the plan goes on (fact 5.10).
    Failed(Option<StepId>),
}

/// Of a job.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum JobSeen {
    /// It begins.
    Began {
        /// What it does.
        kind: JobKind,
        /// On what; `None`: on the estate.
        on: Option<Scope>,
        /// Index in `Scenario::operations`; `None`: it follows from something else.
        operation: Option<usize>,
    },
    /// It waits for people to check test VMs (fact 4.31).
    CompleteTesting,
    /// The control plane is lost under the failover it was asked for; people go on by hand, for lack of these.
    HandedOver(Vec<Missing>),
    /// It ends.
    Ended(JobOutcome),
}

/// Of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OperationSeen {
    /// It waits until somebody of those who ask for it is on duty and can be reached.
    Waits,
}

/// Of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NetworkSeen {
    /// Replicas of it are attached anew (S62, S64).
    Mapped {
        /// The target; `None`: not connected.
        to: Option<Id<Network>>,
        /// Replicas concerned.
        replicas: u32,
    },
}
