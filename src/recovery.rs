//! What must come back, in which order, and who does it: applications, recovery plans and people.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::DiGraph;
use serde::Serialize;

use crate::graph::{reached, relation};
use crate::ids::{Id, Table};
use crate::units::{Ratio, Span, Time};
use crate::workload::Vm;

/// A service that users see: VMs, what it depends on, and its objectives.
#[derive(Clone, Debug, Serialize)]
pub struct Application {
    /// Unique name.
    pub name: String,
    /// 1 is the most important; for order in reports.
    pub tier: Option<u8>,
    /// Its VMs.
    pub vms: Vec<Id<Vm>>,
    /// How many of them it needs. A VM in none of these is needed itself.
    pub needs: Vec<Need>,
    /// Applications that must be in service first. Without cycles.
    pub depends_on: Vec<Id<Application>>,
    /// Recovery point objective.
    pub rpo: Option<Span>,
    /// Share of its running time without outages in which its newest common point must be within the RPO.
    pub rpo_share: Ratio,
    /// Recovery time objective, from the outage.
    pub rto: Option<Span>,
    /// Maximum tolerable period of disruption.
    pub mtpd: Option<Span>,
    /// Checks by people after all its VMs are ready and before it is declared in service.
    pub validation: Span,
}

/// VMs that stand in for each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Need {
    /// Some of the application's, each once, at least one; in no other need.
    pub of: Vec<Id<Vm>>,
    /// So many must serve: 1 to all.
    pub at_least: usize,
}

impl Need {
    /// Whether enough of them do.
    pub fn is_met(&self, serves: impl Fn(Id<Vm>) -> bool) -> bool {
        self.of.iter().filter(|vm| serves(**vm)).count() >= self.at_least
    }
}

impl Application {
    /// Whether enough of its VMs serve.
    pub fn has_enough(&self, serves: impl Fn(Id<Vm>) -> bool) -> bool {
        self.needs.iter().all(|need| need.is_met(&serves)) && self.needed_each().all(serves)
    }

    /// Every need, those of a single VM that nothing stands in for too.
    pub fn all_needs(&self) -> impl Iterator<Item = Need> {
        let single = self.needed_each().map(|vm| Need { of: vec![vm], at_least: 1 });
        self.needs.iter().cloned().chain(single)
    }

    /// Its VMs that nothing stands in for.
    fn needed_each(&self) -> impl Iterator<Item = Id<Vm>> {
        let has_others = |vm: &Id<Vm>| self.needs.iter().any(|need| need.of.contains(vm));
        self.vms.iter().copied().filter(move |vm| !has_others(vm))
    }

    /// Its place among others: by tier.
    pub fn rank(&self) -> Rank {
        self.tier.map_or(Rank::Last, Rank::Tier)
    }
}

/// The order of applications: by tier; those without come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Of this tier.
    Tier(u8),
    /// Without one.
    Last,
}

/// A recovery plan (facts 5.1–5.17).
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// Unique name.
    pub name: String,
    /// Who detects, decides and acts.
    pub people: Id<People>,
    /// VMs of plain Hyper-V Replica that its people fail over by hand before it runs, such as a single VMM server's with its database
    /// before it (S20, S26), in order: the next when the one before is in service.
    pub by_hand_first: Vec<Id<Vm>>,
    /// Boot groups, in order. A VM stands in at most one.
    pub groups: Vec<Group>,
    /// Whether the plan first tries to shut down the source, and how long a dead source makes it wait (fact 9.10).
    pub shutdown_timeout: Option<Span>,
    /// Failing one VM over to its latest point, data step only (near instant, fact 2.10; a parameter).
    pub fail_over: Span,
    /// How many VMs are failed over or started at once; `None`: all.
    pub parallel_recoveries: Option<u32>,
    /// How it runs beyond that.
    pub conduct: Conduct,
}

/// How a plan runs, by kind of failover.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Conduct {
    /// An unplanned failover first shuts down what still runs, and sends the latest data (fact 4.13), within `shutdown_timeout`.
    pub synchronize: bool,
    /// Which point an unplanned or test failover takes.
    pub point: PointChoice,
    /// Order of shutting down in a planned failover (fact 5.6).
    pub shutdown: ShutdownOrder,
    /// Before an unplanned failover people end test failovers that take room where it leads.
    pub ends_drills: bool,
    /// It is people's own list, not a recovery plan of Site Recovery: they go through its groups by hand.
    pub by_hand: bool,
}

/// Which recovery point a failover takes (facts 4.17, 4.32).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub enum PointChoice {
    /// The newest of each VM.
    #[default]
    Latest,
    /// The newest app-consistent one of each VM; without one, the newest.
    LatestAppConsistent,
    /// The newest of each VM that is not newer than the oldest of the VMs' newest points: common to the plan.
    Common,
    /// The newest of each VM not after this instant.
    NotAfter(Time),
}

/// In which order a planned failover shuts VMs down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum ShutdownOrder {
    /// All at once.
    #[default]
    Parallel,
    /// Group by group, the last first.
    ReverseGroups,
}

/// VMs that start together, with what is done before and after.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// The VMs, in order of admission.
    pub vms: Vec<Id<Vm>>,
    /// Before the group starts.
    pub before: Vec<Action>,
    /// After the whole group is running.
    pub after: Vec<Action>,
}

