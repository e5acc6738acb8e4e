//! What all ways between two sites pass through, although there is more than one.

use std::collections::BTreeSet;

use crate::ids::Id;
use crate::problem::{Problem, codes};
use crate::scenario::{Places, Scenario};
use crate::topology::Site;
use crate::topology::links::{LinkGraph, Ways};

/// At most one warning for each pair of sites that replicate.
///
/// Where there is one way only nobody meant to have two: that is said by [`single`].
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let warn = |(from, to, ways): (&str, &str, Ways)| {
        let points: Vec<(&str, &str)> =
            ways.single_points.iter().map(|point| point.named(&scenario.topology)).collect();
        let first = points.first()?;
        let what = format!("all ways between `{from}` and `{to}` pass through {}", these(&points));
        ways.has_choice.then(|| Problem::new(&codes::SINGLE_POINT, places.of(first.0, first.1), what))
    };
    pairs(scenario).into_iter().filter_map(warn).collect()
}

/// Pairs of sites with one way between them, and what that consists of.
pub fn single(scenario: &Scenario) -> Vec<String> {
    let tell = |(from, to, ways): (&str, &str, Ways)| {
        let points: Vec<(&str, &str)> =
            ways.single_points.iter().map(|point| point.named(&scenario.topology)).collect();
        (!ways.has_choice)
            .then(|| format!("between `{from}` and `{to}` there is one way: {}", these(&points)))
    };
    pairs(scenario).into_iter().filter_map(tell).collect()
}

/// Sites that replicate in either direction, by name, with the ways between them.
fn pairs(scenario: &Scenario) -> Vec<(&str, &str, Ways)> {
    let topology = &scenario.topology;
    let graph = LinkGraph::new(topology);
    let pairs: BTreeSet<(Id<Site>, Id<Site>)> =
        scenario.replicating_sites().into_iter().map(|(from, to)| (from.min(to), from.max(to))).collect();
    let ways = |(from, to): (Id<Site>, Id<Site>)| {
        let ways = graph.ways(topology, topology.node_of(from), topology.node_of(to))?;
        Some((&*topology.sites[from].name, &*topology.sites[to].name, ways))
    };
    pairs.into_iter().filter_map(ways).collect()
}

/// "link `a`, router `b`".
fn these(points: &[(&str, &str)]) -> String {
    let points: Vec<String> = points.iter().map(|(kind, name)| format!("{kind} `{name}`")).collect();
    points.join(", ")
}
