//! Networks of SNDlib in XML: places with geographical coordinates, links with an installed capacity in the unit that the file names.

use super::super::fault::{Fault, Faults};
use super::sndlib::{Capacity, capacity};
use super::xml::{Tagged, line, parse, root};
use super::{Draft, DraftLink, DraftNode, LINKS_MAX, NODES_MAX, WanSource, WrittenAt, placed};

/// The source.
pub const SOURCE: WanSource = WanSource { name: "sndlib-xml", recognises, read };

fn recognises(text: &str) -> bool {
    root(text) == Some("network")
}

fn read(file: &str, text: &str, faults: &mut Faults) -> Draft {
    let Some(document) = parse(file, text, faults) else { return Draft::default() };
    let root = document.root_element();
    let unit = root.child("meta").and_then(|meta| meta.told("unit"));
    let Some(structure) = root.child("networkStructure") else {
        faults.push(
            Fault::of(file, "there is no element `networkStructure`", "export the network, not its demands")
                .line(1),
        );
        return Draft::default();
    };
    let mut draft = Draft::default();
    let nodes = structure.child("nodes");
    let on_earth =
        nodes.is_some_and(|it| it.attribute("coordinatesType").is_none_or(|it| it == "geographical"));
    for node in nodes.iter().flat_map(|it| it.children()).filter(|node| node.is_a("node")).take(NODES_MAX + 1)
    {
        let Some(id) = node.attribute("id") else {
            faults.push(Fault::of(file, "a place has no id", "give it one").line(line(&document, node)));
            continue;
        };
        let at = node.child("coordinates").filter(|_| on_earth);
        let degrees = |axis| at.and_then(|at| at.told(axis)?.parse::<f64>().ok());
        draft.nodes.push(DraftNode {
            id: id.to_owned(),
            name: id.to_owned(),
            position: degrees("x").zip(degrees("y")),
        });
    }
    let links = structure.child("links");
    for link in links.iter().flat_map(|it| it.children()).filter(|node| node.is_a("link")).take(LINKS_MAX + 1)
    {
        let place = WrittenAt::Line(line(&document, link));
        let (Some(source), Some(target)) = (link.told("source"), link.told("target")) else {
            faults.push(placed(file, place, "the link lacks an end".into(), "give it a source and a target"));
            continue;
        };
        let installed = link.child("preInstalledModule").and_then(|it| it.told("capacity"));
        let offered = link.child("additionalModules").is_some();
        let Capacity { rate, unread } = capacity(installed, offered, unit);
        let ends = [source.to_owned(), target.to_owned()];
        draft.links.push(DraftLink { ends, metres: None, rate, unread, place });
    }
    draft
}
