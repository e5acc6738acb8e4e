//! Recovery plans as a whole: who is in them, in which order, and their scripts (S6, S25, facts 5.2–5.10, 9.8, T22, T23).

use std::collections::{BTreeMap, BTreeSet};

use crate::control_plane::{Cloud, Vmm};
use crate::ids::Id;
use crate::outage::{Component, Effect, Outage};
use crate::problem::{Code, Problem, codes};
use crate::recovery::{Action, ActionKind, Application, Plan};
use crate::scenario::preflight::timeline;
use crate::scenario::{Places, Scenario};
use crate::units::Span;
use crate::workload::Vm;

/// A script past this fails (fact 5.9).
const SCRIPT_MAX: Span = Span::seconds(600);

/// For each plan at most one problem of a kind, for each script one, for each pair of applications one.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let clouds: BTreeMap<Id<Vm>, (Id<Cloud>, Id<Cloud>)> = crate::scenario::preflight::paired(scenario)
        .into_iter()
        .map(|(vm, from, to)| (vm, (from, to)))
        .collect();
    let mut serving: BTreeMap<Id<Vm>, Vec<Id<Application>>> = BTreeMap::new();
    for (id, application) in scenario.recovery.applications.entries() {
        for vm in &application.vms {
            serving.entry(*vm).or_default().push(id);
        }
    }
    let mut problems = Vec::new();
    for plan in scenario.recovery.plans.iter() {
        let mut say = |code: &'static Code, what: String| {
            problems.push(Problem::new(code, places.of("plan", &plan.name), what));
        };
        members(scenario, plan, &clouds, &mut say);
        order(scenario, plan, &serving, &mut say);
        if !plan.conduct.by_hand {
            scripts(plan, &mut say);
            primary(scenario, plan, &clouds, &mut say);
        }
    }
    problems
}

fn vms(plan: &Plan) -> impl Iterator<Item = Id<Vm>> {
    plan.groups.iter().flat_map(|group| group.vms.iter().copied())
}