/// A step of a plan that is not a VM.
#[derive(Clone, Debug, Serialize)]
pub struct Action {
    /// What it is called in the report.
    pub name: String,
    /// Who does it.
    pub kind: ActionKind,
    /// How long it takes once started.
    pub takes: Span,
    /// When and where it runs.
    pub scope: Scope,
}

/// When and where an action of a plan runs (facts 5.7–5.10).
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Scope {
    /// In planned failovers.
    pub planned: bool,
    /// In unplanned failovers.
    pub unplanned: bool,
    /// In test failovers.
    pub test: bool,
    /// From source to target.
    pub there: bool,
    /// From target back to source.
    pub back: bool,
    /// On the primary side's VMM server, which must be up; otherwise the recovery side's.
    pub on_primary: bool,
    /// Whether it writes to standard error: it counts as failed, even when it worked (fact 5.9, T22).
    pub fails: bool,
}

impl Default for Scope {
    fn default() -> Self {
        let (planned, unplanned, test, there, back) = (true, true, true, true, true);
        Scope { planned, unplanned, test, there, back, on_primary: false, fails: false }
    }
}

/// A script runs by itself, a manual action needs a person on duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ActionKind {
    /// Run by the recovery side's VMM server; past 600 s it fails (fact 5.9), and an unplanned plan goes on (fact 5.10).
    /// Without a control plane nobody runs it: a person does it by hand, in the time given.
    Script,
    /// The plan halts until somebody has done it (fact 5.11).
    Manual,
}

/// The people of one plan or several.
#[derive(Clone, Debug, Serialize)]
pub struct People {
    /// Unique name.
    pub name: String,
    /// From fault to alarm seen.
    pub detection: Span,
    /// From alarm to the declaration of a disaster.
    pub decision: Span,
    /// How many work in parallel by hand.
    pub operators: u32,
    /// Without control plane: from declaration to the first VM, finding consoles and credentials.
    pub manual_start: Span,
    /// Without control plane: nobody moves a VM by hand before so long, counted from when its loss was noticed.
    pub by_hand_after: Span,
    /// Without control plane: hands-on time for each VM.
    pub manual_per_vm: Span,
    /// When somebody is on duty, to eight days past the end of the run; sorted, disjoint, half-open. `None`: always.
    pub on_duty: Option<Vec<(Time, Time)>>,
}

impl People {
    /// Whether nobody is on duty at that instant; and when somebody comes, if it is known.
    pub fn off_duty(&self, at: Time) -> Option<Option<Time>> {
        let shifts = self.on_duty.as_ref()?;
        let next = shifts.iter().find(|(_, to)| *to > at);
        match next {
            Some((from, _)) if *from <= at => None,
            Some((from, _)) => Some(Some(*from)),
            None => Some(None),
        }
    }
}

/// All of the above.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Recovery {
    /// Applications, by name.
    pub applications: Table<Application>,
    /// Plans, by name.
    pub plans: Table<Plan>,
    /// Teams, by name.
    pub people: Table<People>,
}

/// Which application depends on which.
#[derive(Clone, Debug)]
pub struct Dependencies<'a> {
    applications: &'a Table<Application>,
    graph: DiGraph<(), ()>,
}

impl Recovery {
    /// Which application depends on which.
    pub fn dependencies(&self) -> Dependencies<'_> {
        let graph = relation(self.applications.iter().map(|row| &*row.depends_on));
        Dependencies { applications: &self.applications, graph }
    }
}

impl Dependencies<'_> {
    /// The VMs of an application and of everything it depends on, directly or not.
    pub fn needed_vms(&self, id: Id<Application>) -> BTreeSet<Id<Vm>> {
        let needed = reached(&self.graph, id.index()).into_iter().map(Id::new);
        needed.flat_map(|id| self.applications[id].vms.iter().copied()).collect()
    }

    /// For each application the VMs whose readiness waits for it: every application of such a VM needs it, directly or not, and it does not need
    /// the VM. A VM that serves anybody without it gets ready at once.
    pub fn waiting(&self) -> Vec<BTreeSet<Id<Vm>>> {
        let needs: Vec<BTreeSet<usize>> = self
            .applications
            .ids()
            .map(|id| {
                reached(&self.graph, id.index()).into_iter().filter(|needed| *needed != id.index()).collect()
            })
            .collect();
        let mut serves: BTreeMap<Id<Vm>, Vec<Id<Application>>> = BTreeMap::new();
        for (id, row) in self.applications.entries() {
            for vm in &row.vms {
                serves.entry(*vm).or_default().push(id);
            }
        }
        let waits = |vm: &Id<Vm>, needed: usize| {
            serves.get(vm).is_some_and(|own| own.iter().all(|id| needs[id.index()].contains(&needed)))
        };
        let of = |id: Id<Application>| {
            let own = self.needed_vms(id);
            let dependents =
                self.applications.entries().filter(|(it, _)| needs[it.index()].contains(&id.index()));
            let members = dependents.flat_map(|(_, row)| row.vms.iter().copied());
            members.filter(|vm| !own.contains(vm) && waits(vm, id.index())).collect()
        };
        self.applications.ids().map(of).collect()
    }
}
