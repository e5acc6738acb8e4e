//! The calendar of cuts changes: a VM joins another grid of ticks, rests, or goes on.
//!
//! Only a VM whose writes are logged has something to do at its ticks. The others rest: they stand in no ring, and where their ticks
//! count as expected cycles they are counted when somebody asks.

use crate::engine::index::{MaybeIndex, small};
use crate::engine::state::life::{Grid, Rest};
use crate::engine::state::ring::Ring;
use crate::engine::state::{Kernel, Tracking};

impl Ring {
    /// Takes a VM out; returns its next tick.
    fn remove(&mut self, phase: u64, row: u32) -> u64 {
        let first = self.entries.partition_point(|entry| entry.0 < phase);
        let place = self.entries[first..].iter().position(|entry| entry.1.get() == Some(row));
        let place = first + place.expect("who ticks stands in the ring of its interval");
        let rounds = if place < self.position { self.interval } else { 0 };
        let next = self.round + rounds + phase;
        self.entries[place].1 = MaybeIndex::NONE;
        self.present -= 1;
        if place == self.position {
            self.turn(place);
        }
        if 2 * self.present < self.entries.len() {
            self.close_up();
        }
        next
    }

    fn close_up(&mut self) {
        let is_there = |entry: &(u64, MaybeIndex)| entry.1.is_some();
        self.position = self.entries[..self.position].iter().filter(|entry| is_there(entry)).count();
        self.entries.retain(is_there);
    }

    /// Lets the VM tick at `first`, its first tick that is not past, and every interval after.
    fn insert(&mut self, row: u32, first: u64) {
        let phase = first % self.interval;
        // Before others of its phase: they may still have to tick now, and the VM perhaps not. In what order the VMs of one instant are cut
        // does not depend on this.
        let place = self.entries.partition_point(|entry| entry.0 < phase);
        match self.entries.get_mut(place) {
            Some((own, empty)) if *own == phase && empty.is_none() => *empty = row.into(),
            Some(_) | None => {
                self.entries.insert(place, (phase, row.into()));
                self.position += usize::from(place <= self.position);
            }
        }
        self.present += 1;
        // Between this tick and the one that was next nobody ticks.
        let at = (first - phase, place);
        if at < (self.round, self.position) {
            (self.round, self.position) = at;
            self.next = first;
        }
    }
}

impl Grid {
    /// The first tick after `now`.
    fn after(&self, now: u64) -> u64 {
        match now.checked_sub(self.phase) {
            None => self.phase,
            Some(past) => self.phase + (past / self.interval + 1) * self.interval,
        }
    }
}

impl Rest {
    /// How many ticks there are from its next one to before `until`.
    fn ticks(self, interval: u64, until: u64) -> u64 {
        until.saturating_sub(self.next).div_ceil(interval)
    }
}

impl Kernel {
    /// The first instant whose ticks are not past.
    fn ticks_past(&self) -> u64 {
        self.ticked.max(self.now)
    }

    /// Ticks of a VM that rests, which count and are not in its tally.
    pub(in crate::engine) fn rested_ticks(&self, row: usize) -> u64 {
        let Some(Grid { interval, rest: Some(rest), .. }) = self.lives[row].grid else { return 0 };
        if rest.counts { rest.ticks(interval, self.ticks_past()) } else { 0 }
    }

    /// The last tick of a VM that rests, if it has ticked.
    pub(in crate::engine) fn rested_last(&self, row: usize) -> Option<u64> {
        let Some(Grid { interval, rest: Some(rest), .. }) = self.lives[row].grid else { return None };
        (rest.next + rest.ticks(interval, self.ticks_past()) * interval).checked_sub(interval)
    }

    /// The VM's ticks are at every start + `phase` + k × `interval` after now, and at no other instant. [`Kernel::tick_or_rest`] follows.
    pub(in crate::engine) fn regrid(&mut self, row: usize, phase: u64, interval: u64) {
        self.rest(row);
        let mut grid = Grid { phase, interval, rest: None };
        grid.rest = Some(Rest { next: grid.after(self.now), counts: false });
        self.lives[row].grid = Some(grid);
    }

    /// Takes the VM out of its ring, if it is in one, and counts its ticks up to now.
    fn rest(&mut self, row: usize) {
        self.replicas[row].tally.ticks += self.rested_ticks(row);
        let until = self.ticks_past();
        let Some(Grid { phase, interval, rest }) = &mut self.lives[row].grid else { return };
        if let Some(rest) = rest {
            rest.next += rest.ticks(*interval, until) * *interval;
            return;
        }
        let ring = self.rings.iter_mut().find(|ring| ring.interval == *interval);
        let next = ring.expect("who does not rest is in a ring").remove(*phase, small(row));
        *rest = Some(Rest { next, counts: false });
        self.rings.retain(|ring| ring.present > 0);
    }

