//! The ways in which one command runs a scenario, side by side.

use crate::report::json::AS_WRITTEN;

/// One way to run the scenario.
pub struct Variant {
    /// What it is called.
    pub label: String,
    /// Changes, joined by `;`.
    pub set: String,
    /// When its outages begin instead.
    pub at: Option<String>,
}

/// Each `--set`, and before them the file as written where it is asked for or nothing else is; each of them at every `--at`.
pub fn of(sets: &[String], is_compared: bool, instants: &[String]) -> Vec<Variant> {
    let as_written = (is_compared || sets.is_empty()).then_some("");
    let all = as_written.into_iter().chain(sets.iter().map(String::as_str));
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
