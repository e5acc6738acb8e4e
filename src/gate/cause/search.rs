//! The smallest sets of changes that make a line fail: delta debugging over the sets that can be read at all.
//!
//! A set is asked about once, for all lines together; what cannot be read alone goes with what it needs.

use std::collections::{BTreeMap, BTreeSet};

/// Positions of changes.
pub type Set = BTreeSet<usize>;

/// Most causes of one line, each of which is enough by itself.
const CAUSES_MAX: usize = 4;

/// Who knows what a scenario with some of the changes is like.
pub trait Oracle {
    /// Whether the old scenario with these changes can be read.
    fn reads(&mut self, taken: &Set) -> bool;
    /// Whether each line fails in it; `None`: it cannot be run.
    fn fails(&mut self, taken: &Set) -> Option<Vec<bool>>;
    /// Whether what may be spent on searching is.
    fn is_over(&mut self) -> bool;
}

/// A search over some changes.
pub struct Search<'o> {
    oracle: &'o mut dyn Oracle,
    all: Set,
    /// What must come with each change.
    needs: BTreeMap<usize, Set>,
    known: BTreeMap<Set, Option<Vec<bool>>>,
    /// Evaluations that may still be made.
    left: usize,
    /// Whether something was not asked that should have been.
    cut_short: bool,
    /// Whether a set could not be read.
    unreadable: bool,
}

/// Why a line fails.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explained {
    /// Sets of changes, each of which makes it fail, and without all of which it does not.
    pub causes: Vec<Cause>,
    /// The old scenario with all changes but these, in which the line does not fail.
    pub without: Set,
    /// Whether the search was cut short.
    pub unfinished: bool,
}

/// One set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The changes, with what they cannot be read without.
    pub changes: Set,
    /// Whether it takes more than one of them: none does it alone.
    pub interact: bool,
}

impl<'o> Search<'o> {
    /// A search over the changes `all`, which may ask `evaluations` times.
    pub fn new(oracle: &'o mut dyn Oracle, all: Set, evaluations: usize) -> Search<'o> {
        let needs = all.iter().map(|change| (*change, Set::from([*change]))).collect();
        let known = BTreeMap::new();
        Search { oracle, all, needs, known, left: evaluations, cut_short: false, unreadable: false }
    }

    /// What is known without asking.
    pub fn know(&mut self, taken: Set, fails: Vec<bool>) {
        self.known.insert(taken, Some(fails));
    }

    /// Why the line fails with all changes; nothing if it fails without them, or does not fail with them.
    pub fn explain(&mut self, line: usize) -> Explained {
        let before = self.unreadable;
        let explained = self.explain_by_known_needs(line);
        if before || !self.unreadable {
            return explained;
        }
        // Mostly every change can be read alone; what each needs is looked for only if not.
        for change in self.all.clone() {
            let needs = self.needs_of(change);
            self.needs.insert(change, needs);
        }
        self.explain_by_known_needs(line)
    }

    fn explain_by_known_needs(&mut self, line: usize) -> Explained {
        self.cut_short = false;
        let mut explained = Explained::default();
        if self.fails(&Set::new(), line) || !self.fails(&self.all.clone(), line) {
            explained.unfinished = self.cut_short;
            return explained;
        }
        let mut rest = self.all.clone();
        while explained.causes.len() < CAUSES_MAX {
            let cause = self.smallest(&rest, line);
            rest = self.without(&rest, &cause.changes);
            explained.causes.push(cause);
            if !self.fails(&rest, line) {
                break;
            }
        }
        explained.unfinished = self.cut_short || self.fails(&rest, line);
        explained.without = rest;
        explained
    }

    /// Whether the line fails with these changes; a set that was not asked about does not.
    pub fn fails(&mut self, taken: &Set, line: usize) -> bool {
        if !self.known.contains_key(taken) {
            if self.left == 0 || self.oracle.is_over() {
                self.cut_short = true;
                return false;
            }
            let answer = self.oracle.fails(taken);
            match answer {
                Some(_) => self.left -= 1,
                None if self.oracle.is_over() => {
                    self.cut_short = true;
                    return false;
                }
                None => self.unreadable = true,
            }
            self.known.insert(taken.clone(), answer);
        }
        self.known[taken].as_ref().is_some_and(|lines| lines.get(line) == Some(&true))
    }

    /// The change with the fewest others that can be read.
    fn needs_of(&mut self, change: usize) -> Set {
        let own = Set::from([change]);
        if self.oracle.reads(&own) {
            return own;
        }
        let others: Vec<usize> = self.all.iter().copied().filter(|other| *other != change).collect();
        let oracle = &mut *self.oracle;
        let mut reads = |chosen: &[usize]| {
            let with: Set = chosen.iter().copied().chain([change]).collect();
            !oracle.is_over() && oracle.reads(&with)
        };
        let needed = minimal(others, &mut reads);
        needed.into_iter().chain([change]).collect()
    }

    /// The changes with all that they need.
    fn closed(&self, changes: &[usize]) -> Set {
        changes.iter().flat_map(|change| self.needs[change].iter().copied()).collect()
    }

    /// `all` without these, and without what needs them.
    fn without(&self, all: &Set, gone: &Set) -> Set {
        all.iter().copied().filter(|change| self.needs[change].is_disjoint(gone)).collect()
    }

    /// A set in `among` that makes the line fail, and no part of which does; a single change if there is one.
    fn smallest(&mut self, among: &Set, line: usize) -> Cause {
        let candidates: Vec<usize> = among.iter().copied().collect();
        let mut found = minimal(candidates.clone(), &mut |chosen| self.fails(&self.closed(chosen), line));
        if found.len() > 1 {
            let single = candidates.into_iter().find(|change| self.fails(&self.closed(&[*change]), line));
            found = single.map_or(found, |single| vec![single]);
        }
        let changes = self.shrunk(self.closed(&found), line);
        let interact = !changes.iter().any(|change| self.needs[change] == changes);
        Cause { changes, interact }
    }

    /// Without what came only with a change that is not needed itself: something that it needs may be.
    fn shrunk(&mut self, mut changes: Set, line: usize) -> Set {
        loop {
            let smaller: Vec<Set> =
                changes.iter().map(|change| self.without(&changes, &Set::from([*change]))).collect();
            let Some(next) = smaller.into_iter().find(|smaller| self.fails(smaller, line)) else {
                return changes;
            };
            changes = next;
        }
    }
}

/// A part of `items` for which `holds`, and for no part of it with one item less: Zeller's ddmin. It must hold for `items`.
pub fn minimal(mut items: Vec<usize>, holds: &mut dyn FnMut(&[usize]) -> bool) -> Vec<usize> {
    if holds(&[]) {
        return Vec::new();
    }
    let mut parts = 2;
    while items.len() > 1 {
        let size = items.len().div_ceil(parts);
        let chunks: Vec<Vec<usize>> = items.chunks(size).map(<[usize]>::to_vec).collect();
        if let Some(chunk) = chunks.iter().find(|chunk| holds(chunk)) {
            (items, parts) = (chunk.clone(), 2);
            continue;
        }
        let others = |chunk: &Vec<usize>| -> Vec<usize> {
            items.iter().copied().filter(|item| !chunk.contains(item)).collect()
        };
        let complement = chunks.iter().map(others).find(|others| holds(others));
        if let Some(complement) = complement.filter(|_| chunks.len() > 2) {
            (items, parts) = (complement, (parts - 1).max(2));
        } else if size == 1 {
            break;
        } else {
            parts = (2 * parts).min(items.len());
        }
    }
    items
}
