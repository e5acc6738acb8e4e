//! Replication that stands still from an outage on: of it a recovery asks which point is left, and once what was received is applied nothing of
//! that moves.
//!
//! Whatever else it is asked it cannot know, and says so: then only a whole run can tell.

use std::cell::Cell;
use std::collections::BTreeSet;

use crate::data_plane::{CopyMethod, DataPlane, DisksAlong, Notice, Point};
use crate::ids::Id;
use crate::protection::{Policy, Protection};
use crate::topology::{Host, Link, QosPolicy, Volume};
use crate::units::{Bytes, Ratio, Time};
use crate::workload::Vm;

use super::held::Held;

/// What is known of replication at an outage.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'h> {
    /// What had left every source.
    pub(super) held: &'h Held,
    /// By VM: how long what has left takes until it is applied, at most. µs.
    pub(super) drained: &'h [u64],
    /// By VM: where its replica stands.
    pub(super) replica_hosts: &'h [Option<Id<Host>>],
}

/// Replication as an outage left it.
#[derive(Clone, Debug)]
pub(super) struct Frozen<'h> {
    known: Known<'h>,
    struck: Time,
    now: Time,
    /// When a host or a volume last came back.
    back: Time,
    /// VMs that the outage stopped and that nothing has moved since.
    stopped: BTreeSet<Id<Vm>>,
    /// Hosts that failed: what was on the way to them may not have arrived.
    failed: BTreeSet<Id<Host>>,
    asked: Cell<bool>,
}

impl<'h> Frozen<'h> {
    /// As it stands when an outage strikes at `struck`.
    pub(super) fn at(known: Known<'h>, struck: Time) -> Self {
        Frozen {
            known,
            struck,
            now: Time::START,
            back: struck,
            stopped: BTreeSet::new(),
            failed: BTreeSet::new(),
            asked: Cell::new(false),
        }
    }

    /// Whether it was asked for something that it cannot know.
    pub(super) fn was_asked(&self) -> bool {
        self.asked.get()
    }

    fn ask(&self) {
        self.asked.set(true);
    }

    /// The newest point of a VM.
    fn newest(&self, vm: Id<Vm>) -> Option<Time> {
        let host = self.known.replica_hosts[vm.index()];
        if !self.stopped.contains(&vm) || host.is_some_and(|host| self.failed.contains(&host)) {
            self.ask();
        }
        self.known.held.at(vm.index(), self.struck.0).map(Time)
    }
}

impl DataPlane for Frozen<'_> {
    fn advance(&mut self, to: Time) -> Time {
        self.now = to;
        to
    }

    fn notice(&mut self) -> Option<Notice> {
        None
    }

    fn is_applying(&self, vm: Id<Vm>) -> bool {
        let since = self.now.0.saturating_sub(self.struck.max(self.back).0);
        if since < self.known.drained[vm.index()] {
            self.ask();
        }
        false
    }

    fn watch(&mut self, _: Id<Vm>) {
        self.ask();
    }

    fn newest_point(&self, vm: Id<Vm>) -> Option<Time> {
        self.newest(vm)
    }

    fn points(&self, vm: Id<Vm>) -> Vec<Point> {
        let point = |cut| Point { cut, app_consistent: false, undo: Bytes(0) };
        self.newest(vm).map(point).into_iter().collect()
    }

    fn unprotected_bytes(&self, _: Id<Vm>) -> u64 {
        0
    }

    fn stop_vm(&mut self, vm: Id<Vm>) {
        if self.now != self.struck && self.known.replica_hosts[vm.index()].is_some() {
            self.ask();
        }
        self.stopped.insert(vm);
    }

    fn shut_down_vm(&mut self, _: Id<Vm>) {
        self.ask();
    }

    fn start_vm(&mut self, vm: Id<Vm>) {
        self.stopped.remove(&vm);
    }

    fn move_vm(&mut self, _: Id<Vm>, _: Id<Host>) {}

    fn migrate_vm(&mut self, _: Id<Vm>, _: Id<Host>, _: Option<DisksAlong>) {
        self.ask();
    }

    fn stop_migration(&mut self, _: Id<Vm>) {}

    fn move_disks(&mut self, _: Id<Vm>, _: &[Id<Volume>]) {
        self.ask();
    }

    fn room_on(&self, _: Id<Volume>) -> Option<Bytes> {
        self.ask();
        None
    }

    fn resize_vm(&mut self, _: Id<Vm>, _: Bytes) {}

    fn protect(&mut self, _: Id<Vm>, _: &Protection) {
        self.ask();
    }

    fn unprotect(&mut self, _: Id<Vm>, _: bool) {
        self.ask();
    }

    fn start_copy(&mut self, _: Id<Vm>, _: CopyMethod) {
        self.ask();
    }

    fn start_placeholder(&mut self, _: Id<Vm>) {
        self.ask();
    }

    fn copy_arrived(&mut self, _: Id<Vm>) {
        self.ask();
    }

    fn cancel_copy(&mut self, _: Id<Vm>) {
        self.ask();
    }

    fn suspend(&mut self, _: Id<Vm>) {}

    fn resume(&mut self, _: Id<Vm>) {}

    fn require_resync(&mut self, _: Id<Vm>) {}

    fn synchronize(&mut self, _: Id<Vm>) {
        self.ask();
    }

    fn fail_over(&mut self, vm: Id<Vm>, _: Time) {
        self.stopped.remove(&vm);
    }

    fn drop_points(&mut self, _: Id<Vm>) {}

    fn take_back(&mut self, _: Id<Vm>) -> Bytes {
        self.ask();
        Bytes(0)
    }

    fn reverse(&mut self, _: Id<Vm>, _: Id<Host>, _: &Protection, _: bool) {
        self.ask();
    }

    fn move_replica(&mut self, _: Id<Vm>, _: Id<Host>, _: Id<Volume>) {
        self.ask();
    }

    fn set_policy(&mut self, _: Id<Vm>, _: Id<Policy>, _: &Policy) {}

    fn set_host(&mut self, host: Id<Host>, up: bool) {
        if up {
            self.back = self.now;
        } else {
            self.failed.insert(host);
        }
    }

    fn set_volume(&mut self, _: Id<Volume>, up: bool) {
        if up {
            self.back = self.now;
        }
    }

    fn set_link(&mut self, _: Id<Link>, _: Option<Ratio>) {}

    fn set_qos(&mut self, _: Id<QosPolicy>, _: bool) {}
}
