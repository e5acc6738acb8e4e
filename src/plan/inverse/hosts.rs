//! Hosts that hold replicas.

use std::collections::BTreeMap;

use crate::control_plane::Runs;
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::topology::{Host, Site};

/// Hosts that hold replicas, by site, each by name.
pub fn holders(scenario: &Scenario) -> BTreeMap<Id<Site>, Vec<Id<Host>>> {
    let mut found: BTreeMap<Id<Site>, Vec<Id<Host>>> = BTreeMap::new();
    for host in scenario.topology.hosts.ids() {
        let holds = scenario.vms.iter().filter_map(|vm| vm.protection.as_ref());
        if holds.into_iter().any(|protection| protection.replica_host == host) {
            found.entry(scenario.topology.hosts[host].site).or_default().push(host);
        }
    }
    found
}

/// Those of them that could be spared: no VM is at home there, no VMM server runs on them, and they have volumes.
pub fn spare(scenario: &Scenario, hosts: &[Id<Host>]) -> Vec<Id<Host>> {
    let is_home = |host: Id<Host>| scenario.vms.iter().any(|vm| vm.host == host);
    let runs_vmm = |host: Id<Host>| {
        scenario.control_plane.vmms.iter().any(|vmm| match &vmm.deployment.runs {
            Runs::Nodes(nodes) => nodes.contains(&host),
            Runs::Machine | Runs::Vm(_) => false,
        })
    };
    let has_volume = |host: Id<Host>| scenario.topology.volumes.iter().any(|volume| volume.host == host);
    hosts.iter().copied().filter(|host| !is_home(*host) && !runs_vmm(*host) && has_volume(*host)).collect()
}