    /// The VM's ticks go on in a ring, or are counted at most, as its tracking is now.
    pub(in crate::engine) fn tick_or_rest(&mut self, row: usize) {
        let tracking = self.replicas[row].tracking;
        let ticks = matches!(tracking, Tracking::On | Tracking::Quiet);
        if ticks && self.lives[row].grid.is_some_and(|grid| grid.rest.is_none()) {
            return;
        }
        self.rest(row);
        let life = &mut self.lives[row];
        let counts = tracking == Tracking::Off && life.told.cycling;
        let Some(Grid { interval, rest, .. }) = &mut life.grid else { return };
        match rest {
            Some(rest) if !ticks => rest.counts = counts,
            rest => {
                let first = rest.take().expect("it rests").next;
                let interval = *interval;
                self.join(interval, small(row), first);
            }
        }
    }

    /// Puts a VM into the ring of its interval.
    fn join(&mut self, interval: u64, row: u32, first: u64) {
        match self.rings.iter_mut().find(|ring| ring.interval == interval) {
            Some(ring) => ring.insert(row, first),
            None => {
                let phase = first % interval;
                self.rings.push(Ring::new(interval, vec![(phase, row.into())], first - phase));
                self.rings.sort_by_key(|ring| ring.interval);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ticks of a ring up to `to`, in order, and the ring then.
    fn run(ring: &mut Ring, to: u64) -> Vec<(u64, u32)> {
        let mut ticks = Vec::new();
        while ring.next() < to {
            ticks.push((ring.next(), ring.pop()));
        }
        ticks
    }

    /// A ring of VMs with these phases, a round of which takes 10.
    fn ring(phases: &[u64]) -> Ring {
        let entries = phases.iter().zip(0..).map(|(phase, vm): (_, u32)| (*phase, vm.into())).collect();
        Ring::new(10, entries, 0)
    }

    fn sorted(mut ticks: Vec<(u64, u32)>) -> Vec<(u64, u32)> {
        ticks.sort_unstable();
        ticks
    }

    #[test]
    fn a_vm_that_joins_ticks_from_its_next_instant_on_and_moves_nobody() {
        // Before the ticks of an instant, a VM may join for that very instant; after them, for the next round.
        for (now, phase, are_past) in (0..60).flat_map(|now| (0..20).map(move |it| (now, it % 10, it >= 10)))
        {
            let mut ring = ring(&[2, 2, 7]);
            let mut expected = run(&mut ring.clone(), 100);
            let from = now + u64::from(are_past);
            run(&mut ring, from);
            let first = (from..).find(|at| at % 10 == phase).unwrap();
            ring.insert(3, first);
            expected.retain(|(at, _)| *at >= from);
            let with = [expected.clone(), (first..100).step_by(10).map(|at| (at, 3)).collect()].concat();
            let context = format!("now {now}, phase {phase}, {are_past}");
            assert_eq!(sorted(run(&mut ring.clone(), 100)), sorted(with), "{context}");
            assert_eq!(ring.remove(phase, 3), first, "{context}");
            assert_eq!(run(&mut ring, 100), expected, "left, {context}");
        }
    }

    #[test]
    fn whoever_leaves_and_comes_back_ticks_as_if_it_had_stayed() {
        let phases: Vec<u64> = (0..12)
            .map(|vm| vm * vm % 10)
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .flat_map(|it| [it, it])
            .collect();
        let mut random = 1_u64;
        for _ in 0..200 {
            let mut ring = ring(&phases);
            let mut away: Vec<Option<u64>> = vec![None; phases.len()];
            let mut now = 0_u64;
            while now < 300 {
                random =
                    random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let vm = usize::try_from(random >> 33).unwrap() % phases.len();
                let id = u32::try_from(vm).unwrap();
                let present = away.iter().filter(|it| it.is_none()).count();
                match away[vm] {
                    Some(next) => {
                        ring.insert(id, next + now.saturating_sub(next).div_ceil(10) * 10);
                        away[vm] = None;
                    }
                    None if present > 1 => away[vm] = Some(ring.remove(phases[vm], id)),
                    None => {}
                }
                let to = now + (random >> 50) % 8;
                let due = (now..to).flat_map(|at| (0..phases.len()).map(move |vm| (at, vm)));
                let due = due.filter(|(at, vm)| away[*vm].is_none() && at % 10 == phases[*vm]);
                let expected: Vec<(u64, u32)> =
                    due.map(|(at, vm)| (at, u32::try_from(vm).unwrap())).collect();
                assert_eq!(sorted(run(&mut ring, to)), expected, "from {now} to {to}");
                now = to;
            }
        }
    }
}
