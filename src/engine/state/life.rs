//! A VM's relationship beyond the cycle of its logs, and what the scenario says of it.

use std::sync::Arc;

use crate::engine::state::twins::Before;
use crate::ids::Id;
use crate::protection::Policy;
use crate::scenario::Scenario;
use crate::units::{Ratio, Time};
use crate::workload::{Disk, Vm};

/// Policies and VMs as the scenario has them, as far as replication asks for them during the run.
#[derive(Debug)]
pub(in crate::engine) struct Design {
    pub(in crate::engine) policies: Vec<Arc<Policy>>,
    pub(in crate::engine) vms: Vec<Guest>,
}

/// A VM as the scenario has it.
#[derive(Debug)]
pub(in crate::engine) struct Guest {
    pub(in crate::engine) name: String,
    /// Bytes in use on its replicated disks.
    pub(in crate::engine) used: u64,
    /// Its disks, in their order.
    pub(in crate::engine) disks: Vec<Extent>,
    /// When an app-consistent snapshot fails.
    pub(in crate::engine) backups: Vec<(Time, Time)>,
    pub(in crate::engine) has_vss: bool,
    /// Whether it is replicated at any time: what it writes outside a relationship then counts as untracked, not as excluded.
    pub(in crate::engine) is_candidate: bool,
}

/// A disk as far as volumes are concerned: sizes in bytes.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Extent {
    pub(in crate::engine) size: u64,
    /// What is in use, and taken of its volume.
    pub(in crate::engine) used: u64,
    pub(in crate::engine) replicate: bool,
}

impl Extent {
    pub(in crate::engine) fn of(disk: &Disk) -> Extent {
        Extent { size: disk.size.0, used: disk.used.unwrap_or(disk.size).0, replicate: disk.replicate }
    }
}

impl Design {
    /// A policy as the scenario has it.
    pub(in crate::engine) fn policy(&self, id: Id<Policy>) -> Arc<Policy> {
        Arc::clone(&self.policies[id.index()])
    }

    pub(in crate::engine) fn new(scenario: &Scenario) -> Design {
        let used = |disk: &Disk| disk.used.map_or(disk.size.0, |used| used.0.min(disk.size.0));
        let guest = |vm: &Vm| Guest {
            disks: vm.disks.iter().map(Extent::of).collect(),
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
pub(in crate::engine) struct Life {
    /// The policy in force: as the scenario has it, or as adapted to what its hosts allow.
    pub(in crate::engine) policy: Option<Arc<Policy>>,
    /// Size of all its disks, the base of the 50 % rule.
    pub(in crate::engine) disk_size: u64,
    /// The copy that is in the chain of logs.
    pub(in crate::engine) copy: Option<CopyUnderWay>,
    /// B/s at which the slowest volume of its replicated disks is read; `None`: none limits.
    pub(in crate::engine) read_rate: Option<u64>,
    /// What a failover that is not committed could be taken back to.
    pub(in crate::engine) before_failover: Option<Before>,
    /// Sending is suspended.
    pub(in crate::engine) suspended: bool,
    /// Logs go to a placeholder: there is no point yet (fact 3.7).
    pub(in crate::engine) placeholder: bool,
    /// There is a point.
    pub(in crate::engine) has_point: bool,
    /// Somebody waits for all that was written to be applied.
    pub(in crate::engine) synchronizing: bool,
    /// The next cut is app-consistent.
    pub(in crate::engine) app_due: bool,
    /// What the observer was last told.
    pub(in crate::engine) told: Told,
    /// When it ticks, once it has a policy.
    pub(in crate::engine) grid: Option<Grid>,
}

/// Ticks of a VM: phase + k × interval.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Grid {
    pub(in crate::engine) phase: u64,
    pub(in crate::engine) interval: u64,
    /// `None`: it stands in the ring of its interval.
    pub(in crate::engine) rest: Option<Rest>,
}

/// Ticks at which there is nothing to do.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Rest {
    /// The first that nobody has counted.
    pub(in crate::engine) next: u64,
    /// Whether they are expected cycles.
    pub(in crate::engine) counts: bool,
}

/// What the observer knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::engine) struct Told {
    /// Its age counts.
    pub(in crate::engine) age: bool,
    /// Its ticks count.
    pub(in crate::engine) cycling: bool,
    /// Its oldest log cannot be sent.
    pub(in crate::engine) blocked: bool,
}

/// A copy in the chain of logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) struct CopyUnderWay {
    /// Raw bytes that it makes good: untracked until it is applied.
    pub(in crate::engine) raw: u64,
    /// B/s at which comparing blocks lets its bytes be sent (fact 1.31); `None`: comparing does not limit it.
    pub(in crate::engine) cap: Option<u64>,
    /// Of a copy that compares and has next to nothing to send: the bytes to compare, which take their time on no link.
    pub(in crate::engine) silent: Option<u64>,
}

impl Life {
    /// `policy` is that of a relationship which is there from the start, with its first copy or without.
    pub(in crate::engine) fn new(
        vm: &Vm,
        policy: Option<Arc<Policy>>,
        grid: Option<Grid>,
        is_protected: bool,
        read_rate: Option<u64>,
    ) -> Life {
        Life {
            policy,
            disk_size: vm.disk_size().0,
            copy: None,
            read_rate,
            before_failover: None,
            suspended: false,
            placeholder: false,
            has_point: is_protected,
            synchronizing: false,
            app_due: false,
            told: Told { age: is_protected, cycling: is_protected, blocked: false },
            grid,
        }
    }

    /// Whether a tick or an applied log of the VM has more to do than for one that just replicates.
    pub(in crate::engine) fn is_special(&self, keeps_points: bool) -> bool {
        let is_busy = self.copy.is_some() || self.suspended || self.placeholder || self.synchronizing;
        is_busy || keeps_points && (self.app_due || !self.told.cycling)
    }

    /// Whether the cut that happens now is app-consistent; no later one is for that. `special` is the flag of the hot path.
    pub(in crate::engine) fn take_app_due(&mut self, special: &mut bool) -> bool {
        let is_due = std::mem::take(&mut self.app_due);
        *special = self.is_special(true);
        is_due
    }
}

/// A share of some bytes, rounded down.
pub(in crate::engine) fn part(bytes: u64, share: Ratio) -> u64 {
    let product = u128::from(bytes) * u128::from(share.0) / u128::from(Ratio::ONE.0);
    u64::try_from(product).unwrap_or(u64::MAX)
}
