//! The network as the kernel uses it: its resources, their capacity at this instant, and routes between sites.
//! Rerouting is instant.
//!
//! Resource 2·link + direction is a link's direction; then each host with a network card has one to send and one to
//! receive; then each QoS policy with a rate has one on each of its hosts.

pub(super) mod qos;
pub(super) mod classes;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::index::MaybeIndex;
use super::net::CAPACITY_MAX;
use super::network::qos::{Flow, Governed, Qos};
use crate::ids::Id;
use crate::topology::links::{LinkGraph, Route};
use crate::topology::{Link, Node, Topology};
use crate::units::{MICROS, Ratio};

/// Links and cards with their state.
#[derive(Clone, Debug)]
pub(super) struct Network {
    pub(super) topology: Arc<Topology>,
    graph: Arc<LinkGraph>,
    links: Vec<LinkState>,
    hosts: Vec<HostState>,
    routes: BTreeMap<(Id<Node>, Id<Node>), Option<Route>>,
    /// By node: the part of the graph that it is in.
    parts: Arc<[usize]>,
    qos: Qos,
    /// First resource of QoS.
    first_qos: u32,
}

#[derive(Clone, Debug, PartialEq)]
struct LinkState {
    /// `None`: cut.
    share: Option<Ratio>,
    throttle: [Option<u64>; 2],
}

#[derive(Clone, Debug, PartialEq)]
struct HostState {
    up: bool,
    node: Id<Node>,
    /// First of its two resources; none without a card that limits.
    card: MaybeIndex,
}

/// How a log, or a migrating VM's memory, travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// Of the graph of links.
    pub(super) part: usize,
    pub(super) resources: Vec<u32>,
    pub(super) latency: u64,
    /// The sender's card, and the flow's share of it by QoS; none without a card that limits.
    pub(super) favour: Option<(u32, u64)>,
}

impl Network {
    pub(super) fn new(topology: &Topology) -> Self {
        let mut next = index(2 * topology.links.len());
        let hosts = topology.hosts.iter().map(|entry| {
            let card = entry.nic.map(|_| next).into();
            next += if entry.nic.is_some() { 2 } else { 0 };
            HostState { up: true, node: topology.node_of(entry.site), card }
        });
        let hosts = hosts.collect();
        let graph = LinkGraph::new(topology);
        Network {
            hosts,
            qos: Qos::new(topology),
            first_qos: next,
            links: vec![LinkState { share: Some(Ratio::ONE), throttle: [None; 2] }; topology.links.len()],
            routes: BTreeMap::new(),
            parts: graph.parts().into(),
            graph: Arc::new(graph),
            topology: Arc::new(topology.clone()),
        }
    }

    /// Capacity of every resource.
    pub(super) fn capacities(&self) -> Vec<u64> {
        let links = (0..2 * self.links.len()).map(|resource| self.capacity(index(resource)).0);
        let cards = self.topology.hosts.iter().filter_map(|host| host.nic);
        let qos = self.qos.capacities(&self.topology);
        links.chain(cards.flat_map(|rate| [rate.0, rate.0])).chain(qos).collect()
    }

    /// How many parts the graph of links has; no flow goes from one to another.
    pub(super) fn part_count(&self) -> usize {
        self.parts.iter().max().map_or(0, |last| last + 1)
    }

    /// The part that each resource is in.
    pub(super) fn part_of_each(&self) -> impl Iterator<Item = usize> {
        let links = self.topology.links.iter().flat_map(|link| [link.from, link.from]);
        let cards =
            self.hosts.iter().filter(|host| host.card.is_some()).flat_map(|host| [host.node, host.node]);
        let qos = self.qos.hosts().map(|host| self.hosts[host].node);
        links.chain(cards).chain(qos).map(|node| self.parts[node.index()])
    }

