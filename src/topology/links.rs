//! The graph of links between sites and routers: its nodes and edges are those of the topology, by id.

use petgraph::graph::{EdgeIndex, UnGraph};

use super::{Direction, Link, Node, Topology};
use crate::graph::{graph, way};
use crate::ids::Id;
use crate::units::Span;

/// The way from one node to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Links with their direction of travel.
    pub links: Vec<(Id<Link>, Direction)>,
    /// Delay one way.
    pub latency: Span,
}

/// The graph, with the delay of each link.
#[derive(Clone, Debug)]
pub struct LinkGraph(UnGraph<(), Span>);

impl LinkGraph {
    /// The graph of a topology.
    pub fn new(topology: &Topology) -> LinkGraph {
        let links = topology.links.iter().map(|link| (link.from.index(), link.to.index(), link.latency));
        LinkGraph(graph(topology.nodes.len(), links))
    }

    /// The best route over the links that are up: least latency, then fewest hops, then names; `None` where there is none.
    ///
    /// Links are sorted by name, so comparing ids compares names.
    pub fn route(&self, from: Id<Node>, to: Id<Node>, is_up: impl Fn(Id<Link>) -> bool) -> Option<Route> {
        let latency = |edge: EdgeIndex| is_up(Id::new(edge.index())).then(|| self.0[edge].0);
        let (edges, cost) = way(&self.0, from.index(), to.index(), latency)?;
        let mut at = from.index();
        let hop = |edge| {
            let (start, end) = self.0.edge_endpoints(edge).expect("an edge of the graph");
            let direction = usize::from(start.index() != at);
            at = [end, start][direction].index();
            (Id::new(edge.index()), direction)
        };
        Some(Route { links: edges.into_iter().map(hop).collect(), latency: Span(cost.length) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Table;
    use crate::units::{Rate, Ratio};

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

    fn links(graph: &LinkGraph, up: &[bool], from: usize, to: usize) -> Option<Vec<usize>> {
        let found = graph.route(Id::new(from), Id::new(to), |link| up[link.index()])?;
        Some(found.links.iter().map(|(link, _)| link.index()).collect())
    }

    #[test]
    fn latency_then_hops_then_name_decide() {
        // 0-1-3 and 0-2-3 both take 10; 0-3 direct takes 10 too; a second direct link has a later name.
        let all = topology(&[(0, 1, 5), (1, 3, 5), (0, 2, 4), (2, 3, 6), (0, 3, 10), (0, 3, 10)], 4);
        let all = LinkGraph::new(&all);
        let mut up = vec![true; 6];
        assert_eq!(links(&all, &up, 0, 3), Some(vec![4]));
        up[4] = false;
        assert_eq!(links(&all, &up, 0, 3), Some(vec![5]));
        up[5] = false;
        assert_eq!(links(&all, &up, 0, 3), Some(vec![0, 1]), "equal latency and hops: the lower name");
        up[1] = false;
        assert_eq!(links(&all, &up, 3, 0), Some(vec![3, 2]));
        let back = all.route(Id::new(3), Id::new(0), |link| up[link.index()]).unwrap();
        assert_eq!((back.latency, back.links[0].1, back.links[1].1), (Span(10), 1, 1));
        up[2] = false;
        assert_eq!(links(&all, &up, 0, 3), None);
    }

    #[test]
    fn a_node_reaches_itself_without_links() {
        assert_eq!(links(&LinkGraph::new(&topology(&[], 1)), &[], 0, 0), Some(vec![]));
    }

    /// All ways without a node twice, one after the other: the slow twin of [`LinkGraph::route`].
    fn obvious(all: &Topology, from: usize, to: usize) -> Option<(u64, usize, Vec<usize>)> {
        let mut best = None;
        let mut open = vec![(0, vec![from], vec![])];
        while let Some((latency, nodes, links)) = open.pop() {
            let at = *nodes.last().unwrap();
            if at == to {
                let found = (latency, links.len(), links);
                if best.as_ref().is_none_or(|best| found < *best) {
                    best = Some(found);
                }
                continue;
            }
            for (id, link) in all.links.entries() {
                let ends = [link.from.index(), link.to.index()];
                let Some(end) = ends.iter().position(|end| *end == at) else { continue };
                let next = ends[1 - end];
                if !nodes.contains(&next) {
                    let (nodes, links) =
                        ([&nodes[..], &[next]].concat(), [&links[..], &[id.index()]].concat());
                    open.push((latency + link.latency.0, nodes, links));
                }
            }
        }
        best
    }

    #[test]
    fn routes_are_those_of_an_obvious_search() {
        let mut state = 1_u64;
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..300 {
            let (nodes, count) = (2 + draw(5), draw(9));
            let mut drawn = || usize::try_from(draw(nodes)).unwrap();
            let ends: Vec<(usize, usize)> = (0..count).map(|_| (drawn(), drawn())).collect();
            let ends = ends.into_iter().filter(|(from, to)| from != to);
            let written: Vec<_> = ends.map(|(from, to)| (from, to, draw(3))).collect();
            let all = topology(&written, usize::try_from(nodes).unwrap());
            let expected = obvious(&all, 0, 1).map(|(latency, _, links)| (Span(latency), links));
            let found = LinkGraph::new(&all).route(Id::new(0), Id::new(1), |_| true);
            let found = found.map(|it| (it.latency, it.links.iter().map(|(link, _)| link.index()).collect()));
            assert_eq!(found, expected, "{written:?}");
        }
    }
}
