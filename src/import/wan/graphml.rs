//! GraphML, as the Internet Topology Zoo and networkx write it.
//!
//! A place's name is its `label` or `name`, its position `Longitude` and `Latitude`; a link's length in km is its `dist`, `distance`,
//! `length` or `km`, else the great circle; its rate `LinkSpeedRaw`, in bits per second, or `LinkSpeed` with `LinkSpeedUnits`.

use std::collections::BTreeMap;

use roxmltree::Node;

use super::super::fault::{Fault, Faults};
use super::attributes::{Attributes, link, node};
use super::xml::{Tagged, line, parse, root};
use super::{Draft, LINKS_MAX, NODES_MAX, WanSource, WrittenAt, placed};

/// The source.
pub const SOURCE: WanSource = WanSource { name: "graphml", recognises, read };

fn recognises(text: &str) -> bool {
    root(text) == Some("graphml")
}

fn read(file: &str, text: &str, faults: &mut Faults) -> Draft {
    let Some(document) = parse(file, text, faults) else { return Draft::default() };
    let Some(graph) = document.descendants().find(|node| node.is_a("graph")) else {
        faults.push(Fault::of(file, "there is no element `graph`", "export it as GraphML").line(1));
        return Draft::default();
    };
    let keys: BTreeMap<&str, String> = document
        .descendants()
        .filter(|node| node.is_a("key"))
        .filter_map(|node| Some((node.attribute("id")?, node.attribute("attr.name")?.to_lowercase())))
        .collect();
    let title = attributes(graph, &keys);
    let mut draft = Draft {
        name: title.first(&["network", "name"]).unwrap_or_default().to_owned(),
        directed: graph.attribute("edgedefault") == Some("directed"),
        ..Draft::default()
    };
    for place in graph.children().filter(|node| node.is_a("node")).take(NODES_MAX + 1) {
        let Some(id) = place.attribute("id") else {
            faults.push(Fault::of(file, "a place has no id", "give it one").line(line(&document, place)));
            continue;
        };
        draft.nodes.push(node(id, &attributes(place, &keys)));
    }
    for edge in graph.children().filter(|node| node.is_a("edge")).take(LINKS_MAX + 1) {
        let place = WrittenAt::Line(line(&document, edge));
        let ends = ["source", "target"].map(|end| edge.attribute(end));
        match link(ends, &attributes(edge, &keys), place) {
            Ok(link) => draft.links.push(link),
            Err(reason) => faults.push(placed(file, place, reason, "give both ends, and lengths in km")),
        }
    }
    draft
}

fn attributes<'d>(node: Node<'d, '_>, keys: &BTreeMap<&str, String>) -> Attributes<'d> {
    let mut all = Attributes::default();
    for data in node.children().filter(|child| child.is_a("data")) {
        if let Some((key, text)) = data.attribute("key").zip(data.text()) {
            all.put(keys.get(key).map_or(key, String::as_str), text.trim());
        }
    }
    all
}
