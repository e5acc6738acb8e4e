//! Every instant of a run: what each outage would cost if it struck then.
//!
//! RPA and RTA of every application as functions of the outage's instant. Where nothing but replication is under way both are exact, piece by
//! piece (`exact.rs`, `ages.rs`); elsewhere whole runs on a grid say how it is at these instants, and the answer says which it was. Equal to as many
//! single runs.

mod held;
mod frozen;
pub mod spans;
pub mod curve;
mod probe;
mod leg;
mod exact;
mod ages;
mod answer;
mod sample;
pub mod measures;
pub mod turns;
pub mod gates;

pub use answer::{Ends, How, OutageSweep, Sweep};
pub use probe::Fate;

use std::ops::ControlFlow;

use crate::assess::order::in_order;
use crate::engine::plane::Plane;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::outage::Outage;
use crate::outcome::RunOutcome;
use crate::scenario::Scenario;
use crate::sim::{Relations, World};
use crate::units::{Span, Time};

use answer::Part;
use leg::{Leg, Legs};
use probe::Study;

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
    /// As many runs of the whole scenario as this takes at most: half of one for each instant of the grid. Where these are more than `enough`, those
    /// of which only whole runs can tell are counted, which takes a run.
    pub fn whole_runs(&self, scenario: &Scenario, enough: u64) -> u64 {
        let Some(every) = self.every else { return 1 };
        let instants = |from: Time, to: Time| 1 + to.since(from).0 / every.0.max(1);
        let most = 1 + instants(self.window.0, self.window.1) / 2;
        if most <= enough {
            return most;
        }
        let is_whole = |id: &&Id<Outage>| !exact::is_possible(scenario, &scenario.outages[**id]);
        let (all, whole) = (self.outages.len() as u64, self.outages.iter().filter(is_whole).count() as u64);
        let relations = Relations::of(scenario);
        let of =
            |leg: Leg<'_>| instants(leg.from, leg.to).saturating_mul(if leg.is_calm { whole } else { all });
        let runs = Legs::of(scenario, &relations, self.window).map(of).fold(0, u64::saturating_add);
        1 + runs / 2 / all.max(1)
    }
}

/// Legs that are held at once, for each thread.
const AHEAD: usize = 2;

/// Sweeps. `progress` is told the share done, in thousandths.
pub fn sweep(scenario: &Scenario, ask: &Ask, progress: &dyn Fn(u64)) -> Sweep {
    let relations = Relations::of(scenario);
    let baseline = undisturbed(scenario, &relations);
    let shifts = scenario.recovery.people.iter().flat_map(|people| people.on_duty.iter().flatten());
    let mut edges: Vec<Time> = shifts.flat_map(|(from, to)| [*from, *to]).collect();
    edges.sort_unstable();
    edges.dedup();
    let study = Study { scenario, baseline: &baseline, edges: &edges };
    let mut answers: Vec<OutageSweep> =
        ask.outages.iter().map(|id| OutageSweep::new(scenario, *id)).collect();
    let mut legs = Legs::of(scenario, &relations, ask.window);
    loop {
        let batch: Vec<Leg<'_>> = legs.by_ref().take(ask.threads * AHEAD).collect();
        let Some(last) = batch.last() else { break };
        let done = last.to.since(ask.window.0).0;
        let count = batch.len() * ask.outages.len();
        let work = |_: &mut (), piece: usize| {
            let (leg, outage) = (piece / ask.outages.len(), piece % ask.outages.len());
            (outage, part(&study, &batch[leg], ask.outages[outage], ask))
        };
        in_order(
            (count, ask.threads),
            || (),
            work,
            |(outage, part)| {
                answers[outage].append(part);
                ControlFlow::Continue(())
            },
        );
        progress(done * 1000 / ask.window.1.since(ask.window.0).0.max(1));
    }
    Sweep { window: ask.window, end: Time(scenario.horizon.0), every: ask.every, outages: answers }
}

/// One outage in one leg.
fn part(study: &Study<'_>, leg: &Leg<'_>, id: Id<Outage>, ask: &Ask) -> Part {
    let scenario = study.scenario;
    let is_exact = leg.is_calm && exact::is_possible(scenario, &scenario.outages[id]);
    let pieces = if is_exact { exact::pieces(study, leg, id) } else { None };
    let is_told = pieces.is_some();
    let confirmed = pieces.filter(|pieces| exact::is_confirmed(study, leg, id, pieces));
    if let Some(part) = confirmed.and_then(|pieces| Part::exact(scenario, leg, pieces)) {
        return part;
    }
    let part = match ask.every {
        Some(every) => sample::sampled(study, leg, id, (ask.window.0, every)),
        None => Part::empty(scenario, leg, How::LeftOut),
    };
    part.contradicted(is_told)
}

/// The run without outages.
fn undisturbed(scenario: &Scenario, relations: &Relations) -> RunOutcome {
    let plane = Plane { kernel: Kernel::new(scenario), observer: () };
    let mut world = World::new(scenario, relations, plane);
    world.run(Time(scenario.horizon.0));
    RunOutcome::of(scenario, &world.finish().1)
}
