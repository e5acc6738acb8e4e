//! Mean demand of each link against its throttles and its rate.

use std::collections::BTreeMap;

use crate::ids::Id;
use crate::problem::{Code, Problem, codes};
use crate::protection::{Overrun, Policy, Protection};
use crate::scenario::{Places, Scenario};
use crate::topology::links::LinkGraph;
use crate::topology::{Direction, Link, Site, Topology};
use crate::units::{MICROS, Rate, Ratio};
use crate::workload::Vm;

/// At most one warning for each link and direction.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let horizon = u128::from(scenario.horizon.0.max(1));
    let mean =
        |bytes: u128| u64::try_from(bytes.saturating_mul(u128::from(MICROS)) / horizon).unwrap_or(u64::MAX);
    let demands = demands(scenario).into_iter();
    demands.filter_map(|(hop, bytes)| warning(&scenario.topology, places, hop, Rate(mean(bytes)))).collect()
}

/// Bytes that replication puts on each link in each direction in the time of the run, at the least: what is written, coalesced as much as
/// the curve of its policy allows, compressed and with its overhead. What a link carries less than that it never catches up.
pub fn demands(scenario: &Scenario) -> BTreeMap<(Id<Link>, Direction), u128> {
    let topology = &scenario.topology;
    let mut pairs: BTreeMap<(Id<Site>, Id<Site>), u128> = BTreeMap::new();
    for (_, vm, protection) in crate::scenario::preflight::replicated(scenario) {
        let (from, to) = (topology.hosts[vm.host].site, topology.hosts[protection.replica_host].site);
        let demand = pairs.entry((from, to)).or_default();
        let policy = &scenario.policies[protection.policy];
        *demand = demand.saturating_add(on_the_wire(policy, vm.writes(scenario.horizon)));
    }
    let mut demands: BTreeMap<(Id<Link>, Direction), u128> = BTreeMap::new();
    let graph = LinkGraph::new(topology);
    for ((from, to), demand) in pairs {
        let route = graph.route(topology.node_of(from), topology.node_of(to), |_| true);
        for hop in route.into_iter().flat_map(|route| route.links) {
            let sum = demands.entry(hop).or_default();
            *sum = sum.saturating_add(demand);
        }
    }
    demands
}

/// Of bytes written, those on the wire, at the least.
fn on_the_wire(policy: &Policy, written: u128) -> u128 {
    let curve = &policy.coalescing;
    // A log is as long as the interval, or longer where its cut waits for the log before.
    let first = curve.partition_point(|(length, _)| *length <= policy.interval).saturating_sub(1);
    let last = match policy.on_overrun {
        Overrun::Queue => (first + 2).min(curve.len()),
        Overrun::CutWhenDone | Overrun::NextTick => curve.len(),
    };
    let shares = curve.get(first..last).into_iter().flatten().map(|(_, share)| share.0);
    let share = u128::from(shares.min().unwrap_or(Ratio::ONE.0));
    let unique = written.saturating_mul(share) / u128::from(MICROS);
    unique.saturating_mul(u128::from(MICROS) + u128::from(policy.overhead.0))
        / u128::from(policy.compression.0.max(1))
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
