//! First copies in a run: they begin when they are told to, compete with the changes of VMs that are copied already, and either end or do not.
//!
//! A VM is protected when, after its copy, a log that was cut at a tick is applied by the next one: then what accrued during the copy is gone.

use crate::data_plane::{CopyMethod, DataPlane, Notice};
use crate::engine::observer::{Applied, Observer};
use crate::engine::plane::Plane;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::plan::runs::steady::steady;
use crate::protection::Initial;
use crate::scenario::Scenario;
use crate::units::{MICROS, Ratio, Time};
use crate::workload::Vm;

/// The first copy of a VM. Times are µs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copy {
    /// When it was begun.
    pub begun: Option<u64>,
    /// When it was applied.
    pub copied: Option<u64>,
    /// Bytes that were written meanwhile, once they have been cut.
    pub accrued: Option<u64>,
    /// When the VM's changes kept up again.
    pub protected: Option<u64>,
    /// Its newest point was at most this old since then, as seen when it was replaced.
    pub oldest: u64,
    /// A resynchronisation was required, first at this instant: its log outgrew its disks or its volume.
    pub resync: Option<u64>,
}

/// Copies of a whole fleet.
#[derive(Clone, Debug, Default)]
struct Watchers(Vec<Copy>);

impl Observer for Watchers {
    const CAUSES: bool = false;

    fn applied(&mut self, applied: Applied<'_>) {
        let copy = &mut self.0[applied.vm];
        if copy.begun.is_none() {
            return;
        }
        if applied.is_copy {
            copy.copied = copy.copied.or(Some(applied.at));
        } else if copy.accrued.is_none() && copy.copied.is_some() {
            copy.accrued = Some(applied.raw);
        }
        let age = applied.at - applied.previous;
        if copy.protected.is_some() {
            copy.oldest = copy.oldest.max(age);
        }
        if applied.on_time && !applied.is_copy && copy.protected.is_none() {
            copy.protected = Some(applied.at);
        }
    }

    fn stopped(&mut self, _: usize, _: u64) {}
    fn started(&mut self, _: usize, _: u64, _: u64) {}
    fn cycling(&mut self, _: usize, _: u64, _: bool) {}
    fn regridded(&mut self, _: usize, _: u64, _: u64, _: u64) {}
}

/// A fleet without replicas, in which copies are begun.
#[derive(Clone, Debug)]
pub struct Copies {
    plane: Plane<Watchers>,
    /// By volume: its size, and the disks and replicas on it.
    room: Vec<Option<(u64, u64)>>,
}

impl Copies {
    /// At the start of the run. All that is replicated waits for its first copy; rules and sizes of volumes are as written.
    pub fn new(scenario: &Scenario) -> Copies {
        let mut alone = steady(scenario);
        alone.policies = scenario.policies.clone();
        alone.topology.volumes = scenario.topology.volumes.clone();
        let wait = |vm: &Vm| {
            let mut vm = vm.clone();
            if let Some(protection) = &mut vm.protection {
                protection.relationship.initial = Initial::Network { at: None };
            }
            vm
        };
        alone.vms = alone.vms.iter().map(wait).collect();
        let kernel = Kernel::new(&alone);
        let observer = Watchers(vec![Copy::default(); kernel.vms()]);
        let held = |volume: usize| kernel.space_used(volume).unwrap_or_default().0;
        let volumes = alone.topology.volumes.entries();
        let room = volumes.map(|(id, volume)| volume.size.map(|size| (size.0, held(id.index())))).collect();
        Copies { plane: Plane { kernel, observer }, room }
    }

    /// µs.
    pub fn now(&self) -> u64 {
        self.plane.kernel.now()
    }

    /// Runs on, not backwards.
    pub fn run(&mut self, to: u64) {
        while self.plane.advance(Time(to)) < Time(to) {
            self.take_notices();
        }
        self.take_notices();
    }

    fn take_notices(&mut self) {
        while let Some(notice) = self.plane.notice() {
            match notice {
                Notice::ResyncRequired(vm, _) => {
                    let now = self.plane.kernel.now();
                    let copy = &mut self.plane.observer.0[vm.index()];
                    copy.resync = copy.resync.or(copy.begun.and(Some(now)));
                }
                Notice::CopyDone(_)
                | Notice::Synchronized(_)
                | Notice::Migrated(_)
                | Notice::MigrationFailed(_) => {}
            }
        }
    }

    /// The first copies of these begin, over the network.
    pub fn begin(&mut self, vms: &[Id<Vm>]) {
        for vm in vms {
            self.plane.observer.0[vm.index()].begun.get_or_insert(self.plane.kernel.now());
            self.plane.start_copy(*vm, CopyMethod::Full);
        }
    }

    /// The first copies of these begin on media; changes flow to placeholders.
    pub fn export(&mut self, vms: &[Id<Vm>]) {
        for vm in vms {
            self.plane.observer.0[vm.index()].begun.get_or_insert(self.plane.kernel.now());
            self.plane.start_placeholder(*vm);
        }
    }

    /// The media with this VM is imported.
    pub fn import(&mut self, vm: Id<Vm>) {
        self.plane.copy_arrived(vm);
        let now = self.now();
        self.plane.observer.0[vm.index()].copied.get_or_insert(now);
    }

    /// By VM id.
    pub fn copies(&self) -> &[Copy] {
        &self.plane.observer.0
    }

    /// Bytes of these VMs' first copies that are still to be sent, of those that have begun; of those that have not, all.
    pub fn outstanding(&mut self, vms: &[(Id<Vm>, u64)]) -> u64 {
        let left = |(vm, wire): &(Id<Vm>, u64)| match self.plane.observer.0[vm.index()] {
            Copy { copied: Some(_), .. } => 0,
            Copy { begun: None, .. } => *wire,
            Copy { .. } => {
                let unsent = self.plane.kernel.unsent(vm.index()) / u128::from(MICROS);
                u64::try_from(unsent).unwrap_or(u64::MAX).min(*wire)
            }
        };
        vms.iter().map(left).sum()
    }

    /// The oldest that the newest point of a protected VM has been since ages were forgotten, µs.
    pub fn oldest(&self, vm: Id<Vm>) -> u64 {
        let now = self.now().saturating_sub(self.plane.kernel.newest(vm.index()));
        let copy = &self.copies()[vm.index()];
        copy.oldest.max(if copy.protected.is_some() { now } else { 0 })
    }

    /// Room on a volume beside disks, replicas and the largest logs so far; `None`: it has no size.
    pub fn free(&self, volume: usize) -> Option<u64> {
        let (size, held) = self.room[volume]?;
        Some(size.saturating_sub(held).saturating_sub(self.plane.kernel.log_space_peak(volume)))
    }

    /// Forgets how old points were.
    pub fn forget_ages(&mut self) {
        for copy in &mut self.plane.observer.0 {
            copy.oldest = 0;
        }
    }
}

/// What of a VM is copied: bytes in use on replicated disks, and what they take on the wire.
pub fn sizes(scenario: &Scenario, vm: Id<Vm>) -> (u64, u64) {
    let row = &scenario.vms[vm];
    let disks = row.disks.iter().filter(|disk| disk.replicate);
    let used: u64 = disks.map(|disk| disk.used.unwrap_or(disk.size).0).sum();
    let Some(protection) = &row.protection else { return (used, 0) };
    let policy = &scenario.policies[protection.policy];
    let one = u128::from(Ratio::ONE.0);
    let wire =
        u128::from(used) * (one + u128::from(policy.overhead.0)) / u128::from(policy.compression.0.max(1));
    (used, u64::try_from(wire).unwrap_or(u64::MAX))
}
