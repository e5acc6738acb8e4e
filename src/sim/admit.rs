//! Admission: a VM starts where it was failed over to if its startup memory is left, and virtual processors
//! where the host has a limit of them (fact 9.6).
//!
//! Every VM at home on a host counts, running or waiting for that host's repair; a VM that was failed over has left its source's.

use crate::data_plane::DataPlane;
use crate::facts::Reason;
use crate::ids::Id;
use crate::sim::World;
use crate::sim::world::VmState;
use crate::topology::Host;
use crate::units::Bytes;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// Counts what runs before any outage.
    pub(super) fn occupy(&mut self) {
        for vm in self.scenario.vms.iter() {
            let (cores, memory) = &mut self.used[vm.host.index()];
            *cores += u64::from(vm.cores);
            memory.0 += vm.memory.0;
        }
    }

    /// A VM leaves its host.
    pub(super) fn vacate(&mut self, vm: Id<Vm>) {
        self.vm_mut(vm).has_room = false;
        self.release_room(vm, self.vm(vm).at.host);
    }

    /// A VM is back where its place was never given away.
    pub(super) fn occupy_again(&mut self, vm: Id<Vm>) {
        let row = &self.scenario.vms[vm];
        let host = self.vm(vm).at.host;
        let (cores, memory) = &mut self.used[host.index()];
        *cores += u64::from(row.cores);
        memory.0 += row.memory.0;
        self.vm_mut(vm).has_room = true;
    }

    /// Room has appeared on `host`: failed-over VMs that found none are tried again, by id.
    pub(super) fn room_appears(&mut self, host: Id<Host>) {
        let waits = |vm: &Id<Vm>| {
            let run = self.vm(*vm);
            run.state == VmState::Failed && run.short_of_room.is_some() && run.at.host == host
        };
        let waiting: Vec<Id<Vm>> = self.scenario.vms.ids().filter(waits).collect();
        for vm in waiting {
            if self.admit(vm).is_ok() {
                let wait = self.vm_mut(vm).short_of_room.take().expect("it waits for room");
                self.end(wait);
                self.vm_mut(vm).found = self.join(vm);
                self.boot(vm, wait);
            }
        }
    }

    /// Gives back the room of `vm` on `host`.
    pub(super) fn release_room(&mut self, vm: Id<Vm>, host: Id<Host>) {
        let row = &self.scenario.vms[vm];
        let (cores, memory) = &mut self.used[host.index()];
        *cores -= u64::from(row.cores);
        memory.0 -= row.memory.0;
    }

    /// Takes room for `vm` where it was failed over to, or says what lacks.
    pub(super) fn admit(&mut self, vm: Id<Vm>) -> Result<(), Reason> {
        let place = &self.vm(vm).at;
        if let Some(reason) = self.lost(place) {
            return Err(reason);
        }
        let host = place.host;
        self.admit_on(vm, host)?;
        self.vm_mut(vm).has_room = true;
        Ok(())
    }

    /// Takes room for `vm` on `host`, or says what lacks.
    pub(super) fn admit_on(&mut self, vm: Id<Vm>, host: Id<Host>) -> Result<(), Reason> {
        let row = &self.scenario.vms[vm];
        let offer = &self.scenario.topology.hosts[host];
        let (cores, memory) = &mut self.used[host.index()];
        let wanted = (*cores + u64::from(row.cores), memory.0 + row.memory.0);
        let (cores_short, memory_short) = offer.lacks_for(row.cores, (wanted.0, Bytes(wanted.1)));
        let lacks_cores = row.cores > 0 && cores_short > 0;
        let lacks_memory = row.memory.0 > 0 && memory_short.0 > 0;
        if lacks_cores || lacks_memory {
            return Err(Reason::NoRoom { host, cores_short, memory_short });
        }
        (*cores, memory.0) = wanted;
        Ok(())
    }
}
