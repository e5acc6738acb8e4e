//! Clusters: what stood on a crashed node goes on at another (facts 6.6, 6.7, 9.12, T9, T16).
//!
//! A cluster's restart time after the crash, its highly available VMs are powered on at the node with the most free memory, then by
//! name, that has room; replicas move to such a node if the broker works. What finds no node waits for its own, and is tried again
//! whenever a node or the broker is back. Being up again is not being protected: a crash forces resynchronisation.

use std::cmp::Reverse;

use crate::data_plane::DataPlane;
use crate::facts::{Seen, VmSeen};
use crate::ids::Id;
use crate::outage::Component;
use crate::protection::State;
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::world::{Place, VmState};
use crate::topology::{Cluster, Host};
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// A host has gone down.
    pub(super) fn crashed(&mut self, host: Id<Host>) {
        self.break_migrations_to(host);
        if let Some(cluster) = self.scenario.topology.hosts[host].hyper_v.cluster {
            self.relationships.crashed.insert(host, self.now);
            self.after(self.scenario.topology.clusters[cluster].restart, Event::ClusterActs { host });
        }
    }

    /// A host is back, and may take what stood on others of its cluster.
    pub(super) fn repaired(&mut self, host: Id<Host>) {
        self.relationships.crashed.remove(&host);
        if let Some(cluster) = self.scenario.topology.hosts[host].hyper_v.cluster {
            self.try_again(cluster);
        }
    }

    /// Tries again what found no node.
    pub(super) fn try_again(&mut self, cluster: Id<Cluster>) {
        for host in self.relationships.crashed.clone().into_keys() {
            if self.scenario.topology.hosts[host].hyper_v.cluster == Some(cluster) {
                self.cluster_acts(host);
            }
        }
    }

    /// The cluster has noticed that `host` is down, if it still is and was all the time.
    pub(super) fn cluster_acts(&mut self, host: Id<Host>) {
        let Some(cluster) = self.scenario.topology.hosts[host].hyper_v.cluster else { return };
        let restart = self.scenario.topology.clusters[cluster].restart;
        let crashed = self.relationships.crashed.get(&host);
        if crashed.is_none_or(|crashed| crashed.plus(restart) > self.now) {
            return;
        }
        for vm in self.scenario.vms.ids() {
            if self.vm(vm).at.host == host {
                self.restart_elsewhere(vm, cluster);
            }
            if self.vm(vm).peer.as_ref().is_some_and(|peer| peer.host == host) {
                self.move_replica(vm, cluster);
            }
        }
    }

    fn restart_elsewhere(&mut self, vm: Id<Vm>, cluster: Id<Cluster>) {
        let run = self.vm(vm);
        let is_highly_available = self.scenario.vms[vm].guest.highly_available;
        if run.state != VmState::Down || !is_highly_available || !self.is_shared(&run.at, cluster) {
            return;
        }
        let from = run.at.host;
        let node = self.nodes(cluster).into_iter().find(|node| self.admit_on(vm, *node).is_ok());
        if let Some(node) = node {
            self.release_room(vm, from);
            self.move_to(vm, node, true);
            self.power_again(vm);
        }
    }

    fn move_replica(&mut self, vm: Id<Vm>, cluster: Id<Cluster>) {
        let has_broker =
            self.scenario.topology.clusters[cluster].has_broker && self.is_up(Component::Broker(cluster));
        let run = self.vm(vm);
        let has_replica = !matches!(
            run.replication,
            State::NotEnabled | State::FailoverWaitingCompletion | State::FailedOver
        );
        let peer =
            run.peer.as_ref().filter(|peer| has_broker && has_replica && self.is_shared(peer, cluster));
        let volume = peer.and_then(|peer| peer.volumes.iter().min().copied());
        let node = self.nodes(cluster).first().copied();
        if let (Some(volume), Some(node)) = (volume, node) {
            if let Some(peer) = &mut self.vm_mut(vm).peer {
                peer.host = node;
            }
            self.data.move_replica(vm, node, volume);
            self.record(Seen::Vm(vm, VmSeen::ReplicaMoved(node)));
        }
    }

    /// Whether all disks of a place lie on volumes of the cluster that work.
    fn is_shared(&self, place: &Place, cluster: Id<Cluster>) -> bool {
        let volumes = &self.scenario.topology.volumes;
        let is_shared = |volume: &Id<_>| {
            volumes[*volume].storage.cluster == Some(cluster) && self.is_up(Component::Volume(*volume))
        };
        !place.volumes.is_empty() && place.volumes.iter().all(is_shared)
    }

    /// The nodes that work, the one with the most free memory first, then by name.
    fn nodes(&self, cluster: Id<Cluster>) -> Vec<Id<Host>> {
        let hosts = self.scenario.topology.hosts.entries();
        let mut nodes: Vec<(Reverse<u64>, Id<Host>)> = hosts
            .filter(|(id, host)| host.hyper_v.cluster == Some(cluster) && self.is_up(Component::Host(*id)))
            .map(|(id, host)| {
                let offered = host.memory.0.saturating_sub(host.memory_reserve.0);
                (Reverse(offered.saturating_sub(self.used[id.index()].1.0)), id)
            })
            .collect();
        nodes.sort();
        nodes.into_iter().map(|(_, id)| id).collect()
    }
}
