//! How far apart the places of a network are, in metres and in hops.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::Wan;

/// Measures of a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Longest shortest path, in metres, and its ends.
    pub diameter_m: u64,
    /// The places it lies between, the first pair of several.
    pub between: (usize, usize),
    /// Most hops of a path with fewest hops.
    pub diameter_hops: usize,
    /// Whether every place reaches every other.
    pub connected: bool,
}

impl Wan {
    /// Links at each place: the other end and the length, 0 where it is unknown.
    fn neighbours(&self) -> Vec<Vec<(usize, u64)>> {
        let mut all = vec![Vec::new(); self.nodes.len()];
        for link in &self.links {
            let metres = link.metres.unwrap_or(0);
            all[link.ends[0]].push((link.ends[1], metres));
            all[link.ends[1]].push((link.ends[0], metres));
        }
        all
    }

    /// Shortest length from a place to every other, in metres.
    pub fn lengths(&self, from: usize) -> Vec<Option<u64>> {
        shortest(&self.neighbours(), from)
    }

    /// Its diameters.
    pub fn extent(&self) -> Extent {
        let neighbours = self.neighbours();
        let mut extent = Extent { connected: true, ..Extent::default() };
        for from in 0..self.nodes.len() {
            for (to, metres) in shortest(&neighbours, from).into_iter().enumerate() {
                match metres {
                    Some(metres) if metres > extent.diameter_m => {
                        (extent.diameter_m, extent.between) = (metres, (from, to));
                    }
                    Some(_) => {}
                    None => extent.connected = false,
                }
            }
            let hops = hops(&neighbours, from).into_iter().flatten().max().unwrap_or(0);
            extent.diameter_hops = extent.diameter_hops.max(hops);
        }
        if extent.diameter_m == 0
            && let Some(link) = self.links.first()
        {
            extent.between = (link.ends[0], link.ends[1]);
        }
        extent
    }
}

fn shortest(neighbours: &[Vec<(usize, u64)>], from: usize) -> Vec<Option<u64>> {
    let mut lengths = vec![None; neighbours.len()];
    let mut waiting = BinaryHeap::from([Reverse((0, from))]);
    while let Some(Reverse((length, at))) = waiting.pop() {
        if lengths[at].is_some() {
            continue;
        }
        lengths[at] = Some(length);
        waiting.extend(neighbours[at].iter().map(|(to, metres)| Reverse((length + metres, *to))));
    }
    lengths
}

fn hops(neighbours: &[Vec<(usize, u64)>], from: usize) -> Vec<Option<usize>> {
    let mut hops = vec![None; neighbours.len()];
    hops[from] = Some(0);
    let mut waiting = VecDeque::from([(from, 0)]);
    while let Some((at, count)) = waiting.pop_front() {
        for (to, _) in &neighbours[at] {
            if hops[*to].is_none() {
                hops[*to] = Some(count + 1);
                waiting.push_back((*to, count + 1));
            }
        }
    }
    hops
}
