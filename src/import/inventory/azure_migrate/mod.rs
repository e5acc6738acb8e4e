//! The CSV of Azure Migrate, both the template that is filled in for an import and the table of an assessment: one row a machine.
//!
//! Headers differ by version (`*Server name`, `Machine`; `Memory (In MB)`, `Memory(MB)`) and are told by their words. A disk is a
//! group of columns `Disk 1 size (In GB)`; its write throughput, where given, becomes its churn.

mod columns;

use std::collections::BTreeMap;

use super::super::fault::{Fault, Faults, base, quote};
use super::super::field::bare;
use super::super::table::{Record, Table};
use super::power::{States, Unknown};
use super::{Disk, Doubt, Inventory, InventoryOptions, InventorySource, MACHINES_MAX, Machine, Pieces};
use crate::units::{Bytes, Rate};
use columns::{
    ADDRESS, BOOT, COLUMNS, CORES, COUNT, FORMS, IN_USE, MEMORY, NAME, OfDisk, POWER, STORAGE, WRITES,
    WRITES_NAMES, disk_of, is_of_writes,
};

/// The source.
pub const SOURCE: InventorySource = InventorySource {
    name: "azure-migrate",
    about: "a CSV of Azure Migrate",
    forms: FORMS,
    json: None,
    read,
};

/// States of machines, as Azure and hypervisors name them.
const STATES: States = States {
    on: &["on", "running", "poweredon", "vmrunning", "started"],
    off: &[
        "off",
        "poweredoff",
        "stopped",
        "deallocated",
        "stopped(deallocated)",
        "vmdeallocated",
        "vmstopped",
        "suspended",
        "saved",
    ],
};

fn read(pieces: &Pieces, _: &InventoryOptions, faults: &mut Faults) -> Inventory {
    let mut inventory = Inventory::default();
    let (mut total_only, mut spread_writes, mut unnamed) = (0, 0, 0);
    let mut unknown = Unknown::default();
    for table in &pieces.tables {
        inventory.told.read.push(format!("Rows: {} of {}.", table.rows.len(), base(&table.file)));
        unused(table, &mut inventory.told.read);
        if !twice(table, faults) {
            continue;
        }
        for row in &table.rows {
            let Some(mut machine) = machine(table, row, (&mut unnamed, &mut unknown), faults) else {
                continue;
            };
            disks(table, row, &mut machine, faults);
            total_only += usize::from(total(table, row, &mut machine, faults));
            if let Some(used) = table.bytes(row, IN_USE, faults) {
                super::estate::spread(&mut machine.disks, Bytes(used));
            }
            let measured = machine.disks.iter().any(|disk| disk.writes.is_some());
            if let (false, Some(writes)) = (measured, table.bytes(row, WRITES, faults)) {
                spread_writes += 1;
                share(&mut machine.disks, writes);
            }
            if inventory.machines.len() >= MACHINES_MAX {
                let reason = format!("more than {MACHINES_MAX} machines");
                faults.push(table.fault(row, NAME, reason, "split the file"));
                return inventory;
            }
            inventory.machines.push(machine);
        }
    }
    unknown.tell(&mut inventory.told);
    let told = &mut inventory.told.assumed;
    told.push("A MB is a MiB and a GB a GiB, as Azure means them; throughput too.".to_owned());
    if unnamed > 0 {
        told.push(format!("Machines without a name are called by their address: {unnamed}."));
    }
    if total_only > 0 {
        told.push(format!(
            "Machines without disks of their own have one of their total storage: {total_only}."
        ));
    }
    if spread_writes > 0 {
        told.push(format!(
            "Writes given in total are spread over the disks by size: {spread_writes} machines."
        ));
    }
    inventory
}

/// What the columns say of disks, with their places among the fields.
fn of_disks(table: &Table) -> impl Iterator<Item = (usize, &str, (u32, OfDisk))> {
    (COLUMNS.len()..table.columns.len()).filter_map(|field| {
        let header = table.header.get(table.columns[field]?)?;
        Some((field, header.as_str(), disk_of(&bare(header))?))
    })
}

/// Tells of columns of writes that are not used.
fn unused(table: &Table, told: &mut Vec<String>) {
    let is_read = |header: &str| {
        let plain = bare(header);
        WRITES_NAMES.contains(&plain.as_str()) || matches!(disk_of(&plain), Some((_, OfDisk::Writes)))
    };
    let others = table.header.iter().filter(|header| is_of_writes(&bare(header)) && !is_read(header));
    let names: Vec<String> = others.map(|header| format!("`{}`", quote(header))).collect();
    if let [first, rest @ ..] = names.as_slice() {
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        told.push(format!("Not used, since writes are taken as their mean: {first}{more}."));
    }
}

