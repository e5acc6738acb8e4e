//! Every instant of a run: what each outage would cost if it struck then.
//!
//! RPA and RTA of every application as functions of the outage's instant. Where nothing but replication is under way both are exact, piece by
//! piece (`exact.rs`, `ages.rs`); elsewhere whole runs on a grid say how it is at these instants, and the answer says which it was. Equal to as many
//! single runs.

mod held;
mod frozen;
pub mod spans;
pub mod curve;
mod exceeding;
mod probe;
mod leg;
mod exact;
mod whole;
mod ages;
mod answer;
mod draft;
pub mod measures;
pub mod turns;
pub mod gates;
mod hours;

pub use answer::{Ends, How, OutageSweep, Sweep};
pub use hours::hours;
pub use probe::Fate;

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::assess::convoy::Alone;
use crate::assess::order::in_order;
use crate::ids::Id;
use crate::outage::Outage;
use crate::outcome::RunOutcome;
use crate::scenario::Scenario;
use crate::sim::Relations;
use crate::units::{Span, Time};

use draft::Draft;
use leg::{Leg, Legs};
use probe::Study;
use whole::WholeRuns;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The outages, in order.
    pub outages: Vec<Id<Outage>>,
    /// The instants from this one to just before that one.
    pub window: (Time, Time),
    /// The grid of whole runs, where only these can tell; `None`: such instants are left out.
    pub every: Option<Span>,
    /// Threads; the answer does not depend on it. At least 1.
    pub threads: usize,
}

impl Ask {
    /// As many runs of the whole scenario as this takes at most: for each instant of the grid half of one, where nothing is repaired, else as much as
    /// the outage lasts. Where these are more than `enough`, those of which only whole runs can tell are counted, which takes a run.
    pub fn whole_runs(&self, scenario: &Scenario, enough: u64) -> u64 {
        let Some(every) = self.every else { return 1 };
        let instants = |from: Time, to: Time| 1 + to.since(from).0 / every.0.max(1);
        let all = instants(self.window.0, self.window.1);
        let lasts = |id: &Id<Outage>| {
            let strikes = &scenario.outages[*id].strikes;
            let to: Option<Vec<Time>> = strikes.iter().map(|strike| strike.to).collect();
            let from = strikes.iter().map(|strike| strike.from).min()?;
            Some(to?.into_iter().max()?.since(from))
        };
        let share = |lasts: Span| {
            let twice = 2 * u128::from(all) * u128::from(lasts.0) / u128::from(scenario.horizon.0.max(1));
            u64::try_from(twice).unwrap_or(u64::MAX)
        };
        let repaired = self.outages.iter().filter_map(lasts).map(share).fold(0, u64::saturating_add);
        let lost = || self.outages.iter().filter(|id| lasts(id).is_none());
        let of = |runs: u64| 1 + runs.saturating_add(repaired) / 2 / (self.outages.len() as u64).max(1);
        let most = of(all.saturating_mul(lost().count() as u64));
        if most <= enough {
            return most;
        }
        let is_whole = |id: &&Id<Outage>| !exact::is_possible(scenario, &scenario.outages[**id]);
        let (every_one, whole) = (lost().count() as u64, lost().filter(is_whole).count() as u64);
        let relations = Relations::of(scenario);
        let in_leg = |leg: Leg<'_>| {
            instants(leg.from, leg.to).saturating_mul(if leg.is_calm { whole } else { every_one })
        };
        let legs = Legs::of(scenario, &relations, self.window);
        of(legs.map(in_leg).fold(0, u64::saturating_add))
    }
}

/// Legs that are held at once, for each thread.
const AHEAD: usize = 2;

/// Sweeps. `progress` is told the share done, in thousandths.
pub fn sweep(scenario: &Scenario, ask: &Ask, progress: &(dyn Fn(u64) + Sync)) -> Sweep {
    let relations = Relations::of(scenario);
    let alone = Alone::of(scenario, &relations);
    let baseline = RunOutcome::of(scenario, &alone.facts);
    let study = Study { scenario, baseline: &baseline, edges: &edges(scenario) };
    let drafts = drafts(&study, &relations, ask, &|done| progress(done / 2));
    let later = |done| progress(500 + done / 2);
    let mut runs = WholeRuns::default();
    let instants = || drafts.iter().flatten().flat_map(|draft| draft.instants(ask));
    let copies =
        ask.outages.iter().zip(&drafts).filter(|(id, drafts)| asks_for_copies(scenario, **id, drafts));
    let copies: BTreeSet<Id<Outage>> = copies.map(|(id, _)| *id).filter(|_| ask.every.is_some()).collect();
    let grid = copies.iter().flat_map(|id| ask.grid(ask.window).map(move |(at, _)| (*id, at)));
    runs.run((&study, &relations, &alone), instants().chain(grid), ask.threads, &later);
    let contradicted = drafts.iter().flatten().filter(|draft| !draft.is_confirmed(&runs));
    let again: Vec<(Id<Outage>, Time)> = contradicted.flat_map(|draft| draft.grid(ask)).collect();
    runs.run((&study, &relations, &alone), again.into_iter(), ask.threads, &later);
    let answers = ask.outages.iter().zip(drafts).map(|(id, drafts)| {
        let mut answer = OutageSweep::new(scenario, *id);
        drafts.into_iter().for_each(|draft| answer.append(draft.whole(scenario, ask, &runs)));
        answer.whole_runs = runs.count(*id);
        if copies.contains(id) {
            ask.grid(ask.window).for_each(|(at, to)| answer.take_copies((at, to), &runs));
        }
        answer
    });
    let outages = answers.collect();
    Sweep { window: ask.window, end: Time(scenario.horizon.0), every: ask.every, outages }
}

/// When shifts begin and end.
fn edges(scenario: &Scenario) -> Vec<Time> {
    let shifts = scenario.recovery.people.iter().flat_map(|people| people.on_duty.iter().flatten());
    let mut edges: Vec<Time> = shifts.flat_map(|(from, to)| [*from, *to]).collect();
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// Whether an outage leaves applications running whose copies may get old, or something that is caught up with once it is repaired.
fn asks_for_copies(scenario: &Scenario, id: Id<Outage>, drafts: &[Draft]) -> bool {
    let is_repaired = scenario.outages[id].strikes.iter().any(|strike| strike.to.is_some());
    is_repaired || drafts.iter().any(Draft::leaves_something)
}

/// By outage, and by leg in order: what is exact, if whole runs confirm it, and where only these can tell.
fn drafts(study: &Study<'_>, relations: &Relations, ask: &Ask, progress: &dyn Fn(u64)) -> Vec<Vec<Draft>> {
    let mut drafts: Vec<Vec<Draft>> = ask.outages.iter().map(|_| Vec::new()).collect();
    let mut legs = Legs::of(study.scenario, relations, ask.window);
    loop {
        let batch: Vec<Leg<'_>> = legs.by_ref().take(ask.threads * AHEAD).collect();
        let Some(last) = batch.last() else { return drafts };
        let done = last.to.since(ask.window.0).0;
        let count = batch.len() * ask.outages.len();
        let work = |_: &mut (), piece: usize| {
            let (leg, outage) = (piece / ask.outages.len(), piece % ask.outages.len());
            (outage, Draft::of(study, &batch[leg], ask.outages[outage]))
        };
        let take = |(outage, draft): (usize, Draft)| {
            drafts[outage].push(draft);
            ControlFlow::Continue(())
        };
        in_order((count, ask.threads), || (), work, take);
        progress(done * 1000 / ask.window.1.since(ask.window.0).0.max(1));
    }
}
