//! Limits on applying, for hosts and volumes that have them: turns by primary host, outstanding requests, deduplication.
//!
//! **Turns** (fact 1.15): at most `apply_vms` VMs of one primary host apply at once on a replica's host; the others wait by
//! (ready, VM), ready since their log arrived. A turn given back goes to whoever waited longest of all who are ready at
//! that instant. Volumes that apply at once ask for none. **Requests** (facts 1.14, 1.16): an apply's rate is at most
//! request rate × depth of a disk × disks at once: the depth is `apply_depth` ÷ replicated disks on that host, rounded
//! down, from 1 to 256; disks at once are at most `apply_disks`, 4 where that is 0. A limit of 0 is none.
//! **Deduplication** (fact 2.16): with additional recovery points the unique bytes count `dedup_slowdown` times.

use crate::engine::index::{MaybeIndex, small};
use crate::engine::observer::Observer;
use crate::engine::state::{Kernel, Replica, Stage, Tracking};

impl Kernel {
    /// Starts to apply the oldest log, which has arrived.
    pub(in crate::engine) fn apply<O: Observer>(&mut self, row: usize, observer: &mut O) {
        let replica = &mut self.replicas[row];
        let (target, volume) = (replica.target_host(), replica.target_volume());
        if !self.network.host_up(target as usize) || !self.volumes_up[volume as usize] {
            replica.stage = Stage::Parked;
            return;
        }
        let volume_limits = self.nets[self.classes.net_of_volume(volume as usize)].limits();
        if self.applies.is_unlimited() && !volume_limits {
            self.applied(row, observer);
            return;
        }
        let (need, cap) = self.terms_of_apply(row);
        if cap.is_none() && !volume_limits {
            self.applied(row, observer);
        } else if self.applies.has_turns(target) {
            self.await_turn(row);
        } else {
            self.start_applying(row, need, cap);
        }
    }

    fn start_applying(&mut self, row: usize, need: u128, cap: Option<u64>) {
        let replica = &mut self.replicas[row];
        let net = self.classes.net_of_volume(replica.target_volume() as usize);
        let path: &[u32] = if self.nets[net].limits() { &[0] } else { &[] };
        replica.stage = Stage::Applying;
        replica.need = need;
        let before = replica.apply_class.get().filter(|class| self.nets[net].is_class(*class, path, 1, cap));
        let class = before.unwrap_or_else(|| self.nets[net].class(path, 1, cap));
        replica.apply_class = class.into();
        replica.tag = self.nets[net].start(self.now, class, small(row), need);
        self.touch(net);
    }

    /// Micro-bytes that applying the VM's oldest log amounts to, and the most B/s at which that may go.
    pub(in crate::engine) fn terms_of_apply(&self, row: usize) -> (u128, Option<u64>) {
        let (full, cap) = self.whole_terms(row);
        let cut = self.logs[self.replicas[row].oldest_log()].cut;
        (self.streams.left(self.order.name(row), cut).unwrap_or(full), cap)
    }

    fn whole_terms(&self, row: usize) -> (u128, Option<u64>) {
        let replica = &self.replicas[row];
        let unique = self.logs[replica.oldest_log()].unique;
        let keeps_points = self.rules[replica.rules as usize].keeps_points;
        self.applies.terms(
            self.order.vm(row),
            (replica.target_host(), replica.target_volume()),
            unique,
            keeps_points,
        )
    }

    /// Micro-bytes that applying all of the VM's oldest log amounts to.
    pub(in crate::engine) fn whole_apply(&self, row: usize) -> u128 {
        self.whole_terms(row).0
    }

    /// Puts the VM in the queue for a turn.
    fn await_turn(&mut self, row: usize) {
        let replica = &mut self.replicas[row];
        replica.stage = Stage::Queued;
        self.applies.wait(self.order.vm(row), (replica.target_host(), replica.host), self.now);
    }

    /// Gives free turns to those who wait.
    pub(in crate::engine) fn grant_turns(&mut self) {
        while let Some(vm) = self.applies.grant() {
            let row = self.order.row(vm);
            let (need, cap) = self.terms_of_apply(row);
            self.start_applying(row, need, cap);
        }
    }

    /// Gives back the VM's turn, or its place among those who wait.
    pub(in crate::engine) fn leave_turn(&mut self, row: usize) {
        self.applies.leave(self.order.vm(row));
    }

    /// Takes the VM out of applying, or out of those who wait for a turn.
    pub(in crate::engine) fn stop_applying(&mut self, row: usize) {
        self.leave_turn(row);
        self.streams.forget(self.order.name(row));
        let replica = &self.replicas[row];
        if replica.stage == Stage::Applying {
            let net = self.classes.net_of_volume(replica.target_volume() as usize);
            let class = replica.apply_class.expect("an apply has a class");
            let (tag, need) = (replica.tag, replica.need);
            self.nets[net].remove(self.now, class, small(row), tag, need);
            self.touch(net);
        }
    }

    /// Tells limits on applying (fact 1.16) and room on volumes where the VM's replica stands, or that there is none.
    pub(in crate::engine) fn place_replica(&mut self, row: usize) {
        let Replica { host, target, volume, tracking, .. } = self.replicas[row];
        self.applies.place(
            self.order.vm(row),
            if tracking == Tracking::Unprotected { MaybeIndex::NONE } else { target },
        );
        if let Some(space) = &mut self.space {
            space.place(row, host, volume);
        }
    }
}
