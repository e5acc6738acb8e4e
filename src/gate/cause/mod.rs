//! Why lines of a gate fail that did not before: which changes of the scenario made it so, found by simulating the scenarios in between.
//!
//! A set of changes is a cause if the old scenario with it fails too (it is enough), and no part of it is; if there are several such
//! sets, the new scenario fails until all of them are put back.

pub mod search;
mod words;

use std::collections::BTreeMap;

use super::report::{CauseRow, ChangeRow, PlaceRow};
use crate::compare::meaning::{Change, Meaning};
use crate::promise::OBJECTIVE;
use crate::scenario::tree::PROMISES;
use crate::scenario::{Scenario, Sources};

use search::{Cause, Explained, Oracle, Search, Set};

/// A line that fails in the new scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// Its position in `GateReport::lines`.
    pub line: usize,
    /// The gate's name.
    pub gate: String,
    /// Where the gate is written.
    pub place: Option<PlaceRow>,
    /// As in the report: `"application web"`.
    pub subject: String,
    /// What is measured, in words: `"RPA of application web in hq-lost"`.
    pub what: String,
    /// Whether the baseline's own value fails the gate as it is now; `None`: it is to be found out by a run.
    pub failed_before: Option<bool>,
    /// The baseline's value as people read it, where `failed_before` is known.
    pub value_before: Option<String>,
}

/// How a line stands in a scenario in between, by the gates of the new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// Whether it fails.
    pub fails: bool,
    /// The value as people read it.
    pub value: String,
}

/// How long to search.
pub struct Limits<'l> {
    /// Most scenarios to simulate.
    pub evaluations: usize,
    /// Whether it took long enough; asked before each.
    pub is_over: &'l dyn Fn() -> bool,
}

/// Simulates a scenario, and says how each line asked about stands in it, in their order; `None`: it cannot be run.
pub type Evaluate<'e> = dyn FnMut(&Sources) -> Option<Vec<Tested>> + 'e;

/// The causes of these lines, all of which fail in the new scenario, a row for each set of lines that the same changes explain, by the first of their lines.
///
/// No row for a line that failed before by the gates as they are now, unless its gate was changed; that takes no run if
/// `failed_before` says so. Nothing if nothing changed.
pub fn causes(
    meaning: &Meaning,
    asked: &[Asked],
    limits: &Limits<'_>,
    evaluate: &mut Evaluate<'_>,
) -> Vec<CauseRow> {
    let mut rows: Vec<CauseRow> = Vec::new();
    let open: Vec<usize> = (0..asked.len()).filter(|at| asked[*at].failed_before != Some(true)).collect();
    let simulated = simulated(&meaning.changes);
    let mut bound: Vec<usize> = (0..asked.len()).filter(|at| !open.contains(at)).collect();
    if !open.is_empty() && !simulated.is_empty() {
        let old = seen_before(asked);
        let seen = old.iter().map(|seen| (Set::new(), seen.clone())).collect();
        let mut between = Between { meaning, evaluate, is_over: limits.is_over, seen };
        let mut search = Search::new(&mut between, simulated.clone(), limits.evaluations);
        search.know(simulated, vec![true; asked.len()]);
        if let Some(old) = old {
            search.know(Set::new(), old.into_iter().map(|seen| seen.fails).collect());
        }
        let explained: Vec<(usize, Explained)> = open.iter().map(|at| (*at, search.explain(*at))).collect();
        let failed_before: Vec<usize> =
            open.iter().copied().filter(|at| search.fails(&Set::new(), *at)).collect();
        bound.extend(failed_before);
        rows = found(meaning, asked, &explained, &between.seen);
    }
    for at in bound {
        rows.extend(promise(&meaning.changes, &asked[at]));
    }
    rows.sort_by(|a, b| a.lines.cmp(&b.lines));
    rows
}

/// How the lines stand in the old scenario, if that is known of all.
fn seen_before(asked: &[Asked]) -> Option<Vec<Tested>> {
    let seen = |asked: &Asked| {
        let (fails, value) = (asked.failed_before?, asked.value_before.clone()?);
        Some(Tested { fails, value })
    };
    asked.iter().map(seen).collect()
}

/// Changes of what is simulated: promises are judged as they are now.
fn simulated(changes: &[Change]) -> Set {
    let section = |change: &Change| change.path.split('.').next().unwrap_or("").to_owned();
    let numbered = changes.iter().enumerate();
    numbered.filter(|(_, change)| !PROMISES.contains(&section(change).as_str())).map(|(at, _)| at).collect()
}

