//! Who finds room at the recovery site, before anything fails: what a run of the site's loss says ([`loss`]).
//!
//! When a site is lost its VMs have left it. Those that a plan names are then admitted where their replicas stand, and every VM at home on a
//! recovery host keeps its room (fact 9.6). What asks for a host in all ([`needs`]), and what a test failover leaves ([`drills`]), is reckoned
//! without a run: what is failed over by hand first, then the first groups of all plans by name, then the second.

pub mod load;
mod volumes;
pub mod needs;
pub mod drills;
pub mod placement;
pub mod loss;
pub(super) mod tables;
pub(super) mod section;

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::ids::Id;
use crate::recovery::Plan;
use crate::scenario::Scenario;
use crate::topology::{Cluster, Host, Site};
use crate::units::Bytes;
use crate::workload::Vm;

/// Room taken on hosts, and where replicas stand.
#[derive(Clone, Debug)]
pub struct Estate {
    /// Cores and bytes of startup memory in use, by host.
    pub used: Vec<(u64, u64)>,
    /// The host of each VM's replica; `None`: it has none, or lost it.
    pub replicas: Vec<Option<Id<Host>>>,
}

/// What became of a VM that was to start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admitted {
    /// It has room.
    Yes,
    /// Its host is short of cores and of memory.
    NoRoom(u64, Bytes),
    /// Its replica is lost.
    NoReplica,
}

/// A VM that was to start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admission {
    /// The VM.
    pub vm: Id<Vm>,
    /// Its plan.
    pub plan: Id<Plan>,
    /// Group in the plan, from 1; 0: failed over by hand before the plan.
    pub group: usize,
    /// Where its replica stands.
    pub host: Option<Id<Host>>,
    /// Whether it may.
    pub admitted: Admitted,
    /// Whether that is reckoned, in the order of the plans, and not what a run of the loss said.
    pub is_reckoned: bool,
}

impl Estate {
    /// As written: every VM at home.
    pub fn of(scenario: &Scenario) -> Estate {
        let mut used = vec![(0, 0); scenario.topology.hosts.len()];
        for vm in scenario.vms.iter() {
            take(&mut used[vm.host.index()], vm);
        }
        let replica = |vm: &Vm| vm.protection.as_ref().map(|protection| protection.replica_host);
        Estate { used, replicas: scenario.vms.iter().map(replica).collect() }
    }

    /// Takes room for a VM, or says what lacks: a VM that asks for nothing of a kind cannot lack it.
    pub fn admit(&mut self, scenario: &Scenario, vm: Id<Vm>, host: Id<Host>) -> Admitted {
        let row = &scenario.vms[vm];
        let mut with = self.used[host.index()];
        take(&mut with, row);
        let (cores, memory) = scenario.topology.hosts[host].lacks_for(row.cores, (with.0, Bytes(with.1)));
        if row.cores > 0 && cores > 0 || row.memory.0 > 0 && memory.0 > 0 {
            return Admitted::NoRoom(cores, memory);
        }
        self.used[host.index()] = with;
        Admitted::Yes
    }

    /// Who starts after the loss of a site, reckoned in the order of the plans: an estimate, beside what [`loss`] runs.
    pub fn recover(&mut self, scenario: &Scenario, lost: Id<Site>) -> Vec<Admission> {
        let mut admissions = self.members(scenario, lost);
        admissions.iter_mut().for_each(|it| self.reckon(scenario, it));
        admissions
    }

    /// Who is to start after the loss of a site, in the order of the plans; none has room yet.
    fn members(&self, scenario: &Scenario, lost: Id<Site>) -> Vec<Admission> {
        let hosts = &scenario.topology.hosts;
        let replica = |vm: Id<Vm>| self.replicas[vm.index()].filter(|host| hosts[*host].site != lost);
        let is_to_start = |vm: &Vm| hosts[vm.host].site == lost && vm.protection.is_some();
        members(scenario)
            .into_iter()
            .filter(|(_, _, vm)| is_to_start(&scenario.vms[*vm]))
            .map(|(plan, group, vm)| {
                let (host, admitted) = (replica(vm), Admitted::NoReplica);
                Admission { vm, plan, group, host, admitted, is_reckoned: true }
            })
            .collect()
    }

