//! From the text of a scenario file, as a user writes it, to what comes of it.

use std::collections::BTreeMap;

use drsim::assess::{Options, assess};
use drsim::measure::results::Results;
use drsim::problem::Problems;
use drsim::report::json::{self, Document, Run, Variant};
use drsim::scenario::Scenario;

/// The scenario with its warnings, or what is wrong.
pub fn read(text: &str) -> Result<(Scenario, Problems), Problems> {
    let files = BTreeMap::from([("main.ron".to_owned(), text.as_bytes().to_vec())]);
    Scenario::parse(&files, "main.ron")
}

/// The same where nothing is wrong.
pub fn accepted(text: &str) -> (Scenario, Problems) {
    read(text).unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

/// The scenario.
pub fn scenario(text: &str) -> Scenario {
    accepted(text).0
}

/// What a run answers.
pub fn results(text: &str) -> Results {
    assess(&scenario(text), &Options { threads: 1, progress: &|_| {} }).expect("no byte is lost").0
}

/// Results as a run of `main.ron` as written stores them.
pub fn stored(results: &Results) -> String {
    let run = Run { variant: &Variant::default(), results, drawn: None };
    json::write(&Document { command: "drsim run main.ron", runs: &[run] })
}
