//! Where replicas go.
//!
//! VM by VM in name order, those placed by hand first: the host of the target cloud with the least startup memory allocated, then
//! by name, among those with a volume that has room; there the volume with the most room, then by name. Under Site
//! Recovery a host must also reach the logical networks of the VM's mapped networks, and the cloud must offer them and
//! have capacity left (facts 6.8, 6.17, 6.25). A node of a cluster without replica broker takes none (fact 6.6).

use std::collections::BTreeMap;

use super::policies::FIVE_MINUTES;
use super::protect::Pair;
use crate::control_plane::{Capacity, Cloud};
use crate::ids::{Id, Table};
use crate::problem::{Code, codes};
use crate::protection::{Policy, Protection, Technology};
use crate::scenario::reading::context::Context;
use crate::topology::{Host, Network, OsVersion, Topology, Volume};
use crate::units::Bytes;
use crate::workload::Vm;

/// What placement reads.
pub struct Grounds<'g> {
    /// The clouds.
    pub clouds: &'g Table<Cloud>,
    /// Hosts, volumes and networks.
    pub topology: &'g Topology,
    /// The policies.
    pub policies: &'g Table<Policy>,
}

/// Protects the VMs. Call it when nothing is wrong so far.
pub fn place(context: &Context, pairs: &BTreeMap<usize, Pair>, grounds: &Grounds, vms: &mut Table<Vm>) {
    let mut estate = Estate::new(grounds, vms);
    for by_hand in [true, false] {
        for (vm, pair) in pairs.iter().filter(|(_, pair)| pair.host.is_some() == by_hand) {
            let vm = Id::new(*vm);
            let chosen = estate.inside(&vms[vm], pair).and_then(|()| estate.choose(&vms[vm], pair));
            let chosen = chosen.and_then(|place| estate.version(&vms[vm], pair, place.0).map(|()| place));
            match chosen {
                Ok((replica_host, replica_volume)) => {
                    estate.take(replica_host, replica_volume, pair.to.cloud, &vms[vm]);
                    let (policy, relationship) = (pair.policy, pair.relationship.clone());
                    vms[vm].protection =
                        Some(Protection { policy, replica_host, replica_volume, relationship });
                }
                Err((code, what)) => context.diagnostics.report(code, pair.slice, what),
            }
        }
    }
}

/// Why a replica cannot be placed.
type Refused = (&'static Code, String);

/// What a disk takes on its volume.
fn taken(vm: &Vm, replica: bool) -> Bytes {
    let disks = vm.disks.iter().filter(|disk| disk.replicate || !replica);
    Bytes(disks.map(|disk| disk.used.unwrap_or(disk.size).0).fold(0, u64::saturating_add))
}

/// What is taken so far.
struct Estate<'e> {
    grounds: &'e Grounds<'e>,
    memory: Vec<u64>,
    used: Vec<u64>,
    volumes: Vec<Vec<Id<Volume>>>,
    /// Cores, memory, storage and VMs of each cloud.
    quota: Vec<[u64; 4]>,
}

