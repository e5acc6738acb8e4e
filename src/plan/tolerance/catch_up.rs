//! What follows an outage of all links: how old points become, and when they are as young as they would have been without it.
//!
//! A VM is behind while its newest point is older than the one that the undisturbed run has, for longer than a hundredth of its interval
//! (at least a second) that other company on the links may cost. The fleet has caught up when no VM is behind for an interval.

use std::collections::BTreeSet;

use crate::data_plane::{DataPlane, Notice};
use crate::engine::observer::{Applied, Observer};
use crate::engine::plane::Plane;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::plan::runs::advance;
use crate::plan::runs::steady::steady;
use crate::plan::runs::writes::{Growth, Writes};
use crate::scenario::Scenario;
use crate::units::{MICROS, Ratio, Span, Time};

/// Steps at which an outage may begin.
const STEPS: u64 = 2000;

/// Logs on their way at whose begin and end an outage is tried.
const TRIED: usize = 4;

/// An outage and what follows. Times are µs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatchUp {
    /// How long all links are down.
    pub lasts: Span,
    /// From when.
    pub from: u64,
    /// Bytes written and not at the recovery site when they work again.
    pub backlog: u64,
    /// Oldest newest point from the outage on.
    pub oldest: u64,
    /// From the repair until no VM is behind; `None`: not within the run.
    pub usual: Option<u64>,
    /// VMs that need a resynchronisation, with the rules and the volumes as written.
    pub resyncs: u64,
}

/// Points by VM: (cut, applied), the one that was there first.
struct Points(Vec<Vec<(u64, u64)>>);

impl Points {
    fn of(kernel: &Kernel) -> Points {
        Points((0..kernel.vms()).map(|vm| vec![(kernel.newest(vm), kernel.now())]).collect())
    }
}

impl Observer for Points {
    const CAUSES: bool = false;

    fn applied(&mut self, applied: Applied<'_>) {
        self.0[applied.vm].push((applied.cut, applied.at));
    }

    fn stopped(&mut self, _: usize, _: u64) {}
    fn started(&mut self, _: usize, _: u64, _: u64) {}
    fn cycling(&mut self, _: usize, _: u64, _: bool) {}
    fn regridded(&mut self, _: usize, _: u64, _: u64, _: u64) {}
}

/// A run with an outage of all links, to its end.
struct Struck {
    from: u64,
    backlog: u64,
    points: Points,
}

impl Struck {
    /// The links are down from where replication stands on.
    fn of(alone: &Scenario, before: &Kernel, lasts: Span) -> Struck {
        let (from, links) = (before.now(), alone.topology.links.len());
        let mut plane = Plane { kernel: before.clone(), observer: Points::of(before) };
        set_links(&mut plane, links, None);
        advance(&mut plane, from + lasts.0);
        let backlog = (0..plane.kernel.vms()).map(|vm| plane.kernel.unprotected(vm)).sum();
        set_links(&mut plane, links, Some(Ratio::ONE));
        advance(&mut plane, alone.horizon.0);
        Struck { from, backlog, points: plane.observer }
    }

    /// The oldest newest point of all.
    fn oldest(&self, alone: &Scenario) -> u64 {
        let replicated = alone.vms.entries().filter(|(_, vm)| vm.protection.is_some());
        let all = replicated.map(|(id, _)| &self.points.0[id.index()]);
        all.map(|points| oldest_of(points, alone.horizon.0)).max().unwrap_or(0)
    }

    /// From the repair until no VM is behind `undisturbed`, which is known from the outage on at least; `None`: not within the run.
    fn usual(&self, alone: &Scenario, undisturbed: &Points, lasts: Span) -> Option<u64> {
        let (repaired, horizon) = (self.from + lasts.0, alone.horizon.0);
        let (mut behind, mut interval) = (Vec::new(), 0);
        for (id, vm) in alone.vms.entries() {
            let Some(protection) = &vm.protection else { continue };
            let own = alone.policies[protection.policy].interval.0;
            interval = interval.max(own);
            let (without, points) = (&undisturbed.0[id.index()], &self.points.0[id.index()]);
            behind.extend(stale(without, points, horizon, (own / 100).max(MICROS)));
        }
        end_of(behind, repaired, interval, horizon).map(|at| at - repaired)
    }
}

