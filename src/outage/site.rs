//! A site lost: its hosts, their volumes and the VMM servers that are machines there; one on hosts or in a VM
//! works as those do; links stay, for what they carry between others.

use super::{Component, Estate};
use crate::control_plane::{Runs, Vmm};
use crate::ids::Id;
use crate::topology::Site;

/// The site and all that stands there.
pub fn components(id: Id<Site>, estate: Estate) -> Vec<Component> {
    let topology = estate.topology;
    let hosts = topology.hosts.entries().filter(|(_, host)| host.site == id);
    let volumes = topology.volumes.entries().filter(|(_, volume)| topology.hosts[volume.host].site == id);
    let stands_here = |vmm: &Vmm| vmm.site == id && vmm.deployment.runs == Runs::Machine;
    let vmms = estate.control_plane.vmms.entries().filter(|(_, vmm)| stands_here(vmm));
    let mut all = vec![Component::Site(id)];
    all.extend(hosts.map(|(id, _)| Component::Host(id)));
    all.extend(volumes.map(|(id, _)| Component::Volume(id)));
    all.extend(vmms.map(|(id, _)| Component::Vmm(id)));
    all
}
