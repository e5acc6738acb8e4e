//! Failovers that operators ask for: planned, unplanned, test; commit, change of point, cancel, reverse replication, failback.
//!
//! Each is a run of stages under a job; a declared plan (`plan_run.rs`) is another machine, which shares the data step, the start of a VM
//! and the choice of a point. A run never waits for what cannot come: a planned one fails with its source or target, an unplanned one
//! goes on.

mod operate;
mod admissible;
mod stages;
mod endings;
mod actions;
mod prepare;
mod data_step;
mod drill;
mod settle;
mod reverse;
mod points;
pub(super) mod usable;
mod split_brain;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::data_plane::Point;
use crate::facts::{ActionPlace, Home, JobId, JobKind, Refusal, StepId};
use crate::ids::Id;
use crate::operations::{Scope, TestNetwork};
use crate::recovery::{People, Plan, PointChoice};
use crate::topology::Host;
use crate::units::{Bytes, Span, Time};
use crate::workload::Vm;

/// All runs, in the order they began; a run is named by its index.
#[derive(Clone, Debug, Default)]
pub(super) struct Failovers {
    runs: Vec<Run>,
}

/// What operators asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Planned,
    /// Whether what runs is shut down and synchronised first.
    Unplanned(bool),
    Test(Drill),
    Commit,
    ChangePoint,
    Cancel,
    Reverse,
    Failback,
}

/// A test failover's parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Drill {
    network: TestNetwork,
    testing: Span,
    in_cloud: bool,
}

impl Kind {
    fn job(self) -> JobKind {
        match self {
            Kind::Planned => JobKind::PlannedFailover,
            Kind::Unplanned(_) => JobKind::UnplannedFailover,
            Kind::Test(_) => JobKind::TestFailover,
            Kind::Commit => JobKind::Commit,
            Kind::ChangePoint => JobKind::ChangePoint,
            Kind::Cancel => JobKind::CancelFailover,
            Kind::Reverse => JobKind::ReverseReplicate,
            Kind::Failback => JobKind::Failback,
        }
    }

    /// Loses nothing, and stops on an error (fact 4.6).
    fn is_planned(self) -> bool {
        self == Kind::Planned || self == Kind::Failback
    }

    fn is_unplanned(self) -> bool {
        matches!(self, Kind::Unplanned(_))
    }

    fn is_test(self) -> bool {
        matches!(self, Kind::Test(_))
    }

    /// Shuts down and synchronises first.
    fn prepares(self) -> bool {
        self.is_planned() || self == Kind::Unplanned(true)
    }
}

/// What is asked for, and by whom.
#[derive(Clone, Copy, Debug)]
struct Request {
    kind: Kind,
    of: Scope,
    point: PointChoice,
    /// On the hosts' own consoles, without the control plane (S26).
    by_hand: bool,
    /// Whose hands.
    by: Option<Id<People>>,
    /// Index of the operation; `None`: a declared plan.
    operation: Option<usize>,
}

/// A run.
#[derive(Clone, Debug)]
struct Run {
    request: Request,
    job: JobId,
    /// The plan whose declaration began it.
    declared: Option<Id<Plan>>,
    /// Where its VMs are going.
    to: Home,
    stage: Stage,
    is_over: bool,
    /// Its open step, unless that is people's work.
    step: Option<StepId>,
    /// Its VMs, in plan order.
    vms: Vec<Id<Vm>>,
    /// VMs that wait for their turn in this stage; in preparation, those of later waves.
    waiting: VecDeque<Vec<Id<Vm>>>,
    under_way: BTreeSet<Id<Vm>>,
    /// What was common to its VMs when the data step began.
    common: Option<Time>,
    /// The first thing that failed.
    failed: Option<Refusal>,
    /// It goes on with what another could not finish.
    is_restart: bool,
    /// Where a restarted plan goes on.
    resume: Option<ActionPlace>,
    tests: BTreeMap<Id<Vm>, TestVm>,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The job is on its way to its first step.
    Starting,
    /// Guests shut down, last logs are sent.
    Preparing,
    FailingOver,
    Acting(ActionPlace),
    Booting(usize),
    /// Test VMs run.
    Testing,
}

/// A test VM.
#[derive(Clone, Copy, Debug)]
struct TestVm {
    /// Cut of its point.
    cut: Time,
    step: Option<StepId>,
    /// Where it takes room.
    host: Option<Id<Host>>,
    is_connected: bool,
}

/// What is kept of a failover until its commit.
#[derive(Clone, Debug)]
pub(super) struct Uncommitted {
    points: Vec<Point>,
    /// Written and not in the newest point.
    beyond: Bytes,
    is_planned: bool,
    /// When the VM stopped before.
    stopped: Time,
}
