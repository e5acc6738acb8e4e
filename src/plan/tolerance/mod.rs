//! How long a VM or a volume can do without links, from every instant of the run.
//!
//! Cut off at t, a VM's log grows from the last log that had left by then, until a tick finds it larger than the policy's share of its
//! disks (fact 1.20). That tick is the same for all instants between two logs that leave, so the worst instant is the last µs before a log
//! has left, and the distribution over all instants consists of slopes: both are exact, for logs as the run without outage sends them.
//! Volumes fill by all logs on them, looked at on a grid, and so to within a step of it.

pub mod cut_off;
pub mod catch_up;
mod tables;
pub mod section;

use super::runs::advance;
use super::runs::steady::steady;
use super::runs::writes::{Growth, Writes};
use crate::engine::observer::{Applied, Observer};
use crate::engine::order::phase;
use crate::engine::plane::Plane;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::measure::distribution::Distribution;
use crate::scenario::Scenario;
use crate::topology::Volume;
use crate::units::{Bytes, Ratio};
use crate::workload::Vm;

/// Most steps of the grid on which volumes are looked at.
const STEPS_MAX: u64 = 20_000;

/// How long something lasts without links. Times are µs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tolerance {
    /// Least, and the instant it counts from; `None`: for ever, or there is no limit.
    pub worst: Option<(u64, u64)>,
    /// Exceeded from half of all instants.
    pub median: Option<u64>,
    /// Bytes of log that are one too few for trouble.
    pub limit: u64,
}

/// Of all VMs and volumes.
#[derive(Clone, Debug)]
pub struct Tolerances {
    /// By VM id; `None`: it is not replicated, or by a policy without this rule.
    pub vms: Vec<Option<Tolerance>>,
    /// By volume id; `None`: it has no size, or no logs.
    pub volumes: Vec<Option<Tolerance>>,
    /// Grid of the volumes, µs.
    pub step: u64,
}

/// What is found while time goes by.
struct Found {
    worst: Option<(u64, u64)>,
    times: Distribution,
}

impl Found {
    fn new() -> Found {
        Found { worst: None, times: Distribution::new(None, 1) }
    }

    /// From the instants `since..until` on it lasts to `end`.
    fn add(&mut self, since: u64, until: u64, end: Option<u64>) {
        let Some(end) = end.filter(|_| since < until) else { return };
        let least = end.saturating_sub(until - 1);
        if self.worst.is_none_or(|(worst, _)| least < worst) {
            self.worst = Some((least, until - 1));
        }
        self.times.tooth(end.saturating_sub(until), end.saturating_sub(since), until);
    }

    fn finish(mut self, limit: u64) -> Tolerance {
        let median = self.worst.map(|_| self.times.quantiles([500])[0]);
        Tolerance { worst: self.worst, median, limit }
    }
}

/// One VM.
struct Reach {
    growth: Growth,
    limit: Option<u64>,
    latency: u64,
    /// When the last log left, and bytes in all that had.
    left_at: u64,
    left: u64,
    /// A log has left that is not counted yet.
    is_leaving: bool,
    found: Found,
}

impl Reach {
    fn leaves(&mut self, at: u64) {
        if let Some(limit) = self.limit {
            let end = self.growth.passes(self.left.saturating_add(limit));
            self.found.add(self.left_at, at, end);
        }
        self.left_at = at;
    }
}

/// One volume.
struct Filling {
    growth: Growth,
    free: u64,
    /// Bytes of logs that left, by the step of the grid from which they are gone.
    left: Vec<u64>,
}

/// Share of a VM's log on a volume: size of its replicated disks there, of all of them.
type Share = (usize, u64, u64);

fn part(bytes: u64, (_, size, total): Share) -> u64 {
    u64::try_from(u128::from(bytes) * u128::from(size) / u128::from(total.max(1))).unwrap_or(u64::MAX)
}

struct Watchers {
    vms: Vec<Option<Reach>>,
    volumes: Vec<Option<Filling>>,
    shares: Vec<Vec<Share>>,
    step: u64,
}

impl Observer for Watchers {
    const CAUSES: bool = false;

    fn received(&mut self, vm: usize, at: u64) {
        if let Some(reach) = &mut self.vms[vm] {
            reach.leaves(at.saturating_sub(reach.latency));
            reach.is_leaving = true;
        }
    }

    fn applied(&mut self, applied: Applied<'_>) {
        let Some(reach) = &mut self.vms[applied.vm] else { return };
        if !std::mem::take(&mut reach.is_leaving) && applied.raw > 0 {
            reach.leaves(applied.at);
        }
        reach.left += applied.raw;
        let index = usize::try_from(reach.left_at.div_ceil(self.step)).unwrap_or(usize::MAX);
        for share in &self.shares[applied.vm] {
            if let Some(left) = self.volumes[share.0].as_mut().and_then(|it| it.left.get_mut(index)) {
                *left += part(applied.raw, *share);
            }
        }
    }

