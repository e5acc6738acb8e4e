//! One outage's run as its [`OutageRow`]. Ages (`age_max_s`, `catch_up_s`) and health are left open: they come from replication.

use crate::facts::{Phase, StepId, Subject};
use crate::ids::Id;
use crate::measure::operations::operations;
use crate::measure::results::{DeclarationRow, FaultRow, FleetHealth, OutageRow, OutageVmRow, StepRow};
use crate::outage::{Outage, Strike};
use crate::outcome::critical_path::critical_steps;
use crate::outcome::declaration::Declaration;
use crate::outcome::{Beside, ChargedVm, OutageOutcome, RunOutcome, worst};
use crate::recovery::Application;
use crate::scenario::Scenario;
use crate::units::{Span, Time};
use crate::words;
use crate::words::written;
use crate::workload::Vm;

use super::verdict::application_row;

/// What became of everything in one run of `outage`, to `until`, where nothing is known of a run without it.
pub fn outage_row(scenario: &Scenario, outage: &Outage, run: &RunOutcome, until: Time) -> OutageRow {
    outage_row_beside(scenario, outage, run, until, Beside::default())
}

/// The same with what else is known.
pub fn outage_row_beside(
    scenario: &Scenario,
    outage: &Outage,
    run: &RunOutcome,
    until: Time,
    beside: Beside<'_>,
) -> OutageRow {
    let it = OutageOutcome::of(scenario, outage, run, until, beside);
    let mut by_tier: Vec<Id<Application>> = scenario.recovery.applications.ids().collect();
    by_tier.sort_by_key(|id| (scenario.recovery.applications[*id].rank(), *id));
    let vms = scenario.vms.ids();
    OutageRow {
        name: outage.name.clone(),
        about: outage.about.clone(),
        at: written(scenario, it.first),
        faults: outage.strikes.iter().map(|strike| it.fault(strike)).collect(),
        declarations: it.declarations(),
        applications: by_tier.into_iter().map(|id| application_row(&it, id)).collect(),
        vms: vms.filter(|vm| it.is_worth_a_row(*vm)).map(|vm| it.vm(vm)).collect(),
        lost_bytes: it.charged.vms.iter().map(ChargedVm::lost_bytes).sum(),
        steps: it.steps(),
        links: Vec::new(),
        fleet_health: FleetHealth::default(),
        operations: operations(scenario, run, (it.first, until), false),
    }
}

impl OutageOutcome<'_> {
    fn seconds(&self, time: Time) -> f64 {
        time.since(self.first).as_seconds()
    }

    fn fault(&self, strike: &Strike) -> FaultRow {
        let repaired = strike.to.filter(|to| *to <= self.until);
        FaultRow {
            component: words::component(self.scenario, strike.component),
            effect: words::effect(strike.effect),
            cause: strike.cause.clone(),
            from: written(self.scenario, strike.from),
            from_s: self.seconds(strike.from),
            to: repaired.map(|to| written(self.scenario, to)),
            to_s: repaired.map(|to| self.seconds(to)),
        }
    }

    fn declarations(&self) -> Vec<DeclarationRow> {
        let row = |declaration: &Declaration| DeclarationRow {
            plan: self.scenario.recovery.plans[declaration.plan].name.clone(),
            at: written(self.scenario, declaration.at),
            at_s: self.seconds(declaration.at),
            path: declaration.path(),
            reason: words::by_hand(self.scenario, declaration),
        };
        self.run.declarations.iter().map(row).collect()
    }

    fn is_worth_a_row(&self, vm: Id<Vm>) -> bool {
        !self.charged.vm(vm).downtimes.is_empty() || self.run.vm(vm).left_by.is_some()
    }

    fn vm(&self, id: Id<Vm>) -> OutageVmRow {
        let charged = self.charged.vm(id);
        let point = charged.point();
        let (state, because) = self.end(id);
        OutageVmRow {
            name: self.scenario.vms[id].name.clone(),
            state,
            reason: because.map(|it| words::because(self.scenario, it)),
            rpa_s: point.map(|point| point.age.as_seconds()),
            point_at: point.map(|point| written(self.scenario, point.cut)),
            rta_from_outage_s: worst(&charged.downtimes)
                .and_then(|downtime| downtime.lasted())
                .map(Span::as_seconds),
            unfinished_s: self.unfinished(id).map(Span::as_seconds),
            lost_bytes: charged.lost_bytes(),
            lost: None,
            age_max_s: None,
            catch_up_s: None,
            behind_s: None,
        }
    }

    /// The Gantt: every step that took time, but for waits for a repair that a declaration overtook or that did not come.
    fn steps(&self) -> Vec<StepRow> {
        let downtimes = self.charged.applications.iter().filter_map(|downtimes| worst(downtimes));
        let critical = critical_steps(self.run, downtimes);
        let mut bars = Vec::new();
        for (index, step) in self.run.steps.iter().enumerate() {
            let id = StepId(u32::try_from(index).expect("steps are numbered with 32 bits"));
            let to = step.to.unwrap_or(self.until);
            if to <= self.first {
                continue;
            }
            let is_idle = step.phase == Phase::Repair && (step.cut_short || step.to.is_none());
            if step.from == to || is_idle && !critical.contains(&id) {
                continue;
            }
            let mut on = words::subject(self.scenario, step.on);
            if step.has_failed {
                on.push_str(", failed");
            }
            let vm = match step.on {
                Subject::Vm(vm) => Some(self.scenario.vms[vm].name.clone()),
                Subject::Plan(_) | Subject::Action(_) | Subject::Application(_) | Subject::Operation(_) => {
                    None
                }
            };
            let bar = StepRow {
                on,
                vm,
                phase: step.phase,
                from_s: self.seconds(step.from.max(self.first)),
                to_s: self.seconds(to),
                critical: critical.contains(&id),
            };
            bars.push((step.from, to, bar));
        }
        bars.sort_by_key(|(from, to, _)| (*from, *to));
        bars.into_iter().map(|(.., bar)| bar).collect()
    }
}
