//! Resynchronisations that nobody starts (facts 1.21, 1.27, 9.13, T5, T9).

use std::collections::BTreeMap;

use crate::ids::Id;
use crate::operations::Act;
use crate::outage::{Component, Effect, Outage};
use crate::problem::{Problem, codes};
use crate::protection::{Policy, Resync};
use crate::scenario::{Places, Scenario};
use crate::topology::Host;
use crate::units::Time;

/// One warning for each outage and policy, and one for each policy without window.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let resynchronizes = |act: &Act| matches!(act, Act::Resynchronize { .. });
    let mut problems = Vec::new();
    for (id, outage) in scenario.outages.entries() {
        if !scenario.operations_in(Some(id)).any(|(_, operation)| resynchronizes(&operation.act)) {
            problems.extend(manual(scenario, places, outage));
        }
    }
    let end = Time(scenario.horizon.0);
    let mut waiting: crate::scenario::preflight::Groups<Id<Policy>> = Default::default();
    for (_, vm, protection) in crate::scenario::preflight::replicated(scenario) {
        let Resync::Windows(windows) = &scenario.policies[protection.policy].settings.resync else {
            continue;
        };
        if windows.first().is_none_or(|(from, _)| *from >= end) {
            waiting.entry(protection.policy).or_default().push(&vm.name);
        }
    }
    problems.extend(waiting.into_iter().map(|(policy, names)| {
        let name = &scenario.policies[policy].name;
        let what = format!(
            "policy `{name}` of {} has no resynchronisation window in the run",
            crate::scenario::preflight::these(&names)
        );
        Problem::new(&codes::RESYNC_NEVER, places.of("policy", name), what)
    }));
    problems
}

/// Hosts that crash and come back, their site staying: their VMs need a resynchronisation.
fn manual(scenario: &Scenario, places: &Places, outage: &Outage) -> Vec<Problem> {
    let downs = || outage.strikes.iter().filter(|strike| strike.effect == Effect::Down);
    let is_site_lost = |host: Id<Host>| {
        let site = scenario.topology.hosts[host].site;
        downs().any(|strike| strike.component == Component::Site(site))
    };
    let returns = |host: Id<Host>| {
        let is_clustered = scenario.topology.hosts[host].hyper_v.cluster.is_some();
        let mut own = downs().filter(|strike| strike.component == Component::Host(host));
        own.any(|strike| is_clustered || strike.to.is_some()) && !is_site_lost(host)
    };
    let mut hosts: BTreeMap<Id<Host>, bool> = BTreeMap::new();
    let mut left: crate::scenario::preflight::Groups<Id<Policy>> = Default::default();
    for (_, vm, protection) in crate::scenario::preflight::replicated(scenario) {
        let is_manual = scenario.policies[protection.policy].settings.resync == Resync::Manual;
        if is_manual && *hosts.entry(vm.host).or_insert_with(|| returns(vm.host)) {
            left.entry(protection.policy).or_default().push(&vm.name);
        }
    }
    let warn = |(policy, names): (Id<Policy>, Vec<&str>)| {
        let what = format!(
            "after outage `{}` {} must be resynchronised unless failed over; policy `{}` leaves that to an operator, and no operation does it",
            outage.name,
            crate::scenario::preflight::these(&names),
            scenario.policies[policy].name
        );
        Problem::new(&codes::RESYNC_MANUAL, places.of("outage", &outage.name), what)
    };
    left.into_iter().map(warn).collect()
}
