//! A disaster is declared: the replicated VMs that are down are claimed, and the plan runs.
//!
//! A plan that synchronises takes what runs with what is down, shuts it down and sends the latest first (fact 4.13); others leave what runs
//! where it is.

use crate::data_plane::DataPlane;
use crate::facts::{Home, PlanSeen, Seen, StepId, VmSeen};
use crate::ids::Id;
use crate::operations::Scope;
use crate::recovery::{Plan, PointChoice};
use crate::sim::World;
use crate::sim::detect::Alarm;
use crate::sim::run::{Conduct, Kind, Origin, Request, Run, Stage};
use crate::sim::world::VmState;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// The decision ends: the plan begins, unless nothing needs it any more.
    pub(in crate::sim) fn declare(&mut self, plan: Id<Plan>, decision: StepId) {
        let (down, first) = (self.to_fail_over(plan), self.to_fail_over_by_hand(plan));
        let all: Vec<Id<Vm>> = first.iter().chain(&down).copied().collect();
        if all.is_empty() {
            return self.declare_other_points(plan, decision);
        }
        // A run leads one way; what goes the other is declared again afterwards.
        let to = self.destination(Kind::Unplanned(false), &all);
        let leads = |vms: Vec<Id<Vm>>| -> Vec<Id<Vm>> {
            vms.into_iter().filter(|vm| self.vm(*vm).home != to).collect()
        };
        let (down, first) = (leads(down), leads(first));
        let of = Scope::Plan(plan);
        let missing = self.missing(Kind::Unplanned(false), of, &down);
        let goes_whole =
            self.scenario.recovery.plans[plan].conduct.synchronize && missing.is_empty() && first.is_empty();
        let kind = Kind::Unplanned(goes_whole);
        let vms = if goes_whole { self.whole(plan, to) } else { down };
        let by_hand = !missing.is_empty() || !first.is_empty();
        let request = Request {
            kind,
            of,
            point: self.scenario.recovery.plans[plan].conduct.point,
            origin: Origin::Declared,
            conduct: if by_hand { Conduct::ByHand } else { Conduct::Orchestrated },
        };
        let run = self.begin_run(Run::new(request, to, vms.clone()));
        self.claim(run, &first);
        self.claim(run, &vms);
        self.plans[plan.index()] = Alarm::Declared;
        self.record(Seen::Plan(plan, PlanSeen::Declared(missing)));
        if !first.is_empty() {
            self.runs[run].stage = Stage::ByHandFirst;
            self.runs[run].waiting = first.iter().map(|vm| vec![*vm]).collect();
            self.record(Seen::Plan(plan, PlanSeen::ByHandFirst(first)));
        }
        for vm in self.left_running(plan) {
            self.record(Seen::Vm(vm, VmSeen::LeftRunning(plan)));
        }
        self.set_off(run, Some(decision));
    }

    /// Nothing is to be failed over: what was, and is known to be corrupt, goes back to the newest of its points that is clean.
    fn declare_other_points(&mut self, plan: Id<Plan>, decision: StepId) {
        let vms: Vec<Id<Vm>> = self.members(plan).filter(|vm| self.awaits_other_point(*vm)).collect();
        if vms.is_empty() {
            return self.cancel(plan);
        }
        let of = Scope::Plan(plan);
        let missing = self.missing(Kind::ChangePoint, of, &vms);
        let request = Request {
            kind: Kind::ChangePoint,
            of,
            point: PointChoice::Latest,
            origin: Origin::Declared,
            conduct: if missing.is_empty() { Conduct::Orchestrated } else { Conduct::ByHand },
        };
        let to = self.destination(Kind::ChangePoint, &vms);
        let run = self.begin_run(Run::new(request, to, vms));
        self.plans[plan.index()] = Alarm::Declared;
        self.record(Seen::Plan(plan, PlanSeen::Declared(missing)));
        self.set_off(run, Some(decision));
    }

    /// What is down of `plan`, and what runs, and does not stand where the run leads.
    fn whole(&self, plan: Id<Plan>, to: Home) -> Vec<Id<Vm>> {
        let goes = |vm: &Id<Vm>| {
            let run = self.vm(*vm);
            let runs = run.is_replicated() && run.hand.is_none() && self.runs(*vm);
            run.home != to && (self.awaits_failover(*vm) || runs)
        };
        self.members(plan).filter(goes).collect()
    }

    /// Replicated VMs of `plan` that nobody moves.
    fn left_running(&self, plan: Id<Plan>) -> Vec<Id<Vm>> {
        let is_left = |vm: &Id<Vm>| {
            let run = self.vm(*vm);
            run.is_replicated() && run.hand.is_none() && run.state != VmState::Down
        };
        self.members(plan).filter(is_left).collect()
    }
}
