//! Where between two rates the next one is looked for.

use super::{RateOutcome, Search, clamp};
use crate::engine::net::CAPACITY_MAX;
use crate::plan::roots::{root, root_of_three};
use crate::units::as_f64;

impl Search<'_> {
    /// A rate inside the bracket: in its middle, or where a line says.
    pub(super) fn between(
        &self,
        objective: usize,
        budget: u64,
        (low, high): (RateOutcome, RateOutcome),
        is_middle: bool,
    ) -> u64 {
        let (a, b) = (as_f64(low.rate), as_f64(high.rate));
        let middle = (a * b).sqrt();
        let line = if is_middle { None } else { self.line(objective, budget, (low, high)) };
        let aside = match line.map(|root| root.clamp(a, b)) {
            Some(root) => self.aside(root, if b - root > root - a { 1.0 } else { -1.0 }),
            None => middle,
        };
        let (least, most) = (self.step.next(low.rate), self.step.before(high.rate));
        self.step.near(clamp(aside, least, most)).clamp(least, most)
    }

    /// A little less than half a step to a side.
    fn aside(&self, rate: f64, side: f64) -> f64 {
        let rate = rate.min(as_f64(CAPACITY_MAX));
        rate + side * 0.45 * as_f64(self.step.of(clamp(rate, 1, CAPACITY_MAX)))
    }

    /// Where a line meets the objective: of the worst age over 1 ÷ rate where it must always hold, else of the time it does not hold over
    /// the rate, both by powers.
    fn line(&self, objective: usize, budget: u64, (low, high): (RateOutcome, RateOutcome)) -> Option<f64> {
        let limit = as_f64(self.evaluator.objectives()[objective]);
        if budget > 0 {
            let point = |outcome: &RateOutcome| {
                let late = as_f64(outcome.above.total).max(as_f64(budget) / 8.0) / as_f64(budget);
                (libm::log(as_f64(outcome.rate)), libm::log(late))
            };
            let known = &self.known[objective];
            let before = known.range(..low.rate).next_back().map(|(_, outcome)| point(outcome));
            let after = known.range(high.rate + 1..CAPACITY_MAX).next().map(|(_, outcome)| point(outcome));
            let (low, high) = (point(&low), point(&high));
            let third = [before, after].into_iter().flatten().min_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
            let curve = third.and_then(|third| root_of_three([low, high, third]));
            let inside = curve.filter(|x| low.0 < *x && *x < high.0);
            return inside.or_else(|| root(low, high)).map(libm::exp);
        }
        let excess = |outcome: &RateOutcome| (1.0 / as_f64(outcome.rate), as_f64(outcome.worst.0) - limit);
        // Where nothing late was run, the line goes through two that are late.
        let before = || self.known[objective].range(..low.rate).next_back().map(|(_, outcome)| *outcome);
        let other = if high.worst.0 == 0 { before()? } else { high };
        root(excess(&low), excess(&other)).filter(|x| *x > 0.0).map(|x| 1.0 / x)
    }
}
