//! Replication as the rest of the simulation sees it: the kernel with somebody watching.

use super::observer::Observer;
use super::state::{Kernel, Replica};
use crate::data_plane::{CopyMethod, DataPlane, DisksAlong, Notice, Point};
use crate::ids::Id;
use crate::protection::{Policy, Protection};
use crate::topology::{Host, Link, QosPolicy, Volume};
use crate::units::{Bytes, Ratio, Time};
use crate::workload::Vm;

/// A kernel with somebody watching.
#[derive(Clone, Debug)]
pub struct Plane<O> {
    /// Replication.
    pub kernel: Kernel,
    /// Who sees its points appear.
    pub observer: O,
}

impl<O: Observer> DataPlane for Plane<O> {
    fn advance(&mut self, to: Time) -> Time {
        Time(self.kernel.advance(to.0, &mut self.observer))
    }

    fn reset_statistics(&mut self, vm: Id<Vm>) {
        self.observer.reset(vm.index(), self.kernel.now());
    }

    fn is_applying(&self, vm: Id<Vm>) -> bool {
        self.kernel.replicas[self.kernel.row(vm)].receiving()
    }

    fn watch(&mut self, vm: Id<Vm>) {
        self.kernel.watched.insert(u32::try_from(vm.index()).expect("fewer than 2^32 VMs"));
    }

    fn newest_point(&self, vm: Id<Vm>) -> Option<Time> {
        self.kernel.points_of(self.kernel.row(vm)).first().map(|point| point.cut)
    }

    fn unprotected_bytes(&self, vm: Id<Vm>) -> u64 {
        self.kernel.unprotected(vm.index())
    }

    fn stop_vm(&mut self, vm: Id<Vm>) {
        self.kernel.break_migration(vm.index());
        self.kernel.stop(self.kernel.row(vm), &mut self.observer);
    }

    fn start_vm(&mut self, vm: Id<Vm>) {
        self.kernel.start(self.kernel.row(vm), &mut self.observer);
    }

    fn fail_over(&mut self, vm: Id<Vm>, cut: Time) {
        self.kernel.fail_over(self.kernel.row(vm), cut.0, &mut self.observer);
    }

    fn set_host(&mut self, host: Id<Host>, up: bool) {
        self.kernel.network.set_host(host.index(), up);
        let concerned = |replica: &Replica| {
            replica.host as usize == host.index() || replica.target.index() == Some(host.index())
        };
        self.kernel.reroute(concerned, &mut self.observer);
        if !up {
            self.kernel.lose_streams(Some(host.index()), None);
        }
        self.kernel.park_or_apply(|replica| replica.target.index() == Some(host.index()), &mut self.observer);
    }

    fn set_volume(&mut self, volume: Id<Volume>, up: bool) {
        self.kernel.volumes_up[volume.index()] = up;
        if !up {
            self.kernel.lose_streams(None, Some(volume.index()));
        }
        self.kernel
            .park_or_apply(|replica| replica.volume.index() == Some(volume.index()), &mut self.observer);
    }

    fn set_link(&mut self, link: Id<Link>, share: Option<Ratio>) {
        let rerouted = self.kernel.network.set_link(link.index(), share);
        for direction in 0..2 {
            let resource = u32::try_from(2 * link.index() + direction).expect("fewer than 2^32 resources");
            self.kernel.set_capacity(resource);
        }
        if rerouted {
            self.kernel.reroute(|_| true, &mut self.observer);
        }
    }

    fn notice(&mut self) -> Option<Notice> {
        self.kernel.notices.pop_front()
    }

    fn points(&self, vm: Id<Vm>) -> Vec<Point> {
        self.kernel.points_of(self.kernel.row(vm))
    }

    fn shut_down_vm(&mut self, vm: Id<Vm>) {
        self.kernel.break_migration(vm.index());
        self.kernel.shut_down(self.kernel.row(vm), &mut self.observer);
    }

    fn move_vm(&mut self, vm: Id<Vm>, host: Id<Host>) {
        self.kernel.move_vm(self.kernel.row(vm), host.index(), &mut self.observer);
    }

