//! How far apart the places of a network are, in metres and in hops.

use petgraph::graph::UnGraph;

use super::Wan;
use crate::graph::{costs, graph};

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
    /// Its places with its links, as long as they are, 0 where it is unknown.
    fn graph(&self) -> UnGraph<(), u64> {
        let edges = self.links.iter().map(|link| (link.ends[0], link.ends[1], link.metres.unwrap_or(0)));
        graph(self.nodes.len(), edges)
    }

    /// Shortest length from a place to every other, in metres.
    pub fn lengths(&self, from: usize) -> Vec<Option<u64>> {
        lengths(&self.graph(), from)
    }

    /// Its diameters.
    pub fn extent(&self) -> Extent {
        let graph = self.graph();
        let mut extent = Extent { connected: true, ..Extent::default() };
        for from in 0..self.nodes.len() {
            for (to, metres) in lengths(&graph, from).into_iter().enumerate() {
                match metres {
                    Some(metres) if metres > extent.diameter_m => {
                        (extent.diameter_m, extent.between) = (metres, (from, to));
                    }
                    Some(_) => {}
                    None => extent.connected = false,
                }
            }
            let fewest = costs(&graph, from, |_| Some(0));
            let hops = fewest.into_iter().flatten().map(|cost| cost.hops).max().unwrap_or(0);
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

fn lengths(graph: &UnGraph<(), u64>, from: usize) -> Vec<Option<u64>> {
    let costs = costs(graph, from, |link| Some(graph[link]));
    costs.into_iter().map(|cost| Some(cost?.length)).collect()
}
