//! Metrics of the whole estate: what an outage takes from it, how much of it is covered, and its health.

use std::collections::BTreeSet;

use super::{Measured, Reading, count, number};
use crate::ids::Id;
use crate::measure::results::{JobState, OutageRow, Status};
use crate::preflight;
use crate::promise::metrics::{Kind, Metric};
use crate::scenario::Scenario;
use crate::workload::Vm;

/// The metric; `None` if it is none of the fleet, or not known of this run.
pub(super) fn reading(metric: &Metric, run: Measured<'_>, outage: Option<&OutageRow>) -> Option<Reading> {
    if metric.kind != Kind::Fleet {
        return None;
    }
    match outage {
        Some(outage) => in_outage(metric.key, outage),
        None => calm(metric.key, run),
    }
}

fn in_outage(key: &str, outage: &OutageRow) -> Option<Reading> {
    let applications = |status: fn(Status) -> bool| {
        count(outage.applications.iter().filter(|row| status(row.status)).count())
    };
    Some(match key {
        "lost_bytes" => number(outage.lost_bytes),
        "applications_missed" => applications(|status| status >= Status::Missed),
        "applications_not_recovered" => applications(|status| status == Status::NotRecovered),
        "vms_not_in_service" => count(outage.vms.iter().filter(|row| row.state.is_out()).count()),
        "last_protected_after" => {
            let operations = &outage.operations;
            match &operations.last_protected {
                Some(last) => Reading::Value(last.after_s),
                None if operations.unprotected.is_empty() => Reading::nothing("none stood unprotected"),
                None => Reading::never("still unprotected at the end"),
            }
        }
        _ => return None,
    })
}

fn calm(key: &str, run: Measured<'_>) -> Option<Reading> {
    let results = run.results;
    let health = &results.fleet_health;
    Some(match key {
        "protected_vms" => number(results.scenario.protected_vms),
        "unreplicated_vms" => number(results.scenario.vms.saturating_sub(results.scenario.protected_vms)),
        "normal_vms" => number(health.normal),
        "warning_vms" => number(health.warning),
        "critical_vms" => number(health.critical),
        "failed_jobs" => {
            count(results.operations.jobs.iter().filter(|row| row.outcome == JobState::Failed).count())
        }
        "warnings" => count(results.warnings.len()),
        "applications_without_objective" => {
            let lacks = results.applications.iter();
            count(lacks.filter(|row| row.rpo_objective_s.is_none() || row.rto_objective_s.is_none()).count())
        }
        key => return covered(key, run.scenario?),
    })
}

/// What only the scenario shows, as `drsim check` finds it.
fn covered(key: &str, scenario: &Scenario) -> Option<Reading> {
    let recovery = &scenario.recovery;
    Some(match key {
        "vms_in_no_plan" => count(preflight::vms_in_no_plan(scenario).len()),
        "vms_in_no_application" => {
            let serving: BTreeSet<Id<Vm>> = recovery
                .applications
                .iter()
                .flat_map(|application| application.vms.iter().copied())
                .collect();
            count(scenario.vms.len() - serving.len())
        }
        "unmapped_networks" => count(preflight::missing_mappings(scenario)),
        "shared_fate_vms" => count(preflight::vms_of_shared_fate(scenario).len()),
        _ => return None,
    })
}
