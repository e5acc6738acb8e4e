//! Room on volumes that have a size, by the rules in `cycle/space.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::engine::index::{MaybeIndex, small};
use crate::engine::order::Order;
use crate::engine::state::life::Extent;
use crate::scenario::Scenario;
use crate::topology::Volume;
use crate::units::Bytes;
use crate::workload::Vm;

/// Room on all volumes.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Space {
    volumes: Vec<Room>,
    rows: Vec<Share>,
    design: Arc<Design>,
    /// Homes of VMs whose disks were moved there, by row.
    moved: BTreeMap<usize, Arc<Home>>,
}

/// What does not change in a run.
#[derive(Debug)]
struct Design {
    /// Site of each host.
    sites: Vec<usize>,
    rows: Vec<Arc<Home>>,
}

/// The site at which a VM is when the run starts, and its disks there.
#[derive(Debug)]
struct Home {
    site: usize,
    /// Volume of each disk.
    volumes: Vec<usize>,
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
    /// The one volume on which its log lies; none if it lies on several.
    whole: MaybeIndex,
    /// Its log at the last look, bytes.
    log: u64,
}

impl Space {
    /// `None` if no volume has a size.
    pub(in crate::engine) fn new(scenario: &Scenario, order: &Order) -> Option<Self> {
        let topology = &scenario.topology;
        topology.volumes.iter().find(|volume| volume.size.is_some())?;
        let room =
            |volume: &Volume| Room { size: volume.size.map(|size| size.0), held: 0, logs: 0, logs_peak: 0 };
        let site = |vm: &Vm| topology.hosts[vm.host].site.index();
        let design = Design {
            sites: topology.hosts.iter().map(|host| host.site.index()).collect(),
            rows: (0..scenario.vms.len())
                .map(|row| &scenario.vms[order.id(row)])
                .map(|vm| Arc::new(home(vm, site(vm))))
                .collect(),
        };
        let mut volumes: Vec<Room> = topology.volumes.iter().map(room).collect();
        for disk in scenario.vms.iter().flat_map(|vm| &vm.disks) {
            let held = &mut volumes[disk.volume.index()].held;
            *held += u128::from(disk.used.unwrap_or(disk.size).0);
        }
        let share = |home: &Arc<Home>| {
            let mut share = Share { away: MaybeIndex::NONE, is_away: false, whole: MaybeIndex::NONE, log: 0 };
            share.settle(home);
            share
        };
        let rows = design.rows.iter().map(share).collect();
        Some(Space { volumes, rows, design: Arc::new(design), moved: BTreeMap::new() })
    }

    /// Whether the same lies on the same volumes.
    pub(in crate::engine) fn is_same(&self, other: &Space) -> bool {
        let Space { volumes, rows, design: _, moved } = self;
        let held = |it: &Room| (it.size, it.held, it.logs);
        let share = |it: &Share| (it.away, it.is_away, it.whole, it.log);
        let is_moved = |(row, home): (&usize, &Arc<Home>)| {
            other.moved.get(row).is_some_and(|theirs| Arc::ptr_eq(home, theirs))
        };
        volumes.iter().zip(&other.volumes).all(|(a, b)| held(a) == held(b))
            && rows.iter().zip(&other.rows).all(|(a, b)| share(a) == share(b))
            && moved.len() == other.moved.len()
            && moved.iter().all(is_moved)
    }

    fn home(&self, row: usize) -> &Arc<Home> {
        self.moved.get(&row).unwrap_or(&self.design.rows[row])
    }

    /// Counts `disks` of `row` as lying on these volumes from now on, one for each or one for all.
    pub(in crate::engine) fn move_disks(&mut self, row: usize, disks: &[Extent], volumes: &[usize]) {
        let Some(first) = volumes.first().copied() else { return };
        let (log, home) = (self.rows[row].log, Arc::clone(self.home(row)));
        self.count(row, 0);
        if self.rows[row].is_away {
            if let Some(before) = self.rows[row].away.index() {
                self.volumes[before].held -= u128::from(home.total);
                self.volumes[first].held += u128::from(home.total);
                self.rows[row].away = small(first).into();
            }
        } else {
            let volumes = (0..disks.len()).map(|disk| volumes.get(disk).copied().unwrap_or(first));
            let lying: Vec<(Extent, usize)> = disks.iter().copied().zip(volumes).collect();
            for ((disk, to), from) in lying.iter().zip(&home.volumes) {
                self.volumes[*from].held -= u128::from(disk.used);
                self.volumes[*to].held += u128::from(disk.used);
            }
            self.moved.insert(row, Arc::new(Home::of(home.site, &lying)));
        }
        self.settle(row);
        self.count(row, log);
    }

