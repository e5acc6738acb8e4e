//! The calendar of cuts changes: a VM joins another grid of ticks.

use crate::engine::state::Kernel;
use crate::engine::state::ring::Ring;

impl Ring {
    /// Takes the VM out; returns whether it was in this ring.
    fn remove(&mut self, vm: u32) -> bool {
        let Some(index) = self.entries.iter().position(|(_, other)| *other == vm) else { return false };
        self.entries.remove(index);
        self.turn(self.position - usize::from(index < self.position));
        true
    }

    /// Lets the VM tick at every round + `phase` after `now`, between the ticks that are there.
    fn insert(&mut self, phase: u64, vm: u32, now: u64) {
        // Before others of its phase: they may still have to tick at `now`, and the VM must not. In what order the VMs of
        // one instant are cut does not depend on this.
        let index = self.entries.partition_point(|entry| entry.0 < phase);
        self.entries.insert(index, (phase, vm));
        // All that stand before `position` have ticked in this round.
        let first = next_tick(phase, self.interval, now);
        let is_last = index + 1 == self.entries.len();
        if first < self.round && is_last {
            self.round -= self.interval;
            self.turn(index);
        } else {
            let has_ticked = index < self.position || self.round + phase < first;
            self.turn(self.position + usize::from(has_ticked));
        }
    }
}

/// The first instant phase + k × interval after `now`.
fn next_tick(phase: u64, interval: u64, now: u64) -> u64 {
    match now.checked_sub(phase) {
        None => phase,
        Some(past) => phase + (past / interval + 1) * interval,
    }
}

impl Kernel {
    /// The VM ticks at every start + `phase` + k × `interval` after now, and at no other instant.
    pub(in crate::engine) fn regrid(&mut self, vm: usize, phase: u64, interval: u64) {
        let entry = u32::try_from(vm).expect("fewer than 2^32 VMs");
        for ring in &mut self.rings {
            if ring.remove(entry) {
                break;
            }
        }
        self.rings.retain(|ring| !ring.entries.is_empty());
        let now = self.now;
        match self.rings.iter_mut().find(|ring| ring.interval == interval) {
            Some(ring) => ring.insert(phase, entry, now),
            None => {
                let round = next_tick(phase, interval, now) - phase;
                self.rings.push(Ring::new(interval, vec![(phase, entry)], round));
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

    #[test]
    fn a_vm_that_joins_ticks_from_its_next_instant_on_and_moves_nobody() {
        for now in 0..60 {
            for phase in 0..10 {
                let mut ring = Ring::new(10, vec![(2, 0), (2, 5), (7, 1)], 0);
                let mut expected = run(&mut ring.clone(), 100);
                run(&mut ring, now);
                ring.insert(phase, 3, now);
                let mut ticks = run(&mut ring.clone(), 100);
                expected.retain(|(at, _)| *at >= now);
                expected.extend((0..100).filter(|at| *at > now && at % 10 == phase).map(|at| (at, 3)));
                expected.sort_unstable();
                ticks.sort_unstable();
                assert_eq!(ticks, expected, "now {now}, phase {phase}");
                assert!(ring.remove(3));
                expected.retain(|(_, vm)| *vm != 3);
                assert_eq!(run(&mut ring, 100), expected, "left at {now}, phase {phase}");
            }
        }
    }
}
