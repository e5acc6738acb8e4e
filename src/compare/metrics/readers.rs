//! What reads each metric of the catalogue off its row, and what its lines need for that.

use std::collections::{BTreeMap, BTreeSet};

use super::{Measured, Reading};
use crate::ids::Id;
use crate::measure::results::{
    Age, ApplicationRow, HostRow, JobState, LinkRow, Operations, OutageApplicationRow, OutageRow,
    OutageVmRow, Outcome, OverInstants, RecoveryPointsRow, Results, Status, SteadyRow, VmEnd, VmHealth,
    VmRow, VolumeRow, Whose,
};
use crate::promise::catalogue::catalogue;
use crate::scenario::{Scenario, preflight};
use crate::workload::Vm;

macro_rules! readers {
    ($($kind:ident $run:ident fn $read:ident ($($row:tt)*) {
        $($key:literal $title:literal $unit:ident $better:ident $(within $objective:literal)? $(since $since:literal)?
            => $reader:expr;)*
    })*) => {
        $(/// `None` if nobody knows: no metric has this key, or only the scenario shows it and is not known.
        pub(super) fn $read(key: &str, $($row)*) -> Option<Reading> {
            Some(match key {
                $($key => $reader,)*
                _ => return None,
            })
        })*
    };
}

catalogue!(readers);

#[allow(clippy::cast_precision_loss, reason = "exact below 2^53, and told in three digits")]
fn number(count: u64) -> Reading {
    Reading::Value(count as f64)
}

/// A stored result may have any numbers: their sum ends where counting does.
fn total(counts: impl Iterator<Item = u64>) -> Reading {
    number(counts.fold(0, u64::saturating_add))
}

fn count(rows: usize) -> Reading {
    number(rows as u64)
}

#[allow(clippy::cast_precision_loss, reason = "a share of counts below 2^53")]
fn share(part: u64, whole: u64) -> Reading {
    Reading::Value(part as f64 / whole.max(1) as f64)
}

fn or_nothing(value: Option<f64>, why: &str) -> Reading {
    value.map_or_else(|| Reading::nothing(why), Reading::Value)
}

fn or_never(value: Option<f64>, why: &str) -> Reading {
    value.map_or_else(|| Reading::never(why), Reading::Value)
}

/// Of an application in an outage: why there is no value is `why` only if it was failed over.
fn recovered(row: &OutageApplicationRow, value: Option<f64>, why: &str) -> Reading {
    match row.outcome {
        Outcome::NotHit => or_nothing(value, "not hit"),
        Outcome::Unfinished => Reading::open(value.unwrap_or(0.0), NOT_BACK),
        Outcome::NotRecovered => or_never(value, "not recovered"),
        Outcome::Repaired => or_nothing(value, "repaired in place"),
        Outcome::FailedOver => or_nothing(value, why),
    }
}

/// Why what an outage took down has no time yet.
const NOT_BACK: &str = "not back when the run ends";

/// The time to be back, which goes on where the run ends first.
fn back_after(row: &OutageApplicationRow) -> Reading {
    match row.outcome {
        Outcome::Unfinished => Reading::open(row.down_s.unwrap_or(0.0), NOT_BACK),
        Outcome::NotHit | Outcome::FailedOver | Outcome::Repaired | Outcome::NotRecovered => {
            recovered(row, row.rta_from_outage_s, "not hit")
        }
    }
}

/// Of an application in an outage at every instant, which are run where a gate asks for them.
fn over_instants(row: &OutageApplicationRow, value: fn(&OverInstants) -> Option<f64>) -> Reading {
    row.over_instants.as_ref().map_or_else(
        || Reading::nothing("no gate asks for all instants"),
        |it| or_nothing(value(it), "not hit at any instant, or without objective"),
    )
}

/// How long it takes at the worst of all instants.
fn back_at_all_instants(row: &OutageApplicationRow) -> Reading {
    match &row.over_instants {
        Some(it) if it.not_recovered_share > 0.0 => Reading::never("not recovered at some instants"),
        Some(OverInstants { rta_at_least_s: Some(least), .. }) => Reading::open(*least, NOT_BACK),
        Some(_) | None => over_instants(row, |it| it.rta_max_s),
    }
}

