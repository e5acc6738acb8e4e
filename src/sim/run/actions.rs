//! Actions of a plan: which run when, and what their failure means (facts 5.7–5.11).
//!
//! An action on the primary side needs that side's VMM server: without it the action fails at once. A script fails past 600 s, or when it is
//! said to fail; a failed action stops a planned run, and others go on.

use crate::data_plane::DataPlane;
use crate::facts::{ActionPlace, ActionSeen, Home, Phase, Refusal, Seen, StepId, Subject};
use crate::ids::Id;
use crate::recovery::{Action, ActionKind, Application};
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::people::Task;
use crate::sim::run::{Conduct, Kind, RunId, Stage};
use crate::units::Span;
use crate::workload::Vm;

/// A script that runs longer has failed (fact 5.9).
const SCRIPT_LIMIT: Span = Span::seconds(600);

impl Action {
    /// How long it runs at most.
    fn lasts(&self) -> Span {
        match self.kind {
            ActionKind::Script => Span(self.takes.0.min(SCRIPT_LIMIT.0)),
            ActionKind::Manual => self.takes,
        }
    }

    /// Whether it counts as failed once it has run by itself.
    fn has_failed(&self) -> bool {
        self.scope.fails || (self.kind == ActionKind::Script && self.takes > SCRIPT_LIMIT)
    }
}

impl<D: DataPlane> World<'_, D> {
    /// Whether `run` has this action.
    pub(super) fn acts(&self, run: RunId, place: ActionPlace) -> bool {
        let row = &self.runs[run];
        self.action(place).is_some_and(|action| {
            let in_kind = match row.kind {
                Kind::Planned | Kind::Failback => action.scope.planned,
                Kind::Unplanned(_) => action.scope.unplanned,
                Kind::Test(_) => action.scope.test,
                Kind::Commit | Kind::ChangePoint | Kind::Cancel | Kind::Reverse => false,
            };
            in_kind && if row.to == Home::Source { action.scope.back } else { action.scope.there }
        })
    }

    /// Whether a run that moves a VM of `application` has actions after its last group to do.
    pub(in crate::sim) fn plan_still_acts(&self, application: Id<Application>) -> bool {
        let vms = &self.scenario.recovery.applications[application].vms;
        self.runs.ids().any(|run| {
            let row = &self.runs[run];
            let is_open = !row.is_over() && !row.kind.is_test() && vms.iter().any(|vm| row.vms.contains(vm));
            is_open && self.has_last_actions(run)
        })
    }

    fn has_last_actions(&self, run: RunId) -> bool {
        let row = &self.runs[run];
        let Some(plan) = row.plan() else { return false };
        let groups = &self.scenario.recovery.plans[plan].groups;
        let Some(group) = groups.len().checked_sub(1) else { return false };
        let mut places =
            (0..groups[group].after.len()).map(|index| ActionPlace { plan, group, is_after: true, index });
        places.any(|place| row.resume.is_none_or(|resume| place >= resume) && self.acts(run, place))
    }

    /// Whether the primary side's VMM server, which an action asks for, is missing for `vms`, wherever they now are.
    fn lacks_primary(&self, action: &Action, vms: &[Id<Vm>], to: Home) -> bool {
        let primary = |vm: &Id<Vm>| {
            let run = self.vm(*vm);
            if run.home == to { run.peer.as_ref().map(|place| place.host) } else { Some(run.at.host) }
        };
        action.scope.on_primary && vms.iter().filter_map(primary).any(|host| self.missing_at(host).is_some())
    }

    /// Scripts run by themselves, or by hand in the time given; manual actions always need people.
    pub(super) fn act(&mut self, run: RunId, place: ActionPlace, after: StepId) {
        let row = &self.runs[run];
        let by_hand = row.conduct == Conduct::ByHand;
        let action = self.action(place).expect("a run acts only where there is an action");
        if !by_hand && self.lacks_primary(action, &row.vms, row.to) {
            self.record(Seen::Action(place, ActionSeen::Failed(None)));
            return self.action_over(run, place, true, after);
        }
        let (takes, lasts) = (action.takes, action.lasts());
        if by_hand || action.kind == ActionKind::Manual {
            let people = self.scenario.recovery.plans[place.plan].people;
            return self.ask(people, Task::Act(run, place), takes, after);
        }
        let step = self.begin(Subject::Action(place), Phase::Actions, Some(after));
        self.runs[run].step = Some(step);
        self.after(lasts, Event::RunStep { run, vm: None, step });
    }

    pub(super) fn script_ended(&mut self, run: RunId, place: ActionPlace, step: StepId) {
        self.end(step);
        let has_failed = self.action(place).is_some_and(Action::has_failed);
        if has_failed {
            self.record(Seen::Action(place, ActionSeen::Failed(Some(step))));
        }
        self.action_over(run, place, has_failed, step);
    }

    /// Somebody has done an action.
    pub(in crate::sim) fn acted(&mut self, run: RunId, place: ActionPlace, step: StepId) {
        if self.runs[run].stage == Stage::Acting(place) {
            self.action_over(run, place, false, step);
        }
    }

    fn action_over(&mut self, run: RunId, place: ActionPlace, has_failed: bool, after: StepId) {
        if has_failed {
            self.note_failure(run, Refusal::Script(place), after);
        }
        // Nothing waits and nothing is under way: the stage is over, unless the run is.
        self.fill(run, after);
    }
}
