//! What can be asked, in the order it is answered. A new question is its file and one line here.

use super::ask::{Ask, Progress, Stopped};
use super::bandwidth::known::Known;
use super::{bandwidth, buy, cost, first_copy, inverse, levers, quick, site, tolerance, work};
use crate::document::{Document, Section};
use crate::scenario::Scenario;

/// Answers one question. A section without sentences has nothing to say of this scenario, and is left out.
type Answer = fn(&Scenario, &Ask, &mut Known, Progress<'_>) -> Result<Section, Stopped>;

/// How many steps that takes.
type Steps = fn(&Scenario, &Ask) -> u64;

/// All questions: key, who answers, and how many steps that takes.
pub const SECTIONS: &[(&str, Answer, Steps)] = &[
    ("bandwidth", bandwidth::section::section, work::bandwidth),
    (
        "first_copy",
        |scenario, ask, _, progress| first_copy::section::section(scenario, ask, progress),
        work::first_copy,
    ),
    ("site", site::section::section, work::site),
    (
        "tolerance",
        |scenario, ask, _, progress| tolerance::section::section(scenario, ask, progress),
        work::tolerance,
    ),
    ("inverse", inverse::section::section, work::inverse),
    ("levers", |scenario, ask, _, progress| levers::section::section(scenario, ask, progress), work::levers),
    ("cost", |scenario, ask, _, progress| cost::section::section(scenario, ask, progress), work::cost),
];

impl Ask {
    fn wants(&self, key: &str) -> bool {
        self.sections.is_empty() || self.sections.iter().any(|section| section == key)
    }
}

/// How many steps the answers take: an estimate, of the right order.
pub fn steps(scenario: &Scenario, ask: &Ask) -> u64 {
    let asked = SECTIONS.iter().filter(|(key, ..)| ask.wants(key)).map(|(_, _, steps)| steps(scenario, ask));
    asked.fold(work::buy(scenario, ask), u64::saturating_add)
}

/// Everything asked.
///
/// # Errors
/// `progress` said stop.
pub fn plan(scenario: &Scenario, ask: &Ask, progress: Progress<'_>) -> Result<Document, Stopped> {
    match plan_so_far(scenario, ask, progress, &mut |_| {}) {
        (document, None) => Ok(document),
        (_, Some(stopped)) => Err(stopped),
    }
}

/// A plan that has no answer yet.
pub fn unanswered(scenario: &Scenario, ask: &Ask) -> Document {
    let keys = SECTIONS.iter().map(|(key, ..)| *key).filter(|key| ask.wants(key));
    Document { unanswered: keys.collect(), ..Document::of(scenario) }
}

/// Everything that is answered, with what it asks for on top, before `progress` says stop, and where it stopped; what is left is named in the
/// document. `so_far` is shown the document before each question.
pub fn plan_so_far(
    scenario: &Scenario,
    ask: &Ask,
    progress: Progress<'_>,
    so_far: &mut dyn FnMut(&Document),
) -> (Document, Option<Stopped>) {
    let (mut document, mut known) = (unanswered(scenario, ask), Known::default());
    for (_, answer, _) in SECTIONS.iter().filter(|(key, ..)| ask.wants(key)) {
        so_far(&document);
        match answer(scenario, ask, &mut known, progress) {
            Ok(section) if section.says.is_empty() => {}
            Ok(section) => document.sections.push(section),
            Err(stopped) => return (document, Some(stopped)),
        }
        document.unanswered.remove(0);
    }
    document.unanswered.push("ask");
    so_far(&document);
    match buy::section::section(scenario, ask, &mut known, progress) {
        Ok(section) if section.says.is_empty() => {}
        Ok(section) => document.sections.insert(0, section),
        Err(stopped) => return (document, Some(stopped)),
    }
    document.unanswered.clear();
    (document, None)
}

/// The estimate from averages alone.
pub fn from_averages(averages: &quick::Averages, title: &str) -> Document {
    Document { title: title.to_owned(), sections: vec![quick::section(averages)], ..Document::default() }
}
