//! The nets of the network, and the classes of flows over it.
//!
//! A net solves all its rates anew when any flow of it comes or goes, so links, cards and rates that no flow can ever have in common, whatever
//! fails, stand in nets of their own: one for each part of the graph of links. Volumes have theirs after them.

use std::sync::Arc;

use super::{Network, Path};
use crate::engine::index::small;
use crate::engine::net::Net;

/// Where resources and classes of the network stand in its nets. A class has a number of its own, in the order of first mentions.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Classes {
    /// By resource: its net, and which it is there.
    places: Arc<[(u32, u32)]>,
    classes: Vec<Class>,
    /// By net and class there.
    numbers: Vec<Vec<u32>>,
}

#[derive(Clone, Debug)]
struct Class {
    net: u32,
    class: u32,
    /// Resources of the network.
    way: Box<[u32]>,
}

impl Classes {
    /// No class yet; with the nets over all resources of the network.
    pub(in crate::engine) fn new(network: &Network) -> (Classes, Vec<Net>) {
        let mut capacities: Vec<Vec<u64>> = vec![Vec::new(); network.part_count()];
        let place = |(capacity, part): (u64, usize)| {
            capacities[part].push(capacity);
            (small(part), small(capacities[part].len() - 1))
        };
        let places = network.capacities().into_iter().zip(network.part_of_each()).map(place).collect();
        let numbers = vec![Vec::new(); capacities.len()];
        let nets = capacities.iter().map(|capacities| Net::new(capacities)).collect();
        (Classes { places, classes: Vec::new(), numbers }, nets)
    }

    /// The net of a volume.
    #[inline]
    pub(in crate::engine) fn net_of_volume(&self, volume: usize) -> usize {
        self.numbers.len() + volume
    }

    /// The net of a resource, and which it is there.
    #[inline]
    pub(in crate::engine) fn place(&self, resource: u32) -> (usize, u32) {
        let (net, place) = self.places[resource as usize];
        (net as usize, place)
    }

    /// The net of a class, and which it is there.
    #[inline]
    pub(in crate::engine) fn at(&self, class: u32) -> (usize, u32) {
        let Class { net, class, .. } = self.classes[class as usize];
        (net as usize, class)
    }

    /// The resources of a class, in order of travel.
    #[inline]
    pub(in crate::engine) fn way(&self, class: u32) -> &[u32] {
        &self.classes[class as usize].way
    }

    /// The class of flows on this path, made at its first mention. `None`: nothing limits them.
    pub(in crate::engine) fn of(
        &mut self,
        nets: &mut [Net],
        path: &Path,
        weight: u64,
        cap: Option<u64>,
    ) -> Option<u32> {
        if path.resources.is_empty() && cap.is_none() {
            return None;
        }
        let net = path.part;
        let way: Vec<u32> = path.resources.iter().map(|resource| self.places[*resource as usize].1).collect();
        let favour = path.favour.map(|(card, favour)| (self.places[card as usize].1, favour));
        let class = nets[net].class_with(&way, weight, cap, favour);
        let known = &mut self.numbers[net];
        if known.len() == class as usize {
            known.push(small(self.classes.len()));
            self.classes.push(Class { net: small(net), class, way: path.resources.as_slice().into() });
        }
        Some(known[class as usize])
    }
}
