//! The saw-tooth: an objective at or below the copy frequency cannot be held (fact 9.1).

use crate::problem::{Problem, codes};
use crate::recovery::Application;
use crate::scenario::{Places, Scenario};

/// One warning for each application.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    scenario
        .recovery
        .applications
        .iter()
        .filter_map(|application| warning(scenario, places, application))
        .collect()
}

fn warning(scenario: &Scenario, places: &Places, application: &Application) -> Option<Problem> {
    let rpo = application.rpo?;
    let interval = |vm| {
        let protection = scenario.vms[vm].protection.as_ref()?;
        Some((scenario.policies[protection.policy].interval, &scenario.vms[vm].name))
    };
    let slowest = application.vms.iter().filter_map(|vm| interval(*vm)).max_by_key(|(interval, _)| *interval);
    let (interval, vm) = slowest.filter(|(interval, _)| rpo <= *interval)?;
    let relation = if rpo == interval { "equals" } else { "is below" };
    let what = format!(
        "the recovery point objective of application `{}`, {rpo}, {relation} the copy frequency of vm `{vm}`, {interval}",
        application.name
    );
    Some(Problem::new(&codes::OBJECTIVE_TOO_TIGHT, places.of("application", &application.name), what))
}
