//! Primary and replica in one fault domain, or at one site.

use std::collections::BTreeMap;

use crate::ids::Id;
use crate::problem::{Problem, codes};
use crate::scenario::preflight::{domains, some, vms};
use crate::scenario::{Places, Scenario};
use crate::topology::Volume;

/// One warning for each domain or site that holds both.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let warn = |(place, names): (String, Vec<&str>)| {
        let what = format!("primary and replica of {} {} share {place}", vms(names.len()), some(&names));
        Problem::new(&codes::SHARED_FATE, places.of("vm", names[0]), what)
    };
    shared(scenario).into_iter().map(warn).collect()
}

/// VMs by the domain or site that holds both primary and replica.
pub fn shared(scenario: &Scenario) -> BTreeMap<String, Vec<&str>> {
    let topology = &scenario.topology;
    let mut shared: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for vm in scenario.vms.iter() {
        let Some(protection) = &vm.protection else { continue };
        let (here, there) = (topology.hosts[vm.host].site, topology.hosts[protection.replica_host].site);
        if here == there {
            shared.entry(format!("site `{}`", topology.sites[here].name)).or_default().push(&vm.name);
        }
        let volumes: Vec<Id<Volume>> = vm.disks.iter().map(|disk| disk.volume).collect();
        let primary = domains(scenario, vm.host, &volumes);
        let replica = domains(scenario, protection.replica_host, &[protection.replica_volume]);
        for domain in primary.intersection(&replica) {
            let name = format!("fault domain `{}`", topology.domains[*domain].name);
            shared.entry(name).or_default().push(&vm.name);
        }
    }
    shared
}
