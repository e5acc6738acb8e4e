//! Parts of a run, and how they are split further while they are run again.

use std::collections::BTreeMap;

use super::fleet::AgesSeen;
use crate::engine::state::Kernel;

/// A part of the run, up to where the next begins.
pub(in crate::plan) struct Part {
    pub(in crate::plan) start: Kernel,
    /// The least rate at which replication is known to be quiet at its start. At a lower one it goes with the part before.
    pub(in crate::plan) quiet_from: u64,
    /// By objective: the least rate at which it is known to hold throughout, while each tick finds the log before applied. At a higher
    /// rate the same logs are cut, and none is done later.
    pub(in crate::plan) clear_from: Vec<u64>,
    /// By rate: what was seen of it and of the parts that go with it then.
    pub(in crate::plan) seen: BTreeMap<u64, AgesSeen>,
}

impl Part {
    /// It was seen at `rate`, without the parts that go with it.
    fn cleared(&mut self, rate: u64, seen: &AgesSeen) {
        for (clear, above) in self.clear_from.iter_mut().zip(&seen.above) {
            if above.total == 0 {
                *clear = (*clear).min(rate);
            }
        }
    }
}

/// Parts that have been run at a rate, the last of them under way.
pub(in crate::plan) struct Done {
    rate: u64,
    pub(in crate::plan) parts: Vec<Part>,
    /// The part that the last goes with.
    head: usize,
    /// Of the last part, of those before it since the head, and of all since the head.
    of_last: AgesSeen,
    of_parts: Vec<AgesSeen>,
    of_group: AgesSeen,
    /// Of all.
    of_all: AgesSeen,
    /// Ticks missed when it was last looked at, and when the group began; `None`: it began where it was not quiet.
    missed: u64,
    missed_before: Option<u64>,
    /// Whether the last part had none missed so far.
    is_calm: bool,
    /// A quiet instant at which the last part may be split, once it is known what follows.
    pub(in crate::plan) split: Option<Kernel>,
}

impl Done {
    /// `missed`: ticks that were before. Where it does not begin quiet, nothing is learnt of its first group for another time.
    pub(in crate::plan) fn new(
        rate: u64,
        first: Part,
        objectives: usize,
        missed: u64,
        is_quiet: bool,
    ) -> Done {
        let nothing = AgesSeen::nothing(objectives);
        Done {
            rate,
            parts: vec![first],
            head: 0,
            of_last: nothing.clone(),
            of_parts: Vec::new(),
            of_group: nothing.clone(),
            of_all: nothing,
            missed,
            missed_before: is_quiet.then_some(missed),
            is_calm: true,
            split: None,
        }
    }

    /// What was seen since the last time, and how many ticks are missed by now. Two stretches of which nothing need be run again
    /// need no split between them.
    pub(in crate::plan) fn saw(&mut self, seen: AgesSeen, missed: u64) {
        let was_done = self.is_calm && self.of_last.is_clear();
        let is_calm = missed == self.missed;
        let split = self.split.take().filter(|_| !(was_done && is_calm && seen.is_clear()));
        if let Some(start) = split {
            let clear_from = self.parts[self.parts.len() - 1].clear_from.clone();
            let part = Part { start, quiet_from: u64::MAX, clear_from, seen: BTreeMap::new() };
            self.reached(part, true);
        }
        for sum in [&mut self.of_last, &mut self.of_group, &mut self.of_all] {
            sum.add(&seen);
        }
        (self.missed, self.is_calm) = (missed, self.is_calm && is_calm);
    }

    /// Another part begins.
    pub(in crate::plan) fn reached(&mut self, mut part: Part, is_quiet: bool) {
        self.close_last();
        if is_quiet && part.quiet_from > self.rate {
            // From this rate on what was seen of the parts before reached too far.
            let stale = self.rate..part.quiet_from;
            self.parts[self.head..]
                .iter_mut()
                .for_each(|part| part.seen.retain(|rate, _| !stale.contains(rate)));
            part.quiet_from = self.rate;
        }
        if is_quiet {
            self.close_group();
            self.head = self.parts.len();
        }
        self.is_calm = true;
        self.parts.push(part);
    }

    fn close_last(&mut self) {
        let nothing = AgesSeen::nothing(self.of_last.above.len());
        self.of_parts.push(std::mem::replace(&mut self.of_last, nothing));
    }

    fn close_group(&mut self) {
        let nothing = AgesSeen::nothing(self.of_group.above.len());
        let seen = std::mem::replace(&mut self.of_group, nothing);
        let of_parts = std::mem::take(&mut self.of_parts);
        let Some(missed) = self.missed_before.replace(self.missed) else { return };
        let group = &mut self.parts[self.head..];
        group[0].seen.insert(self.rate, seen);
        if missed == self.missed {
            group.iter_mut().zip(&of_parts).for_each(|(part, seen)| part.cleared(self.rate, seen));
        }
    }

    /// The parts, and what was seen of them. Where it does not end quiet, nothing is learnt of the last group for another time.
    pub(in crate::plan) fn finish(mut self, is_quiet: bool) -> (Vec<Part>, AgesSeen) {
        self.close_last();
        if is_quiet {
            self.close_group();
        }
        (self.parts, self.of_all)
    }
}
