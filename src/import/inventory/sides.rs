//! At which of two sites hosts stand, told by who replicates to whom.

use std::collections::{BTreeMap, BTreeSet};

use super::json::computer;
use super::{Host, Inventory, Machine, names_of};

/// Parts the hosts. Those that hold replicas and run nothing are the recovery site. Where hosts do both, as where two sites replicate to each
/// other, a host stands apart from the one that holds its replicas, and the nodes of a cluster stand together.
pub fn part(inventory: &mut Inventory) {
    let names = Names::of(inventory);
    let runs: BTreeSet<String> = inventory.machines.iter().filter_map(host_of).collect();
    let holds: BTreeSet<String> = inventory.machines.iter().filter_map(replica_host_of).collect();
    let both: Vec<&str> = names
        .in_order
        .iter()
        .filter(|name| {
            let key = computer(name);
            runs.contains(&key) && holds.contains(&key)
        })
        .map(String::as_str)
        .collect();
    let mut away = &holds - &runs;
    // nodes of a cluster stand together
    let clusters: BTreeSet<&String> = inventory
        .hosts
        .iter()
        .filter(|host| away.contains(&computer(&host.name)))
        .filter_map(|host| host.cluster.as_ref())
        .collect();
    let beside =
        inventory.hosts.iter().filter(|host| host.cluster.as_ref().is_some_and(|it| clusters.contains(it)));
    let beside: BTreeSet<String> = beside.map(|host| computer(&host.name)).collect();
    away.extend(&beside - &runs);
    if !both.is_empty() {
        match apart(inventory) {
            Some(recovery) => {
                away = recovery;
                list_main(inventory, &names, &away);
            }
            None => {
                let count = inventory
                    .machines
                    .iter()
                    .filter_map(replica_host_of)
                    .filter(|host| runs.contains(host))
                    .count();
                inventory.told.assumed.push(format!(
                    "Replicas on hosts that run machines themselves ({}), which are not two sites that replicate to each other, stand at a recovery site that is made up, and take no room on those hosts: {count}; import the hosts of each pair of sites by themselves.",
                    names_of(&both)
                ));
                forget(&mut inventory.machines, &runs);
            }
        }
    }
    for machine in &mut inventory.machines {
        machine.away = host_of(machine).is_some_and(|host| away.contains(&host));
        if machine.away {
            machine.host = machine.host.take().map(|host| names.name(&host));
        }
        if let Some(replica) = &mut machine.replica {
            replica.host = replica.host.take().map(|host| names.name(&host));
        }
    }
    for name in names.in_order.iter().filter(|name| away.contains(&computer(name))) {
        let known = inventory.hosts.iter().position(|host| computer(&host.name) == computer(name));
        let cluster = || {
            inventory
                .machines
                .iter()
                .find(|it| it.host.as_ref() == Some(name))
                .and_then(|it| it.cluster.clone())
        };
        let host = known
            .map_or_else(|| Host { cluster: cluster(), ..Host::default() }, |at| inventory.hosts[at].clone());
        if let Some(at) = known {
            inventory.hosts.remove(at);
        }
        inventory.replica_hosts.push(Host { name: name.clone(), ..host });
    }
}

fn host_of(machine: &Machine) -> Option<String> {
    machine.host.as_deref().map(computer)
}

fn replica_host_of(machine: &Machine) -> Option<String> {
    machine.replica_host().map(|host| computer(host))
}

/// Takes the places of replicas away that stand on these hosts.
fn forget(machines: &mut [Machine], hosts: &BTreeSet<String>) {
    for replica in machines.iter_mut().filter_map(|machine| machine.replica.as_mut()) {
        replica.host = replica.host.take().filter(|host| !hosts.contains(&computer(host)));
    }
}

/// Names of hosts, whatever the domain: as machines write them, then as replications do, then as hosts are listed.
struct Names {
    in_order: Vec<String>,
    by_key: BTreeMap<String, String>,
}

impl Names {
    fn of(inventory: &Inventory) -> Names {
        let machines = inventory.machines.iter();
        let all = machines.clone().filter_map(|machine| machine.host.as_ref());
        let all = all.chain(machines.filter_map(Machine::replica_host));
        let mut names = Names { in_order: Vec::new(), by_key: BTreeMap::new() };
        for name in all.chain(inventory.hosts.iter().map(|host| &host.name)) {
            if names.by_key.insert(computer(name), name.clone()).is_none() {
                names.in_order.push(name.clone());
            }
        }
        names.by_key.extend(names.in_order.iter().map(|name| (computer(name), name.clone())));
        names
    }