fn members(
    scenario: &Scenario,
    plan: &Plan,
    clouds: &BTreeMap<Id<Vm>, (Id<Cloud>, Id<Cloud>)>,
    say: &mut impl FnMut(&'static Code, String),
) {
    let (mut bare, mut plain) = (Vec::new(), Vec::new());
    let mut pairs: BTreeSet<(Id<Vmm>, Id<Vmm>)> = BTreeSet::new();
    for id in vms(plan) {
        let vm = &scenario.vms[id];
        match &vm.protection {
            None => bare.push(vm.name.as_str()),
            Some(protection) if !protection.relationship.orchestrated => {
                if !plan.conduct.by_hand && !timeline::is_adopted(scenario, id) {
                    plain.push(vm.name.as_str());
                }
            }
            Some(_) => {
                let vmm = |cloud: Id<Cloud>| scenario.control_plane.clouds[cloud].vmm;
                pairs.extend(clouds.get(&id).map(|(from, to)| (vmm(*from), vmm(*to))));
            }
        }
    }
    let is_bare = |vm: &&Id<Vm>| scenario.vms[**vm].protection.is_none();
    bare.extend(plan.by_hand_first.iter().filter(is_bare).map(|vm| scenario.vms[*vm].name.as_str()));
    if !bare.is_empty() {
        let what =
            format!("plan `{}` has {}, not replicated", plan.name, crate::scenario::preflight::these(&bare));
        say(&codes::PLAN_UNPROTECTED, what);
    }
    if !plain.is_empty() {
        let what = format!(
            "plan `{}` has {} under plain Hyper-V Replica",
            plan.name,
            crate::scenario::preflight::these(&plain)
        );
        say(&codes::PLAIN_IN_PLAN, what);
    }
    if pairs.len() > 1 {
        let name = |vmm: Id<Vmm>| &scenario.control_plane.vmms[vmm].name;
        let pairs: Vec<String> =
            pairs.iter().map(|(from, to)| format!("`{}` to `{}`", name(*from), name(*to))).collect();
        say(&codes::PLAN_PAIR, format!("plan `{}` goes from {}", plan.name, pairs.join(" and ")));
    }
}

/// A VM that waits for an application, in an earlier group than one of that application's.
fn order(
    scenario: &Scenario,
    plan: &Plan,
    serving: &BTreeMap<Id<Vm>, Vec<Id<Application>>>,
    say: &mut impl FnMut(&'static Code, String),
) {
    let numbered = plan.groups.iter().enumerate();
    let group_of: BTreeMap<Id<Vm>, usize> =
        numbered.flat_map(|(number, group)| group.vms.iter().map(move |vm| (*vm, number + 1))).collect();
    let applications = &scenario.recovery.applications;
    let here: BTreeSet<Id<Application>> =
        vms(plan).filter_map(|vm| serving.get(&vm)).flatten().copied().collect();
    let waiting = scenario.recovery.dependencies().waiting();
    for application in here.iter().map(|id| &applications[*id]) {
        for needed in &application.depends_on {
            let waits = application.vms.iter().filter(|vm| waiting[needed.index()].contains(vm));
            let own = waits.filter_map(|vm| Some((group_of.get(vm)?, vm)));
            let Some((first, vm)) = own.min() else { continue };
            let theirs = applications[*needed].vms.iter().filter_map(|vm| Some((group_of.get(vm)?, vm)));
            let Some((last, later)) = theirs.max().filter(|(last, _)| *last > first) else { continue };
            let what = format!(
                "plan `{}` starts vm `{}` of application `{}` in group {first}, vm `{}` of `{}`, which it needs, in group {last}",
                plan.name,
                scenario.vms[*vm].name,
                application.name,
                scenario.vms[*later].name,
                applications[*needed].name
            );
            say(&codes::PLAN_ORDER, what);
        }
    }
}

fn scripts_of(plan: &Plan) -> impl Iterator<Item = &Action> {
    let actions = plan.groups.iter().flat_map(|group| group.before.iter().chain(&group.after));
    actions.filter(|action| action.kind == ActionKind::Script)
}

fn scripts(plan: &Plan, say: &mut impl FnMut(&'static Code, String)) {
    for action in scripts_of(plan) {
        let how = if action.scope.fails {
            "writes to standard error".to_owned()
        } else if action.takes > SCRIPT_MAX {
            format!("takes {}, the limit is {SCRIPT_MAX}", action.takes)
        } else {
            continue;
        };
        let end = if action.scope.planned { ": a planned failover stops there" } else { "" };
        say(&codes::SCRIPT_FAILS, format!("script `{}` of plan `{}` {how}{end}", action.name, plan.name));
    }
}

/// The first script on the primary side, for each outage that takes the server there with VMs of the plan.
fn primary(
    scenario: &Scenario,
    plan: &Plan,
    clouds: &BTreeMap<Id<Vm>, (Id<Cloud>, Id<Cloud>)>,
    say: &mut impl FnMut(&'static Code, String),
) {
    let mut scripts = scripts_of(plan).filter(|action| action.scope.on_primary && action.scope.unplanned);
    let Some(script) = scripts.next() else { return };
    let downs = |outage: &Outage, component: Component| {
        outage.strikes.iter().any(|strike| strike.effect == Effect::Down && strike.component == component)
    };
    let servers: BTreeSet<(Id<Vmm>, _)> = vms(plan)
        .filter_map(|vm| {
            let (from, _) = clouds.get(&vm)?;
            Some((scenario.control_plane.clouds[*from].vmm, scenario.vms[vm].host))
        })
        .collect();
    for outage in scenario.outages.iter() {
        let hit = servers
            .iter()
            .find(|(vmm, host)| downs(outage, Component::Vmm(*vmm)) && downs(outage, Component::Host(*host)));
        let Some((vmm, _)) = hit else { continue };
        let what = format!(
            "script `{}` of plan `{}` runs on the primary side, whose VMM server `{}` outage `{}` takes",
            script.name, plan.name, scenario.control_plane.vmms[*vmm].name, outage.name
        );
        say(&codes::PRIMARY_SCRIPT, what);
    }
}
