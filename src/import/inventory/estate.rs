//! From what a source read to what a scenario can say: powered-off machines out, names unique, nothing blank. All of it is told.

use std::collections::BTreeSet;

use super::super::fault::{Fault, Faults, quote};
use super::super::names::unique;
use super::{Disk, GIB, Inventory, InventoryOptions, Machine, doubts};
use crate::units::Bytes;

/// Most disks of a machine that is replicated (fact 6.5).
const DISKS_MAX: usize = 16;
/// Given to a machine whose export does not tell.
const CORES: u32 = 2;
const MEMORY: Bytes = Bytes(4 * GIB);
/// Less memory, or a smaller machine's disks, may be in another unit than was taken.
const SMALL: Bytes = Bytes(64 << 20);
/// Largest disk, in bytes: what a VHDX can hold.
const DISK_MAX: u64 = 64 << 40;

/// Spreads `used` over the disks by their sizes, to the byte.
pub fn spread(disks: &mut [Disk], used: Bytes) {
    let all: u128 = disks.iter().map(|disk| u128::from(disk.size.0)).sum();
    if all > u128::from(u64::MAX) {
        // no such disks exist; they are refused later
        return;
    }
    let used = u128::from(used.0);
    let (mut before, mut given) = (0_u128, 0_u128);
    for disk in disks {
        before += u128::from(disk.size.0);
        // cumulative, so that nothing is lost by rounding
        let upto = (used * before).checked_div(all).unwrap_or(0);
        disk.used = Some(Bytes(u64::try_from(upto - given).unwrap_or(u64::MAX)));
        given = upto;
    }
}

/// Makes the inventory complete.
pub fn complete(inventory: &mut Inventory, options: &InventoryOptions, faults: &mut Faults) {
    let all = inventory.machines.len();
    plain_names(inventory);
    let why = why_none(&inventory.machines);
    powered_off(inventory, options);
    doubts::once(inventory);
    without_disks(inventory);
    doubts::full(inventory);
    let machines = &mut inventory.machines;
    let told = &mut inventory.told;
    told.read.insert(0, format!("Machines: {} of {all}.", machines.len()));
    if machines.is_empty() && faults.is_empty() {
        faults.push(why);
    }
    let blank = machines.iter().filter(|machine| machine.cores == 0 || machine.memory.0 == 0).count();
    if blank > 0 {
        told.assumed
            .push(format!("{CORES} cores and 4 GiB of memory where the export has none: {blank} machines."));
    }
    let disks =
        |machine: &Machine| Bytes(machine.disks.iter().map(|disk| disk.size.0).fold(0, u64::saturating_add));
    for (what, of) in [("memory", (|machine| machine.memory) as fn(&Machine) -> Bytes), ("disks", disks)] {
        let small: Vec<&Machine> =
            machines.iter().filter(|machine| (1..SMALL.0).contains(&of(machine).0)).collect();
        if let Some(first) = small.first() {
            told.doubtful.push(format!(
                "Less than 64 MiB of {what}, perhaps in another unit: {} machines, the first `{}` with {}.",
                small.len(),
                quote(&first.name),
                of(first)
            ));
        }
    }
    for machine in machines.iter_mut() {
        machine.cores = if machine.cores == 0 { CORES } else { machine.cores };
        machine.memory = if machine.memory.0 == 0 { MEMORY } else { machine.memory };
    }
    let renamed = unique(machines.iter_mut().map(|machine| &mut machine.name));
    if renamed > 0 {
        told.assumed.push(format!("Names that others bear too got a number: {renamed}."));
    }
    for machine in machines.iter_mut() {
        unique(machine.disks.iter_mut().map(|disk| &mut disk.name));
    }
    too_large(machines, faults);
    let (hosts, stores) = (inventory.hosts.len(), inventory.stores.len());
    let mut seen = BTreeSet::new();
    inventory.hosts.retain(|host| seen.insert(host.name.clone()));
    let mut seen = BTreeSet::new();
    inventory.stores.retain(|store| seen.insert(store.name.clone()));
    let twice = hosts + stores - inventory.hosts.len() - inventory.stores.len();
    if twice > 0 {
        told.dropped.push(format!("Hosts or datastores that are listed twice: {twice}."));
    }
    doubts::tell(inventory);
}

