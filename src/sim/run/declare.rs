//! A disaster is declared: the replicated VMs that are down are claimed, and the plan runs.
//!
//! A plan that synchronises takes what runs with what is down, shuts it down and sends the latest first (fact 4.13); others leave what runs
//! where it is.

use crate::data_plane::DataPlane;
use crate::facts::{Seen, StepId};
use crate::ids::Id;
use crate::operations::Scope;
use crate::recovery::Plan;
use crate::sim::World;
use crate::sim::detect::Alarm;
use crate::sim::run::{Conduct, Kind, Origin, Request, Run, RunId, Stage};
use crate::sim::world::VmState;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// The decision ends: the plan begins, unless nothing needs it any more.
    pub(in crate::sim) fn declare(&mut self, plan: Id<Plan>, decision: StepId) {
        let (down, first) = (self.to_fail_over(plan), self.to_fail_over_by_hand(plan));
        if down.is_empty() && first.is_empty() {
            return self.cancel(plan);
        }
        let of = Scope::Plan(plan);
        let missing = self.missing(Kind::Unplanned(false), of, &down);
        let goes_whole =
            self.scenario.recovery.plans[plan].conduct.synchronize && missing.is_empty() && first.is_empty();
        let kind = Kind::Unplanned(goes_whole);
        let vms = if goes_whole { self.whole(plan) } else { down };
        let by_hand = !missing.is_empty() || !first.is_empty();
        let request = Request {
            kind,
            of,
            point: self.scenario.recovery.plans[plan].conduct.point,
            origin: Origin::Declared,
            conduct: if by_hand { Conduct::ByHand } else { Conduct::Orchestrated },
        };
        let all: Vec<Id<Vm>> = first.iter().chain(&vms).copied().collect();
        let to = self.destination(kind, &all);
        let run = self.begin_run(Run { claims: !goes_whole, ..Run::new(request, to, vms.clone()) });
        if !goes_whole {
            self.claim(run, &first);
            self.claim(run, &vms);
        }
        self.plans[plan.index()] = Alarm::Declared;
        self.see(Seen::Declared { plan, missing });
        if !first.is_empty() {
            self.runs[run].stage = Stage::ByHandFirst;
            self.runs[run].waiting = first.iter().map(|vm| vec![*vm]).collect();
            self.see(Seen::ByHandFirst { plan, vms: first });
        }
        for vm in self.left_running(plan, run) {
            self.see(Seen::LeftRunning { plan, vm });
        }
        self.set_off(run, Some(decision));
    }

    fn whole(&self, plan: Id<Plan>) -> Vec<Id<Vm>> {
        let goes = |vm: &Id<Vm>| {
            let run = self.vm(*vm);
            self.awaits_failover(*vm) || (run.is_replicated() && run.hand.is_none() && self.runs(*vm))
        };
        self.members(plan).filter(goes).collect()
    }

    /// Replicated VMs of `plan` that `run` does not move.
    fn left_running(&self, plan: Id<Plan>, run: RunId) -> Vec<Id<Vm>> {
        let is_left = |vm: &Id<Vm>| {
            let vm_run = self.vm(*vm);
            let is_taken = vm_run.hand.is_some_and(|hand| hand == run || self.runs[hand].claims);
            vm_run.is_replicated() && !is_taken && vm_run.state != VmState::Down
        };
        self.members(plan).filter(is_left).collect()
    }
}
