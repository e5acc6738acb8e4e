//! Clusters and datastores of several management servers: what one calls as another does is told apart by the server's name.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Host, Inventory, Store};
use super::tabs::{Draft, Placed};

/// Servers of each name.
type Servers = BTreeMap<String, BTreeSet<String>>;

fn note(servers: &mut Servers, server: &str, name: Option<&String>) {
    if let Some(name) = name.filter(|_| !server.is_empty()) {
        servers.entry(name.clone()).or_default().insert(server.to_owned());
    }
}

/// Gives clusters and datastores whose names several servers have the name of their server too.
pub fn part(
    drafts: &mut [Draft],
    hosts: &mut Placed<Host>,
    stores: &mut Placed<Store>,
    inventory: &mut Inventory,
) {
    let (mut clusters, mut datastores) = (Servers::new(), Servers::new());
    for draft in drafts.iter() {
        note(&mut clusters, &draft.server, draft.machine.cluster.as_ref());
        draft.machine.disks.iter().for_each(|disk| note(&mut datastores, &draft.server, disk.store.as_ref()));
        note(&mut datastores, &draft.server, draft.store.as_ref());
    }
    hosts.iter().for_each(|(server, host)| note(&mut clusters, server, host.cluster.as_ref()));
    stores.iter().for_each(|(server, store)| note(&mut datastores, server, Some(&store.name)));
    let several = |servers: &Servers| servers.values().filter(|servers| servers.len() > 1).count();
    let parted = several(&clusters) + several(&datastores);
    if parted == 0 {
        return;
    }
    let told = "Clusters and datastores whose names several vCenters have bear the vCenter's name too";
    inventory.told.assumed.push(format!("{told}: {parted}."));
    let part = |servers: &Servers, server: &str, name: &mut String| {
        let is_shared = servers.get(name.as_str()).is_some_and(|servers| servers.len() > 1);
        if is_shared && !server.is_empty() {
            *name = format!("{name} ({server})");
        }
    };
    for draft in drafts {
        draft.machine.cluster.iter_mut().for_each(|name| part(&clusters, &draft.server, name));
        let of_disks = draft.machine.disks.iter_mut().filter_map(|disk| disk.store.as_mut());
        of_disks.chain(&mut draft.store).for_each(|name| part(&datastores, &draft.server, name));
    }
    for (server, host) in hosts {
        host.cluster.iter_mut().for_each(|name| part(&clusters, server, name));
    }
    stores.iter_mut().for_each(|(server, store)| part(&datastores, server, &mut store.name));
}
