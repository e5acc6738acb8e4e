//! Two trees laid over each other: what is the same once, and at each difference both sides, so that any choice of sides is a tree.

use std::collections::{BTreeMap, BTreeSet};

use super::canon::{Reader, canon, default, layer};
use super::fields::Field;
use super::found::{Found, fields, get};
use super::pair::{Pairs, ordered, unordered};
use super::renames;
use crate::scenario::tree::{Value, Written};
use crate::units::Rate;

/// A tree of both sides.
#[derive(Clone, Debug)]
pub enum Merged {
    /// Means the same on both.
    Same(Value),
    /// One of two, by whether this change is taken; `None`: it is not there.
    Choice { change: usize, old: Option<Value>, new: Option<Value> },
    /// Fields.
    Entry(Vec<(String, Merged)>),
    /// Items.
    List(Vec<Merged>),
}

impl Merged {
    /// The tree with the new side of the changes that are taken.
    pub fn choose(&self, taken: &BTreeSet<usize>) -> Option<Value> {
        match self {
            Merged::Same(value) => Some(value.clone()),
            Merged::Choice { change, old, new } => if taken.contains(change) { new } else { old }.clone(),
            Merged::Entry(fields) => {
                let chosen =
                    fields.iter().filter_map(|(key, field)| Some((key.clone(), bare(field.choose(taken)?))));
                Some(Value::Entry(chosen.collect()))
            }
            Merged::List(items) => {
                Some(Value::List(items.iter().filter_map(|item| item.choose(taken)).map(bare).collect()))
            }
        }
    }
}

/// A value that stands nowhere.
fn bare(value: Value) -> Written {
    Written { value, place: None, position: 0 }
}

/// Lays the root of the new tree over that of the old one.
pub fn merge(reader: Reader, old: &Value, new: &Value) -> (Merged, Vec<Found>) {
    let mut reader = reader;
    let found = renames::find(&mut reader, old, new);
    let renames =
        found.iter().enumerate().filter_map(|(at, found)| Some((found.old.as_ref()?.text()?.to_owned(), at)));
    let renames = renames.collect();
    let mut merger = Merger { reader, found, renames };
    let (old, new) = (fields(old), fields(new));
    let mut all = Vec::new();
    for (key, is_list) in top_keys(old, new) {
        let field = Field { kind: "scenario", key };
        // A section that is left out is an empty one.
        let empty = bare(if is_list { Value::List(Vec::new()) } else { Value::Entry(Vec::new()) });
        let is_section = is_list || key == "recovery_service";
        let side = |fields: &'_ [(String, Written)]| get(fields, key).cloned();
        let or_empty = |side: Option<Written>| side.or_else(|| is_section.then(|| empty.clone()));
        let (ours, theirs) = (or_empty(side(old)), or_empty(side(new)));
        all.extend(merger.field(field, "", ours.as_ref(), theirs.as_ref()));
    }
    (Merged::Entry(all), merger.found)
}

/// The fields of both roots, and whether they are lists.
fn top_keys<'v>(old: &'v [(String, Written)], new: &'v [(String, Written)]) -> Vec<(&'v str, bool)> {
    let mut keys: Vec<(&str, bool)> = Vec::new();
    for (key, written) in old.iter().chain(new) {
        if !keys.iter().any(|(known, _)| known == key) {
            keys.push((key, matches!(written.value, Value::List(_))));
        }
    }
    keys
}

/// Churn as a list of layers: a text alone is a constant rate, unless it is drawn, which a layer does by another name.
fn layers(written: &Written) -> Written {
    if written.value.text().is_none_or(|text| Rate::parse(text).is_err()) {
        return written.clone();
    }
    let layer = Value::Entry(vec![("constant".into(), bare(written.value.clone()))]);
    bare(Value::List(vec![bare(layer)]))
}

fn has_entries(items: &[Written]) -> bool {
    items.iter().any(|item| matches!(item.value, Value::Entry(_) | Value::List(_)))
}

struct Merger {
    reader: Reader,
    found: Vec<Found>,
    /// The change that renames, by the name before.
    renames: BTreeMap<String, usize>,
}

impl Merger {
    fn change(&mut self, path: String, old: Option<&Written>, new: Option<&Written>) -> Merged {
        let change = self.found.len();
        let place = new.or(old).and_then(|written| {
            let name = written.value.field("name").and_then(|name| name.place.clone());
            name.or_else(|| written.place.clone())
        });
        let value = |side: Option<&Written>| side.map(|written| written.value.clone());
        let (old, new) = (value(old), value(new));
        self.found.push(Found { path, old: old.clone(), new: new.clone(), place });
        Merged::Choice { change, old, new }
    }

    fn entry(
        &mut self,
        kind: &'static str,
        path: &str,
        old: &[(String, Written)],
        new: &[(String, Written)],
    ) -> Merged {
        let mut keys: Vec<&String> = Vec::new();
        for (key, _) in old.iter().chain(new) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        let mut all = Vec::new();
        for key in keys {
            all.extend(self.field(Field { kind, key }, path, get(old, key), get(new, key)));
        }
        Merged::Entry(all)
    }

