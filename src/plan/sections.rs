//! What can be asked, in the order it is answered. A new question is its file and one line here.

use super::ask::{Ask, Progress, Stopped};
use super::bandwidth::known::Known;
use super::{bandwidth, buy, cost, first_copy, inverse, levers, quick, site, tolerance};
use crate::document::{Document, Section};
use crate::scenario::Scenario;

/// Answers one question. A section without sentences has nothing to say of this scenario, and is left out.
type Answer = fn(&Scenario, &Ask, &mut Known, Progress<'_>) -> Result<Section, Stopped>;

/// All questions: key, and who answers.
pub const SECTIONS: &[(&str, Answer)] = &[
    ("bandwidth", bandwidth::section::section),
    ("first_copy", |scenario, ask, _, progress| first_copy::section::section(scenario, ask, progress)),
    ("site", site::section::section),
    ("tolerance", |scenario, ask, _, progress| tolerance::section::section(scenario, ask, progress)),
    ("inverse", inverse::section::section),
    ("levers", |scenario, ask, _, progress| levers::section::section(scenario, ask, progress)),
    ("cost", |scenario, ask, _, progress| cost::section::section(scenario, ask, progress)),
];

/// Everything asked.
///
/// # Errors
/// `progress` said stop.
pub fn plan(scenario: &Scenario, ask: &Ask, progress: Progress<'_>) -> Result<Document, Stopped> {
    match plan_so_far(scenario, ask, progress) {
        (document, None) => Ok(document),
        (_, Some(stopped)) => Err(stopped),
    }
}

/// Everything that is answered, with what it asks for on top, before `progress` says stop, and where it stopped; what is left is named in the document.
pub fn plan_so_far(scenario: &Scenario, ask: &Ask, progress: Progress<'_>) -> (Document, Option<Stopped>) {
    let mut document = Document::of(scenario);
    let is_asked = |key: &str| ask.sections.is_empty() || ask.sections.iter().any(|section| section == key);
    let (mut why, mut known) = (None, Known::default());
    for (key, answer) in SECTIONS.iter().filter(|(key, _)| is_asked(key)) {
        if why.is_some() {
            document.unanswered.push(key);
            continue;
        }
        match answer(scenario, ask, &mut known, progress) {
            Ok(section) if section.says.is_empty() => {}
            Ok(section) => document.sections.push(section),
            Err(stopped) => {
                document.unanswered.push(key);
                why = Some(stopped);
            }
        }
    }
    if why.is_none() {
        match buy::section::section(scenario, ask, &mut known, progress) {
            Ok(section) if section.says.is_empty() => {}
            Ok(section) => document.sections.insert(0, section),
            Err(stopped) => {
                document.unanswered.push("ask");
                why = Some(stopped);
            }
        }
    }
    (document, why)
}

/// The estimate from averages alone.
pub fn from_averages(averages: &quick::Averages, title: &str) -> Document {
    Document { title: title.to_owned(), sections: vec![quick::section(averages)], ..Document::default() }
}
