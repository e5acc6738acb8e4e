//! What operators ask of failovers: each act becomes a run, or a job that is refused.

use crate::data_plane::{DataPlane, Notice};
use crate::facts::{Refusal, Why};
use crate::ids::Id;
use crate::operations::{Act, Scope};
use crate::protection::State;
use crate::recovery::{Plan, PointChoice};
use crate::sim::World;
use crate::sim::run::{Conduct, Drill, Kind, Origin, Request, Run};
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// An act of failing over or back.
    pub(in crate::sim) fn operate_failover(&mut self, operation: usize, act: &Act) {
        let latest = PointChoice::Latest;
        let (kind, of, point, by_hand) = match act {
            Act::TestFailover { of, network, point, testing, in_cloud } => {
                let drill = Drill { network: *network, testing: *testing, in_cloud: *in_cloud };
                (Kind::Test(drill), *of, *point, false)
            }
            Act::PlannedFailover { of } => (Kind::Planned, *of, latest, false),
            Act::UnplannedFailover { of, synchronize, point } => {
                (Kind::Unplanned(*synchronize), *of, *point, false)
            }
            Act::Commit { of } => (Kind::Commit, *of, latest, false),
            Act::ChangePoint { of, point } => (Kind::ChangePoint, *of, *point, false),
            Act::Cancel { of } => (Kind::Cancel, *of, latest, false),
            Act::Reverse { of } => (Kind::Reverse, *of, latest, false),
            Act::Failback { of } => (Kind::Failback, *of, latest, false),
            Act::RestartPlan { plan } => return self.restart_plan(operation, *plan),
            Act::FailOverByHand { vm, planned } => {
                let kind = if *planned { Kind::Planned } else { Kind::Unplanned(false) };
                (kind, Scope::Vm(*vm), latest, true)
            }
            Act::Enable { .. }
            | Act::Disable { .. }
            | Act::StartInitial { .. }
            | Act::StopInitial { .. }
            | Act::Pause { .. }
            | Act::Resume { .. }
            | Act::Resynchronize { .. }
            | Act::CancelResynchronize { .. }
            | Act::Migrate { .. }
            | Act::Resize { .. }
            | Act::EditOffline { .. }
            | Act::BreakReplica { .. }
            | Act::Map { .. }
            | Act::SetPolicy { .. }
            | Act::SetQos { .. }
            | Act::ResetStatistics { .. }
            | Act::InstallProvider { .. } => unreachable!("another topic's act"),
        };
        let origin = Origin::Asked { operation, by: self.scenario.operations[operation].by };
        let by_hand = by_hand || self.is_settled_by_hand(kind, of);
        let conduct = if by_hand { Conduct::Console } else { Conduct::Orchestrated };
        let request = Request { kind, of, point, origin, conduct };
        if kind == Kind::Cancel || kind.is_unplanned() {
            self.break_off_preparations(&request);
        }
        self.request(request);
    }

    /// What follows the failover of a VM of plain Hyper-V Replica is done on the hosts' own consoles too.
    fn is_settled_by_hand(&self, kind: Kind, of: Scope) -> bool {
        let settles = match kind {
            Kind::Commit | Kind::ChangePoint | Kind::Cancel | Kind::Reverse => true,
            Kind::Planned | Kind::Unplanned(_) | Kind::Test(_) | Kind::Failback => false,
        };
        let is_plain = |vm: Id<Vm>| {
            let protection = self.scenario.vms[vm].protection.as_ref();
            protection.is_some_and(|protection| !protection.relationship.orchestrated)
                && !self.vm(vm).relation.is_orchestrated
        };
        settles && matches!(of, Scope::Vm(vm) if is_plain(vm))
    }

    /// Begins what is asked for, or refuses it. Of a plan, VMs that are already where it leads are left out (fact 5.2).
    fn request(&mut self, request: Request) {
        let members = self.scope(request.of);
        let replicated: Vec<Id<Vm>> =
            members.iter().copied().filter(|vm| self.scenario.vms[*vm].protection.is_some()).collect();
        let is_plan = matches!(request.of, Scope::Plan(_));
        let to = self.destination(request.kind, &replicated);
        let moves = request.kind.is_planned() || request.kind.is_unplanned() || request.kind.is_test();
        let vms: Vec<Id<Vm>> = if is_plan && moves {
            replicated.iter().copied().filter(|vm| self.vm(*vm).home != to).collect()
        } else if is_plan {
            let wants = |vm: &Id<Vm>| self.is_concerned(request.kind, *vm);
            replicated.iter().copied().filter(wants).collect()
        } else {
            members.clone()
        };
        let refusal = match (vms.is_empty(), members.first()) {
            (true, Some(first)) => Err(Refusal::State(self.vm(*first).replication)),
            (true, None) => Err(Refusal::State(State::NotEnabled)),
            (false, _) => vms.iter().try_for_each(|vm| self.refuses(request.kind, request.conduct, *vm)),
        };
        match refusal {
            Err(refusal) => {
                self.refuse(request.kind.job(), Some(request.of), request.origin.operation(), refusal);
            }
            Ok(()) => {
                let run = self.begin_run(Run::new(request, to, vms.clone()));
                let waited = request.kind.is_unplanned().then(|| self.claim(run, &vms)).flatten();
                self.set_off(run, waited);
            }
        }
    }

    /// Whether a commit, cancel, change of point or reversal of a plan is about `vm`.
    fn is_concerned(&self, kind: Kind, vm: Id<Vm>) -> bool {
        !matches!(self.refuses(kind, Conduct::Console, vm), Err(Refusal::State(_)))
    }

    /// Goes on with the last planned run of `plan` that failed.
    fn restart_plan(&mut self, operation: usize, plan: Id<Plan>) {
        let of = Scope::Plan(plan);
        let is_one = |run: &&Run| run.of == of && run.origin != Origin::Declared && !run.kind.is_test();
        let last = self.runs.all.iter().rev().find(is_one);
        let Some(last) = last.filter(|run| run.is_over() && run.failed.is_some() && run.kind.is_planned())
        else {
            let refusal = Refusal::State(State::Replicating);
            return self.refuse(Kind::Planned.job(), Some(of), Some(operation), refusal);
        };
        let by = self.scenario.operations[operation].by;
        let request = Request {
            kind: last.kind,
            of,
            point: last.point,
            origin: Origin::Asked { operation, by },
            conduct: last.conduct,
        };
        let again =
            Run { resume: last.resume, is_restart: true, ..Run::new(request, last.to, last.vms.clone()) };
        let mut left = again.vms.iter().filter(|vm| self.vm(**vm).home != again.to);
        let refusal = left.try_for_each(|vm| self.refuses(again.kind, again.conduct, *vm));
        let held = again.vms.iter().any(|vm| self.holder(*vm).is_some());
        let refusal = if held { Err(Refusal::InProgress) } else { refusal };
        if let Err(refusal) = refusal {
            return self.refuse(again.kind.job(), Some(of), Some(operation), refusal);
        }
        let run = self.begin_run(again);
        self.set_off(run, None);
    }

    /// Replication tells of a copy that is done: a reversal by copy ends so.
    pub(in crate::sim) fn copied(&mut self, notice: Notice) {
        if let Notice::CopyDone(vm) = notice
            && self.vm(vm).replication == State::Resynchronizing
        {
            self.set_state(vm, State::Replicating, Why::CopyDone);
        }
    }
}
