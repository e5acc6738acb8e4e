//! A fault domain lost: all that stands in it or in a domain inside it, links included.

use super::{Component, Estate, site};
use crate::ids::Id;
use crate::topology::{FaultDomain, Topology};

/// Sites with all that stands there, and single hosts, volumes, links and VMM servers.
pub fn components(id: Id<FaultDomain>, estate: Estate) -> Vec<Component> {
    let Estate { topology, control_plane } = estate;
    let hit =
        |domains: &[Id<FaultDomain>]| domains.iter().any(|domain| ancestors(*domain, topology).contains(&id));
    let mut all = Vec::new();
    for (site, _) in topology.sites.entries().filter(|(_, site)| hit(&site.domains)) {
        all.extend(site::components(site, estate));
    }
    let hosts = topology.hosts.entries().filter(|(_, host)| hit(&host.domains));
    for (host, _) in hosts {
        let volumes = topology.volumes.entries().filter(|(_, volume)| volume.host == host);
        all.push(Component::Host(host));
        all.extend(volumes.map(|(volume, _)| Component::Volume(volume)));
    }
    let volumes = topology.volumes.entries().filter(|(_, volume)| hit(&volume.domains));
    all.extend(volumes.map(|(id, _)| Component::Volume(id)));
    let links = topology.links.entries().filter(|(_, link)| hit(&link.domains));
    all.extend(links.map(|(id, _)| Component::Link(id)));
    let vmms = control_plane.vmms.entries().filter(|(_, vmm)| hit(&vmm.domains));
    all.extend(vmms.map(|(id, _)| Component::Vmm(id)));
    all
}

/// A domain and all that it is within.
pub fn ancestors(id: Id<FaultDomain>, topology: &Topology) -> Vec<Id<FaultDomain>> {
    let mut all = vec![id];
    while let Some(above) = all.last().and_then(|last| topology.domains[*last].within) {
        all.push(above);
    }
    all
}
