//! Live migration: the memory of a VM goes to another host, beside the logs.
//!
//! It is one flow of the VM's memory from its host to the other, over cards and, between sites, the route; of weight 1 by
//! itself, without send slots, stream caps or latency, in the traffic of vmms.exe (fact 8.1). It ends with its last byte,
//! after the logs that end at that instant; a flow that nothing limits takes no time. In the net it is named by the VM's
//! index + the number of VMs.

use crate::data_plane::Notice;
use crate::engine::index::{MaybeIndex, small};
use crate::engine::state::Kernel;
use crate::engine::state::migrations::Migration;
use crate::ids::Id;
use crate::units::MICROS;

impl Kernel {
    /// Begins to send the memory of `vm` to host `to`.
    pub(in crate::engine) fn migrate(&mut self, vm: usize, to: usize) {
        self.break_migration(vm);
        let need = u128::from(self.migrations.memory[vm]) * u128::from(MICROS);
        self.send_memory(vm, (self.replicas[vm].host as usize, to), need);
    }

    /// Starts the flow on the path as it is now. Without a path the migration fails; where nothing limits it, it is over at once.
    fn send_memory(&mut self, vm: usize, (from, to): (usize, usize), need: u128) {
        let Some(class) = self.migration_class(from, to) else {
            return self.tell(Notice::MigrationFailed(Id::new(vm)));
        };
        let Some(class) = class.get().filter(|_| need > 0) else {
            return self.tell(Notice::Migrated(Id::new(vm)));
        };
        let tag = self.nets[0].start(self.now, class, small(vm + self.replicas.len()), need);
        self.migrations.under_way.insert(small(vm), Migration { from, to, class, tag, need });
        self.touch(0);
    }

    /// The class in net 0 of a migration between two hosts, if anything limits it; `None` without a path.
    fn migration_class(&mut self, from: usize, to: usize) -> Option<MaybeIndex> {
        let path = self.network.path(from, to, None)?;
        let limited = !path.resources.is_empty();
        Some(limited.then(|| self.nets[0].class_with(&path.resources, 1, None, path.favour)).into())
    }

    /// The last byte of a migration is sent.
    pub(in crate::engine) fn migrated(&mut self, flow: usize) {
        let vm = flow - self.replicas.len();
        self.migrations.under_way.remove(&small(vm)).expect("a migration ends once");
        self.tell(Notice::Migrated(Id::new(vm)));
    }

    /// Takes a migration's flow out; returns it with what it still had to send.
    fn take_migration(&mut self, vm: usize) -> Option<Migration> {
        let it = self.migrations.under_way.remove(&small(vm))?;
        let flow = small(vm + self.replicas.len());
        let need = self.nets[0].remove(self.now, it.class, flow, it.tag, it.need);
        self.touch(0);
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
            if self.migration_class(before.from, before.to) != Some(before.class.into())
                && let Some(left) = self.take_migration(vm as usize)
            {
                self.send_memory(vm as usize, (left.from, left.to), left.need);
            }
        }
    }
}
