//! Which item of a list became which: by name, by content, by what it is about, else by likeness; so that one inserted item is one change.

use std::collections::{BTreeMap, BTreeSet};

use super::canon::{Reader, canon};
use super::fields::Field;
use crate::scenario::tree::{Value, Written};

/// Positions in the old and in the new list; `None` on one side: it went, or it came.
pub type Pairs = Vec<(Option<usize>, Option<usize>)>;

/// Score of two items that mean the same; likeness scores less.
const SAME: u64 = 1_000_000;

/// Most pairs of items whose likeness is looked at; past it they went and came.
const ALIKE_MAX: usize = 1_000_000;

/// What faults are about.
const TARGETS: &[&str] = &[
    "broker",
    "contents",
    "domain",
    "host",
    "link",
    "people",
    "recovery_points",
    "recovery_service",
    "replication",
    "site",
    "vmm",
    "volume",
];
/// What says when and how an operation happens, not what it is.
const CIRCUMSTANCES: &[&str] =
    &["at", "by", "in_cloud", "network", "on", "point", "size", "starts", "synchronize", "takes", "testing"];

/// A list of entries as both sides see it.
struct Side<'v> {
    values: Vec<&'v Value>,
    canons: Vec<String>,
    fields: Vec<BTreeMap<&'v str, String>>,
}

impl<'v> Side<'v> {
    fn new(reader: &Reader, field: Field, items: &'v [Written], is_old: bool) -> Side<'v> {
        let values: Vec<&Value> = items.iter().map(|item| &item.value).collect();
        let canons = values.iter().map(|value| canon(reader, field, value, is_old)).collect();
        let of = |value: &&'v Value| -> BTreeMap<&'v str, String> {
            let fields: &[_] = if let Value::Entry(fields) = value { fields } else { &[] };
            let kind = field.inner();
            let canon = |(key, written): &'v (String, Written)| {
                (key.as_str(), canon(reader, Field { kind, key }, &written.value, is_old))
            };
            fields.iter().map(canon).collect()
        };
        let fields = values.iter().map(of).collect();
        Side { values, canons, fields }
    }

    /// All but the name.
    fn content(&self, item: usize) -> String {
        let fields = self.fields[item].iter().filter(|(key, _)| **key != "name");
        fields.map(|(key, value)| format!("{key}={value},")).collect()
    }

    /// What an entry without a name is about.
    fn about(&self, item: usize, kind: &str) -> Vec<(&str, &str)> {
        let inside = |key: &str| match kind {
            "fault" => TARGETS.contains(&key),
            "network_mapping" => key == "from",
            "protection" => key == "from" || key == "vms",
            "operation" => !CIRCUMSTANCES.contains(&key),
            "window" => matches!(key, "days" | "from" | "to"),
            _ => false,
        };
        let own = self.fields[item].iter().filter(|(key, _)| inside(key));
        own.map(|(key, value)| (*key, value.as_str())).collect()
    }
}

/// How alike two items are: [`SAME`], or less; 0 if they have nothing in common.
fn likeness(kind: &str, old: (&Side, usize), new: (&Side, usize)) -> u64 {
    if old.0.canons[old.1] == new.0.canons[new.1] {
        return SAME;
    }
    let (ours, theirs) = (&old.0.fields[old.1], &new.0.fields[new.1]);
    let equal = ours.iter().filter(|(key, value)| theirs.get(*key) == Some(value)).count() as u64;
    let most = ours.len().max(theirs.len()).max(1) as u64;
    let about = old.0.about(old.1, kind);
    let bonus = if !about.is_empty() && about == new.0.about(new.1, kind) { SAME / 2 } else { 0 };
    bonus + equal * (SAME / 2 - 1) / most
}

