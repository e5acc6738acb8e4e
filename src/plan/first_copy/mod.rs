//! First copies in batches, one to a window (fact 3.15): as many VMs as their run shows to be protected by the window's end.
//!
//! VMs go by the tier of their applications, then by name. A batch begins when its window opens and shares the network with the changes of
//! all that is copied already, so what it gets is what those leave. It fits if, when the window closes, all its VMs are protected, none
//! copied or being copied needed a resynchronisation, and on every volume the snapshots of its VMs and the largest logs had room. One VM more would
//! not fit. Nor may it make VMs of earlier batches older than they are allowed: their RPO, an hour where they have none (fact 1.41), and two
//! intervals in any case. A VM that does not fit alone waits for the others, and then goes alone, whatever follows.
//!
//! Where the run is too short for all of it, it goes on: churn, throttles and windows begin again (`model.md` §10), until all VMs are
//! protected, or a period brings nothing on.

pub mod copies;
mod when;
pub mod room;
pub mod media;
mod answer;
mod tables;
pub mod section;

use std::collections::{BTreeMap, VecDeque};

use self::when::again;
pub use self::when::windows;
use super::ask::{Progress, Stopped};
use super::boundary::{Boundary, largest};
use super::first_copy::copies::{Copies, Copy, GetsOn, on_the_wire, sizes};
use super::runs::writes::Writes;
use crate::ids::Id;
use crate::recovery::Rank;
use crate::scenario::Scenario;
use crate::workload::Vm;

/// Looks at what is outstanding, in each window.
const SAMPLES: u64 = 24;

/// A VM whose newest point is older is said to be behind, µs (fact 1.41).
const HOUR: u64 = 3_600_000_000;

/// A batch. Times are µs.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Its window.
    pub window: (u64, u64),
    /// Its VMs, in order.
    pub vms: Vec<Id<Vm>>,
    /// Bytes of its copies on the wire.
    pub wire: u64,
    /// Whether all of them were protected by the end of the window.
    pub fits: bool,
    /// Why one VM more does not fit, or these do not; `None`: there was none more.
    pub bound: Option<Bound>,
    /// The oldest point of VMs of batches before it, while its window was open.
    pub oldest: u64,
    /// VMs of batches before it that were older than they are allowed.
    pub broken: Vec<Id<Vm>>,
    /// (instant, bytes of copies still to be sent).
    pub outstanding: Vec<(u64, u64)>,
}

/// Why a batch is not larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The window closes before all are protected.
    Time,
    /// A log would outgrow its disks or its volume.
    Resync,
    /// VMs copied before would be older than they are allowed.
    Age,
    /// A volume has no room for snapshots and logs.
    Room,
}

/// All batches, and how their VMs fared until all were protected, or nothing got on any more.
#[derive(Clone, Debug)]
pub struct FirstCopy {
    /// In the order they begin.
    pub batches: Vec<Batch>,
    /// VMs that were not begun when nothing got on any more.
    pub left_over: Vec<Id<Vm>>,
    /// By VM id.
    pub copies: Vec<Copy>,
}

/// What is replicated, by tier of application (none: last), then name.
pub fn order(scenario: &Scenario) -> Vec<Id<Vm>> {
    let mut ranks: BTreeMap<Id<Vm>, Rank> = BTreeMap::new();
    for application in scenario.recovery.applications.iter() {
        for vm in &application.vms {
            let rank = ranks.entry(*vm).or_insert(Rank::Last);
            *rank = application.rank().min(*rank);
        }
    }
    let mut vms: Vec<Id<Vm>> =
        scenario.vms.ids().filter(|vm| scenario.vms[*vm].protection.is_some()).collect();
    vms.sort_by_key(|vm| (ranks.get(vm).copied().unwrap_or(Rank::Last), *vm));
    vms
}

/// The age that a first copy of others may bring each VM to, µs, by VM id.
fn allowed(scenario: &Scenario) -> Vec<u64> {
    let mut objectives: BTreeMap<Id<Vm>, u64> = BTreeMap::new();
    for application in scenario.recovery.applications.iter() {
        let Some(rpo) = application.rpo else { continue };
        for vm in &application.vms {
            let own = objectives.entry(*vm).or_insert(rpo.0);
            *own = rpo.0.min(*own);
        }
    }
    let of = |(id, vm): (Id<Vm>, &Vm)| {
        let policy = vm.protection.as_ref().map(|protection| &scenario.policies[protection.policy]);
        let saw_tooth = policy.map_or(0, |policy| policy.interval.0.saturating_mul(2));
        objectives.get(&id).copied().unwrap_or(HOUR).max(saw_tooth)
    };
    scenario.vms.entries().map(of).collect()
}

