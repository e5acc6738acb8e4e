//! Metrics of things with names in the run in which nothing fails.

use std::collections::{BTreeMap, BTreeSet};

use super::{Reading, count, number, unprotected};
use crate::measure::results::{Age, ApplicationRow, HostRow, LinkRow, Results, VmRow, VolumeRow, Whose};
use crate::promise::metrics::{
    ApplicationMetric, HostMetric, LinkMetric, SiteMetric, VmMetric, VolumeMetric,
};

/// Sites that have hosts, by name.
pub(super) fn sites(results: &Results) -> Vec<String> {
    let sites: BTreeSet<&str> = results.hosts.iter().map(|row| row.site.as_str()).collect();
    sites.into_iter().map(str::to_owned).collect()
}

pub(super) fn application(metric: ApplicationMetric, results: &Results, row: &ApplicationRow) -> Reading {
    use ApplicationMetric as M;
    match metric {
        M::Downtime => {
            let mine = results.operations.downtimes.iter().filter(|down| down.application == row.name);
            let sum = mine.map(|down| down.seconds).try_fold(0.0, |sum, seconds| Some(sum + seconds?));
            sum.map_or_else(|| Reading::never("still down at the end"), Reading::Value)
        }
        M::Unprotected => unprotected(&results.operations, &Whose::Application(row.name.clone())),
        M::AgeMean => age(row.age.as_ref(), |age| Some(age.mean_s)),
        M::AgeP50 => age(row.age.as_ref(), |age| Some(age.p50_s)),
        M::AgeP90 => age(row.age.as_ref(), |age| Some(age.p90_s)),
        M::AgeP95 => age(row.age.as_ref(), |age| Some(age.p95_s)),
        M::AgeP99 => age(row.age.as_ref(), |age| Some(age.p99_s)),
        M::AgeP999 => age(row.age.as_ref(), |age| Some(age.p999_s)),
        M::AgeMax => age(row.age.as_ref(), |age| Some(age.max_s)),
        M::AgeAboveObjective => age(row.age.as_ref(), |age| age.above_objective_s),
    }
}

pub(super) fn vm(metric: VmMetric, results: &Results, row: &VmRow) -> Reading {
    use VmMetric as M;
    let health = |share: Option<f64>| share.map_or_else(|| Reading::never("not replicated"), Reading::Value);
    let points = row.recovery_points.as_ref();
    let kept = |value: Option<f64>| {
        let why = if points.is_none() { "not replicated" } else { "no recovery point" };
        value.map_or_else(|| Reading::never(why), Reading::Value)
    };
    match metric {
        M::CyclesMissed => number(row.cycles_missed),
        M::CyclesMissedShare => Reading::Value(share(row.cycles_missed, row.cycles_expected)),
        M::LargestLogBytes => number(row.largest_log_bytes),
        M::PendingBytes => number(row.pending_bytes),
        M::WrittenBytes => number(row.written_bytes),
        M::NormalShare => health(row.health.as_ref().map(|health| health.normal_share)),
        M::WarningShare => health(row.health.as_ref().map(|health| health.warning_share)),
        M::CriticalShare => health(row.health.as_ref().map(|health| health.critical_share)),
        M::KeptPoints => points.map_or_else(|| Reading::never("not replicated"), |it| number(it.kept_points)),
        M::AchievedRetention => kept(points.and_then(|points| points.achieved_retention_s)),
        M::NewestAge => kept(points.and_then(|points| points.newest_age_s)),
        M::NewestAppConsistentAge => kept(points.and_then(|points| points.newest_app_consistent_age_s)),
        M::HistoryBytes => number(points.map_or(0, |points| points.history_bytes)),
        M::Unprotected => unprotected(&results.operations, &Whose::Vm(row.name.clone())),
        M::AgeMean => age(row.age.as_ref(), |age| Some(age.mean_s)),
        M::AgeP50 => age(row.age.as_ref(), |age| Some(age.p50_s)),
        M::AgeP90 => age(row.age.as_ref(), |age| Some(age.p90_s)),
        M::AgeP95 => age(row.age.as_ref(), |age| Some(age.p95_s)),
        M::AgeP99 => age(row.age.as_ref(), |age| Some(age.p99_s)),
        M::AgeP999 => age(row.age.as_ref(), |age| Some(age.p999_s)),
        M::AgeMax => age(row.age.as_ref(), |age| Some(age.max_s)),
        M::AgeAboveObjective => age(row.age.as_ref(), |age| age.above_objective_s),
    }
}

