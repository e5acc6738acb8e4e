//! The record of facts, and the numbering of steps.

use std::collections::BTreeSet;

use crate::facts::{Fact, Phase, Seen, StepId, StepSeen, Subject};
use crate::sim::World;

/// Facts so far, and which steps are open.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    pub(super) facts: Vec<Fact>,
    open: BTreeSet<StepId>,
    steps: u32,
}

impl Log {
    /// Whether a step is under way.
    pub(super) fn has_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// How many have begun.
    pub(super) fn steps(&self) -> u32 {
        self.steps
    }

    pub(super) fn is_open(&self, step: StepId) -> bool {
        self.open.contains(&step)
    }
}

impl<D> World<'_, D> {
    pub(super) fn record(&mut self, seen: Seen) {
        self.log.facts.push(Fact { at: self.now, seen });
    }

    /// A step begins; `after` is the step whose end, now, let it begin.
    pub(super) fn begin(&mut self, on: Subject, phase: Phase, after: Option<StepId>) -> StepId {
        let step = StepId(self.log.steps);
        self.log.steps += 1;
        self.log.open.insert(step);
        self.record(Seen::Step(step, StepSeen::Began { on, phase, after }));
        step
    }

    pub(super) fn end(&mut self, step: StepId) {
        self.close(step, None, false);
    }

    /// A wait ends because a step of another ended.
    pub(super) fn release(&mut self, step: StepId, released_by: Option<StepId>) {
        self.close(step, released_by, false);
    }

    pub(super) fn cut_short(&mut self, step: StepId) {
        self.close(step, None, true);
    }

    fn close(&mut self, step: StepId, released_by: Option<StepId>, cut_short: bool) {
        assert!(self.log.open.remove(&step), "a step ends once");
        self.record(Seen::Step(step, StepSeen::Ended { released_by, cut_short }));
    }
}
