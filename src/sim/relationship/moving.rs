//! Live migration of running VMs (fact 6.29): the room on the other host is taken from the start. Disks stay where they are if that
//! host reaches their volumes; else they are copied to one of its volumes first, and the VM stands on the old ones until its memory has
//! followed.
//!
//! Any way to a host of the same site is open, but one that cannot replicate the VM leaves its replication in an error.

use std::cmp::Reverse;

use super::{Along, Migration};
use crate::data_plane::{DataPlane, DisksAlong};
use crate::facts::{JobKind, JobOutcome, Refusal, Seen, VmSeen};
use crate::ids::Id;
use crate::operations::Scope;
use crate::outage::Component;
use crate::protection::State;
use crate::sim::World;
use crate::sim::world::VmState;
use crate::topology::{Host, Volume};
use crate::units::{Bytes, Rate};
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    pub(super) fn migrate(
        &mut self,
        vm: Id<Vm>,
        (to, volume): (Id<Host>, Option<Id<Volume>>),
        storage_rate: Rate,
        operation: usize,
    ) {
        let on = Some(Scope::Vm(vm));
        let disks = self.why_not_migrate(vm, to).map_or_else(|| self.disks_along(vm, to, volume), Err);
        let disks = disks.and_then(|disks| match self.admit_on(vm, to) {
            Ok(()) => Ok(disks),
            Err(_) => Err(Refusal::NoRoom(to)),
        });
        let disks = match disks {
            Ok(disks) => disks,
            Err(refusal) => return self.refuse(JobKind::Migrate, on, Some(operation), refusal),
        };
        let job = self.begin_job(JobKind::Migrate, on, Some(operation));
        self.hold(vm, job);
        let along = disks.as_ref().map(|disks| self.copied_along(vm, disks, storage_rate));
        self.relationships.migrations.insert(vm, Migration { to, disks, job });
        self.data.migrate_vm(vm, to, along);
    }

    /// The disks of `vm` that go to `host` with it, and where they go, if any do.
    fn disks_along(
        &self,
        vm: Id<Vm>,
        host: Id<Host>,
        named: Option<Id<Volume>>,
    ) -> Result<Option<Along>, Refusal> {
        let (topology, volumes) = (&self.scenario.topology, &self.vm(vm).at.volumes);
        if volumes.iter().all(|volume| topology.reaches(host, *volume)) {
            return Ok(None);
        }
        let disks = &self.scenario.vms[vm].disks;
        let lies = |disk: usize| volumes.get(disk).unwrap_or(&volumes[0]);
        let goes = |disk: &usize| !topology.reaches(host, *lies(*disk));
        let used = (0..disks.len()).filter(goes).map(|disk| {
            let disk = &disks[disk];
            disk.used.unwrap_or(disk.size).0.min(disk.size.0)
        });
        let bytes = Bytes(used.fold(0, u64::saturating_add));
        let may = |volume: &Id<Volume>| {
            named.is_none_or(|named| named == *volume)
                && topology.reaches(host, *volume)
                && self.is_up(Component::Volume(*volume))
                && self.left_on(*volume) >= bytes.0
        };
        let best = topology.volumes.ids().filter(may).min_by_key(|volume| Reverse(self.left_on(*volume)));
        let volume = best.ok_or(Refusal::NoVolume(host))?;
        let then = (0..disks.len()).map(|disk| if goes(&disk) { volume } else { *lies(disk) }).collect();
        Ok(Some(Along { then, volume, bytes }))
    }

    /// Bytes left on a volume beside what is on its way there.
    fn left_on(&self, volume: Id<Volume>) -> u64 {
        let on_the_way = self.relationships.migrations.values().filter_map(|migration| {
            migration.disks.as_ref().filter(|disks| disks.volume == volume).map(|disks| disks.bytes.0)
        });
        let free = self.data.room_on(volume).map_or(u64::MAX, |free| free.0);
        on_the_way.fold(free, u64::saturating_sub)
    }

    /// What is copied, and how fast at most: as the operation says, and as the volumes are read and written.
    fn copied_along(&self, vm: Id<Vm>, along: &Along, most: Rate) -> DisksAlong {
        let volumes = &self.scenario.topology.volumes;
        let left = self.vm(vm).at.volumes.iter().filter(|volume| !along.then.contains(volume));
        let read = left.filter_map(|volume| volumes[*volume].storage.read_rate);
        let rate = read.chain(volumes[along.volume].apply_rate).fold(most, Rate::min);
        DisksAlong { bytes: along.bytes, rate }
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
        let Some(Migration { to, disks, job }) = self.relationships.migrations.remove(&vm) else { return };
        self.vacate(vm);
        self.move_to(vm, to, false);
        if let Some(Along { then, .. }) = disks {
            self.data.move_disks(vm, &then);
            self.record(Seen::Vm(vm, VmSeen::DisksMoved(then.to_vec())));
            self.vm_mut(vm).at.volumes = then;
        }
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
        if let Some(Migration { to, job, .. }) = self.relationships.migrations.remove(&vm) {
            self.release_room(vm, to);
            self.end_job(job, JobOutcome::Failed(Refusal::BrokenOff));
        }
    }

    /// Migrations to a host that went down.
    pub(in crate::sim) fn break_migrations_to(&mut self, host: Id<Host>) {
        self.break_migrations(|migration| migration.to == host);
    }

    /// Migrations with disks to a volume that went down.
    pub(in crate::sim) fn break_migrations_onto(&mut self, volume: Id<Volume>) {
        self.break_migrations(|migration| {
            migration.disks.as_ref().is_some_and(|disks| disks.volume == volume)
        });
    }

    fn break_migrations(&mut self, concerned: impl Fn(&Migration) -> bool) {
        let migrations = self.relationships.migrations.iter();
        let broken: Vec<Id<Vm>> = migrations.filter(|(_, it)| concerned(it)).map(|(vm, _)| *vm).collect();
        for vm in broken {
            self.data.stop_migration(vm);
            self.break_migration(vm);
        }
    }
}