    /// Capacity of a link's direction, and whether a throttle is what limits it.
    pub(super) fn capacity(&self, resource: u32) -> (u64, bool) {
        let (link, direction) = (resource as usize / 2, resource as usize % 2);
        let entry = &self.topology.links[Id::new(link)];
        let state = &self.links[link];
        let share = u128::from(state.share.unwrap_or(Ratio(0)).0);
        let parts = u128::from(entry.rate[direction].0) * u128::from(entry.efficiency.0) * share;
        let payload = u64::try_from(parts / u128::from(MICROS).pow(2)).unwrap_or(u64::MAX).min(CAPACITY_MAX);
        match state.throttle[direction] {
            Some(throttle) if throttle < payload => (throttle, true),
            _ => (payload, false),
        }
    }

    /// Whether the same links, hosts and policies are in force.
    pub(super) fn is_same(&self, other: &Network) -> bool {
        let Network { topology: _, graph: _, links, hosts, routes: _, parts: _, qos, first_qos: _ } = self;
        (links, hosts) == (&other.links, &other.hosts) && qos.is_same(&other.qos)
    }

    pub(super) fn set_throttle(&mut self, resource: u32, throttle: Option<u64>) {
        self.links[resource as usize / 2].throttle[resource as usize % 2] = throttle;
    }

    /// A link carries this share of its rate from now on, or is cut; returns whether routes changed.
    pub(super) fn set_link(&mut self, link: usize, share: Option<Ratio>) -> bool {
        let changed = self.links[link].share.is_some() != share.is_some();
        self.links[link].share = share;
        if changed {
            self.routes.clear();
        }
        changed
    }

    pub(super) fn set_host(&mut self, host: usize, up: bool) {
        self.hosts[host].up = up;
    }

    pub(super) fn host_up(&self, host: usize) -> bool {
        self.hosts[host].up
    }

    /// Most that one log of the host gets, and the window of its connections.
    pub(super) fn stream(&self, host: usize) -> (Option<u64>, Option<u64>) {
        let entry = &self.topology.hosts[Id::new(host)];
        (entry.stream_cap.map(|rate| rate.0), entry.tcp_window.map(|bytes| bytes.0))
    }

    /// Rate at which blocks of one of its VMs are compared.
    pub(super) fn compare_rate(&self, host: usize) -> Option<u64> {
        self.topology.hosts[Id::new(host)].hyper_v.compare_rate.map(|rate| rate.0)
    }

    /// Rate at which the blocks of one VM are read from a volume.
    pub(super) fn read_rate(&self, volume: usize) -> Option<u64> {
        self.topology.volumes[Id::new(volume)].storage.read_rate.map(|rate| rate.0)
    }

    /// Puts a QoS policy in force, or out of it; returns whether that changes anything.
    pub(super) fn set_qos(&mut self, policy: usize, on: bool) -> bool {
        self.qos.set(policy, on)
    }

    /// How a log by a policy with `port`, or without one a live migration, gets from one host to another now.
    pub(super) fn path(&mut self, from: usize, to: usize, port: Option<u16>) -> Option<Path> {
        let (source, target) = (&self.hosts[from], &self.hosts[to]);
        if !(source.up && target.up) {
            return None;
        }
        let (topology, links) = (&self.topology, &self.links);
        let is_up = |link: Id<Link>| links[link.index()].share.is_some();
        let routes = self.routes.entry((source.node, target.node));
        let found = routes.or_insert_with(|| self.graph.route(source.node, target.node, is_up));
        let found = found.as_ref()?;
        let to_site = topology.hosts[Id::new(to)].site.index();
        let governed = self.qos.governing(topology, Flow { from, to_site, port });
        let mut resources = Vec::with_capacity(found.links.len() + 3);
        let mut favour = None;
        match governed {
            Some(Governed::Rate(place)) => resources.push(self.first_qos + index(place)),
            Some(Governed::Weight(weight)) => favour = source.card.get().map(|card| (card, weight)),
            None => {}
        }
        resources.extend(source.card.get());
        resources.extend(found.links.iter().map(|(link, direction)| index(2 * link.index() + direction)));
        resources.extend(target.card.get().map(|card| card + 1));
        Some(Path { part: self.parts[source.node.index()], resources, latency: found.latency.0, favour })
    }

