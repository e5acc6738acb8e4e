//! Servers that take replicas: hosts, or brokers of clusters.

use std::collections::BTreeSet;

use super::super::json::{computer, text};
use super::super::{Host, Inventory, Replica, Told, names_of};
use super::found::{Finds, Found};
use super::identity::host;

/// A broker is no host: what it takes stands on the nodes of its cluster in turn. What neither the export nor a copy knows as a host is told.
pub fn place(
    replicas: &mut [Option<Replica>],
    (machines, copies): (&[Found<'_>], &[Found<'_>]),
    finds: &Finds<'_>,
    told: &mut Told,
) {
    let all = machines.iter().chain(copies).map(|found| host(found.object));
    let listed = finds.hosts.iter().map(|object| computer(text(object, &["ComputerName", "Name"])));
    let known: BTreeSet<String> = all.chain(listed).chain(finds.nodes.keys().cloned()).collect();
    let (mut placed, mut strange) = (0, BTreeSet::new());
    for server in replicas.iter_mut().flatten().filter_map(|replica| replica.host.as_mut()) {
        let nodes = finds.nodes_of_broker(server);
        if let Some(node) = nodes.get(placed % nodes.len().max(1)) {
            *server = (*node).to_owned();
            placed += 1;
        } else if !known.contains(&computer(server)) {
            strange.insert(server.clone());
        }
    }
    if placed > 0 {
        told.assumed.push(format!(
            "Replicas that a broker takes stand on the nodes of its cluster in turn: {placed}."
        ));
    }
    if !strange.is_empty() {
        let names: Vec<&str> = strange.iter().map(String::as_str).collect();
        told.assumed.push(format!(
            "Replica servers that the export does not list count as a host each: {} ({}); of one that is the broker of a cluster export the cluster, too.",
            names.len(),
            names_of(&names)
        ));
    }
}

/// Nodes of a cluster that holds replicas are hosts, whether they are listed as such or not.
pub fn list_nodes(inventory: &mut Inventory, finds: &Finds<'_>) {
    let held = inventory.machines.iter().filter_map(|machine| machine.replica_host());
    let clusters: BTreeSet<&str> = held.filter_map(|host| finds.cluster(host)).collect();
    for (node, cluster) in finds.nodes.values().filter(|(_, cluster)| clusters.contains(cluster.as_str())) {
        if !inventory.hosts.iter().any(|host| computer(&host.name) == computer(node)) {
            inventory.hosts.push(Host {
                name: (*node).to_owned(),
                cluster: Some(cluster.clone()),
                ..Host::default()
            });
        }
    }
}
