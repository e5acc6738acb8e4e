//! What a VM's replication is beyond the cycle of its logs: copies, suspension, points in use. Rarely looked at, so it stands apart.

mod copies;
mod suspend;
mod stop;
pub(super) mod migrate;
mod faults;
mod moves;
mod relationship;

use std::sync::Arc;

use super::observer::Observer;
use super::state::{Kernel, Stage, Tracking};
use crate::ids::Id;
use crate::protection::Policy;
use crate::scenario::Scenario;
use crate::topology::Host;
use crate::units::{Ratio, Time};
use crate::workload::{Disk, Vm};

/// Policies and VMs as written, as far as replication changes with them in the run.
#[derive(Debug)]
pub(super) struct Design {
    pub(super) policies: Vec<Arc<Policy>>,
    pub(super) vms: Vec<Guest>,
}

/// A VM as written.
#[derive(Debug)]
pub(super) struct Guest {
    pub(super) name: String,
    /// Bytes in use on its replicated disks.
    pub(super) used: u64,
    /// When an app-consistent snapshot fails.
    pub(super) backups: Vec<(Time, Time)>,
    pub(super) has_vss: bool,
    /// Whether it is replicated at any time: what it writes outside a relationship then counts as untracked, not as excluded.
    pub(super) is_candidate: bool,
}

impl Design {
    /// A policy as written.
    pub(super) fn policy(&self, id: Id<Policy>) -> Arc<Policy> {
        Arc::clone(&self.policies[id.index()])
    }

    pub(super) fn new(scenario: &Scenario) -> Design {
        let used = |disk: &Disk| disk.used.map_or(disk.size.0, |used| used.0.min(disk.size.0));
        let guest = |vm: &Vm| Guest {
            name: vm.name.clone(),
            used: vm.disks.iter().filter(|disk| disk.replicate).map(used).fold(0, u64::saturating_add),
            backups: vm.guest.backups.clone(),
            has_vss: vm.guest.integration_services,
            is_candidate: vm.protection.is_some(),
        };
        let policies = scenario.policies.iter().cloned().map(Arc::new).collect();
        Design { policies, vms: scenario.vms.iter().map(guest).collect() }
    }
}

/// One VM's relationship.
#[derive(Clone, Debug)]
pub(super) struct Life {
    /// The policy in force: as written, or as adapted to what its hosts allow.
    pub(super) policy: Option<Arc<Policy>>,
    /// Size of all its disks, the base of the 50 % rule.
    pub(super) disk_size: u64,
    /// The copy that is in the chain of logs.
    pub(super) copy: Option<CopyUnderWay>,
    /// Sending is suspended.
    pub(super) suspended: bool,
    /// Logs go to a placeholder: there is no point yet (fact 3.7).
    pub(super) placeholder: bool,
    /// There is a point.
    pub(super) has_point: bool,
    /// Somebody waits for all that was written to be applied.
    pub(super) synchronizing: bool,
    /// The next cut is app-consistent.
    pub(super) app_due: bool,
    /// What the observer was told last.
    pub(super) told: Told,
}

/// What the observer knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// Its age counts.
    pub(super) age: bool,
    /// Its ticks count.
    pub(super) cycling: bool,
    /// Its oldest log cannot be sent.
    pub(super) blocked: bool,
}

/// A copy in the chain of logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CopyUnderWay {
    /// Raw bytes that it makes good: untracked until it is applied.
    pub(super) raw: u64,
    /// B/s at which comparing lets its bytes go (fact 1.31); `None`: it does not limit.
    pub(super) cap: Option<u64>,
    /// Bytes to compare where nothing differs: they take their time on no link.
    pub(super) silent: Option<u64>,
}

impl Life {
    /// `policy` is that of a relationship which is there from the start, with its first copy or without.
    pub(super) fn new(vm: &Vm, policy: Option<Arc<Policy>>, is_protected: bool) -> Life {
        Life {
            policy,
            disk_size: vm.disk_size().0,
            copy: None,
            suspended: false,
            placeholder: false,
            has_point: is_protected,
            synchronizing: false,
            app_due: false,
            told: Told { age: is_protected, cycling: is_protected, blocked: false },
        }
    }

    /// Whether ticks and applied logs need a second look.
    pub(super) fn is_special(&self) -> bool {
        self.copy.is_some() || self.suspended || self.placeholder || self.synchronizing
    }
}

impl Kernel {
    /// Where the VM runs.
    pub(super) fn host_of(&self, vm: usize) -> Id<Host> {
        Id::new(self.replicas[vm].host as usize)
    }

    /// Brings what follows from a VM's life up to date: the flag of the hot path, and what the observer knows.
    pub(super) fn live_on<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        let runs = self.running(vm);
        let now = self.now;
        let (replica, life) = (&mut self.replicas[vm], &mut self.lives[vm]);
        replica.special = life.is_special() || self.histories[vm].is_some();
        let related = replica.tracking != Tracking::Unprotected;
        let told = Told {
            age: related && runs && life.has_point && !life.placeholder,
            cycling: matches!(replica.tracking, Tracking::On | Tracking::Off)
                && life.has_point
                && life.copy.is_none(),
            blocked: life.told.blocked,
        };
        let before = std::mem::replace(&mut life.told, told);
        if told.age != before.age {
            match told.age {
                true => observer.started(vm, now, replica.newest),
                false => observer.stopped(vm, now),
            }
        }
        if told.cycling != before.cycling {
            observer.cycling(vm, now, told.cycling);
        }
        self.tell_blocked(vm, observer);
    }

    /// Tells the observer if the VM's oldest log cannot be sent any more, or can again.
    pub(super) fn tell_blocked<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        let blocked = self.replicas[vm].stage == Stage::Broken;
        if std::mem::replace(&mut self.lives[vm].told.blocked, blocked) != blocked {
            observer.blocked(vm, self.now, blocked);
        }
    }

    /// Bytes of log growth that force a resynchronisation under a policy; `u64::MAX`: never.
    pub(super) fn resync_limit(&self, vm: usize) -> u64 {
        let life = &self.lives[vm];
        let share = life.policy.as_ref().and_then(|policy| policy.resync_threshold);
        share.map_or(u64::MAX, |share| part(life.disk_size, share))
    }
}

/// A share of some bytes, rounded down.
pub(super) fn part(bytes: u64, share: Ratio) -> u64 {
    let product = u128::from(bytes) * u128::from(share.0) / u128::from(Ratio::ONE.0);
    u64::try_from(product).unwrap_or(u64::MAX)
}
