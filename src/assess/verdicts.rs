//! What the figures mean for each application, and what the reader should know.

use std::collections::BTreeMap;

use crate::ids::Id;
use crate::judge::undisturbed;
use crate::measure::results::{
    ApplicationRow, OutageApplicationRow, OutageRow, OutageVmRow, Outcome, Results, Status,
};
use crate::outcome::bound::{AgeCause, BoundBy};
use crate::outcome::end::Because;
use crate::protection::State;
use crate::recovery::Application;
use crate::scenario::Scenario;
use crate::units::{Span, Time};
use crate::words::written;
use crate::words::{self, Sentence};
use crate::workload::Vm;

use super::{Baseline, rows};

/// The smallest RPO of the applications that need a VM.
pub(super) fn tightest_rpo(scenario: &Scenario, vm: Id<Vm>) -> Option<Span> {
    let needing = scenario.recovery.applications.iter().filter(|application| application.vms.contains(&vm));
    needing.filter_map(|application| application.rpo).min()
}

/// Applications by tier, then name.
pub(super) fn by_tier(scenario: &Scenario) -> Vec<Id<Application>> {
    let applications = &scenario.recovery.applications;
    let mut by_tier: Vec<Id<Application>> = applications.ids().collect();
    by_tier.sort_by_key(|id| (applications[*id].rank(), *id));
    by_tier
}

/// Applications in the baseline, by tier then name.
pub(super) fn applications(scenario: &Scenario, baseline: &mut Baseline) -> Vec<ApplicationRow> {
    by_tier(scenario).into_iter().map(|id| application(scenario, baseline, id)).collect()
}

fn application(scenario: &Scenario, baseline: &mut Baseline, id: Id<Application>) -> ApplicationRow {
    let application = &scenario.recovery.applications[id];
    let cause = worst_cause(scenario, baseline, id);
    let worst_of = baseline.watch.applications[id.index()].as_mut();
    let worst_age = worst_of.filter(|age| age.ages.total() > 0).map(|age| Span(age.ages.max().0));
    let worst_of = baseline.watch.applications[id.index()].as_mut();
    let age = worst_of.and_then(|age| rows::age(scenario, &mut age.ages, cause, application.rpo));
    let judged = undisturbed(application, worst_age.map(|age| (age, cause)));
    ApplicationRow {
        name: application.name.clone(),
        tier: application.tier,
        vms: application.vms.len() as u64,
        rpo_objective_s: application.rpo.map(Span::as_seconds),
        rpa_s: None,
        rto_objective_s: application.rto.map(Span::as_seconds),
        rta_from_outage_s: None,
        rta_from_declaration_s: None,
        mtpd_s: application.mtpd.map(Span::as_seconds),
        status: judged.status,
        reasons: judged.reasons.into_iter().map(|it| words::reason(scenario, it)).collect(),
        worst_outage: None,
        age,
        last_test_at: baseline.outcome.last_test(&application.vms).map(|at| written(scenario, at)),
    }
}

/// Of each application, by name, the outage in which it fared worst, and its row there.
#[derive(Default)]
pub(super) struct Worst(BTreeMap<String, (String, OutageApplicationRow)>);

impl Worst {
    /// The next outage; of equally bad ones the last counts.
    pub(super) fn add(&mut self, outage: &OutageRow) {
        for row in outage.applications.iter().filter(|row| row.outcome != Outcome::NotHit) {
            let known = self.0.get(&row.name);
            if known.is_none_or(|(_, worst)| severity(worst).total_cmp(&severity(row)).is_le()) {
                self.0.insert(row.name.clone(), (outage.name.clone(), row.clone()));
            }
        }
    }

    /// Lets the worst outage of each application speak, where one takes it down.
    pub(super) fn judge(mut self, applications: &mut [ApplicationRow]) {
        for row in applications {
            let Some((outage, worst)) = self.0.remove(&row.name) else { continue };
            row.rpa_s = worst.rpa_s;
            row.rta_from_outage_s = worst.rta_from_outage_s;
            row.rta_from_declaration_s = worst.rta_from_declaration_s;
            row.status = worst.status;
            row.reasons = worst.reasons;
            row.worst_outage = Some(outage);
        }
    }
}

