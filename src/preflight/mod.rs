//! Checks of a design that could be run but will likely disappoint; one file per check.
//!
//! To add one: its file, and one line in `CHECKS`. Imports the scenario and problems.

mod capacity;
mod control;
mod coverage;
mod fate;
mod horizon;
mod networks;
mod objectives;
mod throughput;

use crate::problem::{Problem, Problems};
use crate::scenario::{Loader, Places, Scenario, Sources, resolve};

/// All checks, in order of report.
const CHECKS: [fn(&Scenario, &Places) -> Vec<Problem>; 8] = [
    capacity::check,
    networks::check,
    coverage::check,
    control::check,
    fate::check,
    objectives::check,
    horizon::check,
    throughput::check,
];

impl Scenario {
    /// Loads and parses the scenario at `path`; with it come warnings.
    ///
    /// # Errors
    /// All problems of the first stage (shape, what exists, what refers to it) that has an error.
    pub fn parse(loader: &dyn Loader, path: &str) -> Result<(Scenario, Problems), Problems> {
        Scenario::from_sources(&Sources::load(loader, path)?)
    }

    /// Parses texts that are loaded already; with the scenario come warnings.
    ///
    /// # Errors
    /// As [`Scenario::parse`].
    pub fn from_sources(sources: &Sources) -> Result<(Scenario, Problems), Problems> {
        let (scenario, places, mut problems) = resolve(sources)?;
        for problem in CHECKS.iter().flat_map(|check| check(&scenario, &places)) {
            problems.push(problem);
        }
        problems.sort();
        Ok((scenario, problems))
    }
}

/// The first few of many names.
fn some(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().take(5).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(5) {
        0 => quoted.join(", "),
        more => format!("{} and {more} more", quoted.join(", ")),
    }
}

/// "vm" or "vms".
fn vms(count: usize) -> &'static str {
    if count == 1 { "vm" } else { "vms" }
}
