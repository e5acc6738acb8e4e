//! What is written down while a scenario is read: problems, and the defaults that were used.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::sources::Sources;
use crate::problem::{Code, Place, Problem, Problems};
use crate::promise::Spot;
use crate::scenario::defaults::Default;

/// Problems that many VMs share, by what they share: a template, a pattern, an entry. Each is told once, with how many more VMs have it.
pub struct Shared<K>(BTreeMap<K, (Problem, usize)>);

impl<K: Ord> std::default::Default for Shared<K> {
    fn default() -> Shared<K> {
        Shared(BTreeMap::new())
    }
}

impl<K: Ord> Shared<K> {
    /// One VM more has the problem of this key; the first one's is kept.
    pub fn note(&mut self, key: K, problem: impl FnOnce() -> Problem) {
        self.0.entry(key).and_modify(|(_, more)| *more += 1).or_insert_with(|| (problem(), 0));
    }

    /// Writes them down.
    pub fn tell(self, diagnostics: &Diagnostics) {
        for (mut problem, more) in self.0.into_values() {
            match more {
                0 => {}
                1 => problem.what += " (and 1 more vm)",
                more => problem.what += &format!(" (and {more} more vms)"),
            }
            diagnostics.push(problem);
        }
    }
}

/// The reader's notebook.
pub struct Diagnostics<'t> {
    /// The texts, for places.
    pub sources: &'t Sources,
    /// The scenario's seed.
    pub seed: u64,
    problems: RefCell<Problems>,
    used: RefCell<BTreeMap<&'static Default, usize>>,
}

impl<'t> Diagnostics<'t> {
    /// An empty notebook over these texts.
    pub fn new(sources: &'t Sources) -> Diagnostics<'t> {
        let problems = RefCell::new(sources.problems());
        Diagnostics { sources, seed: 0, problems, used: RefCell::default() }
    }

    /// Place of a slice of a text.
    pub fn place(&self, slice: Option<&str>) -> Option<Place> {
        slice.and_then(|slice| self.sources.place(slice))
    }

    /// The same, as people count.
    pub fn spot(&self, slice: Option<&str>) -> Option<Spot> {
        let place = self.place(slice)?;
        let (line, column) = self.problems.borrow().line_column(&place)?;
        Some(Spot { file: place.file.to_string(), line: line as u64, column: column as u64 })
    }

    /// Writes a problem down.
    pub fn push(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// Writes down a problem with its usual remedy.
    pub fn report(&self, code: &'static Code, at: Option<&str>, what: impl Into<String>) {
        self.push(Problem::new(code, self.place(at), what));
    }

    /// Writes down that a default was used.
    pub fn use_default(&self, default: &'static Default) {
        *self.used.borrow_mut().entry(default).or_default() += 1;
    }

    /// The value of a default, or what is assumed in its place.
    pub fn assumed(&self, default: &'static Default) -> &'t str {
        self.sources.assumed.get(default.field).map_or(default.value, String::as_str)
    }

    /// Whether something forbids a run.
    pub fn failed(&self) -> bool {
        self.problems.borrow().has_error()
    }

    /// How many problems are written down.
    pub fn count(&self) -> usize {
        self.problems.borrow().len()
    }

    /// The problems, by place.
    pub fn into_problems(self) -> Problems {
        let mut problems = self.problems.into_inner();
        problems.sort();
        problems
    }

    /// Defaults used, one line each, by field.
    pub fn assumptions(&self) -> Vec<String> {
        let used = self.used.borrow();
        used.iter().map(|(default, times)| line(default, *times)).collect()
    }
}

fn line(default: &Default, times: usize) -> String {
    let Default { field, value, source } = default;
    match times {
        1 => format!("{field} = {value} ({source})"),
        times => format!("{field} = {value}, {times} times ({source})"),
    }
}
