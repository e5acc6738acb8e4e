//! Recovery time objectives below what a plan takes even if all goes well (fact 9.4).

use std::collections::BTreeMap;

use crate::ids::Id;
use crate::problem::{Problem, codes};
use crate::recovery::{Action, Application, Plan};
use crate::scenario::{Places, Scenario};
use crate::units::Span;
use crate::workload::Vm;

/// Where each VM stands: plans, and the group in each.
type Groups = BTreeMap<Id<Vm>, Vec<(Id<Plan>, usize)>>;

/// One warning for each application that stands in a plan with all its VMs.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let mut groups: Groups = BTreeMap::new();
    for (id, plan) in scenario.recovery.plans.entries() {
        for (number, group) in plan.groups.iter().enumerate() {
            for vm in &group.vms {
                groups.entry(*vm).or_default().push((id, number));
            }
        }
    }
    let applications = scenario.recovery.applications.iter();
    applications.filter_map(|application| warning(scenario, places, &groups, application)).collect()
}

fn warning(
    scenario: &Scenario,
    places: &Places,
    groups: &Groups,
    application: &Application,
) -> Option<Problem> {
    let rto = application.rto?;
    let plans = groups.get(application.vms.first()?)?.iter();
    let (least, plan) = plans
        .filter_map(|(plan, _)| {
            Some((least(scenario, groups, *plan, application)?, &scenario.recovery.plans[*plan].name))
        })
        .min()?;
    let what = format!(
        "the recovery time objective of application `{}`, {rto}, is below the {least} that plan `{plan}` takes at least",
        application.name
    );
    let place = places.of("application", &application.name);
    (rto < least).then(|| Problem::new(&codes::RTO_TOO_TIGHT, place, what))
}

/// The sum of what cannot be avoided, up to the last group with a VM of the application; `None` if a VM is not in the plan.
fn least(scenario: &Scenario, groups: &Groups, id: Id<Plan>, application: &Application) -> Option<Span> {
    let plan = &scenario.recovery.plans[id];
    let team = &scenario.recovery.people[plan.people];
    let group_of = |vm| groups.get(vm)?.iter().find(|(plan, _)| *plan == id).map(|(_, number)| *number);
    let last = application.vms.iter().map(group_of).collect::<Option<Vec<usize>>>()?.into_iter().max()?;
    let (begin, each) = match plan.conduct.by_hand {
        true => (team.manual_start.max(team.by_hand_after), team.manual_per_vm),
        false => (scenario.control_plane.job_latency, Span::ZERO),
    };
    let mut sum = [team.detection, team.decision, begin, plan.fail_over]
        .iter()
        .fold(0, |sum: u64, span| sum.saturating_add(span.0));
    let own = |number: usize| {
        plan.groups[number].vms.iter().filter(move |vm| number < last || application.vms.contains(vm))
    };
    let takes = |actions: &[Action]| {
        let unplanned = actions.iter().filter(|action| action.scope.unplanned && action.scope.there);
        unplanned.fold(0, |sum: u64, action| sum.saturating_add(action.takes.0.min(600_000_000)))
    };
    for number in 0..=last {
        let boot = own(number).map(|vm| scenario.vms[*vm].boot.0).max().unwrap_or(0);
        sum = sum
            .saturating_add(each.0)
            .saturating_add(boot)
            .saturating_add(takes(&plan.groups[number].before));
        if number < last {
            sum = sum.saturating_add(takes(&plan.groups[number].after));
        }
    }
    let readiness = application.vms.iter().map(|vm| scenario.vms[*vm].readiness.0).min().unwrap_or(0);
    let checked = readiness.saturating_add(application.validation.0);
    let acted = if last + 1 == plan.groups.len() { takes(&plan.groups[last].after) } else { 0 };
    Some(Span(sum.saturating_add(checked.max(acted))))
}
