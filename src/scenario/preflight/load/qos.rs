//! QoS policies against what they are meant to throttle (S69–S74, facts 8.1–8.8, T13–T15).

use std::collections::{BTreeMap, BTreeSet};

use super::throughput::wire;
use super::{Flow, flows};
use crate::ids::Id;
use crate::problem::{Code, Problem, codes};
use crate::scenario::protection::standing::Ledger;
use crate::scenario::{Places, Scenario};
use crate::topology::{Host, OsVersion, QosAction, QosPolicy, Traffic};
use crate::units::Rate;

/// At most one warning of each kind for each policy.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let (mut problems, flows) = (Vec::new(), flows(scenario));
    for qos in scenario.topology.qos.iter() {
        let mut say = |code: &'static Code, what: String| {
            let what = format!("QoS policy `{}` {what}", qos.name);
            problems.push(Problem::new(code, places.of("QoS policy", &qos.name), what));
        };
        nodes(scenario, qos, &mut say);
        let demands = demands(scenario, qos, &flows);
        if demands.is_empty() {
            matches_nothing(scenario, qos, &flows, &mut say);
        }
        match qos.action {
            QosAction::Weight(weight) => {
                say(&codes::WEIGHT_IS_NO_CAP, format!("gives replication weight {weight}, not a limit"));
            }
            QosAction::Rate(rate) => cap(scenario, qos, rate, &demands, &mut say),
        }
    }
    problems
}

/// What each host of the policy sends of what it matches, on average, when it sends most.
fn demands(scenario: &Scenario, qos: &QosPolicy, flows: &[Flow]) -> BTreeMap<Id<Host>, u64> {
    let hosts: BTreeSet<Id<Host>> = qos.hosts.iter().copied().collect();
    let site = |host: Id<Host>| scenario.topology.hosts[host].site;
    let mut demands: BTreeMap<Id<Host>, Ledger> = BTreeMap::new();
    for flow in flows.iter().filter(|flow| hosts.contains(&flow.from)) {
        let matches = match qos.matches {
            Traffic::To(to) => site(flow.to) == to && site(flow.from) != to,
            Traffic::Port(port) => flow.policy.settings.port == port,
            Traffic::Vmms => true,
        };
        if matches {
            demands.entry(flow.from).or_default().add(&flow.stays, wire(scenario, flow));
        }
    }
    demands.into_iter().map(|(host, sums)| (host, sums.peak())).collect()
}

/// Whether nothing matches because of the policy, not because its hosts protect nothing.
fn matches_nothing(
    scenario: &Scenario,
    qos: &QosPolicy,
    flows: &[Flow],
    say: &mut impl FnMut(&'static Code, String),
) {
    let sent = flows.iter().filter(|flow| qos.hosts.contains(&flow.from));
    let ports: BTreeSet<u16> = sent.map(|flow| flow.policy.settings.port).collect();
    if ports.is_empty() {
        return;
    }
    match qos.matches {
        Traffic::Port(port) => {
            let used: Vec<String> = ports.iter().map(u16::to_string).collect();
            let what = format!("matches port {port}, replication from its hosts uses {}", used.join(" and "));
            say(&codes::QOS_PORT, what);
        }
        Traffic::To(site) => {
            let site = &scenario.topology.sites[site].name;
            let what = format!("matches the subnet of site `{site}`, where no replica of its hosts is sent");
            say(&codes::QOS_SAME_SUBNET, what);
        }
        Traffic::Vmms => {}
    }
}

/// Nodes of a cluster without this policy or a like one.
fn nodes(scenario: &Scenario, qos: &QosPolicy, say: &mut impl FnMut(&'static Code, String)) {
    let topology = &scenario.topology;
    let alike = topology.qos.iter().filter(|other| other.matches == qos.matches);
    let covered: BTreeSet<Id<Host>> = alike.flat_map(|other| other.hosts.iter().copied()).collect();
    let clusters: BTreeSet<_> =
        qos.hosts.iter().filter_map(|host| topology.hosts[*host].hyper_v.cluster).collect();
    for cluster in clusters {
        let nodes = topology.hosts.entries().filter(|(_, host)| host.hyper_v.cluster == Some(cluster));
        let bare: Vec<&str> =
            nodes.filter(|(id, _)| !covered.contains(id)).map(|(_, host)| host.name.as_str()).collect();
        if !bare.is_empty() {
            let (cluster, bare) =
                (&topology.clusters[cluster].name, crate::scenario::preflight::named("node", &bare));
            say(&codes::QOS_SOME_NODES, format!("is missing on {bare} of cluster `{cluster}`"));
        }
    }
}

fn cap(
    scenario: &Scenario,
    qos: &QosPolicy,
    rate: Rate,
    demands: &BTreeMap<Id<Host>, u64>,
    say: &mut impl FnMut(&'static Code, String),
) {
    let topology = &scenario.topology;
    let highest = demands.iter().max_by_key(|(id, demand)| (**demand, std::cmp::Reverse(**id)));
    if let Some((host, demand)) = highest.filter(|(_, demand)| **demand > rate.0) {
        let (host, demand) = (&topology.hosts[*host].name, Rate(*demand));
        say(&codes::QOS_TOO_LOW, format!("caps host `{host}` at {rate}, its mean demand is {demand}"));
    }
    let fastest = topology.links.iter().flat_map(|link| link.rate).max();
    if let Some(fastest) = fastest.filter(|fastest| rate > *fastest) {
        say(&codes::QOS_NEVER_BINDS, format!("caps at {rate}, the fastest link carries {fastest}"));
    }
    let is_old = |host: &&Id<Host>| topology.hosts[**host].hyper_v.os == OsVersion::Ws2012;
    let old: Vec<&str> =
        qos.hosts.iter().filter(is_old).map(|host| topology.hosts[*host].name.as_str()).collect();
    if !old.is_empty() {
        let what = format!(
            "caps {} with Windows Server 2012 at {rate}: write {} bytes per second there",
            crate::scenario::preflight::named("host", &old),
            rate.0
        );
        say(&codes::QOS_BYTES, what);
    }
}
