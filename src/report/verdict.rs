//! What a reader must know first: the verdict in a sentence, the worst first, and what bound. Imports results and words.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::document::Tone;
use crate::facts::JobKind;
use crate::measure::results::{
    ApplicationRow, JobState, Operations, OutageApplicationRow, OutageRow, Outcome, PhaseRow, Results,
    Status, VmRow,
};
use crate::outcome::bound::BoundBy;
use crate::words::{Sentence, interval};

use super::words;

/// Misses named in the sentence; the rest are counted.
const NAMED: usize = 2;

/// The verdict in clauses without full stops. Names of outages stand in backticks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clauses {
    /// How many meet their objectives, and where.
    pub head: String,
    /// Who does not, by how much and where.
    pub misses: Vec<String>,
    /// What else there is to know.
    pub more: Vec<String>,
}

/// The verdict in a sentence.
pub fn sentence(results: &Results) -> String {
    let Clauses { head, misses, more } = clauses(results);
    let parts: String = misses.iter().chain(&more).map(|part| format!("; {part}")).collect();
    format!("{head}{parts}.")
}

/// The verdict: how many meet their objectives, and who does not, by how much and where.
pub fn clauses(results: &Results) -> Clauses {
    let applications = &results.applications;
    let nothing = |head: String| Clauses { head, ..Clauses::default() };
    if applications.is_empty() {
        return nothing("No application is defined, so there is nothing to judge".into());
    }
    let judged: Vec<_> = applications.iter().filter(|row| row.status != Status::NoObjective).collect();
    if judged.is_empty() {
        return nothing(format!(
            "No objective is set for {}, so there is nothing to judge",
            words::count(applications.len() as u64, "application")
        ));
    }
    let met = judged.iter().filter(|row| row.status == Status::Met).count();
    let scope = match results.outages.len() {
        0 => "while nothing fails; no outage is simulated",
        1 => "while nothing fails and in the simulated outage",
        _ => "while nothing fails and in every outage",
    };
    let (number, total) = (met as u64, judged.len() as u64);
    let who = match (number, total) {
        (1, 1) => "The only application with objectives meets them".to_string(),
        (0, 1) => "The only application with objectives does not meet them".to_string(),
        (number, total) if number == total => format!("All {total} applications meet their objectives"),
        (0, total) => format!("None of {total} applications meets its objectives"),
        (1, total) => format!("1 of {total} applications meets its objectives"),
        (number, total) => format!("{number} of {total} applications meet their objectives"),
    };
    let missed: Vec<_> = worst_applications(results).into_iter().filter(|row| !row.status.holds()).collect();
    let mut misses: Vec<String> = missed.iter().take(NAMED).map(|row| miss(row)).collect();
    if missed.len() > NAMED {
        misses.push(format!("{} more fall short", missed.len() - NAMED));
    }
    let mut more = Vec::new();
    let thin = judged.iter().filter(|row| words::application_mark(row).tone == Tone::Thin).count();
    if thin > 0 {
        more.push(format!("{thin} with a margin under {}", words::percent(words::THIN_MARGIN)));
    }
    more.extend(accepted(results));
    more.extend(operations_parts(&results.operations));
    Clauses { head: format!("{who} {scope}"), misses, more }
}

/// Applications that run on while their copies get older than they may be, where the outage accepts that: the worst such outage.
fn accepted(results: &Results) -> Option<String> {
    let oldest = |outage: &OutageRow| -> Vec<f64> {
        let exposures = outage.applications.iter().filter_map(|row| row.exposure.as_ref());
        exposures.filter(|it| it.accepted).map(|it| it.oldest_s).collect()
    };
    let worst = results.outages.iter().max_by_key(|outage| (oldest(outage).len(), Reverse(&outage.name)))?;
    let ages = oldest(worst);
    let who = match ages.len() {
        0 => return None,
        1 => "one runs".to_owned(),
        many => format!("{many} run"),
    };
    Some(format!(
        "in `{}` {who} on with copies older than the RPO (up to {}), which is accepted",
        quoted(&worst.name),
        words::duration(ages.into_iter().fold(0.0, f64::max))
    ))
}

/// A name between backticks.
fn quoted(name: &str) -> String {
    words::plain(name).replace('`', "'")
}