    /// Bytes left on a volume; `None`: it never fills.
    pub(in crate::engine) fn left(&self, volume: usize) -> Option<Bytes> {
        let room = &self.volumes[volume];
        let left = u128::from(room.size?).saturating_sub(room.held + u128::from(room.logs));
        Some(Bytes(u64::try_from(left).expect("no more than the size")))
    }

    /// Counts `row` as running on `host` and replicated to `volume`, if to any, from now on.
    pub(in crate::engine) fn place(&mut self, row: usize, host: u32, volume: MaybeIndex) {
        let home = Arc::clone(self.home(row));
        let is_away = self.design.sites[host as usize] != home.site;
        let before = self.rows[row].away;
        if is_away != self.rows[row].is_away {
            let log = self.rows[row].log;
            self.count(row, 0);
            self.rows[row].is_away = is_away;
            self.settle(row);
            self.count(row, log);
        }
        if !is_away && volume != before {
            if let Some(before) = before.index() {
                self.volumes[before].held -= u128::from(home.total);
            }
            if let Some(volume) = volume.index() {
                self.volumes[volume].held += u128::from(home.total);
            }
            self.rows[row].away = volume;
        }
    }

    fn settle(&mut self, row: usize) {
        let home = Arc::clone(self.home(row));
        self.rows[row].settle(&home);
    }

    /// Counts the log of `row` as having this many bytes from now on.
    pub(in crate::engine) fn count(&mut self, row: usize, log: u64) {
        let Space { volumes, rows, design, moved } = self;
        let before = std::mem::replace(&mut rows[row].log, log);
        let share = &rows[row];
        if let Some(volume) = share.whole.index() {
            volumes[volume].count(before, log);
            return;
        }
        let home = moved.get(&row).unwrap_or(&design.rows[row]);
        for ((volume, old), (_, new)) in parts(home, share, before).zip(parts(home, share, log)) {
            volumes[volume as usize].count(old, new);
        }
    }

    /// The first volume that holds part of the log of `row` and has no room for it.
    pub(in crate::engine) fn full(&self, row: usize) -> Option<usize> {
        let share = &self.rows[row];
        let overfull = |volume: u32| self.volumes[volume as usize].is_overfull().then_some(volume as usize);
        if let Some(volume) = share.whole.get() {
            return overfull(volume).filter(|_| share.log > 0);
        }
        let mut own = parts(self.home(row), share, share.log).filter(|(_, log)| *log > 0);
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
    let lying: Vec<(Extent, usize)> =
        vm.disks.iter().map(|disk| (Extent::of(disk), disk.volume.index())).collect();
    Home::of(site, &lying)
}

impl Home {
    /// Disks, each with its volume.
    fn of(site: usize, lying: &[(Extent, usize)]) -> Home {
        let mut disks: BTreeMap<u32, u64> = BTreeMap::new();
        for (disk, volume) in lying.iter().filter(|(disk, _)| disk.replicate) {
            *disks.entry(small(*volume)).or_default() += disk.size;
        }
        let total = disks.values().sum();
        let volumes = lying.iter().map(|(_, volume)| *volume).collect();
        Home { site, volumes, disks: disks.into_iter().collect(), total }
    }
}

impl Room {
    /// A log on it, or part of one, has grown or shrunk.
    fn count(&mut self, before: u64, now: u64) {
        self.logs = self.logs - before + now;
        self.logs_peak = self.logs_peak.max(self.logs);
    }

    fn is_overfull(&self) -> bool {
        self.size.is_some_and(|size| self.held + u128::from(self.logs) > u128::from(size))
    }
}

impl Share {
    /// Where its log lies has changed.
    fn settle(&mut self, home: &Home) {
        self.whole = match (self.is_away, home.disks.as_slice()) {
            (true, _) => self.away,
            (false, [(volume, _)]) => (*volume).into(),
            (false, _) => MaybeIndex::NONE,
        };
    }
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
