//! Where the machines of an inventory stand: main hosts and volumes, and a recovery site with room for all.

use std::collections::{BTreeMap, BTreeSet};

use super::model::size_of;
use super::{GIB, Host, Inventory, InventoryOptions, Machine};
use crate::units::Bytes;

/// Memory that a host keeps for itself.
const RESERVE: Bytes = Bytes(4 * GIB);

/// The main host of machines that name none, where the export has no hosts.
const MADE: &str = "main-host";

/// Main hosts as they will stand, and the place of each machine on them.
pub struct Main {
    /// The hosts.
    pub hosts: Vec<Host>,
    /// Index into `hosts`, by machine; `None` of one that runs at the recovery site.
    pub places: Vec<Option<usize>>,
}

impl Main {
    /// The host that a machine runs on.
    pub fn host_of<'h>(
        &'h self,
        machine: &Machine,
        place: Option<usize>,
        recovery: &'h [Host],
    ) -> Option<&'h Host> {
        let there = || recovery.iter().find(|host| Some(&host.name) == machine.host.as_ref());
        place.map_or_else(there, |place| self.hosts.get(place))
    }
}

/// Hosts of the export, and made-up ones where it has none; every machine stands on one.
pub fn main_hosts(inventory: &Inventory, options: &InventoryOptions, assumed: &mut Vec<String>) -> Main {
    let mut hosts: Vec<Host> = inventory.hosts.clone();
    let factor = options.cores_per_core;
    if !hosts.is_empty() {
        hosts.iter_mut().for_each(|host| host.cores = host.cores.saturating_mul(factor));
        assumed.push(format!("A core of a host carries {factor} virtual ones; --cores-per-core sets it."));
    }
    let mut by_name: BTreeMap<String, usize> =
        hosts.iter().enumerate().map(|(at, host)| (host.name.to_lowercase(), at)).collect();
    let (known, mut moved, mut turns) = (hosts.len(), 0, BTreeMap::<&str, usize>::new());
    let mut places = Vec::new();
    for machine in &inventory.machines {
        if machine.away {
            places.push(None);
            continue;
        }
        let named = machine.host.as_ref().and_then(|host| by_name.get(&host.to_lowercase()).copied());
        let cluster = machine.cluster.as_deref().unwrap_or("");
        let turn = turns.entry(cluster).or_default();
        let place = named.unwrap_or_else(|| {
            let fellows: Vec<usize> =
                match hosts[..known].iter().any(|host| host.cluster.as_deref() == Some(cluster)) {
                    true => (0..known).filter(|at| hosts[*at].cluster.as_deref() == Some(cluster)).collect(),
                    false => (0..known).collect(),
                };
            if fellows.is_empty() {
                // no host is listed: take the names that machines give
                let name = machine.host.clone().unwrap_or_else(|| MADE.to_owned());
                if let Some(place) = by_name.get(&name.to_lowercase()) {
                    return *place;
                }
                let host = Host { name: name.clone(), cluster: machine.cluster.clone(), ..Host::default() };
                by_name.insert(name.to_lowercase(), hosts.len());
                hosts.push(host);
                return hosts.len() - 1;
            }
            moved += 1;
            *turn += 1;
            fellows[(*turn - 1) % fellows.len()]
        });
        places.push(Some(place));
    }
    if moved > 0 {
        assumed.push(format!(
            "Machines on hosts that are not listed stand on those of their cluster in turn: {moved}."
        ));
    }
    size(&mut hosts, &places, inventory, assumed);
    Main { hosts, places }
}

/// Gives hosts without size room for their machines, and for those whose replicas they hold.
fn size(hosts: &mut [Host], places: &[Option<usize>], inventory: &Inventory, assumed: &mut Vec<String>) {
    let mut made = 0;
    for (at, host) in hosts.iter_mut().enumerate().filter(|(_, host)| host.cores == 0 || host.memory.0 == 0) {
        let holds = |machine: &Machine| machine.away && machine.replica_host() == Some(&host.name);
        let own = inventory.machines.iter().zip(places);
        let own = own.filter(|(machine, place)| **place == Some(at) || holds(machine));
        let (cores, memory) = own.fold((0_u32, 0_u64), |(cores, memory), (machine, _)| {
            (cores.saturating_add(machine.cores), memory.saturating_add(machine.memory.0))
        });
        host.cores = cores.max(1);
        host.memory = Bytes(memory.saturating_add(RESERVE.0).div_ceil(GIB).saturating_mul(GIB));
        made += 1;
    }
    if made > 0 {
        assumed.push(format!("Main hosts without a size have just enough room for their machines: {made}."));
    }
}

