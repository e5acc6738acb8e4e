//! The least rate at which an objective holds for a share of the time, found by evaluating few rates.
//!
//! What a rate does is evaluated by the engine; which rate is evaluated next is a guess. The first comes from a single queue of all bytes
//! ([`super::demand::Demand::fluid_rate`]), the others from lines through what is known: a delay, backlog over rate less the time it was
//! served in, is linear in 1 ÷ rate. Each guess is set a little to the side that is still open. The answer is a boundary: it holds, and
//! the next smaller rate, one step less, does not; and of the rates tried above it, up to twice as much ([`super::rates::above`]), all hold.
//! Where logs are cut when the one before is done rates are not in order: a faster link cuts other logs, and one of them may be late.

mod guess;

use std::collections::{BTreeMap, BTreeSet};

use super::rates::{Precision, above, above_of_share};
use super::runs::evaluate::{Evaluator, RateOutcome};
use super::runs::fleet::AgesSeen;
use super::runs::lasting::After;
use crate::engine::net::CAPACITY_MAX;
use crate::units::as_f64;

/// How far apart, as a ratio, rates are that a line does not tell much about what lies between.
const WIDE: f64 = 1.2;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It holds at `holds` and all rates tried above, and at `less`, one step below, it does not.
    Least {
        /// The answer.
        holds: RateOutcome,
        /// The next smaller rate.
        less: RateOutcome,
    },
    /// It holds at any rate above zero: nothing is sent.
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
    /// Those of them that are known for the workload going on.
    lasting: BTreeSet<u64>,
    /// How fine.
    pub step: Precision,
    /// By rate, what comes after the run, where parts alone tell of the run.
    after: BTreeMap<u64, After>,
    /// By objective, whether a rate at which it holds in the run was one at which it does not last: then that is asked of every rate that may be
    /// an answer, as the run tells little of where it does.
    is_refuted: Vec<bool>,
}

