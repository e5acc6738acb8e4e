//! Logical networks: what clouds offer and hosts reach (S17, S18, facts 6.8, 6.17).

use super::networks::mapped;
use crate::control_plane::Cloud;
use crate::ids::Id;
use crate::problem::{Problem, codes};
use crate::scenario::{Places, Scenario};
use crate::topology::{Host, LogicalNetwork, Network};

/// One problem for each network and cloud, and for each network and replica host.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let topology = &scenario.topology;
    let mut not_offered: super::Groups<(Id<Network>, Id<Cloud>)> = Default::default();
    let mut out_of_reach: super::Groups<(Id<Network>, Id<Host>)> = Default::default();
    for (vm, from, to) in super::paired(scenario) {
        let vm = &scenario.vms[vm];
        let Some(protection) = &vm.protection else { continue };
        let host = protection.replica_host;
        for nic in &vm.nics {
            let target = mapped(scenario, nic.network, topology.hosts[host].site);
            for (network, cloud) in [(Some(nic.network), from), (target, to)] {
                let Some(network) = network.filter(|_| target.is_some()) else { continue };
                if lacks(scenario, network, &scenario.control_plane.clouds[cloud].profile.logical_networks) {
                    not_offered.entry((network, cloud)).or_default().push(&vm.name);
                }
            }
            if let Some(target) = target
                && lacks(scenario, target, &topology.hosts[host].hyper_v.logical_networks)
            {
                out_of_reach.entry((target, host)).or_default().push(&vm.name);
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
            super::vms(names.len())
        );
        Problem::new(
            &codes::NETWORK_NOT_OFFERED,
            places.of("network", &topology.networks[network].name),
            what,
        )
    });
    let reached = out_of_reach.into_iter().map(|((network, host), names)| {
        let what = format!(
            "the replica of {} is placed on host `{}`, which does not reach logical network `{}` of network `{}`",
            super::these(&names),
            topology.hosts[host].name,
            logical(network),
            topology.networks[network].name
        );
        super::at_vm(&codes::HOST_OUT_OF_REACH, places, &names, what)
    });
    offered.chain(reached).collect()
}

fn lacks(scenario: &Scenario, network: Id<Network>, known: &Option<Vec<Id<LogicalNetwork>>>) -> bool {
    let needed = scenario.topology.networks[network].fabric.logical;
    needed.is_some_and(|needed| known.as_ref().is_some_and(|known| !known.contains(&needed)))
}
