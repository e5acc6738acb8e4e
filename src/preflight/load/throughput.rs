//! Mean demand of each link against its throttles and its rate.

use std::collections::BTreeMap;

use crate::ids::Id;
use crate::problem::{Code, Problem, codes};
use crate::protection::Protection;
use crate::scenario::{Places, Scenario};
use crate::topology::links::LinkGraph;
use crate::topology::{Direction, Link, Site, Topology};
use crate::units::{Rate, Span};
use crate::workload::{Layer, Vm};

/// At most one warning for each link and direction.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let topology = &scenario.topology;
    let mut pairs: BTreeMap<(Id<Site>, Id<Site>), u64> = BTreeMap::new();
    for (_, vm, protection) in crate::preflight::replicated(scenario) {
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
    let capacity = u128::from(link.rate[direction].0) * u128::from(link.efficiency.0) / 1_000_000;
    let capacity = Rate(u64::try_from(capacity).unwrap_or(u64::MAX));
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
    let written = u128::from(mean(vm, scenario.horizon));
    let wire = written * u128::from(1_000_000 + u64::from(policy.overhead.0));
    u64::try_from(wire / u128::from(policy.compression.0.max(1))).unwrap_or(u64::MAX)
}

/// Mean write rate of the replicated disks over the run, in B/s.
pub fn mean(vm: &Vm, horizon: Span) -> u64 {
    let layers = vm.disks.iter().filter(|disk| disk.replicate).flat_map(|disk| &disk.churn);
    layers.map(|layer| layer_mean(layer, horizon)).fold(0, u64::saturating_add)
}

fn layer_mean(layer: &Layer, horizon: Span) -> u64 {
    let mean = match layer {
        Layer::Constant(rate) => u128::from(rate.0),
        Layer::Shaped { rate, steps } => {
            let mut left = horizon.0;
            let mut weighted: u128 = 0;
            for step in steps.iter() {
                let length = step.length.0.min(left);
                left -= length;
                weighted += u128::from(length) * u128::from(step.weight.0);
            }
            // Weight is at most 2³², length of all 2⁶⁴: their product fits, the rate is applied to the quotient.
            u128::from(rate.0) * (weighted / u128::from(horizon.0.max(1))) / 1_000_000
        }
        Layer::Measured { bins, bin, growth, .. } => {
            let bytes: u128 = bins.iter().map(|bytes| u128::from(*bytes)).sum();
            let length = u128::from(bin.0) * bins.len() as u128;
            bytes.saturating_mul(u128::from(growth.0)) / length.max(1)
        }
    };
    u64::try_from(mean).unwrap_or(u64::MAX)
}
