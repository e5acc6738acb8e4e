//! Events after the end of the run.

use crate::problem::{Problem, codes};
use crate::scenario::{Places, Scenario};
use crate::units::Time;

/// One warning for each outage and each operation.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let end = Time(scenario.horizon.0);
    let warn = |outage: &crate::outage::Outage| {
        let late =
            outage.strikes.iter().filter(|strike| strike.from >= end).max_by_key(|strike| strike.from)?;
        let after = late.from.since(Time::START);
        let what = format!(
            "outage `{}` strikes after {after}, but the run ends after {} ({})",
            outage.name, scenario.horizon, late.cause
        );
        Some(Problem::new(&codes::AFTER_HORIZON, places.of("outage", &outage.name), what))
    };
    let late = scenario.operations.iter().filter(|operation| operation.at >= end);
    let asked = late.map(|operation| {
        let after = operation.at.since(Time::START);
        let what = format!(
            "operation `{}` is asked for after {after}, but the run ends after {}",
            operation.name, scenario.horizon
        );
        Problem::new(&codes::AFTER_HORIZON, places.of("operation", &operation.name), what)
    });
    scenario.outages.iter().filter_map(warn).chain(asked).collect()
}
