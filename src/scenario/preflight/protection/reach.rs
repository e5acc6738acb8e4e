//! Logical networks that source clouds offer (S17, S18, fact 6.17). That the target cloud offers them and the replica's host reaches them
//! is seen to when the replica is placed.

use crate::control_plane::Cloud;
use crate::ids::Id;
use crate::problem::{Problem, codes};
use crate::scenario::preflight::estate::networks::mapped;
use crate::scenario::{Places, Scenario};
use crate::topology::{LogicalNetwork, Network};

/// One problem for each network and cloud.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let topology = &scenario.topology;
    let mut not_offered: crate::scenario::preflight::Groups<(Id<Network>, Id<Cloud>)> = Default::default();
    for (vm, cloud, _) in crate::scenario::preflight::paired(scenario) {
        let vm = &scenario.vms[vm];
        let Some(protection) = &vm.protection else { continue };
        let there = topology.hosts[protection.replica_host].site;
        let offered = &scenario.control_plane.clouds[cloud].profile.logical_networks;
        for network in vm.nics.iter().map(|nic| nic.network) {
            if mapped(scenario, network, there).is_some() && lacks(scenario, network, offered) {
                not_offered.entry((network, cloud)).or_default().push(&vm.name);
            }
        }
    }
    let logical = |network: Id<Network>| {
        let logical = topology.networks[network].fabric.logical;
        logical.map_or("", |logical| &topology.logical_networks[logical].name)
    };
    let offered = not_offered.into_iter().map(|((network, cloud), names)| {
        let what = format!(
            "network `{}` lies on logical network `{}`, which cloud `{}` does not offer ({} {})",
            topology.networks[network].name,
            logical(network),
            scenario.control_plane.clouds[cloud].name,
            names.len(),
            crate::scenario::preflight::vms(names.len())
        );
        Problem::new(
            &codes::NETWORK_NOT_OFFERED,
            places.of("network", &topology.networks[network].name),
            what,
        )
    });
    offered.collect()
}

fn lacks(scenario: &Scenario, network: Id<Network>, known: &Option<Vec<Id<LogicalNetwork>>>) -> bool {
    let needed = scenario.topology.networks[network].fabric.logical;
    needed.is_some_and(|needed| known.as_ref().is_some_and(|known| !known.contains(&needed)))
}
