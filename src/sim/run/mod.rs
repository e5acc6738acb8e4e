//! Runs of failovers: of a declared plan, or of what operators ask for: planned, unplanned and test failovers, commit, change of point,
//! cancel, reverse replication, failback.
//!
//! One machine for all: each goes through the same stages, whoever set it off. It never waits for what cannot come: a planned run fails with
//! its source, its target or its control plane; an unplanned one goes on, by hand where the control plane is lost.

mod begin;
mod declare;
mod operate;
mod admissible;
mod stages;
mod turns;
mod endings;
mod actions;
mod by_hand;
mod prepare;
mod data_step;
mod drill;
mod call_off;
mod settle;
mod reverse;
mod points;
pub(super) mod usable;
mod split_brain;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::{Index, IndexMut};

use crate::data_plane::Point;
use crate::facts::{ActionPlace, Home, JobId, JobKind, Refusal, StepId, Subject};
use crate::ids::Id;
use crate::operations::{Scope, TestNetwork};
use crate::recovery::{People, Plan, PointChoice};
use crate::topology::Host;
use crate::units::{Bytes, Span, Time};
use crate::workload::Vm;

/// Number of a run, counted from zero in the order they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunId(u32);

/// All runs, in the order they began.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Runs {
    all: Vec<Run>,
}

impl Runs {
    fn add(&mut self, run: Run) -> RunId {
        let id = u32::try_from(self.all.len()).expect("fewer runs than memory holds");
        self.all.push(run);
        RunId(id)
    }

    fn ids(&self) -> impl Iterator<Item = RunId> + use<> {
        (0..u32::try_from(self.all.len()).unwrap_or(u32::MAX)).map(RunId)
    }
}

impl Index<RunId> for Runs {
    type Output = Run;

    fn index(&self, run: RunId) -> &Run {
        &self.all[run.0 as usize]
    }
}

impl IndexMut<RunId> for Runs {
    fn index_mut(&mut self, run: RunId) -> &mut Run {
        &mut self.all[run.0 as usize]
    }
}

/// What a run is to do.
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

/// Who set a run off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// A disaster was declared.
    Declared,
    /// Operators asked for it.
    Asked {
        /// Index of the operation.
        operation: usize,
        /// Whose hands do what is done on consoles.
        by: Option<Id<People>>,
    },
}

impl Origin {
    fn operation(self) -> Option<usize> {
        match self {
            Origin::Declared => None,
            Origin::Asked { operation, .. } => Some(operation),
        }
    }
}

/// Who does the work of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Conduct {
    /// Site Recovery.
    Orchestrated,
    /// An operator of one VM sets it off on the hosts' own consoles, and then it goes by itself (S26).
    Console,
    /// People, VM by VM and action by action: the control plane is lost. It stays so, even when that is back.
    ByHand,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Request {
    kind: Kind,
    of: Scope,
    point: PointChoice,
    origin: Origin,
    conduct: Conduct,
}

/// A run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    kind: Kind,
    of: Scope,
    point: PointChoice,
    origin: Origin,
    conduct: Conduct,
    /// The job that says how it goes; a declared plan that does not synchronise has none.
    job: Option<JobId>,
    /// Where its VMs are going.
    to: Home,
    stage: Stage,
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

impl Run {
    fn new(request: Request, to: Home, vms: Vec<Id<Vm>>) -> Self {
        let Request { kind, of, point, origin, conduct } = request;
        Run {
            kind,
            of,
            point,
            origin,
            conduct,
            job: None,
            to,
            stage: Stage::Starting,
            step: None,
            vms,
            waiting: VecDeque::new(),
            under_way: BTreeSet::new(),
            common: None,
            failed: None,
            is_restart: false,
            resume: None,
            tests: BTreeMap::new(),
        }
    }

    fn plan(&self) -> Option<Id<Plan>> {
        match self.of {
            Scope::Plan(plan) => Some(plan),
            Scope::Vm(_) => None,
        }
    }

    /// What its steps as a whole are about.
    fn subject(&self) -> Subject {
        match self.of {
            Scope::Plan(plan) => Subject::Plan(plan),
            Scope::Vm(vm) => Subject::Vm(vm),
        }
    }

    fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// People fail over by hand what must be there before the plan.
    ByHandFirst,
    /// The job, or the people, are on their way to its first step.
    Starting,
    /// Guests shut down, last logs are sent, silent sources are waited out.
    Preparing,
    FailingOver,
    Acting(ActionPlace),
    Booting(usize),
    /// Test VMs run.
    Testing,
    Over,
}

/// A test VM.
#[derive(Clone, Copy, Debug, PartialEq)]
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
    pub(in crate::sim) points: Vec<Point>,
    /// Written and not in the newest point, at its source and where points were given up since.
    beyond: Bytes,
    pub(in crate::sim) is_planned: bool,
    /// When the VM stopped before.
    stopped: Time,
}
