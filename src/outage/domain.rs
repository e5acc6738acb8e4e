//! A fault domain lost: all that stands in it or in a domain inside it, links included.

use super::{Component, Estate, site};
use crate::control_plane::Runs;
use crate::ids::Id;
use crate::topology::{FaultDomain, Host, Volume};

/// Sites with all that stands there, and single hosts, volumes, links and VMM servers that are machines. A cluster's shared volume
/// survives while a node of the cluster does.
pub fn components(id: Id<FaultDomain>, estate: Estate) -> Vec<Component> {
    let Estate { topology, control_plane } = estate;
    let hit = |domains: &[Id<FaultDomain>]| {
        domains.iter().any(|domain| topology.domains_above(*domain).contains(&id))
    };
    let mut all = Vec::new();
    for (site, _) in topology.sites.entries().filter(|(_, site)| hit(&site.domains)) {
        all.extend(site::components(site, estate));
    }
    let hosts: Vec<Id<Host>> =
        topology.hosts.entries().filter(|(_, host)| hit(&host.domains)).map(|(id, _)| id).collect();
    let nodes =
        |cluster| topology.hosts.entries().filter(move |(_, host)| host.hyper_v.cluster == Some(cluster));
    let survives = |volume: &Volume| {
        volume.storage.cluster.is_some_and(|cluster| nodes(cluster).any(|(id, _)| !hosts.contains(&id)))
    };
    for host in hosts.iter().copied() {
        let own = topology.volumes.entries().filter(|(_, volume)| volume.host == host);
        let volumes = own.filter(|(_, volume)| !survives(volume));
        all.push(Component::Host(host));
        all.extend(volumes.map(|(volume, _)| Component::Volume(volume)));
    }
    let volumes = topology.volumes.entries().filter(|(_, volume)| hit(&volume.domains));
    all.extend(volumes.map(|(id, _)| Component::Volume(id)));
    let links = topology.links.entries().filter(|(_, link)| hit(&link.domains));
    all.extend(links.map(|(id, _)| Component::Link(id)));
    let vmms = control_plane.vmms.entries();
    let vmms = vmms.filter(|(_, vmm)| vmm.deployment.runs == Runs::Machine && hit(&vmm.domains));
    all.extend(vmms.map(|(id, _)| Component::Vmm(id)));
    all
}
