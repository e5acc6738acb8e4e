//! `Get-VM` through `Export-Csv`, with the columns that somebody selected.

use super::super::super::fault::Faults;
use super::super::super::field::{Field, Form, plain};
use super::super::super::table::Table;
use super::super::super::unit::{GIB, PLAIN};
use super::super::{Disk, Inventory, Machine};
use crate::units::Bytes;

/// Its one table.
pub const FORMS: &[Form] = &[Form {
    name: "Get-VM",
    columns: COLUMNS,
    needed: 3,
    tells: (3, &[]),
    optional: false,
    first_is_any: false,
    plain,
    more: |_| None,
    kilo: 1024,
    own: &[],
}];

const COLUMNS: &[Field] = &[
    Field::text(&["vmname", "name"]),
    Field::count(&["processorcount"]),
    Field::size(&["memorystartup"], PLAIN),
    Field::text(&["state"]),
    Field::text(&["computername", "vmhost"]),
    Field::size(&["disksizegb", "disk size gb", "vhdsizegb", "totaldiskgb", "sizegb"], GIB),
    Field::count(&["generation"]),
];
const NAME: usize = 0;
const CPUS: usize = 1;
const MEMORY: usize = 2;
const STATE: usize = 3;
const HOST: usize = 4;
const SIZE: usize = 5;
const GENERATION: usize = 6;

/// The machines of such tables.
pub fn read(tables: &[Table], inventory: &mut Inventory, faults: &mut Faults) -> Vec<Machine> {
    let mut machines = Vec::new();
    let mut summed = 0;
    for table in tables {
        inventory.told.read.push(format!("Rows of Get-VM: {}.", table.rows.len()));
        for row in &table.rows {
            let name = table.text(row, NAME, faults);
            if name.is_empty() {
                continue;
            }
            let cores = table.whole(row, CPUS, faults).unwrap_or(0);
            let host = table.text(row, HOST, faults);
            let size = table.bytes(row, SIZE, faults).filter(|size| *size > 0);
            summed += usize::from(size.is_some());
            let disk = |size| Disk { name: "disk".into(), size: Bytes(size), ..Disk::default() };
            let state = table.text(row, STATE, faults).to_lowercase();
            let generation = table.whole(row, GENERATION, faults).and_then(|it| u8::try_from(it).ok());
            machines.push(Machine {
                name: name.to_owned(),
                cores: u32::try_from(cores).unwrap_or(u32::MAX),
                memory: Bytes(table.bytes(row, MEMORY, faults).unwrap_or(0)),
                disks: size.map(disk).into_iter().collect(),
                host: (!host.is_empty()).then(|| host.to_owned()),
                off: matches!(state.as_str(), "off" | "saved" | "3" | "6"),
                generation: generation.filter(|number| matches!(number, 1 | 2)),
                ..Machine::default()
            });
        }
    }
    if summed > 0 {
        let told = "Machines of a table have one disk of the size that the table gives";
        inventory.told.assumed.push(format!("{told}, a GB being a GiB: {summed}."));
    }
    machines
}
