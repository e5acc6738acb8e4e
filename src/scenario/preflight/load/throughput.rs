//! Mean demand of each link against its throttles and its rate.

use std::collections::BTreeMap;

use super::{Flow, flows};
use crate::ids::Id;
use crate::problem::{Code, Problem, codes};
use crate::protection::{Overrun, Policy};
use crate::scenario::protection::standing::Ledger;
use crate::scenario::{Places, Scenario};
use crate::topology::links::LinkGraph;
use crate::topology::{Direction, Link, Site, Topology};
use crate::units::{MICROS, Rate, Ratio, Time};

/// A link in a direction.
type Hop = (Id<Link>, Direction);

/// At most one warning for each link and direction: of what is replicated at one time, where that is most.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let mut asked: BTreeMap<Hop, Ledger> = BTreeMap::new();
    along(scenario, |hop, flow| {
        let bytes = on_the_wire(flow.policy, flow.vm.writes(scenario.horizon));
        asked.entry(hop).or_default().add(&flow.stays, u64::try_from(bytes).unwrap_or(u64::MAX));
    });
    let horizon = u128::from(scenario.horizon.0.max(1));
    let mean =
        |bytes: u64| u64::try_from(u128::from(bytes) * u128::from(MICROS) / horizon).unwrap_or(u64::MAX);
    let most = asked.into_iter().map(|(hop, bytes)| (hop, Rate(mean(bytes.peak()))));
    most.filter_map(|(hop, demand)| warning(&scenario.topology, places, hop, demand)).collect()
}

/// Bytes that replication puts on each link in each direction in the time of the run, at the least: what is written while it is
/// replicated, coalesced as much as the curve of its policy allows, compressed and with its overhead. What a link carries less than that
/// it never catches up.
pub fn demands(scenario: &Scenario) -> BTreeMap<Hop, u128> {
    let mut demands: BTreeMap<Hop, u128> = BTreeMap::new();
    along(scenario, |hop, flow| {
        let written = |(from, to): (Time, Time)| {
            let until = |at: Time| flow.vm.writes(at.since(Time::START));
            until(to).saturating_sub(until(from))
        };
        let written = flow.stays.within(scenario.horizon).map(written).fold(0, u128::saturating_add);
        let sum = demands.entry(hop).or_default();
        *sum = sum.saturating_add(on_the_wire(flow.policy, written));
    });
    demands
}

/// Each flow on each link of its way.
fn along(scenario: &Scenario, mut see: impl FnMut(Hop, &Flow)) {
    let topology = &scenario.topology;
    let graph = LinkGraph::new(topology);
    let mut routes: BTreeMap<(Id<Site>, Id<Site>), Vec<Hop>> = BTreeMap::new();
    for flow in flows(scenario) {
        let (from, to) = (topology.hosts[flow.from].site, topology.hosts[flow.to].site);
        let route = routes.entry((from, to)).or_insert_with(|| {
            let route = graph.route(topology.node_of(from), topology.node_of(to), |_| true);
            route.map(|route| route.links).unwrap_or_default()
        });
        for hop in route {
            see(*hop, &flow);
        }
    }
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

fn warning(topology: &Topology, places: &Places, hop: Hop, demand: Rate) -> Option<Problem> {
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
pub(super) fn wire(scenario: &Scenario, flow: &Flow) -> u64 {
    let written = u128::from(flow.vm.writes_mean(scenario.horizon).0);
    let wire = written * u128::from(1_000_000 + u64::from(flow.policy.overhead.0));
    u64::try_from(wire / u128::from(flow.policy.compression.0.max(1))).unwrap_or(u64::MAX)
}
