//! Metrics of things with names in the run in which nothing fails.

use std::collections::{BTreeMap, BTreeSet};

use super::{Reading, Row, age, count, direction, number, unprotected};
use crate::measure::results::{ApplicationRow, HostRow, LinkRow, Results, VmRow, VolumeRow};
use crate::promise::metrics::{Kind, Metric};

/// The metric of every subject of its kind; `None` if it has no names.
pub(super) fn rows(metric: &Metric, results: &Results) -> Option<Vec<Row>> {
    let key = metric.key;
    match metric.kind {
        Kind::Application => {
            let row = |row: &ApplicationRow| Some((row.name.clone(), application(key, results, row)?));
            results.applications.iter().map(row).collect()
        }
        Kind::Vm => results.vms.iter().map(|row| Some((row.name.clone(), vm(key, results, row)?))).collect(),
        Kind::Link => {
            let row = |row: &LinkRow| Some((direction(&row.name, &row.from, &row.to), link(key, row)?));
            results.links.iter().map(row).collect()
        }
        Kind::Site => {
            sites(results).into_iter().map(|name| Some((name.clone(), site(key, results, &name)?))).collect()
        }
        Kind::Host => results.hosts.iter().map(|row| Some((row.name.clone(), host(key, row)?))).collect(),
        Kind::Volume => {
            results.volumes.iter().map(|row| Some((row.name.clone(), volume(key, row)?))).collect()
        }
        Kind::Fleet => None,
    }
}

/// Sites that have hosts, by name.
pub(super) fn sites(results: &Results) -> Vec<String> {
    let sites: BTreeSet<&str> = results.hosts.iter().map(|row| row.site.as_str()).collect();
    sites.into_iter().map(str::to_owned).collect()
}

fn application(key: &str, results: &Results, row: &ApplicationRow) -> Option<Reading> {
    Some(match key {
        "downtime" => {
            let mine = results.operations.downtimes.iter().filter(|down| down.application == row.name);
            let sum = mine.map(|down| down.seconds).try_fold(0.0, |sum, seconds| Some(sum + seconds?));
            sum.map_or_else(|| Reading::never("still down at the end"), Reading::Value)
        }
        "unprotected" => unprotected(&results.operations, &format!("application {}", row.name)),
        key => return age(key, row.age.as_ref()),
    })
}

fn vm(key: &str, results: &Results, row: &VmRow) -> Option<Reading> {
    let health = |share: Option<f64>| share.map_or_else(|| Reading::never("not replicated"), Reading::Value);
    let points = row.recovery_points.as_ref();
    let kept = |value: Option<f64>| {
        let why = if points.is_none() { "not replicated" } else { "no recovery point" };
        value.map_or_else(|| Reading::never(why), Reading::Value)
    };
    Some(match key {
        "cycles_missed" => number(row.cycles_missed),
        "cycles_missed_share" => Reading::Value(share(row.cycles_missed, row.cycles_expected)),
        "largest_log_bytes" => number(row.largest_log_bytes),
        "pending_bytes" => number(row.pending_bytes),
        "written_bytes" => number(row.written_bytes),
        "normal_share" => health(row.health.as_ref().map(|health| health.normal_share)),
        "warning_share" => health(row.health.as_ref().map(|health| health.warning_share)),
        "critical_share" => health(row.health.as_ref().map(|health| health.critical_share)),
        "kept_points" => points.map_or_else(|| Reading::never("not replicated"), |it| number(it.kept_points)),
        "achieved_retention" => kept(points.and_then(|points| points.achieved_retention_s)),
        "newest_age" => kept(points.and_then(|points| points.newest_age_s)),
        "newest_app_consistent_age" => kept(points.and_then(|points| points.newest_app_consistent_age_s)),
        "history_bytes" => number(points.map_or(0, |points| points.history_bytes)),
        "unprotected" => unprotected(&results.operations, &format!("VM {}", row.name)),
        key => return age(key, row.age.as_ref()),
    })
}

#[allow(clippy::cast_precision_loss, reason = "a share of counts below 2^53")]
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn link(key: &str, row: &LinkRow) -> Option<Reading> {
    Some(match key {
        "utilisation_share" => Reading::Value(row.utilisation_share),
        "binding_share" => Reading::Value(row.binding_share),
        "throttle_binding_share" => Reading::Value(row.throttle_binding_share),
        "backlog_max_bytes" => number(row.backlog_max_bytes),
        "carried_bytes" => number(row.carried_bytes),
        "rate_bps" => number(row.rate_bps),
        _ => return None,
    })
}

/// Memory that is missing if every replica of these hosts starts beside what runs there.
fn shortfall<'r>(hosts: impl Iterator<Item = &'r HostRow>) -> u64 {
    let missing = |row: &HostRow| {
        (row.memory_used_bytes.saturating_add(row.replica_memory_bytes)).saturating_sub(row.memory_bytes)
    };
    hosts.map(missing).sum()
}

fn site(key: &str, results: &Results, name: &str) -> Option<Reading> {
    let hosts = || results.hosts.iter().filter(|row| row.site == name);
    let names: BTreeMap<&str, ()> = hosts().map(|row| (row.name.as_str(), ())).collect();
    let vms = || results.vms.iter().filter(|row| names.contains_key(row.host.as_str()));
    Some(match key {
        "memory_shortfall_bytes" => number(shortfall(hosts())),
        "replicas" => number(hosts().map(|row| row.replicas).sum()),
        "vms" => count(vms().count()),
        "pending_bytes" => number(vms().map(|row| row.pending_bytes).sum()),
        _ => return None,
    })
}

fn host(key: &str, row: &HostRow) -> Option<Reading> {
    let card = |share: Option<f64>| share.map_or_else(|| Reading::nothing("no limit"), Reading::Value);
    Some(match key {
        "memory_shortfall_bytes" => number(shortfall(std::iter::once(row))),
        "replicas" => number(row.replicas),
        "cores_used" => number(row.cores_used),
        "memory_used_bytes" => number(row.memory_used_bytes),
        "replica_memory_bytes" => number(row.replica_memory_bytes),
        "slot_utilisation_share" => Reading::Value(row.slot_utilisation_share),
        "nic_send_share" => card(row.nic_send_share),
        "nic_receive_share" => card(row.nic_receive_share),
        _ => return None,
    })
}

fn volume(key: &str, row: &VolumeRow) -> Option<Reading> {
    let taken = row.allocated_bytes.saturating_add(row.history_bytes);
    let free = |size: u64| number(size.saturating_sub(taken));
    Some(match key {
        "free_bytes" => row.size_bytes.map_or_else(|| Reading::nothing("never fills"), free),
        "allocated_bytes" => number(row.allocated_bytes),
        "history_bytes" => number(row.history_bytes),
        "applied_bytes" => number(row.applied_bytes),
        "apply_busy_share" => Reading::Value(row.apply_busy_share),
        _ => return None,
    })
}
