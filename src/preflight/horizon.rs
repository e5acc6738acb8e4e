//! Events after the end of the run.

use crate::problem::{Problem, codes};
use crate::scenario::{Places, Scenario};
use crate::units::Time;

/// One warning for each outage.
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
    scenario.outages.iter().filter_map(warn).collect()
}
