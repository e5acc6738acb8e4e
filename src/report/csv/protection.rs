//! Tables of jobs, states, health, statistics and recovery points. The first column names the outage, and is empty where nothing fails.

use crate::measure::results::{
    HealthRow, JobRow, Operations, RecoveryPointsRow, Results, StateRow, StatisticsRow, UnprotectedRow,
};

use crate::report::words::list;

use super::{Column, maybe, number, table, text};

/// Every table: name without extension, and content.
pub(super) fn tables(results: &Results) -> Vec<(&'static str, String)> {
    let runs = || {
        let outages = results.outages.iter().map(|outage| (outage.name.as_str(), &outage.operations));
        [("", &results.operations)].into_iter().chain(outages)
    };
    let points: Vec<(&str, &RecoveryPointsRow)> =
        results.vms.iter().filter_map(|vm| Some((vm.name.as_str(), vm.recovery_points.as_ref()?))).collect();
    vec![
        ("jobs", table(&of(runs(), |it| &it.jobs), &jobs())),
        ("states", table(&of(runs(), |it| &it.states), &states())),
        ("unprotected", table(&of(runs(), |it| &it.unprotected), &unprotected())),
        ("health", table(&results.health, HEALTH)),
        ("statistics", table(&results.statistics, STATISTICS)),
        ("recovery_points", table(&points, &recovery_points())),
    ]
}

/// Rows of all runs, each with the name of its outage.
fn of<'a, Row>(
    runs: impl Iterator<Item = (&'a str, &'a Operations)>,
    rows: impl Fn(&'a Operations) -> &'a Vec<Row>,
) -> Vec<(&'a str, &'a Row)> {
    runs.flat_map(|(outage, all)| rows(all).iter().map(move |row| (outage, row))).collect()
}

fn jobs<'a>() -> Vec<Column<(&'a str, &'a JobRow)>> {
    vec![
        ("outage", |r| r.0.to_owned()),
        ("job", |r| r.1.job.to_string()),
        ("on", |r| text(&r.1.on)),
        ("operation", |r| text(&r.1.operation)),
        ("from", |r| r.1.from.clone()),
        ("from_s", |r| number(r.1.from_s)),
        ("to", |r| text(&r.1.to)),
        ("to_s", |r| maybe(r.1.to_s)),
        ("outcome", |r| r.1.outcome.to_string()),
        ("reason", |r| text(&r.1.reason)),
        ("drill_rto_s", |r| maybe(r.1.drill_rto_s)),
        ("downtime_s", |r| maybe(r.1.downtime_s)),
        ("lost_bytes", |r| text(&r.1.lost_bytes)),
    ]
}

fn states<'a>() -> Vec<Column<(&'a str, &'a StateRow)>> {
    vec![
        ("outage", |r| r.0.to_owned()),
        ("vm", |r| r.1.vm.clone()),
        ("state", |r| r.1.state.to_string()),
        ("why", |r| text(&r.1.why)),
        ("from", |r| r.1.from.clone()),
        ("from_s", |r| number(r.1.from_s)),
        ("to_s", |r| maybe(r.1.to_s)),
    ]
}

fn unprotected<'a>() -> Vec<Column<(&'a str, &'a UnprotectedRow)>> {
    vec![
        ("outage", |r| r.0.to_owned()),
        ("on", |r| r.1.on.clone()),
        ("because", |r| r.1.because.to_string()),
        ("from", |r| r.1.from.clone()),
        ("from_s", |r| number(r.1.from_s)),
        ("to_s", |r| maybe(r.1.to_s)),
        ("seconds", |r| number(r.1.seconds)),
    ]
}

const HEALTH: &[Column<HealthRow>] = &[
    ("vm", |r| r.vm.clone()),
    ("health", |r| r.health.to_string()),
    ("reasons", |r| list(&r.reasons)),
    ("from", |r| r.from.clone()),
    ("from_s", |r| number(r.from_s)),
    ("to_s", |r| maybe(r.to_s)),
];

const STATISTICS: &[Column<StatisticsRow>] = &[
    ("vm", |r| r.vm.clone()),
    ("from", |r| r.from.clone()),
    ("to", |r| r.to.clone()),
    ("cycles_expected", |r| r.cycles_expected.to_string()),
    ("cycles_successful", |r| r.cycles_successful.to_string()),
    ("cycles_missed", |r| r.cycles_missed.to_string()),
    ("size_mean_bytes", |r| text(&r.size_mean_bytes)),
    ("size_max_bytes", |r| r.size_max_bytes.to_string()),
    ("latency_mean_s", |r| maybe(r.latency_mean_s)),
    ("latency_max_s", |r| number(r.latency_max_s)),
    ("pending_bytes", |r| text(&r.pending_bytes)),
    ("app_consistent_points", |r| r.app_consistent_points.to_string()),
    ("app_consistent_failures", |r| r.app_consistent_failures.to_string()),
    ("last_synchronised", |r| text(&r.last_synchronised)),
    ("last_received", |r| text(&r.last_received)),
    ("last_app_consistent", |r| text(&r.last_app_consistent)),
];

fn recovery_points<'a>() -> Vec<Column<(&'a str, &'a RecoveryPointsRow)>> {
    vec![
        ("vm", |r| r.0.to_owned()),
        ("promised_points", |r| r.1.promised_points.to_string()),
        ("promised_retention_s", |r| number(r.1.promised_retention_s)),
        ("kept_points", |r| r.1.kept_points.to_string()),
        ("achieved_retention_s", |r| maybe(r.1.achieved_retention_s)),
        ("newest_age_s", |r| maybe(r.1.newest_age_s)),
        ("newest_app_consistent_age_s", |r| maybe(r.1.newest_app_consistent_age_s)),
        ("app_consistent_points", |r| r.1.app_consistent_points.to_string()),
        ("app_consistent_freeze_s", |r| number(r.1.app_consistent_freeze_s)),
        ("disks_bytes", |r| r.1.disks_bytes.to_string()),
        ("history_bytes", |r| r.1.history_bytes.to_string()),
        ("iops_factor_min", |r| number(r.1.iops_factor_min)),
        ("iops_factor_max", |r| number(r.1.iops_factor_max)),
    ]
}
