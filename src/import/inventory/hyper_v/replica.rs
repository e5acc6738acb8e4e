//! A machine and its replica are one: the replica is left out, and tells where the machine is protected to.

use std::collections::BTreeMap;

use super::super::super::fault::{Fault, Faults, quote};
use super::super::json::{Object, computer, is_one_of, key, number, text};
use super::super::{Inventory, Replica};
use super::found::{Finds, Found};
use crate::units::Span;

/// What a machine is to Hyper-V Replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It does not say, or is not replicated.
    None,
    /// It is protected.
    Primary,
    /// A copy: replica, extended replica or test replica.
    Copy,
}

const MODE: [&str; 2] = ["ReplicationMode", "Mode"];

/// The role of a machine.
pub fn role(machine: &Object) -> Role {
    if is_one_of(machine, &MODE, &[1], &["Primary"]) {
        Role::Primary
    } else if is_one_of(machine, &MODE, &[2, 3, 4], &["Replica", "TestReplica", "ExtendedReplica"]) {
        Role::Copy
    } else {
        Role::None
    }
}

/// By which a machine and its replica are known to be one: the id, which Hyper-V keeps, else the name.
fn identity(object: &Object) -> String {
    key(text(object, &["VMId", "VMID", "Id", "Name", "VMName"]))
}

/// The protection of machines, by identity.
pub struct Protections {
    hosts: BTreeMap<String, Option<String>>,
    intervals: BTreeMap<String, Span>,
}

impl Protections {
    /// From replicas that are in the export, and from `Get-VMReplication`.
    pub fn of(finds: &Finds<'_>, faults: &mut Faults) -> Protections {
        let (mut hosts, mut intervals) = (BTreeMap::<String, Option<String>>::new(), BTreeMap::new());
        for found in &finds.replications {
            let replication = found.object;
            if role(replication) == Role::Copy {
                continue;
            }
            let identities =
                [text(replication, &["VMId", "VMID", "Id"]), text(replication, &["VMName", "Name"])];
            let host = text(replication, &["ReplicaServer", "ReplicaServerName"]);
            let interval = interval(found, faults);
            for identity in identities.into_iter().filter(|identity| !identity.is_empty()).map(key) {
                hosts.insert(identity.clone(), Some(host.to_owned()).filter(|host| !host.is_empty()));
                if let Some(interval) = interval {
                    intervals.insert(identity, interval);
                }
            }
        }
        for copy in finds.machines.iter().filter(|machine| role(machine.object) == Role::Copy) {
            let host = text(copy.object, &["ComputerName"]);
            let of = hosts.entry(identity(copy.object)).or_default();
            if !host.is_empty() {
                *of = Some(host.to_owned());
            }
        }
        Protections { hosts, intervals }
    }

    /// How a machine is protected, if it is.
    pub fn find(&self, machine: &Object) -> Option<Replica> {
        let names = [identity(machine), key(text(machine, &["Name", "VMName"]))];
        let host = names.iter().find_map(|name| self.hosts.get(name));
        let is_primary = role(machine) == Role::Primary;
        if !is_primary && host.is_none() {
            return None;
        }
        let interval = names.iter().find_map(|name| self.intervals.get(name)).copied();
        Some(Replica { host: host.cloned().flatten(), interval })
    }
}

/// The copy frequency of a replication, if it tells one: the product has three.
fn interval(found: &Found<'_>, faults: &mut Faults) -> Option<Span> {
    let key = ["FrequencySec", "ReplicationFrequencySec"]
        .into_iter()
        .find(|key| found.object.contains_key(*key))?;
    let written = match number(found.object, key) {
        Ok(Some(seconds @ (30 | 300 | 900))) => return Some(Span::seconds(seconds)),
        Ok(None) => return None,
        Ok(Some(seconds)) => seconds.to_string(),
        Err(written) => written,
    };
    let of = text(found.object, &["VMName", "Name", "VMId", "VMID", "Id"]);
    let reason = format!("{key} of the replication of `{}` is `{}`", quote(of), quote(&written));
    let remedy = "Hyper-V Replica copies every 30, 300 or 900 seconds; export `Get-VMReplication` again, or put it right there";
    faults.push(Fault::of(found.file, reason, remedy));
    None
}

/// Takes the copies out, and tells of them.
pub fn without_copies<'v>(machines: Vec<Found<'v>>, inventory: &mut Inventory) -> Vec<Found<'v>> {
    let primaries: Vec<String> = machines
        .iter()
        .filter(|machine| role(machine.object) != Role::Copy)
        .map(|machine| identity(machine.object))
        .collect();
    let (copies, own): (Vec<_>, Vec<_>) =
        machines.into_iter().partition(|machine| role(machine.object) == Role::Copy);
    let (of_own, alone): (Vec<_>, Vec<_>) =
        copies.iter().partition(|copy| primaries.contains(&identity(copy.object)));
    if !of_own.is_empty() {
        let reason = "Replicas of machines that are in the export too, each one machine with it";
        inventory.told.read.push(format!("{reason}: {}.", of_own.len()));
    }
    if !alone.is_empty() {
        let names: Vec<&str> = alone.iter().map(|copy| text(copy.object, &["Name", "VMName"])).collect();
        inventory.told.dropped.push(format!(
            "Replicas whose primary machine is not in the export: {} ({}); export the primary hosts too.",
            alone.len(),
            super::first(&names)
        ));
    }
    own
}

/// Parts the hosts that hold replicas alone from those that run machines.
pub fn part_hosts(inventory: &mut Inventory) {
    let runs: Vec<String> =
        inventory.machines.iter().filter_map(|machine| Some(computer(machine.host.as_ref()?))).collect();
    let mut wanted: Vec<String> = Vec::new();
    for host in inventory.machines.iter().filter_map(|machine| machine.replica.as_ref()?.host.clone()) {
        if !wanted.iter().any(|known| computer(known) == computer(&host)) {
            wanted.push(host);
        }
    }
    let (both, replicas): (Vec<_>, Vec<_>) =
        wanted.into_iter().partition(|host| runs.contains(&computer(host)));
    if !both.is_empty() {
        let names: Vec<&str> = both.iter().map(String::as_str).collect();
        inventory.told.assumed.push(format!(
            "Replicas on hosts that run machines themselves stand at the recovery site instead: {}.",
            super::first(&names)
        ));
    }
    for machine in &mut inventory.machines {
        let Some(replica) = &mut machine.replica else { continue };
        // As the export writes the host, whatever the domain.
        replica.host = replica
            .host
            .take()
            .and_then(|host| replicas.iter().find(|known| computer(known) == computer(&host)).cloned());
    }
    for name in replicas {
        let known = inventory.hosts.iter().position(|host| computer(&host.name) == computer(&name));
        let mut host = known.map(|at| inventory.hosts.remove(at)).unwrap_or_default();
        host.name = name;
        inventory.replica_hosts.push(host);
    }
}
