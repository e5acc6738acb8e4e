//! Live migration: a VM goes to another host, beside the logs: what is in use on the disks that it takes along, then its memory.
//!
//! Each is one flow from its host to the other, over cards and, between sites, the route; of weight 1 by itself, without
//! send slots, stream caps or latency, in the traffic of vmms.exe (fact 8.1); that of disks has the rate of their copy as
//! its cap. A flow ends with its last byte, after the logs that end at that instant; one that nothing limits takes no time.
//! What is written to disks meanwhile goes to both ends and counts nowhere. In the net it is named by the VM's index + the
//! number of VMs.

use crate::data_plane::{DisksAlong, Notice};
use crate::engine::index::{MaybeIndex, small};
use crate::engine::state::Kernel;
use crate::engine::state::migrations::{Carries, Migration};
use crate::ids::Id;
use crate::units::MICROS;

impl Kernel {
    /// Begins to send `disks`, and then the memory, of `vm` to host `to`.
    pub(in crate::engine) fn migrate(&mut self, vm: usize, to: usize, disks: Option<DisksAlong>) {
        self.break_migration(vm);
        let way = (self.replicas[self.order.row(vm)].host as usize, to);
        match disks {
            Some(disks) => {
                let need = u128::from(disks.bytes.0) * u128::from(MICROS);
                self.send_part(vm, way, Carries::Disks(disks.rate.0), need);
            }
            None => self.send_memory(vm, way),
        }
    }

    fn send_memory(&mut self, vm: usize, way: (usize, usize)) {
        let need = u128::from(self.migrations.memory[vm]) * u128::from(MICROS);
        self.send_part(vm, way, Carries::Memory, need);
    }

    /// Starts the flow on the path as it is now. Without a path the migration fails; where nothing limits it, it is over at once.
    fn send_part(&mut self, vm: usize, (from, to): (usize, usize), carries: Carries, need: u128) {
        let Some(class) = self.migration_class((from, to), carries) else {
            return self.tell(Notice::MigrationFailed(Id::new(vm)));
        };
        let Some(class) = class.get().filter(|_| need > 0) else {
            return self.sent_part(vm, (from, to), carries);
        };
        let (net, there) = self.classes.at(class);
        let tag = self.nets[net].start(self.now, there, small(vm + self.replicas.len()), need);
        self.migrations.under_way.insert(small(vm), Migration { from, to, class, tag, need, carries });
        self.touch(net);
    }

    fn sent_part(&mut self, vm: usize, way: (usize, usize), carries: Carries) {
        match carries {
            Carries::Disks(_) => self.send_memory(vm, way),
            Carries::Memory => self.tell(Notice::Migrated(Id::new(vm))),
        }
    }

    /// The class of a flow between two hosts, if anything limits it; `None` without a path.
    fn migration_class(&mut self, (from, to): (usize, usize), carries: Carries) -> Option<MaybeIndex> {
        let (path, cap) = (self.network.path(from, to, None)?, carries.cap());
        Some(self.classes.of(&mut self.nets, &path, 1, cap).into())
    }

    /// The last byte of a migration's flow is sent.
    pub(in crate::engine) fn migrated(&mut self, vm: u32) {
        let it = self.migrations.under_way.remove(&vm).expect("a flow ends once");
        self.sent_part(vm as usize, (it.from, it.to), it.carries);
    }

    /// Takes a migration's flow out; returns it with what it still had to send.
    pub(in crate::engine) fn take_migration(&mut self, vm: usize) -> Option<Migration> {
        let it = self.migrations.under_way.remove(&small(vm))?;
        let flow = small(vm + self.replicas.len());
        let (net, class) = self.classes.at(it.class);
        let need = self.nets[net].remove(self.now, class, flow, it.tag, it.need);
        self.touch(net);
        Some(Migration { need, ..it })
    }

    /// Breaks off the VM's migration, if there is one: the VM stops or migrates elsewhere.
    pub(in crate::engine) fn break_migration(&mut self, vm: usize) {
        if self.take_migration(vm).is_some() {
            self.tell(Notice::MigrationFailed(Id::new(vm)));
        }
    }

    /// Migrations whose path changed go on by the new one with what is left, or fail.
    pub(in crate::engine) fn reroute_migrations(&mut self) {
        let vms: Vec<u32> = self.migrations.under_way.keys().copied().collect();
        for vm in vms {
            let before = self.migrations.under_way[&vm];
            if self.migration_class((before.from, before.to), before.carries) != Some(before.class.into())
                && let Some(left) = self.take_migration(vm as usize)
            {
                self.send_part(vm as usize, (left.from, left.to), left.carries, left.need);
            }
        }
    }
}