/// Whether no two columns say the same of a disk; those that do are faults.
fn twice(table: &Table, faults: &mut Faults) -> bool {
    let mut known: BTreeMap<(u32, bool), &str> = BTreeMap::new();
    let mut good = true;
    for (_, header, (number, what)) in of_disks(table) {
        let is_size = match what {
            OfDisk::Size => true,
            OfDisk::Writes => false,
            OfDisk::OtherWrites | OfDisk::Other => continue,
        };
        if let Some(first) = known.insert((number, is_size), header) {
            let reason = format!("it says the same of disk {number} as `{}`", quote(first));
            let fault = Fault::of(&table.file, reason, "delete the column that is not meant").column(header);
            faults.push(table.at(fault, 1));
            good = false;
        }
    }
    good
}

fn machine(
    table: &Table,
    row: &Record,
    (unnamed, unknown): (&mut usize, &mut Unknown),
    faults: &mut Faults,
) -> Option<Machine> {
    let mut name = table.text(row, NAME, faults);
    if name.is_empty() {
        name = table.text(row, ADDRESS, faults);
        *unnamed += usize::from(!name.is_empty());
    }
    if name.is_empty() {
        faults.push(table.fault(row, NAME, "the machine has no name", "name it, or delete the row"));
        return None;
    }
    let cores = table.whole(row, CORES, faults).unwrap_or(0);
    let boot = table.text(row, BOOT, faults).to_lowercase();
    let power = table.text(row, POWER, faults).to_owned();
    let power = if table.columns[POWER].is_none() { Vec::new() } else { vec![power] };
    Some(Machine {
        name: name.to_owned(),
        cores: u32::try_from(cores).unwrap_or(u32::MAX),
        memory: Bytes(table.bytes(row, MEMORY, faults).unwrap_or(0)),
        generation: (!boot.is_empty()).then(|| if boot.contains("efi") { 2 } else { 1 }),
        off: !power.is_empty() && STATES.is_off(name, &power, unknown),
        ..Machine::default()
    })
}

/// Adds the disks that have a size, in the order of their numbers.
fn disks(table: &Table, row: &Record, machine: &mut Machine, faults: &mut Faults) {
    let mut found: Vec<(u32, Disk)> = Vec::new();
    for (field, _, (number, what)) in of_disks(table) {
        if !matches!(what, OfDisk::Size | OfDisk::Writes) {
            continue;
        }
        let Some(value) = table.bytes(row, field, faults) else { continue };
        let at = found.iter().position(|(known, _)| *known == number).unwrap_or_else(|| {
            found.push((number, Disk { name: format!("disk {number}"), ..Disk::default() }));
            found.len() - 1
        });
        match what {
            OfDisk::Size => found[at].1.size = Bytes(value),
            OfDisk::Writes => found[at].1.writes = Some(Rate(value)),
            OfDisk::OtherWrites | OfDisk::Other => {}
        }
    }
    found.sort_by_key(|(number, _)| *number);
    for (number, disk) in found {
        match disk.size.0 {
            0 if disk.writes.is_none_or(|rate| rate.0 == 0) => {}
            0 => {
                let name = quote(&machine.name);
                let reason = format!("disk {number} of machine `{name}` is written to, but has no size");
                let fault = Fault::of(&table.file, reason, "fill in its size");
                faults.push(table.at(fault, row.number));
            }
            _ => machine.disks.push(disk),
        }
    }
}

/// Holds the disks to how many there are and what they have together; true if there is only that.
fn total(table: &Table, row: &Record, machine: &mut Machine, faults: &mut Faults) -> bool {
    let total = table.bytes(row, STORAGE, faults).filter(|size| *size > 0);
    let sized = machine.disks.len();
    if sized == 0 {
        let disk = |size| Disk { name: "disk".into(), size: Bytes(size), ..Disk::default() };
        machine.disks.extend(total.map(disk));
        return total.is_some();
    }
    let size = machine.disks.iter().fold(0, |sum: u64, disk| sum.saturating_add(disk.size.0));
    // A list of disks has no number.
    let count = table.text(row, COUNT, faults).parse().unwrap_or(0);
    if count > sized as u64 {
        machine.doubts.push(Doubt::Sizeless(count, sized));
    } else if let Some(total) = total.filter(|total| *total > size.saturating_add(size / 100)) {
        machine.doubts.push(Doubt::Short(Bytes(total), Bytes(size)));
    }
    false
}

/// Spreads a machine's writes over its disks by size.
fn share(disks: &mut [Disk], writes: u64) {
    let all: u128 = disks.iter().map(|disk| u128::from(disk.size.0)).sum();
    for disk in disks {
        let part = (u128::from(writes) * u128::from(disk.size.0)).checked_div(all).unwrap_or(0);
        disk.writes = Some(Rate(u64::try_from(part).unwrap_or(u64::MAX)));
    }
}
