//! Whole runs at single instants, each beside the run without the outage until it has the same future: where only these can tell, to hold
//! against them what would be exact, and for how old copies get.

use std::collections::{BTreeMap, BTreeSet};

use crate::assess::StartsKept;
use crate::assess::convoy::{Alone, Asked, Copies, Told, convoys};
use crate::ids::Id;
use crate::outage::Outage;
use crate::sim::Relations;
use crate::units::{Span, Time};

use super::Ask;
use super::probe::{Fate, Study};

/// The state of replication that convoys may keep, bytes: of 1,000 VMs about 180 runs beside each other.
const KEPT: StartsKept = StartsKept { count: 8192, bytes: 500_000_000 };

/// What was said of an instant.
#[derive(Clone, Debug)]
pub(super) struct Whole {
    /// By application.
    pub(super) fates: Vec<Fate>,
    /// By application.
    pub(super) copies: Vec<Copies>,
    pub(super) is_rejoined: bool,
}

/// Whole runs, by outage and instant.
#[derive(Debug, Default)]
pub(super) struct WholeRuns(BTreeMap<(Id<Outage>, Time), Whole>);

impl WholeRuns {
    /// Of an outage: how many there are, and how many were over early, as they had the same future as the run without it.
    pub(super) fn count(&self, outage: Id<Outage>) -> (u64, u64) {
        let own = || self.0.range((outage, Time::START)..=(outage, Time::NEVER)).map(|(_, whole)| whole);
        (own().count() as u64, own().filter(|whole| whole.is_rejoined).count() as u64)
    }

    pub(super) fn of(&self, outage: Id<Outage>, at: Time) -> Option<&Whole> {
        self.0.get(&(outage, at))
    }

    /// Runs those of these instants that were not run yet.
    pub(super) fn run(
        &mut self,
        (study, relations, alone): (&Study<'_>, &Relations, &Alone),
        instants: impl Iterator<Item = (Id<Outage>, Time)>,
        threads: usize,
        progress: &(dyn Fn(u64) + Sync),
    ) {
        let new = instants.filter(|key| !self.0.contains_key(key));
        let asked: BTreeSet<Asked> = new.map(|(outage, at)| Asked { at, outage }).collect();
        let asked: Vec<Asked> = asked.into_iter().collect();
        let read = |told: Told<'_>| Whole {
            fates: study.fates(&told),
            copies: told.copies,
            is_rejoined: told.is_rejoined,
        };
        let all = convoys((study.scenario, relations, alone), &asked, (threads, KEPT), &read, progress);
        self.0.extend(asked.iter().zip(all).map(|(asked, whole)| ((asked.outage, asked.at), whole)));
    }
}

impl Ask {
    /// The first of these instants, and those of the grid among them, each with the first after those that it speaks for.
    pub(super) fn grid(&self, (from, to): (Time, Time)) -> impl Iterator<Item = (Time, Time)> + use<> {
        let (begins, every) = (self.window.0, self.every.unwrap_or(Span(u64::MAX)).0.max(1));
        let next = move |at: Time| {
            let step = (at.since(begins).0 / every).saturating_add(1).saturating_mul(every);
            Time(begins.0.saturating_add(step)).min(to)
        };
        let first = (from < to).then_some(from);
        std::iter::successors(first, move |at| Some(next(*at)).filter(|next| *next < to))
            .map(move |at| (at, next(at)))
    }
}
