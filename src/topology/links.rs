//! The graph of links between sites and routers: routes, what all of them pass through, and the most that fits.

use std::collections::BTreeMap;

use petgraph::algo::dinics;
use petgraph::algo::dominators::simple_fast;
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex, UnGraph};
use petgraph::unionfind::UnionFind;
use petgraph::visit::EdgeRef;

use super::{Direction, FaultDomain, Link, Node, Topology};
use crate::graph::{graph, way};
use crate::ids::Id;
use crate::units::{Rate, Span};

/// The way from one node to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Links with their direction of travel.
    pub links: Vec<(Id<Link>, Direction)>,
    /// Delay one way.
    pub latency: Span,
}

/// Something whose failure alone cuts all ways between two nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SinglePoint {
    /// A link.
    Link(Id<Link>),
    /// A router, or a site in between.
    Node(Id<Node>),
    /// A fault domain of several links, none of which cuts all ways.
    Domain(Id<FaultDomain>),
}

impl SinglePoint {
    /// What it is, and its name.
    pub fn named(self, topology: &Topology) -> (&'static str, &str) {
        match self {
            SinglePoint::Link(id) => ("link", &topology.links[id].name),
            SinglePoint::Node(id) if topology.nodes[id].site.is_some() => ("site", &topology.nodes[id].name),
            SinglePoint::Node(id) => ("router", &topology.nodes[id].name),
            SinglePoint::Domain(id) => ("fault domain", &topology.domains[id].name),
        }
    }
}

/// All ways between two nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ways {
    /// The one that is taken.
    pub route: Route,
    /// Payload that its slowest link carries.
    pub rate: Rate,
    /// Payload that all of them carry together at most.
    pub fits: Rate,
    /// What all of them pass through, on the way from the first node; domains last.
    pub single_points: Vec<SinglePoint>,
    /// Whether there is more than one way, on a part of the way at least.
    pub has_choice: bool,
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

    /// By node: the part that it is in, numbered from 0 by their lowest nodes. No link leads from one part to another.
    pub fn parts(&self) -> Vec<usize> {
        let mut parts = UnionFind::new(self.0.node_count());
        for edge in self.0.edge_references() {
            parts.union(edge.source().index(), edge.target().index());
        }
        let lowest: Vec<usize> = parts.into_labeling();
        let mut numbers = BTreeMap::new();
        let number = |label| {
            let next = numbers.len();
            *numbers.entry(label).or_insert(next)
        };
        lowest.into_iter().map(number).collect()
    }

    /// All ways between two different nodes, with every link up and no throttle in force; `None` where there is none.
    pub fn ways(&self, topology: &Topology, from: Id<Node>, to: Id<Node>) -> Option<Ways> {
        let route = self.route(from, to, |_| true).filter(|route| !route.links.is_empty())?;
        let rate = |(link, direction): &(Id<Link>, Direction)| topology.links[*link].payload(*direction);
        let (mut single_points, has_choice) = passed(topology, from, to);
        single_points.extend(self.domains(topology, (from, to), &single_points));
        Some(Ways {
            rate: route.links.iter().map(rate).min().unwrap_or_default(),
            fits: fits(topology, from, to),
            route,
            single_points,
            has_choice,
        })
    }

    /// Fault domains that cut all ways where no single link of theirs does. One that holds an end is that end's own fate.
    fn domains(
        &self,
        topology: &Topology,
        (from, to): (Id<Node>, Id<Node>),
        known: &[SinglePoint],
    ) -> Vec<SinglePoint> {
        let within = |domains: &[Id<FaultDomain>], id| {
            domains.iter().any(|domain| topology.domains_above(*domain).contains(&id))
        };
        let holds_end = |id| {
            let sites = [from, to].into_iter().filter_map(|node| topology.nodes[node].site);
            sites.into_iter().any(|site| within(&topology.sites[site].domains, id))
        };
        let is_known = |link| known.contains(&SinglePoint::Link(link));
        let cuts = |id: &Id<FaultDomain>| {
            let holds = |link: Id<Link>| within(&topology.links[link].domains, *id);
            let links: Vec<Id<Link>> = topology.links.ids().filter(|link| holds(*link)).collect();
            links.len() > 1
                && !links.iter().any(|link| is_known(*link))
                && !holds_end(*id)
                && self.route(from, to, |link| links.binary_search(&link).is_err()).is_none()
        };
        let cutting: Vec<Id<FaultDomain>> = topology.domains.ids().filter(cuts).collect();
        let is_inside =
            |inner: &Id<FaultDomain>, id| inner != id && topology.domains_above(*inner).contains(id);
        let smallest = cutting.iter().filter(|id| !cutting.iter().any(|inner| is_inside(inner, id)));
        smallest.map(|id| SinglePoint::Domain(*id)).collect()
    }
}

