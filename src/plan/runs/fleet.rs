//! The age of a whole fleet, the largest of its VMs' ages at each instant, against several objectives at once.
//!
//! An objective holds at an instant if no VM's newest recovery point is older. Where each VM is allowed an age of its own, its age counts
//! from there on: the fleet's is how much any is past its own. The stretches in which an objective does not hold add up exactly,
//! whatever the edges a run is cut at.

use std::sync::Arc;

use crate::engine::instant::NEVER;
use crate::engine::min_tree::MinTree;
use crate::engine::observer::{Applied, Observer};
use crate::engine::state::Kernel;
use crate::measure::distribution::Distribution;

/// Stretches of time above an objective, within a while. Times are µs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Above {
    /// The while.
    span: u64,
    /// All of them.
    pub total: u64,
    /// How many.
    pub count: u64,
    /// The longest.
    pub longest: u64,
    /// The one that touches the start; 0: none does.
    head: u64,
    /// The one that touches the end; 0: none does.
    tail: u64,
}

impl Above {
    /// A while without any.
    pub(in crate::plan) fn clear(span: u64) -> Above {
        Above { span, ..Above::default() }
    }

    /// One from end to end.
    pub(in crate::plan) fn full(span: u64) -> Above {
        Above { span, total: span, count: u64::from(span > 0), longest: span, head: span, tail: span }
    }

    /// These, then those: a stretch that touches both sides of the edge is one.
    #[must_use]
    pub fn then(self, next: Above) -> Above {
        let joined = if self.tail > 0 && next.head > 0 { self.tail + next.head } else { 0 };
        Above {
            span: self.span + next.span,
            total: self.total + next.total,
            count: self.count + next.count - u64::from(joined > 0),
            longest: self.longest.max(next.longest).max(joined),
            head: if self.total == self.span { self.head + next.head } else { self.head },
            tail: if next.total == next.span { self.tail + next.tail } else { next.tail },
        }
    }
}

/// What was seen of a fleet in a part of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgesSeen {
    /// By objective.
    pub above: Vec<Above>,
    /// The worst age, and when it was first reached. µs.
    pub worst: (u64, u64),
}

impl AgesSeen {
    /// Nothing yet.
    pub fn nothing(objectives: usize) -> AgesSeen {
        AgesSeen { above: vec![Above::default(); objectives], worst: (0, 0) }
    }

    /// Whether every objective held throughout.
    pub(in crate::plan) fn is_clear(&self) -> bool {
        self.above.iter().all(|above| above.total == 0)
    }

    /// What follows on it.
    pub(in crate::plan) fn add(&mut self, next: &AgesSeen) {
        for (above, next) in self.above.iter_mut().zip(&next.above) {
            *above = above.then(*next);
        }
        if next.worst.0 > self.worst.0 {
            self.worst = next.worst;
        }
    }
}

/// Watches the ages of the fleet's oldest newest point.
#[derive(Clone, Debug)]
pub struct Fleet {
    objectives: Vec<u64>,
    /// By VM: the instant from which its age counts, its newest cut and what it is allowed.
    cuts: MinTree,
    allowed: Arc<[Option<u64>]>,
    since: u64,
    seen: AgesSeen,
    ages: Option<Distribution>,
}

impl Fleet {
    /// The VMs of `kernel` that are allowed an age, µs, from now on; others do not count.
    pub fn of(kernel: &Kernel, allowed: &Arc<[Option<u64>]>, objectives: &[u64]) -> Fleet {
        let mut cuts = MinTree::new(allowed.len());
        for (vm, allowed) in allowed.iter().enumerate() {
            if let Some(allowed) = allowed {
                cuts.set(vm, kernel.newest(vm) + allowed);
            }
        }
        Fleet {
            objectives: objectives.to_vec(),
            cuts,
            allowed: allowed.clone(),
            since: kernel.now(),
            seen: AgesSeen::nothing(objectives.len()),
            ages: None,
        }
    }

    /// The same, with the distribution of all ages.
    #[must_use]
    pub fn with_ages(mut self) -> Fleet {
        self.ages = Some(Distribution::new(None, 1));
        self
    }

    /// The distribution of the ages until `at`, if it was asked for.
    pub fn ages(mut self, at: u64) -> Option<Distribution> {
        self.rise(at);
        self.ages
    }

    /// What was seen since it was last taken, until `at`.
    pub fn take(&mut self, at: u64) -> AgesSeen {
        self.rise(at);
        std::mem::replace(&mut self.seen, AgesSeen::nothing(self.objectives.len()))
    }

    /// The age has risen from `since` to `at`.
    fn rise(&mut self, at: u64) {
        let oldest = self.cuts.min();
        let length = at - self.since;
        if length == 0 || oldest == NEVER {
            return;
        }
        let (low, high) = (self.since.saturating_sub(oldest), at.saturating_sub(oldest));
        if let Some(ages) = &mut self.ages {
            ages.tooth(low, high, at);
        }
        if high > self.seen.worst.0 {
            self.seen.worst = (high, at);
        }
        for (above, objective) in self.seen.above.iter_mut().zip(&self.objectives) {
            let over = high.saturating_sub((*objective).max(low));
            *above = above.then(Above::clear(length - over)).then(Above::full(over));
        }
        self.since = at;
    }
}

impl Observer for Fleet {
    const CAUSES: bool = false;

    fn applied(&mut self, applied: Applied<'_>) {
        let Some(allowed) = self.allowed[applied.vm] else { return };
        if self.cuts.get(applied.vm) == self.cuts.min() {
            self.rise(applied.at);
        }
        self.cuts.set(applied.vm, applied.cut + allowed);
    }

    fn stopped(&mut self, _: usize, _: u64) {}
    fn started(&mut self, _: usize, _: u64, _: u64) {}
    fn cycling(&mut self, _: usize, _: u64, _: bool) {}
    fn regridded(&mut self, _: usize, _: u64, _: u64, _: u64) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pieces: &[(bool, u64)]) -> Above {
        pieces.iter().fold(Above::default(), |sum, (is_above, span)| {
            sum.then(if *is_above { Above::full(*span) } else { Above::clear(*span) })
        })
    }

    #[test]
    fn stretches_that_touch_are_one_wherever_the_edges_are() {
        let pieces = [(true, 3), (true, 4), (false, 5), (true, 1), (false, 2), (false, 1), (true, 6)];
        let whole = of(&pieces);
        assert_eq!((whole.total, whole.count, whole.longest), (14, 3, 7));
        for edge in 0..=pieces.len() {
            assert_eq!(of(&pieces[..edge]).then(of(&pieces[edge..])), whole, "{edge}");
        }
    }

    #[test]
    fn a_stretch_through_many_parts_is_one() {
        let all = of(&[(true, 5); 4]);
        assert_eq!((all.total, all.count, all.longest), (20, 1, 20));
        assert_eq!(of(&[(false, 1)]).then(all).then(of(&[(true, 2), (false, 9)])).longest, 22);
    }
}
