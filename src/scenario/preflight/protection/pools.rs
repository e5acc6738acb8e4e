//! Addresses and subnets at the target (S65, facts 6.16, 6.19, T25).

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::Id;
use crate::problem::{Problem, codes};
use crate::scenario::preflight::estate::networks::mapped;
use crate::scenario::{Places, Scenario};
use crate::topology::{Isolation, Network};
use crate::workload::Nic;

/// A network, the index of a subnet of it, and the network it is mapped to.
type Stray = (Id<Network>, usize, Id<Network>);

/// One warning for each network, or subnet, at the target.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let networks = &scenario.topology.networks;
    let mut takers: crate::scenario::preflight::Groups<(Id<Network>, usize)> = Default::default();
    let mut strays: BTreeMap<Stray, BTreeSet<&str>> = BTreeMap::new();
    for (_, vm, protection) in crate::scenario::preflight::replicated(scenario) {
        let site = scenario.topology.hosts[protection.replica_host].site;
        for nic in &vm.nics {
            let Some(target) = mapped(scenario, nic.network, site) else { continue };
            let (subnet, has_namesake) = landing(scenario, nic, target);
            if !has_namesake {
                strays.entry((nic.network, nic.subnet, target)).or_default().insert(&vm.name);
            }
            if nic.static_address || networks[target].fabric.isolation == Isolation::Wnv {
                takers.entry((target, subnet)).or_default().push(&vm.name);
            }
        }
    }
    let mut problems: Vec<Problem> =
        takers.into_iter().filter_map(|(to, names)| pool(scenario, places, to, &names)).collect();
    problems.extend(strays.into_iter().map(|((from, subnet, to), names)| {
        let names: Vec<&str> = names.into_iter().collect();
        let (to, first) = (&networks[to].name, &networks[to].fabric.subnets[0].name);
        let what = format!(
            "subnet `{}` of network `{}` has no namesake in network `{to}`: `{first}` is taken for {}",
            networks[from].fabric.subnets[subnet].name,
            networks[from].name,
            crate::scenario::preflight::these(&names)
        );
        Problem::new(&codes::OTHER_SUBNET, places.of("network", to), what)
    }));
    problems
}

/// Index of the subnet that an adapter joins in the target, and whether that is its own one's namesake, or none was asked for.
fn landing(scenario: &Scenario, nic: &Nic, target: Id<Network>) -> (usize, bool) {
    let networks = &scenario.topology.networks;
    let subnets = &networks[target].fabric.subnets;
    let Some(own) = networks[nic.network].fabric.subnets.get(nic.subnet) else { return (0, true) };
    let namesake = subnets.iter().position(|subnet| subnet.name == own.name);
    (namesake.unwrap_or(0), namesake.is_some() || subnets.is_empty())
}

fn pool(
    scenario: &Scenario,
    places: &Places,
    (network, subnet): (Id<Network>, usize),
    names: &[&str],
) -> Option<Problem> {
    let network = &scenario.topology.networks[network];
    let row = network.fabric.subnets.get(subnet);
    let pool = row.map_or(network.pool, |subnet| subnet.pool);
    let place = row.map_or(String::new(), |subnet| format!("subnet `{}` of ", subnet.name));
    let (count, noun) = (names.len(), if names.len() == 1 { "adapter" } else { "adapters" });
    let (code, what) = match pool {
        None => {
            (&codes::NO_POOL, format!("{place}network `{}` has no pool for {count} {noun}", network.name))
        }
        Some(pool) if (pool as usize) < count => (
            &codes::POOL_TOO_SMALL,
            format!("{place}network `{}` has a pool of {pool} for {count} {noun}", network.name),
        ),
        Some(_) => return None,
    };
    let what = format!("{what}: {}", crate::scenario::preflight::these(names));
    Some(Problem::new(code, places.of("network", &network.name), what))
}
