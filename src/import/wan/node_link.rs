//! Node-link JSON, as networkx and TopoHub write it: `nodes` with `id`, and `edges` or `links` with `source` and `target`.
//!
//! A link's length in km is its `dist`, `distance`, `length` or `km`; a place may have `name` and `pos: [longitude, latitude]`.

use serde_json::{Map, Value};

use super::super::dialect::ambiguous;
use super::super::fault::{Fault, Faults, quote};
use super::super::json;
use super::attributes::{Attributes, LENGTHS, rated};
use super::{Draft, DraftLink, DraftNode, WanSource, WrittenAt, kilometres, placed};

/// The source.
pub const SOURCE: WanSource = WanSource { name: "node-link", recognises, read };

fn recognises(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

fn read(file: &str, text: &str, faults: &mut Faults) -> Draft {
    let value: Value = match json::value(text) {
        Ok(value) => value,
        Err(error) => {
            let reason = format!("the JSON cannot be read: {}", quote(&error.to_string()));
            let line = u64::try_from(error.line()).unwrap_or(1);
            faults.push(Fault::of(file, reason, "export it again; it may be cut short").line(line));
            return Draft::default();
        }
    };
    let list = |keys: &[&str]| keys.iter().find_map(|key| value.get(key)?.as_array());
    let (Some(nodes), Some(links)) = (list(&["nodes"]), list(&["edges", "links"])) else {
        let reason = "there are no lists `nodes` and `edges` (or `links`)";
        faults.push(Fault::of(file, reason, "export it as node-link data"));
        return Draft::default();
    };
    let graph = value.get("graph").and_then(|graph| graph.get("name")).and_then(Value::as_str);
    let mut draft = Draft {
        name: graph.unwrap_or_default().to_owned(),
        directed: value.get("directed").and_then(Value::as_bool).unwrap_or(false),
        ..Draft::default()
    };
    for (at, node) in nodes.iter().enumerate() {
        match node.as_object().and_then(place) {
            Some(place) => draft.nodes.push(place),
            None => {
                let reason = format!("place {} has no id", at + 1);
                faults.push(Fault::of(file, reason, "give it an `id`"));
            }
        }
    }
    for (at, link) in links.iter().enumerate() {
        match link.as_object().map_or(Err("is no object".into()), |link| read_link(link, at + 1)) {
            Ok(link) => draft.links.push(link),
            Err(reason) => {
                let remedy = "give `source`, `target` and a length in km, as a number";
                faults.push(placed(file, WrittenAt::Number(at + 1), reason, remedy));
            }
        }
    }
    draft
}

/// A text, or a number as text.
fn word(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn place(node: &Map<String, Value>) -> Option<DraftNode> {
    let id = word(node.get("id")).or_else(|| word(node.get("name")))?;
    let name = word(node.get("name")).or_else(|| word(node.get("label"))).unwrap_or_default();
    let both = |a: Option<&Value>, b: Option<&Value>| Some((a?.as_f64()?, b?.as_f64()?));
    let position = node.get("pos").and_then(Value::as_array);
    let position = position.and_then(|pair| both(pair.first(), pair.get(1))).or_else(|| {
        both(node.get("lon").or(node.get("Longitude")), node.get("lat").or(node.get("Latitude")))
    });
    Some(DraftNode { id, name, position })
}

fn read_link(link: &Map<String, Value>, number: usize) -> Result<DraftLink, String> {
    let end = |key: &str| word(link.get(key)).ok_or(format!("it has no `{key}`"));
    let ends = [end("source")?, end("target")?];
    let metres = match LENGTHS.iter().find_map(|key| link.get(*key)) {
        None | Some(Value::Null) => None,
        Some(length) => {
            let text = word(Some(length)).unwrap_or_default();
            if length.is_string() && ambiguous(text.trim()).is_some() {
                // A number of JSON has a point; whoever wrote a text may have grouped thousands.
                return Err(format!(
                    "its length `{}` is a text that can be read in two ways, a thousand times apart",
                    quote(&text)
                ));
            }
            Some(
                kilometres(&text)
                    .ok_or(format!("its length `{}` is no number of kilometres", quote(&text)))?,
            )
        }
    };
    let texts: Vec<(&String, String)> =
        link.iter().filter_map(|(key, it)| Some((key, word(Some(it))?))).collect();
    let mut own = Attributes::default();
    texts.iter().for_each(|(key, text)| own.put(key, text));
    let (rate, unread) = rated(&own);
    Ok(DraftLink { ends, metres, rate, unread, place: WrittenAt::Number(number) })
}
