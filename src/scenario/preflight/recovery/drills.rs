//! Test failovers: where, how long, of what, and whether there are any (S79–S89, facts 4.25–4.34, 5.17).

use std::collections::BTreeSet;

use crate::ids::Id;
use crate::operations::{Act, Operation, Scope, TestNetwork};
use crate::problem::{Code, Problem, codes};
use crate::recovery::Plan;
use crate::scenario::preflight::estate::networks::mapped;
use crate::scenario::preflight::timeline::members;
use crate::scenario::{Places, Scenario};
use crate::topology::{Isolation, Network};
use crate::units::Span;
use crate::workload::Vm;

/// A test is ended by force after this (fact 4.25).
const TEST_MAX: Span = Span::seconds(14 * 86_400);

/// At most one warning of each kind for each test, and for each plan.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let mut problems = Vec::new();
    for operation in &scenario.operations {
        let Act::TestFailover { of, network, testing, .. } = &operation.act else { continue };
        let mut say = |code: &'static Code, what: String| {
            let what = format!("test `{}` {what}", operation.name);
            problems.push(Problem::new(code, places.of("operation", &operation.name), what));
        };
        if *testing > TEST_MAX {
            say(&codes::TEST_TOO_LONG, format!("runs for {testing}, and is ended by force after {TEST_MAX}"));
        }
        let vms = members(scenario, *of);
        if let TestNetwork::Existing(network) = *network {
            connection(scenario, &vms, network, &mut say);
        }
        if *network != TestNetwork::None {
            needs(scenario, &vms, &mut say);
        }
    }
    problems.extend(untested(scenario, places));
    problems
}

/// Whether the replicas can be connected there, and whether it is theirs in earnest.
fn connection(
    scenario: &Scenario,
    vms: &[Id<Vm>],
    test: Id<Network>,
    say: &mut impl FnMut(&'static Code, String),
) {
    let networks = &scenario.topology.networks;
    let (name, site) = (&networks[test].name, networks[test].site);
    let mut wrong: [BTreeSet<&str>; 3] = Default::default();
    for vm in vms.iter().map(|vm| &scenario.vms[*vm]) {
        let Some(protection) = &vm.protection else { continue };
        let replica = scenario.topology.hosts[protection.replica_host].site;
        if replica != site {
            wrong[0].insert(&vm.name);
            continue;
        }
        for target in vm.nics.iter().filter_map(|nic| mapped(scenario, nic.network, replica)) {
            let (row, is_wnv) = (&networks[target], networks[test].fabric.isolation == Isolation::Wnv);
            let clashes = match row.fabric.isolation {
                Isolation::None => is_wnv,
                Isolation::Vlan => is_wnv && row.pool.is_none(),
                Isolation::Wnv => false,
            };
            if clashes {
                wrong[1].insert(&vm.name);
            } else if target == test {
                wrong[2].insert(&vm.name);
            }
        }
    }
    let [elsewhere, clashing, real] = wrong.map(|names| names.into_iter().collect::<Vec<_>>());
    if !elsewhere.is_empty() {
        let what = format!(
            "uses network `{name}` of site `{}`, replicas of {} are at another",
            scenario.topology.sites[site].name,
            crate::scenario::preflight::these(&elsewhere)
        );
        say(&codes::TEST_UNCONNECTED, what);
    }
    if !clashing.is_empty() {
        let what = format!(
            "uses network `{name}` with network virtualisation, where {} cannot be connected",
            crate::scenario::preflight::these(&clashing)
        );
        say(&codes::TEST_UNCONNECTED, what);
    }
    if !real.is_empty() {
        let what = format!(
            "uses network `{name}`, which {} would join in earnest",
            crate::scenario::preflight::these(&real)
        );
        say(&codes::TEST_IN_PRODUCTION, what);
    }
}

/// Applications that are wholly tested, but without one that they need.
fn needs(scenario: &Scenario, vms: &[Id<Vm>], say: &mut impl FnMut(&'static Code, String)) {
    let tested: BTreeSet<Id<Vm>> = vms.iter().copied().collect();
    let applications = &scenario.recovery.applications;
    for application in applications.iter().filter(|it| it.vms.iter().any(|vm| tested.contains(vm))) {
        let missing = application
            .depends_on
            .iter()
            .map(|needed| &applications[*needed])
            .find(|needed| !needed.vms.iter().any(|vm| tested.contains(vm)));
        if let Some(missing) = missing {
            let what = format!(
                "has no vm of application `{}`, which application `{}` needs",
                missing.name, application.name
            );
            say(&codes::TEST_NEEDS, what);
        }
    }
}

/// Plans that no test covers, or only without network; where operations are written at all.
fn untested(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    if scenario.designed_operations().next().is_none() {
        return Vec::new();
    }
    let warn = |(id, plan): (Id<Plan>, &Plan)| {
        let of_plan = |operation: &Operation| {
            let Act::TestFailover { of, network, .. } = &operation.act else { return None };
            (*of == Scope::Plan(id)).then_some(*network)
        };
        let tests: Vec<TestNetwork> = scenario.designed_operations().filter_map(of_plan).collect();
        let (code, how) = if tests.is_empty() {
            (&codes::NEVER_TESTED, "is never tested: last test none")
        } else if tests.iter().all(|network| *network == TestNetwork::None) {
            (&codes::ONLY_STARTS, "is tested without network only")
        } else {
            return None;
        };
        let what = format!("plan `{}` {how}", plan.name);
        Some(Problem::new(code, places.of("plan", &plan.name), what))
    };
    scenario.recovery.plans.entries().filter_map(warn).collect()
}