    /// A field that one side may lack; `None` where it says only what is so anyhow.
    fn field(
        &mut self,
        field: Field,
        path: &str,
        old: Option<&Written>,
        new: Option<&Written>,
    ) -> Option<(String, Merged)> {
        let own = if path.is_empty() { field.key.to_owned() } else { format!("{path}.{}", field.key) };
        let says_the_default = |written: &Written| {
            default(&self.reader, field) == Some(canon(&self.reader, field, &written.value, false))
        };
        let merged = match (old, new) {
            (Some(old), Some(new)) => self.value(field, own, old, new),
            (Some(old), None) if says_the_default(old) => Merged::Same(old.value.clone()),
            (None, Some(new)) if says_the_default(new) => return None,
            (None, None) => return None,
            (old, new) => self.change(own, old, new),
        };
        Some((field.key.to_owned(), merged))
    }

    fn value(&mut self, field: Field, path: String, old: &Written, new: &Written) -> Merged {
        let now = canon(&self.reader, field, &new.value, false);
        if canon(&self.reader, field, &old.value, false) == now {
            return Merged::Same(old.value.clone());
        }
        match (&old.value, &new.value) {
            (Value::Entry(ours), Value::Entry(theirs)) => self.entry(field.inner(), &path, ours, theirs),
            (Value::List(ours), Value::List(theirs)) if has_entries(ours) || has_entries(theirs) => {
                self.list(field, path, (old, ours), (new, theirs))
            }
            _ if canon(&self.reader, field, &old.value, true) == now => self.follow(path, old, new),
            (Value::Text(_), Value::List(_)) | (Value::List(_), Value::Text(_)) if field.key == "churn" => {
                let (ours, theirs) = (layers(old), layers(new));
                if canon(&self.reader, field, &ours.value, false)
                    == canon(&self.reader, field, &theirs.value, false)
                {
                    return Merged::Same(old.value.clone());
                }
                self.change(path, Some(old), Some(new))
            }
            _ => self.change(path, Some(old), Some(new)),
        }
    }

    /// A reference that only follows a rename, and is part of it.
    fn follow(&mut self, path: String, old: &Written, new: &Written) -> Merged {
        let written =
            format!(",{},", old.value.to_string().replace(['"', '[', ']', '/', ':'], ",").replace(", ", ","));
        let named = |name: &&String| written.contains(&format!(",{name},"));
        let about: Vec<usize> =
            self.renames.iter().filter(|(name, _)| named(name)).map(|(_, change)| *change).collect();
        match about[..] {
            [change] => Merged::Choice { change, old: Some(old.value.clone()), new: Some(new.value.clone()) },
            _ => self.change(path, Some(old), Some(new)),
        }
    }

    fn list(
        &mut self,
        field: Field,
        path: String,
        (old_whole, old): (&Written, &[Written]),
        (new_whole, new): (&Written, &[Written]),
    ) -> Merged {
        let is_churn = field.key == "churn";
        if !field.is_ordered() && !is_churn {
            let pairs = unordered(&self.reader, field, old, new);
            return self.pairs(field, &path, pairs, (old, new));
        }
        let (mut old, mut new) = (old.to_vec(), new.to_vec());
        if is_churn {
            // Only layers of one kind have an order.
            old.sort_by_key(|item| layer(&item.value));
            new.sort_by_key(|item| layer(&item.value));
        }
        let canons = |items: &[Written], is_old| -> Vec<String> {
            items.iter().map(|item| canon(&self.reader, field, &item.value, is_old)).collect()
        };
        let (mut ours, mut theirs) = (canons(&old, true), canons(&new, false));
        if ours != theirs {
            ours.sort();
            theirs.sort();
            // The same items in another order are one change.
            if ours == theirs {
                return self.change(path, Some(old_whole), Some(new_whole));
            }
        }
        let pairs = ordered(&self.reader, field, &old, &new);
        self.pairs(field, &path, pairs, (&old, &new))
    }

    fn pairs(
        &mut self,
        field: Field,
        path: &str,
        pairs: Pairs,
        (old, new): (&[Written], &[Written]),
    ) -> Merged {
        let mut all = Vec::new();
        for (ours, theirs) in pairs {
            let (ours, theirs) = (ours.map(|at| &old[at]), theirs.map(|at| &new[at]));
            let shown = theirs.or(ours).expect("a pair has a side");
            let part = shown.value.name().map_or_else(|| shown.position.to_string(), str::to_owned);
            let path = format!("{path}.{part}");
            all.push(match (ours, theirs) {
                (Some(ours), Some(theirs)) => self.value(field, path, ours, theirs),
                (ours, theirs) => self.change(path, ours, theirs),
            });
        }
        Merged::List(all)
    }
}
