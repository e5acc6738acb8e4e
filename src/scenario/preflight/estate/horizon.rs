//! Events after the end of the run, outages so near to it that it does not tell what becomes of them, and outages in which nothing fails.

use std::cmp::Reverse;

use crate::ids::Id;
use crate::outage::{Component, Effect, Outage};
use crate::problem::{Problem, codes};
use crate::recovery::{Application, Plan};
use crate::scenario::{Places, Scenario};
use crate::units::Time;
use crate::workload::Vm;

/// One warning for each outage and each operation.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let end = Time(scenario.horizon.0);
    let warn = |outage: &Outage| {
        let late =
            outage.strikes.iter().filter(|strike| strike.from >= end).max_by_key(|strike| strike.from)?;
        let after = late.from.since(Time::START);
        let what = format!(
            "outage `{}` strikes after {after}, but the run ends after {} ({})",
            outage.name, scenario.horizon, late.cause
        );
        Some(Problem::new(&codes::AFTER_HORIZON, places.of("outage", &outage.name), what))
    };
    let late = scenario.operations.iter().filter(|operation| operation.at >= end);
    let asked = late.map(|operation| {
        let after = operation.at.since(Time::START);
        let what = format!(
            "operation `{}` is asked for after {after}, but the run ends after {}",
            operation.name, scenario.horizon
        );
        Problem::new(&codes::AFTER_HORIZON, places.of("operation", &operation.name), what)
    });
    let early = scenario.outages.iter().filter_map(|outage| ends_early(scenario, places, outage));
    let idle = scenario.outages.iter().filter(|outage| outage.strikes.is_empty()).map(|outage| {
        let what = format!("nothing fails in outage `{}`", outage.name);
        Problem::new(&codes::STRIKES_NOTHING, places.of("outage", &outage.name), what)
    });
    scenario.outages.iter().filter_map(warn).chain(asked).chain(early).chain(idle).collect()
}

/// An outage after whose first fault the run does not last as long as an objective, or as nobody is on duty.
fn ends_early(scenario: &Scenario, places: &Places, outage: &Outage) -> Option<Problem> {
    let end = Time(scenario.horizon.0);
    let first = outage.strikes.iter().map(|strike| strike.from).min().filter(|first| *first < end)?;
    let left = end.since(first);
    let hit = || scenario.recovery.applications.iter().filter(|it| is_hit(scenario, outage, it));
    let slow =
        hit().filter_map(|it| Some((it.rto.or(it.mtpd)?, it))).filter(|(objective, _)| *objective > left);
    let slowest = slow.max_by_key(|(objective, it)| (*objective, Reverse(&it.name)));
    let what = if let Some((objective, application)) = slowest {
        format!("before the {objective} that application `{}` may take", application.name)
    } else {
        let plans = scenario.recovery.plans.iter().filter(|plan| hit().any(|it| recovers(plan, it)));
        let mut teams = plans.map(|plan| &scenario.recovery.people[plan.people]);
        let (team, next) = teams.find_map(|team| Some((team, team.off_duty(first)?)))?;
        if next.is_some_and(|next| next < end) {
            return None;
        }
        format!("before anybody of `{}` is on duty", team.name)
    };
    let what = format!("outage `{}` begins {left} before the end of the run, {what}", outage.name);
    Some(Problem::new(&codes::ENDS_EARLY, places.of("outage", &outage.name), what))
}

/// Whether a VM of it stands on what the outage takes down.
fn is_hit(scenario: &Scenario, outage: &Outage, application: &Application) -> bool {
    let stands_on = |vm: &Id<Vm>, component: Component| {
        let vm = &scenario.vms[*vm];
        component == Component::Host(vm.host)
            || vm.disks.iter().any(|disk| component == Component::Volume(disk.volume))
    };
    let down = || outage.strikes.iter().filter(|strike| strike.effect == Effect::Down);
    application.vms.iter().any(|vm| down().any(|strike| stands_on(vm, strike.component)))
}

/// Whether a plan fails over one of its VMs.
fn recovers(plan: &Plan, application: &Application) -> bool {
    let groups = plan.groups.iter().flat_map(|group| &group.vms);
    plan.by_hand_first.iter().chain(groups).any(|vm| application.vms.contains(vm))
}
