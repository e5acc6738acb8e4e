//! Hosts that hold replicas, and the same scenario with fewer of them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::control_plane::Runs;
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::topology::{Host, Site, Volume};
use crate::units::Bytes;
use crate::workload::Vm;

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

/// Keeps the first `count` of `hosts`. The others stay in the tables without cores, memory or cluster, so that no id moves; their replicas
/// go to those that are kept, the largest VM first, each to the host with most memory free, then by name.
pub(in crate::plan) fn keep(scenario: &mut Scenario, hosts: &[Id<Host>], count: u64) {
    let (kept, gone) = hosts.split_at(usize::try_from(count).unwrap_or(usize::MAX).min(hosts.len()));
    let mut free: BTreeMap<Id<Host>, i128> = kept.iter().map(|host| (*host, room(scenario, *host))).collect();
    let mut moving: Vec<Id<Vm>> = scenario.vms.ids().collect();
    moving
        .retain(|vm| scenario.vms[*vm].protection.as_ref().is_some_and(|it| gone.contains(&it.replica_host)));
    moving.sort_by_key(|vm| (Reverse(scenario.vms[*vm].memory), *vm));
    for vm in moving {
        let most = free.iter().max_by_key(|(host, room)| (**room, Reverse(**host)));
        let Some(host) = most.map(|(host, _)| *host) else { break };
        *free.entry(host).or_default() -= i128::from(scenario.vms[vm].memory.0);
        let before = scenario.vms[vm].protection.as_ref().map(|it| it.replica_volume);
        let volume = before.and_then(|before| volume_on(scenario, host, before));
        if let (Some(protection), Some(volume)) = (&mut scenario.vms[vm].protection, volume) {
            (protection.replica_host, protection.replica_volume) = (host, volume);
        }
    }
    for host in gone {
        let row = &mut scenario.topology.hosts[*host];
        (row.cores, row.memory, row.hyper_v.cluster) = (0, Bytes(0), None);
    }
}

/// Memory that is not reserved, and taken by no replica.
fn room(scenario: &Scenario, host: Id<Host>) -> i128 {
    let row = &scenario.topology.hosts[host];
    let holds = |vm: &&Vm| vm.protection.as_ref().is_some_and(|it| it.replica_host == host);
    let taken: i128 = scenario.vms.iter().filter(holds).map(|vm| i128::from(vm.memory.0)).sum();
    i128::from(row.memory.0) - i128::from(row.memory_reserve.0) - taken
}

/// The volume it lies on, if the host's cluster shares it; else the host's volume of that name; else its first.
fn volume_on(scenario: &Scenario, host: Id<Host>, before: Id<Volume>) -> Option<Id<Volume>> {
    let volumes = &scenario.topology.volumes;
    let cluster = scenario.topology.hosts[host].hyper_v.cluster;
    if cluster.is_some() && volumes[before].storage.cluster == cluster {
        return Some(before);
    }
    let own = || volumes.entries().filter(|(_, volume)| volume.host == host);
    let same = own().find(|(_, volume)| volume.name == volumes[before].name);
    same.or_else(|| own().next()).map(|(id, _)| id)
}
