//! What the figures mean for each application, and what the reader should know.

use std::cmp::Ordering;

use crate::ids::Id;
use crate::judge::{Held, steady};
use crate::measure::distribution::Distribution;
use crate::measure::results::{
    ApplicationRow, OutageApplicationRow, OutageRow, OutageVmRow, Outcome, Results, Status, SteadyRow,
};
use crate::outcome::bound::{AgeCause, BoundBy};
use crate::outcome::end::Because;
use crate::protection::State;
use crate::recovery::Application;
use crate::scenario::Scenario;
use crate::units::{Ratio, Span, Time};
use crate::words::written;
use crate::words::{self, Sentence};
use crate::workload::Vm;

use super::{Baseline, grounds, rows};

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
    let held = held(scenario, baseline, id, cause);
    let worst_of = baseline.watch.applications[id.index()].as_mut();
    let is_replicated = worst_of.is_some();
    let age = worst_of.and_then(|age| rows::age(scenario, &mut age.ages, cause, application.rpo));
    let judged = steady(application, held, is_replicated);
    let reasons: Vec<_> = judged.reasons.into_iter().map(|it| words::reason(scenario, it)).collect();
    let margin_share = judged.margin.map(Ratio::as_share);
    ApplicationRow {
        name: application.name.clone(),
        tier: application.tier,
        vms: application.vms.len() as u64,
        rpo_objective_s: application.rpo.map(Span::as_seconds),
        rpo_share: application.rpo.map(|_| application.rpo_share.as_share()),
        rpa_s: None,
        rpa_outage: None,
        rto_objective_s: application.rto.map(Span::as_seconds),
        rta_from_outage_s: None,
        rta_outage: None,
        rta_from_declaration_s: None,
        mtpd_s: application.mtpd.map(Span::as_seconds),
        status: judged.status,
        margin_share,
        reasons: reasons.clone(),
        worst_outage: None,
        steady: Some(SteadyRow {
            status: judged.status,
            margin_share,
            running_s: running(scenario, baseline, application).as_seconds(),
            not_held_s: held.map(|held| held.not_held().as_seconds()),
            allowed_s: held.map(|held| held.allowed().as_seconds()),
            held_share: held.map(|held| share(held.held, held.running)),
            reasons,
        }),
        age,
        last_test_at: baseline.outcome.last_test(&application.vms).map(|at| written(scenario, at)),
        grounds: grounds::of(scenario, baseline, id),
    }
}

/// A part of the whole; of nothing the whole.
fn share(part: Span, whole: Span) -> f64 {
    if whole == Span::ZERO { 1.0 } else { part.as_seconds() / whole.as_seconds() }
}

fn running(scenario: &Scenario, baseline: &Baseline, application: &Application) -> Span {
    baseline.outcome.ran(application, Time(scenario.horizon.0))
}

/// For how much of its running time it held its RPO; `None` without one.
fn held(scenario: &Scenario, baseline: &mut Baseline, id: Id<Application>, cause: AgeCause) -> Option<Held> {
    let application = &scenario.recovery.applications[id];
    let rpo = application.rpo?;
    let running = running(scenario, baseline, application);
    let least = Held::least_of(running, application.rpo_share);
    let ages = baseline.watch.applications[id.index()].as_ref().map(|it| &it.ages);
    let total = ages.map_or(0, |ages| ages.total());
    let above = Span(ages.map_or(0, Distribution::above));
    let held = Span(total - above.0).min(running);
    let worst = ages.filter(|ages| ages.total() > 0).map(|ages| (Span(ages.max().0), cause));
    Some(Held { running, held, above, least, rpo, worst })
}

/// Of each application, in the order of rows, how it fared in outages.
#[derive(Default)]
pub(super) struct Worst(Vec<InOutages>);

/// Of an application, each figure from where it is worst.
#[derive(Default)]
struct InOutages {
    /// The outage in which it fared worst, and its row there.
    worst: Option<(String, OutageApplicationRow)>,
    /// The largest RPA.
    rpa: Option<(String, f64)>,
    /// The longest RTA: infinite where it did not come back.
    rta: Option<(String, f64, Option<f64>)>,
    margin: Option<f64>,
}

impl Worst {
    /// The next outage; of equally bad ones the last counts.
    pub(super) fn add(&mut self, outage: &OutageRow) {
        self.0.resize_with(outage.applications.len(), InOutages::default);
        for (known, row) in self.0.iter_mut().zip(&outage.applications) {
            known.add(&outage.name, row);
        }
    }

    /// Lets outages speak of each application, where they take it down or expose it.
    pub(super) fn judge(self, applications: &mut [ApplicationRow]) {
        for (row, of) in applications.iter_mut().zip(self.0) {
            of.judge(row);
        }
    }
}

impl InOutages {
    fn add(&mut self, outage: &str, row: &OutageApplicationRow) {
        let is_accepted = row.exposure.as_ref().is_some_and(|exposure| exposure.accepted);
        if row.status == Status::NotHit || is_accepted {
            return;
        }
        let known = self.worst.as_ref();
        if known.is_none_or(|(_, worst)| severity(worst).total_cmp(&severity(row)).is_le()) {
            self.worst = Some((outage.to_owned(), row.clone()));
        }
        if let Some(rpa) = row.rpa_s.filter(|rpa| self.rpa.as_ref().is_none_or(|(_, most)| rpa >= most)) {
            self.rpa = Some((outage.to_owned(), rpa));
        }
        if row.outcome != Outcome::NotHit {
            let rta = row.rta_from_outage_s.unwrap_or(f64::INFINITY);
            if self.rta.as_ref().is_none_or(|(_, most, _)| rta >= *most) {
                self.rta = Some((outage.to_owned(), rta, row.rta_from_declaration_s));
            }
        }
        self.margin = least(self.margin, row.margin_share);
    }

    fn judge(self, row: &mut ApplicationRow) {
        (row.rpa_outage, row.rpa_s) = self.rpa.unzip();
        if let Some((outage, rta, declared)) = self.rta {
            (row.rta_outage, row.rta_from_declaration_s) = (Some(outage), declared);
            row.rta_from_outage_s = Some(rta).filter(|rta| rta.is_finite());
        }
        let Some((outage, worst)) = self.worst else { return };
        match worst.status.cmp(&row.status) {
            Ordering::Less => return,
            Ordering::Equal => row.reasons = worst.reasons.into_iter().chain(row.reasons.drain(..)).collect(),
            Ordering::Greater => row.reasons = worst.reasons,
        }
        (row.status, row.worst_outage) = (worst.status, Some(outage));
        row.margin_share = least(row.margin_share, self.margin).filter(|_| row.status == Status::Met);
    }
}

fn least(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    a.zip(b).map_or(a.or(b), |(a, b)| Some(a.min(b)))
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

/// What the reader should know, of the baseline and of all outages.
pub(super) fn warnings(scenario: &Scenario, results: &Results, of_outages: Vec<String>) -> Vec<String> {
    let vms = &results.vms;
    let mut warnings = Vec::new();
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
    warnings
}
