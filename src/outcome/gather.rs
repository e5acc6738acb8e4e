//! One pass over a run's facts.

use std::collections::BTreeSet;

use crate::facts::{
    ActionSeen, ApplicationSeen, Fact, JobOutcome, OperationSeen, Phase, PlanSeen, Seen, StepId, StepSeen,
    Subject, VmSeen,
};
use crate::ids::Id;
use crate::recovery::{Application, Plan};
use crate::scenario::Scenario;
use crate::units::{Span, Time};
use crate::workload::Vm;

use super::declaration::Declaration;
use super::downtime::{Downtime, close, hit, needing};
use super::job::{Job, Jobs, TestVm};
use super::notable::{Incident, Notable};
use super::step::{self, Step};
use super::vm::VmOutcome;

/// What became of everything in a run.
#[derive(Clone, Debug, Default)]
pub struct RunOutcome {
    /// Steps, by number.
    pub steps: Vec<Step>,
    /// By application: its downtimes, in order.
    pub applications: Vec<Vec<Downtime>>,
    /// By VM.
    pub vms: Vec<VmOutcome>,
    /// Declared disasters, in order.
    pub declarations: Vec<Declaration>,
    /// In the order they began.
    pub jobs: Vec<Job>,
    /// In the order they ran.
    pub tests: Vec<TestVm>,
    /// When something broke or was repaired.
    pub strikes: BTreeSet<Time>,
    /// In order.
    pub notable: Vec<(Time, Notable)>,
}

impl RunOutcome {
    /// What the facts of one run, from its start on, tell.
    ///
    /// # Panics
    /// If they are not those of a run of this scenario.
    pub fn of(scenario: &Scenario, facts: &[Fact]) -> RunOutcome {
        let begun = RunOutcome {
            applications: vec![Vec::new(); scenario.recovery.applications.len()],
            vms: scenario.vms.iter().map(VmOutcome::begin).collect(),
            ..RunOutcome::default()
        };
        let mut gather = Gather { scenario, needing: needing(scenario), jobs: Jobs::default(), to: begun };
        facts.iter().for_each(|fact| gather.take(fact.at, &fact.seen));
        RunOutcome { jobs: gather.jobs.all, ..gather.to }
    }

    /// The step of that number.
    pub fn step(&self, step: StepId) -> &Step {
        &self.steps[step.0 as usize]
    }

    /// That VM.
    pub fn vm(&self, vm: Id<Vm>) -> &VmOutcome {
        &self.vms[vm.index()]
    }

    /// How long enough of an application's VMs were on together, to the end of the run.
    pub fn ran(&self, application: &Application, until: Time) -> Span {
        let off = |vm: &Id<Vm>| self.vm(*vm).off.iter();
        let edges = application.vms.iter().flat_map(off).flat_map(|(from, to)| [Some(*from), *to]);
        let mut edges: Vec<Time> = edges.flatten().chain([Time::START, until]).collect();
        edges.sort_unstable();
        let is_on =
            |vm: Id<Vm>, at: Time| !off(&vm).any(|(from, to)| *from <= at && to.is_none_or(|to| at < to));
        let mut ran = Span::ZERO;
        for pair in edges.windows(2) {
            if application.has_enough(|vm| is_on(vm, pair[0])) {
                ran += pair[1].since(pair[0]);
            }
        }
        ran
    }

    /// When all of `vms` had last run in a test failover that succeeded; `None` if one never did.
    pub fn last_test(&self, vms: &[Id<Vm>]) -> Option<Time> {
        let passed = |test: &&TestVm| {
            let job = test.job.map(|job| &self.jobs[job]);
            job.is_some_and(|job| matches!(job.ended, Some((_, JobOutcome::Succeeded))))
        };
        let last = |vm: &Id<Vm>| {
            let own = self.tests.iter().filter(|test| test.vm == *vm).filter(passed);
            own.map(|test| test.running).max()
        };
        vms.iter().map(last).min().flatten()
    }

    /// Until all test VMs of a test failover ran, by its index in `jobs`.
    pub fn drill_ran(&self, job: usize) -> Option<Time> {
        let row = &self.jobs[job];
        let succeeded = matches!(row.ended, Some((_, JobOutcome::Succeeded)));
        let own = self.tests.iter().filter(|test| test.job == Some(job));
        own.map(|test| test.running).max().filter(|_| row.testing.is_some() || succeeded)
    }
}