impl<'e> Estate<'e> {
    fn new(grounds: &'e Grounds<'e>, vms: &Table<Vm>) -> Estate<'e> {
        let topology = grounds.topology;
        let mut volumes = vec![Vec::new(); topology.hosts.len()];
        let mut shared: BTreeMap<usize, Vec<Id<Volume>>> = BTreeMap::new();
        for (id, volume) in topology.volumes.entries() {
            match volume.storage.cluster {
                Some(cluster) => shared.entry(cluster.index()).or_default().push(id),
                None => volumes[volume.host.index()].push(id),
            }
        }
        for (id, host) in topology.hosts.entries() {
            let shared = host.hyper_v.cluster.and_then(|cluster| shared.get(&cluster.index()));
            volumes[id.index()].extend(shared.into_iter().flatten());
        }
        let (memory, used) = (vec![0; topology.hosts.len()], vec![0; topology.volumes.len()]);
        let quota = vec![[0; 4]; grounds.clouds.len()];
        let mut estate = Estate { grounds, memory, used, volumes, quota };
        let mut clouds_of: Vec<Vec<Id<Cloud>>> = vec![Vec::new(); topology.hosts.len()];
        for (id, cloud) in grounds.clouds.entries() {
            cloud.hosts.iter().for_each(|host| clouds_of[host.index()].push(id));
        }
        for vm in vms.iter() {
            add(&mut estate.memory[vm.host.index()], vm.memory.0);
            for disk in &vm.disks {
                add(&mut estate.used[disk.volume.index()], disk.used.unwrap_or(disk.size).0);
            }
            for cloud in &clouds_of[vm.host.index()] {
                estate.charge(*cloud, vm, false);
            }
        }
        estate
    }

    fn charge(&mut self, cloud: Id<Cloud>, vm: &Vm, replica: bool) {
        let amounts = [vm.cores.into(), vm.memory.0, taken(vm, replica).0, 1];
        for (total, amount) in self.quota[cloud.index()].iter_mut().zip(amounts) {
            add(total, amount);
        }
    }

    fn free(&self, volume: Id<Volume>) -> u64 {
        let size = self.grounds.topology.volumes[volume].size.map_or(u64::MAX, |size| size.0);
        size.saturating_sub(self.used[volume.index()])
    }

    fn roomiest(&self, host: Id<Host>) -> Option<Id<Volume>> {
        let volumes = self.volumes[host.index()].iter().copied();
        volumes.min_by_key(|volume| (std::cmp::Reverse(self.free(*volume)), *volume))
    }

    /// Whether the VM runs in the cloud that protects it.
    fn inside(&self, vm: &Vm, pair: &Pair) -> Result<(), Refused> {
        if pair.from.hosts.binary_search(&vm.host).is_ok() {
            return Ok(());
        }
        let host = &self.grounds.topology.hosts[vm.host].name;
        let side = &pair.from.name;
        let what = format!("vm `{}` runs on host `{host}`, which is not in {side}", vm.name);
        Err((&codes::OUTSIDE_CLOUD, what))
    }

    /// Fact 1.2: hosts of 2012 copy every five minutes, whatever the policy says.
    fn version(&self, vm: &Vm, pair: &Pair, replica: Id<Host>) -> Result<(), Refused> {
        let policy = &self.grounds.policies[pair.policy];
        let hosts = &self.grounds.topology.hosts;
        let old = [vm.host, replica].into_iter().find(|host| hosts[*host].hyper_v.os == OsVersion::Ws2012);
        match old {
            Some(host) if policy.technology == Technology::HyperV && policy.interval != FIVE_MINUTES => {
                let what = format!(
                    "policy `{}` copies vm `{}` every {}, and host `{}` runs Windows Server 2012",
                    policy.name, vm.name, policy.interval, hosts[host].name
                );
                Err((&codes::OLD_HOST, what))
            }
            _ => Ok(()),
        }
    }

    /// Host and volume of a replica.
    fn choose(&self, vm: &Vm, pair: &Pair) -> Result<(Id<Host>, Id<Volume>), Refused> {
        let topology = self.grounds.topology;
        let mut hosts = pair.host.map_or_else(|| pair.to.hosts.clone(), |host| vec![host]);
        if let Some(cloud) = pair.to.cloud.filter(|_| pair.relationship.orchestrated) {
            self.quota_left(vm, cloud)?;
            let cloud = &self.grounds.clouds[cloud];
            for network in self.mapped(vm) {
                self.narrow(vm, cloud, network, &mut hosts)?;
            }
        }
        let brokerless = |host: &Id<Host>| {
            let cluster = topology.hosts[*host].hyper_v.cluster;
            cluster.map(|cluster| &topology.clusters[cluster]).filter(|cluster| !cluster.has_broker)
        };
        if let Some(cluster) = hosts.first().and_then(brokerless)
            && hosts.iter().all(|host| brokerless(host).is_some())
        {
            let what = format!(
                "the replica of vm `{}` cannot be placed: cluster `{}` has no replica broker",
                vm.name, cluster.name
            );
            return Err((&codes::NO_BROKER, what));
        }
        hosts.retain(|host| brokerless(host).is_none());
        let room = taken(vm, true);
        let open = |host: Id<Host>| Some((host, pair.volume.or_else(|| self.roomiest(host))?));
        let places: Vec<_> = hosts.into_iter().filter_map(open).collect();
        let fitting = places.iter().filter(|(_, volume)| self.free(*volume) >= room.0);
        let best = fitting.min_by_key(|(host, _)| (self.memory[host.index()], *host)).copied();
        best.ok_or_else(|| {
            let free = Bytes(places.iter().map(|(_, volume)| self.free(*volume)).max().unwrap_or(0));
            let short = Bytes(room.0.saturating_sub(free.0));
            let what = format!(
                "the replica of vm `{}` needs {room}, and the largest room in {} is {free}: {short} short",
                vm.name, pair.to.name
            );
            (&codes::NO_ROOM, what)
        })
    }

    /// The networks that a replica is connected to.
    fn mapped(&self, vm: &Vm) -> Vec<Id<Network>> {
        let mappings = &self.grounds.topology.mappings;
        let target = |from| mappings.iter().find(|mapping| mapping.from == from).map(|mapping| mapping.to);
        vm.nics.iter().filter_map(|nic| target(nic.network)).collect()
    }

    /// Keeps the hosts that reach a network which the cloud offers.
    fn narrow(
        &self,
        vm: &Vm,
        cloud: &Cloud,
        network: Id<Network>,
        hosts: &mut Vec<Id<Host>>,
    ) -> Result<(), Refused> {
        let topology = self.grounds.topology;
        let network = &topology.networks[network];
        let Some(logical) = network.fabric.logical else { return Ok(()) };
        let has = |known: &Option<Vec<_>>| known.as_ref().is_none_or(|known| known.contains(&logical));
        let name = &topology.logical_networks[logical].name;
        let place =
            format!("the replica of vm `{}` joins network `{}` on `{name}`, which", vm.name, network.name);
        if !has(&cloud.profile.logical_networks) {
            return Err((&codes::NO_NETWORK, format!("{place} cloud `{}` does not offer", cloud.name)));
        }
        hosts.retain(|host| has(&topology.hosts[*host].hyper_v.logical_networks));
        if hosts.is_empty() {
            return Err((
                &codes::NO_NETWORK,
                format!("{place} no suitable host of cloud `{}` reaches", cloud.name),
            ));
        }
        Ok(())
    }

    fn quota_left(&self, vm: &Vm, id: Id<Cloud>) -> Result<(), Refused> {
        let cloud = &self.grounds.clouds[id];
        let Capacity { cores, memory, storage, vms } = &cloud.profile.capacity;
        let room = taken(vm, true);
        let limits = [
            (cores.map(u64::from), vm.cores.into(), "cores"),
            (memory.map(|memory| memory.0), vm.memory.0, "memory"),
            (storage.map(|storage| storage.0), room.0, "storage"),
            (vms.map(u64::from), 1, "vms"),
        ];
        for ((limit, amount, key), used) in limits.into_iter().zip(self.quota[id.index()]) {
            let Some(limit) = limit.filter(|limit| used.saturating_add(amount) > *limit) else { continue };
            let words = |amount: u64| match key {
                "memory" | "storage" => Bytes(amount).to_string(),
                _ => amount.to_string(),
            };
            let what = format!(
                "the replica of vm `{}` takes {} of the `{key}` of cloud `{}`, which has {} left of {}",
                vm.name,
                words(amount),
                cloud.name,
                words(limit.saturating_sub(used)),
                words(limit)
            );
            return Err((&codes::NO_CAPACITY, what));
        }
        Ok(())
    }

    fn take(&mut self, host: Id<Host>, volume: Id<Volume>, cloud: Option<Id<Cloud>>, vm: &Vm) {
        add(&mut self.memory[host.index()], vm.memory.0);
        add(&mut self.used[volume.index()], taken(vm, true).0);
        if let Some(cloud) = cloud {
            self.charge(cloud, vm, true);
        }
    }
}

fn add(total: &mut u64, amount: u64) {
    *total = total.saturating_add(amount);
}