    /// Takes room for it where its replica is.
    fn reckon(&mut self, scenario: &Scenario, it: &mut Admission) {
        it.admitted = it.host.map_or(Admitted::NoReplica, |host| self.admit(scenario, it.vm, host));
    }

    /// A host is lost while all others work. What its cluster shares goes on at other nodes, as the run has it: its own highly available VMs
    /// at the node with most free memory that has room, replicas at the one with most if there is a broker. Everything else is lost with it.
    pub fn lose(&mut self, scenario: &Scenario, lost: Id<Host>) {
        let cluster = scenario.topology.hosts[lost].hyper_v.cluster;
        for (id, vm) in scenario.vms.entries() {
            if let Some(cluster) =
                cluster.filter(|cluster| vm.host == lost && restarts(scenario, vm, *cluster))
            {
                let nodes = self.nodes(scenario, cluster, lost);
                let _ = nodes.into_iter().find(|node| self.admit(scenario, id, *node) == Admitted::Yes);
            }
            if self.replicas[id.index()] == Some(lost) {
                let moves = cluster.filter(|cluster| has_shared_replica(scenario, vm, *cluster));
                let node = moves.and_then(|cluster| self.nodes(scenario, cluster, lost).first().copied());
                self.replicas[id.index()] = node;
            }
        }
    }

    /// Nodes of a cluster but for `lost`, the one with most free memory first, then by name.
    fn nodes(&self, scenario: &Scenario, cluster: Id<Cluster>, lost: Id<Host>) -> Vec<Id<Host>> {
        let nodes = scenario.topology.hosts.entries();
        let mut nodes: Vec<(Reverse<u64>, Id<Host>)> = nodes
            .filter(|(id, host)| host.hyper_v.cluster == Some(cluster) && *id != lost)
            .map(|(id, host)| {
                let offered = host.memory.0.saturating_sub(host.memory_reserve.0);
                (Reverse(offered.saturating_sub(self.used[id.index()].1)), id)
            })
            .collect();
        nodes.sort();
        nodes.into_iter().map(|(_, id)| id).collect()
    }
}

fn take((cores, memory): &mut (u64, u64), vm: &Vm) {
    *cores = cores.saturating_add(u64::from(vm.cores));
    *memory = memory.saturating_add(vm.memory.0);
}

fn restarts(scenario: &Scenario, vm: &Vm, cluster: Id<Cluster>) -> bool {
    let volumes = &scenario.topology.volumes;
    let is_shared = vm.disks.iter().all(|disk| volumes[disk.volume].storage.cluster == Some(cluster));
    vm.guest.highly_available && !vm.disks.is_empty() && is_shared
}

fn has_shared_replica(scenario: &Scenario, vm: &Vm, cluster: Id<Cluster>) -> bool {
    let volume = vm.protection.as_ref().map(|protection| protection.replica_volume);
    let is_shared =
        volume.is_some_and(|volume| scenario.topology.volumes[volume].storage.cluster == Some(cluster));
    scenario.topology.clusters[cluster].has_broker && is_shared
}

/// Members of all plans, in the order in which they start.
fn members(scenario: &Scenario) -> Vec<(Id<Plan>, usize, Id<Vm>)> {
    let mut seen = BTreeSet::new();
    let mut members = Vec::new();
    for (id, plan) in scenario.recovery.plans.entries() {
        let groups = plan.groups.iter().map(|group| &group.vms);
        for (group, vms) in std::iter::once(&plan.by_hand_first).chain(groups).enumerate() {
            members.extend(vms.iter().filter(|vm| seen.insert(**vm)).map(|vm| (id, group, *vm)));
        }
    }
    members.sort_by_key(|(plan, group, _)| (*group, *plan));
    members
}

/// Sites whose loss makes a plan start something at another.
pub fn sites_at_risk(scenario: &Scenario) -> Vec<Id<Site>> {
    let site = |host: Id<Host>| scenario.topology.hosts[host].site;
    let mut sites: Vec<Id<Site>> = members(scenario)
        .into_iter()
        .filter_map(|(_, _, vm)| {
            let (vm, own) = (&scenario.vms[vm], site(scenario.vms[vm].host));
            vm.protection.as_ref().filter(|it| site(it.replica_host) != own).map(|_| own)
        })
        .collect();
    sites.sort();
    sites.dedup();
    sites
}
