//! What is wrong with a scenario: a stable code, the place, why it matters for recovery and how to fix it.
//!
//! Problems are collected, never thrown one by one, and rendered like rustc's. Imports remedies.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeStruct, Serializer};

pub mod codes;
mod render;

pub use codes::Code;

use crate::remedy::Remedy;

/// How many problems are kept; the rest is counted only.
pub const PROBLEMS_MAX: usize = 1000;

/// Whether a scenario can still be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It cannot.
    Error,
    /// It can, and its result will likely disappoint.
    Warning,
}

/// A range of bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Path as loaded.
    pub file: Arc<str>,
    /// Bytes of the file's text.
    pub span: Range<usize>,
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |place: &Place| (place.file.clone(), place.span.start, place.span.end);
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Problem {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Problem {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (&self.place, self.code.id, &self.what).cmp(&(&other.place, other.code.id, &other.what))
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its kind.
    pub code: &'static Code,
    /// Where; `None` when it belongs to no line.
    pub place: Option<Place>,
    /// What is wrong, as a sentence.
    pub what: String,
    /// How to fix it.
    pub remedy: Remedy,
    /// The text that those of the remedy replace.
    pub wrong: Option<Box<str>>,
    /// A second place, and what stands there.
    pub also: Option<Box<(Place, String)>>,
}

impl Problem {
    /// A problem of this kind, with its usual remedy.
    pub fn new(code: &'static Code, place: Option<Place>, what: impl Into<String>) -> Problem {
        Problem { code, place, what: what.into(), remedy: code.remedy.into(), wrong: None, also: None }
    }

    /// With this remedy instead.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<Remedy>) -> Problem {
        self.remedy = remedy.into();
        self
    }

    /// Of this text, which those of the remedy replace.
    #[must_use]
    pub fn wrong(mut self, text: &str) -> Problem {
        self.wrong = Some(text.into());
        self
    }

    /// Proposes the one of `names` closest to `wrong`, or lists them where none is close and they are few.
    #[must_use]
    pub fn suggest<'n>(self, wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Problem {
        let names: Vec<&str> = names.into_iter().collect();
        if let Some(close) = closest(wrong, names.iter().copied()) {
            self.remedy(Remedy::Meant(close.to_owned()))
        } else if !names.is_empty() && names.len() <= 12 {
            self.remedy(Remedy::OneOf(names.into_iter().map(str::to_owned).collect()))
        } else {
            self
        }
    }

    /// A name that was probably meant.
    pub fn suggestion(&self) -> Option<&str> {
        if let Remedy::Meant(name) = &self.remedy { Some(name) } else { None }
    }

    /// Points at a second place.
    #[must_use]
    pub fn also(mut self, place: Option<Place>, label: impl Into<String>) -> Problem {
        self.also = place.map(|place| Box::new((place, label.into())));
        self
    }

    /// Error or warning, by the first letter of the code.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// The name closest to `wrong`, if any is close enough to have been meant.
pub fn closest<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let wrong_lower = wrong.to_lowercase();
    let score = |name: &str| {
        let name = name.to_lowercase();
        // Jaro and Winkler's measure is blind to a wrong first letter of a short name.
        let one_off = name.len() > 2 && strsim::osa_distance(&wrong_lower, &name) <= 1;
        strsim::jaro_winkler(&wrong_lower, &name).max(if one_off { 0.85 } else { 0.0 })
    };
    let mut best: Option<(f64, &str)> = None;
    for name in names.into_iter().filter(|name| name.len() <= 200 && wrong.len() <= 200) {
        let score = score(name);
        if score > best.map_or(0.8, |(best, _)| best) {
            best = Some((score, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Problems in order of discovery, with the texts needed to show them.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    list: Vec<Problem>,
    omitted: usize,
    texts: BTreeMap<Arc<str>, Arc<str>>,
}

impl Problems {
    /// Adds one; past [`PROBLEMS_MAX`] it is only counted.
    pub fn push(&mut self, problem: Problem) {
        if self.list.len() < PROBLEMS_MAX {
            self.list.push(problem);
        } else {
            self.omitted += 1;
        }
    }

    /// Makes the text of a file known, so that its lines can be shown.
    pub fn add_text(&mut self, file: Arc<str>, text: Arc<str>) {
        self.texts.insert(file, text);
    }

    /// The problems.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.list.iter()
    }

    /// How many, shown or not.
    pub fn len(&self) -> usize {
        self.list.len() + self.omitted
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Those that are wanted, in their order. What was only counted is left out with the last of them.
    pub fn only<'p>(&'p self, mut wanted: impl FnMut(&'p Problem) -> bool) -> Problems {
        let list: Vec<Problem> = self.list.iter().filter(|problem| wanted(problem)).cloned().collect();
        let omitted = if list.len() == self.list.len() { self.omitted } else { 0 };
        Problems { list, omitted, texts: self.texts.clone() }
    }

    /// Whether one forbids a run.
    pub fn has_error(&self) -> bool {
        self.list.iter().any(|problem| problem.severity() == Severity::Error)
    }

    /// Sorts by place, so that a file is reported from its top, and forgets exact repetitions.
    pub fn sort(&mut self) {
        self.list.sort();
        self.list.dedup();
    }

    /// Line and column of a place, both from 1; the column counts characters.
    pub fn line_column(&self, place: &Place) -> Option<(usize, usize)> {
        let before = self.texts.get(&place.file)?.get(..place.span.start)?;
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Some((1 + before.matches('\n').count(), 1 + before[line_start..].chars().count()))
    }

    /// The texts that may stand at the place of a problem: its remedy, where the place holds just what is wrong.
    pub fn edits<'p>(&self, problem: &'p Problem) -> Vec<&'p str> {
        let there = problem.place.as_ref().and_then(|at| self.texts.get(&at.file)?.get(at.span.clone()));
        let is_exact = there.is_some() && there == problem.wrong.as_deref();
        if is_exact { problem.remedy.texts() } else { Vec::new() }
    }

    /// The machine form: one object per problem.
    pub fn records(&self) -> Vec<impl Serialize + '_> {
        self.list.iter().map(|problem| Record { problem, problems: self }).collect()
    }
}

struct Record<'p> {
    problem: &'p Problem,
    problems: &'p Problems,
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Record { problem, problems } = self;
        let place = problem.place.as_ref();
        let position = place.and_then(|place| problems.line_column(place));
        let severity = match problem.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let mut record = serializer.serialize_struct("problem", 10)?;
        record.serialize_field("code", problem.code.id)?;
        record.serialize_field("severity", severity)?;
        record.serialize_field("file", &place.map(|place| &*place.file))?;
        record.serialize_field("line", &position.map(|(line, _)| line))?;
        record.serialize_field("column", &position.map(|(_, column)| column))?;
        record.serialize_field("what", &problem.what)?;
        record.serialize_field("why", problem.code.why)?;
        record.serialize_field("remedy", &problem.remedy.to_string())?;
        record.serialize_field("suggestion", &problem.suggestion())?;
        record.serialize_field("edits", &problems.edits(problem))?;
        record.end()
    }
}
