//! The least rate at which an objective holds for a share of the time, found by evaluating few rates.
//!
//! What a rate does is evaluated by the engine; which rate is evaluated next is a guess. The first comes from a single queue of all bytes
//! ([`super::demand::Demand::fluid_rate`]), the others from lines through what is known: a delay, backlog over rate less the time it was
//! served in, is linear in 1 ÷ rate. Each guess is set a little to the side that is still open. The answer is a boundary: it holds, and
//! the next smaller rate, one step less, does not.

use std::collections::{BTreeMap, BTreeSet};

use super::runs::evaluate::{Evaluator, RateOutcome};
use crate::engine::net::CAPACITY_MAX;
use crate::units::as_f64;

/// How far apart, as a ratio, rates are that a line does not tell much about what lies between.
const WIDE: f64 = 1.2;

/// The search's step, from the answer to the next smaller rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// This share of the rate, in parts per million; at least 1 B/s.
    Share(u32),
    /// 1 B/s.
    Unit,
}

impl Precision {
    /// In B/s, at a rate.
    pub fn of(self, rate: u64) -> u64 {
        match self {
            Precision::Share(millionths) => (rate / 1_000_000 * u64::from(millionths)).max(1),
            Precision::Unit => 1,
        }
    }
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It holds at `holds`, and at `less`, one step below, it does not.
    Least {
        /// The answer.
        holds: RateOutcome,
        /// The next smaller rate.
        less: RateOutcome,
    },
    /// It holds at any rate above zero.
    Any,
    /// It holds at no rate: something else than the link keeps points old. With the outcome of a link that never binds.
    Never(RateOutcome),
}

/// All that is known of a link's rates, by objective.
pub struct Search<'a> {
    /// Runs the rates.
    pub evaluator: &'a mut Evaluator,
    /// By objective, then rate.
    pub known: Vec<BTreeMap<u64, RateOutcome>>,
    /// Rates whose outcomes are those of whole runs.
    pub confirmed: BTreeSet<u64>,
    /// How fine.
    pub step: Precision,
}

