//! Hosts, clusters and volumes of both sites, as a scenario writes them.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::model::size_of;
use super::placing::NOWHERE;
use super::{Host, Inventory};

/// Lines of hosts at a site, with the lines of their volumes.
pub fn hosts(hosts: &[Host], site: &str, volumes: &BTreeMap<String, Vec<String>>) -> String {
    let mut text = String::new();
    for host in hosts {
        let own = match volumes.get(&host.name) {
            Some(lines) => format!(", volumes: [\n            {},\n        ]", lines.join(",\n            ")),
            None => String::new(),
        };
        let (name, cores, memory) = (&host.name, host.cores, size_of(host.memory.0));
        let _ = writeln!(
            text,
            "        (name: {name:?}, site: {site:?}, cores: {cores}, memory: \"{memory}\"{own}),"
        );
    }
    text
}

/// Adds a volume for replicas at each of these hosts, and one that the hosts of a cluster share, beside those that are there.
pub fn add_for_replicas(volumes: &mut BTreeMap<String, Vec<String>>, hosts: &[Host]) {
    let shares = |host: &Host| host.cluster.is_some();
    let is_first = |at: usize| !hosts[..at].iter().any(|other| other.cluster == hosts[at].cluster);
    for host in
        hosts.iter().enumerate().filter(|(at, host)| !shares(host) || is_first(*at)).map(|(_, host)| host)
    {
        let cluster = if shares(host) { ", cluster: true" } else { "" };
        let own = volumes.entry(host.name.clone()).or_default();
        if !own.iter().any(|line| line.starts_with(&format!("(name: {NOWHERE:?}"))) {
            own.push(format!("(name: {NOWHERE:?}{cluster})"));
        }
    }
}

/// What is told of the recovery site.
pub fn site_told(inventory: &Inventory, recovery: &[Host]) -> String {
    let count = recovery.len();
    if inventory.replica_hosts.is_empty() {
        return format!(
            "A recovery site like the main one, its hosts larger where machines would not fit, volumes without limit; hosts: {count}."
        );
    }
    let made = inventory.replica_hosts.iter().filter(|host| host.memory.0 == 0).count();
    let sized =
        if made > 0 { format!(", {made} of them of unknown size, with room for all") } else { String::new() };
    if inventory.machines.iter().any(|machine| machine.away) {
        return format!(
            "Volumes for replicas without limit at both sites; hosts at recovery: {count}{sized}."
        );
    }
    format!(
        "The hosts that hold replicas are the recovery site, volumes without limit; hosts: {count}{sized}."
    )
}

/// The section of clusters, unless there is none.
pub fn clusters(main: &[Host], recovery: &[Host]) -> String {
    let mut nodes: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for (site, hosts) in [("main", main), ("recovery", recovery)] {
        for host in hosts {
            if let Some(cluster) = &host.cluster {
                nodes.entry((site, cluster)).or_default().push(format!("{:?}", host.name));
            }
        }
    }
    if nodes.is_empty() {
        return String::new();
    }
    let lines = nodes.iter().map(|((site, name), nodes)| {
        format!("        (name: {name:?}, site: {site:?}, nodes: [{}]),\n", nodes.join(", "))
    });
    format!("    clusters: [\n{}    ],\n", lines.collect::<String>())
}

/// Names in a list.
pub fn names(hosts: &[Host]) -> String {
    hosts.iter().map(|host| format!("{:?}", host.name)).collect::<Vec<_>>().join(", ")
}
