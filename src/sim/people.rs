//! What people do, and when: work happens while somebody is on duty and the team is not struck.
//!
//! Work that a shift's end or a strike interrupts pauses, and goes on where it was; work whose last microsecond is done counts.
//! A decision needs somebody on duty, and so does what operators ask for; hands-on work also needs a free operator, first come first
//! served, over all plans of the team.
//! Every wait is a step "waiting for people".

use crate::data_plane::DataPlane;
use crate::facts::{ActionPlace, Phase, StepId, Subject};
use crate::ids::Id;
use crate::outage::Component;
use crate::recovery::{People, Plan};
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::run::RunId;
use crate::units::{Span, Time};
use crate::workload::Vm;

/// What people are asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Task {
    Decide(Id<Plan>),
    /// Begin a run on the hosts' own consoles, or take it over.
    Begin(RunId, Subject),
    Start(Id<Vm>),
    Act(RunId, ActionPlace),
    /// Ask for an operation: its index.
    Operate(usize),
}

/// The work of a team, in the order it was asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Team {
    works: Vec<Work>,
}

impl Team {
    /// Whether it has nothing to do.
    pub(super) fn is_idle(&self) -> bool {
        self.works.is_empty()
    }
}

/// A piece of work.
#[derive(Clone, Copy, Debug)]
struct Work {
    task: Task,
    /// Its wait or its work.
    step: StepId,
    /// How much remained when it last stood still.
    left: Span,
    /// When it will be done; `None`: it stands still.
    due: Option<Time>,
}

impl Task {
    fn needs_operator(self) -> bool {
        match self {
            Task::Decide(_) | Task::Operate(_) => false,
            Task::Begin(..) | Task::Start(_) | Task::Act(..) => true,
        }
    }

    fn subject(self) -> Subject {
        match self {
            Task::Decide(plan) => Subject::Plan(plan),
            Task::Begin(_, subject) => subject,
            Task::Start(vm) => Subject::Vm(vm),
            Task::Act(_, place) => Subject::Action(place),
            Task::Operate(operation) => Subject::Operation(operation),
        }
    }

    fn phase(self) -> Phase {
        match self {
            Task::Decide(_) => Phase::Decision,
            Task::Begin(..) | Task::Start(_) | Task::Operate(_) => Phase::ManualWork,
            Task::Act(..) => Phase::Actions,
        }
    }
}

impl<D: DataPlane> World<'_, D> {
    /// The first instant at which anybody may be needed.
    pub(super) fn first_need_of_people(&self) -> Option<Time> {
        // Those of an outage come after its first strike.
        let designed = self.scenario.operations.iter().filter(|operation| operation.of.is_none());
        let operations = designed.map(|operation| operation.at);
        self.strikes().iter().map(|strike| strike.from).chain(operations).min()
    }

    /// Shifts matter from then on; from `known` on their edges are ahead already.
    pub(super) fn schedule_duty(&mut self, known: Option<Time>) {
        let Some(first) = self.first_need_of_people() else {
            return;
        };
        let is_new = |edge: &Time| *edge >= first && known.is_none_or(|known| *edge < known);
        for (people, team) in self.scenario.recovery.people.entries() {
            let edges = team.on_duty.iter().flatten().flat_map(|(from, to)| [*from, *to]);
            for edge in edges.filter(is_new) {
                self.queue.push(edge, Event::Duty { people });
            }
        }
    }

    /// Asks for work that takes `takes`; it begins now or waits.
    pub(super) fn ask(
        &mut self,
        people: Id<People>,
        task: Task,
        takes: Span,
        after: impl Into<Option<StepId>>,
    ) {
        let after = after.into();
        let step = self.begin(task.subject(), Phase::WaitingForPeople, after);
        let works = &mut self.teams[people.index()].works;
        works.push(Work { task, step, left: takes, due: None });
        self.staff(people, after);
    }

    /// A shift or a strike has begun or ended.
    pub(super) fn staffing_changed(&mut self, people: Id<People>) {
        if self.is_available(people) {
            self.staff(people, None);
        } else {
            self.pause(people);
        }
    }

    /// Begins what can begin; `freed` is the step that left an operator free.
    fn staff(&mut self, people: Id<People>, freed: Option<StepId>) {
        if !self.is_available(people) {
            return;
        }
        let mut free = self.free_operators(people);
        for index in 0..self.teams[people.index()].works.len() {
            let Work { task, step, left, due } = self.teams[people.index()].works[index];
            if due.is_some() || (task.needs_operator() && free == 0) {
                continue;
            }
            free -= usize::from(task.needs_operator());
            self.release(step, freed);
            let step = self.begin(task.subject(), task.phase(), Some(step));
            let due = self.now.plus(left);
            self.teams[people.index()].works[index] = Work { task, step, left, due: Some(due) };
            self.queue.push(due, Event::WorkDone { people, step });
        }
    }

    fn pause(&mut self, people: Id<People>) {
        for index in 0..self.teams[people.index()].works.len() {
            let Work { task, step, due, .. } = self.teams[people.index()].works[index];
            let Some(due) = due.filter(|due| *due > self.now) else {
                continue;
            };
            self.end(step);
            let step = self.begin(task.subject(), Phase::WaitingForPeople, Some(step));
            let left = due.since(self.now);
            self.teams[people.index()].works[index] = Work { task, step, left, due: None };
        }
    }

    pub(super) fn work_done(&mut self, people: Id<People>, step: StepId) {
        let works = &mut self.teams[people.index()].works;
        let index = works.iter().position(|work| work.step == step).expect("open work is on its team's list");
        let task = works.remove(index).task;
        self.end(step);
        self.staff(people, Some(step));
        match task {
            Task::Decide(plan) => self.declare(plan, step),
            Task::Begin(run, _) => self.hands_are_there(run, step),
            Task::Start(vm) => self.started_by_hand(vm, step),
            Task::Act(run, place) => self.acted(run, place, step),
            Task::Operate(operation) => self.perform(operation),
        }
    }

    /// A task is no longer asked for; the step that it was in.
    pub(super) fn drop_task(&mut self, people: Id<People>, task: Task) -> Option<StepId> {
        let works = &mut self.teams[people.index()].works;
        let index = works.iter().position(|work| work.task == task)?;
        let step = works.remove(index).step;
        self.cut_short(step);
        self.staff(people, Some(step));
        Some(step)
    }

    fn free_operators(&self, people: Id<People>) -> usize {
        let operators = self.scenario.recovery.people[people].operators;
        let works = self.teams[people.index()].works.iter();
        let busy = works.filter(|work| work.due.is_some() && work.task.needs_operator()).count();
        usize::try_from(operators).unwrap_or(usize::MAX).saturating_sub(busy)
    }

    /// Whether somebody is on duty and the team is not struck.
    pub(super) fn is_available(&self, people: Id<People>) -> bool {
        let on_duty = self.scenario.recovery.people[people].on_duty.as_ref().is_none_or(|shifts| {
            let begun = shifts.partition_point(|(from, _)| *from <= self.now);
            begun > 0 && self.now < shifts[begun - 1].1
        });
        on_duty && self.is_up(Component::People(people))
    }
}
