//! Facts gathered by what they are about: steps, spells out of service, and what became of each VM.

use crate::facts::{ActionPlace, Fact, Home, Missing, Phase, Reason, Seen, StepId, Subject};
use crate::ids::Id;
use crate::recovery::Plan;
use crate::scenario::Scenario;
use crate::units::{Span, Time};
use crate::workload::Vm;

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

/// From going down to being in service again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// The fault.
    pub down: Time,
    /// When it was in service again, and the step that ended so; `None`: not within the run.
    pub back: Option<(Time, StepId)>,
}

impl Spell {
    /// How long, if it ended.
    pub fn lasted(&self) -> Option<Span> {
        self.back.map(|(back, _)| back.since(self.down))
    }
}

/// What became of a VM.
#[derive(Clone, Debug)]
pub struct VmStory {
    /// Out of service.
    pub spells: Vec<Spell>,
    /// The point it was failed over to.
    pub point: Option<Point>,
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

/// A declared disaster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// Its plan.
    pub plan: Id<Plan>,
    /// When.
    pub at: Time,
    /// Why by hand from the start.
    pub missing: Vec<Missing>,
    /// Why and when by hand from then on.
    pub handed_over: Option<(Time, Vec<Missing>)>,
}

impl History {
    /// Gathers the facts of one run.
    pub fn of(scenario: &Scenario, facts: &[Fact]) -> History {
        let vm = VmStory {
            spells: Vec::new(),
            point: None,
            home: Home::Source,
            standing: Standing::Serving,
            left_by: None,
        };
        let mut history = History {
            applications: vec![Vec::new(); scenario.recovery.applications.len()],
            vms: vec![vm; scenario.vms.len()],
            ..History::default()
        };
        for fact in facts {
            history.take(fact.at, &fact.seen);
        }
        history
    }

    /// The same facts as an outage sees them that strikes at `first`: what was over by then is not its own, but where everything stands is.
    /// What was down already, as in the middle of a planned failover, counts from the strike.
    #[must_use]
    pub fn since(mut self, first: Time) -> History {
        let own = |spells: &mut Vec<Spell>| {
            spells.retain(|spell| spell.back.is_none_or(|(back, _)| back > first));
            spells.iter_mut().for_each(|spell| spell.down = spell.down.max(first));
        };
        self.applications.iter_mut().for_each(own);
        for vm in &mut self.vms {
            own(&mut vm.spells);
            vm.point = vm.point.filter(|point| point.at >= first);
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
            Seen::ApplicationDown { application } => {
                self.applications[application.index()].push(Spell { down: at, back: None });
            }
            Seen::ApplicationInService { application, step } => {
                close(&mut self.applications[application.index()], at, *step);
            }
            Seen::Declared { plan, missing } => {
                let missing = missing.clone();
                self.declarations.push(Declaration { plan: *plan, at, missing, handed_over: None });
            }
            Seen::HandedOver { plan, missing } => {
                let declared = self.declarations.iter_mut().rev().find(|it| it.plan == *plan);
                if let Some(declaration) = declared {
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
            | Seen::LeftRunning { vm, .. } => self.vms[vm.index()].take(at, seen),
            Seen::Struck { .. }
            | Seen::Repaired { .. }
            | Seen::Cancelled { .. }
            | Seen::PlanDone { .. }
            | Seen::JobBegan { .. }
            | Seen::CompleteTesting { .. }
            | Seen::JobEnded { .. }
            | Seen::StateChanged { .. }
            | Seen::Moved { .. }
            | Seen::ReplicaMoved { .. }
            | Seen::Mapped { .. }
            | Seen::TestVmRunning { .. }
            | Seen::TestVmRemoved { .. }
            | Seen::PointChosen { .. }
            | Seen::SplitBrain { .. }
            | Seen::CorruptionFound { .. }
            | Seen::PointsDamaged { .. } => {}
        }
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
    fn take(&mut self, at: Time, seen: &Seen) {
        if let Seen::VmStopped { .. } | Seen::VmShutDown { .. } = seen {
            self.standing = Standing::Down;
            if self.spells.last().is_none_or(|spell| spell.back.is_some()) {
                self.spells.push(Spell { down: at, back: None });
            }
        }
        if let Seen::VmRunning { home, .. } = *seen {
            self.standing = Standing::Running;
            self.home = home;
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
            self.home = Home::Replica;
            let age = Span(stopped.0.saturating_sub(cut.0));
            self.point = Some(Point { at, cut, age, lost_bytes });
        }
        if let Seen::LeftRunning { plan, .. } = *seen {
            self.left_by = Some(plan);
        }
    }
}

fn close(spells: &mut [Spell], at: Time, step: StepId) {
    if let Some(spell) = spells.last_mut() {
        spell.back.get_or_insert((at, step));
    }
}

/// The spell that speaks for all: one that did not end, or else the longest, or else the first.
pub fn worst(spells: &[Spell]) -> Option<Spell> {
    let length = |spell: &Spell| spell.lasted().map_or(Span(u64::MAX), |lasted| lasted);
    spells.iter().copied().rev().max_by_key(length)
}
