//! The CSV of Azure Migrate, both the template that is filled in for an import and the table of an assessment: one row a machine.
//!
//! Headers differ by version (`*Server name`, `Machine`; `Memory (In MB)`, `Memory(MB)`) and are told by their words. A disk is a
//! group of columns `Disk 1 size (In GB)`; its write throughput, where given, becomes its churn.

use super::super::fault::{Fault, Faults};
use super::super::table::{Form, Record, Table};
use super::{Disk, GIB, Inventory, InventoryOptions, InventorySource, MACHINES_MAX, MIB, Machine, Pieces};
use crate::units::{Bytes, Rate};

/// The source.
pub const SOURCE: InventorySource = InventorySource {
    name: "azure-migrate",
    about: "a CSV of Azure Migrate",
    forms: FORMS,
    json: false,
    read,
};

const FORMS: &[Form] = &[Form {
    name: "Azure Migrate",
    columns: COLUMNS,
    needed: 3,
    first_is_any: false,
    plain,
    more: |header| disk_of(header).is_some(),
}];

const COLUMNS: &[&[&str]] = &[
    &["server name", "machine", "machine name", "vm name", "virtual machine", "server"],
    &["cores", "number of cores", "cpu cores", "core count"],
    &["memory", "memory size"],
    &["storage in use", "disk used", "storage used"],
    &["storage", "total storage", "disk size", "total disk size"],
    &["boot type", "firmware type"],
    &["power state", "power status", "powerstate"],
    &["total disks write throughput"],
];
const NAME: usize = 0;
const CORES: usize = 1;
const MEMORY: usize = 2;
const IN_USE: usize = 3;
const STORAGE: usize = 4;
const BOOT: usize = 5;
const POWER: usize = 6;
const WRITES: usize = 7;

/// A header without its star, its unit and what stands in parentheses: `*Memory (In MB)` is `memory`.
fn plain(header: &str) -> String {
    let words = header.split(['(', '[']).next().unwrap_or_default().trim_matches(['*', ' ']).to_lowercase();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a column says of a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OfDisk {
    Size,
    Writes,
}

/// Number of the disk and what the column says of it: `disk 12 write throughput`.
fn disk_of(header: &str) -> Option<(u32, OfDisk)> {
    let (number, what) = header.strip_prefix("disk ")?.split_once(' ')?;
    let what = match what {
        "size" | "capacity" => OfDisk::Size,
        "write throughput" => OfDisk::Writes,
        _ => return None,
    };
    Some((number.parse().ok()?, what))
}

/// Bytes in the unit that a header names; `otherwise` if it names none.
fn unit(header: &str, otherwise: u64) -> u64 {
    let header = header.to_lowercase();
    let named = [("tb", 1 << 40), ("gb", GIB), ("mb", MIB), ("kb", 1 << 10)].into_iter();
    let inside = header.split(['(', '[']).nth(1).unwrap_or_default();
    named.into_iter().find(|(name, _)| inside.contains(name)).map_or(otherwise, |(_, bytes)| bytes)
}

fn read(pieces: &Pieces, _: &InventoryOptions, faults: &mut Faults) -> Inventory {
    let mut inventory = Inventory::default();
    let (mut total_only, mut spread_writes) = (0, 0);
    for table in &pieces.tables {
        inventory.told.read.push(format!(
            "Rows: {} of {}.",
            table.rows.len(),
            super::super::fault::quote(&table.file)
        ));
        for row in &table.rows {
            let Some(mut machine) = machine(table, row, faults) else { continue };
            disks(table, row, &mut machine, faults);
            if machine.disks.is_empty()
                && let Some(size) = bytes(table, row, STORAGE, GIB, faults).filter(|size| *size > 0)
            {
                total_only += 1;
                machine.disks.push(Disk { name: "disk".into(), size: Bytes(size), ..Disk::default() });
            }
            if let Some(used) = bytes(table, row, IN_USE, GIB, faults) {
                super::estate::spread(&mut machine.disks, Bytes(used));
            }
            let measured = machine.disks.iter().any(|disk| disk.writes.is_some());
            if let (false, Some(writes)) = (measured, bytes(table, row, WRITES, MIB, faults)) {
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
    let told = &mut inventory.told.assumed;
    told.push("A MB is a MiB and a GB a GiB, as Azure means them; throughput too.".to_owned());
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

fn machine(table: &Table, row: &Record, faults: &mut Faults) -> Option<Machine> {
    let name = table.text(row, NAME, faults);
    if name.is_empty() {
        faults.push(table.fault(row, NAME, "the machine has no name", "name it, or delete the row"));
        return None;
    }
    let cores = table.whole(row, CORES, faults).unwrap_or(0);
    let boot = table.text(row, BOOT, faults).to_lowercase();
    let power = table.text(row, POWER, faults).to_lowercase();
    Some(Machine {
        name: name.to_owned(),
        cores: u32::try_from(cores).unwrap_or(u32::MAX),
        memory: Bytes(bytes(table, row, MEMORY, MIB, faults).unwrap_or(0)),
        generation: (!boot.is_empty()).then(|| if boot.contains("efi") { 2 } else { 1 }),
        off: power.contains("off") || power.contains("stopped") || power.contains("deallocated"),
        ..Machine::default()
    })
}

/// A cell in bytes, by the unit in its header.
fn bytes(table: &Table, row: &Record, field: usize, otherwise: u64, faults: &mut Faults) -> Option<u64> {
    let header = table.columns[field].and_then(|at| table.header.get(at))?;
    table.scaled(row, field, unit(header, otherwise), faults)
}

/// Adds the disks that have a size, in the order of their numbers.
fn disks(table: &Table, row: &Record, machine: &mut Machine, faults: &mut Faults) {
    let mut found: Vec<(u32, Disk)> = Vec::new();
    for field in COLUMNS.len()..table.columns.len() {
        let header = table.columns[field].and_then(|at| table.header.get(at)).map_or("", String::as_str);
        let Some((number, what)) = disk_of(&plain(header)) else { continue };
        let otherwise = if what == OfDisk::Size { GIB } else { MIB };
        let Some(value) = bytes(table, row, field, otherwise, faults) else { continue };
        let at = found.iter().position(|(known, _)| *known == number).unwrap_or_else(|| {
            found.push((number, Disk { name: format!("disk {number}"), ..Disk::default() }));
            found.len() - 1
        });
        match what {
            OfDisk::Size => found[at].1.size = Bytes(value),
            OfDisk::Writes => found[at].1.writes = Some(Rate(value)),
        }
    }
    found.sort_by_key(|(number, _)| *number);
    for (number, disk) in found {
        match disk.size.0 {
            0 if disk.writes.is_none_or(|rate| rate.0 == 0) => {}
            0 => {
                let name = super::super::fault::quote(&machine.name);
                let reason = format!("disk {number} of machine `{name}` is written to, but has no size");
                let fault = Fault::of(&table.file, reason, "fill in its size");
                faults.push(table.at(fault, row.number));
            }
            _ => machine.disks.push(disk),
        }
    }
}

/// Spreads a machine's writes over its disks by size.
fn share(disks: &mut [Disk], writes: u64) {
    let all: u128 = disks.iter().map(|disk| u128::from(disk.size.0)).sum();
    for disk in disks {
        let part = (u128::from(writes) * u128::from(disk.size.0)).checked_div(all).unwrap_or(0);
        disk.writes = Some(Rate(u64::try_from(part).unwrap_or(u64::MAX)));
    }
}
