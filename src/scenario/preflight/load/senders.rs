//! Mean demand against what hosts can send and replica volumes can apply (facts 1.13, 1.19, T1, T3).

use std::collections::BTreeMap;

use super::flows;
use super::throughput::wire;
use crate::ids::Id;
use crate::problem::{Problem, codes};
use crate::protection::Policy;
use crate::scenario::protection::standing::Ledger;
use crate::scenario::{Places, Scenario};
use crate::topology::links::LinkGraph;
use crate::topology::{Host, Site, Volume};
use crate::units::{MICROS, Rate};

/// At most one warning of each kind for each host and each volume: of what is replicated at one time, where that is most.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let hosts = &scenario.topology.hosts;
    let graph = LinkGraph::new(&scenario.topology);
    let mut sent: BTreeMap<Id<Host>, Ledger> = BTreeMap::new();
    let mut applied: BTreeMap<Id<Volume>, Ledger> = BTreeMap::new();
    let mut slow: crate::scenario::preflight::Groups<(Id<Host>, Rate)> = Default::default();
    let mut streams: BTreeMap<(Id<Host>, Id<Site>), Option<Rate>> = BTreeMap::new();
    for flow in flows(scenario) {
        let demand = wire(scenario, &flow);
        sent.entry(flow.from).or_default().add(&flow.stays, demand);
        if let Some(volume) = flow.volume {
            let unique = least_unique(flow.policy, flow.vm.writes_mean(scenario.horizon).0);
            applied.entry(volume).or_default().add(&flow.stays, unique);
        }
        let to = hosts[flow.to].site;
        let stream =
            *streams.entry((flow.from, to)).or_insert_with(|| stream(scenario, &graph, flow.from, to));
        if let Some(stream) = stream.filter(|stream| demand > stream.0) {
            slow.entry((flow.from, stream)).or_default().push(&flow.vm.name);
        }
    }
    let mut problems: Vec<Problem> = Vec::new();
    for (id, demand) in sent.into_iter().map(|(id, sums)| (id, sums.peak())) {
        let host = &hosts[id];
        let slots = host.send_slots.zip(host.stream_cap);
        let slots = slots.map(|(slots, stream)| {
            (stream.0.saturating_mul(slots.into()), format!("{slots} streams of {stream}"))
        });
        let nic = host.nic.map(|nic| (nic.0, format!("a network card of {nic}")));
        let Some((least, how)) = slots.into_iter().chain(nic).min().filter(|(least, _)| demand > *least)
        else {
            continue;
        };
        let what = format!(
            "host `{}` sends {} at most ({how}), the mean demand is {}",
            host.name,
            Rate(least),
            Rate(demand)
        );
        problems.push(Problem::new(&codes::SENDER_TOO_SLOW, places.of("host", &host.name), what));
    }
    problems.extend(slow.into_iter().map(|((host, stream), names)| {
        let what = format!(
            "{} on host `{}`: more is written than one stream carries, {stream}",
            crate::scenario::preflight::these(&names),
            hosts[host].name
        );
        crate::scenario::preflight::at_vm(&codes::STREAM_TOO_SLOW, places, &names, what)
    }));
    for (id, demand) in applied.into_iter().map(|(id, sums)| (id, sums.peak())) {
        let volume = &scenario.topology.volumes[id];
        let Some(rate) = volume.apply_rate.filter(|rate| demand > rate.0) else { continue };
        let what = format!(
            "{} applies {}/s, at least {}/s are received on average",
            super::space::volume_words(scenario, id),
            crate::units::Bytes(rate.0),
            crate::units::Bytes(demand)
        );
        problems.push(Problem::new(
            &codes::APPLY_TOO_SLOW,
            places.of("host", &hosts[volume.host].name),
            what,
        ));
    }
    problems
}

/// What of the written bytes is applied at least: the strongest coalescing.
fn least_unique(policy: &Policy, written: u64) -> u64 {
    let ratios = policy.coalescing.iter().map(|(_, ratio)| ratio.0);
    let ratio = u128::from(ratios.min().unwrap_or(1_000_000));
    u64::try_from(u128::from(written) * ratio / 1_000_000).unwrap_or(u64::MAX)
}

/// What one stream carries from a host to a site: its cap, or window ÷ round trip.
fn stream(scenario: &Scenario, graph: &LinkGraph, from: Id<Host>, to: Id<Site>) -> Option<Rate> {
    let topology = &scenario.topology;
    let host = &topology.hosts[from];
    let route = graph.route(topology.node_of(host.site), topology.node_of(to), |_| true);
    let round_trip = route.map_or(0, |route| u128::from(route.latency.0) * 2);
    let window = host.tcp_window.filter(|_| round_trip > 0).map(|window| {
        let rate = u128::from(window.0) * u128::from(MICROS) / round_trip.max(1);
        Rate(u64::try_from(rate).unwrap_or(u64::MAX))
    });
    host.stream_cap.into_iter().chain(window).min()
}
