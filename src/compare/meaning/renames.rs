//! Entries that went away while one of the same content came under another name.

use std::collections::BTreeMap;

use super::canon::{Reader, entry};
use super::fields::Field;
use super::found::{Found, fields, get, items};
use crate::scenario::tree::{Value, Written};

/// A change for each renamed entry; the reader then knows the new names.
pub fn find(reader: &mut Reader, old: &Value, new: &Value) -> Vec<Found> {
    let mut all = Vec::new();
    loop {
        let before = all.len();
        for (section, ours) in fields(old) {
            let theirs = items(get(fields(new), section));
            all.extend(of_section(reader, section, items(Some(ours)), theirs));
        }
        // What refers to a renamed entry may now have the same content too.
        if all.len() == before {
            return all;
        }
    }
}

fn of_section(reader: &mut Reader, section: &str, old: &[Written], new: &[Written]) -> Vec<Found> {
    let kind = Field { kind: "scenario", key: section }.inner();
    let (old, new) = (named(old), named(new));
    let mut came: Vec<&str> = new.keys().copied().filter(|name| !old.contains_key(name)).collect();
    came.retain(|name| !reader.renamed.values().any(|now| now == name));
    let mut all = Vec::new();
    for (name, item) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
        if reader.renamed.contains_key(*name) {
            continue;
        }
        let ours = content(reader, kind, item, true);
        let Some(at) = came.iter().position(|other| content(reader, kind, new[other], false) == ours) else {
            continue;
        };
        let now = came.remove(at);
        let written = new[now].value.field("name");
        reader.renamed.insert((*name).to_owned(), now.to_owned());
        all.push(Found {
            path: format!("{section}.{now}.name"),
            old: Some(Value::Text((*name).to_owned())),
            new: Some(Value::Text(now.to_owned())),
            place: written.and_then(|written| written.place.clone()),
        });
    }
    all
}

fn named(items: &[Written]) -> BTreeMap<&str, &Written> {
    items.iter().filter_map(|item| Some((item.value.name()?, item))).collect()
}

/// All but the name.
fn content(reader: &Reader, kind: &'static str, item: &Written, is_old: bool) -> String {
    let rest: Vec<(String, Written)> =
        fields(&item.value).iter().filter(|(key, _)| key != "name").cloned().collect();
    entry(reader, kind, &rest, is_old)
}
