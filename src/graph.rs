//! Graphs whose nodes and edges are rows of tables, by index: ways, circles and what is reached.
//!
//! The searches are petgraph's, those without recursion. What it returns in tables without an order is only looked up, and where
//! several answers are equally good the lowest row decides, so that the answer depends on nothing else.

use std::collections::BTreeSet;
use std::ops::Add;

use petgraph::algo::{dijkstra, kosaraju_scc, toposort};
use petgraph::graph::{DiGraph, EdgeIndex, Graph, NodeIndex};
use petgraph::visit::{Dfs, EdgeFiltered, EdgeRef, Reversed, Walker};
use petgraph::{Direction, EdgeType};

use crate::ids::Id;

/// What a way costs. A shorter one is cheaper, of equally long ones that with fewer hops.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost {
    /// Sum of what its edges measure.
    pub length: u64,
    /// How many edges.
    pub hops: usize,
}

impl Add for Cost {
    type Output = Cost;
    fn add(self, other: Cost) -> Cost {
        Cost { length: self.length.saturating_add(other.length), hops: self.hops + other.hops }
    }
}

/// A graph of so many nodes with these edges, in this order.
///
/// # Panics
/// If an edge ends at no node.
pub fn graph<E, Ty: EdgeType>(
    nodes: usize,
    edges: impl IntoIterator<Item = (usize, usize, E)>,
) -> Graph<(), E, Ty> {
    let mut graph = Graph::default();
    for _ in 0..nodes {
        graph.add_node(());
    }
    for (from, to, edge) in edges {
        graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), edge);
    }
    graph
}