/// Forms batches for these windows (sorted, disjoint; µs) of the run and of the time after it, until all VMs are protected or nothing gets on.
///
/// # Errors
/// `progress` said stop.
pub fn first_copy(
    scenario: &Scenario,
    windows: &[(u64, u64)],
    progress: Progress<'_>,
) -> Result<FirstCopy, Stopped> {
    let (all, horizon) = (order(scenario), scenario.horizon.0.max(1));
    let mut forming = Forming {
        scenario,
        run: Copies::new(scenario),
        waiting: all.clone().into(),
        deferred: VecDeque::new(),
        batches: Vec::new(),
        allowed: allowed(scenario),
    };
    let sizes = on_the_wire(scenario, &all);
    let (mut on_the_way, mut period) = (GetsOn::default(), 0);
    for (done, window) in again(windows, horizon).enumerate() {
        let what = "forming batches of first copies";
        if !progress(what, 800 * done.min(windows.len()) as u64 / windows.len() as u64) {
            return Err(Stopped { what: what.into() });
        }
        forming.pass(window.0);
        if forming.is_done(&all)
            || window.0 / horizon > period && !on_the_way.goes_on(&mut forming.run, &sizes)
        {
            break;
        }
        period = window.0 / horizon;
        let (vms, fits) = forming.choose(window);
        let next = forming.waiting.front().filter(|_| fits);
        let more: Vec<Id<Vm>> = vms.iter().chain(next).copied().collect();
        let bound = forming.bound(window, &more);
        forming.begin(window, vms, (fits, bound));
    }
    let Forming { run, waiting, deferred, batches, .. } = forming;
    let left_over = waiting.into_iter().chain(deferred).collect();
    Ok(FirstCopy { batches, left_over, copies: run.copies().to_vec() })
}

struct Forming<'s> {
    scenario: &'s Scenario,
    run: Copies,
    waiting: VecDeque<Id<Vm>>,
    /// Those that fit into no window.
    deferred: VecDeque<Id<Vm>>,
    batches: Vec<Batch>,
    allowed: Vec<u64>,
}

