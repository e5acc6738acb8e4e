//! Actions of a plan: which run when, and what their failure means (facts 5.7–5.11).
//!
//! An action on the primary side needs that side's VMM server: without it the action fails at once. A script fails past 600 s, or when it is
//! said to fail; a failed action stops a planned run, and others go on.

use crate::data_plane::DataPlane;
use crate::facts::{ActionPlace, Home, Phase, Refusal, Seen, StepId, Subject};
use crate::ids::Id;
use crate::operations::Scope;
use crate::recovery::{Action, ActionKind};
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::failover::{Kind, Stage};
use crate::sim::people::Task;
use crate::units::Span;
use crate::workload::Vm;

/// A script that runs longer has failed (fact 5.9).
const SCRIPT_LIMIT: Span = Span::seconds(600);

impl Action {
    /// How long it runs at most.
    pub(in crate::sim) fn lasts(&self) -> Span {
        match self.kind {
            ActionKind::Script => Span(self.takes.0.min(SCRIPT_LIMIT.0)),
            ActionKind::Manual => self.takes,
        }
    }

    /// Whether it counts as failed once it has run by itself.
    pub(in crate::sim) fn has_failed(&self) -> bool {
        self.scope.fails || (self.kind == ActionKind::Script && self.takes > SCRIPT_LIMIT)
    }
}

impl<D: DataPlane> World<'_, D> {
    /// Whether `run` has this action.
    pub(super) fn acts_in_run(&self, run: usize, place: ActionPlace) -> bool {
        let row = &self.failovers.runs[run];
        self.action(place).is_some_and(|action| {
            let in_kind = match row.request.kind {
                Kind::Planned | Kind::Failback => action.scope.planned,
                Kind::Unplanned(_) => action.scope.unplanned,
                Kind::Test(_) => action.scope.test,
                Kind::Commit | Kind::ChangePoint | Kind::Cancel | Kind::Reverse => false,
            };
            in_kind && if row.to == Home::Source { action.scope.back } else { action.scope.there }
        })
    }

    /// Whether the primary side's VMM server, which an action asks for, is missing for `vms`, wherever they now are.
    pub(in crate::sim) fn lacks_primary(&self, action: &Action, vms: &[Id<Vm>], to: Home) -> bool {
        let primary = |vm: &Id<Vm>| {
            let run = self.vm(*vm);
            if run.home == to { run.peer.as_ref().map(|place| place.host) } else { Some(run.at.host) }
        };
        action.scope.on_primary && vms.iter().filter_map(primary).any(|host| self.missing_at(host).is_some())
    }

    pub(super) fn act_in_run(&mut self, run: usize, place: ActionPlace, after: StepId) {
        let row = &self.failovers.runs[run];
        let action = self.action(place).expect("a run acts only where there is an action");
        if self.lacks_primary(action, &row.vms, row.to) {
            self.see(Seen::ActionFailed { action: place });
            return self.action_over(run, place, true, after);
        }
        let (kind, lasts) = (action.kind, action.lasts());
        if let (ActionKind::Manual, Scope::Plan(plan)) = (kind, row.request.of) {
            let people = self.scenario.recovery.plans[plan].people;
            return self.ask(people, Task::ActInRun(run, place), lasts, after);
        }
        let step = self.begin(Subject::Action(place), Phase::Actions, Some(after));
        self.failovers.runs[run].step = Some(step);
        self.after(lasts, Event::RunStep { run, vm: None, step });
    }

    pub(super) fn run_script_ended(&mut self, run: usize, place: ActionPlace, step: StepId) {
        self.end(step);
        let has_failed = self.action(place).is_some_and(Action::has_failed);
        if has_failed {
            self.see(Seen::ActionFailed { action: place });
        }
        self.action_over(run, place, has_failed, step);
    }

    /// Somebody has done a manual action.
    pub(in crate::sim) fn acted_in_run(&mut self, run: usize, place: ActionPlace, step: StepId) {
        if self.failovers.runs[run].stage == Stage::Acting(place) {
            self.action_over(run, place, false, step);
        }
    }

    fn action_over(&mut self, run: usize, place: ActionPlace, has_failed: bool, after: StepId) {
        if has_failed {
            self.note_failure(run, Refusal::Script(place), after);
        }
        // Nothing waits and nothing is under way: the stage is over, unless the run is.
        self.fill_run(run, after);
    }
}
