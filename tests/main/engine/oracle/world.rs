//! The plain facts of a scenario, each worked out from nothing whenever asked: churn, ticks, routes, capacities.

use drsim::ids::Id;
use drsim::protection::{Phase, Policy};
use drsim::scenario::Scenario;
use drsim::topology::Topology;
use drsim::units::{Ratio, Time};
use drsim::workload::{AfterEnd, Layer};

const MILLION: u128 = 1_000_000;

fn narrow(value: u128) -> u64 {
    u64::try_from(value).expect("small systems have small numbers")
}

/// Bytes that a layer of churn has written by `at`: whole segments, and the floor of the one under way.
pub fn layer_written(layer: &Layer, at: u64) -> u64 {
    let segments: Vec<(u128, u64)> = match layer {
        Layer::Constant(rate) => return narrow(u128::from(rate.0) * u128::from(at) / MILLION),
        Layer::Shaped { rate, steps } => steps
            .iter()
            .map(|step| {
                let product = u128::from(rate.0) * u128::from(step.weight.0) * u128::from(step.length.0);
                (product / MILLION / MILLION, step.length.0)
            })
            .collect(),
        Layer::Measured { bins, bin, growth, after_end } => {
            let count = usize::try_from(at / bin.0).expect("few bins") + 1;
            let bytes = |index: usize| match after_end {
                AfterEnd::Zero => bins.get(index).copied().unwrap_or(0),
                AfterEnd::Hold => bins[index.min(bins.len() - 1)],
                AfterEnd::Repeat => bins[index % bins.len()],
            };
            (0..count)
                .map(|index| (u128::from(bytes(index)) * u128::from(growth.0) / MILLION, bin.0))
                .collect()
        }
    };
    let (mut from, mut sum) = (0, 0);
    for (bytes, length) in segments {
        sum += bytes * u128::from(length.min(at - from)) / u128::from(length);
        if at - from < length {
            break;
        }
        from += length;
    }
    narrow(sum)
}

/// Bytes written to replicated disks by `at`, of a VM that ran in the periods between `switches` (on at 0, off, on, …).
pub fn written(scenario: &Scenario, vm: usize, switches: &[u64], at: u64) -> u64 {
    let disks = scenario.vms[Id::new(vm)].disks.iter().filter(|disk| disk.replicate);
    let all = |at: u64| -> u64 {
        disks.clone().flat_map(|disk| &disk.churn).map(|layer| layer_written(layer, at)).sum()
    };
    let mut instants = vec![0];
    instants.extend_from_slice(switches);
    if instants.len() % 2 == 1 {
        instants.push(at);
    }
    instants.chunks(2).map(|run| all(run[1]) - all(run[0])).sum()
}

/// The VM's first tick.
pub fn first_tick(policy: &Policy, name: &str) -> u64 {
    match policy.phase {
        Phase::Aligned => 0,
        Phase::At(phase) => phase.0 % policy.interval.0,
        Phase::Stable => {
            let hash = blake3::hash(name.as_bytes());
            let first = hash.as_bytes()[..8].iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
            first % policy.interval.0
        }
    }
}

/// Unique ÷ raw in millionths: linear in the logarithm of the window between the points, rounded towards the earlier one; constant
/// outside.
pub fn coalescing(policy: &Policy, window: u64) -> u64 {
    let points: Vec<(i128, i128)> =
        policy.coalescing.iter().map(|(length, share)| (i128::from(length.0), i128::from(share.0))).collect();
    let window = i128::from(window);
    let Some((first, last)) = points.first().zip(points.last()) else { return 1_000_000 };
    let share = if window < first.0 {
        first.1
    } else if window >= last.0 {
        last.1
    } else {
        let at = points.windows(2).find(|pair| pair[0].0 <= window && window < pair[1].0);
        let [(from, low), (to, high)] = at.expect("between two points") else { unreachable!("pairs") };
        low + (high - low) * (log2(window) - log2(*from)) / (log2(*to) - log2(*from)).max(1)
    };
    u64::try_from(share).expect("a share between shares")
}

/// log₂ to 32 binary digits, found one at a time by squaring; mantissas keep 63 digits.
fn log2(value: i128) -> i128 {
    let (mut whole, mut mantissa) = (0, value.max(1));
    while mantissa < 1 << 63 {
        mantissa *= 2;
        whole -= 1;
    }
    let mut sum = (whole + 63) << 32;
    for digit in (0..32).rev() {
        let squared = u128::try_from(mantissa).unwrap().pow(2) >> 63;
        let reached = squared >= 1 << 64;
        sum += i128::from(reached) << digit;
        mantissa = i128::try_from(if reached { squared / 2 } else { squared }).unwrap();
    }
    sum
}

