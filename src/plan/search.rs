//! The least rate at which an objective holds for a share of the time, found by evaluating few rates.
//!
//! What a rate does is evaluated by the engine; which rate is evaluated next is a guess. Far from the answer it comes from a single queue of
//! all bytes ([`Demand::fluid_delay`]), corrected by what the engine said of the nearest rate; near to it from a line in 1 ÷ rate, in which
//! a delay (backlog over rate, less the time it was served in) is linear. Each guess is set a little to the side that is still open. The
//! answer is a boundary: it holds, and the next smaller rate, one step less, does not.

use std::collections::BTreeMap;

use super::demand::{Demand, as_f64};
use super::evaluate::{Evaluator, Outcome};
use crate::engine::net::CAPACITY_MAX;

/// The search's step, from the answer to the next smaller rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// This share of the rate, in parts per million; at least 1 B/s.
    Share(u32),
    /// 1 B/s.
    Unit,
}

impl Step {
    /// In B/s, at a rate.
    pub fn of(self, rate: u64) -> u64 {
        match self {
            Step::Share(millionths) => (rate / 1_000_000 * u64::from(millionths)).max(1),
            Step::Unit => 1,
        }
    }
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It holds at `holds`, and at `less`, one step below, it does not.
    Least {
        /// The answer.
        holds: Outcome,
        /// The next smaller rate.
        less: Outcome,
    },
    /// It holds at any rate above zero.
    Any,
    /// It holds at no rate: something else than the link keeps points old. With the outcome of a link that never binds.
    Never(Outcome),
}

/// All that is known of a link's rates, by objective.
pub struct Search<'a> {
    /// Runs the rates.
    pub evaluator: &'a mut Evaluator,
    /// What flows over the link.
    pub demand: &'a Demand,
    /// By objective, then rate.
    pub known: Vec<BTreeMap<u64, Outcome>>,
    /// How fine.
    pub step: Step,
}

