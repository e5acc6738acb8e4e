//! Metrics of the whole estate: what an outage takes from it, how much of it is covered, and its health.

use std::collections::BTreeSet;

use super::{Measured, Reading, count, number};
use crate::ids::Id;
use crate::measure::results::{JobState, OutageRow, Status};
use crate::promise::metrics::{FleetMetric, OutageFleetMetric};
use crate::scenario::Scenario;
use crate::scenario::preflight;
use crate::workload::Vm;

pub(super) fn in_outage(metric: OutageFleetMetric, outage: &OutageRow) -> Reading {
    use OutageFleetMetric as M;
    let applications = |status: fn(Status) -> bool| {
        count(outage.applications.iter().filter(|row| status(row.status)).count())
    };
    match metric {
        M::LostBytes => number(outage.lost_bytes),
        M::ApplicationsMissed => applications(|status| status >= Status::Missed),
        M::ApplicationsNotRecovered => applications(|status| status == Status::NotRecovered),
        M::VmsNotInService => count(outage.vms.iter().filter(|row| row.state.is_out()).count()),
        M::LastProtectedAfter => {
            let operations = &outage.operations;
            match &operations.last_protected {
                Some(last) => Reading::Value(last.after_s),
                None if operations.unprotected.is_empty() => Reading::nothing("none stood unprotected"),
                None => Reading::never("still unprotected at the end"),
            }
        }
    }
}

/// `None` if only the scenario shows it, and the scenario is not known: as of a stored result.
pub(super) fn calm(metric: FleetMetric, run: Measured<'_>) -> Option<Reading> {
    use FleetMetric as M;
    let results = run.results;
    let health = &results.fleet_health;
    Some(match metric {
        M::ProtectedVms => number(results.scenario.protected_vms),
        M::UnreplicatedVms => number(results.scenario.vms.saturating_sub(results.scenario.protected_vms)),
        M::NormalVms => number(health.normal),
        M::WarningVms => number(health.warning),
        M::CriticalVms => number(health.critical),
        M::FailedJobs => {
            count(results.operations.jobs.iter().filter(|row| row.outcome == JobState::Failed).count())
        }
        M::Warnings => count(results.warnings.len()),
        M::ApplicationsWithoutObjective => {
            let lacks = results.applications.iter();
            count(lacks.filter(|row| row.rpo_objective_s.is_none() || row.rto_objective_s.is_none()).count())
        }
        // What only the scenario shows, as `drsim check` finds it.
        M::VmsInNoPlan => count(preflight::vms_in_no_plan(run.scenario?).len()),
        M::VmsInNoApplication => in_no_application(run.scenario?),
        M::UnmappedNetworks => count(preflight::missing_mappings(run.scenario?)),
        M::SharedFateVms => count(preflight::vms_of_shared_fate(run.scenario?).len()),
    })
}

fn in_no_application(scenario: &Scenario) -> Reading {
    let applications = scenario.recovery.applications.iter();
    let serving: BTreeSet<Id<Vm>> = applications.flat_map(|it| it.vms.iter().copied()).collect();
    count(scenario.vms.len() - serving.len())
}
