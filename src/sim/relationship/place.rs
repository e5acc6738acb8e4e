//! Whether a replica finds a place: broker, reach of the mapped networks, capacity of the target cloud (facts 6.7, 6.8, 6.25).
//!
//! A cloud's capacity counts the VMs at home on its hosts, and the replicas there, also those left behind. Storage is what disks use.

use crate::control_plane::Cloud;
use crate::data_plane::DataPlane;
use crate::facts::Refusal;
use crate::ids::Id;
use crate::outage::Component;
use crate::protection::State;
use crate::sim::World;
use crate::topology::{Host, LogicalNetwork};
use crate::workload::Vm;

/// What a VM takes of a cloud.
#[derive(Clone, Copy, Default)]
struct Taken {
    cores: u64,
    memory: u64,
    storage: u64,
    vms: u64,
}

impl<D: DataPlane> World<'_, D> {
    /// Why no replica of `vm` can be placed where its protection says.
    pub(super) fn no_place(&self, vm: Id<Vm>) -> Option<Refusal> {
        let host = self.vm(vm).peer.as_ref()?.host;
        self.no_broker(host).or_else(|| self.no_network(vm, host)).or_else(|| self.no_capacity(vm, host))
    }

    fn no_broker(&self, host: Id<Host>) -> Option<Refusal> {
        let topology = &self.scenario.topology;
        let cluster = topology.hosts[host].hyper_v.cluster?;
        let works = topology.clusters[cluster].has_broker && self.is_up(Component::Broker(cluster));
        (!works).then_some(Refusal::NoBroker(host))
    }

    fn no_network(&self, vm: Id<Vm>, host: Id<Host>) -> Option<Refusal> {
        let topology = &self.scenario.topology;
        let reached = &topology.hosts[host].hyper_v.logical_networks;
        let offered = self
            .cloud_of(host)
            .and_then(|cloud| self.scenario.control_plane.clouds[cloud].profile.logical_networks.as_ref());
        let lacks = |list: Option<&Vec<Id<LogicalNetwork>>>, logical| {
            list.is_some_and(|list| !list.contains(&logical))
        };
        let site = topology.hosts[host].site;
        let targets = self.scenario.vms[vm].nics.iter().filter_map(|nic| {
            let leads = |to: Id<_>| topology.networks[to].site == site;
            topology.mappings.iter().find(|it| it.from == nic.network && leads(it.to)).map(|it| it.to)
        });
        let mut unreached = targets.filter(|network| {
            let logical = topology.networks[*network].fabric.logical;
            logical.is_some_and(|logical| lacks(reached.as_ref(), logical) || lacks(offered, logical))
        });
        unreached.next().map(Refusal::NoNetwork)
    }

    fn no_capacity(&self, vm: Id<Vm>, host: Id<Host>) -> Option<Refusal> {
        let cloud = self.cloud_of(host)?;
        let capacity = &self.scenario.control_plane.clouds[cloud].profile.capacity;
        let all = self.scenario.vms.ids().map(|other| self.taken_of(other, cloud)).chain([self.size(vm)]);
        let wanted = all.fold(Taken::default(), |sum, one| Taken {
            cores: sum.cores + one.cores,
            memory: sum.memory.saturating_add(one.memory),
            storage: sum.storage.saturating_add(one.storage),
            vms: sum.vms + one.vms,
        });
        let fits = capacity.cores.is_none_or(|most| wanted.cores <= u64::from(most))
            && capacity.memory.is_none_or(|most| wanted.memory <= most.0)
            && capacity.storage.is_none_or(|most| wanted.storage <= most.0)
            && capacity.vms.is_none_or(|most| wanted.vms <= u64::from(most));
        (!fits).then_some(Refusal::NoCapacity(cloud))
    }

    /// What `vm` and its replica take of `cloud` now.
    fn taken_of(&self, vm: Id<Vm>, cloud: Id<Cloud>) -> Taken {
        let run = self.vm(vm);
        let hosts = &self.scenario.control_plane.clouds[cloud].hosts;
        let is_home = hosts.contains(&run.at.host);
        let has_replica = run.replication != State::NotEnabled || run.relation.keeps_space;
        let is_replica = has_replica && run.peer.as_ref().is_some_and(|peer| hosts.contains(&peer.host));
        let times = u64::from(is_home) + u64::from(is_replica);
        let one = self.size(vm);
        Taken {
            cores: one.cores * times,
            memory: one.memory.saturating_mul(times),
            storage: one.storage.saturating_mul(times),
            vms: times,
        }
    }

    fn size(&self, vm: Id<Vm>) -> Taken {
        let row = &self.scenario.vms[vm];
        let storage = row.disks.iter().map(|disk| disk.used.unwrap_or(disk.size).0);
        Taken {
            cores: u64::from(row.cores),
            memory: row.memory.0,
            storage: storage.fold(0, u64::saturating_add),
            vms: 1,
        }
    }

    /// The cloud that manages `host`.
    pub(in crate::sim) fn cloud_of(&self, host: Id<Host>) -> Option<Id<Cloud>> {
        self.scenario
            .control_plane
            .clouds
            .entries()
            .find(|(_, cloud)| cloud.hosts.contains(&host))
            .map(|(id, _)| id)
    }
}
