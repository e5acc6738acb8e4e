//! The network as several nets: what no flow can ever have in common is shared apart.

use drsim::topology::Topology;

use super::net::{Net, NetSeen};
use super::world;

/// A net for each part of the graph of links. Each has all resources, most of them for nothing.
#[derive(Clone, Debug)]
pub struct Network {
    nets: Vec<Net>,
    /// By node.
    parts: Vec<usize>,
    /// By link, the node it begins at.
    links: Vec<usize>,
}

impl Network {
    pub fn new(topology: &Topology) -> Self {
        let parts = world::parts(topology);
        Network {
            nets: vec![Net::new(&world::capacities(topology)); parts.len()],
            parts,
            links: topology.links.iter().map(|link| link.from.index()).collect(),
        }
    }

    pub fn set_capacity(&mut self, link: usize, direction: usize, capacity: u64, throttled: bool) {
        self.nets[self.parts[self.links[link]]].set_capacity(2 * link + direction, capacity, throttled);
    }

    pub fn start(&mut self, owner: usize, route: &world::Route, weight: u64, need: u128) {
        self.nets[self.parts[route.from]].start(owner, &route.resources, weight, route.cap, need);
    }

    pub fn remaining(&self, owner: usize) -> Option<u128> {
        self.nets.iter().find_map(|net| net.remaining(owner))
    }

    pub fn remove(&mut self, owner: usize) -> u128 {
        let own = self.nets.iter_mut().find(|net| net.remaining(owner).is_some());
        own.expect("a flow that runs").remove(owner)
    }

    pub fn settle(&mut self) {
        self.nets.iter_mut().for_each(Net::settle);
    }

    pub fn pass(&mut self, gap: u64) {
        self.nets.iter_mut().for_each(|net| net.pass(gap));
    }

    pub fn next_end(&self) -> Option<u64> {
        self.nets.iter().filter_map(Net::next_end).min()
    }

    pub fn finish(&mut self) -> Vec<usize> {
        self.nets.iter_mut().flat_map(Net::finish).collect()
    }

    /// What its nets came across, and whether flows were in two of them at once.
    pub fn seen(&self) -> (NetSeen, bool) {
        let mut all = NetSeen::default();
        self.nets.iter().for_each(|net| all.add(&net.seen));
        (all, self.nets.iter().filter(|net| net.seen.settled > 0).count() > 1)
    }
}
