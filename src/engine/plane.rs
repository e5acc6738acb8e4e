//! Replication as the rest of the simulation sees it: the kernel with somebody watching.

use super::observer::Observer;
use super::state::{Kernel, Replica, Tracking};
use crate::data_plane::{CopyMethod, DataPlane, Notice, Point};
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

    fn is_applying(&self, vm: Id<Vm>) -> bool {
        self.kernel.replicas[vm.index()].receiving()
    }

    fn watch(&mut self, vm: Id<Vm>) {
        self.kernel.watched.insert(u32::try_from(vm.index()).expect("fewer than 2^32 VMs"));
    }

    fn newest_point(&self, vm: Id<Vm>) -> Option<Time> {
        let replica = &self.kernel.replicas[vm.index()];
        (replica.tracking != Tracking::Unprotected).then_some(Time(replica.newest))
    }

    fn unprotected_bytes(&self, vm: Id<Vm>) -> u64 {
        self.kernel.unprotected(vm.index())
    }

    fn stop_vm(&mut self, vm: Id<Vm>) {
        self.kernel.break_migration(vm.index());
        self.kernel.stop(vm.index(), &mut self.observer);
    }

    fn start_vm(&mut self, vm: Id<Vm>) {
        self.kernel.start(vm.index(), &mut self.observer);
    }

    fn fail_over(&mut self, vm: Id<Vm>, _: Time) {
        self.kernel.end(vm.index(), &mut self.observer);
    }

    fn set_host(&mut self, host: Id<Host>, up: bool) {
        self.kernel.network.set_host(host.index(), up);
        let concerned = |replica: &Replica| {
            replica.host as usize == host.index() || replica.target as usize == host.index()
        };
        self.kernel.reroute(concerned, &mut self.observer);
        self.kernel.park_or_apply(|replica| replica.target as usize == host.index(), &mut self.observer);
    }

    fn set_volume(&mut self, volume: Id<Volume>, up: bool) {
        self.kernel.volumes_up[volume.index()] = up;
        self.kernel.park_or_apply(|replica| replica.volume as usize == volume.index(), &mut self.observer);
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
        let newest = self.newest_point(vm);
        newest.map(|cut| Point { cut, app_consistent: false, undo: Bytes(0) }).into_iter().collect()
    }

    fn shut_down_vm(&mut self, vm: Id<Vm>) {
        self.stop_vm(vm);
    }

    fn move_vm(&mut self, _: Id<Vm>, _: Id<Host>) {}

    fn migrate_vm(&mut self, vm: Id<Vm>, host: Id<Host>) {
        self.kernel.migrate(vm.index(), host.index());
    }

    fn resize_vm(&mut self, _: Id<Vm>, _: Bytes) {}

    fn protect(&mut self, _: Id<Vm>, _: &Protection) {}

    fn unprotect(&mut self, _: Id<Vm>) {}

    fn start_copy(&mut self, _: Id<Vm>, _: CopyMethod) {}

    fn start_placeholder(&mut self, _: Id<Vm>) {}

    fn copy_arrived(&mut self, _: Id<Vm>) {}

    fn cancel_copy(&mut self, _: Id<Vm>) {}

    fn suspend(&mut self, _: Id<Vm>) {}

    fn resume(&mut self, _: Id<Vm>) {}

    fn require_resync(&mut self, _: Id<Vm>) {}

    fn synchronize(&mut self, _: Id<Vm>) {}

    fn drop_points(&mut self, _: Id<Vm>) {}

    fn reverse(&mut self, _: Id<Vm>, _: Id<Host>, _: &Protection, _: bool) {}

    fn move_replica(&mut self, _: Id<Vm>, _: Id<Host>, _: Id<Volume>) {}

    fn set_policy(&mut self, _: Id<Vm>, _: Id<Policy>, _: &Policy) {}

    fn set_qos(&mut self, qos: Id<QosPolicy>, on: bool) {
        self.kernel.set_qos(qos.index(), on, &mut self.observer);
    }
}