/// How an application falls short, each objective where it is worst.
fn miss(row: &ApplicationRow) -> String {
    let name = quoted(&row.name);
    let within = |outage: &Option<String>| {
        outage.as_ref().map(|it| format!(" in `{}`", quoted(it))).unwrap_or_default()
    };
    let place = within(&row.worst_outage);
    match row.status {
        Status::NotRecovered => return format!("{name} is not recovered{place}"),
        Status::Undecided => return format!("{name} is undecided{place}: the run ends before it is back"),
        Status::Exposed => return format!("{name} runs on with copies older than its RPO{place}"),
        Status::NoObjective | Status::NotHit | Status::Met | Status::Missed => {}
    }
    let over = |objective: Option<f64>, actual: Option<f64>, word: &str, outage: &Option<String>| {
        let excess = actual? - objective?;
        (excess > 0.0).then(|| format!("misses its {word} by {}{}", words::duration(excess), within(outage)))
    };
    let steady = row.steady.as_ref().filter(|steady| steady.status == Status::Missed);
    let steady = steady.map(|steady| match steady.held_share {
        Some(held) if held > 0.0 => {
            format!("is past its RPO {} of the time while nothing fails", words::percent(1.0 - held))
        }
        Some(_) | None => "is not protected as a whole".to_owned(),
    });
    let rto = over(row.rto_objective_s, row.rta_from_outage_s, "RTO", &row.rta_outage);
    let rpo = over(row.rpo_objective_s, row.rpa_s, "RPO", &row.rpa_outage);
    let all: Vec<_> = [rto, rpo, steady].into_iter().flatten().collect();
    match row.reasons.first() {
        Some(reason) if all.is_empty() => format!("{name}: {}{place}", words::plain(reason)),
        None if all.is_empty() => format!("{name} misses an objective{place}"),
        Some(_) | None => format!("{name} {}", all.join(", and ")),
    }
}

/// What operators did, in parts of the verdict: jobs that failed, drills, and what stood unprotected.
fn operations_parts(operations: &Operations) -> Vec<String> {
    let mut parts = Vec::new();
    let failed = operations.jobs.iter().filter(|job| job.outcome == JobState::Failed).count() as u64;
    if failed > 0 {
        parts.push(format!("{} of {} failed", failed, words::count(operations.jobs.len() as u64, "job")));
    }
    let drills: Vec<_> = operations.jobs.iter().filter(|job| job.job == JobKind::TestFailover).collect();
    let ran = drills.iter().filter_map(|job| job.drill_rto_s).reduce(f64::max);
    parts.extend(match (drills.len() as u64, ran) {
        (0, _) => None,
        (all, None) => Some(format!("{} with no result", words::count(all, "drill"))),
        (all, Some(longest)) => Some(format!(
            "{}, all test VMs running after {}",
            words::count(all, "drill"),
            words::duration(longest)
        )),
    });
    let gaps: Vec<_> = operations.unprotected.iter().filter_map(|row| row.vm().zip(Some(row))).collect();
    let vms: BTreeSet<&str> = gaps.iter().map(|(vm, _)| *vm).collect();
    if let Some(longest) = gaps.iter().map(|(_, row)| row.seconds).reduce(f64::max) {
        let vms = match vms.len() as u64 {
            1 => "1 VM stands".to_owned(),
            many => format!("{} VMs stand", words::thousands(many)),
        };
        let end =
            if gaps.iter().any(|(_, row)| row.to_s.is_none()) { ", not all protected again" } else { "" };
        parts.push(format!("{vms} unprotected for up to {}{end}", words::duration(longest)));
    }
    parts
}

/// The same as sentences.
pub fn operations(operations: &Operations) -> Vec<String> {
    operations_parts(operations).into_iter().map(|part| words::plain(&part) + ".").collect()
}

/// The worst tone of all applications.
pub fn tone(results: &Results) -> Tone {
    results.applications.iter().map(|row| words::application_mark(row).tone).max().unwrap_or(Tone::Quiet)
}

/// How far beyond its objectives, for sorting: larger is worse.
fn excess(pairs: [(Option<f64>, Option<f64>); 2]) -> f64 {
    let margins = pairs.map(|(objective, actual)| words::margin(objective, actual).unwrap_or(1.0));
    -margins[0].min(margins[1])
}

/// Applications, worst first.
pub fn worst_applications(results: &Results) -> Vec<&ApplicationRow> {
    let mut rows: Vec<_> = results.applications.iter().collect();
    let far = |row: &ApplicationRow| {
        excess([(row.rpo_objective_s, row.rpa_s), (row.rto_objective_s, row.rta_from_outage_s)])
    };
    rows.sort_by(|a, b| b.status.cmp(&a.status).then(far(b).total_cmp(&far(a))));
    rows
}