/// The scenarios between the old and the new one.
struct Between<'b, 'e> {
    meaning: &'b Meaning,
    evaluate: &'b mut Evaluate<'e>,
    is_over: &'b dyn Fn() -> bool,
    seen: BTreeMap<Set, Vec<Tested>>,
}

impl Oracle for Between<'_, '_> {
    fn reads(&mut self, taken: &Set) -> bool {
        Scenario::from_sources(&self.meaning.with(taken)).is_ok()
    }

    fn fails(&mut self, taken: &Set) -> Option<Vec<bool>> {
        let seen = (self.evaluate)(&self.meaning.with(taken))?;
        let fails = seen.iter().map(|seen| seen.fails).collect();
        self.seen.insert(taken.clone(), seen);
        Some(fails)
    }

    fn is_over(&mut self) -> bool {
        (self.is_over)()
    }
}

/// A row for each set of changes and the lines that it explains.
fn found(
    meaning: &Meaning,
    asked: &[Asked],
    explained: &[(usize, Explained)],
    seen: &BTreeMap<Set, Vec<Tested>>,
) -> Vec<CauseRow> {
    let mut by_changes: BTreeMap<(&Set, bool), Vec<(usize, &Explained)>> = BTreeMap::new();
    for (at, explained) in explained {
        for Cause { changes, interact } in &explained.causes {
            by_changes.entry((changes, *interact)).or_default().push((*at, explained));
        }
    }
    let row = |((changes, interact), lines): ((&Set, bool), Vec<(usize, &Explained)>)| {
        let unfinished = lines.iter().any(|(_, explained)| explained.unfinished);
        let told: Vec<&Change> = changes.iter().map(|at| &meaning.changes[*at]).collect();
        let (first, first_explained) = lines[0];
        let others: Vec<Vec<&Change>> = (first_explained.causes.iter())
            .filter(|cause| cause.changes != *changes)
            .map(|cause| cause.changes.iter().map(|at| &meaning.changes[*at]).collect())
            .collect();
        let back = seen.get(&first_explained.without).and_then(|seen| seen.get(first));
        let sentence = words::sentence(&words::Told {
            changes: &told,
            others: &others,
            what: &asked[first].what,
            back: back.filter(|back| !back.fails).map(|back| back.value.as_str()),
            more: lines.len() - 1,
            interact,
            unfinished,
        });
        let lines = lines.iter().map(|(at, _)| asked[*at].line).collect();
        CauseRow {
            lines,
            changes: told.into_iter().map(change_row).collect(),
            interact,
            unfinished,
            sentence,
        }
    };
    by_changes.into_iter().map(row).collect()
}

/// The row of a line that fails because more is promised than before.
fn promise(changes: &[Change], asked: &Asked) -> Option<CauseRow> {
    let mine: Vec<&Change> = changes.iter().filter(|change| promises(change, asked)).collect();
    if mine.is_empty() {
        return None;
    }
    let sentence = words::promise(&mine, &asked.what);
    let changes = mine.into_iter().map(change_row).collect();
    Some(CauseRow { lines: vec![asked.line], changes, interact: false, unfinished: false, sentence })
}

/// Whether a change is one of the line's own gate, of a waiver for it, or of the application's objective.
fn promises(change: &Change, asked: &Asked) -> bool {
    let inside = |path: &str| change.path == path || change.path.starts_with(&format!("{path}."));
    if asked.gate == OBJECTIVE {
        let name = asked.subject.strip_prefix("application ").unwrap_or(&asked.subject);
        return ["rpo", "rto", "mtpd"].iter().any(|key| inside(&format!("applications.{name}.{key}")));
    }
    let here = |place: &PlaceRow| {
        change
            .place
            .as_ref()
            .map(place_row)
            .is_some_and(|own| (own.file, own.line) == (place.file.clone(), place.line))
    };
    let names = |side: &Option<String>| {
        side.as_ref().is_some_and(|text| text.contains(&format!("\"{}\"", asked.gate)))
    };
    inside(&format!("gates.{}", asked.gate))
        || change.path.starts_with("gates.") && asked.place.as_ref().is_some_and(here)
        || change.path.starts_with("waivers.") && (names(&change.before) || names(&change.after))
}

/// A change as reports carry it.
pub fn change_row(change: &Change) -> ChangeRow {
    let Change { path, before, after, place } = change.clone();
    ChangeRow { path, before, after, place: place.as_ref().map(place_row) }
}

fn place_row(spot: &crate::promise::Spot) -> PlaceRow {
    PlaceRow { file: spot.file.clone(), line: spot.line, column: spot.column }
}