/// Points from where replication stands to the end of the run.
fn undisturbed(alone: &Scenario, before: &Kernel) -> Points {
    let mut plane = Plane { kernel: before.clone(), observer: Points::of(before) };
    advance(&mut plane, alone.horizon.0);
    plane.observer
}

/// The outage of `lasts`, of those tried, in which points get oldest, and of several such the one after which catching up takes longest; `None`:
/// the run is not twice as long.
///
/// What is written meanwhile decides when, and how far a log has come decides how much of it waits for the one after. Tried are the first
/// instant from which most is written, and in the two intervals after it the begin of those logs that end the oldest points, and the last µs
/// before each is there.
pub fn worst(scenario: &Scenario, lasts: Span) -> Option<CatchUp> {
    let most = most_written(scenario, lasts)?;
    let alone = steady(scenario);
    let mut plane = Plane { kernel: Kernel::new(&alone), observer: () };
    advance(&mut plane, most);
    let undisturbed = undisturbed(&alone, &plane.kernel);
    let mut worst: (u64, Vec<Struck>) = (0, Vec::new());
    for from in std::iter::once(most).chain(on_their_way(&alone, &undisturbed, most, lasts)) {
        advance(&mut plane, from);
        let struck = Struck::of(&alone, &plane.kernel, lasts);
        let oldest = struck.oldest(&alone);
        if oldest > worst.0 {
            worst = (oldest, Vec::new());
        }
        if oldest == worst.0 {
            worst.1.push(struck);
        }
    }
    let all = worst.1.into_iter().map(|struck| (struck.usual(&alone, &undisturbed, lasts), struck));
    let (usual, struck) =
        all.max_by_key(|(usual, struck)| (usual.unwrap_or(u64::MAX), std::cmp::Reverse(struck.from)))?;
    Some(told(scenario, lasts, (worst.0, usual), &struck))
}

fn told(scenario: &Scenario, lasts: Span, (oldest, usual): (u64, Option<u64>), struck: &Struck) -> CatchUp {
    let (from, backlog) = (struck.from, struck.backlog);
    CatchUp { lasts, from, backlog, oldest, usual, resyncs: resyncs(scenario, from, from + lasts.0) }
}

/// Begin, and the last µs before the end, of logs that end the oldest points, in order of time.
fn on_their_way(alone: &Scenario, undisturbed: &Points, from: u64, lasts: Span) -> BTreeSet<u64> {
    let policies = alone.vms.iter().filter_map(|vm| Some(&alone.policies[vm.protection.as_ref()?.policy]));
    let longest = policies.map(|policy| policy.interval.0).max().unwrap_or(0);
    let until = from.saturating_add(2 * longest).min(alone.horizon.0.saturating_sub(2 * lasts.0)).max(from);
    let logs = undisturbed.0.iter().flat_map(|points| points.windows(2)).filter(|pair| pair[1].1 <= until);
    let mut logs: Vec<(u64, (u64, u64))> = logs.map(|pair| (pair[1].1 - pair[0].0, pair[1])).collect();
    logs.sort_unstable_by_key(|(age, (_, at))| (std::cmp::Reverse(*age), *at));
    let both = logs.into_iter().take(TRIED).flat_map(|(_, (cut, at))| [cut, at.saturating_sub(1)]);
    both.filter(|at| *at > from).collect()
}

fn oldest_of(points: &[(u64, u64)], horizon: u64) -> u64 {
    let ages = points.windows(2).map(|pair| pair[1].1 - pair[0].0);
    let last = points.last().map_or(0, |(cut, _)| horizon.saturating_sub(*cut));
    ages.chain([last]).max().unwrap_or(0)
}

