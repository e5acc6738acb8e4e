//! A machine and its replica are one: the replica is left out, and tells where the machine is protected to.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::super::fault::{Fault, Faults, quote};
use super::super::json::{Object, computer, get, has, is_one_of, is_true, number, text};
use super::super::{Condition, Replica, Resync, Told, names_of};
use super::broker;
use super::condition::{MACHINE, REPLICATION, Reading, reading};
use super::found::{Finds, Found};
use super::identity::{Index, host};
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

/// Parts the copies from the machines that run.
pub fn parted(machines: Vec<Found<'_>>) -> (Vec<Found<'_>>, Vec<Found<'_>>) {
    machines.into_iter().partition(|machine| role(machine.object) != Role::Copy)
}

/// How each of the machines is protected, if it is: as `Get-VMReplication` says, and as its copies in the export do.
pub fn protections(
    machines: &[Found<'_>],
    copies: &[Found<'_>],
    finds: &Finds<'_>,
    told: &mut Told,
    faults: &mut Faults,
) -> Vec<Option<Replica>> {
    let index = Index::new(machines);
    let mut replicas = told_by_relations(machines, &index, finds, told, faults);
    let (mut held, mut alone) = (vec![Vec::new(); machines.len()], Vec::new());
    for copy in copies {
        let alike = index.alike(copy.object);
        let is_there = |at: &&usize| {
            replicas[**at].as_ref().and_then(|replica| replica.host.as_ref()).map(|host| computer(host))
                == Some(host(copy.object))
        };
        let of = match alike.as_slice() {
            [] => {
                alone.push(text(copy.object, &["Name", "VMName"]));
                continue;
            }
            [one] => Some(one),
            several => only(several.iter().filter(is_there)),
        };
        match of {
            Some(at) => held[*at].push(copy),
            None => faults.push(of_several("a replica", copy)),
        }
    }
    for (at, copies) in held.iter().enumerate().filter(|(_, copies)| !copies.is_empty()) {
        let replica = replicas[at].get_or_insert_default();
        // Of a test and of a chain the machine itself knows nothing.
        let is_replica = |copy: &&&Found<'_>| is_one_of(copy.object, &MODE, &[2], &["Replica"]);
        let mut hosts: Vec<&str> =
            copies.iter().filter(is_replica).map(|copy| text(copy.object, &["ComputerName"])).collect();
        hosts.retain(|host| !host.is_empty());
        hosts.dedup_by_key(|host| computer(host));
        match hosts.as_slice() {
            [] => {}
            [host] => replica.host = Some((*host).to_owned()),
            [_, ..] => faults.push(of_several("a replica", copies[0])),
        }
    }
    tell(held.iter().map(Vec::len).sum(), &alone, told);
    broker::place(&mut replicas, (machines, copies), finds, told);
    conditions(&mut replicas, (machines, &held), (&index, finds), told);
    replicas
}

/// What `Get-VMReplication` says of each machine.
fn told_by_relations(
    machines: &[Found<'_>],
    index: &Index,
    finds: &Finds<'_>,
    told: &mut Told,
    faults: &mut Faults,
) -> Vec<Option<Replica>> {
    let is_primary = |machine: &Found<'_>| role(machine.object) == Role::Primary;
    let mut replicas: Vec<Option<Replica>> =
        machines.iter().map(|machine| is_primary(machine).then(Replica::default)).collect();
    let (mut known, mut strange) = (BTreeSet::new(), Vec::new());
    for found in finds.replications.iter().filter(|found| role(found.object) != Role::Copy) {
        let its = index.relation(found.object);
        let host = text(found.object, &["ReplicaServer", "ReplicaServerName"]);
        let host = Some(host.to_owned()).filter(|host| !host.is_empty());
        let (interval, resync) = (interval(found, faults), resync(found.object));
        let replica = Replica { host, interval, resync, condition: None };
        match its.as_slice() {
            [] => strange.push(text(found.object, &["VMName", "Name"])),
            [at] if known.insert(*at) => replicas[*at] = Some(replica),
            // Listed twice.
            [at] if replicas[*at].as_ref() == Some(&replica) => {}
            [_, ..] => faults.push(of_several("a replication", found)),
        }
    }
    if !strange.is_empty() {
        told.dropped.push(format!(
            "Replications of machines that are not in the export: {} ({}).",
            strange.len(),
            names_of(&strange)
        ));
    }
    replicas
}

/// What replicas wait for: as `Get-VMReplication` says of the machine, else `Get-VM`; and of the copy, where that tells more.
fn conditions(
    replicas: &mut [Option<Replica>],
    (machines, held): (&[Found<'_>], &[Vec<&Found<'_>>]),
    (index, finds): (&Index, &Finds<'_>),
    told: &mut Told,
) {
    let (mut own, mut kept) = (vec![Reading::Silent; machines.len()], vec![Reading::Silent; machines.len()]);
    let add = |readings: &mut Vec<Reading>, at: usize, new: Reading| {
        if readings[at] == Reading::Silent {
            readings[at] = new;
        }
    };
    for found in &finds.replications {
        let readings = if role(found.object) == Role::Copy { &mut kept } else { &mut own };
        if let [at] = index.relation(found.object).as_slice() {
            add(readings, *at, reading(found.object, &REPLICATION));
        }
    }
    let mut others = Vec::new();
    for (at, replica) in replicas.iter_mut().enumerate() {
        let Some(replica) = replica else { continue };
        add(&mut own, at, reading(machines[at].object, &MACHINE));
        held[at].iter().for_each(|copy| add(&mut kept, at, reading(copy.object, &MACHINE)));
        for reading in [&own[at], &kept[at]] {
            if let Reading::Other(written) = reading {
                others.push(format!("{}: {written}", text(machines[at].object, &["Name", "VMName"])));
            }
        }
        replica.condition = condition(&own[at], &kept[at]);
    }
    if !others.is_empty() {
        let all: Vec<&str> = others.iter().map(String::as_str).collect();
        let reason = "Replicas in a state that is a number, or that a scenario has not, replicate in it";
        let remedy = "`drsim import inventory --help` exports words";
        told.assumed.push(format!("{reason}: {} ({}); {remedy}.", all.len(), names_of(&all)));
    }
}

/// Of both sides: a copy that is paused is so on its side, unless the machine knows that it is on its own.
fn condition(own: &Reading, kept: &Reading) -> Option<Condition> {
    let own = own.condition();
    match kept.condition() {
        Some(Condition::PausedOnPrimary | Condition::PausedOnReplica)
            if own != Some(Condition::PausedOnPrimary) =>
        {
            Some(Condition::PausedOnReplica)
        }
        kept => own.or(kept),
    }
}

/// The one, if there is no other.
fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    all.next().filter(|_| all.next().is_none())
}

/// Something of a machine that others are called like.
fn of_several(what: &str, found: &Found<'_>) -> Fault {
    let name = quote(text(found.object, &["VMName", "Name"]));
    let reason = format!("{what} of `{name}` may be that of several machines, or contradicts another");
    let remedy =
        "export `Get-VM` and `Get-VMReplication` with their ComputerName and VMId, each replication once";
    Fault::of(found.file, reason, remedy)
}

/// Tells of the copies.
fn tell(held: usize, alone: &[&str], told: &mut Told) {
    if held > 0 {
        let reason = "Replicas of machines that are in the export too, each one machine with it";
        told.read.push(format!("{reason}: {held}."));
    }
    if !alone.is_empty() {
        told.dropped.push(format!(
            "Replicas whose primary machine is not in the export: {} ({}); export the primary hosts too.",
            alone.len(),
            names_of(alone)
        ));
    }
}

/// When a resynchronisation begins, if the replication tells it.
fn resync(replication: &Object) -> Option<Resync> {
    if !is_true(replication, "AutoResynchronizeEnabled")? {
        return Some(Resync::Manual);
    }
    let minute = |key| minutes(get(replication, key)?);
    let (start, end) = (minute("AutoResynchronizeIntervalStart")?, minute("AutoResynchronizeIntervalEnd")?);
    let (begin, rest) = ((start / 60, start % 60), (end / 60, end % 60));
    // a day without its last minute is all of it
    Some(if start == 0 && end >= 24 * 60 - 1 || start == end {
        Resync::Immediate
    } else {
        Resync::Window(begin, rest)
    })
}

/// Minutes since midnight of `18:30:00`, or of .NET's parts of it.
fn minutes(value: &Value) -> Option<u64> {
    let parsed = match value {
        Value::Object(parts) => {
            let part = |key| number(parts, key).ok().flatten();
            Some((part("Hours")?, part("Minutes")?))
        }
        Value::String(text) => {
            let mut parts = text.split(':').map(|part| part.trim().parse().ok());
            Some((parts.next()??, parts.next()??))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    };
    parsed
        .filter(|(hours, minutes)| *hours < 24 && *minutes < 60)
        .map(|(hours, minutes)| hours * 60 + minutes)
}

/// The copy frequency of a replication, if it tells one: the product has three.
fn interval(found: &Found<'_>, faults: &mut Faults) -> Option<Span> {
    let key =
        ["FrequencySec", "ReplicationFrequencySec"].into_iter().find(|key| has(found.object, &[key]))?;
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
