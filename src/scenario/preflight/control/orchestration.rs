//! A plan is run by the VMM server of the recovery side; an outage may take that too (facts 6.11, 6.12).

use std::collections::BTreeSet;

use crate::control_plane::Vmm;
use crate::ids::Id;
use crate::outage::{Component, Effect, Outage};
use crate::problem::{Problem, codes};
use crate::recovery::Plan;
use crate::scenario::{Places, Scenario};

/// One warning for each outage and plan.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let plans = || scenario.recovery.plans.iter().filter(|plan| !plan.conduct.by_hand);
    let pairs = scenario.outages.iter().flat_map(|outage| plans().map(move |plan| (outage, plan)));
    pairs.filter_map(|(outage, plan)| warning(scenario, places, outage, plan)).collect()
}

fn warning(scenario: &Scenario, places: &Places, outage: &Outage, plan: &Plan) -> Option<Problem> {
    let down: BTreeSet<Component> = outage
        .strikes
        .iter()
        .filter(|strike| strike.effect == Effect::Down)
        .map(|strike| strike.component)
        .collect();
    let vms = plan.groups.iter().flat_map(|group| &group.vms).map(|vm| &scenario.vms[*vm]);
    let struck = vms.filter(|vm| down.contains(&Component::Host(vm.host)));
    let clouds = &scenario.control_plane.clouds;
    let drivers: BTreeSet<Id<Vmm>> = struck
        .filter_map(|vm| vm.protection.as_ref())
        .flat_map(|protection| clouds.iter().filter(|cloud| cloud.hosts.contains(&protection.replica_host)))
        .map(|cloud| cloud.vmm)
        .collect();
    if drivers.is_empty() || !drivers.iter().all(|vmm| down.contains(&Component::Vmm(*vmm))) {
        return None;
    }
    let names: Vec<&str> =
        drivers.iter().map(|vmm| scenario.control_plane.vmms[*vmm].name.as_str()).collect();
    let what = format!(
        "plan `{}` is run by {}, which outage `{}` takes too",
        plan.name,
        crate::scenario::preflight::some(&names),
        outage.name
    );
    Some(Problem::new(&codes::VMM_FAILS_TOO, places.of("outage", &outage.name), what))
}