impl Search<'_> {
    /// Lays the base of all evaluations at a rate below the answers.
    pub fn begin(&mut self, guess: f64) {
        let base = self.evaluator.set_base(clamp(guess, 1, CAPACITY_MAX));
        for (known, outcome) in self.known.iter_mut().zip(base) {
            known.insert(outcome.rate, outcome);
        }
    }

    /// The least rate at which an objective does not hold for at most `budget` µs; `guess` is where to begin.
    pub fn least(&mut self, objective: usize, budget: u64, guess: f64) -> Answer {
        let floor = self.at(CAPACITY_MAX, objective);
        if floor.above.total > budget {
            return Answer::Never(floor);
        }
        let mut stride = 0.0;
        for turn in 0u32.. {
            let (low, high) = self.bracket(objective, budget);
            let rate = match (low, high) {
                (None, None) => clamp(guess, 1, CAPACITY_MAX - 1),
                (None, Some(high)) if high.rate == 1 => return Answer::Any,
                (None, Some(high)) => {
                    let model = self.model(objective, budget, &high).unwrap_or(f64::INFINITY);
                    let most = as_f64(high.rate) / (1.0 + stride);
                    stride = 2.0 * stride + 0.004;
                    clamp(self.aside(model, -1.0).min(most), 1, high.rate - 1)
                }
                (Some(low), None) => {
                    let model = self.model(objective, budget, &low).unwrap_or(0.0);
                    let least = as_f64(low.rate) * (1.0 + stride);
                    stride = 2.0 * stride + 0.004;
                    clamp(self.aside(model, 1.0).max(least), low.rate + 1, CAPACITY_MAX)
                }
                (Some(low), Some(high)) => {
                    if high.rate - low.rate <= self.step.of(high.rate) {
                        return Answer::Least { holds: high, less: low };
                    }
                    self.between(objective, budget, (low, high), turn)
                }
            };
            self.at(rate, objective);
        }
        unreachable!("a bracket of whole rates closes")
    }

    /// An outcome, evaluated once.
    pub fn at(&mut self, rate: u64, objective: usize) -> Outcome {
        if let Some(known) = self.known[objective].get(&rate) {
            return *known;
        }
        let outcomes = self.evaluator.outcomes(rate, objective);
        for (known, outcome) in self.known[objective..].iter_mut().zip(&outcomes) {
            known.insert(rate, *outcome);
        }
        outcomes[0]
    }

    /// The least rate known to hold, and the largest below it known not to. A link that never binds bounds nothing.
    fn bracket(&self, objective: usize, budget: u64) -> (Option<Outcome>, Option<Outcome>) {
        let known = &self.known[objective];
        let holds = |outcome: &&Outcome| outcome.above.total <= budget && outcome.rate < CAPACITY_MAX;
        let high = known.values().find(holds).copied();
        let below = high.map_or(CAPACITY_MAX, |high| high.rate);
        let low = known.range(..below).next_back().map(|(_, outcome)| *outcome);
        (low, high)
    }

    /// A rate inside the bracket.
    fn between(&self, objective: usize, budget: u64, (low, high): (Outcome, Outcome), turn: u32) -> u64 {
        let (a, b) = (as_f64(low.rate), as_f64(high.rate));
        let middle = (a * b).sqrt();
        let line = || self.line(objective, budget, (low, high));
        let root = match () {
            () if turn % 5 == 4 => Some(middle),
            () if b > 1.02 * a => self.model(objective, budget, &low).or_else(line),
            () => line(),
        };
        let root = root.unwrap_or(middle).clamp(a, b);
        let aside = self.aside(root, if b - root > root - a { 1.0 } else { -1.0 });
        clamp(aside, low.rate + 1, high.rate - 1)
    }

    /// A little less than half a step to a side.
    fn aside(&self, rate: f64, side: f64) -> f64 {
        let rate = rate.min(as_f64(CAPACITY_MAX));
        rate + side * 0.45 * as_f64(self.step.of(clamp(rate, 1, CAPACITY_MAX)))
    }

    /// Where a single queue meets the objective, if its delay differs from the age by as much as it does at a known rate.
    fn model(&self, objective: usize, budget: u64, known: &Outcome) -> Option<f64> {
        let seconds = |us: u64| as_f64(us) / 1e6;
        let horizon = seconds(self.demand.bin) * as_f64(self.demand.bins.len() as u64);
        let objective = seconds(self.evaluator.objectives()[objective]);
        let rate = as_f64(known.rate);
        let beside = match (budget, known.above.total) {
            (_, 0) => return None,
            (0, _) => seconds(known.worst.0) - self.demand.fluid_delay(rate, 0.0),
            (_, total) => objective - self.demand.fluid_delay(rate, seconds(total) / horizon),
        };
        Some(self.demand.fluid_rate((objective - beside).max(0.0), seconds(budget) / horizon))
    }

    /// Where a line in 1 ÷ rate meets the objective.
    fn line(&self, objective: usize, budget: u64, (low, high): (Outcome, Outcome)) -> Option<f64> {
        let objective_us = self.evaluator.objectives()[objective];
        let excess = |outcome: &Outcome| match budget {
            0 => as_f64(outcome.worst.0) - as_f64(objective_us),
            _ => as_f64(outcome.above.total) - as_f64(budget),
        };
        let other = if budget == 0 && high.worst.0 == 0 {
            // Nothing late was run there: the line goes through two that are late.
            self.known[objective].range(..low.rate).next_back().map(|(_, outcome)| *outcome)?
        } else {
            high
        };
        let (x1, x2) = (1.0 / as_f64(low.rate), 1.0 / as_f64(other.rate));
        let (y1, y2) = (excess(&low), excess(&other));
        let x = x1 - y1 * (x2 - x1) / (y2 - y1);
        (x.is_finite() && x > 0.0).then(|| 1.0 / x)
    }
}

/// A whole rate between two.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range before")]
fn clamp(rate: f64, least: u64, most: u64) -> u64 {
    (rate.round().clamp(0.0, as_f64(CAPACITY_MAX)) as u64).clamp(least, most.max(least))
}
