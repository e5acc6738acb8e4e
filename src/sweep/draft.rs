//! An outage in a leg, as far as it is known without whole runs.

use crate::ids::Id;
use crate::outage::Outage;
use crate::outcome::application::Outcome;
use crate::scenario::Scenario;
use crate::units::Time;

use super::Ask;
use super::answer::{How, Part};
use super::exact;
use super::leg::Leg;
use super::probe::Study;
use super::whole::WholeRuns;

/// What is known.
pub(super) struct Draft {
    outage: Id<Outage>,
    instants: (Time, Time),
    /// `None`: only whole runs can tell.
    exact: Option<Part>,
    /// Whether it would have been exact, were its parts not at odds.
    is_at_odds: bool,
}

impl Draft {
    pub(super) fn of(study: &Study<'_>, leg: &Leg<'_>, id: Id<Outage>) -> Draft {
        let scenario = study.scenario;
        let is_exact = leg.is_calm && exact::is_possible(scenario, &scenario.outages[id]);
        let pieces = if is_exact { exact::pieces(study, leg, id) } else { None };
        let is_told = pieces.is_some();
        let exact = pieces.and_then(|pieces| Part::exact(scenario, leg, pieces));
        Draft { outage: id, instants: (leg.from, leg.to), is_at_odds: is_told && exact.is_none(), exact }
    }

    /// Whether an application goes on at any of its instants.
    pub(super) fn leaves_something(&self) -> bool {
        let ends = self.exact.iter().flat_map(Part::ends);
        ends.flat_map(|ends| &ends.first).any(|fate| fate.outcome == Outcome::NotHit)
    }

    /// Where a whole run is needed: at the last instant of every piece that is to be exact, else on the grid.
    pub(super) fn instants(&self, ask: &Ask) -> Vec<(Id<Outage>, Time)> {
        match &self.exact {
            Some(part) => part.ends().iter().map(|ends| (self.outage, ends.seen_last)).collect(),
            None => self.grid(ask),
        }
    }

    /// The instants of the grid, if there is one.
    pub(super) fn grid(&self, ask: &Ask) -> Vec<(Id<Outage>, Time)> {
        let grid = ask.every.map(|_| ask.grid(self.instants));
        grid.into_iter().flatten().map(|(at, _)| (self.outage, at)).collect()
    }

    /// Whether whole runs say the same as what is to be exact.
    pub(super) fn is_confirmed(&self, runs: &WholeRuns) -> bool {
        self.exact
            .iter()
            .flat_map(Part::ends)
            .all(|ends| runs.of(self.outage, ends.seen_last).is_some_and(|whole| whole.fates == ends.last))
    }

    /// With what whole runs tell.
    pub(super) fn whole(self, scenario: &Scenario, ask: &Ask, runs: &WholeRuns) -> Part {
        let is_confirmed = self.is_confirmed(runs);
        let is_contradicted = self.is_at_odds || !is_confirmed;
        if let Some(part) = self.exact.filter(|_| is_confirmed) {
            return part;
        }
        let how = if ask.every.is_some() { How::Sampled } else { How::LeftOut };
        let mut part = Part::empty(scenario, self.instants, how).contradicted(is_contradicted);
        if how == How::Sampled {
            for (at, to) in ask.grid(self.instants) {
                let whole = runs.of(self.outage, at).expect("the whole grid was run");
                part.sample((at, to), whole.fates.clone());
            }
        }
        part
    }
}
