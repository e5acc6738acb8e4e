//! GraphML, as the Internet Topology Zoo and networkx write it.
//!
//! A place's name is its `label` or `name`, its position `Longitude` and `Latitude`; a link's length in km is its `dist`, `distance`,
//! `length` or `km`, else the great circle; its rate `LinkSpeedRaw`, in bits per second.

use std::collections::BTreeMap;

use roxmltree::{Document, Node, ParsingOptions};

use super::super::fault::{Fault, Faults, quote};
use super::super::number::{SCALE, decimal};
use super::{Draft, DraftLink, DraftNode, LINKS_MAX, NODES_MAX, WanSource, WrittenAt, kilometres, placed};
use crate::units::Rate;

/// The source.
pub const SOURCE: WanSource = WanSource { name: "graphml", recognises, read };

/// Most elements and texts of a document: ninety for each place and link.
const PARTS_MAX: u32 = 1 << 21;

/// Most attributes of an element: the reader compares each with all before it.
const ATTRIBUTES_MAX: usize = 1000;

/// The line of the first element with more attributes than that.
fn overloaded(text: &str) -> Option<u64> {
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        // What is no element ends with its own mark, whatever quotes stand in it.
        let other = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
        if let Some((_, end)) = other.into_iter().find(|(begin, _)| rest.starts_with(begin)) {
            rest = &rest[rest.find(end)? + end.len()..];
            continue;
        }
        let (mut quote, mut count, mut length) = (None, 0, rest.len());
        for (at, byte) in rest.bytes().enumerate() {
            match (quote, byte) {
                (Some(open), _) if byte == open => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => (quote, count) = (Some(byte), count + 1),
                (None, b'>') => {
                    length = at + 1;
                    break;
                }
                (None, _) => {}
            }
        }
        if count > ATTRIBUTES_MAX {
            let before = &text[..text.len() - rest.len()];
            return Some(1 + before.bytes().filter(|byte| *byte == b'\n').count() as u64);
        }
        rest = &rest[length..];
    }
    None
}

fn recognises(text: &str) -> bool {
    text.trim_start().starts_with('<') && text.contains("graphml")
}

/// Properties of a place or link, by lower-case name.
type Properties<'d> = BTreeMap<String, &'d str>;

fn read(file: &str, text: &str, faults: &mut Faults) -> Draft {
    if let Some(line) = overloaded(text) {
        let reason = format!("an element has more than {ATTRIBUTES_MAX} attributes");
        faults.push(Fault::of(file, reason, "export it again; no network needs so many").line(line));
        return Draft::default();
    }
    // a document type may define entities that unfold without end: not allowed
    let options = ParsingOptions { allow_dtd: false, nodes_limit: PARTS_MAX, ..ParsingOptions::default() };
    let document = match Document::parse_with_options(text, options) {
        Ok(document) => document,
        Err(error) => {
            let reason = format!("the XML cannot be read: {}", quote(&error.to_string()));
            let fault = Fault::of(file, reason, "export it again; it may be cut short");
            faults.push(fault.line(error.pos().row.into()));
            return Draft::default();
        }
    };
    let graphs = document.descendants().filter(|node| node.has_tag_name_of("graph"));
    let Some(graph) = graphs.into_iter().next() else {
        faults.push(Fault::of(file, "there is no element `graph`", "export it as GraphML").line(1));
        return Draft::default();
    };
    let keys: BTreeMap<&str, String> = document
        .descendants()
        .filter(|node| node.has_tag_name_of("key"))
        .filter_map(|node| Some((node.attribute("id")?, node.attribute("attr.name")?.to_lowercase())))
        .collect();
    let title = properties(graph, &keys);
    let mut draft = Draft {
        name: title.get("network").or(title.get("name")).map_or(String::new(), |name| (*name).to_owned()),
        directed: graph.attribute("edgedefault") == Some("directed"),
        ..Draft::default()
    };
    let line = |node: Node| u64::from(document.text_pos_at(node.range().start).row);
    for node in graph.children().filter(|node| node.has_tag_name_of("node")).take(NODES_MAX + 1) {
        let Some(id) = node.attribute("id") else {
            faults.push(Fault::of(file, "a place has no id", "give it one").line(line(node)));
            continue;
        };
        let own = properties(node, &keys);
        let name = own.get("label").or(own.get("name")).map_or("", |name| *name);
        let degrees = |key: &str| own.get(key)?.parse::<f64>().ok();
        let position = degrees("longitude").zip(degrees("latitude"));
        draft.nodes.push(DraftNode { id: id.to_owned(), name: name.to_owned(), position });
    }
    for node in graph.children().filter(|node| node.has_tag_name_of("edge")).take(LINKS_MAX + 1) {
        let place = WrittenAt::Line(line(node));
        match link(node, &properties(node, &keys), place) {
            Ok(link) => draft.links.push(link),
            Err(reason) => faults.push(placed(file, place, reason, "give both ends, and lengths in km")),
        }
    }
    draft
}

/// Tag names, whatever their namespace.
trait Tagged {
    fn has_tag_name_of(&self, name: &str) -> bool;
}

impl Tagged for Node<'_, '_> {
    fn has_tag_name_of(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}

fn properties<'d>(node: Node<'d, '_>, keys: &BTreeMap<&str, String>) -> Properties<'d> {
    let data = node.children().filter(|child| child.has_tag_name_of("data"));
    data.filter_map(|child| {
        let key = child.attribute("key")?;
        let name = keys.get(key).cloned().unwrap_or_else(|| key.to_lowercase());
        Some((name, child.text()?.trim()))
    })
    .collect()
}

fn link(node: Node, own: &Properties, place: WrittenAt) -> Result<DraftLink, String> {
    let end = |key: &str| node.attribute(key).map(str::to_owned).ok_or(format!("the link has no {key}"));
    let ends = [end("source")?, end("target")?];
    let length = ["dist", "distance", "length", "km"].iter().find_map(|key| own.get(*key));
    let metres = match length {
        None => None,
        Some(text) => {
            let reason = || format!("its length `{}` is no number of kilometres", quote(text));
            Some(kilometres(text).ok_or_else(reason)?)
        }
    };
    let bits = own.get("linkspeedraw").and_then(|text| decimal(text.as_bytes()).ok());
    let rate = bits.and_then(|bits| u64::try_from(bits / SCALE / 8).ok()).filter(|rate| *rate > 0).map(Rate);
    Ok(DraftLink { ends, metres, rate, place })
}
