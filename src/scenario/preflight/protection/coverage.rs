//! Coverage: VMs replicated but in no plan or application, applications without objective or with a VM left behind.

use std::collections::BTreeSet;

use crate::ids::Id;
use crate::problem::{Code, Problem, codes};
use crate::recovery::Application;
use crate::scenario::preflight::{some, vms};
use crate::scenario::{Places, Scenario};
use crate::workload::Vm;

/// One warning for each lack, with the first names.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let recovery = &scenario.recovery;
    let serving: BTreeSet<Id<Vm>> =
        recovery.applications.iter().flat_map(|application| application.vms.iter().copied()).collect();
    let outside: Vec<&str> = crate::scenario::preflight::replicated(scenario)
        .filter(|(id, ..)| !serving.contains(id))
        .map(|(_, vm, _)| vm.name.as_str())
        .collect();
    let mut problems = Vec::new();
    problems.extend(lack(
        places,
        &codes::NO_PLAN,
        &in_no_plan(scenario),
        "replicated, but in no recovery plan",
    ));
    problems.extend(lack(places, &codes::NO_APPLICATION, &outside, "replicated, but part of no application"));
    let empty = recovery.applications.iter().filter(|application| application.vms.is_empty());
    problems.extend(empty.map(|application| {
        let what = format!("application `{}` has no VM", application.name);
        Problem::new(&codes::EMPTY_APPLICATION, places.of("application", &application.name), what)
    }));
    problems.extend(recovery.applications.iter().flat_map(|application| objectives(places, application)));
    problems.extend(
        recovery.applications.iter().filter_map(|application| left_behind(scenario, places, application)),
    );
    problems
}

/// Replicated VMs in no recovery plan. One of plain Hyper-V Replica cannot stand in a plan: it is failed over by hand.
pub fn in_no_plan(scenario: &Scenario) -> Vec<&str> {
    let groups = scenario.recovery.plans.iter().flat_map(|plan| &plan.groups);
    let planned: BTreeSet<Id<Vm>> =
        groups.flat_map(|group| group.vms.iter().copied()).chain(plain(scenario)).collect();
    let replicated =
        crate::scenario::preflight::replicated(scenario).filter(|(id, ..)| !planned.contains(id));
    replicated.map(|(_, vm, _)| vm.name.as_str()).collect()
}

fn plain(scenario: &Scenario) -> impl Iterator<Item = Id<Vm>> {
    let plain =
        crate::scenario::preflight::replicated(scenario).filter(|(_, _, it)| !it.relationship.orchestrated);
    plain.map(|(id, ..)| id)
}

fn lack(places: &Places, code: &'static Code, names: &[&str], what: &str) -> Option<Problem> {
    let first = names.first()?;
    let what = format!("{} {}: {what}", vms(names.len()), some(names));
    Some(Problem::new(code, places.of("vm", first), what))
}

fn objectives(places: &Places, application: &Application) -> Option<Problem> {
    let what = match (application.rpo, application.rto) {
        (None, None) => "neither a recovery point nor a recovery time objective",
        (None, Some(_)) => "no recovery point objective",
        (Some(_), None) => "no recovery time objective",
        (Some(_), Some(_)) => return None,
    };
    let name = &application.name;
    let place = places.of("application", name);
    Some(Problem::new(&codes::NO_OBJECTIVE, place, format!("application `{name}` has {what}")))
}

fn left_behind(scenario: &Scenario, places: &Places, application: &Application) -> Option<Problem> {
    let is_replicated = |vm: &Id<Vm>| scenario.vms[*vm].protection.is_some();
    // Of those that stand in for each other enough have to be.
    let lacking = application.all_needs().filter(|need| !need.is_met(|vm| is_replicated(&vm)));
    let left: Vec<Id<Vm>> = lacking.flat_map(|need| need.of).filter(|vm| !is_replicated(vm)).collect();
    if !application.vms.iter().any(is_replicated) || left.is_empty() {
        return None;
    }
    let names: Vec<&str> = left.iter().map(|vm| scenario.vms[*vm].name.as_str()).collect();
    let what = format!(
        "application `{}` needs {} {}, not replicated while others of it are",
        application.name,
        vms(names.len()),
        some(&names)
    );
    Some(Problem::new(&codes::NOT_REPLICATED, places.of("application", &application.name), what))
}