    fn stopped(&mut self, _: usize, _: u64) {}
    fn started(&mut self, _: usize, _: u64, _: u64) {}
    fn cycling(&mut self, _: usize, _: u64, _: bool) {}
    fn regridded(&mut self, _: usize, _: u64, _: u64, _: u64) {}
}

/// All tolerances of a scenario.
pub fn tolerances(scenario: &Scenario) -> Tolerances {
    let steady = steady(scenario);
    let kernel = Kernel::new(&steady);
    let horizon = steady.horizon.0.max(1);
    let shortest = steady.vms.iter().filter_map(|vm| interval(&steady, vm)).min().unwrap_or(horizon);
    let step = shortest.max(horizon / STEPS_MAX).max(1);
    let shares: Vec<Vec<Share>> = steady.vms.iter().map(shares).collect();
    let vms = steady.vms.entries().map(|(id, vm)| reach(scenario, &kernel, id, vm)).collect();
    let sizes = Kernel::new(&with_sizes(scenario));
    let volumes = scenario.topology.volumes.entries();
    let volumes = volumes.map(|(id, volume)| filling(&steady, &sizes, (id, volume), &shares, step)).collect();
    let mut plane = Plane { kernel, observer: Watchers { vms, volumes, shares, step } };
    advance(&mut plane, horizon);
    let Watchers { vms, volumes, .. } = plane.observer;
    let of_vm = |mut reach: Reach| {
        reach.leaves(horizon);
        reach.limit.map(|limit| reach.found.finish(limit))
    };
    Tolerances {
        vms: vms.into_iter().map(|reach| reach.and_then(of_vm)).collect(),
        volumes: volumes.into_iter().map(|it| it.map(|it| it.finish(step, horizon))).collect(),
        step,
    }
}

impl Filling {
    fn finish(mut self, step: u64, horizon: u64) -> Tolerance {
        let (mut found, mut gone) = (Found::new(), 0u64);
        for (index, left) in self.left.iter().enumerate() {
            gone += left;
            let (since, until) = (index as u64 * step, ((index as u64 + 1) * step).min(horizon));
            found.add(since, until, self.growth.passes(gone.saturating_add(self.free)));
        }
        found.finish(self.free)
    }
}

pub(super) fn interval(scenario: &Scenario, vm: &Vm) -> Option<u64> {
    vm.protection.as_ref().map(|protection| scenario.policies[protection.policy].interval.0.max(1))
}

fn reach(scenario: &Scenario, kernel: &Kernel, id: Id<Vm>, vm: &Vm) -> Option<Reach> {
    let policy = &scenario.policies[vm.protection.as_ref()?.policy];
    let mut writes = Writes::of(vm);
    let links = kernel.path(id.index()).iter().filter_map(|resource| {
        scenario.topology.links.iter().nth(*resource as usize / 2).map(|link| link.latency.0)
    });
    let limit = policy.resync_threshold.map(|share| {
        let bytes = u128::from(vm.disk_size().0) * u128::from(share.0) / u128::from(Ratio::ONE.0);
        u64::try_from(bytes).unwrap_or(u64::MAX)
    });
    Some(Reach {
        growth: Growth::new(phase(policy, &vm.name), policy.interval.0.max(1), scenario.horizon.0, |at| {
            writes.until(at)
        }),
        limit,
        latency: links.sum(),
        left_at: 0,
        left: 0,
        is_leaving: false,
        found: Found::new(),
    })
}

fn shares(vm: &Vm) -> Vec<Share> {
    if vm.protection.is_none() {
        return Vec::new();
    }
    let replicated = || vm.disks.iter().filter(|disk| disk.replicate);
    let total = replicated().map(|disk| disk.size.0).sum();
    let mut sizes = std::collections::BTreeMap::new();
    for disk in replicated() {
        *sizes.entry(disk.volume.index()).or_insert(0) += disk.size.0;
    }
    sizes.into_iter().map(|(volume, size)| (volume, size, total)).collect()
}

fn filling(
    steady: &Scenario,
    sizes: &Kernel,
    (id, volume): (Id<Volume>, &Volume),
    shares: &[Vec<Share>],
    step: u64,
) -> Option<Filling> {
    let size = volume.size?;
    let own = |vm: usize| shares[vm].iter().copied().find(|share| share.0 == id.index());
    let mut logs: Vec<(Writes, Share)> = steady
        .vms
        .entries()
        .filter_map(|(vm, row)| own(vm.index()).map(|share| (Writes::of(row), share)))
        .collect();
    if logs.is_empty() {
        return None;
    }
    let growth = Growth::new(0, step, steady.horizon.0.max(1), |at| {
        logs.iter_mut().map(|(writes, share)| part(writes.until(at), *share)).sum()
    });
    let Bytes(held) = sizes.space_used(id.index()).unwrap_or_default();
    let left = vec![0; growth.len()];
    Some(Filling { growth, free: size.0.saturating_sub(held), left })
}

/// Replication alone, with the sizes of volumes as written.
pub(super) fn with_sizes(scenario: &Scenario) -> Scenario {
    let mut sized = steady(scenario);
    sized.topology.volumes = scenario.topology.volumes.clone();
    sized
}