/// What made the worst age of an application, and which VM spoke for it.
fn worst_cause(scenario: &Scenario, baseline: &Baseline, id: Id<Application>) -> AgeCause {
    let age = baseline.watch.applications[id.index()].as_ref();
    let worst = age.and_then(|age| Some((age.cause?, Time(age.ages.max().1))));
    worst.map_or(AgeCause { first: BoundBy::Interval, then: None, of: None }, |((vm, cause), at)| AgeCause {
        of: Some(Id::new(vm)),
        ..rows::causes(scenario, baseline, vm, cause, at)
    })
}

/// Not recovered before missed before met; then the longer away, then the more lost.
#[derive(Clone, Copy)]
struct Severity(Status, f64, f64);

impl Severity {
    fn total_cmp(&self, other: &Severity) -> std::cmp::Ordering {
        self.0.cmp(&other.0).then(self.1.total_cmp(&other.1)).then(self.2.total_cmp(&other.2))
    }
}

fn severity(row: &OutageApplicationRow) -> Severity {
    Severity(row.status, row.rta_from_outage_s.unwrap_or(f64::INFINITY), row.rpa_s.unwrap_or(0.0))
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole seconds of a run, for a sentence"
)]
fn whole(seconds: f64) -> Span {
    Span::seconds(seconds.max(0.0) as u64)
}

/// An application that meets its RPO at the instants of the outages, but would not at others.
fn luck(row: &ApplicationRow, horizon: Span) -> Option<String> {
    let age = row.age.as_ref()?;
    let above = age.above_objective_s.filter(|above| *above > 0.0)?;
    let met = row.worst_outage.is_some() && row.rpa_s? <= row.rpo_objective_s?;
    met.then(|| {
        format!(
            "`{}` meets its RPO at the instants of these outages, but its newest common point is older {:.1} % of the time \
             (worst {}, bound by {})",
            row.name,
            100.0 * above / horizon.as_seconds(),
            whole(age.max_s),
            age.max_cause
        )
    })
}

/// What the reader should know, of the baseline and of all outages.
pub(super) fn warnings(scenario: &Scenario, results: &Results, of_outages: Vec<String>) -> Vec<String> {
    let Results { applications, vms, .. } = results;
    let mut warnings: Vec<String> =
        applications.iter().filter_map(|row| luck(row, scenario.horizon)).collect();
    let required: Vec<&str> = vms
        .iter()
        .filter(|vm| vm.state == State::WaitingForStartResynchronize)
        .map(|vm| vm.name.as_str())
        .collect();
    if let Some(first) = required.first() {
        warnings.push(format!(
            "{} of {} VMs still need resynchronisation when the baseline ends ({first} first by name): until it is done nothing \
             protects what they write",
            required.len(),
            vms.len()
        ));
    }
    warnings.extend(of_outages);
    let unprotected = scenario.vms.iter().filter(|vm| vm.protection.is_none()).count();
    if unprotected > 0 {
        warnings.push(format!("{unprotected} of {} VMs are not replicated", scenario.vms.len()));
    }
    warnings
}

fn needs_resync(row: &OutageVmRow) -> bool {
    row.reason.as_ref().and_then(Sentence::code) == Some(&Because::ResyncRequired)
}

/// What the reader should know of an outage.
pub(super) fn warnings_of(scenario: &Scenario, outage: &OutageRow) -> Vec<String> {
    let mut warnings = Vec::new();
    let required = outage.vms.iter().filter(|vm| needs_resync(vm)).count();
    if required > 0 {
        warnings.push(format!(
            "after `{}` {required} of {} VMs still need resynchronisation when the run ends: until it is done nothing protects \
             what they write, and their ages grow",
            outage.name,
            scenario.vms.len()
        ));
    }
    for row in outage.applications.iter().filter(|row| row.outcome == Outcome::NotHit) {
        if let (Some(age), Some(objective)) = (row.age_max_s, row.rpo_objective_s)
            && age > objective
        {
            let (age, objective) = (whole(age), whole(objective));
            let name = &outage.name;
            warnings.push(format!(
                "`{name}` does not take `{}` down, but its newest common point gets {age} old, past its RPO of {objective}",
                row.name
            ));
        }
    }
    warnings
}