    /// What a resource is.
    pub(super) fn owner(&self, resource: u32) -> Owner {
        let links = 2 * self.links.len();
        if (resource as usize) < links {
            return Owner::Link(resource as usize / 2, resource as usize % 2);
        }
        if resource >= self.first_qos {
            let (policy, host) = self.qos.owner((resource - self.first_qos) as usize);
            return Owner::Qos(policy, host);
        }
        let card =
            |host: &HostState| host.card.get().is_some_and(|card| (card..card + 2).contains(&resource));
        let host = self.hosts.iter().position(card).expect("a resource is a link, a card or a QoS rate");
        Owner::Card(host)
    }

    /// The resource to send from a host; receiving is the next. `None` without a card that limits.
    pub(super) fn card(&self, host: usize) -> Option<u32> {
        self.hosts[host].card.get()
    }
}

/// What a resource of the network is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A link and the direction of travel.
    Link(usize, usize),
    /// A host's network card.
    Card(usize),
    /// The rate of a QoS policy on a host: policy, host.
    Qos(usize, usize),
}

fn index(value: usize) -> u32 {
    u32::try_from(value).expect("fewer than 2^32 resources")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::{Host, QosAction, QosPolicy, Traffic};
    use crate::units::{Bytes, Rate};

    /// Three hosts of one site, the first and the last with cards; a rate on the first two, written twice for the first.
    fn network() -> Network {
        let host = |nic: Option<u64>| Host {
            name: String::new(),
            site: Id::new(0),
            domains: vec![],
            cores: 1,
            memory: Bytes(1),
            memory_reserve: Bytes(0),
            nic: nic.map(Rate),
            send_slots: None,
            stream_cap: None,
            tcp_window: None,
            hyper_v: Default::default(),
        };
        let policy = |hosts: &[usize], action| QosPolicy {
            name: String::new(),
            hosts: hosts.iter().map(|host| Id::new(*host)).collect(),
            matches: Traffic::Port(8084),
            action,
            precedence: 127,
            in_force: None,
        };
        Network::new(&Topology {
            hosts: [Some(100), None, Some(300)].into_iter().map(host).collect(),
            nodes: [Node { name: String::new(), site: Some(Id::new(0)) }].into_iter().collect(),
            qos: [policy(&[0, 1, 0], QosAction::Rate(Rate(7))), policy(&[0, 2], QosAction::Weight(40))]
                .into_iter()
                .collect(),
            ..Topology::default()
        })
    }

    #[test]
    fn the_resources_of_qos_follow_the_cards() {
        let network = network();
        assert_eq!(network.capacities(), [100, 100, 300, 300, 7, 7]);
        let owners: Vec<Owner> = (0..6).map(|resource| network.owner(resource)).collect();
        let card = |host| [Owner::Card(host); 2];
        assert_eq!(owners, [card(0), card(2), [Owner::Qos(0, 0), Owner::Qos(0, 1)]].concat());
    }

    #[test]
    fn what_governs_depends_on_the_host_the_port_and_who_is_in_force() {
        let mut network = network();
        let mut way = |from, port| {
            let path = network.path(from, 1, port).expect("all hosts are up");
            (path.resources, path.favour)
        };
        assert_eq!(way(0, Some(8084)), (vec![4, 0], None));
        assert_eq!(way(1, Some(8084)), (vec![5], None));
        assert_eq!(way(2, Some(8084)), (vec![2], Some((2, 40))), "another node has only the weight");
        assert_eq!(way(0, Some(80)), (vec![0], None));
        assert_eq!(way(0, None), (vec![0], None));
        assert!(network.set_qos(0, false) && !network.set_qos(0, false));
        let path = network.path(0, 1, Some(8084)).expect("all hosts are up");
        assert_eq!((path.resources, path.favour), (vec![0], Some((0, 40))), "the next by name");
    }
}
