//! A declared plan, stage by stage (facts 4.16, 5.5): shut down, fail over all data, then for each group its actions, its VMs, its actions.
//!
//! An unplanned plan runs to its end whatever fails (fact 4.15). The next stage begins when nothing of this one is under way; stages
//! without anything to do take no time. Groups and actions run even where no VM of a group was claimed: the plan runs as a whole.

use crate::data_plane::DataPlane;
use crate::facts::{ActionPlace, Home, Phase, Seen, StepId, Subject};
use crate::ids::Id;
use crate::recovery::{Action, ActionKind, Plan};
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::people::Task;
use crate::sim::stage::Stage;
use crate::units::Span;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    pub(super) fn begin_plan(&mut self, plan: Id<Plan>, by_hand: bool, decision: StepId) {
        if by_hand {
            self.plan_mut(plan).stage = Stage::FailingOver;
            self.prepare_by_hand(plan, decision);
            return;
        }
        let step = self.begin(Subject::Plan(plan), Phase::Orchestration, Some(decision));
        let run = self.plan_mut(plan);
        run.stage = Stage::Starting;
        run.step = Some(step);
        self.after(self.scenario.control_plane.job_latency, Event::JobStarted { plan, step });
    }

    pub(super) fn job_started(&mut self, plan: Id<Plan>, step: StepId) {
        self.end(step);
        self.enter(plan, Stage::ShuttingDown, step);
    }

    pub(super) fn prepared(&mut self, plan: Id<Plan>, step: StepId) {
        let stage = self.plans[plan.index()].stage;
        if stage == Stage::ByHandFirst {
            return self.next_by_hand(plan, step);
        }
        self.enter(plan, stage, step);
    }

    pub(super) fn shutdown_given_up(&mut self, plan: Id<Plan>, step: StepId) {
        self.end(step);
        self.enter(plan, Stage::FailingOver, step);
    }

    pub(super) fn script_ended(&mut self, plan: Id<Plan>, step: StepId) {
        self.end(step);
        if let Stage::Acting(action) = self.plans[plan.index()].stage
            && self.action(action).is_some_and(Action::has_failed)
        {
            self.see(Seen::ActionFailed { action });
        }
        self.acted(plan, step);
    }

    pub(super) fn acted(&mut self, plan: Id<Plan>, step: StepId) {
        self.leave(plan, step);
    }

    /// `vm` needs `plan` no longer in this stage: done, running, given up or lost.
    pub(super) fn vm_done(&mut self, plan: Id<Plan>, vm: Id<Vm>, step: StepId) {
        if self.plans[plan.index()].stage == Stage::ByHandFirst {
            self.by_hand_so_far(plan, vm, step);
        } else if self.plan_mut(plan).under_way.remove(&vm) {
            self.fill(plan, step);
        }
    }

    /// Goes to the first stage from `stage` on that has something to do.
    pub(super) fn enter(&mut self, plan: Id<Plan>, stage: Stage, after: StepId) {
        self.plan_mut(plan).step = None;
        let mut next = Some(stage);
        while let Some(stage) = next.filter(|stage| !self.has_work(plan, *stage)) {
            next = self.following(plan, stage);
        }
        let Some(stage) = next else {
            return self.finish_plan(plan, after);
        };
        self.plan_mut(plan).stage = stage;
        let missing = self.missing(plan);
        if !missing.is_empty() && !self.plans[plan.index()].by_hand {
            self.see(Seen::HandedOver { plan, missing });
            return self.prepare_by_hand(plan, after);
        }
        match stage {
            Stage::ShuttingDown => self.shut_down(plan, after),
            Stage::Acting(place) => self.act(place, after),
            Stage::FailingOver | Stage::Booting { .. } => {
                let vms = self.vms_of(plan, stage);
                if stage == Stage::FailingOver {
                    self.plan_mut(plan).common = self.common_point(&vms);
                }
                self.plan_mut(plan).waiting = vms.into();
                self.fill(plan, after);
            }
            Stage::Quiet | Stage::Detecting | Stage::Deciding | Stage::ByHandFirst | Stage::Starting => {
                unreachable!("a declared plan has left these")
            }
        }
    }

    fn leave(&mut self, plan: Id<Plan>, after: StepId) {
        match self.following(plan, self.plans[plan.index()].stage) {
            Some(stage) => self.enter(plan, stage, after),
            None => self.finish_plan(plan, after),
        }
    }

    /// Lets waiting VMs begin while there is room among `parallel_recoveries`; ends the stage when none is left.
    fn fill(&mut self, plan: Id<Plan>, after: StepId) {
        let at_once = self.scenario.recovery.plans[plan].parallel_recoveries;
        let at_once = at_once.map_or(usize::MAX, |bound| usize::try_from(bound.max(1)).unwrap_or(usize::MAX));
        while self.plans[plan.index()].under_way.len() < at_once
            && let Some(vm) = self.plan_mut(plan).waiting.pop_front()
        {
            let is_booting = matches!(self.plans[plan.index()].stage, Stage::Booting { .. });
            let has_begun = if is_booting { self.start(vm, after) } else { self.fail_over(vm, after) };
            if has_begun {
                self.plan_mut(plan).under_way.insert(vm);
            }
        }
        let run = &self.plans[plan.index()];
        if run.waiting.is_empty() && run.under_way.is_empty() {
            self.leave(plan, after);
        }
    }

    fn shut_down(&mut self, plan: Id<Plan>, after: StepId) {
        let timeout = self.scenario.recovery.plans[plan].shutdown_timeout.unwrap_or(Span::ZERO);
        let step = self.begin(Subject::Plan(plan), Phase::ShutdownAttempt, Some(after));
        self.plan_mut(plan).step = Some(step);
        self.after(timeout, Event::ShutdownGivenUp { plan, step });
    }

    /// Scripts run by themselves, or by hand in the time given; manual actions always need people.
    fn act(&mut self, place: ActionPlace, after: StepId) {
        let plan = place.plan;
        let action = self.action(place).expect("a plan acts only where there is an action");
        let (kind, takes, lasts) = (action.kind, action.takes, action.lasts());
        let to = if self.plans[plan.index()].is_back { Home::Source } else { Home::Replica };
        if !self.plans[plan.index()].by_hand && self.lacks_primary(action, &self.plans[plan.index()].vms, to)
        {
            self.see(Seen::ActionFailed { action: place });
            return self.leave(plan, after);
        }
        if kind == ActionKind::Manual || self.plans[plan.index()].by_hand {
            let people = self.scenario.recovery.plans[plan].people;
            return self.ask(people, Task::Act(place), takes, after);
        }
        let step = self.begin(Subject::Action(place), Phase::Actions, Some(after));
        self.plan_mut(plan).step = Some(step);
        self.after(lasts, Event::ScriptEnded { plan, step });
    }

    pub(super) fn finish_plan(&mut self, plan: Id<Plan>, after: StepId) {
        let run = self.plan_mut(plan);
        run.stage = Stage::Quiet;
        run.by_hand = false;
        run.vms.clear();
        self.see(Seen::PlanDone { plan });
        if self.is_needed(plan) {
            self.alarm(plan, Some(after));
        }
    }
}
