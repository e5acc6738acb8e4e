//! Facts gathered by what they are about: steps, spells out of service, and what became of each VM.

use crate::facts::{ActionPlace, Fact, Home, Phase, Reason, Seen, StepId, Subject, TakenBy};
use crate::ids::Id;
use crate::recovery::{Application, Plan};
use crate::scenario::Scenario;
use crate::units::{Span, Time};
use crate::workload::Vm;

use super::declaration::Declaration;
pub use super::spell::{Spell, worst};
use super::spell::{close, hit, needing};

/// An outage's run, gathered.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Steps, by number.
    pub steps: Vec<Step>,
    /// Spells out of service of each application.
    pub applications: Vec<Vec<Spell>>,
    /// What became of each VM.
    pub vms: Vec<VmStory>,
    /// Declared disasters, in order.
    pub declarations: Vec<Declaration>,
    /// Scripts that ran past their limit.
    pub failed_actions: Vec<ActionPlace>,
}

/// A step as it went.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it was about.
    pub on: Subject,
    /// What it spent time on.
    pub phase: Phase,
    /// The step whose end let it begin.
    pub after: Option<StepId>,
    /// For a wait: the step of another that ended it.
    pub released_by: Option<StepId>,
    /// Begin.
    pub from: Time,
    /// End; `None`: not within the run.
    pub to: Option<Time>,
    /// Whether it was broken off.
    pub cut_short: bool,
}

/// What became of a VM.
#[derive(Clone, Debug)]
pub struct VmStory {
    /// Out of service.
    pub spells: Vec<Spell>,
    /// The oldest of the points it was failed over to.
    pub point: Option<Point>,
    /// The points it was failed over to, in order; another choice of point replaces the one before.
    pub points: Vec<Point>,
    /// Where it lives at the end.
    pub home: Home,
    /// What it does at the end.
    pub standing: Standing,
    /// The plan that left it running.
    pub left_by: Option<Id<Plan>>,
}

/// The recovery point used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// When it was taken into use.
    pub at: Time,
    /// Its cut.
    pub cut: Time,
    /// When the VM had stopped.
    stopped: Time,
    /// From its cut to the instant the VM stopped; zero if it was cut later, with all that was written.
    pub age: Span,
    /// Written and not in it.
    pub lost_bytes: u64,
}

/// What a VM does at the end of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In service.
    Serving,
    /// Off.
    Down,
    /// Running, not in service yet.
    Running,
    /// Running without network.
    Isolated(Reason),
    /// Off, given up by its plan.
    GivenUp(Reason),
}

impl History {
    /// Gathers the facts of one run.
    pub fn of(scenario: &Scenario, facts: &[Fact]) -> History {
        let vm = VmStory {
            spells: Vec::new(),
            point: None,
            points: Vec::new(),
            home: Home::Source,
            standing: Standing::Serving,
            left_by: None,
        };
        let mut history = History {
            applications: vec![Vec::new(); scenario.recovery.applications.len()],
            vms: vec![vm; scenario.vms.len()],
            ..History::default()
        };
        let needing = needing(scenario);
        for fact in facts {
            history.take(fact.at, &fact.seen);
            history.note_hit(&needing, fact);
        }
        history
    }

    /// The same facts as an outage sees them that strikes at `first`: it is charged with the downtime that it caused, and with the points
    /// taken in it. Where everything stands is what it is. `calm` is the run without the outage, where that is known.
    #[must_use]
    pub fn since(mut self, first: Time, calm: Option<&History>) -> History {
        let own = |spells: &mut Vec<Spell>, calm: Option<&Vec<Spell>>| {
            let charged = |spell: &Spell| spell.charged(calm.map_or(&[], Vec::as_slice));
            *spells = spells.iter().filter_map(charged).collect();
            spells.retain(|spell| spell.back.is_none_or(|(back, _)| back > first));
            spells.iter_mut().for_each(|spell| spell.down = spell.down.max(first));
        };
        for (index, spells) in self.applications.iter_mut().enumerate() {
            own(spells, calm.map(|calm| &calm.applications[index]));
        }
        for (index, vm) in self.vms.iter_mut().enumerate() {
            own(&mut vm.spells, calm.map(|calm| &calm.vms[index].spells));
            let is_in = |point: &Point, spell: &Spell| {
                spell.down <= point.at && spell.back.is_none_or(|(back, _)| point.at <= back)
            };
            vm.points.retain(|point| vm.spells.iter().any(|spell| is_in(point, spell)));
            vm.point = vm.points.iter().copied().rev().max_by_key(|point| point.age);
        }
        self
    }

    /// The step of that number.
    pub fn step(&self, step: StepId) -> &Step {
        &self.steps[step.0 as usize]
    }

    /// The story of that VM.
    pub fn vm(&self, vm: Id<Vm>) -> &VmStory {
        &self.vms[vm.index()]
    }