/// The hosts that hold replicas, as they are; without any, hosts like the main ones and the spare ones. Those whose size is not known, or made,
/// are large enough: whatever is placed where the least memory is taken, the largest machine finds room, and without the spare ones too.
pub fn recovery(main: &[Host], inventory: &Inventory, options: &InventoryOptions) -> Vec<Host> {
    let known = &inventory.replica_hosts;
    let count =
        u64::try_from(if known.is_empty() { main.len() } else { known.len() }.max(1)).unwrap_or(u64::MAX);
    let machines = &inventory.machines;
    let memory = machines.iter().fold(0, |sum: u64, machine| sum.saturating_add(machine.memory.0));
    let largest = machines.iter().map(|machine| machine.memory.0).max().unwrap_or(0);
    let cores = machines.iter().fold(0, |sum: u64, machine| sum + u64::from(machine.cores));
    let most = machines.iter().map(|machine| machine.cores).max().unwrap_or(0);
    let fewest = u32::try_from(cores / count).unwrap_or(u32::MAX).saturating_add(most);
    let least = |placed: u64| {
        let least = (memory / count).saturating_add(largest).max(placed).saturating_add(RESERVE.0);
        Bytes(least.div_ceil(GIB).saturating_mul(GIB))
    };
    if !known.is_empty() {
        let sized = |host: &Host| {
            let is_there = |machine: &&Machine| {
                let host = Some(&host.name);
                machine.replica_host() == host || machine.away && machine.host.as_ref() == host
            };
            let own = machines.iter().filter(is_there);
            let placed = own.fold(0, |sum: u64, machine| sum.saturating_add(machine.memory.0));
            let (cores, memory) = (host.cores, host.memory);
            Host {
                cores: if cores == 0 { fewest } else { cores.saturating_mul(options.cores_per_core) },
                memory: if memory.0 == 0 { least(placed) } else { memory },
                ..host.clone()
            }
        };
        return known.iter().map(sized).collect();
    }
    let taken: BTreeSet<&str> = main.iter().map(|host| host.name.as_str()).collect();
    let spares = std::iter::repeat_n(Host::default(), usize::try_from(options.spare_hosts).unwrap_or(0));
    let named = |(at, like): (usize, Host)| {
        let names = (0..).map(|again: usize| format!("recovery-{}{}", at + 1, "x".repeat(again)));
        let name =
            names.into_iter().find(|name| !taken.contains(name.as_str())).expect("names do not run out");
        let (cores, memory) = (like.cores.max(fewest), Bytes(like.memory.0.max(least(0).0)));
        Host { name, cores, memory, cluster: None }
    };
    let mut hosts: Vec<Host> = main.iter().cloned().chain(spares).enumerate().map(named).collect();
    if hosts.len() > 1 {
        let taken = |name: &str| main.iter().any(|host| host.cluster.as_deref() == Some(name));
        let names = (0..).map(|again: usize| format!("recovery-cluster{}", "x".repeat(again)));
        let cluster = names.into_iter().find(|name| !taken(name)).expect("names do not run out");
        hosts.iter_mut().for_each(|host| host.cluster = Some(cluster.clone()));
    }
    hosts
}

/// Volumes of the main hosts.
pub struct Volumes {
    /// Lines of volumes, by host.
    pub of_host: BTreeMap<String, Vec<String>>,
}

/// Volume of a disk that the export puts nowhere.
pub const NOWHERE: &str = "data";

/// What shares volumes: a cluster, or a host of none.
fn group(host: &Host) -> (&str, bool) {
    host.cluster.as_deref().map_or((host.name.as_str(), false), |cluster| (cluster, true))
}

impl Volumes {
    /// One volume for each store that machines of a group use, written at the group's first host.
    pub fn new(inventory: &Inventory, main: &Main, recovery: &[Host], assumed: &mut Vec<String>) -> Volumes {
        let mut used: BTreeMap<((&str, bool), &str), u64> = BTreeMap::new();
        for (machine, place) in inventory.machines.iter().zip(&main.places) {
            for disk in &machine.disks {
                let store = disk.store.as_deref().unwrap_or(NOWHERE);
                let Some(host) = main.host_of(machine, *place, recovery) else { continue };
                let sum = used.entry((group(host), store)).or_default();
                *sum = sum.saturating_add(disk.used.unwrap_or(disk.size).0);
            }
        }
        let free: BTreeMap<&str, u64> =
            inventory.stores.iter().map(|store| (store.name.as_str(), store.free.0)).collect();
        let (mut of_host, mut unknown) = (BTreeMap::<String, Vec<String>>::new(), 0);
        for ((owner, store), sum) in &used {
            let mut hosts = main.hosts.iter().chain(recovery);
            let host = hosts.find(|host| group(host) == *owner).expect("groups are those of hosts");
            let size =
                free.get(store).map(|free| format!(", size: \"{}\"", size_of(free.saturating_add(*sum))));
            unknown += usize::from(size.is_none());
            let cluster = if owner.1 { ", cluster: true" } else { "" };
            let line = format!("(name: {store:?}{}{cluster})", size.unwrap_or_default());
            of_host.entry(host.name.clone()).or_default().push(line);
        }
        if unknown > 0 {
            assumed.push(format!("Volumes of unknown size never fill: {unknown}."));
        }
        if unknown < used.len() {
            assumed.push("A volume holds what is free on it now, and what the machines here use.".to_owned());
        }
        Volumes { of_host }
    }
}
