//! Tables that PowerShell writes through `Export-Csv`, with the columns that somebody selected: rows become the objects that `ConvertTo-Json` makes,
//! so that the same rules hold for both.

use serde_json::Value;

use super::super::super::fault::Faults;
use super::super::super::field::{Field, Form};
use super::super::super::table::{Record, Table};
use super::super::super::unit::{GIB, MIB, PLAIN, Unit};
use super::super::Told;
use super::super::json::{Object, get};

/// The property of a machine of a table that tells how large its disks are together.
pub const DISK_SIZE: &str = "DiskSize";

/// What tells a machine of Hyper-V from others, beside its name, cores and memory.
const MARKS: &[&str] =
    &["state", "vmid", "computername", "vmhost", "generation", "processorcount", "memorystartup"];

/// The tables: machines by what their memory is called, their drives, virtual disks and replications.
pub const FORMS: &[Form] = &[
    machines("Get-VM with MemoryStartup", &STARTUP),
    machines("Get-VM with MemoryStartup in GB", &GIGABYTES),
    machines("Get-VM with MemoryStartup in MB", &MEGABYTES),
    machines(ASSIGNED_FORM, &ASSIGNED),
    rows("Get-VHD", &[Field::text(&["path"]), Field::text(&["size"]), Field::text(&["filesize"])], &[]),
    rows(
        "Get-VMHardDiskDrive",
        &[Field::text(&["vmname", "vmid"]), Field::text(&["path"])],
        &["controllertype", "controllerlocation", "controllernumber"],
    ),
    rows(
        "Get-VMReplication",
        &[
            Field::text(&["primaryserver", "primaryservername"]),
            Field::text(&["replicaserver", "replicaservername"]),
        ],
        &["frequencysec", "replicationfrequencysec", "replicationstate", "replicationmode", "mode"],
    ),
];
const ASSIGNED_FORM: &str = "Get-VM with MemoryAssigned";

/// All columns are kept, as properties.
const fn rows(name: &'static str, columns: &'static [Field], marks: &'static [&'static str]) -> Form {
    Form {
        tells: (columns.len(), marks),
        more: |_| Some(Field::text(&[])),
        ..Form::optional(name, columns, columns.len())
    }
}

const fn machines(name: &'static str, columns: &'static [Field]) -> Form {
    Form { needed: 3, tells: (3, MARKS), ..rows(name, columns, &[]) }
}

const STARTUP: [Field; 5] = columns(&["memorystartup", "memorystartupbytes"], PLAIN);
const GIGABYTES: [Field; 5] =
    columns(&["memorystartupgb", "memorygb", "memory gb", "memory (gb)", "ramgb", "ram (gb)"], GIB);
const MEGABYTES: [Field; 5] =
    columns(&["memorystartupmb", "memorymb", "memory mb", "memory (mb)", "rammb", "ram (mb)"], MIB);
const ASSIGNED: [Field; 5] = columns(&["memoryassigned"], PLAIN);
const NAME: usize = 0;
const CPUS: usize = 1;
const MEMORY: usize = 2;
const SIZE: usize = 3;
const HOST: usize = 4;

const fn columns(memory: &'static [&'static str], unit: Unit) -> [Field; 5] {
    [
        Field::text(&["vmname", "name"]),
        Field::count(&["processorcount", "cpus", "vcpus", "vcpu", "cores"]),
        Field::size(memory, unit),
        Field::size(
            &[
                "disksizegb",
                "disk size gb",
                "disk size (gb)",
                "diskgb",
                "disk (gb)",
                "vhdsizegb",
                "totaldiskgb",
                "sizegb",
            ],
            GIB,
        ),
        Field::text(&["computername", "vmhost", "host"]),
    ]
}

/// The objects of such tables, by file.
pub fn objects(tables: &[Table], told: &mut Told, faults: &mut Faults) -> Vec<(String, Value)> {
    let mut files = Vec::new();
    for table in tables {
        let is_of_machines = table.form.starts_with("Get-VM with");
        let kind = if is_of_machines { "Get-VM" } else { table.form };
        told.read.push(format!("Rows of {kind}: {}.", table.rows.len()));
        if table.form == ASSIGNED_FORM {
            let reason = "Memory is what machines have now, for the table does not tell what they start with";
            told.assumed.push(format!("{reason}: {}.", table.rows.len()));
        }
        let row = |row| {
            let mut object = object(table, row);
            let is_there = !is_of_machines || machine(table, row, &mut object, faults);
            is_there.then_some(Value::Object(object))
        };
        files.push((table.file.clone(), Value::Array(table.rows.iter().filter_map(row).collect())));
    }
    files
}

/// The cells of a row by their headers, but for those that name a type of .NET in place of a value.
fn object(table: &Table, row: &Record) -> Object {
    let mut object = Object::new();
    for (cell, column) in row.cells.iter().zip(&table.columns) {
        let text = cell.shown();
        if let Some(header) = column.and_then(|at| table.header.get(at))
            && !text.is_empty()
            && !text.starts_with("System.")
            && !text.starts_with("Microsoft.")
        {
            object.insert(header.clone(), text.into());
        }
    }
    object
}

/// Gives a machine the properties by which it is known; false if it has no name.
fn machine(table: &Table, row: &Record, object: &mut Object, faults: &mut Faults) -> bool {
    let (name, host) = (table.text(row, NAME, faults), table.text(row, HOST, faults));
    if name.is_empty() {
        return false;
    }
    object.insert("Name".into(), name.into());
    if get(object, "ComputerName").is_none() && !host.is_empty() {
        object.insert("ComputerName".into(), host.into());
    }
    let cores = table.whole(row, CPUS, faults);
    object.insert("ProcessorCount".into(), cores.into());
    object.insert("MemoryStartup".into(), table.bytes(row, MEMORY, faults).into());
    if let Some(size) = table.bytes(row, SIZE, faults).filter(|size| *size > 0) {
        object.insert(DISK_SIZE.into(), size.into());
    }
    true
}
