//! Routes over the graph of links: least latency, then fewest hops, then names. Rerouting is instant.

use std::collections::BTreeSet;

use crate::ids::Id;
use crate::topology::{Direction, Link, Node, Topology};

/// The way from one node to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Links with their direction of travel.
    pub links: Vec<(Id<Link>, Direction)>,
    /// Delay one way, µs.
    pub latency: u64,
}

/// The best route between two nodes over the links that are `up`; `None` where there is none.
///
/// Links are sorted by name, so comparing ids compares names.
pub fn route(topology: &Topology, up: &[bool], from: Id<Node>, to: Id<Node>) -> Option<Route> {
    let mut edges = vec![Vec::new(); topology.nodes.len()];
    for (id, link) in topology.links.entries().filter(|(id, _)| up[id.index()]) {
        edges[link.from.index()].push((id, 0, link.to));
        edges[link.to.index()].push((id, 1, link.from));
    }
    // Dijkstra's algorithm; the set is ordered by cost first, and a node is settled at its first visit.
    let mut settled = vec![false; topology.nodes.len()];
    let mut frontier = BTreeSet::from([(0u64, 0usize, Vec::new(), from)]);
    while let Some((latency, hops, links, node)) = frontier.pop_first() {
        if node == to {
            return Some(Route { links, latency });
        }
        if std::mem::replace(&mut settled[node.index()], true) {
            continue;
        }
        for (link, direction, next) in &edges[node.index()] {
            if !settled[next.index()] {
                let mut longer = links.clone();
                longer.push((*link, *direction));
                frontier.insert((latency + topology.links[*link].latency.0, hops + 1, longer, *next));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Table;
    use crate::units::{Rate, Ratio, Span};

    fn topology(links: &[(usize, usize, u64)], nodes: usize) -> Topology {
        let node = |index: usize| Node { name: index.to_string(), site: None };
        let link = |(from, to, latency): &(usize, usize, u64)| Link {
            name: String::new(),
            from: Id::new(*from),
            to: Id::new(*to),
            domains: vec![],
            rate: [Rate(1); 2],
            latency: Span(*latency),
            efficiency: Ratio::ONE,
            throttle: [vec![], vec![]],
        };
        Topology {
            nodes: (0..nodes).map(node).collect(),
            links: links.iter().map(link).collect::<Table<_>>(),
            ..Topology::default()
        }
    }

    fn links(topology: &Topology, up: &[bool], from: usize, to: usize) -> Option<Vec<usize>> {
        let found = route(topology, up, Id::new(from), Id::new(to))?;
        Some(found.links.iter().map(|(link, _)| link.index()).collect())
    }

    #[test]
    fn latency_then_hops_then_name_decide() {
        // 0-1-3 and 0-2-3 both take 10; 0-3 direct takes 10 too; a second direct link has a later name.
        let all = topology(&[(0, 1, 5), (1, 3, 5), (0, 2, 4), (2, 3, 6), (0, 3, 10), (0, 3, 10)], 4);
        let mut up = vec![true; 6];
        assert_eq!(links(&all, &up, 0, 3), Some(vec![4]));
        up[4] = false;
        assert_eq!(links(&all, &up, 0, 3), Some(vec![5]));
        up[5] = false;
        assert_eq!(links(&all, &up, 0, 3), Some(vec![0, 1]), "equal latency and hops: the lower name");
        up[1] = false;
        assert_eq!(links(&all, &up, 3, 0), Some(vec![3, 2]));
        up[2] = false;
        assert_eq!(links(&all, &up, 0, 3), None);
    }

    #[test]
    fn a_node_reaches_itself_without_links() {
        assert_eq!(links(&topology(&[], 1), &[], 0, 0), Some(vec![]));
    }
}
