//! One VMM server for both sides (S19–S26), and databases of VMM servers.

use std::collections::{BTreeMap, BTreeSet};

use crate::control_plane::{Runs, Vmm};
use crate::ids::Id;
use crate::operations::{Act, Operation};
use crate::problem::{Code, Problem, codes};
use crate::recovery::Plan;
use crate::scenario::preflight::domains;
use crate::scenario::{Places, Scenario};
use crate::workload::Vm;

/// Several problems for each server that manages both clouds of a pair.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let (clouds, vmms) = (&scenario.control_plane.clouds, &scenario.control_plane.vmms);
    let pairs = crate::scenario::preflight::paired(scenario);
    let own = |(vm, from, to): &(Id<Vm>, Id<_>, Id<_>)| {
        (from != to && clouds[*from].vmm == clouds[*to].vmm).then_some((clouds[*from].vmm, *vm))
    };
    let singles: Vec<(Id<Vmm>, Id<Vm>)> = pairs.iter().filter_map(own).collect();
    let ids: BTreeSet<Id<Vmm>> = singles.iter().map(|(vmm, _)| *vmm).collect();
    let mut problems = Vec::new();
    for id in &ids {
        let vms = || singles.iter().filter(|(vmm, _)| vmm == id).map(|(_, vm)| &scenario.vms[*vm]);
        let vmm = &vmms[*id];
        let what = format!(
            "VMM server `{}` manages source and target of {} {}",
            vmm.name,
            vms().count(),
            crate::scenario::preflight::vms(vms().count())
        );
        problems.push(at(places, &codes::SINGLE_VMM, vmm, what));
        problems.extend(place(scenario, places, vmm));
    }
    let mut sources: BTreeMap<Id<Vmm>, Vec<&Vm>> = BTreeMap::new();
    for (vm, _, to) in &pairs {
        sources.entry(clouds[*to].vmm).or_default().push(&scenario.vms[*vm]);
    }
    let left = sources.iter().filter_map(|(id, sources)| {
        database(scenario, places, &vmms[*id], (!ids.contains(id)).then_some(sources))
    });
    problems.extend(left);
    problems
}

fn at(places: &Places, code: &'static Code, vmm: &Vmm, what: String) -> Problem {
    Problem::new(code, places.of("VMM server", &vmm.name), what)
}

/// S20, S24: in a VM of its own replication. A cluster across sites survives one of them.
fn place(scenario: &Scenario, places: &Places, vmm: &Vmm) -> Option<Problem> {
    let name = &vmm.name;
    let (code, what) = match &vmm.deployment.runs {
        Runs::Machine => {
            (&codes::VMM_IS_NO_VM, format!("single VMM server `{name}` runs on a machine of its own"))
        }
        Runs::Nodes(nodes) => {
            let sites: BTreeSet<_> = nodes.iter().map(|host| scenario.topology.hosts[*host].site).collect();
            if sites.len() > 1 {
                return None;
            }
            (&codes::VMM_IS_NO_VM, format!("all nodes of single VMM server `{name}` stand at one site"))
        }
        Runs::Vm(vm) => {
            let vm = &scenario.vms[*vm];
            match &vm.protection {
                None => (
                    &codes::VMM_IS_NO_VM,
                    format!("single VMM server `{name}` runs in vm `{}`, which is not replicated", vm.name),
                ),
                Some(protection) if protection.relationship.orchestrated => (
                    &codes::VMM_PROTECTS_ITSELF,
                    format!(
                        "single VMM server `{name}` runs in vm `{}`, which Site Recovery protects through it",
                        vm.name
                    ),
                ),
                Some(_) => return None,
            }
        }
    };
    Some(at(places, code, vmm, what))
}

/// S20: a remote database must be recovered before the server; a server at the recovery site needs it there, and out of what takes
/// its `sources`. A single server has none.
fn database(scenario: &Scenario, places: &Places, vmm: &Vmm, sources: Option<&Vec<&Vm>>) -> Option<Problem> {
    let id = vmm.deployment.sql.filter(|sql| vmm.deployment.runs != Runs::Vm(*sql))?;
    let sql = &scenario.vms[id];
    let there = scenario.topology.hosts[sql.host].site;
    let fate =
        sources.map(|sources| (there != vmm.site, sources.iter().find_map(|vm| common(scenario, sql, vm))));
    let how = match (fate, &sql.protection) {
        (Some((false, None)), _) => return None,
        (Some((true, _)), _) => format!("at site `{}`", scenario.topology.sites[there].name),
        (Some((false, Some(place))), None) => format!("in {place}, as what it is to recover"),
        (None, None) => "not replicated".to_owned(),
        (_, Some(protection)) if protection.relationship.orchestrated => {
            "protected by Site Recovery, which needs the server first".to_owned()
        }
        (_, Some(_)) if is_recovered_first(scenario, vmm, id) => return None,
        (_, Some(_)) => "which nothing fails over by hand before the server".to_owned(),
    };
    let what = format!("the database of VMM server `{}` is in vm `{}`, {how}", vmm.name, sql.name);
    Some(at(places, &codes::SQL_LEFT_BEHIND, vmm, what))
}

/// The site or fault domain that two VMs stand in.
fn common(scenario: &Scenario, one: &Vm, other: &Vm) -> Option<String> {
    let topology = &scenario.topology;
    let [here, there] = [one, other].map(|vm| topology.hosts[vm.host].site);
    if here == there {
        return Some(format!("site `{}`", topology.sites[here].name));
    }
    let [here, there] = [one, other].map(|vm| {
        let volumes: Vec<_> = vm.disks.iter().map(|disk| disk.volume).collect();
        domains(scenario, vm.host, &volumes)
    });
    let shared = here.intersection(&there).next()?;
    Some(format!("fault domain `{}`", topology.domains[*shared].name))
}

/// Whether people fail over the database's VM, in a plan before the server's own VM if that is in it.
fn is_recovered_first(scenario: &Scenario, vmm: &Vmm, sql: Id<Vm>) -> bool {
    let by_hand =
        |operation: &Operation| matches!(operation.act, Act::FailOverByHand { vm, .. } if vm == sql);
    let in_plan = |plan: &Plan| {
        let own = |vm: &Id<Vm>| vmm.deployment.runs == Runs::Vm(*vm);
        let first = plan.by_hand_first.iter().find(|vm| **vm == sql || own(vm));
        first.is_some_and(|vm| *vm == sql)
    };
    scenario.operations.iter().any(by_hand) || scenario.recovery.plans.iter().any(in_plan)
}
