//! Real wide-area networks import whole: published loads and diameters come out of what was read, and the scenario is accepted.

use std::collections::{BTreeMap, VecDeque};

use drsim::import::Faults;
use drsim::import::wan::scenario::{WanOptions, latency_us, scenario};
use drsim::import::wan::summary::summary;
use drsim::import::wan::{Wan, import};
use drsim::problem::{Problem, codes};
use drsim::scenario::Scenario;
use drsim::topology::links::{LinkGraph, SinglePoint};
use drsim::topology::{Link, Topology};
use drsim::units::{Rate, Span};
use serde_json::Value;

use crate::shared::data;

const NETWORKS: [&str; 7] = ["Aarnet", "Abilene", "Geant2012", "Getnet", "Janetbackbone", "Nsfnet", "Sprint"];

fn one(text: &str) -> Result<Wan, Faults> {
    import("w.json", text.as_bytes(), None)
}

fn accepted(wan: &Wan) -> Scenario {
    let (main, recovery) = wan.extent().between;
    let options = WanOptions { main, recovery, rate: Rate(125_000_000), km_per_ms: 200 };
    let text = scenario(wan, &options, "w");
    assert!(summary(wan, &options, false).lines().all(|line| line.chars().count() <= 80));
    let files = BTreeMap::from([("x.ron".to_owned(), text.clone().into_bytes())]);
    let (scenario, warnings) = Scenario::parse(&files, "x.ron")
        .unwrap_or_else(|problems| panic!("{}\n{text}", problems.render(false)));
    let is_single_point = |problem: &Problem| problem.code == &codes::SINGLE_POINT;
    assert!(warnings.iter().all(is_single_point), "{}\n{text}", warnings.render(false));
    scenario
}

/// Share of all demands, one between every two places, on each direction of each link, over paths with fewest hops, split
/// evenly at every place; the most loaded direction is 100.
fn loads(wan: &Wan) -> BTreeMap<(usize, usize), f64> {
    let mut neighbours = vec![Vec::new(); wan.nodes.len()];
    for link in &wan.links {
        neighbours[link.ends[0]].push(link.ends[1]);
        neighbours[link.ends[1]].push(link.ends[0]);
    }
    let mut loads = BTreeMap::new();
    for target in 0..wan.nodes.len() {
        let mut hops = vec![usize::MAX; wan.nodes.len()];
        hops[target] = 0;
        let (mut order, mut waiting) = (Vec::new(), VecDeque::from([target]));
        while let Some(at) = waiting.pop_front() {
            order.push(at);
            for to in &neighbours[at] {
                if hops[*to] == usize::MAX {
                    hops[*to] = hops[at] + 1;
                    waiting.push_back(*to);
                }
            }
        }
        let mut flow = vec![1.0; wan.nodes.len()];
        for at in order.into_iter().rev().filter(|at| *at != target) {
            let next: Vec<usize> =
                neighbours[at].iter().copied().filter(|to| hops[*to] + 1 == hops[at]).collect();
            let count = f64::from(u32::try_from(next.len()).unwrap());
            for to in next {
                *loads.entry((at, to)).or_insert(0.0) += flow[at] / count;
                flow[to] += flow[at] / count;
            }
        }
    }
    let most = loads.values().copied().fold(0.0, f64::max);
    loads.values_mut().for_each(|load| *load *= 100.0 / most);
    loads
}

