//! From running to in service: VMs become ready when the applications that theirs depend on are in service, and serve as soon as clients
//! find them (`network.rs`); an application is in service when enough of its VMs (all, if nothing else is said) and all it depends on are, and its validation has passed. A VM of several applications waits only for what all of them need.
//!
//! What comes after the last group of the plan that brought it back (names repointed, firewalls opened) is done for its users: it is back for
//! them when that is done, while what depends on it goes on before.
//!
//! An application falls when too few of its VMs serve, or with what it depends on. Its VMs that kept running need no new readiness, but the
//! application is validated again. A readiness under way goes on when a dependency falls again.

use crate::data_plane::DataPlane;
use crate::facts::{ApplicationSeen, Phase, Seen, StepId, Subject, TakenBy, VmSeen};
use crate::ids::Id;
use crate::recovery::Application;
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::world::{Checking, VmState};
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// `vm` is running and connected.
    pub(super) fn await_applications(&mut self, vm: Id<Vm>, after: StepId) {
        if self.awaited_are_in_service(vm) {
            return self.get_ready(vm, after);
        }
        let step = self.begin(Subject::Vm(vm), Phase::Dependencies, Some(after));
        let run = self.vm_mut(vm);
        run.state = VmState::Awaiting;
        run.step = Some(step);
        self.by_hand_goes_on(vm, after);
    }

    fn awaited_are_in_service(&self, vm: Id<Vm>) -> bool {
        self.relations.awaited[vm.index()].iter().all(|application| self.is_in_service(*application))
    }

    fn get_ready(&mut self, vm: Id<Vm>, after: StepId) {
        let step = self.begin(Subject::Vm(vm), Phase::Readiness, Some(after));
        let run = self.vm_mut(vm);
        run.state = VmState::Readying;
        run.step = Some(step);
        self.after(self.scenario.vms[vm].readiness, Event::Ready { vm, step });
    }

    /// `vm` answers requests; clients may not find it yet.
    pub(super) fn ready(&mut self, vm: Id<Vm>, step: StepId) {
        self.end(step);
        self.vm_mut(vm).step = None;
        if self.is_known_corrupt(vm) || !self.waits_to_be_found(vm, step) {
            self.serve(vm, step);
        }
    }

    /// Clients find `vm`, which is ready.
    pub(super) fn connected(&mut self, vm: Id<Vm>, step: StepId) {
        self.end(step);
        self.vm_mut(vm).step = None;
        self.serve(vm, step);
    }

    fn serve(&mut self, vm: Id<Vm>, step: StepId) {
        if self.is_known_corrupt(vm) {
            self.serve_nobody(vm, Some(step));
            return self.by_hand_goes_on(vm, step);
        }
        self.vm_mut(vm).state = VmState::InService;
        self.record(Seen::Vm(vm, VmSeen::InService(step)));
        for application in &self.relations.applications[vm.index()] {
            self.check(*application, Some(step));
        }
        self.control_changed();
        self.by_hand_goes_on(vm, step);
    }

    /// One of the VMs of `application` serves no longer: it falls where too few are left.
    pub(super) fn lose_vm(&mut self, application: Id<Application>, by: TakenBy) {
        if self.applications[application.index()].in_service && self.has_enough(application) {
            return;
        }
        self.fall(application, by);
    }

    fn has_enough(&self, application: Id<Application>) -> bool {
        let row = &self.scenario.recovery.applications[application];
        row.has_enough(|vm| self.vm(vm).state == VmState::InService)
    }

    /// `application` is no longer in service, and with it what depends on it.
    fn fall(&mut self, application: Id<Application>, by: TakenBy) {
        let run = &mut self.applications[application.index()];
        if run.in_service {
            run.in_service = false;
            match run.step.take() {
                Some((step, _)) => self.cut_short(step),
                None => self.record(Seen::Application(application, ApplicationSeen::Down(by))),
            }
            for dependent in &self.relations.dependents[application.index()] {
                self.fall(*dependent, by);
            }
        }
        self.check(application, None);
    }

    /// Goes on with a fallen application as far as its VMs and dependencies allow; `after` is the step that ended now.
    fn check(&mut self, application: Id<Application>, after: Option<StepId>) {
        let run = &self.applications[application.index()];
        if run.in_service {
            return;
        }
        let row = &self.scenario.recovery.applications[application];
        let open = run.step;
        let vms_serve = self.has_enough(application);
        let wanted = vms_serve.then(|| {
            let all_up = row.depends_on.iter().all(|needed| self.is_in_service(*needed));
            if all_up { Checking::Validating } else { Checking::Awaiting }
        });
        if open.map(|(_, checking)| checking) == wanted {
            return;
        }
        let mut after = after;
        if let Some((step, checking)) = open {
            match (checking, wanted) {
                (Checking::Awaiting, Some(_)) => self.release(step, after),
                (Checking::Awaiting, None) | (Checking::Validating | Checking::Acting, _) => {
                    self.cut_short(step)
                }
            }
            after = Some(step);
        }
        let step = wanted.map(|checking| (self.begin_checking(application, checking, after), checking));
        self.applications[application.index()].step = step;
    }

    fn begin_checking(
        &mut self,
        application: Id<Application>,
        checking: Checking,
        after: Option<StepId>,
    ) -> StepId {
        let on = Subject::Application(application);
        match checking {
            Checking::Acting => self.begin(on, Phase::Actions, after),
            Checking::Awaiting => self.begin(on, Phase::Dependencies, after),
            Checking::Validating => {
                let step = self.begin(on, Phase::Validation, after);
                let takes = self.scenario.recovery.applications[application].validation;
                self.after(takes, Event::Validated { application, step });
                step
            }
        }
    }

    pub(super) fn validated(&mut self, application: Id<Application>, step: StepId) {
        self.end(step);
        let run = &mut self.applications[application.index()];
        run.in_service = true;
        run.step = None;
        if self.plan_still_acts(application) {
            let acting = self.begin_checking(application, Checking::Acting, Some(step));
            self.applications[application.index()].step = Some((acting, Checking::Acting));
        } else {
            self.record(Seen::Application(application, ApplicationSeen::InService(step)));
        }
        for vm in &self.relations.waiting[application.index()] {
            self.stop_awaiting(*vm, step);
        }
        for dependent in &self.relations.dependents[application.index()] {
            self.check(*dependent, Some(step));
        }
    }

    /// A run is over: applications that only waited for its last actions serve their users. `after`: what ended it.
    pub(super) fn acted_for_all(&mut self, after: Option<StepId>) {
        for application in self.scenario.recovery.applications.ids() {
            let step = self.applications[application.index()].step;
            let Some((step, Checking::Acting)) = step.filter(|_| !self.plan_still_acts(application)) else {
                continue;
            };
            self.applications[application.index()].step = None;
            self.release(step, after);
            self.record(Seen::Application(application, ApplicationSeen::InService(step)));
        }
    }

    /// The readiness of `vm` begins if it waited for applications and all are in service.
    fn stop_awaiting(&mut self, vm: Id<Vm>, released_by: StepId) {
        if self.vm(vm).state == VmState::Awaiting && self.awaited_are_in_service(vm) {
            let wait = self.vm_mut(vm).step.take().expect("a waiting VM has its wait open");
            self.release(wait, Some(released_by));
            self.get_ready(vm, wait);
        }
    }
}