    fn name(&self, host: &str) -> String {
        self.by_key.get(&computer(host)).cloned().unwrap_or_else(|| host.to_owned())
    }
}

/// Hosts of the recovery site, if all hosts can stand at two sites so that no machine replicates within its own. Where both could be the main
/// site, it is the one that runs more machines, else the one of the first.
fn apart(inventory: &Inventory) -> Option<BTreeSet<String>> {
    let mut group_of: BTreeMap<String, String> = BTreeMap::new();
    let machines = inventory.machines.iter();
    let listed = inventory.hosts.iter().map(|host| (computer(&host.name), host.cluster.as_ref()));
    for (host, cluster) in
        machines.clone().filter_map(|it| Some((host_of(it)?, it.cluster.as_ref()))).chain(listed)
    {
        let group = cluster.map_or_else(|| host.clone(), |cluster| format!("cluster {cluster}"));
        group_of.insert(host, group);
    }
    let group = |host: String| group_of.get(&host).cloned().unwrap_or(host);
    let mut known = BTreeSet::new();
    let pairs = machines.filter_map(|it| Some((group(host_of(it)?), group(replica_host_of(it)?))));
    let pairs: Vec<(String, String)> = pairs.filter(|pair| known.insert(pair.clone())).collect();
    let mut side: BTreeMap<&str, bool> = BTreeMap::new();
    for (first, _) in &pairs {
        if side.contains_key(first.as_str()) {
            continue;
        }
        // all that hang together with it, each opposite to its neighbours
        let (mut found, mut next) = (vec![first.as_str()], 0);
        side.insert(first, false);
        while let Some(at) = found.get(next).copied() {
            next += 1;
            let own = side[at];
            for (from, to) in &pairs {
                let Some(other) = other_of((from, to), at) else { continue };
                match side.insert(other, !own) {
                    Some(known) if known == own => return None,
                    Some(_) => {}
                    None => found.push(other),
                }
            }
        }
        let groups = || inventory.machines.iter().filter_map(|it| Some(group(host_of(it)?)));
        let count = |away: bool| {
            groups().filter(|it| found.contains(&it.as_str()) && side[it.as_str()] == away).count()
        };
        if count(true) > count(false) {
            found.iter().for_each(|name| _ = side.entry(name).and_modify(|away| *away = !*away));
        }
    }
    let is_away = |host: &String| side.get(group(host.clone()).as_str()) == Some(&true);
    let named = inventory.machines.iter().flat_map(|it| host_of(it).into_iter().chain(replica_host_of(it)));
    let listed = inventory.hosts.iter().map(|host| computer(&host.name));
    Some(named.chain(listed).filter(is_away).collect())
}

fn other_of<'p>((from, to): (&'p String, &'p String), at: &str) -> Option<&'p str> {
    if from == at {
        Some(to)
    } else if to == at {
        Some(from)
    } else {
        None
    }
}

/// Lists the hosts of the main site that only machines or replications name, as replicas stand there too.
fn list_main(inventory: &mut Inventory, names: &Names, away: &BTreeSet<String>) {
    for name in names.in_order.iter().filter(|name| !away.contains(&computer(name))) {
        let key = computer(name);
        match inventory.hosts.iter_mut().find(|host| computer(&host.name) == key) {
            Some(host) => host.name.clone_from(name),
            None => {
                let own = inventory.machines.iter().find(|it| host_of(it).as_ref() == Some(&key));
                let cluster = own.and_then(|it| it.cluster.clone());
                inventory.hosts.push(Host { name: name.clone(), cluster, ..Host::default() });
            }
        }
    }
    for machine in &mut inventory.machines {
        machine.host = machine.host.take().map(|host| names.name(&host));
    }
    let all = |is_away: bool| -> Vec<&str> {
        names
            .in_order
            .iter()
            .filter(|name| away.contains(&computer(name)) == is_away)
            .map(String::as_str)
            .collect()
    };
    inventory.told.assumed.push(format!(
        "Two sites replicate to each other; which host stands where is told by who replicates to whom: main ({}), recovery ({}).",
        names_of(&all(false)),
        names_of(&all(true))
    ));
}