/// A figure of an age's distribution.
fn age(age: Option<&Age>, figure: fn(&Age) -> Option<f64>) -> Reading {
    match age {
        None => Reading::never("not replicated"),
        Some(age) => figure(age).map_or_else(|| Reading::nothing("no objective"), Reading::Value),
    }
}

#[allow(clippy::cast_precision_loss, reason = "a share of counts below 2^53")]
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

pub(super) fn link(metric: LinkMetric, row: &LinkRow) -> Reading {
    use LinkMetric as M;
    match metric {
        M::UtilisationShare => Reading::Value(row.utilisation_share),
        M::BindingShare => Reading::Value(row.binding_share),
        M::ThrottleBindingShare => Reading::Value(row.throttle_binding_share),
        M::BacklogMaxBytes => number(row.backlog_max_bytes),
        M::CarriedBytes => number(row.carried_bytes),
        M::RateBps => number(row.rate_bps),
    }
}

/// Memory that is missing if every replica of these hosts starts beside what runs there.
fn shortfall<'r>(hosts: impl Iterator<Item = &'r HostRow>) -> u64 {
    let missing = |row: &HostRow| {
        (row.memory_used_bytes.saturating_add(row.replica_memory_bytes)).saturating_sub(row.memory_bytes)
    };
    hosts.map(missing).sum()
}

pub(super) fn site(metric: SiteMetric, results: &Results, name: &str) -> Reading {
    use SiteMetric as M;
    let hosts = || results.hosts.iter().filter(|row| row.site == name);
    let names: BTreeMap<&str, ()> = hosts().map(|row| (row.name.as_str(), ())).collect();
    let vms = || results.vms.iter().filter(|row| names.contains_key(row.host.as_str()));
    match metric {
        M::MemoryShortfallBytes => number(shortfall(hosts())),
        M::Replicas => number(hosts().map(|row| row.replicas).sum()),
        M::Vms => count(vms().count()),
        M::PendingBytes => number(vms().map(|row| row.pending_bytes).sum()),
    }
}

pub(super) fn host(metric: HostMetric, row: &HostRow) -> Reading {
    use HostMetric as M;
    let card = |share: Option<f64>| share.map_or_else(|| Reading::nothing("no limit"), Reading::Value);
    match metric {
        M::MemoryShortfallBytes => number(shortfall(std::iter::once(row))),
        M::Replicas => number(row.replicas),
        M::CoresUsed => number(row.cores_used),
        M::MemoryUsedBytes => number(row.memory_used_bytes),
        M::ReplicaMemoryBytes => number(row.replica_memory_bytes),
        M::SlotUtilisationShare => Reading::Value(row.slot_utilisation_share),
        M::NicSendShare => card(row.nic_send_share),
        M::NicReceiveShare => card(row.nic_receive_share),
    }
}

pub(super) fn volume(metric: VolumeMetric, row: &VolumeRow) -> Reading {
    use VolumeMetric as M;
    let taken = row.allocated_bytes.saturating_add(row.history_bytes);
    let free = |size: u64| number(size.saturating_sub(taken));
    match metric {
        M::FreeBytes => row.size_bytes.map_or_else(|| Reading::nothing("never fills"), free),
        M::AllocatedBytes => number(row.allocated_bytes),
        M::HistoryBytes => number(row.history_bytes),
        M::AppliedBytes => number(row.applied_bytes),
        M::ApplyBusyShare => Reading::Value(row.apply_busy_share),
    }
}
