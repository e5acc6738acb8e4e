//! What people do of a run with their own hands: whole runs whose control plane is lost, and what they fail over before a plan.
//!
//! By hand it is `manual_start` once, to find consoles and credentials, then `manual_per_vm` of an operator for each VM instead of the
//! orchestrated start, and scripts in the time given; nobody then tries to shut down a dead source. What is chosen is kept. When the
//! control plane is lost under an unplanned run, what is under way finishes, and people take over before its next stage. While they look
//! for consoles, or wait as long as they are told to (`by_hand_after`), a control plane that comes back takes over again.
//!
//! Before a plan people may have to fail over VMs of plain Hyper-V Replica (facts 6.24, 9.9, S20, S24, S26), above all a single VMM server's own,
//! which must serve before it can drive anything. They take one after another: data step, `manual_per_vm`, boot. The next begins when
//! the one before is in service, or can do nothing more for the plan: it was given up, fell again, runs isolated, or waits for an
//! application that the plan itself is to bring back. Then Site Recovery runs the plan, if it can; else people go on by hand.

use std::collections::BTreeSet;

use crate::data_plane::DataPlane;
use crate::facts::{JobOutcome, JobSeen, Missing, Phase, PlanSeen, Refusal, Seen, StepId, VmSeen};
use crate::ids::Id;
use crate::operations::Scope;
use crate::outage::Component;
use crate::recovery::{People, Plan};
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::people::Task;
use crate::sim::run::{Conduct, Kind, Origin, RunId, Stage};
use crate::sim::world::VmState;
use crate::units::Span;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// What Site Recovery lacks to go on with `run`, each once; nothing if it needs no more of it.
    pub(super) fn lost_control(&self, run: RunId) -> Vec<Missing> {
        let row = &self.runs[run];
        if row.conduct != Conduct::Orchestrated || !(row.kind.is_planned() || row.kind.is_unplanned()) {
            return Vec::new();
        }
        self.missing(row.kind, row.of, &row.vms)
    }

    /// What Site Recovery lacks to do this for `vms`, each once. A plan is the recovery service's, unless it is people's own list.
    pub(super) fn missing(&self, kind: Kind, of: Scope, vms: &[Id<Vm>]) -> Vec<Missing> {
        if let Scope::Plan(plan) = of
            && self.scenario.recovery.plans[plan].conduct.by_hand
        {
            return vec![Missing::Plan];
        }
        let lacks_service = matches!(of, Scope::Plan(_)) && !self.is_up(Component::RecoveryService);
        let mut missing: BTreeSet<Missing> =
            lacks_service.then_some(Missing::RecoveryService).into_iter().collect();
        missing.extend(vms.iter().flat_map(|vm| self.lacking(kind.job(), *vm)));
        missing.into_iter().collect()
    }

    /// The control plane is lost under an unplanned run: its job fails, and people go on before the stage that is due. They shut nothing down:
    /// of a plan, what still runs is left where it is.
    pub(super) fn hand_over(&mut self, run: RunId, missing: Vec<Missing>, after: StepId) {
        let job = self.runs[run].job.take();
        if let (Some(job), Some(lost)) = (job, missing.first()) {
            self.end_job(job, JobOutcome::Failed(Refusal::ControlPlane(*lost)));
        }
        let plan = self.runs[run].plan();
        match (self.runs[run].origin, plan, job) {
            (Origin::Declared, Some(plan), _) => self.record(Seen::Plan(plan, PlanSeen::HandedOver(missing))),
            (_, _, Some(job)) => self.record(Seen::Job(job, JobSeen::HandedOver(missing))),
            (..) => {}
        }
        if let Some(plan) = plan {
            self.leave_what_runs(run, plan);
        }
        self.go_to_consoles(run, Some(after));
    }

    /// What still runs of `plan` is left to itself; what is down goes.
    fn leave_what_runs(&mut self, run: RunId, plan: Id<Plan>) {
        let row = &mut self.runs[run];
        if !matches!(row.stage, Stage::Preparing | Stage::FailingOver) {
            return;
        }
        row.stage = Stage::FailingOver;
        let (to, vms) = (row.to, row.vms.clone());
        self.claim(run, &vms);
        for vm in vms {
            let vm_run = self.vm(vm);
            let stands_still = matches!(vm_run.state, VmState::Claimed | VmState::Off);
            if vm_run.home != to && vm_run.hand == Some(run) && !stands_still {
                self.vm_mut(vm).hand = None;
                self.record(Seen::Vm(vm, VmSeen::LeftRunning(plan)));
            }
        }
    }

    /// People begin to work by hand.
    pub(super) fn go_to_consoles(&mut self, run: RunId, after: Option<StepId>) {
        self.runs[run].conduct = Conduct::ByHand;
        self.lend_hands(
            run,
            self.hands_of(run),
            |people| people.manual_start.max(people.by_hand_after),
            after,
        );
    }

    /// The control plane may be complete again: what people only prepare to do by hand is left to Site Recovery.
    pub(in crate::sim) fn give_back_to_site_recovery(&mut self) {
        for run in self.runs.ids() {
            let row = &self.runs[run];
            let is_one = !row.is_over()
                && row.conduct == Conduct::ByHand
                && row.kind.is_unplanned()
                && row.stage != Stage::ByHandFirst
                && self.missing(row.kind, row.of, &row.vms).is_empty();
            let people = self.hands_of(run).filter(|_| is_one);
            let begins = Task::Begin(run, self.runs[run].subject());
            let Some(step) = people.and_then(|people| self.drop_task(people, begins)) else { continue };
            self.runs[run].conduct = Conduct::Orchestrated;
            if let (Origin::Declared, Some(plan)) = (self.runs[run].origin, self.runs[run].plan()) {
                self.record(Seen::Plan(plan, PlanSeen::GivenBack));
            }
            match self.runs[run].stage {
                Stage::Starting => self.orchestrate(run, Some(step)),
                stage @ (Stage::ByHandFirst
                | Stage::Preparing
                | Stage::FailingOver
                | Stage::Acting(_)
                | Stage::Booting(_)
                | Stage::Testing
                | Stage::Over) => self.enter(run, stage, step),
            }
        }
    }

    /// Who works by hand: those of the plan, or who asked; for one VM also those of its first plan.
    fn hands_of(&self, run: RunId) -> Option<Id<People>> {
        let row = &self.runs[run];
        let asked = match row.origin {
            Origin::Asked { by, .. } => by,
            Origin::Declared => None,
        };
        match row.of {
            Scope::Plan(plan) => Some(self.scenario.recovery.plans[plan].people),
            Scope::Vm(vm) => asked.or_else(|| {
                let plan = self.relations.plans[vm.index()].first()?;
                Some(self.scenario.recovery.plans[*plan].people)
            }),
        }
    }

    /// The run as a whole waits for these hands; nobody's in particular take no time.
    pub(super) fn lend_hands(
        &mut self,
        run: RunId,
        people: Option<Id<People>>,
        takes: fn(&People) -> Span,
        after: Option<StepId>,
    ) {
        let subject = self.runs[run].subject();
        if let Some(people) = people {
            let takes = takes(&self.scenario.recovery.people[people]);
            return self.ask(people, Task::Begin(run, subject), takes, after);
        }
        let step = self.begin(subject, Phase::ManualWork, after);
        self.runs[run].step = Some(step);
        self.after(Span::ZERO, Event::RunStep { run, vm: None, step });
    }

    /// Consoles and credentials are found: people go on where the run stands.
    pub(in crate::sim) fn hands_are_there(&mut self, run: RunId, step: StepId) {
        match self.runs[run].stage {
            Stage::ByHandFirst => self.next_by_hand(run, step),
            Stage::Starting => self.begun(run, step),
            stage @ (Stage::Preparing
            | Stage::FailingOver
            | Stage::Acting(_)
            | Stage::Booting(_)
            | Stage::Testing
            | Stage::Over) => self.enter(run, stage, step),
        }
    }

    /// An operator starts `vm`; false if it is given up at once.
    pub(super) fn start_by_hand(&mut self, run: RunId, vm: Id<Vm>, after: StepId) -> bool {
        let Some(people) = self.hands_of(run) else { return self.power_on(vm, after) };
        self.vm_mut(vm).state = VmState::InHands;
        self.ask(people, Task::Start(vm), self.scenario.recovery.people[people].manual_per_vm, after);
        true
    }

    pub(in crate::sim) fn started_by_hand(&mut self, vm: Id<Vm>, step: StepId) {
        if !self.power_on(vm, step) {
            self.turn_over(vm, step);
        }
    }

    /// The VMs that a declaration now would have failed over by hand before `plan`, in order.
    pub(super) fn to_fail_over_by_hand(&self, plan: Id<Plan>) -> Vec<Id<Vm>> {
        let first = self.scenario.recovery.plans[plan].by_hand_first.iter().copied();
        first.filter(|vm| self.awaits_failover(*vm)).collect()
    }

    /// The next VM, or else the plan.
    fn next_by_hand(&mut self, run: RunId, after: StepId) {
        while let Some(vms) = self.runs[run].waiting.pop_front() {
            for vm in vms {
                if self.fail_over(vm, after) {
                    self.runs[run].under_way.insert(vm);
                    return;
                }
            }
        }
        let row = &self.runs[run];
        let Some(plan) = row.plan().filter(|_| !row.vms.is_empty()) else {
            return self.run_done(run, after);
        };
        let missing = self.missing(row.kind, row.of, &row.vms);
        let by_hand = !missing.is_empty();
        self.record(Seen::Plan(plan, PlanSeen::AfterByHand(missing)));
        if by_hand {
            return self.enter(run, Stage::FailingOver, after);
        }
        self.runs[run].conduct = Conduct::Orchestrated;
        self.orchestrate(run, Some(after));
    }

    /// `vm` has come so far: failed over, running, in service, or no further.
    pub(super) fn by_hand_so_far(&mut self, run: RunId, vm: Id<Vm>, step: StepId) {
        if !self.runs[run].under_way.contains(&vm) {
            return;
        }
        match self.vm(vm).state {
            VmState::FailedOver => {
                self.start_by_hand(run, vm, step);
            }
            VmState::Claimed
            | VmState::Draining
            | VmState::FailingOver
            | VmState::InHands
            | VmState::Booting
            | VmState::Connecting
            | VmState::Readying => {}
            VmState::Down
            | VmState::ShuttingDown
            | VmState::Off
            | VmState::Awaiting
            | VmState::InService
            | VmState::Corrupt
            | VmState::Isolated
            | VmState::Failed => {
                self.runs[run].under_way.remove(&vm);
                self.vm_mut(vm).hand = None;
                self.next_by_hand(run, step);
            }
        }
    }

    /// `vm` is in service, or waits for applications: if a plan waits for it, that goes on.
    pub(in crate::sim) fn by_hand_goes_on(&mut self, vm: Id<Vm>, step: StepId) {
        if let Some(run) = self.vm(vm).hand
            && self.runs[run].stage == Stage::ByHandFirst
        {
            self.by_hand_so_far(run, vm, step);
        }
    }
}
