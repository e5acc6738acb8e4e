//! Which of the values that were left out matter: those that took time in the slowest recovery of the worst outage, kept an application of
//! it from coming back, or bound the age of recovery points. Imports results, verdict and words.

use crate::facts::{Phase, Reason as Lack};
use crate::judge::Reason;
use crate::measure::results::{OutageRow, PhaseRow, Results};
use crate::outcome::bound::BoundBy;
use crate::units::Span;

use super::verdict;
use super::words::{duration, percent, plain};

/// Where a default shows in a phase of a recovery.
const PHASES: &[(Phase, &[&str])] = &[
    (Phase::Detection, &["people.detection"]),
    (Phase::Decision, &["people.decision"]),
    (Phase::Orchestration, &["recovery_service.job_latency"]),
    (Phase::ShutdownAttempt, &["plan.shutdown_timeout"]),
    (Phase::Shutdown, &["vm.shutdown"]),
    (Phase::Testing, &["operation.testing"]),
    (Phase::Failover, &["plan.fail_over"]),
    (Phase::EarlierGroups, &["vm.boot"]),
    (Phase::Boot, &["vm.boot"]),
    (Phase::Network, &["network.dns_ttl", "network_mapping.keeps_address"]),
    (Phase::Readiness, &["vm.readiness"]),
    (Phase::Validation, &["application.validation"]),
    (Phase::ManualWork, &["people.manual_start", "people.manual_per_vm"]),
    (Phase::WaitingForPeople, &["people.operators", "people.manual_per_vm"]),
    (Phase::WaitingForRoom, &["host.memory_reserve"]),
];

/// Of these each VM, plan or team has its own: a default is told only by phases as long as it.
const OWN: &[&str] = &[
    "people.detection",
    "people.decision",
    "vm.shutdown",
    "vm.boot",
    "vm.readiness",
    "plan.fail_over",
    "application.validation",
];

/// Each network has its own: a default is told only by phases no longer than it, which are what a VM's start left of it.
const AT_MOST: &str = "network.dns_ttl";

/// Where a default shows in what bound a recovery point.
fn of_bound(by: &BoundBy) -> &'static [&'static str] {
    match by {
        BoundBy::Link(_) => &["link.efficiency", "policy.compression"],
        BoundBy::Slots(_) => &["host.send_slots"],
        BoundBy::PathDown => &["policy.retry"],
        BoundBy::Apply(_) => &["volume.apply"],
        BoundBy::TrackingOff => &["policy.resync", "policy.resync_threshold"],
        BoundBy::Interval
        | BoundBy::StreamCap
        | BoundBy::Latency
        | BoundBy::Suspended
        | BoundBy::Throttle(_)
        | BoundBy::Card(_)
        | BoundBy::Qos(..) => &[],
    }
}

/// Where a default shows in what a VM lacked that did not come back.
fn of_lack(lack: &Lack) -> Vec<&'static str> {
    match lack {
        Lack::NoRoom { cores_short, memory_short, .. } => {
            let memory = (memory_short.0 > 0).then_some("host.memory_reserve");
            memory.into_iter().chain((*cores_short > 0).then_some("vm.cores")).collect()
        }
        Lack::NoPool(_) => vec!["network.pool"],
        Lack::NoRecoveryPoint
        | Lack::ReplicaHostDown(_)
        | Lack::ReplicaVolumeDown(_)
        | Lack::NoMapping(_)
        | Lack::PoolExhausted(_) => Vec::new(),
    }
}

/// A share of the time below which what bound recovery points is not told.
const SHARE_MIN: f64 = 0.01;

/// The assumptions that matter, without their sources, each with what it did: first what kept an application of the worst outage from coming
/// back, then what took time in its slowest recovery, the longest first, then what bound the age of points, the largest share first.
pub fn that_matter(results: &Results) -> Vec<String> {
    let mut assumed = Assumed { results, lines: Vec::new() };
    if let Some(outage) = verdict::worst_outages(results).first() {
        assumed.stopped(outage);
        assumed.slow(outage);
    }
    for cause in verdict::binding(results).iter().filter(|cause| cause.share >= SHARE_MIN) {
        let what = format!("{} bound recovery points {} of the time", plain(&cause.by), percent(cause.share));
        let fields = cause.by.code().map_or(&[][..], of_bound);
        fields.iter().for_each(|field| assumed.add(field, &what));
    }
    assumed.lines
}

struct Assumed<'r> {
    results: &'r Results,
    lines: Vec<String>,
}

impl Assumed<'_> {
    /// `field = value, times` of a default that was used.
    fn assumption(&self, field: &str) -> Option<&str> {
        let is_it = |line: &&String| line.strip_prefix(field).is_some_and(|rest| rest.starts_with(" = "));
        self.results.assumptions.iter().find(is_it).and_then(|line| line.split(" (").next())
    }

    /// Once for each field.
    fn add(&mut self, field: &str, what: &str) {
        let Some(line) = self.assumption(field).map(plain) else { return };
        if !self.lines.iter().any(|known| known.starts_with(&line)) {
            self.lines.push(format!("{line}: {what}"));
        }
    }

    /// What kept applications from coming back.
    fn stopped(&mut self, outage: &OutageRow) {
        for row in outage.applications.iter().filter(|row| row.rta_from_outage_s.is_none()) {
            for reason in &row.reasons {
                let lack = reason.code().and_then(Reason::lack);
                let fields = lack.map_or_else(Vec::new, of_lack);
                fields.into_iter().for_each(|field| self.add(field, &plain(reason)));
            }
        }
    }

    /// What took time in the slowest recovery.
    fn slow(&mut self, outage: &OutageRow) {
        let Some(row) = verdict::slowest_recovery(outage) else { return };
        let mut took: Vec<(f64, Phase, &str)> = Vec::new();
        for (phase, fields) in PHASES {
            for field in *fields {
                let Some((_, value)) = self.assumption(field).and_then(|line| line.split_once(" = ")) else {
                    continue;
                };
                let value = value.split(',').next().unwrap_or(value);
                let is_of_default = |seconds: f64| match *field {
                    AT_MOST => Span::parse(value).is_ok_and(|most| seconds <= most.as_seconds()),
                    field => !OWN.contains(&field) || duration(seconds) == value,
                };
                let counts = |it: &&PhaseRow| it.phase == *phase && is_of_default(it.seconds);
                let seconds: f64 = row.phases.iter().filter(counts).map(|it| it.seconds).sum();
                took.extend((seconds > 0.0).then_some((seconds, *phase, *field)));
            }
        }
        took.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (seconds, phase, field) in took {
            let what = format!("{phase} took {} of the recovery of {}", duration(seconds), plain(&row.name));
            self.add(field, &what);
        }
    }
}

/// The rule by which `matter` of `all` assumptions are told before the others.
pub fn rule(all: usize, matter: usize) -> String {
    match all {
        0 => "Everything was stated.".into(),
        all => format!(
            "{matter} of {all} stopped or took time in the slowest recovery of the worst outage, or bound recovery points. All stand below."
        ),
    }
}