/// Pairs the items of two lists whose order has no meaning: what is left of the old ones in their order, then what is new.
pub fn unordered(reader: &Reader, field: Field, old: &[Written], new: &[Written]) -> Pairs {
    let sides = (Side::new(reader, field, old, true), Side::new(reader, field, new, false));
    let kind = field.inner();
    let mut partner: Vec<Option<usize>> = vec![None; old.len()];
    let mut free: Vec<bool> = vec![true; new.len()];
    let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, name) in sides.1.values.iter().enumerate().filter_map(|(at, value)| Some((at, value.name()?))) {
        by_name.insert(name, at);
    }
    for (at, value) in sides.0.values.iter().enumerate() {
        let Some(name) = value.name() else { continue };
        let now = reader.renamed.get(name).map(String::as_str).filter(|now| by_name.contains_key(now));
        let same = by_name.get(name).or_else(|| by_name.get(now?)).copied();
        if let Some(same) = same.filter(|same| free[*same]) {
            (partner[at], free[same]) = (Some(same), false);
        }
    }
    let mut contents: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for other in (0..new.len()).rev().filter(|other| free[*other] && sides.1.values[*other].name().is_some())
    {
        contents.entry(sides.1.content(other)).or_default().push(other);
    }
    for (at, own) in partner.iter_mut().enumerate() {
        if own.is_none() && sides.0.values[at].name().is_some() {
            *own = contents.get_mut(&sides.0.content(at)).and_then(Vec::pop);
            own.iter().for_each(|other| free[*other] = false);
        }
    }
    let nameless = |side: &Side, at: usize| side.values[at].name().is_none();
    let mut equal: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for other in (0..new.len()).rev().filter(|other| nameless(&sides.1, *other)) {
        equal.entry(&sides.1.canons[other]).or_default().push(other);
    }
    for at in (0..old.len()).filter(|at| nameless(&sides.0, *at)) {
        if let Some(other) = equal.get_mut(sides.0.canons[at].as_str()).and_then(Vec::pop) {
            (partner[at], free[other]) = (Some(other), false);
        }
    }
    let went: Vec<usize> = (0..old.len()).filter(|at| partner[*at].is_none()).collect();
    let came: Vec<usize> = (0..new.len()).filter(|at| free[*at]).collect();
    for (at, other) in alike(kind, (&sides.0, &went), (&sides.1, &came)) {
        (partner[at], free[other]) = (Some(other), false);
    }
    let kept = partner.iter().enumerate().map(|(at, other)| (Some(at), *other));
    kept.chain((0..new.len()).filter(|other| free[*other]).map(|other| (None, Some(other)))).collect()
}

/// Items of two lists that have half of their fields in common, or what they are about: the likest first, each once.
fn alike(kind: &str, (old, went): (&Side, &[usize]), (new, came): (&Side, &[usize])) -> Vec<(usize, usize)> {
    let all_named = |side: &Side, items: &[usize]| items.iter().all(|at| side.values[*at].name().is_some());
    if went.len().saturating_mul(came.len()) > ALIKE_MAX || all_named(old, went) && all_named(new, came) {
        return Vec::new();
    }
    let mut candidates: Vec<(u64, &str, &str, usize, usize)> = Vec::new();
    for at in went {
        for other in came {
            // Two names tell that they are not the same.
            if old.values[*at].name().is_some() && new.values[*other].name().is_some() {
                continue;
            }
            let score = likeness(kind, (old, *at), (new, *other));
            if score >= SAME / 4 - 1 {
                candidates.push((score, &old.canons[*at], &new.canons[*other], *at, *other));
            }
        }
    }
    candidates.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (a.1, a.2, a.3, a.4).cmp(&(b.1, b.2, b.3, b.4))));
    let (mut ours, mut theirs) = (BTreeSet::new(), BTreeSet::new());
    let mut pairs = Vec::new();
    for (.., at, other) in candidates {
        if !ours.contains(&at) && !theirs.contains(&other) {
            ours.insert(at);
            theirs.insert(other);
            pairs.push((at, other));
        }
    }
    pairs
}

/// Pairs the items of two lists whose order has a meaning, in that order: as much likeness as can be had without crossing.
pub fn ordered(reader: &Reader, field: Field, old: &[Written], new: &[Written]) -> Pairs {
    let sides = (Side::new(reader, field, old, true), Side::new(reader, field, new, false));
    let score = |at: usize, other: usize| 1 + likeness(field.inner(), (&sides.0, at), (&sides.1, other));
    // best[at][other]: what the tails from there can reach.
    let mut best = vec![vec![0; new.len() + 1]; old.len() + 1];
    for at in (0..old.len()).rev() {
        for other in (0..new.len()).rev() {
            let paired = best[at + 1][other + 1] + score(at, other);
            best[at][other] = paired.max(best[at + 1][other]).max(best[at][other + 1]);
        }
    }
    let (mut at, mut other, mut pairs) = (0, 0, Pairs::new());
    while at < old.len() || other < new.len() {
        let both = at < old.len() && other < new.len();
        if both && best[at][other] == best[at + 1][other + 1] + score(at, other) {
            pairs.push((Some(at), Some(other)));
            (at, other) = (at + 1, other + 1);
        } else if at < old.len() && (other == new.len() || best[at][other] == best[at + 1][other]) {
            pairs.push((Some(at), None));
            at += 1;
        } else {
            pairs.push((None, Some(other)));
            other += 1;
        }
    }
    pairs
}
