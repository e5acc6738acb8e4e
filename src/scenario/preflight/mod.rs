//! Checks of a design that could be run but will likely disappoint; one file per check.
//!
//! To add one: its file, and one line in `CHECKS`. Imports the scenario and problems.

mod timeline;
mod estate;
mod control;
mod protection;
mod load;
mod recovery;

use std::collections::{BTreeMap, BTreeSet};

use crate::control_plane::Cloud;
use crate::ids::Id;
use crate::problem::{Code, Problem};
use crate::protection::Protection;
use crate::scenario::{Places, Scenario};
use crate::topology::{FaultDomain, Host, Volume};
use crate::workload::Vm;

pub use load::throughput::demands;

/// All checks, in order of report.
const CHECKS: [fn(&Scenario, &Places) -> Vec<Problem>; 28] = [
    estate::capacity::check,
    estate::networks::check,
    protection::coverage::check,
    control::orchestration::check,
    protection::fate::check,
    protection::objectives::check,
    estate::horizon::check,
    estate::work::check,
    load::throughput::check,
    control::servers::check,
    control::clouds::check,
    estate::single::check,
    estate::clusters::check,
    estate::ways::check,
    protection::guests::check,
    protection::policies::check,
    protection::reach::check,
    protection::pools::check,
    load::space::check,
    load::senders::check,
    load::qos::check,
    recovery::plans::check,
    protection::points::check,
    protection::resync::check,
    recovery::rto::check,
    recovery::exercise::check,
    recovery::drills::check,
    recovery::moves::check,
];

/// All problems of a design as it stands, in order of the checks.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    CHECKS.iter().flat_map(|check| check(scenario, places)).collect()
}

/// Replicated VMs that stand in no recovery plan, by name.
pub fn vms_in_no_plan(scenario: &Scenario) -> Vec<&str> {
    protection::coverage::in_no_plan(scenario)
}

/// Sites with one way between them, a sentence each.
pub fn single_ways(scenario: &Scenario) -> Vec<String> {
    estate::ways::single(scenario)
}

/// How many mappings of networks are missing, there and back (facts 6.15–6.19).
pub fn missing_mappings(scenario: &Scenario) -> usize {
    estate::networks::missing(scenario).len()
}

/// VMs whose primary and replica stand in one fault domain or at one site.
pub fn vms_of_shared_fate(scenario: &Scenario) -> BTreeSet<&str> {
    protection::fate::shared(scenario).into_values().flatten().collect()
}

/// The first few of many names.
fn some(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().take(5).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(5) {
        0 => quoted.join(", "),
        more => format!("{} and {more} more", quoted.join(", ")),
    }
}

/// "vm" or "vms".
fn vms(count: usize) -> &'static str {
    if count == 1 { "vm" } else { "vms" }
}

/// The replicated VMs with their relationships.
fn replicated(scenario: &Scenario) -> impl Iterator<Item = (Id<Vm>, &Vm, &Protection)> {
    scenario.vms.entries().filter_map(|(id, vm)| Some((id, vm, vm.protection.as_ref()?)))
}

/// The VMs that Site Recovery protects, with the clouds they are protected from and to.
///
/// A host in several clouds counts for the pair of two different ones that comes first; where there is only one cloud, it is both.
fn paired(scenario: &Scenario) -> Vec<(Id<Vm>, Id<Cloud>, Id<Cloud>)> {
    let mut of_host: Vec<Vec<Id<Cloud>>> = vec![Vec::new(); scenario.topology.hosts.len()];
    for (id, cloud) in scenario.control_plane.clouds.entries() {
        for host in &cloud.hosts {
            of_host[host.index()].push(id);
        }
    }
    let pair = |(id, vm, protection): (Id<Vm>, &Vm, &Protection)| {
        let (from, to) = (&of_host[vm.host.index()], &of_host[protection.replica_host.index()]);
        let pairs = || from.iter().flat_map(|from| to.iter().map(move |to| (*from, *to)));
        let (from, to) = pairs().find(|(from, to)| from != to).or_else(|| pairs().next())?;
        protection.relationship.orchestrated.then_some((id, from, to))
    };
    replicated(scenario).filter_map(pair).collect()
}

/// Names of VMs by what they have in common.
type Groups<'s, K> = BTreeMap<K, Vec<&'s str>>;

/// A problem of this kind at the first of these VMs.
fn at_vm(code: &'static Code, places: &Places, names: &[&str], what: String) -> Problem {
    Problem::new(code, names.first().and_then(|name| places.of("vm", name)), what)
}

/// "vm `a`", or "vms `a`, `b` and 7 more".
fn these(names: &[&str]) -> String {
    named("vm", names)
}

/// "host `a`", or "hosts `a`, `b`".
fn named(noun: &str, names: &[&str]) -> String {
    format!("{noun}{} {}", if names.len() == 1 { "" } else { "s" }, some(names))
}

/// Fault domains that a host and these volumes stand in, with those around them.
fn domains(scenario: &Scenario, host: Id<Host>, volumes: &[Id<Volume>]) -> BTreeSet<Id<FaultDomain>> {
    let topology = &scenario.topology;
    let row = &topology.hosts[host];
    let site = topology.sites[row.site].domains.iter();
    let direct =
        site.chain(&row.domains).chain(volumes.iter().flat_map(|volume| &topology.volumes[*volume].domains));
    direct.flat_map(|domain| topology.domains_above(*domain)).collect()
}