/// An outcome under way.
struct Gather<'a> {
    scenario: &'a Scenario,
    /// For each VM the applications that need it, directly or not.
    needing: Vec<Vec<Id<Application>>>,
    jobs: Jobs,
    to: RunOutcome,
}

impl Gather<'_> {
    fn take(&mut self, at: Time, seen: &Seen) {
        match seen {
            Seen::Vm(vm, seen) => self.take_vm(at, *vm, seen),
            Seen::Application(application, seen) => self.take_application(at, *application, *seen),
            Seen::Step(step, seen) => self.take_step(at, *step, *seen),
            Seen::Plan(plan, seen) => self.take_plan(at, *plan, seen),
            Seen::Action(_, ActionSeen::Failed(Some(step))) => {
                self.to.steps[step.0 as usize].has_failed = true;
            }
            Seen::Job(job, seen) => self.jobs.take(at, *job, seen),
            Seen::Operation(operation, OperationSeen::Waits) => self.jobs.waits.push((*operation, at, None)),
            Seen::Strike(..) => {
                self.to.strikes.insert(at);
            }
            Seen::Action(_, ActionSeen::Failed(None)) | Seen::Network(..) => {}
        }
        self.to.notable.extend(Notable::of(seen, &mut self.jobs).map(|it| (at, it)));
    }

    fn take_vm(&mut self, at: Time, vm: Id<Vm>, seen: &VmSeen) {
        self.to.vms[vm.index()].take(&self.scenario.vms[vm], at, seen);
        if let (VmSeen::SplitBrainOver { .. }, Some(twice)) = (seen, self.to.vms[vm.index()].twice.last()) {
            self.to.notable.push((at, Notable::Incident(Incident::SplitBrainOver(vm, *twice))));
        }
        if let VmSeen::Stopped | VmSeen::Corrupt = seen {
            self.note_hit(at, vm);
        }
        if let VmSeen::PointTaken { lost_bytes, job: Some(job), .. } = seen {
            self.jobs.job(*job).lost_bytes += lost_bytes;
        }
        if let VmSeen::TestRunning { cut, is_connected, job } = *seen {
            let job = job.map(|job| self.jobs.index(job));
            self.to.tests.push(TestVm { vm, job, cut, is_connected, running: at, removed: None });
        }
        if let VmSeen::TestRemoved { forced } = *seen {
            let own = self.to.tests.iter_mut().rev().find(|test| test.vm == vm);
            if let Some(test) = own.filter(|test| test.removed.is_none()) {
                test.removed = Some((at, forced));
            }
        }
    }

    fn take_application(&mut self, at: Time, application: Id<Application>, seen: ApplicationSeen) {
        let downtimes = &mut self.to.applications[application.index()];
        match seen {
            ApplicationSeen::Down(by) => downtimes.push(Downtime::begin(at, by)),
            ApplicationSeen::InService(step) => close(downtimes, at, step),
        }
    }

    fn take_step(&mut self, at: Time, id: StepId, seen: StepSeen) {
        step::take(&mut self.to.steps, at, id, seen);
        if let StepSeen::Began { on: Subject::Vm(vm), phase: Phase::Repair, .. } = seen {
            self.note_hit(at, vm);
        }
    }

    /// A fault took a VM, or left it where it was: the downtimes of what needs it are no longer operators' alone.
    fn note_hit(&mut self, at: Time, vm: Id<Vm>) {
        for application in &self.needing[vm.index()] {
            hit(&mut self.to.applications[application.index()], at);
        }
        hit(&mut self.to.vms[vm.index()].downtimes, at);
    }

    fn take_plan(&mut self, at: Time, plan: Id<Plan>, seen: &PlanSeen) {
        if let PlanSeen::Declared(missing) = seen {
            self.to.declarations.push(Declaration::begin(plan, at, missing.clone()));
        }
        let last = self.to.declarations.iter_mut().rev().find(|it| it.plan == plan);
        if let Some(declaration) = last {
            declaration.take(at, seen);
        }
    }
}
