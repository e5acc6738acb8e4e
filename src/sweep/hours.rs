//! How losses would go at each hour of the run, at the cost of two or three runs: beside replication that stands still, without whole runs to
//! hold against it, and without what lies between the hours.

use crate::assess::convoy::Alone;
use crate::ids::Id;
use crate::outage::Outage;
use crate::outcome::RunOutcome;
use crate::scenario::Scenario;
use crate::scenario::work::steps_alone;
use crate::sim::Relations;
use crate::units::{Span, Time};

use super::answer::{How, OutageSweep, Part, Sweep};
use super::exact;
use super::leg::{Leg, Legs};
use super::probe::Study;
use super::{Ask, edges};

/// From one instant to the next.
const EVERY: Span = Span::seconds(3600);

/// Most steps that this may add to a run: some tenths of a second.
const STEPS: u64 = 1_000_000;

/// Each hour of every outage that is known so; `None`: there is none, or it would not be cheap. Hours at which something else is under way are left
/// out.
pub fn hours(scenario: &Scenario) -> Option<Sweep> {
    let window = (Time::START, Time(scenario.horizon.0));
    let outages: Vec<Id<Outage>> =
        scenario.outages.entries().filter(|(_, it)| is_told(scenario, it)).map(|(id, _)| id).collect();
    if outages.is_empty()
        || scenario.recovery.applications.is_empty()
        || cost(scenario, outages.len()) > STEPS
    {
        return None;
    }
    let relations = Relations::of(scenario);
    let baseline = RunOutcome::of(scenario, &Alone::of(scenario, &relations).facts);
    let study = Study { scenario, baseline: &baseline, edges: &edges(scenario) };
    let ask = Ask { outages, window, every: Some(EVERY), threads: 1 };
    let mut found: Vec<OutageSweep> = ask.outages.iter().map(|id| OutageSweep::new(scenario, *id)).collect();
    for leg in Legs::of(scenario, &relations, window) {
        for it in &mut found {
            ask.grid((leg.from, leg.to))
                .for_each(|stretch| it.append(part(&study, &leg, (it.outage, stretch))));
        }
    }
    Some(Sweep { window, end: window.1, every: ask.every, outages: found })
}

/// Whether an outage costs what its recovery costs: what is repaired may cost the age of copies beside it.
fn is_told(scenario: &Scenario, outage: &Outage) -> bool {
    let is_for_good = outage.strikes.iter().all(|strike| strike.to.is_none());
    (is_for_good || outage.accepts_exposure) && exact::is_possible(scenario, outage)
}

/// Two runs without outages, and at each hour a look at every VM for each outage.
fn cost(scenario: &Scenario, outages: usize) -> u64 {
    let looks = (scenario.horizon.0 / EVERY.0 + 1) * outages as u64 * scenario.vms.len() as u64;
    steps_alone(scenario).saturating_mul(2).saturating_add(looks)
}

/// What the first instant of a stretch tells of it.
fn part(study: &Study<'_>, leg: &Leg<'_>, (id, stretch): (Id<Outage>, (Time, Time))) -> Part {
    match leg.is_calm.then(|| exact::fates(study, leg, (id, stretch.0))).flatten() {
        None => Part::empty(study.scenario, stretch, How::LeftOut),
        Some(fates) => {
            let mut part = Part::empty(study.scenario, stretch, How::Sampled);
            part.sample(stretch, fates);
            part
        }
    }
}
