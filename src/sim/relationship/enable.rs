//! Protection is enabled and disabled (facts 3.6, 3.12, 6.8, S53, S75–S78).
//!
//! What is needed is checked when the operator asks, and again at the job's first step. A plain relationship is taken over as it
//! is; its replica is used. Without Site Recovery no control plane is asked, and nothing waits for a job's first step.

use super::Work;
use crate::data_plane::DataPlane;
use crate::facts::{JobId, JobKind, JobOutcome, Refusal, Why};
use crate::ids::Id;
use crate::operations::Scope;
use crate::protection::State;
use crate::sim::World;
use crate::sim::event::Event;
use crate::units::Span;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    pub(super) fn enable(&mut self, vm: Id<Vm>, operation: Option<usize>) {
        let refusal = self.why_not_enable(vm);
        self.take_up(JobKind::EnableProtection, vm, operation, Work::Enable(vm), refusal);
    }

    pub(super) fn disable(&mut self, vm: Id<Vm>, delete_replica: bool, operation: Option<usize>) {
        let refusal = self.why_not_disable(vm);
        let work = Work::Disable { vm, delete_replica };
        self.take_up(JobKind::DisableProtection, vm, operation, work, refusal);
    }

    /// A job that holds `vm` until its first step is due, unless it is refused.
    fn take_up(
        &mut self,
        kind: JobKind,
        vm: Id<Vm>,
        operation: Option<usize>,
        work: Work,
        refusal: Option<Refusal>,
    ) {
        let on = Some(Scope::Vm(vm));
        if let Some(refusal) = self.holder(vm).map(|_| Refusal::InProgress).or(refusal) {
            return self.refuse(kind, on, operation, refusal);
        }
        let job = self.begin_job(kind, on, operation);
        self.hold(vm, job);
        if self.is_site_recovery_asked(vm) {
            self.work_later(job, work);
        } else {
            self.do_work(job, work);
        }
    }

    fn is_site_recovery_asked(&self, vm: Id<Vm>) -> bool {
        let protection = self.scenario.vms[vm].protection.as_ref();
        protection.is_some_and(|it| it.relationship.orchestrated)
            || self.vm(vm).relation.is_orchestrated
            || self.is_to_be_taken_over(vm)
    }

    /// The first step of `job` comes after the latency of jobs.
    pub(super) fn work_later(&mut self, job: JobId, work: Work) {
        self.relationships.works.insert(job, work);
        self.after(self.scenario.control_plane.job_latency, Event::JobStep { job });
    }

    /// As [`World::work_later`], after a time of its own.
    pub(super) fn work_after(&mut self, span: Span, job: JobId, work: Work) {
        self.relationships.works.insert(job, work);
        self.after(span, Event::JobStep { job });
    }

    pub(in crate::sim) fn job_step(&mut self, job: JobId) {
        if let Some(work) = self.relationships.works.remove(&job) {
            self.do_work(job, work);
        }
    }

    fn do_work(&mut self, job: JobId, work: Work) {
        match work {
            Work::Enable(vm) => self.enabled(vm, job),
            Work::Finalize(vm) => self.finalized(vm, job),
            Work::Disable { vm, delete_replica } => self.disabled(vm, delete_replica, job),
            Work::Install(vmm) => self.installed(vmm, job),
        }
    }

    fn why_not_enable(&self, vm: Id<Vm>) -> Option<Refusal> {
        let run = self.vm(vm);
        let is_free = run.replication == State::NotEnabled || self.is_to_be_taken_over(vm);
        if self.scenario.vms[vm].protection.is_none() || !is_free {
            return Some(Refusal::State(run.replication));
        }
        self.refusal(JobKind::EnableProtection, vm)
    }

    /// Whether Site Recovery is to manage what Hyper-V Replica replicates already (S78).
    pub(in crate::sim) fn is_to_be_taken_over(&self, vm: Id<Vm>) -> bool {
        let run = self.vm(vm);
        run.replication != State::NotEnabled && !run.relation.is_orchestrated
    }

    fn enabled(&mut self, vm: Id<Vm>, job: JobId) {
        if let Some(refusal) = self.why_not_enable(vm) {
            return self.end_job(job, JobOutcome::Failed(refusal));
        }
        if self.is_to_be_taken_over(vm) {
            self.vm_mut(vm).relation.is_orchestrated = true;
            return self.end_job(job, JobOutcome::Succeeded);
        }
        if let Some(refusal) = self.no_place(vm) {
            return self.end_job(job, JobOutcome::Failed(refusal));
        }
        let row =
            self.scenario.vms[vm].protection.as_ref().expect("only a VM with a protection entry is enabled");
        self.follows(vm, row.policy);
        let run = self.vm_mut(vm);
        run.relation.is_orchestrated = row.relationship.orchestrated;
        run.relation.keeps_space = false;
        run.relation.replica_sizes = run.relation.sizes.clone();
        let mut protection = row.clone();
        if let Some(peer) = &run.peer {
            protection.replica_host = peer.host;
        }
        self.data.protect(vm, &protection);
        self.set_state(vm, State::ReadyForInitialReplication, Why::Operator);
        self.end_job(job, JobOutcome::Succeeded);
        self.begin_initial(vm);
    }

    fn why_not_disable(&self, vm: Id<Vm>) -> Option<Refusal> {
        let state = self.vm(vm).replication;
        if state == State::NotEnabled {
            return Some(Refusal::State(state));
        }
        if self.vm(vm).test.is_some() {
            return Some(Refusal::TestRuns);
        }
        self.refusal(JobKind::DisableProtection, vm)
    }

    fn disabled(&mut self, vm: Id<Vm>, delete_replica: bool, job: JobId) {
        if let Some(refusal) = self.why_not_disable(vm) {
            return self.end_job(job, JobOutcome::Failed(refusal));
        }
        let failed_over = self.has_failed_over(vm);
        if !failed_over {
            self.data.unprotect(vm, delete_replica);
        }
        let relation = &mut self.vm_mut(vm).relation;
        relation.keeps_space = !delete_replica && !failed_over;
        relation.is_deleted = delete_replica && !failed_over;
        relation.is_orchestrated = false;
        self.set_state(vm, State::NotEnabled, Why::Operator);
        self.end_job(job, JobOutcome::Succeeded);
    }
}
