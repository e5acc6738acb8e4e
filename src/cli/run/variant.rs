//! The ways in which one command runs a scenario, side by side. Imports nothing.

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
            let label = if label.is_empty() { "as written".to_owned() } else { label };
            variants.push(Variant { label, set: set.to_owned(), at: at.cloned() });
        }
    }
    variants
}