/// When most bytes are written within `lasts`, the first such instant; `None`: the run is not twice as long.
fn most_written(scenario: &Scenario, lasts: Span) -> Option<u64> {
    let horizon = scenario.horizon.0;
    let step = (horizon / STEPS).max(1);
    let mut fleet: Vec<Writes> =
        scenario.vms.iter().filter(|vm| vm.protection.is_some()).map(Writes::of).collect();
    let growth =
        Growth::new(0, step, horizon, |at| fleet.iter_mut().map(|writes| writes.until(at)).sum::<u64>());
    let starts = (0..STEPS).map(|index| index * step).take_while(|from| from + 2 * lasts.0 <= horizon);
    starts.max_by_key(|from| (growth.between(*from, from + lasts.0), std::cmp::Reverse(*from)))
}

fn set_links<O: Observer>(plane: &mut Plane<O>, links: usize, share: Option<Ratio>) {
    (0..links).for_each(|link| plane.set_link(Id::new(link), share));
}

/// All links are down from `from` on.
pub fn catch_up(scenario: &Scenario, from: u64, lasts: Span) -> CatchUp {
    let alone = steady(scenario);
    let mut before = Plane { kernel: Kernel::new(&alone), observer: () };
    advance(&mut before, from);
    let struck = Struck::of(&alone, &before.kernel, lasts);
    let usual = struck.usual(&alone, &undisturbed(&alone, &before.kernel), lasts);
    told(scenario, lasts, (struck.oldest(&alone), usual), &struck)
}

/// While `points` were older than what `undisturbed` had: from (with `slack`), until.
fn stale(undisturbed: &[(u64, u64)], points: &[(u64, u64)], horizon: u64, slack: u64) -> Vec<(u64, u64)> {
    let mut newer = undisturbed.iter().copied().peekable();
    let ends = points.iter().skip(1).map(|(_, at)| *at).chain([horizon]);
    let mut found = Vec::new();
    for ((cut, _), until) in points.iter().zip(ends) {
        while newer.next_if(|(other, _)| other <= cut).is_some() {}
        let Some((_, at)) = newer.peek() else { break };
        if at + slack < until {
            found.push((*at, until));
        }
    }
    found
}

/// The first instant from `from` on that no stretch covers, nor any within `gap` after it.
fn end_of(mut stretches: Vec<(u64, u64)>, from: u64, gap: u64, horizon: u64) -> Option<u64> {
    stretches.sort_unstable();
    let mut end = from;
    for (since, until) in stretches {
        if since > end + gap {
            break;
        }
        end = end.max(until);
    }
    (end < horizon).then_some(end)
}

/// VMs that need a resynchronisation between the outage and the end of the run.
fn resyncs(scenario: &Scenario, from: u64, repaired: u64) -> u64 {
    let mut ruled = steady(scenario);
    ruled.policies = scenario.policies.clone();
    ruled.topology.volumes = scenario.topology.volumes.clone();
    let links = ruled.topology.links.len();
    let mut plane = Plane { kernel: Kernel::new(&ruled), observer: () };
    advance(&mut plane, from);
    set_links(&mut plane, links, None);
    let mut vms = BTreeSet::new();
    for (to, next) in [(repaired, Some(Ratio::ONE)), (ruled.horizon.0, None)] {
        while plane.advance(Time(to)) < Time(to) || plane.kernel.now() < to {
            vms.extend(std::iter::from_fn(|| plane.notice()).filter_map(required));
        }
        vms.extend(std::iter::from_fn(|| plane.notice()).filter_map(required));
        if next.is_some() {
            set_links(&mut plane, links, next);
        }
    }
    vms.len() as u64
}

fn required(notice: Notice) -> Option<usize> {
    match notice {
        Notice::ResyncRequired(vm, _) => Some(vm.index()),
        Notice::CopyDone(_) | Notice::Synchronized(_) | Notice::Migrated(_) | Notice::MigrationFailed(_) => {
            None
        }
    }
}
