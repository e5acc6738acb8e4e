//! What `drsim check` finds, as JSON: keys sorted, always the same bytes. `docs/check-json.md` documents every key.

use serde_json::json;

use crate::inert;
use crate::problem::Problems;
use crate::scenario::Scenario;

/// Version of this schema: major changes break readers, minor ones add fields.
pub const SCHEMA_VERSION: &str = "1.0";

/// Pretty, with a newline at its end; without a scenario it cannot be run.
pub fn write(scenario: Option<&Scenario>, problems: &Problems) -> String {
    let value = json!({
        "schema_version": SCHEMA_VERSION,
        "engine_version": env!("CARGO_PKG_VERSION"),
        "ok": scenario.is_some(),
        "scenario": scenario.map(|scenario| &scenario.name),
        "scenario_hash": scenario.map(Scenario::hash),
        "assumptions": scenario.map(Scenario::taken_for_true),
        "problems": problems.records(),
    });
    inert::json(&format!("{value:#}\n")).into_owned()
}
