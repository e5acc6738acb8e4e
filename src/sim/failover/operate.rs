//! What operators ask of failovers: each act becomes a run, or a job that is refused.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::data_plane::{DataPlane, Notice};
use crate::facts::{Home, JobId, JobOutcome, Phase, Refusal, StepId, Subject, Why};
use crate::ids::Id;
use crate::operations::{Act, Scope};
use crate::protection::State;
use crate::recovery::{Plan, PointChoice};
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::failover::{Drill, Kind, Request, Run, Stage};
use crate::sim::people::Task;
use crate::units::Span;
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
        let by = self.scenario.operations[operation].by;
        let by_hand = by_hand || self.is_settled_by_hand(kind, of);
        let request = Request { kind, of, point, by_hand, by, operation: Some(operation) };
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
        };
        settles && matches!(of, Scope::Vm(vm) if is_plain(vm))
    }

    /// The VMs of a scope, in plan order, each once.
    pub(super) fn scope(&self, of: Scope) -> Vec<Id<Vm>> {
        match of {
            Scope::Vm(vm) => vec![vm],
            Scope::Plan(plan) => self.members(plan).collect(),
        }
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
            (false, _) => vms.iter().try_for_each(|vm| self.refuses(&request, *vm)),
        };
        match refusal {
            Err(refusal) => self.refuse(request.kind.job(), Some(request.of), request.operation, refusal),
            Ok(()) => {
                self.begin_run(request, to, vms, None);
            }
        }
    }

    /// Whether a commit, cancel, change of point or reversal of a plan is about `vm`.
    fn is_concerned(&self, kind: Kind, vm: Id<Vm>) -> bool {
        let request = Request {
            kind,
            of: Scope::Vm(vm),
            point: PointChoice::Latest,
            by_hand: true,
            by: None,
            operation: None,
        };
        !matches!(self.refuses(&request, vm), Err(Refusal::State(_)))
    }

    /// Where a run leads: back if every VM of it is at its replica's side.
    fn destination(&self, kind: Kind, vms: &[Id<Vm>]) -> Home {
        let are_away = !vms.is_empty() && vms.iter().all(|vm| self.vm(*vm).home == Home::Replica);
        if are_away || kind == Kind::Failback { Home::Source } else { Home::Replica }
    }

    /// A run begins, under a job of its own.
    pub(super) fn begin_run(
        &mut self,
        request: Request,
        to: Home,
        vms: Vec<Id<Vm>>,
        after: Option<StepId>,
    ) -> usize {
        let job = self.begin_job(request.kind.job(), Some(request.of), request.operation);
        let index = self.failovers.runs.len();
        if !request.kind.is_test() {
            for vm in &vms {
                // What operators ask for was refused if another job has it; a declaration goes on beside that job.
                self.hold(*vm, job);
                self.vm_mut(*vm).run = Some(index);
            }
        }
        self.failovers.runs.push(Run {
            request,
            job,
            declared: None,
            to,
            stage: Stage::Starting,
            is_over: false,
            step: None,
            vms,
            waiting: VecDeque::new(),
            under_way: BTreeSet::new(),
            common: None,
            failed: None,
            is_restart: false,
            resume: None,
            tests: BTreeMap::new(),
        });
        self.start_run(index, after);
        index
    }

    /// The job's latency, or the hands that do it.
    fn start_run(&mut self, run: usize, after: Option<StepId>) {
        let request = self.failovers.runs[run].request;
        if let Some(people) = request.by.filter(|_| request.by_hand) {
            let takes = self.scenario.recovery.people[people].manual_per_vm;
            return self.ask(people, Task::RunByHand(run, self.subject(run)), takes, after);
        }
        let latency = if request.by_hand { Span::ZERO } else { self.scenario.control_plane.job_latency };
        let phase = if request.by_hand { Phase::ManualWork } else { Phase::Orchestration };
        let step = self.begin(self.subject(run), phase, after);
        self.failovers.runs[run].step = Some(step);
        self.after(latency, Event::RunStep { run, vm: None, step });
    }

    /// What steps of the run as a whole are about.
    pub(super) fn subject(&self, run: usize) -> Subject {
        match self.failovers.runs[run].request.of {
            Scope::Plan(plan) => Subject::Plan(plan),
            Scope::Vm(vm) => Subject::Vm(vm),
        }
    }

    /// A plan is declared that first shuts down what runs and sends the latest (fact 4.13): all its replicated VMs go.
    pub(in crate::sim) fn declare_synchronized(
        &mut self,
        plan: Id<Plan>,
        vms: Vec<Id<Vm>>,
        decision: StepId,
    ) {
        let request = Request {
            kind: Kind::Unplanned(true),
            of: Scope::Plan(plan),
            point: self.scenario.recovery.plans[plan].conduct.point,
            by_hand: false,
            by: None,
            operation: None,
        };
        let to = self.destination(request.kind, &vms);
        let run = self.begin_run(request, to, vms, Some(decision));
        self.failovers.runs[run].declared = Some(plan);
    }

    /// Goes on with the last planned run of `plan` that failed.
    fn restart_plan(&mut self, operation: usize, plan: Id<Plan>) {
        let of = Scope::Plan(plan);
        let last =
            self.failovers.runs.iter().rev().find(|run| run.request.of == of && !run.request.kind.is_test());
        let Some(last) =
            last.filter(|run| run.is_over && run.failed.is_some() && run.request.kind.is_planned())
        else {
            let refusal = Refusal::State(State::Replicating);
            return self.refuse(Kind::Planned.job(), Some(of), Some(operation), refusal);
        };
        let request = Request { operation: Some(operation), ..last.request };
        let (to, vms, resume) = (last.to, last.vms.clone(), last.resume);
        let left = vms.iter().filter(|vm| self.vm(**vm).home != to);
        let refusal = left.clone().try_for_each(|vm| self.refuses(&request, *vm));
        let held = vms.iter().any(|vm| self.holder(*vm).is_some());
        let refusal = if held { Err(Refusal::InProgress) } else { refusal };
        if let Err(refusal) = refusal {
            return self.refuse(request.kind.job(), Some(of), Some(operation), refusal);
        }
        let run = self.begin_run(request, to, vms, None);
        self.failovers.runs[run].resume = resume;
        self.failovers.runs[run].is_restart = true;
    }

    /// The job of `run`, and whether it still goes on.
    pub(super) fn end_run(&mut self, run: usize, outcome: JobOutcome, after: Option<StepId>) {
        let row = &mut self.failovers.runs[run];
        row.is_over = true;
        let (job, declared, vms): (JobId, _, _) = (row.job, row.declared, row.vms.clone());
        for vm in vms {
            if self.vm(vm).run == Some(run) {
                self.vm_mut(vm).run = None;
            }
        }
        self.end_job(job, outcome);
        if let (Some(plan), Some(step)) = (declared, after) {
            self.finish_plan(plan, step);
        }
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
