//! Instants from which on an outage costs more or less than just before, and what makes the difference.

use crate::facts::Phase;
use crate::ids::Id;
use crate::outcome::application::Outcome;
use crate::recovery::Application;
use crate::units::Time;

use super::answer::{Ends, OutageSweep};
use super::probe::Fate;

/// From `at` on an application is back later or sooner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The last instant of before.
    pub before: Time,
    /// The first instant at which it is so.
    pub at: Time,
    /// Of this application.
    pub application: Id<Application>,
    /// What became of it before.
    pub was: Fate,
    /// And from then on.
    pub is: Fate,
}

impl Turn {
    /// How much later it is back, µs; `None` where it is not back on both sides.
    pub fn by(&self) -> Option<i64> {
        let (was, is) = (self.was.rta?.0, self.is.rta?.0);
        i64::try_from(i128::from(is) - i128::from(was)).ok()
    }

    /// What most of the difference is spent on, and how much of it, µs.
    pub fn through(&self) -> Option<(Phase, i64)> {
        let by = self.by()?;
        let spent = |fate: &Fate, phase: Phase| {
            fate.phases.iter().find(|(known, _)| *known == phase).map_or(0, |(_, span)| i128::from(span.0))
        };
        let phases = self.was.phases.iter().chain(&self.is.phases).map(|(phase, _)| *phase);
        let changed = phases.map(|phase| (phase, spent(&self.is, phase) - spent(&self.was, phase)));
        let most = changed
            .filter(|(_, more)| more.signum() == i128::from(by.signum()))
            .max_by_key(|(_, more)| more.abs())?;
        Some((most.0, i64::try_from(most.1).ok()?))
    }

    /// Whether it is more than what a line does from one instant to the next.
    fn is_one(&self) -> bool {
        match self.by() {
            Some(by) => by != 0 && by != -1 || self.is.outcome != self.was.outcome,
            None => {
                let ends = |outcome: Outcome| outcome == Outcome::Unfinished;
                self.is.outcome != self.was.outcome && !ends(self.is.outcome)
            }
        }
    }
}

impl OutageSweep {
    /// All of them, in order of time. That later recoveries pass the end of the run is none.
    pub fn turns(&self) -> Vec<Turn> {
        self.ends.windows(2).flat_map(|pair| between(&pair[0], &pair[1])).collect()
    }
}

fn between<'e>(before: &'e Ends, after: &'e Ends) -> impl Iterator<Item = Turn> + 'e {
    let pairs = before.last.iter().zip(&after.first).enumerate();
    let turn = move |(index, (was, is)): (usize, (&Fate, &Fate))| Turn {
        before: before.seen_last,
        at: after.from,
        application: Id::new(index),
        was: was.clone(),
        is: is.clone(),
    };
    pairs.map(turn).filter(Turn::is_one)
}
