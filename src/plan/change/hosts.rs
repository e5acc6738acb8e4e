//! Of hosts and storage.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{each, twice};
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::topology::{Host, Volume};
use crate::units::Bytes;
use crate::workload::Vm;

/// Of hosts or storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfHosts {
    /// One has so many more cores and so much more memory.
    More(Id<Host>, u64, Bytes),
    /// Memory of each of these.
    Memory(Vec<Id<Host>>, Bytes),
    /// Of these the first so many stay. The others keep their ids, without cores, memory or cluster; their replicas go to those that stay,
    /// the largest VM first, each to the host with most memory free of those that have room for it, or of all, then by name.
    Keep(Vec<Id<Host>>, u64),
    /// All send twice as many logs at once, as far as the product goes.
    TwiceSendSlots,
    /// All storage applies twice as fast.
    TwiceApplyRate,
}

/// Logs that a host sends at once, at most.
const SEND_SLOTS_MAX: u32 = 1024;

impl OfHosts {
    pub(super) fn apply(&self, it: &mut Scenario) {
        match self {
            OfHosts::More(host, cores, memory) => {
                let host = &mut it.topology.hosts[*host];
                host.cores = host.cores.saturating_add(u32::try_from(*cores).unwrap_or(u32::MAX));
                host.memory = Bytes(host.memory.0.saturating_add(memory.0));
            }
            OfHosts::Memory(hosts, memory) => {
                hosts.iter().for_each(|host| it.topology.hosts[*host].memory = *memory);
            }
            OfHosts::Keep(hosts, count) => keep(it, hosts, *count),
            OfHosts::TwiceSendSlots => {
                it.topology.hosts = each(&it.topology.hosts, |host| {
                    host.send_slots =
                        host.send_slots.map(|slots| slots.saturating_mul(2).min(SEND_SLOTS_MAX));
                });
            }
            OfHosts::TwiceApplyRate => {
                it.topology.volumes = each(&it.topology.volumes, |volume| {
                    volume.apply_rate = volume.apply_rate.map(twice);
                });
            }
        }
    }
}

/// Keeps the first `count` of `hosts`. The others stay in the tables without cores, memory or cluster, so that no id moves; their replicas
/// go to those that are kept, the largest VM first, each to the host with most memory free of those that have room for it, or of all, then
/// by name.
fn keep(scenario: &mut Scenario, hosts: &[Id<Host>], count: u64) {
    let (kept, gone) = hosts.split_at(usize::try_from(count).unwrap_or(usize::MAX).min(hosts.len()));
    let mut free: BTreeMap<Id<Host>, Free> = kept.iter().map(|host| (*host, room(scenario, *host))).collect();
    let mut moving: Vec<Id<Vm>> = scenario.vms.ids().collect();
    moving
        .retain(|vm| scenario.vms[*vm].protection.as_ref().is_some_and(|it| gone.contains(&it.replica_host)));
    moving.sort_by_key(|vm| (Reverse(scenario.vms[*vm].memory), *vm));
    for vm in moving {
        let takes = (i128::from(scenario.vms[vm].memory.0), i128::from(scenario.vms[vm].cores));
        let fits = |(memory, processors): &Free| *memory >= takes.0 && *processors >= takes.1;
        let most = free.iter().max_by_key(|(host, free)| (fits(free), free.0, Reverse(**host)));
        let Some(host) = most.map(|(host, _)| *host) else { break };
        let (memory, processors) = free.entry(host).or_default();
        (*memory, *processors) = (*memory - takes.0, *processors - takes.1);
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

/// Memory that is not reserved, and virtual processors, that no replica takes.
type Free = (i128, i128);

fn room(scenario: &Scenario, host: Id<Host>) -> Free {
    let row = &scenario.topology.hosts[host];
    let holds = |vm: &&Vm| vm.protection.as_ref().is_some_and(|it| it.replica_host == host);
    let limit = |most: u32| i128::from(row.cores) * i128::from(most);
    let offered = (
        i128::from(row.memory.0) - i128::from(row.memory_reserve.0),
        row.hyper_v.vcpu_per_core.map_or(i128::from(u64::MAX), limit),
    );
    let take = |left: Free, vm: &Vm| (left.0 - i128::from(vm.memory.0), left.1 - i128::from(vm.cores));
    scenario.vms.iter().filter(holds).fold(offered, take)
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
