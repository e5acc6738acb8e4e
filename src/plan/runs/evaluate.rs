//! What a link's rate does to the fleet's age, asked again and again at different rates.
//!
//! The run is kept in parts that begin where replication was quiet at some rate ([`Kernel::is_quiet`]). Where at a lower rate nothing was
//! late in a part, and each tick found the log before applied, the same logs are cut at a higher rate, and none is done later: it is
//! not run again, and is quiet at its end too. Other parts are run, and split further by it. This is sharing by processor at work (of
//! the same jobs, served faster, none is done later), and it is true where nothing but the link makes logs wait
//! ([`Evaluator::is_alone`]). Beside send slots, cards or limits of applying it is not: what
//! arrives sooner may come in front of others there, and a faster link is now and then late where a slower one was not (seldom: 3
//! outcomes of 5,752 random ones). Parts then only say where to look: [`crate::plan::search`] confirms what it answers by
//! [`Evaluator::exact`], which runs everything.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use crate::engine::kernel::{FIXED_BYTES, VM_BYTES};
use crate::engine::observer::Observer;
use crate::engine::plane::Plane;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::topology::Link;
use crate::units::Rate;

use super::advance::{LOOKS, advance, run_to_quiet};
use super::alone;
use super::fleet::{Above, AgesSeen, Fleet};
use super::lasting::{After, Period, after, soon_after, together, watch};
use super::parts::{Done, Part};
use crate::plan::rates::carries_from;

/// Memory for the starts of parts, in bytes: there are fewer parts where a fleet is larger.
pub const PARTS_BYTES: usize = 256 << 20;

/// Most parts of a run.
pub const PARTS_MAX: usize = 512;

/// A rate's outcome for one objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateOutcome {
    /// Nominal rate of the link, B/s.
    pub rate: u64,
    /// When the objective did not hold.
    pub above: Above,
    /// Worst age and its instant, µs: exact if it is above the objective, else of what had to be run.
    pub worst: (u64, u64),
    /// Whether the link carries in the time of the run what it is asked in that time. If not, no objective holds in the long run.
    pub is_enough: bool,
}

impl RateOutcome {
    /// Whether the objective does not hold for at most `budget` µs of the run, and for the workload going on.
    pub fn holds(&self, budget: u64) -> bool {
        self.is_enough && self.above.total <= budget
    }
}

/// Evaluates rates of one link over a steady scenario.
pub struct Evaluator {
    steady: Scenario,
    link: Id<Link>,
    allowed: Arc<[Option<u64>]>,
    objectives: Vec<u64>,
    /// In order of time, without gaps.
    parts: Vec<Part>,
    parts_max: usize,
    horizon: u64,
    /// The least rate at which the link carries what it is asked, B/s.
    pub carries_from: u64,
    /// µs of simulated time so far.
    pub simulated: u128,
}

impl Evaluator {
    /// For objectives in µs, ascending, on top of what each VM is allowed; `None`: it does not count.
    pub fn new(
        steady: Scenario,
        link: Id<Link>,
        allowed: Arc<[Option<u64>]>,
        objectives: Vec<u64>,
    ) -> Evaluator {
        let horizon = steady.horizon.0;
        let carries_from = carries_from(&steady, link).unwrap_or(u64::MAX);
        let start = Kernel::new(&steady);
        let room = PARTS_BYTES / (FIXED_BYTES + VM_BYTES * steady.vms.len());
        let clear_from = vec![u64::MAX; objectives.len()];
        let whole = Part { start, quiet_from: 0, clear_from, seen: BTreeMap::new() };
        Evaluator {
            steady,
            link,
            allowed,
            objectives,
            parts: vec![whole],
            parts_max: room.clamp(1, PARTS_MAX),
            horizon,
            carries_from,
            simulated: 0,
        }
    }

    /// In µs, ascending.
    pub fn objectives(&self) -> &[u64] {
        &self.objectives
    }

    /// The kernel at its start, with the link at `rate`.
    fn kernel(&self, rate: u64) -> Kernel {
        let mut kernel = Kernel::new(&self.steady);
        kernel.set_link_rate(self.link, [Rate(rate); 2]);
        kernel
    }

    /// Everything at `rate`, seen by the fleet's age and by whoever else looks; and whether nothing is on its way at the end.
    pub fn whole<O: Observer>(&mut self, rate: u64, beside: O) -> (AgesSeen, O, bool) {
        let kernel = self.kernel(rate);
        let fleet = Fleet::of(&kernel, &self.allowed, &self.objectives);
        let mut plane = Plane { kernel, observer: (fleet, beside) };
        advance(&mut plane, self.horizon);
        self.simulated += u128::from(self.horizon);
        let (mut fleet, beside) = plane.observer;
        (fleet.take(self.horizon), beside, plane.kernel.is_quiet())
    }

