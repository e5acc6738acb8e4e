//! Whether a replica finds a place: broker, reach of the mapped networks, capacity of the target cloud, room on its volume
//! (facts 6.7, 6.8, 6.9, 6.25).
//!
//! A cloud's capacity and a volume count the VMs at home there, and the replicas there, also those left behind. Storage is
//! what disks use.

use crate::control_plane::Cloud;
use crate::data_plane::DataPlane;
use crate::facts::{Home, Refusal};
use crate::ids::Id;
use crate::outage::Component;
use crate::protection::State;
use crate::sim::World;
use crate::sim::world::Place;
use crate::topology::{Host, LogicalNetwork};
use crate::workload::Vm;

/// What a VM takes of a cloud.
#[derive(Clone, Copy, Default)]
pub(in crate::sim) struct Taken {
    pub(in crate::sim) cores: u64,
    pub(in crate::sim) memory: u64,
    storage: u64,
    pub(in crate::sim) vms: u64,
}

impl Taken {
    pub(in crate::sim) fn and(self, other: Taken) -> Taken {
        Taken {
            cores: self.cores + other.cores,
            memory: self.memory.saturating_add(other.memory),
            storage: self.storage.saturating_add(other.storage),
            vms: self.vms + other.vms,
        }
    }
}

impl<D: DataPlane> World<'_, D> {
    /// Why no replica of `vm` can be placed where its protection says.
    pub(super) fn no_place(&self, vm: Id<Vm>) -> Option<Refusal> {
        let host = self.vm(vm).peer.as_ref()?.host;
        self.no_broker(host)
            .or_else(|| self.no_network(vm, host))
            .or_else(|| self.no_capacity(vm, host))
            .or_else(|| self.no_room_on_volume(vm))
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
        let wanted = self.taken_in(cloud).and(self.taken_by(vm, true));
        let fits = capacity.cores.is_none_or(|most| wanted.cores <= u64::from(most))
            && capacity.memory.is_none_or(|most| wanted.memory <= most.0)
            && capacity.storage.is_none_or(|most| wanted.storage <= most.0)
            && capacity.vms.is_none_or(|most| wanted.vms <= u64::from(most));
        (!fits).then_some(Refusal::NoCapacity(cloud))
    }

    /// A replica that was left behind has its room already, and so has a VM where it came from.
    fn no_room_on_volume(&self, vm: Id<Vm>) -> Option<Refusal> {
        let volume = *self.vm(vm).peer.as_ref()?.volumes.first()?;
        let size = self.scenario.topology.volumes[volume].size?;
        if self.vm(vm).relation.keeps_space || self.vm(vm).home == Home::Replica {
            return None;
        }
        let disks = self.scenario.vms.iter().flat_map(|row| &row.disks);
        let own = disks.filter(|disk| disk.volume == volume).map(|disk| disk.used.unwrap_or(disk.size).0);
        let there = |other: &Id<Vm>| {
            let place = self.replica_place(*other);
            place.is_some_and(|place| place.volumes.contains(&volume))
        };
        let replicas =
            self.scenario.vms.ids().filter(there).chain([vm]).map(|vm| self.taken_by(vm, true).storage);
        let wanted = own.chain(replicas).fold(0, u64::saturating_add);
        (wanted > size.0).then_some(Refusal::NoRoomOnVolume(volume))
    }

    /// What VMs and replicas take of `cloud` now.
    pub(in crate::sim) fn taken_in(&self, cloud: Id<Cloud>) -> Taken {
        let hosts = &self.scenario.control_plane.clouds[cloud].hosts;
        let of = |vm: Id<Vm>| {
            let run = self.vm(vm);
            let home = match run.home {
                Home::Source => Some(&run.at),
                Home::Replica => run.peer.as_ref(),
            };
            let inside = |place: Option<&Place>| place.is_some_and(|place| hosts.contains(&place.host));
            let none = Taken::default();
            let own = if inside(home) { self.taken_by(vm, false) } else { none };
            own.and(if inside(self.replica_place(vm)) { self.taken_by(vm, true) } else { none })
        };
        self.scenario.vms.ids().map(of).fold(Taken::default(), Taken::and)
    }

    /// Where a replica of `vm` stands, or `vm` itself if it runs from it.
    fn replica_place(&self, vm: Id<Vm>) -> Option<&Place> {
        let run = self.vm(vm);
        match run.home {
            Home::Replica => Some(&run.at),
            Home::Source if run.replication == State::NotEnabled && !run.relation.keeps_space => None,
            Home::Source => run.peer.as_ref(),
        }
    }

    /// What `vm` takes, or its replica, of which excluded disks are no part.
    pub(in crate::sim) fn taken_by(&self, vm: Id<Vm>, is_replica: bool) -> Taken {
        let row = &self.scenario.vms[vm];
        let disks = row.disks.iter().filter(|disk| disk.replicate || !is_replica);
        Taken {
            cores: u64::from(row.cores),
            memory: row.memory.0,
            storage: disks.map(|disk| disk.used.unwrap_or(disk.size).0).fold(0, u64::saturating_add),
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
