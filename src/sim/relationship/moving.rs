//! Live migration of running VMs (fact 6.29): the room on the other host is taken from the start, the disks stay where they are.
//!
//! Any way to a host of the same site is open, but one that cannot replicate the VM leaves its replication in an error.

use super::Migration;
use crate::data_plane::DataPlane;
use crate::facts::{JobKind, JobOutcome, Refusal, Seen, VmSeen};
use crate::ids::Id;
use crate::operations::Scope;
use crate::outage::Component;
use crate::protection::State;
use crate::sim::World;
use crate::sim::world::VmState;
use crate::topology::Host;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    pub(super) fn migrate(&mut self, vm: Id<Vm>, to: Id<Host>, operation: usize) {
        let on = Some(Scope::Vm(vm));
        let refusal = self.why_not_migrate(vm, to);
        let refusal = refusal.or_else(|| self.admit_on(vm, to).err().map(|_| Refusal::NoRoom(to)));
        if let Some(refusal) = refusal {
            return self.refuse(JobKind::Migrate, on, Some(operation), refusal);
        }
        let job = self.begin_job(JobKind::Migrate, on, Some(operation));
        self.hold(vm, job);
        self.relationships.migrations.insert(vm, Migration { to, job });
        self.data.migrate_vm(vm, to);
    }

    fn why_not_migrate(&self, vm: Id<Vm>, to: Id<Host>) -> Option<Refusal> {
        let hosts = &self.scenario.topology.hosts;
        let from = self.vm(vm).at.host;
        if self.holder(vm).is_some() {
            Some(Refusal::InProgress)
        } else if !self.is_on(vm) {
            Some(Refusal::NotRunning)
        } else if !self.is_up(Component::Host(to)) {
            Some(Refusal::HostDown(to))
        } else {
            (from == to || hosts[from].site != hosts[to].site).then_some(Refusal::UnpreparedHost(to))
        }
    }

    fn is_on(&self, vm: Id<Vm>) -> bool {
        match self.vm(vm).state {
            VmState::Connecting
            | VmState::Awaiting
            | VmState::Readying
            | VmState::InService
            | VmState::Corrupt
            | VmState::Isolated => true,
            VmState::Down
            | VmState::Claimed
            | VmState::ShuttingDown
            | VmState::Off
            | VmState::Draining
            | VmState::FailingOver
            | VmState::FailedOver
            | VmState::InHands
            | VmState::Booting
            | VmState::Failed => false,
        }
    }

    /// The memory of `vm` has arrived.
    pub(super) fn migrated(&mut self, vm: Id<Vm>) {
        let Some(Migration { to, job }) = self.relationships.migrations.remove(&vm) else { return };
        self.vacate(vm);
        self.move_to(vm, to, false);
        let is_protected = self.vm(vm).replication != State::NotEnabled;
        if is_protected && !self.can_replicate_from(vm, to) {
            self.break_replication(vm);
            return self.end_job(job, JobOutcome::Failed(Refusal::UnpreparedHost(to)));
        }
        self.end_job(job, JobOutcome::Succeeded);
        self.fill_copies();
    }

    /// `vm` is on another host of its site, where it has its room.
    pub(in crate::sim) fn move_to(&mut self, vm: Id<Vm>, to: Id<Host>, restarted: bool) {
        self.vm_mut(vm).at.host = to;
        self.data.move_vm(vm, to);
        self.record(Seen::Vm(vm, VmSeen::Moved { to, restarted }));
    }

    /// Whether a host is prepared: in a cloud, if Site Recovery is to manage it, and of the policy's version.
    fn can_replicate_from(&self, vm: Id<Vm>, host: Id<Host>) -> bool {
        let os = self.scenario.topology.hosts[host].hyper_v.os;
        let fits = self.policy(vm).is_none_or(|policy| policy.settings.os.is_none_or(|only| only == os));
        fits && (!self.vm(vm).relation.is_orchestrated || self.cloud_of(host).is_some())
    }

    /// The migration of `vm`, if there is one, cannot go on: it stays where it is.
    pub(in crate::sim) fn break_migration(&mut self, vm: Id<Vm>) {
        if let Some(Migration { to, job }) = self.relationships.migrations.remove(&vm) {
            self.release_room(vm, to);
            self.end_job(job, JobOutcome::Failed(Refusal::BrokenOff));
        }
    }

    /// Migrations to a host that went down.
    pub(in crate::sim) fn break_migrations_to(&mut self, host: Id<Host>) {
        for (vm, migration) in self.relationships.migrations.clone() {
            if migration.to == host {
                self.break_migration(vm);
            }
        }
    }
}