/// The links and nodes that every way passes, in order, and whether there is a choice between two of them.
///
/// They are the strict dominators of the target in a graph in which links are nodes too, so that of parallel links neither is one.
/// Where two nodes follow each other without a link between them, there are two ways without a point in common.
fn passed(topology: &Topology, from: Id<Node>, to: Id<Node>) -> (Vec<SinglePoint>, bool) {
    let nodes = topology.nodes.len();
    let halves = topology.links.entries().flat_map(|(id, link)| {
        let own = nodes + id.index();
        [(link.from.index(), own, ()), (own, link.to.index(), ())]
    });
    let all: UnGraph<(), ()> = graph(nodes + topology.links.len(), halves);
    let dominators = simple_fast(&all, NodeIndex::new(from.index()));
    let passed = dominators.strict_dominators(NodeIndex::new(to.index())).into_iter().flatten();
    let mut chain: Vec<usize> = passed.map(NodeIndex::index).collect();
    chain.reverse();
    chain.push(to.index());
    let has_choice = chain.windows(2).any(|pair| pair[0] < nodes && pair[1] < nodes);
    let point = |index: &usize| match index.checked_sub(nodes) {
        Some(link) => SinglePoint::Link(Id::new(link)),
        None => SinglePoint::Node(Id::new(*index)),
    };
    (chain[1..chain.len() - 1].iter().map(point).collect(), has_choice)
}

/// The most that fits: the maximum flow from one node to another, different one.
fn fits(topology: &Topology, from: Id<Node>, to: Id<Node>) -> Rate {
    let arcs = topology.links.iter().flat_map(|link| {
        let ends = (link.from.index(), link.to.index());
        let payload = [0, 1].map(|direction| u128::from(link.payload(direction).0));
        [(ends.0, ends.1, payload[0]), (ends.1, ends.0, payload[1])]
    });
    let all: DiGraph<(), u128> = graph(topology.nodes.len(), arcs);
    let (most, _) = dinics(&all, NodeIndex::new(from.index()), NodeIndex::new(to.index()));
    Rate(u64::try_from(most).unwrap_or(u64::MAX))
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

    fn ways(all: &Topology, from: usize, to: usize) -> Option<(Vec<SinglePoint>, bool, u64, u64)> {
        let ways = LinkGraph::new(all).ways(all, Id::new(from), Id::new(to))?;
        Some((ways.single_points, ways.has_choice, ways.rate.0, ways.fits.0))
    }

    #[test]
    fn all_ways_pass_through_single_points_in_order() {
        let (link, node) = (|id| SinglePoint::Link(Id::new(id)), |id| SinglePoint::Node(Id::new(id)));
        let one = topology(&[(0, 1, 5), (1, 2, 5)], 3);
        assert_eq!(ways(&one, 2, 0), Some((vec![link(1), node(1), link(0)], false, 1, 1)));
        let parallel = topology(&[(0, 1, 5), (0, 1, 9)], 2);
        assert_eq!(ways(&parallel, 0, 1), Some((vec![], true, 1, 2)), "parallel links are no bridges");
        // A ring of four, then a tail; a dead end at 4 is on no way.
        let ring = topology(&[(0, 1, 1), (1, 2, 1), (2, 3, 1), (3, 0, 1), (2, 5, 1), (1, 4, 1)], 6);
        assert_eq!(ways(&ring, 0, 5), Some((vec![node(2), link(4)], true, 1, 1)));
        assert_eq!(ways(&ring, 0, 2), Some((vec![], true, 1, 2)));
        assert_eq!(ways(&ring, 0, 0), None);
        assert_eq!(ways(&topology(&[(0, 1, 1)], 3), 0, 2), None);
    }

    #[test]
    fn the_most_that_fits_is_directed_payload_of_all_ways() {
        let mut all = topology(&[(0, 1, 1), (1, 2, 1), (0, 2, 9)], 3);
        let set = |all: &mut Topology, link, rate: [u64; 2], efficiency| {
            all.links[Id::new(link)].rate = rate.map(Rate);
            all.links[Id::new(link)].efficiency = Ratio(efficiency);
        };
        set(&mut all, 0, [u64::MAX, 70], 1_000_000);
        set(&mut all, 1, [100, 50], 900_000);
        set(&mut all, 2, [30, 30], 1_000_000);
        assert_eq!(ways(&all, 0, 2), Some((vec![], true, 90, 120)));
        assert_eq!(ways(&all, 2, 0), Some((vec![], true, 45, 75)));
    }

    #[test]
    fn a_domain_cuts_where_its_links_are_all_there_are() {
        let mut all = topology(&[(0, 1, 1), (0, 1, 1)], 2);
        let domain = |name: &str, within| FaultDomain { name: name.into(), within };
        all.domains = [domain("provider", Some(Id::new(1))), domain("country", None)].into_iter().collect();
        all.links[Id::new(0)].domains = vec![Id::new(0)];
        assert_eq!(ways(&all, 0, 1).unwrap().0, []);
        all.links[Id::new(1)].domains = vec![Id::new(1)];
        assert_eq!(ways(&all, 0, 1).unwrap().0, [SinglePoint::Domain(Id::new(1))]);
        all.links[Id::new(1)].domains = vec![Id::new(0)];
        assert_eq!(ways(&all, 0, 1).unwrap().0, [SinglePoint::Domain(Id::new(0))], "the smallest");
        let mut tail = topology(&[(0, 1, 1), (0, 1, 1), (1, 2, 1)], 3);
        tail.domains = all.domains;
        for link in [0, 2] {
            tail.links[Id::new(link)].domains = vec![Id::new(0)];
        }
        let (node, link) = (SinglePoint::Node(Id::new(1)), SinglePoint::Link(Id::new(2)));
        assert_eq!(ways(&tail, 0, 2).unwrap().0, [node, link], "the link is known, its domain says no more");
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