/// Payload of a link's direction, and whether a throttle makes it.
pub fn capacity(
    topology: &Topology,
    link: usize,
    direction: usize,
    share: Option<Ratio>,
    throttle: Option<u64>,
) -> (u64, bool) {
    let entry = &topology.links[Id::new(link)];
    let parts = u128::from(entry.rate[direction].0)
        * u128::from(entry.efficiency.0)
        * u128::from(share.map_or(0, |share| share.0));
    let payload = narrow((parts / MILLION / MILLION).min(1 << 40));
    throttle.filter(|throttle| *throttle < payload).map_or((payload, false), |throttle| (throttle, true))
}

/// How logs of a VM travel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Its first node.
    pub from: usize,
    pub resources: Vec<usize>,
    pub latency: u64,
    pub cap: Option<u64>,
}

/// First of the two resources of a host's card: links first, two each, then cards in order of hosts.
fn card(topology: &Topology, host: usize) -> Option<usize> {
    let limits = |host: usize| topology.hosts[Id::new(host)].nic.is_some();
    let before = (0..host).filter(|other| limits(*other)).count();
    limits(host).then(|| 2 * topology.links.len() + 2 * before)
}

/// Capacities of all resources at the start, before any throttle.
pub fn capacities(topology: &Topology) -> Vec<u64> {
    let links = (0..2 * topology.links.len())
        .map(|index| capacity(topology, index / 2, index % 2, Some(Ratio::ONE), None).0);
    let cards = topology.hosts.iter().filter_map(|host| host.nic).flat_map(|nic| [nic.0, nic.0]);
    links.chain(cards).collect()
}

/// By node, the lowest that is reached from it over any links.
pub fn parts(topology: &Topology) -> Vec<usize> {
    let mut parts: Vec<usize> = (0..topology.nodes.len()).collect();
    for _ in 0..topology.nodes.len() {
        for link in topology.links.iter() {
            let lowest = parts[link.from.index()].min(parts[link.to.index()]);
            (parts[link.from.index()], parts[link.to.index()]) = (lowest, lowest);
        }
    }
    parts
}

/// The best of all simple ways from host to host over links that are not cut: least latency, then hops, then names.
pub fn route(topology: &Topology, cut: &[bool], from: usize, to: usize) -> Option<Route> {
    let (source, target) = (&topology.hosts[Id::new(from)], &topology.hosts[Id::new(to)]);
    let node = |site| topology.nodes.iter().position(|node| node.site == Some(site)).expect("a site's node");
    let first = node(source.site);
    let mut ways = Vec::new();
    walk(topology, cut, &mut vec![first], node(target.site), &mut Vec::new(), &mut ways);
    let (latency, _, links) = ways.into_iter().min()?;
    let mut resources: Vec<usize> = card(topology, from).into_iter().collect();
    resources.extend(links.iter().map(|(link, direction)| 2 * link + direction));
    resources.extend(card(topology, to).map(|card| card + 1));
    let window = source.tcp_window.filter(|_| latency > 0);
    let window_cap = window.map(|bytes| narrow(u128::from(bytes.0) * MILLION / u128::from(2 * latency)));
    let cap = source.stream_cap.map(|rate| rate.0).into_iter().chain(window_cap).min();
    Some(Route { from: first, resources, latency, cap })
}

type Way = (u64, usize, Vec<(usize, usize)>);

fn walk(
    topology: &Topology,
    cut: &[bool],
    seen: &mut Vec<usize>,
    to: usize,
    links: &mut Vec<(usize, usize)>,
    ways: &mut Vec<Way>,
) {
    let here = *seen.last().expect("a start");
    if here == to {
        let latency = links.iter().map(|(link, _)| topology.links[Id::new(*link)].latency.0).sum();
        ways.push((latency, links.len(), links.clone()));
        return;
    }
    for (id, link) in topology.links.entries().filter(|(id, _)| !cut[id.index()]) {
        for (direction, a, b) in [(0, link.from, link.to), (1, link.to, link.from)] {
            if a.index() == here && !seen.contains(&b.index()) {
                seen.push(b.index());
                links.push((id.index(), direction));
                walk(topology, cut, seen, to, links, ways);
                links.pop();
                seen.pop();
            }
        }
    }
}

/// All throttle edges: (instant, link, direction, throttle), in order.
pub fn edges(topology: &Topology) -> Vec<(u64, usize, usize, Option<u64>)> {
    let mut edges = Vec::new();
    for (id, link) in topology.links.entries() {
        for (direction, list) in link.throttle.iter().enumerate() {
            let edge = |(at, rate): &(Time, Option<drsim::units::Rate>)| {
                (at.0, id.index(), direction, rate.map(|rate| rate.0))
            };
            edges.extend(list.iter().map(edge));
        }
    }
    edges.sort_unstable();
    edges
}
