//! One VMM server for both sides (S19–S26), and databases of VMM servers.

use std::collections::BTreeSet;

use crate::control_plane::{Runs, Vmm};
use crate::ids::Id;
use crate::problem::{Code, Problem, codes};
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
    let targets: BTreeSet<Id<Vmm>> = pairs.iter().map(|(_, _, to)| clouds[*to].vmm).collect();
    problems.extend(targets.iter().filter_map(|id| database(scenario, places, &vmms[*id], ids.contains(id))));
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

/// S20: a remote database must be recovered before the server; a server at the recovery site needs it there.
fn database(scenario: &Scenario, places: &Places, vmm: &Vmm, is_single: bool) -> Option<Problem> {
    let sql = vmm.deployment.sql.filter(|sql| vmm.deployment.runs != Runs::Vm(*sql))?;
    let vm = &scenario.vms[sql];
    let there = scenario.topology.hosts[vm.host].site;
    let how = match (&vm.protection, is_single) {
        (_, false) if there == vmm.site => return None,
        (_, false) => format!("at site `{}`", scenario.topology.sites[there].name),
        (None, true) => "not replicated".to_owned(),
        (Some(protection), true) if protection.relationship.orchestrated => {
            "protected by Site Recovery, which needs the server first".to_owned()
        }
        (Some(_), true) => return None,
    };
    let what = format!("the database of VMM server `{}` is in vm `{}`, {how}", vmm.name, vm.name);
    Some(at(places, &codes::SQL_LEFT_BEHIND, vmm, what))
}
