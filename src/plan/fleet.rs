//! The age of a whole fleet, the largest of its VMs' ages at each instant, against several objectives at once.
//!
//! An objective holds at an instant if no VM's newest recovery point is older. The stretches in which it does not hold add up
//! exactly, whatever the edges a run is cut at.

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
    pub(super) fn clear(span: u64) -> Above {
        Above { span, ..Above::default() }
    }

    /// One from end to end.
    fn full(span: u64) -> Above {
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
pub struct Seen {
    /// By objective.
    pub above: Vec<Above>,
    /// The worst age, and when it was first reached. µs.
    pub worst: (u64, u64),
}

impl Seen {
    /// Nothing yet.
    pub fn nothing(objectives: usize) -> Seen {
        Seen { above: vec![Above::default(); objectives], worst: (0, 0) }
    }
}

/// Watches the ages of the fleet's oldest newest point.
#[derive(Clone, Debug)]
pub struct Fleet {
    objectives: Vec<u64>,
    cuts: MinTree,
    since: u64,
    seen: Seen,
    ages: Option<Distribution>,
}

impl Fleet {
    /// The replicated VMs of `kernel`, from now on.
    pub fn of(kernel: &Kernel, replicated: &[bool], objectives: &[u64]) -> Fleet {
        let mut cuts = MinTree::new(replicated.len());
        for (vm, _) in replicated.iter().enumerate().filter(|(_, is)| **is) {
            cuts.set(vm, kernel.newest(vm));
        }
        Fleet {
            objectives: objectives.to_vec(),
            cuts,
            since: kernel.now(),
            seen: Seen::nothing(objectives.len()),
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
    pub fn take(&mut self, at: u64) -> Seen {
        self.rise(at);
        std::mem::replace(&mut self.seen, Seen::nothing(self.objectives.len()))
    }

    /// The age has risen from `since` to `at`.
    fn rise(&mut self, at: u64) {
        let oldest = self.cuts.min();
        let length = at - self.since;
        if length == 0 || oldest == u64::MAX {
            return;
        }
        let (low, high) = (self.since - oldest, at - oldest);
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
        let before = self.cuts.min();
        if self.cuts.get(applied.vm) == before {
            self.rise(applied.at);
        }
        self.cuts.set(applied.vm, applied.cut);
    }

    fn stopped(&mut self, _: usize, _: u64) {}
    fn started(&mut self, _: usize, _: u64, _: u64) {}
    fn cycling(&mut self, _: usize, _: u64, _: bool) {}
    fn regridded(&mut self, _: usize, _: u64, _: u64, _: u64) {}
}
