//! Room on volumes that have a size, by the rules in `cycle/space.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::engine::index::MaybeIndex;
use crate::scenario::Scenario;
use crate::topology::Volume;
use crate::units::Bytes;
use crate::workload::{Disk, Vm};

/// Room on all volumes.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Space {
    volumes: Vec<Room>,
    vms: Vec<Share>,
    design: Arc<Design>,
}

/// What does not change in a run.
#[derive(Debug)]
struct Design {
    /// Site of each host.
    sites: Vec<usize>,
    vms: Vec<Home>,
}

/// The site at which a VM is when the run starts, and its disks there.
#[derive(Debug)]
struct Home {
    site: usize,
    /// Size of replicated disks by volume, in order.
    disks: Vec<(u32, u64)>,
    /// Size of all of them.
    total: u64,
}

/// What a volume holds.
#[derive(Clone, Debug)]
struct Room {
    size: Option<u64>,
    /// Disks and replicas, bytes.
    held: u128,
    logs: u64,
    logs_peak: u64,
}

/// What a VM takes of the volumes.
#[derive(Clone, Debug)]
struct Share {
    /// Where its replica stands, or its disks if it runs at the other site; none without protection.
    away: MaybeIndex,
    is_away: bool,
    /// Its log at the last look, bytes.
    log: u64,
}

impl Space {
    /// `None` if no volume has a size.
    pub(in crate::engine) fn new(scenario: &Scenario) -> Option<Self> {
        let topology = &scenario.topology;
        topology.volumes.iter().find(|volume| volume.size.is_some())?;
        let room =
            |volume: &Volume| Room { size: volume.size.map(|size| size.0), held: 0, logs: 0, logs_peak: 0 };
        let site = |vm: &Vm| topology.hosts[vm.host].site.index();
        let design = Design {
            sites: topology.hosts.iter().map(|host| host.site.index()).collect(),
            vms: scenario.vms.iter().map(|vm| home(vm, site(vm))).collect(),
        };
        let mut volumes: Vec<Room> = topology.volumes.iter().map(room).collect();
        for disk in scenario.vms.iter().flat_map(|vm| &vm.disks) {
            let held = &mut volumes[disk.volume.index()].held;
            *held += u128::from(disk.used.unwrap_or(disk.size).0);
        }
        let share = Share { away: MaybeIndex::NONE, is_away: false, log: 0 };
        Some(Space { volumes, vms: vec![share; scenario.vms.len()], design: Arc::new(design) })
    }

    /// Counts `vm` as running on `host` and replicated to `volume`, if to any, from now on.
    pub(in crate::engine) fn place(&mut self, vm: usize, host: u32, volume: MaybeIndex) {
        let design = Arc::clone(&self.design);
        let home = &design.vms[vm];
        let is_away = design.sites[host as usize] != home.site;
        let before = self.vms[vm].away;
        if is_away != self.vms[vm].is_away {
            let log = self.vms[vm].log;
            self.count(vm, 0);
            self.vms[vm].is_away = is_away;
            self.count(vm, log);
        }
        if !is_away && volume != before {
            if let Some(before) = before.index() {
                self.volumes[before].held -= u128::from(home.total);
            }
            if let Some(volume) = volume.index() {
                self.volumes[volume].held += u128::from(home.total);
            }
            self.vms[vm].away = volume;
        }
    }

    /// Counts the log of `vm` as having this many bytes from now on.
    pub(in crate::engine) fn count(&mut self, vm: usize, log: u64) {
        let Space { volumes, vms, design } = self;
        let before = std::mem::replace(&mut vms[vm].log, log);
        let (home, share) = (&design.vms[vm], &vms[vm]);
        for ((volume, old), (_, new)) in parts(home, share, before).zip(parts(home, share, log)) {
            let room = &mut volumes[volume as usize];
            room.logs = room.logs - old + new;
            room.logs_peak = room.logs_peak.max(room.logs);
        }
    }

    /// The first volume that holds part of the log of `vm` and has no room for it.
    pub(in crate::engine) fn full(&self, vm: usize) -> Option<usize> {
        let share = &self.vms[vm];
        let overfull = |volume: u32| {
            let room = &self.volumes[volume as usize];
            (room.held + u128::from(room.logs) > u128::from(room.size?)).then_some(volume as usize)
        };
        let mut own = parts(&self.design.vms[vm], share, share.log).filter(|(_, log)| *log > 0);
        own.find_map(|(volume, _)| overfull(volume))
    }

    /// Most bytes that logs have taken on a volume.
    pub(in crate::engine) fn peak(&self, volume: usize) -> u64 {
        self.volumes[volume].logs_peak
    }

    /// Bytes of disks, replicas and logs on a volume.
    pub(in crate::engine) fn used(&self, volume: usize) -> Bytes {
        let room = &self.volumes[volume];
        Bytes(u64::try_from(room.held + u128::from(room.logs)).unwrap_or(u64::MAX))
    }
}

fn home(vm: &Vm, site: usize) -> Home {
    let mut disks: BTreeMap<u32, u64> = BTreeMap::new();
    let replicated: Vec<&Disk> = vm.disks.iter().filter(|disk| disk.replicate).collect();
    for disk in &replicated {
        let volume = u32::try_from(disk.volume.index()).expect("fewer than 2^32 volumes");
        *disks.entry(volume).or_default() += disk.size.0;
    }
    let total = replicated.iter().map(|disk| disk.size.0).sum();
    Home { site, disks: disks.into_iter().collect(), total }
}

/// The log of a VM, by volume.
fn parts<'s>(home: &'s Home, share: &'s Share, log: u64) -> impl Iterator<Item = (u32, u64)> + 's {
    let at_home: &[(u32, u64)] = if share.is_away { &[] } else { &home.disks };
    let mut rest = log;
    let last = at_home.len().saturating_sub(1);
    let split = at_home.iter().enumerate().map(move |(index, (volume, size))| {
        let of = || u128::from(log) * u128::from(*size) / u128::from(home.total.max(1));
        let part = if index == last { rest } else { u64::try_from(of()).expect("a part of the log") };
        rest -= part;
        (*volume, part)
    });
    split.chain(share.away.get().filter(|_| share.is_away).map(|away| (away, log)))
}
