//! The ways between sites, as rows.

use crate::ids::Id;
use crate::measure::results::RouteRow;
use crate::scenario::Scenario;
use crate::topology::links::{LinkGraph, SinglePoint};
use crate::topology::{Direction, Link, Site};

/// A row for each direction in which sites replicate over links.
pub(super) fn routes(scenario: &Scenario) -> Vec<RouteRow> {
    let topology = &scenario.topology;
    let graph = LinkGraph::new(topology);
    let name = |(link, _): &(Id<Link>, Direction)| topology.links[*link].name.clone();
    let point = |point: &SinglePoint| {
        let (kind, name) = point.named(topology);
        format!("{kind} {name}")
    };
    let row = |(from, to): (Id<Site>, Id<Site>)| {
        let ways = graph.ways(topology, topology.node_of(from), topology.node_of(to))?;
        Some(RouteRow {
            from: topology.sites[from].name.clone(),
            to: topology.sites[to].name.clone(),
            links: ways.route.links.iter().map(name).collect(),
            rate_bps: ways.rate.0.saturating_mul(8),
            fits_bps: ways.fits.0.saturating_mul(8),
            has_second_way: ways.has_choice,
            single_points: ways.single_points.iter().map(point).collect(),
        })
    };
    scenario.replicating_sites().into_iter().filter_map(row).collect()
}
