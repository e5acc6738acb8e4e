//! What operators do to relationships, VMs and servers, and what replication tells of them.

use crate::data_plane::{DataPlane, Notice, Trigger};
use crate::ids::Id;
use crate::operations::Act;
use crate::sim::World;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// An act on relationships, VMs or the control plane.
    pub(in crate::sim) fn operate_relationship(&mut self, operation: usize, act: &Act) {
        let by = Some(operation);
        match act {
            Act::Enable { vms } => self.each(vms, |world, vm| world.enable(vm, by)),
            Act::Disable { vms, delete_replica } => {
                self.each(vms, |world, vm| world.disable(vm, *delete_replica, by));
            }
            Act::StartInitial { vms } => self.each(vms, |world, vm| world.start_initial_by_hand(vm, by)),
            Act::StopInitial { vms } => self.each(vms, |world, vm| world.stop_initial(vm, by)),
            Act::Pause { vms, on_replica } => {
                self.each(vms, |world, vm| world.pause_replication(vm, *on_replica, by))
            }
            Act::Resume { vms } => self.each(vms, |world, vm| world.resume_replication(vm, by)),
            Act::Resynchronize { vms } => self.each(vms, |world, vm| world.resynchronize(vm, by)),
            Act::CancelResynchronize { vms } => {
                self.each(vms, |world, vm| world.cancel_resynchronize(vm, by));
            }
            Act::Migrate { vm, to, volume, storage_rate } => {
                self.migrate(*vm, (*to, *volume), *storage_rate, operation);
            }
            Act::Resize { vm, disk, size, replica_too } => {
                self.resize(*vm, *disk, *size, *replica_too, operation);
            }
            Act::EditOffline { vm } => self.edit_offline(*vm, operation),
            Act::BreakReplica { vm, out_of_sequence } => self.break_replica(*vm, *out_of_sequence, by),
            Act::SetPolicy { vms, policy } => {
                self.each(vms, |world, vm| world.follow(vm, *policy, operation));
            }
            Act::InstallProvider { vmm, takes } => self.install_provider(*vmm, *takes, operation),
            Act::Map { .. }
            | Act::SetQos { .. }
            | Act::ResetStatistics { .. }
            | Act::TestFailover { .. }
            | Act::PlannedFailover { .. }
            | Act::UnplannedFailover { .. }
            | Act::Commit { .. }
            | Act::ChangePoint { .. }
            | Act::Cancel { .. }
            | Act::Reverse { .. }
            | Act::Failback { .. }
            | Act::RestartPlan { .. }
            | Act::FailOverByHand { .. } => unreachable!("another topic's act"),
        }
    }

    fn each(&mut self, vms: &[Id<Vm>], mut act: impl FnMut(&mut Self, Id<Vm>)) {
        for vm in vms {
            act(self, *vm);
        }
    }

    /// Replication has something to tell about a relationship or a migration.
    pub(in crate::sim) fn noticed_relationship(&mut self, notice: Notice) {
        match notice {
            Notice::CopyDone(vm) => self.copy_done(vm),
            Notice::ResyncRequired(vm, Trigger::Crash) => {
                let volume = self.vm(vm).lost_volume;
                self.resync_required(vm, volume.map_or(Trigger::Crash, Trigger::VolumeLost));
            }
            Notice::ResyncRequired(vm, trigger) => self.resync_required(vm, trigger),
            Notice::Migrated(vm) => self.migrated(vm),
            Notice::MigrationFailed(vm) => self.break_migration(vm),
            Notice::Synchronized(_) => unreachable!("failovers take it"),
        }
    }
}
