//! The ways in which one command runs a scenario, side by side, and the outages that it keeps.

use crate::cli::refusal::usage;
use crate::report::json::AS_WRITTEN;
use crate::scenario::Scenario;

/// One way to run the scenario.
pub struct Variant {
    /// What it is called.
    pub label: String,
    /// Changes, joined by `;`.
    pub set: String,
    /// When its outages begin instead.
    pub at: Option<String>,
}

/// As written, then each `--set`; each of them at every `--at`.
pub fn of(sets: &[String], instants: &[String]) -> Vec<Variant> {
    let all = std::iter::once("").chain(sets.iter().map(String::as_str));
    let mut variants = Vec::new();
    for set in all {
        let times: Vec<Option<&String>> = match instants.is_empty() {
            true => vec![None],
            false => instants.iter().map(Some).collect(),
        };
        for at in times {
            let parts = [Some(set).filter(|set| !set.is_empty()), at.map(String::as_str)];
            let label = parts.into_iter().flatten().collect::<Vec<_>>().join(" at ");
            let label = if label.is_empty() { AS_WRITTEN.to_owned() } else { label };
            variants.push(Variant { label, set: set.to_owned(), at: at.cloned() });
        }
    }
    variants
}

/// Keeps the outages asked for; all, if none is.
///
/// # Errors
/// The exit code of bad input; what to do stands on stderr.
pub fn keep(scenario: &mut Scenario, names: &[String]) -> Result<(), u8> {
    let known: Vec<&str> = scenario.outages.iter().map(|outage| outage.name.as_str()).collect();
    for name in names {
        if !known.contains(&name.as_str()) {
            let alike = known
                .iter()
                .max_by(|a, b| strsim::jaro_winkler(name, a).total_cmp(&strsim::jaro_winkler(name, b)));
            let hint = alike.map_or_else(
                || "the scenario has none".to_owned(),
                |alike| format!("did you mean `{alike}`? The scenario has: {}", known.join(", ")),
            );
            return Err(usage(&format!("there is no outage `{name}`"), &hint));
        }
    }
    if !names.is_empty() {
        scenario.keep_outages(|outage| names.contains(&outage.name));
    }
    Ok(())
}
