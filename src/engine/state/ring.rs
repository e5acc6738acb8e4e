//! The calendar of cuts.

use crate::engine::index::MaybeIndex;
use crate::engine::instant::NEVER;

/// VMs of one interval in order of their ticks.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Ring {
    pub(in crate::engine) interval: u64,
    /// (phase, VM), by phase. Who has left leaves an empty place; there are fewer of them than VMs.
    pub(in crate::engine) entries: Vec<(u64, MaybeIndex)>,
    pub(in crate::engine) present: usize,
    /// The place of the next tick. All VMs before it have ticked in this round, none after it has.
    pub(in crate::engine) position: usize,
    pub(in crate::engine) round: u64,
    /// The tick that these two tell.
    pub(in crate::engine) next: u64,
}

impl Ring {
    /// VMs in order of their phases, at least one, from the start of a round on.
    pub(in crate::engine) fn new(interval: u64, entries: Vec<(u64, MaybeIndex)>, round: u64) -> Ring {
        let next = round + entries[0].0;
        Ring { interval, present: entries.len(), entries, position: 0, round, next }
    }

    /// Its next tick; [`NEVER`] without a VM.
    #[inline]
    pub(in crate::engine) fn next(&self) -> u64 {
        self.next
    }

    /// Goes on to the next VM, from `position` on.
    #[inline]
    pub(in crate::engine) fn turn(&mut self, mut position: usize) {
        if self.present == 0 {
            self.next = NEVER;
            return;
        }
        loop {
            match self.entries.get(position) {
                Some((phase, vm)) if vm.is_some() => {
                    (self.position, self.next) = (position, self.round + phase);
                    return;
                }
                Some(_) => position += 1,
                None => {
                    position = 0;
                    self.round += self.interval;
                }
            }
        }
    }

    /// Takes the next tick; returns its VM.
    pub(in crate::engine) fn pop(&mut self) -> u32 {
        let vm = self.entries[self.position].1.expect("the next tick is a VM's");
        self.turn(self.position + 1);
        vm
    }
}