/// What an outage adds to the time in which the copies of an application that runs on are older than its RPO.
fn exposed(row: &OutageApplicationRow) -> Reading {
    or_nothing(row.exposure.as_ref().map(|it| it.added_s), "not exposed")
}

/// A figure of the judgement while nothing fails.
fn steadily(row: &ApplicationRow, figure: fn(&SteadyRow) -> Option<f64>) -> Reading {
    or_nothing(row.steady.as_ref().and_then(figure), "no RPO")
}

/// Of a VM in an outage; one that the outage neither hit nor made older has no row.
fn of_hit(row: Option<&OutageVmRow>, value: fn(&OutageVmRow) -> Option<f64>, why: &str) -> Reading {
    row.map_or_else(|| Reading::nothing("not hit"), |row| or_nothing(value(row), why))
}

/// The same, and without a value it may be out for good.
fn in_service(row: Option<&OutageVmRow>, value: fn(&OutageVmRow) -> Option<f64>, why: &str) -> Reading {
    match row {
        Some(OutageVmRow { unfinished_s: Some(least), .. }) => Reading::open(*least, NOT_BACK),
        Some(row) if row.state.is_out() => or_never(value(row), row.state.words()),
        _ => of_hit(row, value, why),
    }
}

/// A VM that runs on has a row only if it fell behind.
fn caught_up(row: Option<&OutageVmRow>) -> Reading {
    match row {
        Some(OutageVmRow { behind_s: Some(least), .. }) => {
            Reading::open(*least, "not caught up when the run ends")
        }
        Some(row) if row.state == VmEnd::Running => {
            or_never(row.catch_up_s, "did not catch up within the run")
        }
        _ => of_hit(row, |row| row.catch_up_s, "did not fall behind a repaired path"),
    }
}

/// Until enough of its VMs are protected again, which goes on where the run ends first.
fn protected_after(row: &OutageApplicationRow) -> Reading {
    match row.protected_after_s {
        None if row.unprotected_s > 0.0 => {
            Reading::open(row.unprotected_s, "still unprotected when the run ends")
        }
        after => or_nothing(after, "never stood unprotected"),
    }
}

/// How long it stood unprotected in all.
fn unprotected(operations: &Operations, is_own: impl Fn(&Whose) -> bool) -> Reading {
    let own = operations.unprotected.iter().filter(|row| is_own(&row.on));
    Reading::Value(own.map(|row| row.seconds).sum::<f64>() + 0.0)
}

fn application_unprotected(operations: &Operations, name: &str) -> Reading {
    unprotected(operations, |on| matches!(on, Whose::Application(own) if own == name))
}

fn vm_unprotected(operations: &Operations, name: &str) -> Reading {
    unprotected(operations, |on| matches!(on, Whose::Vm(own) if own == name))
}

fn downtime(operations: &Operations, application: &str) -> Reading {
    let own = || operations.downtimes.iter().filter(|down| down.application == application);
    let sum = own().filter_map(|down| down.seconds.or(down.unfinished_s)).sum::<f64>() + 0.0;
    match own().all(|down| down.seconds.is_some()) {
        true => Reading::Value(sum),
        false => Reading::open(sum, "still down when the run ends"),
    }
}

/// A figure of an age's distribution.
fn age(age: &Option<Age>, figure: fn(&Age) -> Option<f64>) -> Reading {
    match age {
        None => Reading::never("not replicated"),
        Some(age) => or_nothing(figure(age), "no objective"),
    }
}

fn health(row: &VmRow, share: fn(&VmHealth) -> f64) -> Reading {
    or_never(row.health.as_ref().map(share), "not replicated")
}

/// A figure of a VM's recovery points.
fn points(row: &VmRow, figure: fn(&RecoveryPointsRow) -> Option<f64>) -> Reading {
    match &row.recovery_points {
        None => Reading::never("not replicated"),
        Some(points) => or_never(figure(points), "no recovery point"),
    }
}

