//! Clusters and updates of hosts: brokers, highly available VMs (S13, S14, fact 6.6).

use crate::ids::Id;
use crate::problem::{Problem, codes};
use crate::scenario::{Places, Scenario};
use crate::topology::{Cluster, OsVersion};

/// One problem for each cluster, and one for all hosts that lack updates.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let hosts = &scenario.topology.hosts;
    let mut brokerless: crate::scenario::preflight::Groups<Id<Cluster>> = Default::default();
    let mut alone: crate::scenario::preflight::Groups<Id<Cluster>> = Default::default();
    let mut local: crate::scenario::preflight::Groups<Id<Cluster>> = Default::default();
    for (_, vm, protection) in crate::scenario::preflight::replicated(scenario) {
        let mut ends: Vec<Id<Cluster>> = [vm.host, protection.replica_host]
            .iter()
            .filter_map(|host| hosts[*host].hyper_v.cluster)
            .collect();
        ends.dedup();
        for cluster in ends.into_iter().filter(|cluster| !scenario.topology.clusters[*cluster].has_broker) {
            brokerless.entry(cluster).or_default().push(&vm.name);
        }
        let Some(cluster) = hosts[vm.host].hyper_v.cluster else { continue };
        let mut disks = vm.disks.iter().filter(|disk| disk.replicate);
        if !vm.guest.highly_available {
            alone.entry(cluster).or_default().push(&vm.name);
        } else if disks.any(|disk| scenario.topology.volumes[disk.volume].storage.cluster != Some(cluster)) {
            local.entry(cluster).or_default().push(&vm.name);
        }
    }
    let name = |cluster: Id<Cluster>| &scenario.topology.clusters[cluster].name;
    let mut problems: Vec<Problem> =
        brokerless.iter().map(|(id, names)| broker(scenario, places, *id, names)).collect();
    problems.extend(alone.into_iter().map(|(id, names)| {
        let what = format!(
            "{} on cluster `{}`: not highly available",
            crate::scenario::preflight::these(&names),
            name(id)
        );
        crate::scenario::preflight::at_vm(&codes::NOT_HIGHLY_AVAILABLE, places, &names, what)
    }));
    problems.extend(local.into_iter().map(|(id, names)| {
        let what = format!(
            "{} on cluster `{}`: a disk lies outside of its shared volumes",
            crate::scenario::preflight::these(&names),
            name(id)
        );
        crate::scenario::preflight::at_vm(&codes::NOT_HIGHLY_AVAILABLE, places, &names, what)
    }));
    problems.extend(updates(scenario, places));
    problems
}

fn broker(scenario: &Scenario, places: &Places, id: Id<Cluster>, names: &[&str]) -> Problem {
    let cluster = &scenario.topology.clusters[id];
    let what = format!(
        "cluster `{}` has no Hyper-V Replica Broker ({} {})",
        cluster.name,
        names.len(),
        crate::scenario::preflight::vms(names.len())
    );
    let problem = Problem::new(&codes::CLUSTER_WITHOUT_BROKER, places.of("cluster", &cluster.name), what);
    let mut nodes = scenario.topology.hosts.iter().filter(|host| host.hyper_v.cluster == Some(id));
    if cluster.static_addresses && nodes.any(|host| host.hyper_v.os == OsVersion::Ws2012) {
        return problem.remedy(
            "configure the broker by hand: with static addresses it is not made automatically on Windows Server 2012",
        );
    }
    problem
}

fn updates(scenario: &Scenario, places: &Places) -> Option<Problem> {
    let mut used = vec![false; scenario.topology.hosts.len()];
    for (_, vm, protection) in crate::scenario::preflight::replicated(scenario) {
        used[vm.host.index()] = true;
        used[protection.replica_host.index()] = true;
    }
    let old =
        scenario.topology.hosts.entries().filter(|(id, host)| used[id.index()] && !host.hyper_v.is_updated);
    let old: Vec<_> = old.map(|(_, host)| host).collect();
    let names: Vec<&str> = old.iter().map(|host| host.name.as_str()).collect();
    let first = names.first()?;
    let needs_more =
        old.iter().any(|host| host.hyper_v.cluster.is_some() && host.hyper_v.os == OsVersion::Ws2012R2);
    let more = if needs_more { " (on a cluster of 2012 R2: 2961977 too)" } else { "" };
    let what =
        format!("{} without the latest updates{more}", crate::scenario::preflight::named("host", &names));
    Some(Problem::new(&codes::NOT_UPDATED, places.of("host", first), what))
}
