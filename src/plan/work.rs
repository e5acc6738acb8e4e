//! How many steps the answer to each question takes, estimated before it is sought: runs times the steps of one.
//!
//! Where a search has a bound it is that; the search for a rate has none worth the name, and is taken for as many runs as one took, doubled.

use std::cmp::max;

use super::ask::{Ask, Find};
use super::bandwidth::section::objectives;
use super::cost::section::RATES_MAX;
use super::inverse::knobs::{Knob, knobs};
use super::inverse::outages;
use super::inverse::section::is_searched;
use super::levers::LEVERS_MAX;
use super::levers::changes::changes;
use super::rates::Precision;
use super::runs::steady::steady;
use super::site::sites_at_risk;
use super::tolerance::section::{NAMED, OUTAGES};
use crate::scenario::Scenario;
use crate::scenario::work::steps;

/// Runs of replication alone in which one rate of three digits is found, and one to the last byte per second: `tests/main/plan/work.rs` holds them
/// to what searches take.
const RATE: [u64; 2] = [8, 16];
/// Searches for the rate with another assumption, and with that as written.
const ASSUMPTIONS: u64 = 7;
/// Instants at which the links fail are tried, and their aftermath is watched.
const INSTANTS: u64 = 16;
/// Times that what a window may copy is run again for each halving of the number of VMs.
const HALVINGS: u64 = 4;

/// Steps of replication alone.
fn alone(scenario: &Scenario) -> u64 {
    steps(&steady(scenario))
}

/// Most halvings of a range of so many.
fn halvings(count: u64) -> u64 {
    u64::from(u64::BITS - count.leading_zeros())
}

/// The searches for so many rates.
fn rates(scenario: &Scenario, ask: &Ask, answers: u64) -> u64 {
    let one = match ask.step {
        Precision::Digits => RATE[0],
        Precision::Unit => RATE[1],
    };
    alone(scenario).saturating_mul(answers.saturating_mul(one).saturating_add(2))
}

/// One for each RPO and share of the time, and for all applications together; one for each of these that has a share of its own.
pub fn bandwidth(scenario: &Scenario, ask: &Ask) -> u64 {
    let asked = (objectives(scenario, ask).len() as u64 + 1).saturating_mul(ask.shares.len() as u64);
    rates(scenario, ask, asked + scenario.recovery.applications.len() as u64 + ASSUMPTIONS)
}

/// Each window is tried with half as many VMs, and half of these, as often as it takes.
pub fn first_copy(scenario: &Scenario, _: &Ask) -> u64 {
    alone(scenario).saturating_mul(HALVINGS * (1 + halvings(scenario.vms.len() as u64)))
}

/// The loss of each site, and replication.
pub fn site(scenario: &Scenario, _: &Ask) -> u64 {
    alone(scenario).saturating_mul(1 + 2 * sites_at_risk(scenario).len() as u64)
}

/// The VMs that are named are cut off, volumes filled, and outages caught up from.
pub fn tolerance(scenario: &Scenario, ask: &Ask) -> u64 {
    let lengths = max(ask.outage_lengths.len(), OUTAGES.len()) as u64;
    let cuts = (NAMED.min(scenario.vms.len()) + scenario.topology.volumes.len()) as u64;
    alone(scenario).saturating_mul(1 + 2 * cuts + INSTANTS * lengths)
}

/// What is turned, at the end of its scale that has more steps, halving after halving.
pub fn inverse(scenario: &Scenario, ask: &Ask) -> u64 {
    if !is_searched(scenario, ask) {
        return 0;
    }
    let wanted = if ask.find.is_empty() { Find::ALL.to_vec() } else { ask.find.clone() };
    let turned = wanted.into_iter().map(|find| found(scenario, ask, find));
    turned.fold(steps(&with_outages(scenario, ask)), u64::saturating_add)
}

fn with_outages(scenario: &Scenario, ask: &Ask) -> Scenario {
    let (mut scenario, asked) = (scenario.clone(), outages(scenario, ask));
    let names: Vec<String> = asked.into_iter().map(|id| scenario.outages[id].name.clone()).collect();
    scenario.keep_outages(|outage| names.contains(&outage.name));
    scenario
}

/// What one inverse question takes.
fn found(scenario: &Scenario, ask: &Ask, find: Find) -> u64 {
    let written = with_outages(scenario, ask);
    let of = |knob: &Knob| {
        let at = |place: u64| steps(&knob.turn.to(knob.scale.at(place)).of(&written));
        let most = steps(&written).max(at(0)).max(at(knob.scale.last()));
        // Out to the boundary, in again to it, and the ends.
        let tries = 4 + 3 * halvings(knob.scale.last()) / 2;
        let scopes = match find {
            Find::Decision => (written.outages.len() * written.recovery.applications.len()).max(1) as u64,
            Find::LinkRate
            | Find::Throttle
            | Find::Interval
            | Find::Memory
            | Find::Hosts
            | Find::Operators => 1,
        };
        most.saturating_mul(tries.min(knob.scale.last().saturating_add(1))).saturating_mul(scopes)
    };
    let knobs = knobs(scenario, ask, find).unwrap_or_default();
    knobs.iter().map(of).fold(0, u64::saturating_add)
}

/// The design as written, and each change that is tried.
pub fn levers(scenario: &Scenario, _: &Ask) -> u64 {
    let tried = changes(scenario).into_iter().take(LEVERS_MAX);
    tried.map(|it| steps(&it.change.of(scenario))).fold(steps(scenario), u64::saturating_add)
}

/// The same, and the rates that RPOs need always.
pub fn cost(scenario: &Scenario, ask: &Ask) -> u64 {
    if ask.prices.is_none() {
        return 0;
    }
    let always = rates(scenario, ask, objectives(scenario, ask).len() as u64 + 1);
    let runs = steps(scenario).saturating_mul(RATES_MAX as u64);
    levers(scenario, ask).saturating_add(always).saturating_add(runs)
}

/// What is bought: each rate that is sold, and with growth what is needed then.
pub fn buy(scenario: &Scenario, ask: &Ask) -> u64 {
    let applications = scenario.recovery.applications.len() as u64;
    let own = rates(scenario, ask, applications.saturating_mul(1 + u64::from(ask.growth.0 > 0)));
    let again = if ask.growth.0 > 0 { found(scenario, ask, Find::LinkRate) } else { 0 };
    let one = alone(scenario).saturating_mul(1 + applications).saturating_add(steps(scenario));
    let sold = one.saturating_mul(ask.ladder.len() as u64);
    own.saturating_add(again).saturating_add(sold)
}