impl Search<'_> {
    /// Runs a rate below the answers: what is late at none of them is not run again.
    pub fn begin(&mut self, guess: f64) {
        self.evaluate(clamp(guess, 1, CAPACITY_MAX - 1), 0);
    }

    /// The least rate at which an objective does not hold for at most `budget` µs; `guess` is where to begin.
    pub fn least(&mut self, objective: usize, budget: u64, guess: f64) -> Answer {
        let floor = self.at(CAPACITY_MAX, objective);
        if floor.above.total > budget {
            return Answer::Never(floor);
        }
        let (mut stride, mut widths) = (0.03, [f64::INFINITY; 2]);
        let mut guess = Some(clamp(guess, 1, CAPACITY_MAX - 1));
        loop {
            let bracket = self.bracket(objective, budget);
            if let Some(guess) = guess.take().filter(|guess| is_wide(bracket, *guess)) {
                self.at(guess, objective);
                continue;
            }
            let rate = match bracket {
                (None, None) => 1,
                (None, Some(high)) if high.rate == 1 => {
                    if self.confirm(&[1]) {
                        continue;
                    }
                    return Answer::Any;
                }
                (None, Some(high)) => {
                    stride *= 2.0;
                    clamp(as_f64(high.rate) / (1.0 + stride / 2.0), 1, high.rate - 1)
                }
                (Some(low), None) => {
                    stride *= 2.0;
                    clamp(as_f64(low.rate) * (1.0 + stride / 2.0), low.rate + 1, CAPACITY_MAX)
                }
                (Some(low), Some(high)) => {
                    if high.rate - low.rate <= self.step.of(high.rate) {
                        if self.confirm(&[high.rate, low.rate]) {
                            continue;
                        }
                        return Answer::Least { holds: high, less: low };
                    }
                    // Whatever the lines say, two guesses at least halve the bracket, or the next one does.
                    let width = as_f64(high.rate - low.rate);
                    let is_slow = width > widths[0] / 2.0;
                    widths = if is_slow { [f64::INFINITY; 2] } else { [widths[1], width] };
                    self.between(objective, budget, (low, high), is_slow)
                }
            };
            self.at(rate, objective);
        }
    }

    /// An outcome, evaluated once.
    pub fn at(&mut self, rate: u64, objective: usize) -> RateOutcome {
        if let Some(known) = self.known[objective].get(&rate) {
            return *known;
        }
        self.evaluate(rate, objective);
        self.known[objective][&rate]
    }

    fn evaluate(&mut self, rate: u64, objective: usize) {
        let outcomes = self.evaluator.outcomes(rate, objective);
        for (known, outcome) in self.known.iter_mut().zip(outcomes) {
            known.extend(outcome.map(|outcome| (rate, outcome)));
        }
    }

    /// An outcome of a whole run.
    pub fn exact(&mut self, rate: u64, objective: usize) -> RateOutcome {
        if !self.confirm(&[rate]) {
            return self.at(rate, objective);
        }
        self.known[objective][&rate]
    }

    /// Runs rates as a whole that only parts are known of, where these may err. Whether there was one: what is known may have changed.
    fn confirm(&mut self, rates: &[u64]) -> bool {
        let is_alone = self.evaluator.is_alone();
        let open: Vec<u64> =
            rates.iter().copied().filter(|rate| !is_alone && self.confirmed.insert(*rate)).collect();
        for rate in &open {
            for (known, outcome) in self.known.iter_mut().zip(self.evaluator.exact(*rate)) {
                known.insert(*rate, outcome);
            }
        }
        !open.is_empty()
    }

    /// The least rate known to hold, and the largest below it known not to. A link that never binds bounds nothing.
    fn bracket(&self, objective: usize, budget: u64) -> (Option<RateOutcome>, Option<RateOutcome>) {
        let known = &self.known[objective];
        let holds = |outcome: &&RateOutcome| outcome.above.total <= budget && outcome.rate < CAPACITY_MAX;
        let high = known.values().find(holds).copied();
        let below = high.map_or(CAPACITY_MAX, |high| high.rate);
        let low = known.range(..below).next_back().map(|(_, outcome)| *outcome);
        (low, high)
    }

    /// A rate inside the bracket: in its middle, or where a line says.
    fn between(
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
        clamp(aside, low.rate + 1, high.rate - 1)
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

/// Whether a guess tells more than a line through the ends of a bracket would: it lies inside, and they are far apart.
fn is_wide((low, high): (Option<RateOutcome>, Option<RateOutcome>), guess: u64) -> bool {
    let (least, most) = (low.map_or(0, |low| low.rate), high.map_or(CAPACITY_MAX, |high| high.rate));
    least < guess && guess < most && as_f64(most) > as_f64(least) * WIDE
}

/// Where a line through two points is zero.
fn root((x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> Option<f64> {
    let x = x1 - y1 * (x2 - x1) / (y2 - y1);
    x.is_finite().then_some(x)
}

/// Where a parabola through three points is zero, x as a function of y.
fn root_of_three(points: [(f64, f64); 3]) -> Option<f64> {
    let [(x1, y1), (x2, y2), (x3, y3)] = points;
    let x = x1 * y2 * y3 / ((y1 - y2) * (y1 - y3))
        + x2 * y1 * y3 / ((y2 - y1) * (y2 - y3))
        + x3 * y1 * y2 / ((y3 - y1) * (y3 - y2));
    x.is_finite().then_some(x)
}

/// A whole rate between two.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range before")]
fn clamp(rate: f64, least: u64, most: u64) -> u64 {
    (rate.round().clamp(0.0, as_f64(CAPACITY_MAX)) as u64).clamp(least, most.max(least))
}