/// Why none of these machines would be left, and what helps.
fn why_none(machines: &[Machine]) -> Fault {
    let (mut off, mut bare) = (0, 0);
    for machine in machines {
        match machine.disks.len() {
            0 => bare += 1,
            1..=DISKS_MAX => off += usize::from(machine.off),
            _ => {}
        }
    }
    let all = machines.len();
    let (reason, remedy) = if off > 0 {
        let reason = "there is no machine with a disk that is powered on".to_owned();
        (reason, "give --powered-off to take those that are off too")
    } else if bare > 0 {
        let reason = format!("no disk is known of {bare} of {all} machines, and no other can be replicated");
        (reason, "export the disks too; `drsim import inventory --help` names what is read")
    } else if all > 0 {
        let reason =
            format!("all machines have more than {DISKS_MAX} disks, which Hyper-V Replica does not take");
        (reason, "leave disks that need no replica out of the export")
    } else {
        (
            "there is no machine in the files".to_owned(),
            "export machines too, not templates and replicas alone",
        )
    };
    Fault::of("import", reason, remedy)
}

/// Takes out of names what has a meaning in a scenario: `*` in lists, `/` in volumes.
fn plain_names(inventory: &mut Inventory) {
    let plain = |name: &mut String| *name = name.replace('*', "+");
    let place = |name: &mut String| *name = name.replace('*', "+").replace(['/', '\\'], "-");
    for machine in &mut inventory.machines {
        plain(&mut machine.name);
        machine.host.iter_mut().for_each(place);
        machine.cluster.iter_mut().for_each(place);
        machine.replica.iter_mut().filter_map(|replica| replica.host.as_mut()).for_each(place);
        machine.disks.iter_mut().filter_map(|disk| disk.store.as_mut()).for_each(place);
    }
    for host in inventory.hosts.iter_mut().chain(&mut inventory.replica_hosts) {
        place(&mut host.name);
        host.cluster.iter_mut().for_each(place);
    }
    inventory.stores.iter_mut().for_each(|store| place(&mut store.name));
}

fn powered_off(inventory: &mut Inventory, options: &InventoryOptions) {
    let off = inventory.machines.iter().filter(|machine| machine.off).count();
    if options.powered_off {
        if off > 0 {
            inventory.told.assumed.push(format!("Machines that are powered off write nothing: {off}."));
        }
        return;
    }
    inventory.machines.retain(|machine| !machine.off);
    if off > 0 {
        inventory
            .told
            .dropped
            .push(format!("Machines that are powered off: {off}; --powered-off takes them."));
    }
}

fn without_disks(inventory: &mut Inventory) {
    let machines = &mut inventory.machines;
    let before = machines.len();
    machines.retain(|machine| !machine.disks.is_empty());
    if before > machines.len() {
        inventory.told.dropped.push(format!("Machines without disks: {}.", before - machines.len()));
    }
    let many: Vec<&str> = machines
        .iter()
        .filter(|machine| machine.disks.len() > DISKS_MAX)
        .map(|machine| machine.name.as_str())
        .collect();
    if !many.is_empty() {
        inventory.told.dropped.push(format!(
            "Machines with more than {DISKS_MAX} disks, which Hyper-V Replica does not take: {} ({}).",
            many.len(),
            quote(&many.join(", "))
        ));
    }
    machines.retain(|machine| machine.disks.len() <= DISKS_MAX);
}

fn too_large(machines: &[Machine], faults: &mut Faults) {
    for machine in machines {
        let large = machine.disks.iter().find(|disk| disk.size.0 > DISK_MAX);
        if let Some(disk) = large {
            let (name, disk) = (quote(&machine.name), format!("`{}` of {}", quote(&disk.name), disk.size));
            let reason = format!("disk {disk} of machine `{name}` is larger than a VHDX can be");
            faults.push(Fault::of("import", reason, "check the unit of its size; leave the machine out"));
        }
        if machine.cores > 2048 || machine.memory.0 > 64 << 40 {
            let (name, cores, memory) = (quote(&machine.name), machine.cores, machine.memory);
            let reason = format!("machine `{name}` with {cores} cores and {memory} of memory cannot be");
            faults.push(Fault::of("import", reason, "check the units of its cores and memory"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn used_space_is_spread_to_the_byte() {
        let of = |sizes: &[u64], used| {
            let mut disks: Vec<Disk> =
                sizes.iter().map(|size| Disk { size: Bytes(*size), ..Disk::default() }).collect();
            spread(&mut disks, Bytes(used));
            disks.iter().map(|disk| disk.used.map_or(0, |used| used.0)).collect::<Vec<_>>()
        };
        assert_eq!(of(&[10, 20, 30], 20), [3, 7, 10]);
        assert_eq!(of(&[1, 1, 1], 100), [33, 33, 34]);
        assert_eq!(of(&[0, 5], 3), [0, 3]);
        assert_eq!(of(&[], 3), [0_u64; 0]);
        assert_eq!(of(&[u64::MAX / 2, u64::MAX / 2], u64::MAX - 1), [u64::MAX / 2; 2]);
        assert_eq!(of(&[u64::MAX, u64::MAX], 5), [0, 0]);
    }
}
