//! What changed in the meaning of a scenario, and scenarios in between: with some of the changes and without the others.
//!
//! Comments, order, units, files and defaults that are written out do not count; order of VMs and groups in a plan does.

mod fields;
mod canon;
mod pair;
mod found;
mod renames;
mod merge;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::problem::{Place, Problem};
use crate::promise::Spot;
use crate::scenario::tree::{Clock, PROMISES, Tree, Value};
use crate::scenario::{LoadError, Sources};

use canon::Reader;
use found::Found;
use merge::{Merged, merge};

/// A change of meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// As `--set` takes it: `"links.wan.rate"`; of a renamed entry with its new name.
    pub path: String,
    /// As written before; `None`: it was not there.
    pub before: Option<String>,
    /// As written now; `None`: it is gone.
    pub after: Option<String>,
    /// Where it is written now, or was written if it is gone.
    pub place: Option<Spot>,
}

/// Two scenarios laid over each other.
#[derive(Clone, Debug)]
pub struct Meaning {
    /// What changed, by place.
    pub changes: Vec<Change>,
    merged: Merged,
    /// What the merged tree calls the change at each position of `changes`.
    own: Vec<usize>,
    series: BTreeMap<String, Result<Arc<[u8]>, LoadError>>,
}

impl Meaning {
    /// What changed from `old` to `new`, two scenarios that can be read without a problem.
    ///
    /// # Errors
    /// Where a text stops being RON or JSON.
    pub fn between(old: &Sources, new: &Sources) -> Result<Meaning, Problem> {
        let (ours, theirs) = (Tree::new(old)?, Tree::new(new)?);
        let reader = Reader { clock: clock(&ours, &theirs), renamed: BTreeMap::new() };
        let (merged, found) = merge(reader, &ours.root.value, &theirs.root.value);
        let (mut series, mut paths) = (ours.series, ours.series_paths);
        series.extend(theirs.series);
        paths.extend(theirs.series_paths);
        let shown = |found: &Found| Change {
            path: found.path.clone(),
            before: found.old.as_ref().map(|value| show(value, &paths)),
            after: found.new.as_ref().map(|value| show(value, &paths)),
            place: found.place.as_ref().and_then(|place| {
                let side = if found.new.is_some() { new } else { old };
                spot(side, place)
            }),
        };
        let mut all: Vec<(usize, Change)> = found.iter().map(shown).enumerate().collect();
        // What stands nowhere comes last.
        let key = |change: &Change| (change.place.is_none(), change.place.clone(), change.path.clone());
        all.sort_by_key(|(own, change)| (key(change), *own));
        let (own, changes) = all.into_iter().unzip();
        Ok(Meaning { changes, merged, own, series })
    }

    /// The old scenario with these of the changes, as positions in `changes`: all of them make the new one. It has no gates and waivers,
    /// which are no part of what is run.
    pub fn with(&self, taken: &BTreeSet<usize>) -> Sources {
        let own: BTreeSet<usize> = taken.iter().filter_map(|at| self.own.get(*at)).copied().collect();
        let mut root = self.merged.choose(&own).unwrap_or(Value::Nothing);
        if let Value::Entry(fields) = &mut root {
            fields.retain(|(key, _)| !PROMISES.contains(&key.as_str()));
        }
        Tree::sources(&root, self.series.clone())
    }

    /// All positions in `changes`.
    pub fn all(&self) -> BTreeSet<usize> {
        (0..self.changes.len()).collect()
    }
}

/// The clock of both, if they start together.
fn clock(old: &Tree, new: &Tree) -> Option<Clock> {
    let start = |tree: &Tree| Clock::new(tree.root.value.field("start")?.value.text()?);
    let (old, new) = (start(old)?, start(new)?);
    (old.start() == new.start()).then_some(new)
}

/// As written: a text without its quotes, a series file with what tells its bytes.
fn show(value: &Value, series: &BTreeMap<String, String>) -> String {
    let Some(text) = value.text() else { return value.to_string() };
    match series.get(text) {
        Some(path) if path != text => format!("{path} (blake3 {})", text.get(..12).unwrap_or(text)),
        Some(_) | None => text.to_owned(),
    }
}

fn spot(sources: &Sources, place: &Place) -> Option<Spot> {
    let (line, column) = sources.problems().line_column(place)?;
    Some(Spot { file: place.file.to_string(), line: line as u64, column: column as u64 })
}