/// The graph of a relation between the rows of a table: an edge from each row to those that it names.
pub fn relation<'a, T: 'a>(named: impl ExactSizeIterator<Item = &'a [Id<T>]>) -> DiGraph<(), ()> {
    let nodes = named.len();
    let of = |(row, named): (usize, &'a [Id<T>])| named.iter().map(move |other| (row, other.index(), ()));
    graph(nodes, named.enumerate().flat_map(of))
}

/// What the cheapest way from each node to `to` costs; `None` from where it is not reached. An edge without a length is closed.
pub fn costs<E, Ty: EdgeType>(
    graph: &Graph<(), E, Ty>,
    to: usize,
    length: impl Fn(EdgeIndex) -> Option<u64>,
) -> Vec<Option<Cost>> {
    let open = EdgeFiltered::from_fn(graph, |edge| length(edge.id()).is_some());
    let cost = |edge: EdgeIndex| Cost { length: length(edge).unwrap_or(0), hops: 1 };
    let found = dijkstra(Reversed(&open), NodeIndex::new(to), None, |edge| cost(edge.id()));
    graph.node_indices().map(|node| found.get(&node).copied()).collect()
}

/// The cheapest way from one node to another, by its edges, and its cost; of several the one whose edges are lowest, from the first on.
pub fn way<E, Ty: EdgeType>(
    graph: &Graph<(), E, Ty>,
    from: usize,
    to: usize,
    length: impl Fn(EdgeIndex) -> Option<u64>,
) -> Option<(Vec<EdgeIndex>, Cost)> {
    let left = costs(graph, to, &length);
    let whole = left[from]?;
    let mut edges = Vec::with_capacity(whole.hops);
    let (mut at, mut rest) = (NodeIndex::new(from), whole);
    // Each step leaves one hop less.
    while rest.hops > 0 {
        let leads_on = |edge: EdgeIndex, next: NodeIndex| {
            let after = left[next.index()]?;
            (after + Cost { length: length(edge)?, hops: 1 } == rest).then_some((edge, next, after))
        };
        let ahead = graph.edges_directed(at, Direction::Outgoing);
        let best = ahead.filter_map(|edge| leads_on(edge.id(), edge.target())).min_by_key(|(edge, ..)| *edge);
        let (edge, next, after) = best.expect("a node that reaches the target has an edge on the way there");
        edges.push(edge);
        (at, rest) = (next, after);
    }
    Some((edges, whole))
}

/// The node with the longest chain of edges from it, and how many those are; the lowest of several, and `None` where there is a circle.
pub fn longest_chain<E>(graph: &DiGraph<(), E>) -> Option<(usize, usize)> {
    let mut chains = vec![0; graph.node_count()];
    for node in toposort(graph, None).ok()?.into_iter().rev() {
        let next = graph.neighbors(node).map(|next| chains[next.index()] + 1);
        chains[node.index()] = next.max().unwrap_or(0);
    }
    chains.into_iter().enumerate().max_by_key(|(node, chain)| (*chain, usize::MAX - node))
}

/// The nodes of a circle in order, if there is one: through the lowest node that stands in any, and of those a shortest.
pub fn circle<E>(graph: &DiGraph<(), E>) -> Option<Vec<usize>> {
    let is_circle = |nodes: &Vec<NodeIndex>| nodes.len() > 1 || graph.contains_edge(nodes[0], nodes[0]);
    let lowest = kosaraju_scc(graph).into_iter().filter(is_circle).flatten().min()?;
    let back = costs(graph, lowest.index(), |_| Some(1));
    let first = graph.neighbors(lowest).filter_map(|next| Some((back[next.index()]?, next))).min()?.1;
    let (edges, _) = way(graph, first.index(), lowest.index(), |_| Some(1))?;
    let nodes = edges.into_iter().filter_map(|edge| graph.edge_endpoints(edge));
    Some(std::iter::once(lowest).chain(nodes.map(|(from, _)| from)).map(NodeIndex::index).collect())
}

/// A node and all that is reached from it.
pub fn reached<E>(graph: &DiGraph<(), E>, from: usize) -> BTreeSet<usize> {
    Dfs::new(graph, NodeIndex::new(from)).iter(graph).map(NodeIndex::index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directed(nodes: usize, edges: &[(usize, usize)]) -> DiGraph<(), ()> {
        graph(nodes, edges.iter().map(|(from, to)| (*from, *to, ())))
    }

    #[test]
    fn the_longest_chain_is_counted_without_recursion() {
        let chain = |length: usize| graph(length + 1, (0..length).map(|node| (node, node + 1, ())));
        assert_eq!(longest_chain(&chain(100_000)), Some((0, 100_000)));
        assert_eq!(longest_chain(&graph(3, [(0, 2, ()), (1, 2, ())])), Some((0, 1)));
        assert_eq!(longest_chain(&graph(2, [(0, 1, ()), (1, 0, ())])), None);
        assert_eq!(longest_chain(&graph::<(), _>(0, [])), None);
    }

    #[test]
    fn circles_are_found_and_diamonds_are_not() {
        assert_eq!(circle(&directed(4, &[(0, 1), (0, 2), (1, 3), (2, 3)])), None);
        assert_eq!(circle(&directed(3, &[(0, 1), (1, 2), (2, 1)])), Some(vec![1, 2]));
        assert_eq!(circle(&directed(1, &[(0, 0)])), Some(vec![0]));
        let long = 1..4;
        let edges: Vec<_> = long.map(|node| (node, node % 3 + 1)).chain([(3, 0), (0, 2)]).collect();
        assert_eq!(circle(&directed(4, &edges)), Some(vec![0, 2, 3]), "the lowest node's");
        assert_eq!(
            circle(&directed(4, &[(0, 1), (1, 2), (2, 0), (0, 3), (3, 0)])),
            Some(vec![0, 3]),
            "the shortest"
        );
    }

    #[test]
    fn size_is_no_matter() {
        let nodes = 100_000;
        let ring: Vec<_> = (0..nodes).map(|node| (node, (node + 1) % nodes)).collect();
        let ring = directed(nodes, &ring);
        assert_eq!(circle(&ring).map(|circle| circle.len()), Some(nodes));
        assert_eq!(reached(&ring, 5).len(), nodes);
    }

    #[test]
    fn what_is_reached_follows_directions() {
        let graph = directed(4, &[(0, 1), (1, 2), (3, 1)]);
        assert_eq!(reached(&graph, 1), BTreeSet::from([1, 2]));
        assert_eq!(reached(&graph, 3), BTreeSet::from([1, 2, 3]));
    }
}