    /// Everything at `rate`: its outcome for every objective.
    pub fn exact(&mut self, rate: u64) -> Vec<RateOutcome> {
        let (seen, (), _) = self.whole(rate, ());
        self.told(rate, &seen)
    }

    /// What a whole run at `rate` has told of every objective.
    pub(in crate::plan) fn told(&self, rate: u64, seen: &AgesSeen) -> Vec<RateOutcome> {
        seen.above.iter().map(|above| self.outcome(rate, *above, seen.worst)).collect()
    }

    /// The same for the workload going on.
    pub fn lasting(&mut self, rate: u64) -> Vec<RateOutcome> {
        let (seen, after) = self.whole_and_after(rate);
        let outcomes = self.told(rate, &seen).into_iter().enumerate();
        outcomes.map(|(objective, it)| self.going_on(objective, it, &after)).collect()
    }

    /// What comes after the end of the run at `rate`, in which no VM that counts was older than `oldest`, µs; only where [`Self::is_alone`]. It
    /// tells of an objective, and of others as far as no more has to be run.
    pub(in crate::plan) fn after(&mut self, rate: u64, objective: usize, oldest: u64) -> After {
        let last = self.parts.iter().rev().find(|part| part.quiet_from <= rate);
        let mut kernel = last.expect("the first part begins quiet at any rate").start.clone();
        kernel.set_link_rate(self.link, [Rate(rate); 2]);
        self.simulated += u128::from(self.horizon - kernel.now());
        let mut end = self.watched(kernel);
        advance(&mut end, self.horizon);
        if end.kernel.is_quiet() {
            return After::as_before();
        }
        end.observer.take(self.horizon);
        let mut begin = self.watched(self.kernel(rate));
        let count = self.objectives.len();
        let (soon, simulated) = soon_after((&mut begin, &mut end), oldest, self.period(), count);
        self.simulated += u128::from(simulated);
        soon.filter(|after| after.tells(objective)).unwrap_or_else(|| self.whole_and_after(rate).1)
    }

    fn period(&self) -> Period {
        Period { length: self.horizon, allowed: self.allowed.iter().flatten().copied().max().unwrap_or(0) }
    }

    /// A run under way, with the fleet's age.
    fn watched(&self, kernel: Kernel) -> Plane<Fleet> {
        let observer = Fleet::of(&kernel, &self.allowed, &self.objectives);
        Plane { kernel, observer }
    }

    fn whole_and_after(&mut self, rate: u64) -> (AgesSeen, After) {
        let mut plane = self.watched(self.kernel(rate));
        let looks = watch(&mut plane, self.horizon, |_, _| true);
        let count = self.objectives.len();
        let seen = together(&looks, count);
        let after = after(&mut plane, self.period(), looks, count);
        self.simulated += u128::from(self.horizon + after.simulated);
        (seen, after)
    }

    /// An outcome of the run, for the workload going on.
    pub(in crate::plan) fn going_on(
        &self,
        objective: usize,
        outcome: RateOutcome,
        after: &After,
    ) -> RateOutcome {
        let above = after.on(objective, outcome.above, self.horizon);
        RateOutcome { above, worst: after.worse(outcome.worst), ..outcome }
    }

    fn outcome(&self, rate: u64, above: Above, worst: (u64, u64)) -> RateOutcome {
        RateOutcome { rate, above, worst, is_enough: rate >= self.carries_from }
    }

    /// Whether at a higher rate nothing is ever done later: then whatever holds at a rate holds at every higher one.
    pub fn is_ordered(&self) -> bool {
        alone::is_ordered(&self.steady)
    }

    /// Whether nothing but the link makes logs wait, so that parts are exact. A throttle of the link is the link.
    pub fn is_alone(&self) -> bool {
        alone::is_alone(&self.steady)
    }

    /// By parts, the outcomes of `rate`: of one objective, and of others that are known without running more.
    pub fn outcomes(&mut self, rate: u64, objective: usize) -> Vec<Option<RateOutcome>> {
        let (above, worst) = self.go_through(rate, objective, |_, _| false);
        above.into_iter().map(|above| above.map(|above| self.outcome(rate, above, worst))).collect()
    }

    /// By parts, whether an objective does not hold at `rate` for at most `budget` µs of the run: no more is run than tells.
    pub fn holds(&mut self, rate: u64, objective: usize, budget: u64) -> bool {
        let is_told = |total: u64, left: u64| total > budget || total + left <= budget;
        let (above, _) = self.go_through(rate, objective, is_told);
        rate >= self.carries_from && above[objective].is_some_and(|above| above.total <= budget)
    }