fn kept_points(row: &VmRow) -> Reading {
    let points = row.recovery_points.as_ref();
    points.map_or_else(|| Reading::never("not replicated"), |points| number(points.kept_points))
}

/// Hosts of each site that has some.
pub(super) fn sites(results: &Results) -> BTreeMap<&str, Vec<&HostRow>> {
    let mut sites = BTreeMap::<&str, Vec<&HostRow>>::new();
    for row in &results.hosts {
        sites.entry(&row.site).or_default().push(row);
    }
    sites
}

fn vms_on<'r>(results: &'r Results, hosts: &[&HostRow]) -> impl Iterator<Item = &'r VmRow> {
    let hosts: BTreeSet<&str> = hosts.iter().map(|row| row.name.as_str()).collect();
    results.vms.iter().filter(move |row| hosts.contains(row.host.as_str()))
}

/// Memory that is missing if every replica of these hosts starts beside what runs there.
fn shortfall(hosts: &[&HostRow]) -> Reading {
    let missing = |row: &&HostRow| {
        (row.memory_used_bytes.saturating_add(row.replica_memory_bytes)).saturating_sub(row.memory_bytes)
    };
    total(hosts.iter().map(missing))
}

fn free(row: &VolumeRow) -> Reading {
    let taken = row.allocated_bytes.saturating_add(row.history_bytes);
    let free = |size: u64| number(size.saturating_sub(taken));
    row.size_bytes.map_or_else(|| Reading::nothing("never fills"), free)
}

fn applications(outage: &OutageRow, counts: fn(&OutageApplicationRow) -> bool) -> Reading {
    count(outage.applications.iter().filter(|row| counts(row)).count())
}

/// At least so many, where others may join them: those whose answer the run did not wait for.
fn at_least(certain: Reading, may_join: Reading) -> Reading {
    match (certain, may_join.number()) {
        (Reading::Value(certain), Some(open)) if open > 0.0 => {
            Reading::Open(certain, format!("at least {certain}, and {open} undecided when the run ends"))
        }
        (certain, _) => certain,
    }
}

fn missed(outage: &OutageRow) -> Reading {
    let open = applications(outage, |it| it.status == Status::Undecided);
    at_least(applications(outage, |it| it.status >= Status::Missed), open)
}

fn not_recovered(outage: &OutageRow) -> Reading {
    let open = applications(outage, |it| it.outcome == Outcome::Unfinished);
    at_least(applications(outage, |it| it.outcome == Outcome::NotRecovered), open)
}

fn out_of_service(outage: &OutageRow) -> Reading {
    count(outage.vms.iter().filter(|row| row.state.is_out()).count())
}

fn last_protected(operations: &Operations) -> Reading {
    match &operations.last_protected {
        Some(last) => Reading::Value(last.after_s),
        None if operations.unprotected.is_empty() => Reading::nothing("none stood unprotected"),
        None => Reading::open(unprotected_for(operations), "still unprotected when the run ends"),
    }
}

/// From the first begin to the end of the run, to which what is open counts.
fn unprotected_for(operations: &Operations) -> f64 {
    let rows = || operations.unprotected.iter();
    let end = rows().map(|row| row.from_s + row.seconds).fold(0.0, f64::max);
    end - rows().map(|row| row.from_s).fold(f64::INFINITY, f64::min).max(0.0)
}

fn unreplicated(results: &Results) -> Reading {
    number(results.scenario.vms.saturating_sub(results.scenario.protected_vms))
}

fn in_no_application(scenario: &Scenario) -> Reading {
    let applications = scenario.recovery.applications.iter();
    let serving: BTreeSet<Id<Vm>> = applications.flat_map(|it| it.vms.iter().copied()).collect();
    count(scenario.vms.len() - serving.len())
}

fn without_objective(results: &Results) -> Reading {
    let lacks = |row: &&ApplicationRow| row.rpo_objective_s.is_none() || row.rto_objective_s.is_none();
    count(results.applications.iter().filter(lacks).count())
}

fn failed_jobs(results: &Results) -> Reading {
    count(results.operations.jobs.iter().filter(|row| row.outcome == JobState::Failed).count())
}
