//! Network mapping in both directions (facts 6.15–6.19).

use std::collections::BTreeMap;

use crate::ids::Id;
use crate::problem::{Problem, codes};
use crate::remedy::{Addition, Remedy};
use crate::scenario::{Places, Scenario};
use crate::topology::{Network, Site};

/// A network, the site it must lead to, and whether that is the way back.
type Way = (Id<Network>, Id<Site>, bool);

/// Most entries among which a remedy offers the choice.
const ENTRIES: usize = 4;

/// Mappings that are missing, with the number of VMs concerned.
pub fn missing(scenario: &Scenario) -> BTreeMap<Way, usize> {
    let mut missing: BTreeMap<Way, usize> = BTreeMap::new();
    for vm in scenario.vms.iter() {
        let Some(protection) = &vm.protection else { continue };
        let hosts = &scenario.topology.hosts;
        let (home, away) = (hosts[vm.host].site, hosts[protection.replica_host].site);
        if home == away {
            continue;
        }
        for nic in &vm.nics {
            match mapped(scenario, nic.network, away) {
                None => *missing.entry((nic.network, away, false)).or_default() += 1,
                Some(target) if mapped(scenario, target, home).is_none() => {
                    *missing.entry((target, home, true)).or_default() += 1;
                }
                Some(_) => {}
            }
        }
    }
    missing
}

/// One warning for each network, direction and target site.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let warn = |((network, to, back), vms): (Way, usize)| {
        let topology = &scenario.topology;
        let name = &topology.networks[network].name;
        let site = &topology.sites[to].name;
        let way = if back { "back to" } else { "to" };
        let what = format!(
            "network `{name}` has no mapping {way} site `{site}` ({vms} {})",
            crate::scenario::preflight::vms(vms)
        );
        let there = topology.networks.iter().filter(|it| it.site == to);
        let entries: Vec<String> =
            there.map(|it| format!("(from: \"{name}\", to: \"{}\")", it.name)).collect();
        let remedy = match entries.len() {
            0 => format!("add a network at `{site}`, and the way to it to `network_mappings`").into(),
            1..=ENTRIES => Remedy::Add(Addition { section: "network_mappings", entries }.into()),
            _ => format!("add the way from `{name}` to a network at `{site}` to `network_mappings`").into(),
        };
        Problem::new(&codes::UNMAPPED, places.of("network", name), what).remedy(remedy)
    };
    missing(scenario).into_iter().map(warn).collect()
}

/// The network at `site` that `from` is mapped to.
pub fn mapped(scenario: &Scenario, from: Id<Network>, site: Id<Site>) -> Option<Id<Network>> {
    let topology = &scenario.topology;
    let leads_there = |to: Id<Network>| topology.networks[to].site == site;
    topology
        .mappings
        .iter()
        .find(|mapping| mapping.from == from && leads_there(mapping.to))
        .map(|mapping| mapping.to)
}
