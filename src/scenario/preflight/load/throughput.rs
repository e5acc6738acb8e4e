//! Mean demand of each link against its throttles and its rate.

use std::collections::BTreeMap;

use crate::ids::Id;
use crate::problem::{Code, Problem, codes};
use crate::protection::Protection;
use crate::scenario::{Places, Scenario};
use crate::topology::links::LinkGraph;
use crate::topology::{Direction, Link, Site, Topology};
use crate::units::Rate;
use crate::workload::Vm;

/// At most one warning for each link and direction.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let topology = &scenario.topology;
    let mut pairs: BTreeMap<(Id<Site>, Id<Site>), u64> = BTreeMap::new();
    for (_, vm, protection) in crate::scenario::preflight::replicated(scenario) {
        let (from, to) = (topology.hosts[vm.host].site, topology.hosts[protection.replica_host].site);
        let demand = pairs.entry((from, to)).or_default();
        *demand = demand.saturating_add(wire(scenario, vm, protection));
    }
    let mut demands: BTreeMap<(Id<Link>, Direction), u64> = BTreeMap::new();
    let graph = LinkGraph::new(topology);
    for ((from, to), demand) in pairs {
        let route = graph.route(topology.node_of(from), topology.node_of(to), |_| true);
        for hop in route.into_iter().flat_map(|route| route.links) {
            let sum = demands.entry(hop).or_default();
            *sum = sum.saturating_add(demand);
        }
    }
    demands.into_iter().filter_map(|(hop, demand)| warning(topology, places, hop, Rate(demand))).collect()
}

fn warning(
    topology: &Topology,
    places: &Places,
    hop: (Id<Link>, Direction),
    demand: Rate,
) -> Option<Problem> {
    let (link, direction) = (&topology.links[hop.0], hop.1);
    let capacity = link.payload(direction);
    let lowest = link.throttle[direction].iter().filter_map(|(_, rate)| *rate).min();
    let (code, what): (&'static Code, String) = if demand > capacity {
        let what = format!("link `{}` carries {capacity}, the mean demand is {demand}", link.name);
        (&codes::LINK_TOO_SLOW, what)
    } else if let Some(lowest) = lowest.filter(|lowest| demand > *lowest) {
        (
            &codes::THROTTLE,
            format!("a throttle of link `{}` leaves {lowest}, the mean demand is {demand}", link.name),
        )
    } else {
        return None;
    };
    Some(Problem::new(code, places.of("link", &link.name), what))
}

/// Mean demand of a VM on the wire, in B/s.
pub fn wire(scenario: &Scenario, vm: &Vm, protection: &Protection) -> u64 {
    let policy = &scenario.policies[protection.policy];
    let written = u128::from(vm.writes_mean(scenario.horizon).0);
    let wire = written * u128::from(1_000_000 + u64::from(policy.overhead.0));
    u64::try_from(wire / u128::from(policy.compression.0.max(1))).unwrap_or(u64::MAX)
}