impl Forming<'_> {
    fn is_done(&self, all: &[Id<Vm>]) -> bool {
        all.iter().all(|vm| self.run.copies()[vm.index()].protected.is_some())
    }

    /// The next batch, and whether it fits.
    fn choose(&mut self, window: (u64, u64)) -> (Vec<Id<Vm>>, bool) {
        let guess = self.batches.last().map_or(1, |batch| batch.vms.len() as u64);
        while !self.waiting.is_empty() {
            let most = self.waiting.len() as u64;
            let found = largest(0, most, guess.min(most), |count| {
                let count = usize::try_from(count).expect("a number of VMs");
                let vms: Vec<Id<Vm>> = self.waiting.iter().copied().take(count).collect();
                self.bound(window, &vms).is_none()
            });
            let count = match found {
                Boundary::Between(count, _) => count,
                Boundary::Always => most,
                Boundary::Never => 0,
            };
            if count > 0 {
                return (
                    self.waiting.drain(..usize::try_from(count).expect("a number of VMs")).collect(),
                    true,
                );
            }
            self.deferred.extend(self.waiting.pop_front());
        }
        let copies = self.run.copies();
        let is_busy =
            self.batches.iter().flat_map(|batch| &batch.vms).any(|vm| copies[vm.index()].protected.is_none());
        if is_busy {
            return (Vec::new(), false);
        }
        (self.deferred.pop_front().into_iter().collect(), false)
    }

    /// Begins a batch, and runs to the end of its window.
    fn begin(&mut self, window: (u64, u64), vms: Vec<Id<Vm>>, (fits, bound): (bool, Option<Bound>)) {
        let earlier: Vec<Id<Vm>> = self.protected();
        self.run.forget_ages();
        self.run.begin(&vms);
        if !vms.is_empty() {
            let wire = vms.iter().map(|vm| sizes(self.scenario, *vm).1).sum();
            let (oldest, broken) = (0, Vec::new());
            let outstanding = vec![(window.0, wire)];
            self.batches.push(Batch { window, vms, wire, fits, bound, oldest, broken, outstanding });
        }
        let step = ((window.1 - window.0) / SAMPLES).max(1);
        for sample in 1..SAMPLES {
            self.pass(window.0 + sample * step);
        }
        self.pass(window.1);
        let Forming { run, batches, allowed, .. } = self;
        let Some(batch) = batches.last_mut().filter(|batch| batch.window == window) else { return };
        batch.oldest = earlier.iter().map(|vm| run.oldest(*vm)).max().unwrap_or(0);
        batch.broken = earlier.into_iter().filter(|vm| run.oldest(*vm) > allowed[vm.index()]).collect();
    }

    /// What is in the way of these VMs, begun now: they are not done by the end of the window, or not without harm.
    fn bound(&self, window: (u64, u64), vms: &[Id<Vm>]) -> Option<Bound> {
        if vms.is_empty() {
            return None;
        }
        let mut trial = self.run.clone();
        trial.forget_ages();
        trial.begin(vms);
        trial.run(window.1);
        let (before, after) = (self.run.copies(), trial.copies());
        if before.iter().zip(after).any(|(before, after)| before.resync != after.resync) {
            return Some(Bound::Resync);
        }
        if self.protected().iter().any(|vm| trial.oldest(*vm) > self.allowed[vm.index()]) {
            return Some(Bound::Age);
        }
        if vms.iter().any(|vm| after[vm.index()].protected.is_none()) {
            return Some(Bound::Time);
        }
        short_of_room(self.scenario, &trial, vms).map(|_| Bound::Room)
    }

    fn protected(&self) -> Vec<Id<Vm>> {
        let copies = self.run.copies();
        self.scenario.vms.ids().filter(|vm| copies[vm.index()].protected.is_some()).collect()
    }

    /// Runs to `to`, and notes what is outstanding then.
    fn pass(&mut self, to: u64) {
        if to <= self.run.now() {
            return;
        }
        self.run.run(to);
        for batch in &mut self.batches {
            if batch.outstanding.last().is_some_and(|(_, left)| *left > 0) {
                let vms: Vec<(Id<Vm>, u64)> =
                    batch.vms.iter().map(|vm| (*vm, sizes(self.scenario, *vm).1)).collect();
                batch.outstanding.push((to, self.run.outstanding(&vms)));
            }
        }
    }
}

/// The first volume on which snapshots of these VMs, which live as long as their copies, and the largest logs so far have no room (facts 3.4, 3.5).
fn short_of_room(scenario: &Scenario, run: &Copies, vms: &[Id<Vm>]) -> Option<usize> {
    let mut snapshots: BTreeMap<usize, u64> = BTreeMap::new();
    for vm in vms {
        for (volume, bytes) in snapshots_of(scenario, *vm, &run.copies()[vm.index()]) {
            *snapshots.entry(volume).or_default() += bytes;
        }
    }
    let lacks = |(volume, snapshots): (usize, u64)| {
        let free = run.free(volume)?;
        (snapshots > free).then_some(volume)
    };
    snapshots.into_iter().find_map(lacks)
}

/// Bytes that the snapshot of a copy grows to, by volume: what is written meanwhile, at most the disks' size.
pub fn snapshots_of(scenario: &Scenario, vm: Id<Vm>, copy: &Copy) -> BTreeMap<usize, u64> {
    let (Some(begun), Some(copied)) = (copy.begun, copy.copied) else { return BTreeMap::new() };
    let mut found = BTreeMap::new();
    for disk in scenario.vms[vm].disks.iter().filter(|disk| disk.replicate) {
        let horizon = scenario.horizon.0.max(1);
        let written = |at: u64| Writes::of_disk(disk).until(at);
        let until =
            |at: u64| written(horizon).saturating_mul(at / horizon).saturating_add(written(at % horizon));
        let grown = until(copied).saturating_sub(until(begun)).min(disk.size.0);
        *found.entry(disk.volume.index()).or_default() += grown;
    }
    found
}