/// Outages, worst first: by applications not recovered, then missed, exposed and undecided, then the longest recovery.
pub fn worst_outages(results: &Results) -> Vec<&OutageRow> {
    let with = |outage: &OutageRow, status: Status| {
        outage.applications.iter().filter(|row| row.status == status).count()
    };
    let longest = |outage: &OutageRow| {
        outage.applications.iter().filter_map(|row| row.rta_from_outage_s).fold(0.0, f64::max)
    };
    let bad = [Status::NotRecovered, Status::Missed, Status::Exposed, Status::Undecided];
    let counts = |outage: &OutageRow| Reverse(bad.map(|status| with(outage, status)));
    let mut outages: Vec<_> = results.outages.iter().collect();
    outages.sort_by(|a, b| counts(a).cmp(&counts(b)).then(longest(b).total_cmp(&longest(a))));
    outages
}

/// The application an outage is told by: the worst that was hit, then the one that took longest.
pub fn leading(outage: &OutageRow) -> Option<&OutageApplicationRow> {
    let hit = outage.applications.iter().filter(|row| row.outcome != Outcome::NotHit);
    hit.rev().max_by(worse)
}

/// The recovery an outage's duration is told by: of those that have a critical path the worst, then the longest.
pub fn slowest_recovery(outage: &OutageRow) -> Option<&OutageApplicationRow> {
    outage.applications.iter().filter(|row| !row.phases.is_empty()).rev().max_by(worse)
}

/// By status, then by recovery time. Both callers go through rows from the back, so that the first of equals wins.
pub(super) fn worse(a: &&OutageApplicationRow, b: &&OutageApplicationRow) -> std::cmp::Ordering {
    let time = |row: &OutageApplicationRow| row.rta_from_outage_s.unwrap_or(-1.0);
    a.status.cmp(&b.status).then(time(a).total_cmp(&time(b)))
}

/// The longest phases of a recovery, longest first.
pub fn slowest(phases: &[PhaseRow], most: usize) -> Vec<&PhaseRow> {
    let mut sorted: Vec<_> = phases.iter().filter(|phase| phase.seconds > 0.0).collect();
    sorted.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    sorted.truncate(most);
    sorted
}

/// Something that kept recovery points from being newer.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// What.
    pub by: Sentence<BoundBy>,
    /// Mean share of the protected time over all protected VMs.
    pub share: f64,
    /// VMs of which it is the first cause.
    pub vms: u64,
}

impl Binding {
    /// What it is.
    pub fn what(&self) -> String {
        // By the sentence, since a stored one has no code.
        if self.by == interval() {
            return "copy frequency (nothing slower than the schedule)".into();
        }
        words::plain(&self.by)
    }

    /// As a line: `link wan: 34 % of the time, first cause for 12 of 40 VMs`.
    pub fn line(&self, protected: u64) -> String {
        let what = self.what();
        let first = match self.vms {
            0 => String::new(),
            vms => {
                format!(", first cause for {} of {}", words::thousands(vms), words::count(protected, "VM"))
            }
        };
        format!("{what}: {} of the time{first}", words::percent(self.share))
    }
}

/// What bound recovery points in the baseline, largest first.
pub fn binding(results: &Results) -> Vec<Binding> {
    binding_of(&results.vms)
}

/// The same of some VMs.
pub fn binding_of<'r>(vms: impl IntoIterator<Item = &'r VmRow>) -> Vec<Binding> {
    let protected: Vec<_> = vms.into_iter().filter(|vm| !vm.bound.is_empty()).collect();
    let number = f64::from(u32::try_from(protected.len()).unwrap_or(u32::MAX));
    let mut sums: BTreeMap<&str, Binding> = BTreeMap::new();
    for vm in &protected {
        for (place, bound) in vm.bound.iter().enumerate() {
            let none = || Binding { by: bound.by.clone(), share: 0.0, vms: 0 };
            let sum = sums.entry(&bound.by).or_insert_with(none);
            sum.share += bound.share;
            sum.vms += u64::from(place == 0);
        }
    }
    let mut all: Vec<Binding> = sums.into_values().collect();
    all.iter_mut().for_each(|cause| cause.share /= number);
    all.sort_by(|a, b| b.share.total_cmp(&a.share));
    all
}