#[test]
fn published_loads_and_diameters_come_out_of_what_was_read() {
    for name in NETWORKS {
        let Some(path) = data(&format!("topology/{name}.json")) else { return };
        let bytes = std::fs::read(&path).unwrap();
        let wan = import(name, bytes.as_slice(), None).unwrap_or_else(|faults| panic!("{faults}"));
        let published: Value = serde_json::from_slice(&bytes).unwrap();
        let stats = &published["graph"]["stats"];
        assert_eq!(Some(wan.nodes.len() as u64), stats["nodes"].as_u64());
        assert_eq!(Some(wan.links.len() as u64), stats["links"].as_u64());
        let extent = wan.extent();
        assert!(extent.connected);
        assert_eq!(Some(extent.diameter_hops as u64), stats["diameter_hops"].as_u64(), "{name}");
        // printed to 10 m, and summed before its links were rounded to 10 m each
        let diameter = stats["diameter_len"].as_f64().unwrap() * 1000.0;
        let ours = f64::from(u32::try_from(extent.diameter_m).unwrap());
        assert!((ours - diameter).abs() <= 15.0, "{name}: {ours} {diameter}");
        let sum: u64 = wan.links.iter().map(|link| link.metres.unwrap()).sum();
        let mean = f64::from(u32::try_from(sum / wan.links.len() as u64).unwrap());
        assert!((mean - stats["avg_link_len"].as_f64().unwrap() * 1000.0).abs() <= 10.0, "{name}: {mean}");
        let loads = loads(&wan);
        for (link, edge) in wan.links.iter().zip(published["edges"].as_array().unwrap()) {
            let [from, to] = link.ends;
            for (way, key) in [((from, to), "ecmp_fwd"), ((to, from), "ecmp_bwd")] {
                let (ours, theirs) =
                    (loads.get(&way).copied().unwrap_or(0.0), edge[key]["uni"].as_f64().unwrap());
                assert!((ours - theirs).abs() <= 0.005_01, "{name} {from}-{to} {key}: {ours} {theirs}");
            }
        }
        let scenario = accepted(&wan);
        assert_eq!((scenario.topology.sites.len(), scenario.topology.links.len()), (2, wan.links.len()));
    }
}

/// Whether a node reaches another without one link or node.
fn reaches(all: &Topology, from: usize, to: usize, without: SinglePoint) -> bool {
    let closed = |link: &Link| {
        let at = |node| without == SinglePoint::Node(node);
        at(link.from) || at(link.to)
    };
    let mut seen = vec![from];
    let mut next = 0;
    while let Some(at) = seen.get(next).copied() {
        next += 1;
        for (_, link) in all.links.entries().filter(|(id, _)| without != SinglePoint::Link(*id)) {
            let ends = [link.from.index(), link.to.index()];
            if let Some(end) = ends.iter().position(|end| *end == at)
                && !closed(link)
                && !seen.contains(&ends[1 - end])
            {
                seen.push(ends[1 - end]);
            }
        }
    }
    seen.contains(&to)
}

/// The least rate of links that part two nodes, over all ways to part them: what the most that fits must equal, for few nodes.
fn least_cut(all: &Topology, from: usize, to: usize) -> u64 {
    let sides = (0..1_u64 << all.nodes.len()).filter(|side| side >> from & 1 == 1 && side >> to & 1 == 0);
    let across = |side: u64| {
        let parts = |link: &&Link| side >> link.from.index() & 1 != side >> link.to.index() & 1;
        all.links.iter().filter(parts).map(|link| link.payload(0).0).sum()
    };
    sides.map(across).min().unwrap()
}

#[test]
fn single_points_of_real_networks_are_those_without_which_two_places_part() {
    for name in NETWORKS {
        let Some(path) = data(&format!("topology/{name}.json")) else { return };
        let wan = import(name, std::fs::File::open(path).unwrap(), None).unwrap();
        let scenario = accepted(&wan);
        let all = &scenario.topology;
        let graph = LinkGraph::new(all);
        let (mut cut, mut free) = (0, 0);
        for from in all.nodes.ids() {
            for to in all.nodes.ids().filter(|to| *to != from) {
                let ways = graph.ways(all, from, to).unwrap();
                let links = all.links.ids().map(SinglePoint::Link);
                let nodes =
                    all.nodes.ids().filter(|node| *node != from && *node != to).map(SinglePoint::Node);
                let parting =
                    links.chain(nodes).filter(|point| !reaches(all, from.index(), to.index(), *point));
                let mut found = ways.single_points.clone();
                found.sort();
                assert_eq!(found, parting.collect::<Vec<_>>(), "{name} {from:?} {to:?}");
                assert!(ways.rate <= ways.fits);
                if all.nodes.len() <= 12 {
                    assert_eq!(
                        ways.fits.0,
                        least_cut(all, from.index(), to.index()),
                        "{name} {from:?} {to:?}"
                    );
                }
                if found.is_empty() { free += 1 } else { cut += 1 }
            }
        }
        assert!(cut + free > 20, "{name}: {cut} pairs with single points, {free} without");
    }
}

