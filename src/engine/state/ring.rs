//! The calendar of cuts.

use crate::engine::instant::NEVER;

/// VMs of one interval in order of their ticks.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Ring {
    pub(in crate::engine) interval: u64,
    /// (phase, VM), by phase.
    pub(in crate::engine) entries: Vec<(u64, u32)>,
    pub(in crate::engine) position: usize,
    pub(in crate::engine) round: u64,
    /// The tick that these two tell.
    next: u64,
}

impl Ring {
    /// Ticks from `round` on of VMs in order of their phases, at least one.
    pub(in crate::engine) fn new(interval: u64, entries: Vec<(u64, u32)>, round: u64) -> Ring {
        let next = round + entries[0].0;
        Ring { interval, entries, position: 0, round, next }
    }

    /// Its next tick; [`NEVER`] without a VM.
    #[inline]
    pub(in crate::engine) fn next(&self) -> u64 {
        self.next
    }

    /// Goes on to the tick at `position`, or to the next round after the last.
    pub(in crate::engine) fn turn(&mut self, position: usize) {
        self.position = position;
        if self.position == self.entries.len() {
            self.position = 0;
            self.round += self.interval;
        }
        self.next = self.entries.get(self.position).map_or(NEVER, |(phase, _)| self.round + phase);
    }

    /// Takes the next tick; returns its VM.
    pub(in crate::engine) fn pop(&mut self) -> u32 {
        let vm = self.entries[self.position].1;
        self.turn(self.position + 1);
        vm
    }
}