    fn take(&mut self, at: Time, seen: &Seen) {
        match seen {
            Seen::StepBegan { .. } | Seen::StepEnded { .. } => self.take_step(at, seen),
            Seen::ApplicationDown { application, by } => {
                self.applications[application.index()].push(Spell::begin(at, *by));
            }
            Seen::ApplicationInService { application, step } => {
                close(&mut self.applications[application.index()], at, *step);
            }
            Seen::Declared { plan, missing } => {
                let missing = missing.clone();
                self.declarations.push(Declaration {
                    plan: *plan,
                    at,
                    missing,
                    by_hand_first: None,
                    handed_over: None,
                });
            }
            Seen::ByHandFirst { plan, vms } => {
                if let Some(declaration) = self.declared(*plan) {
                    declaration.by_hand_first = Some((vms.clone(), None));
                }
            }
            Seen::AfterByHand { plan, missing } => {
                if let Some((_, after)) = self.declared(*plan).and_then(|it| it.by_hand_first.as_mut()) {
                    *after = Some((at, missing.clone()));
                }
            }
            Seen::HandedOver { plan, missing } => {
                if let Some(declaration) = self.declared(*plan) {
                    declaration.handed_over = Some((at, missing.clone()));
                }
            }
            Seen::ActionFailed { action } => self.failed_actions.push(*action),
            Seen::VmStopped { vm }
            | Seen::VmShutDown { vm, .. }
            | Seen::VmRunning { vm, .. }
            | Seen::VmIsolated { vm, .. }
            | Seen::VmInService { vm, .. }
            | Seen::VmGivenUp { vm, .. }
            | Seen::PointTaken { vm, .. }
            | Seen::ChangedPlaces { vm }
            | Seen::LeftRunning { vm, .. } => self.vms[vm.index()].take(at, seen),
            Seen::Struck { .. }
            | Seen::Repaired { .. }
            | Seen::Cancelled { .. }
            | Seen::PlanDone { .. }
            | Seen::JobBegan { .. }
            | Seen::CompleteTesting { .. }
            | Seen::OperationWaits { .. }
            | Seen::JobEnded { .. }
            | Seen::StateChanged { .. }
            | Seen::Moved { .. }
            | Seen::ReplicaMoved { .. }
            | Seen::Mapped { .. }
            | Seen::Follows { .. }
            | Seen::TestVmRunning { .. }
            | Seen::TestVmRemoved { .. }
            | Seen::PointChosen { .. }
            | Seen::SplitBrain { .. }
            | Seen::CorruptionFound { .. }
            | Seen::PointsDamaged { .. } => {}
        }
    }

    /// A fault took a VM, or left it where it was: the spells of what needs it are no longer operators' alone.
    fn note_hit(&mut self, needing: &[Vec<Id<Application>>], fact: &Fact) {
        let (Seen::VmStopped { vm } | Seen::StepBegan { on: Subject::Vm(vm), phase: Phase::Repair, .. }) =
            fact.seen
        else {
            return;
        };
        for application in &needing[vm.index()] {
            hit(&mut self.applications[application.index()], fact.at);
        }
        hit(&mut self.vms[vm.index()].spells, fact.at);
    }

    /// The last declaration of a plan.
    fn declared(&mut self, plan: Id<Plan>) -> Option<&mut Declaration> {
        self.declarations.iter_mut().rev().find(|it| it.plan == plan)
    }

    fn take_step(&mut self, at: Time, seen: &Seen) {
        if let Seen::StepBegan { step, on, phase, after } = *seen {
            assert_eq!(step.0 as usize, self.steps.len(), "steps are numbered as they begin");
            let (released_by, to, cut_short) = (None, None, false);
            self.steps.push(Step { on, phase, after, released_by, from: at, to, cut_short });
        }
        if let Seen::StepEnded { step, released_by, cut_short } = *seen {
            let ended = &mut self.steps[step.0 as usize];
            ended.to = Some(at);
            ended.released_by = released_by;
            ended.cut_short = cut_short;
        }
    }
}

impl VmStory {
    /// Written and not in the points that it was failed over to.
    pub fn lost_bytes(&self) -> u64 {
        self.points.iter().map(|point| point.lost_bytes).sum()
    }

    fn take(&mut self, at: Time, seen: &Seen) {
        if let Seen::VmStopped { .. } | Seen::VmShutDown { .. } = seen {
            self.standing = Standing::Down;
            if self.spells.last().is_none_or(|spell| spell.back.is_some()) {
                let is_shutdown = matches!(seen, Seen::VmShutDown { .. });
                self.spells
                    .push(Spell::begin(at, if is_shutdown { TakenBy::Shutdown } else { TakenBy::Fault }));
            }
        }
        if let Seen::VmRunning { home, .. } = *seen {
            self.standing = Standing::Running;
            self.home = home;
        }
        if let Seen::ChangedPlaces { .. } = seen {
            self.home = match self.home {
                Home::Source => Home::Replica,
                Home::Replica => Home::Source,
            };
        }
        if let Seen::VmIsolated { reason, .. } = seen {
            self.standing = Standing::Isolated(*reason);
        }
        if let Seen::VmInService { step, .. } = seen {
            self.standing = Standing::Serving;
            close(&mut self.spells, at, *step);
        }
        if let Seen::VmGivenUp { reason, .. } = seen {
            self.standing = Standing::GivenUp(*reason);
        }
        if let Seen::PointTaken { cut, stopped, lost_bytes, .. } = *seen {
            let age = Span(stopped.0.saturating_sub(cut.0));
            let before = self.points.pop_if(|point| point.stopped == stopped);
            let at = before.map_or(at, |point| point.at);
            self.points.push(Point { at, cut, stopped, age, lost_bytes });
            self.point = self.points.iter().copied().rev().max_by_key(|point| point.age);
        }
        if let Seen::LeftRunning { plan, .. } = *seen {
            self.left_by = Some(plan);
        }
    }
}