#[test]
fn five_microseconds_are_a_kilometre_of_fibre() {
    assert_eq!(latency_us(1_000_000, 200), 5000);
    assert_eq!(latency_us(1_146_160, 200), 5731);
    let Some(path) = data("topology/Abilene.json") else { return };
    let wan = import("a", std::fs::File::open(path).unwrap(), None).unwrap();
    let scenario = accepted(&wan);
    let link = scenario.topology.links.iter().find(|link| link.name == "New York - Chicago").unwrap();
    assert_eq!(link.latency, Span(5731));
}

const GRAPHML: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key attr.name="LinkSpeedRaw" attr.type="double" for="edge" id="d35" />
  <key attr.name="Longitude" attr.type="double" for="node" id="d29" />
  <key attr.name="Latitude" attr.type="double" for="node" id="d32" />
  <key attr.name="label" attr.type="string" for="node" id="d33" />
  <key attr.name="Network" attr.type="string" for="graph" id="d1" />
  <graph edgedefault="undirected"><data key="d1">Two &amp; one</data>
    <node id="0"><data key="d29">0.0</data><data key="d32">0.0</data><data key="d33">Null Island</data></node>
    <node id="1"><data key="d29">0.0</data><data key="d32">90.0</data><data key="d33">Pole</data></node>
    <node id="2"><data key="d33">Pole</data></node>
    <edge source="0" target="1"><data key="d35">10000000000.0</data></edge>
    <edge source="1" target="2" /><edge source="1" target="1" />
  </graph>
</graphml>"#;

#[test]
fn graphml_is_read_with_great_circles_for_lengths() {
    let wan = one(GRAPHML).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(
        (wan.name.as_str(), wan.nodes.clone()),
        ("Two & one", ["Null Island", "Pole", "Pole #2"].map(str::to_owned).to_vec())
    );
    // a quarter of the circumference of a sphere of 6371.009 km
    assert_eq!((wan.links[0].metres, wan.links[0].rate), (Some(10_007_558), Some(Rate(1_250_000_000))));
    assert_eq!((wan.links[1].metres, wan.links.len()), (None, 2));
    assert_eq!(wan.dropped, ["Links from a place to itself: 1."]);
    assert_eq!(wan.assumed.len(), 3);
    accepted(&wan);
}

#[test]
fn both_directions_of_a_directed_graph_are_one_link() {
    let text = r#"{"directed": true, "nodes": [{"id": 0}, {"id": 1}],
        "links": [{"source": 0, "target": 1, "length": 10}, {"source": 1, "target": 0, "length": 10}]}"#;
    let wan = one(text).unwrap();
    assert_eq!(
        (wan.links.len(), wan.links[0].metres, wan.nodes.join(",").as_str()),
        (1, Some(10_000), "0,1")
    );
    accepted(&wan);
}

#[test]
fn networks_that_make_no_sense_are_refused() {
    let json = |links: &str| format!(r#"{{"nodes": [{{"id": "a"}}, {{"id": "b"}}], "edges": [{links}]}}"#);
    let cases = [
        (json(r#"{"source": "a", "target": "c"}"#), "link 1: a link ends at `c`, which is no place"),
        (json(r#"{"source": "a"}"#), "link 1: it has no `target`"),
        (json(r#"{"source": "a", "target": "b", "dist": -1}"#), "its length `-1` is no number of kilometres"),
        (
            json(r#"{"source": "a", "target": "b", "dist": 99999}"#),
            "99999 km are more than once around the earth",
        ),
        (json(""), "there is no link between two places"),
        (json("}").replace("]", ""), "w.json:1: the JSON cannot be read"),
        (r#"{"nodes": [{"id": 1}, {"id": 1}], "links": []}"#.into(), "two places have the id `1`"),
        (r#"{"a": 1}"#.into(), "there are no lists `nodes` and `edges`"),
        ("a,b\n".into(), "neither node-link JSON nor GraphML, GML"),
        (GRAPHML.replace("</graph>", ""), "the XML cannot be read"),
        (GRAPHML.replace("<graphml", "<!DOCTYPE x [<!ENTITY a \"b\">]><graphml"), "the XML cannot be read"),
        (GRAPHML.replace("source=\"0\" target=\"1\"", "source=\"0\""), "w.json:12: the link has no target"),
    ];
    for (text, expected) in cases {
        let message = one(&text).unwrap_err().to_string();
        assert!(message.contains(expected) && message.contains("help:"), "{expected}:\n{message}");
    }
}