impl<'a> Search<'a> {
    /// Nothing is known yet.
    pub fn new(evaluator: &'a mut Evaluator, step: Precision) -> Search<'a> {
        let known = vec![BTreeMap::new(); evaluator.objectives().len()];
        let is_refuted = vec![false; known.len()];
        let (confirmed, lasting) = Default::default();
        Search { evaluator, known, confirmed, lasting, step, after: BTreeMap::new(), is_refuted }
    }

    /// Runs a rate below the answers: what is late at none of them is not run again.
    pub fn begin(&mut self, guess: f64) {
        let rate = self.step.near(clamp(guess, 1, CAPACITY_MAX - 1));
        self.evaluate(rate, 0);
    }

    /// The least rate from which on an objective does not hold for at most `budget` µs; `guess` is where to begin.
    pub fn least(&mut self, objective: usize, budget: u64, guess: f64) -> Answer {
        let floor = self.lasting(CAPACITY_MAX, objective);
        if !floor.holds(budget) {
            return Answer::Never(floor);
        }
        if self.evaluator.carries_from == 0 {
            return Answer::Any;
        }
        // Less than the link is asked never holds, so that nothing is looked for below.
        let bottom = self.step.up(self.evaluator.carries_from);
        let (mut stride, mut widths) = (0.03, [f64::INFINITY; 2]);
        let mut guess = Some(self.step.near(clamp(guess, bottom, CAPACITY_MAX - 1)).max(bottom));
        loop {
            let bracket = self.bracket(objective, budget);
            if let Some(high) = bracket.1.filter(|_| self.is_refuted[objective])
                && self.confirm(high.rate, objective, true)
            {
                continue;
            }
            if let Some(guess) = guess.take().filter(|guess| is_wide(bracket, *guess)) {
                self.at(guess, objective);
                continue;
            }
            let rate = match bracket {
                (None, None) => bottom,
                (None, Some(high)) if high.rate <= bottom => match self.step.before(high.rate) {
                    0 if self.is_changed(objective, budget, high.rate, None) => continue,
                    0 => return Answer::Any,
                    less => less,
                },
                (None, Some(high)) => {
                    stride *= 2.0;
                    clamp(as_f64(high.rate) / (1.0 + stride / 2.0), bottom, self.step.before(high.rate))
                }
                (Some(low), None) => {
                    stride *= 2.0;
                    let next = self.step.next(low.rate).max(bottom);
                    clamp(as_f64(low.rate) * (1.0 + stride / 2.0), next, CAPACITY_MAX)
                }
                (Some(low), Some(high)) => {
                    if self.step.next(low.rate) >= high.rate {
                        if self.is_changed(objective, budget, high.rate, Some(low.rate)) {
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
            self.at(self.step.near(rate), objective);
        }
    }

    /// Confirms a rate that holds and one that does not, and tries those above. Whether that told anything new.
    fn is_changed(&mut self, objective: usize, budget: u64, holds: u64, less: Option<u64>) -> bool {
        let is_new = self.confirm(holds, objective, true);
        self.is_refuted[objective] |= is_new && !self.at(holds, objective).holds(budget);
        less.is_some_and(|less| self.confirm(less, objective, false))
            || is_new
            || self.fails_above(objective, budget, holds)
    }

    /// Tries the rates above one at which an objective holds. Whether it does not at one of them.
    fn fails_above(&mut self, objective: usize, budget: u64, rate: u64) -> bool {
        if self.evaluator.is_ordered() {
            return false;
        }
        let rates = if budget == 0 { above(rate) } else { above_of_share(rate) };
        // From below: what is clear at a rate is not run again at those above it. And all of them: the next answer lies above the last that fails.
        let mut fails = false;
        for rate in rates {
            if !self.is_kept(rate, objective, budget) {
                self.confirm(rate, objective, false);
                fails |= !self.at(rate, objective).holds(budget);
            }
        }
        fails
    }

    /// Whether an objective holds at a rate, as far as parts tell. Of a share of the time no more is run than tells.
    fn is_kept(&mut self, rate: u64, objective: usize, budget: u64) -> bool {
        if let Some(known) = self.known[objective].get(&rate) {
            return known.holds(budget);
        }
        // What keeps a tighter objective keeps this one.
        let is_implied =
            |known: &BTreeMap<u64, RateOutcome>| known.get(&rate).is_some_and(|it| it.holds(budget));
        match budget {
            _ if self.known[..objective].iter().any(is_implied) => true,
            0 => self.at(rate, objective).holds(0),
            budget => self.evaluator.holds(rate, objective, budget),
        }
    }

    /// A whole run at a rate, at whose end nothing was on its way, has told this: it is the same for the workload going on.
    pub fn learn(&mut self, rate: u64, seen: &AgesSeen) {
        for (known, outcome) in self.known.iter_mut().zip(self.evaluator.told(rate, seen)) {
            known.insert(rate, outcome);
        }
        self.confirmed.insert(rate);
        self.lasting.insert(rate);
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
        let after = self.after.get(&rate);
        for (index, outcome) in outcomes.into_iter().enumerate() {
            let Some(outcome) = outcome else { continue };
            let outcome = match after.filter(|after| after.tells(index)) {
                Some(after) => self.evaluator.going_on(index, outcome, after),
                None => outcome,
            };
            self.known[index].entry(rate).or_insert(outcome);
        }
    }

    /// An outcome of a whole run, and the workload going on.
    pub fn lasting(&mut self, rate: u64, objective: usize) -> RateOutcome {
        if self.evaluator.is_alone() {
            self.at(rate, objective);
        }
        self.confirm(rate, objective, true);
        self.at(rate, objective)
    }

    /// Runs a rate as a whole that only parts are known of, where these may err; and if it is to last, what comes after. Whether that was
    /// not known: then what was may have changed.
    fn confirm(&mut self, rate: u64, objective: usize, is_lasting: bool) -> bool {
        if self.evaluator.is_alone() {
            return is_lasting && self.goes_on(rate, objective);
        }
        let is_known = if is_lasting { self.lasting.contains(&rate) } else { self.confirmed.contains(&rate) };
        if is_known {
            return false;
        }
        self.confirmed.insert(rate);
        if is_lasting {
            self.lasting.insert(rate);
        }
        let outcomes = if is_lasting { self.evaluator.lasting(rate) } else { self.evaluator.exact(rate) };
        for (known, outcome) in self.known.iter_mut().zip(outcomes) {
            known.insert(rate, outcome);
        }
        true
    }

    /// Runs what comes after the run at a rate, where parts alone tell of the run. Whether that was not known.
    fn goes_on(&mut self, rate: u64, objective: usize) -> bool {
        let is_told = self.after.get(&rate).is_some_and(|after| after.tells(objective));
        if is_told || self.lasting.contains(&rate) {
            return false;
        }
        let after = self.evaluator.after(rate, objective, self.oldest(rate));
        for (index, known) in self.known.iter_mut().enumerate().filter(|(index, _)| after.tells(*index)) {
            if let Some(outcome) = known.get_mut(&rate) {
                *outcome = self.evaluator.going_on(index, *outcome, &after);
            }
        }
        self.after.insert(rate, after);
        true
    }

    /// No VM that counts was older than this in the run at `rate`, µs, as far as is known: where an objective held nothing older was run.
    fn oldest(&self, rate: u64) -> u64 {
        let known = self.known.iter().zip(self.evaluator.objectives());
        let oldest = known.filter_map(|(known, objective)| Some(known.get(&rate)?.worst.0.max(*objective)));
        oldest.min().unwrap_or(u64::MAX)
    }

    /// The largest rate known not to hold, and the least known to above it. A link that never binds bounds nothing.
    fn bracket(&self, objective: usize, budget: u64) -> (Option<RateOutcome>, Option<RateOutcome>) {
        let known = self.known[objective].range(..CAPACITY_MAX).rev();
        let mut high = None;
        for (_, outcome) in known {
            if !outcome.holds(budget) {
                return (Some(*outcome), high);
            }
            high = Some(*outcome);
        }
        (None, high)
    }
}

/// Whether a guess tells more than a line through the ends of a bracket would: it lies inside, and they are far apart.
fn is_wide((low, high): (Option<RateOutcome>, Option<RateOutcome>), guess: u64) -> bool {
    let (least, most) = (low.map_or(0, |low| low.rate), high.map_or(CAPACITY_MAX, |high| high.rate));
    least < guess && guess < most && as_f64(most) > as_f64(least) * WIDE
}

/// A whole rate between two.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range before")]
fn clamp(rate: f64, least: u64, most: u64) -> u64 {
    (rate.round().clamp(0.0, as_f64(CAPACITY_MAX)) as u64).clamp(least, most.max(least))
}
