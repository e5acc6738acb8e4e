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
    /// Length of the run, µs, and the end of the period under way: the run, then as long again and again.
    horizon: u64,
    period_end: u64,
    /// By VM: so many bytes take so many on the wire.
    wire: Vec<(u32, u32)>,
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
        let horizon = scenario.horizon.0.max(1);
        let wire = scenario.vms.iter().map(|vm| {
            let policy = vm.protection.as_ref().map(|protection| &scenario.policies[protection.policy]);
            policy.map_or((1, 0), |policy| (policy.compression.0, Ratio::ONE.0 + policy.overhead.0))
        });
        let wire = wire.collect();
        Copies { plane: Plane { kernel, observer }, horizon, period_end: horizon, wire, room }
    }

    /// µs.
    pub fn now(&self) -> u64 {
        self.plane.kernel.now()
    }

    /// Runs on, not backwards. After the end of the run its churn, throttles and QoS begin again, and so on (`model.md` §10).
    pub fn run(&mut self, to: u64) {
        while self.period_end < to {
            self.run_within(self.period_end);
            self.plane.kernel.begin_again(self.horizon, &mut self.plane.observer);
            self.period_end = self.period_end.saturating_add(self.horizon);
        }
        self.run_within(to);
    }

    /// Runs on, period by period, until all of these are protected, a period brings none of them on, or the time that plans look ahead
    /// ([`FAR`]) is over. With each what its copy takes on the wire.
    pub fn run_to_the_end(&mut self, sizes: &[(Id<Vm>, u64)]) {
        let mut progress = GetsOn::default();
        while progress.goes_on(self, sizes) {
            let is_over = u64::from(self.now() == self.period_end);
            self.run(self.period_end.saturating_add(is_over * self.horizon));
        }
    }

    fn left(&mut self, sizes: &[(Id<Vm>, u64)]) -> Left {
        let of = |vm: &Id<Vm>| self.plane.observer.0[vm.index()];
        let vms = || sizes.iter().map(|(vm, _)| vm);
        let unprotected = vms().filter(|vm| of(vm).protected.is_none()).count();
        let uncopied = vms().filter(|vm| of(vm).copied.is_none()).count();
        let behind: Vec<Id<Vm>> =
            vms().filter(|vm| of(vm).copied.is_some() && of(vm).protected.is_none()).copied().collect();
        let changes = behind.into_iter().map(|vm| self.unsent_changes(vm)).fold(0, u64::saturating_add);
        Left { unprotected, uncopied, copies: self.outstanding(sizes), changes }
    }

    /// Cut or not, bytes on the wire; nothing is taken to be overwritten.
    fn unsent_changes(&mut self, vm: Id<Vm>) -> u64 {
        let (once, times) = self.wire[vm.index()];
        let uncut =
            u128::from(self.plane.kernel.uncut(vm.index())) * u128::from(times) / u128::from(once.max(1));
        let cut = self.plane.kernel.unsent(vm.index()) / u128::from(MICROS);
        u64::try_from(cut + uncut).unwrap_or(u64::MAX)
    }

    fn run_within(&mut self, to: u64) {
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

/// How far plans look ahead, µs: ten years, the longest run there is.
pub const FAR: u64 = 10 * 366 * 86_400 * 1_000_000;

/// What is left to do of first copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Left {
    unprotected: usize,
    uncopied: usize,
    /// Bytes of copies still to be sent.
    copies: u64,
    /// Changes still to be sent of VMs that are copied and not protected, on the wire, in bytes.
    changes: u64,
}

/// Whether first copies get on from one period to the next.
#[derive(Clone, Debug, Default)]
pub struct GetsOn {
    before: Option<Left>,
}

impl GetsOn {
    /// Asked once a period: whether to run another one for these VMs. Not if all are protected, or less is left of nothing.
    pub fn goes_on(&mut self, copies: &mut Copies, sizes: &[(Id<Vm>, u64)]) -> bool {
        let now = copies.left(sizes);
        let gets_on = self.before.replace(now).is_none_or(|before| {
            now.unprotected < before.unprotected
                || now.uncopied < before.uncopied
                || now.copies < before.copies
                || now.changes < before.changes
        });
        now.unprotected > 0 && gets_on && copies.now() < FAR
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

/// Each of these VMs with what its copy takes on the wire, bytes.
pub fn on_the_wire(scenario: &Scenario, vms: &[Id<Vm>]) -> Vec<(Id<Vm>, u64)> {
    vms.iter().map(|vm| (*vm, sizes(scenario, *vm).1)).collect()
}
