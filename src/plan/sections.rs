//! What can be asked, in the order it is answered. A new question is its file and one line here.

use super::document::{Document, Section};
use super::inverse::Find;
use super::prices::Prices;
use super::search::Step;
use super::{bandwidth, cost, first_copy, inverse, levers, quick, site, tolerance};
use crate::ids::Id;
use crate::outage::Outage;
use crate::scenario::Scenario;
use crate::topology::Link;
use crate::units::{Rate, Span, Time};

/// What is asked of a scenario.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The link in question; `None`: the one that carries most.
    pub link: Option<Id<Link>>,
    /// RPOs; empty: those of the applications, and 15, 30 and 60 minutes (fact 7.15).
    pub rpos: Vec<Span>,
    /// Shares of the time, parts per thousand, descending.
    pub shares: Vec<u32>,
    /// How fine searches are.
    pub step: Step,
    /// Sections, by key; empty: all.
    pub sections: Vec<String>,
    /// What things cost; `None`: nothing is said of cost.
    pub prices: Option<Prices>,
    /// Inverse questions; empty: all.
    pub find: Vec<Find>,
    /// Outages in which objectives must hold; empty: all.
    pub outages: Vec<Id<Outage>>,
    /// When first copies may be made; empty: see [`super::first_copy::windows`].
    pub windows: Vec<(Time, Time)>,
    /// Rate at which media are written and read; `None`: see [`super::first_copy::media::Media::of`].
    pub media_rate: Option<Rate>,
    /// How long media travel; `None`: likewise.
    pub courier: Option<Span>,
    /// Lengths of link outages to catch up from; empty: 1 and 4 hours.
    pub outage_lengths: Vec<Span>,
    /// Threads for outages; answers do not depend on it.
    pub threads: usize,
}

impl Default for Ask {
    fn default() -> Self {
        Ask {
            link: None,
            rpos: Vec::new(),
            shares: vec![1000, 999, 990, 950, 900],
            step: Step::Share(1000),
            sections: Vec::new(),
            prices: None,
            find: Vec::new(),
            outages: Vec::new(),
            windows: Vec::new(),
            media_rate: None,
            courier: None,
            outage_lengths: Vec::new(),
            threads: 1,
        }
    }
}

/// Told what is done now, and the share of it in thousandths; says whether to go on.
pub type Progress<'a> = &'a mut dyn FnMut(&str, u64) -> bool;

/// A search that was told to stop.
#[derive(Clone, Debug, thiserror::Error)]
#[error("stopped while {what}")]
pub struct Stopped {
    /// What was done then.
    pub what: String,
}

/// Answers one question. A section without sentences has nothing to say of this scenario, and is left out.
type Answer = fn(&Scenario, &Ask, Progress<'_>) -> Result<Section, Stopped>;

/// All questions: key, and who answers.
pub const SECTIONS: &[(&str, Answer)] = &[
    ("bandwidth", bandwidth::section::section),
    ("first_copy", first_copy::section::section),
    ("site", site::section::section),
    ("tolerance", tolerance::section::section),
    ("inverse", inverse::section::section),
    ("levers", levers::section::section),
    ("cost", cost::section::section),
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

/// Everything that is answered before `progress` says stop, and where it stopped; what is left is named in the document.
pub fn plan_so_far(scenario: &Scenario, ask: &Ask, progress: Progress<'_>) -> (Document, Option<Stopped>) {
    let mut document = Document {
        title: scenario.name.clone(),
        scenario_hash: scenario.hash(),
        seed: scenario.seed,
        start_unix_us: scenario.start_unix_us,
        zone: scenario.zone.clone(),
        assumptions: scenario.assumptions.clone(),
        ..Document::default()
    };
    let is_asked = |key: &str| ask.sections.is_empty() || ask.sections.iter().any(|section| section == key);
    let mut why = None;
    for (key, answer) in SECTIONS.iter().filter(|(key, _)| is_asked(key)) {
        if why.is_some() {
            document.unanswered.push(key);
            continue;
        }
        match answer(scenario, ask, progress) {
            Ok(section) if section.says.is_empty() => {}
            Ok(section) => document.sections.push(section),
            Err(stopped) => {
                document.unanswered.push(key);
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