    /// What parts tell of `rate`: how long objectives do not hold, and the worst age that had to be run. It stops when `is_told` says so of how
    /// long the one did not hold so far, and how long the parts are that are to be run, µs.
    fn go_through(
        &mut self,
        rate: u64,
        objective: usize,
        is_told: impl Fn(u64, u64) -> bool,
    ) -> (Vec<Option<Above>>, (u64, u64)) {
        let count = self.objectives.len();
        let (mut above, mut worst) = (vec![Some(Above::default()); count], (0, 0));
        let mut carried: Option<Plane<Fleet>> = None;
        let mut index = 0;
        while index < self.parts.len() {
            let until = self.group_end(index, rate);
            let (parts, from, to) = (&self.parts[index..until], self.begin_of(index), self.begin_of(until));
            let is_clear = |objective: usize| parts.iter().all(|part| part.clear_from[objective] <= rate);
            let known = parts[0].seen.get(&rate).filter(|_| carried.is_none());
            let is_at_rest = known.is_none() && carried.is_none();
            if is_at_rest && is_clear(objective) {
                for (objective, above) in above.iter_mut().enumerate() {
                    let clear = is_clear(objective).then(|| Above::clear(to - from));
                    *above = above.take().zip(clear).map(|(above, clear)| above.then(clear));
                }
                index = until;
                continue;
            }
            let total = above[objective].map_or(0, |above| above.total);
            if is_at_rest && is_told(total, self.left_to_run(index, rate, objective)) {
                break;
            }
            let (seen, parts) = match known {
                Some(seen) => (seen.clone(), until - index),
                None => self.run(rate, index..until, &mut carried),
            };
            index += parts;
            let sum =
                |(above, seen): (&mut Option<Above>, &Above)| *above = above.map(|above| above.then(*seen));
            above.iter_mut().zip(&seen.above).for_each(sum);
            worst = if seen.worst.0 > worst.0 { seen.worst } else { worst };
        }
        (above, worst)
    }

    /// Length of the parts from `index` on of which it is not known that an objective holds throughout, µs.
    fn left_to_run(&self, index: usize, rate: u64, objective: usize) -> u64 {
        let unclear = (index..self.parts.len()).filter(|part| self.parts[*part].clear_from[objective] > rate);
        unclear.map(|part| self.begin_of(part + 1) - self.begin_of(part)).sum()
    }

    /// The first part after `index` that does not go with it at `rate`.
    fn group_end(&self, index: usize, rate: u64) -> usize {
        let starts = |part: &usize| self.parts[*part].quiet_from <= rate;
        (index + 1..self.parts.len()).find(starts).unwrap_or(self.parts.len())
    }

    /// When a part begins; the horizon, after the last.
    fn begin_of(&self, index: usize) -> u64 {
        self.parts.get(index).map_or(self.horizon, |part| part.start.now())
    }

    /// Runs parts that go together at `rate`, and splits them where it is quiet. Returns what was seen of all of them, and how many they
    /// are now. Where it is not quiet at the end, although it was at a lower rate, another limit than the link is at work: then the
    /// next parts go on from there, `carried`.
    fn run(
        &mut self,
        rate: u64,
        range: Range<usize>,
        carried: &mut Option<Plane<Fleet>>,
    ) -> (AgesSeen, usize) {
        let to = self.begin_of(range.end);
        let length = (self.horizon / LOOKS).max(1);
        let mut old: VecDeque<Part> = self.parts.drain(range.clone()).collect();
        let first = old.pop_front().expect("a range of parts");
        let begins_quiet = carried.is_none();
        let mut plane = carried.take().unwrap_or_else(|| {
            let mut kernel = first.start.clone();
            kernel.set_link_rate(self.link, [Rate(rate); 2]);
            self.watched(kernel)
        });
        self.simulated += u128::from(to - plane.kernel.now());
        let missed = plane.kernel.ticks_missed();
        let mut done = Done::new(rate, first, self.objectives.len(), missed, begins_quiet);
        while plane.kernel.now() < to {
            let edge = old.front().map_or(to, |part| part.start.now());
            let from = plane.kernel.now();
            let is_quiet = run_to_quiet(&mut plane, from + length, edge, self.horizon);
            let now = plane.kernel.now();
            done.saw(plane.observer.take(now), plane.kernel.ticks_missed());
            if now < edge && self.parts.len() + old.len() + done.parts.len() < self.parts_max {
                done.split = Some(plane.kernel.clone());
            } else if now == edge
                && let Some(part) = old.pop_front()
            {
                done.reached(part, is_quiet);
            }
        }
        let ends_quiet = to == self.horizon || plane.kernel.is_quiet();
        let (parts, seen) = done.finish(ends_quiet);
        let count = parts.len();
        self.parts.splice(range.start..range.start, parts);
        if !ends_quiet {
            *carried = Some(plane);
        }
        (seen, count)
    }
}