    fn migrate_vm(&mut self, vm: Id<Vm>, host: Id<Host>, disks: Option<DisksAlong>) {
        self.kernel.migrate(vm.index(), host.index(), disks);
    }

    fn stop_migration(&mut self, vm: Id<Vm>) {
        self.kernel.take_migration(vm.index());
    }

    fn move_disks(&mut self, vm: Id<Vm>, volumes: &[Id<Volume>]) {
        self.kernel.move_disks(self.kernel.row(vm), volumes);
    }

    fn room_on(&self, volume: Id<Volume>) -> Option<Bytes> {
        self.kernel.room_on(volume.index())
    }

    fn resize_vm(&mut self, vm: Id<Vm>, size: Bytes) {
        self.kernel.resize(self.kernel.row(vm), size.0);
    }

    fn protect(&mut self, vm: Id<Vm>, protection: &Protection) {
        let host = self.kernel.host_of(self.kernel.row(vm));
        self.kernel.relate(self.kernel.row(vm), host, protection, false, &mut self.observer);
    }

    fn unprotect(&mut self, vm: Id<Vm>, deletes_replica: bool) {
        self.kernel.unprotect(self.kernel.row(vm), &mut self.observer);
        if deletes_replica {
            self.kernel.delete_replica(self.kernel.row(vm));
        }
    }

    fn start_copy(&mut self, vm: Id<Vm>, method: CopyMethod) {
        self.kernel.start_copy(self.kernel.row(vm), method, &mut self.observer);
    }

    fn start_placeholder(&mut self, vm: Id<Vm>) {
        self.kernel.start_placeholder(self.kernel.row(vm), &mut self.observer);
    }

    fn copy_arrived(&mut self, vm: Id<Vm>) {
        self.kernel.copy_arrived(self.kernel.row(vm), &mut self.observer);
    }

    fn cancel_copy(&mut self, vm: Id<Vm>) {
        self.kernel.cancel_copy(self.kernel.row(vm), &mut self.observer);
    }

    fn suspend(&mut self, vm: Id<Vm>) {
        self.kernel.suspend(self.kernel.row(vm), &mut self.observer);
    }

    fn resume(&mut self, vm: Id<Vm>) {
        self.kernel.resume(self.kernel.row(vm), &mut self.observer);
    }

    fn require_resync(&mut self, vm: Id<Vm>) {
        self.kernel.require_resync(self.kernel.row(vm), &mut self.observer);
    }

    fn synchronize(&mut self, vm: Id<Vm>) {
        self.kernel.synchronize(self.kernel.row(vm), &mut self.observer);
    }

    fn drop_points(&mut self, vm: Id<Vm>) {
        self.kernel.drop_points(self.kernel.row(vm));
    }

    fn take_back(&mut self, vm: Id<Vm>) -> Bytes {
        Bytes(self.kernel.take_back(self.kernel.row(vm)))
    }

    fn run_twice(&mut self, vm: Id<Vm>) {
        self.kernel.run_twice(vm.index());
    }

    fn run_once(&mut self, vm: Id<Vm>, old_is_lost: bool) {
        self.kernel.run_once(vm.index(), old_is_lost);
    }

    fn reverse(&mut self, vm: Id<Vm>, host: Id<Host>, protection: &Protection, is_in_step: bool) {
        self.kernel.relate(self.kernel.row(vm), host, protection, is_in_step, &mut self.observer);
    }

    fn move_replica(&mut self, vm: Id<Vm>, host: Id<Host>, volume: Id<Volume>) {
        self.kernel.move_replica(self.kernel.row(vm), (host.index(), volume.index()), &mut self.observer);
    }

    fn set_policy(&mut self, vm: Id<Vm>, _: Id<Policy>, policy: &Policy) {
        self.kernel.set_policy(self.kernel.row(vm), policy, &mut self.observer);
    }

    fn set_qos(&mut self, qos: Id<QosPolicy>, on: bool) {
        self.kernel.set_qos(qos.index(), on, &mut self.observer);
    }
}
