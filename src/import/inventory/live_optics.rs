//! A workbook of Live Optics, or its sheets as CSV: `VMs`, and `VM Performance` and `ESX Hosts` where they are there.
//!
//! No export was at hand: sheets and columns are those of public descriptions, and any order, unit in brackets and missing column is taken as it
//! comes. Unverified by a file, which is told.

use super::super::fault::{Fault, Faults};
use super::super::field::{Field, Form, bare};
use super::super::table::{Record, Table};
use super::super::unit::{MIB, Unit};
use super::join::{Added, Index, Joined, Match, Who};
use super::power::{States, Unknown};
use super::{Disk, Host, Inventory, InventoryOptions, InventorySource, MACHINES_MAX, Machine, Pieces};
use crate::units::{Bytes, Rate};

/// The source.
pub const SOURCE: InventorySource = InventorySource {
    name: "live-optics",
    about: "a workbook of Live Optics",
    forms: FORMS,
    json: None,
    read,
};

const FORMS: &[Form] = &[
    Form { plain: bare, tells: (4, &["virtual disk used", "mob id"]), ..Form::needed("VMs", VMS, 4) },
    Form { plain: bare, tells: (2, BY_NAME), ..Form::optional("VM Performance", PERFORMANCE, 2) },
    Form { plain: bare, tells: (3, BY_NAME), ..Form::optional("ESX Hosts", HOSTS, 3) },
];
/// What no header is: such sheets are told by their name alone.
const BY_NAME: &[&str] = &["\0"];
const MIB_A_SECOND: Unit = Unit { bits: MIB.bits, per_second: true };

const VMS: &[Field] = &[
    Field::text(&["vm name", "name"]),
    Field::count(&["virtual cpu", "virtual cpus", "vcpu", "vcpus"]),
    Field::size(&["provisioned memory", "memory"], MIB),
    Field::size(&["virtual disk size", "virtual disk capacity", "provisioned disk"], MIB),
    Field::size(&["virtual disk used", "used disk"], MIB),
    Field::text(&["power state"]),
    Field::text(&["host", "host name", "esx host"]),
    Field::text(&["cluster"]),
    Field::text(&["template", "is template"]),
    Field::text(&["mob id", "vm id"]),
    Field::text(&["vcenter", "vcenter server"]),
];
const NAME: usize = 0;
const CPUS: usize = 1;
const MEMORY: usize = 2;
const SIZE: usize = 3;
const USED: usize = 4;
const POWER: usize = 5;
const HOST: usize = 6;
const CLUSTER: usize = 7;
const TEMPLATE: usize = 8;
const VM_ID: usize = 9;
const VM_SERVER: usize = 10;

const PERFORMANCE: &[Field] = &[
    Field::text(&["vm name", "name"]),
    Field::rate(
        &["average write", "avg write", "average write throughput", "avg write throughput"],
        MIB_A_SECOND,
    ),
    Field::text(&["mob id", "vm id"]),
    Field::text(&["vcenter", "vcenter server"]),
];
const WRITES: usize = 1;
const OF_ID: usize = 2;
const OF_SERVER: usize = 3;

const HOSTS: &[Field] = &[
    Field::text(&["host name", "host", "name"]),
    Field::count(&["cpu cores", "cores", "core count"]),
    Field::size(&["memory", "total memory"], MIB),
    Field::text(&["cluster"]),
];

const STATES: States = States { on: &["poweredon", "on"], off: &["poweredoff", "suspended", "off"] };

fn read(pieces: &Pieces, _: &InventoryOptions, faults: &mut Faults) -> Inventory {
    let mut inventory = Inventory::default();
    let (mut index, mut joined, mut unknown) = (Index::default(), Joined::default(), Unknown::default());
    let of = |form: &'static str| pieces.tables.iter().filter(move |table| table.form == form);
    if of("VMs").next().is_none() {
        let file = pieces.tables.first().map_or("import", |table| table.file.as_str());
        let reason = "the sheet VMs, which lists the machines, is missing";
        faults.push(Fault::of(file, reason, "export the whole workbook, or name the file of VMs too"));
    }
    let mut templates = 0;
    for table in of("VMs") {
        for row in &table.rows {
            if !table.text(row, NAME, faults).is_empty() {
                templates +=
                    usize::from(!machine(table, row, (&mut inventory, &mut index, &mut unknown), faults));
            }
        }
    }
    let mut measured = 0;
    for table in of("VM Performance") {
        for row in &table.rows {
            let Some(writes) = table.bytes(row, WRITES, faults) else { continue };
            match index.find(who(table, row, (OF_ID, OF_SERVER), faults), &mut joined) {
                Match::One(at) => {
                    inventory.machines[at].disks.iter_mut().for_each(|disk| disk.writes = Some(Rate(writes)));
                    measured += 1;
                }
                Match::None => {}
                Match::Several => {
                    let reason = "this row may be that of several machines of VMs".to_owned();
                    faults.push(table.fault(row, NAME, reason, "export both sheets with MOB ID and vCenter"));
                }
            }
        }
    }
    for table in of("ESX Hosts") {
        inventory.hosts.extend(table.rows.iter().filter_map(|row| host(table, row, faults)));
    }
    unknown.tell(&mut inventory.told);
    let told = &mut inventory.told;
    told.read.push(format!("Machines with a measured mean of writes: {measured}."));
    if joined.lost > 0 {
        told.dropped.push(format!("Rows of VM Performance of machines that VMs has not: {}.", joined.lost));
    }
    if templates > 0 {
        told.dropped.push(format!("Templates, and machines that are listed twice: {templates}."));
    }
    told.assumed.push(format!(
        "A machine has one disk of the size that its disks take together: {}.",
        inventory.machines.len()
    ));
    told.assumed.push(
        "Columns are those of public descriptions of Live Optics: no export was at hand to hold them to."
            .to_owned(),
    );
    inventory
}

fn who<'r>(table: &'r Table, row: &'r Record, (id, server): (usize, usize), faults: &mut Faults) -> Who<'r> {
    let mut text = |field| table.text(row, field, faults);
    Who { server: text(server), export: table.export(), id: text(id), name: text(NAME) }
}

/// Adds a machine; false if it is a template, or known.
fn machine(
    table: &Table,
    row: &Record,
    (inventory, index, unknown): (&mut Inventory, &mut Index, &mut Unknown),
    faults: &mut Faults,
) -> bool {
    let mut text = |field| table.text(row, field, faults).to_owned();
    let (name, power, host, cluster) = (text(NAME), text(POWER), text(HOST), text(CLUSTER));
    let is_template = ["true", "yes", "1"].contains(&text(TEMPLATE).to_lowercase().as_str());
    if is_template {
        return false;
    }
    let who = who(table, row, (VM_ID, VM_SERVER), faults);
    let fault = match index.add(who) {
        Added::New if inventory.machines.len() < MACHINES_MAX => None,
        Added::New => Some((format!("more than {MACHINES_MAX} machines"), "export fewer at once")),
        Added::Twice => return false,
        Added::Meets(_) => Some((
            format!("its MOB ID `{}` is that of another machine too", who.id),
            "import one vCenter at a time",
        )),
    };
    if let Some((reason, remedy)) = fault {
        faults.push(table.fault(row, NAME, reason, remedy));
        return true;
    }
    let size = table.bytes(row, SIZE, faults).filter(|size| *size > 0);
    let used = table.bytes(row, USED, faults);
    let disk =
        |size: u64| Disk { name: "disk".into(), size: Bytes(size), used: used.map(Bytes), ..Disk::default() };
    let is_told = table.columns[POWER].is_some();
    inventory.machines.push(Machine {
        off: is_told && STATES.is_off(&name, &[power], unknown),
        cores: u32::try_from(table.whole(row, CPUS, faults).unwrap_or(0)).unwrap_or(u32::MAX),
        memory: Bytes(table.bytes(row, MEMORY, faults).unwrap_or(0)),
        disks: size.map(disk).into_iter().collect(),
        host: Some(host).filter(|host| !host.is_empty()),
        cluster: Some(cluster).filter(|cluster| !cluster.is_empty()),
        name,
        ..Machine::default()
    });
    true
}

fn host(table: &Table, row: &Record, faults: &mut Faults) -> Option<Host> {
    let (name, cluster) = (table.text(row, 0, faults).to_owned(), table.text(row, 3, faults).to_owned());
    let cores = table.whole(row, 1, faults).and_then(|cores| u32::try_from(cores).ok());
    let memory = table.bytes(row, 2, faults);
    (!name.is_empty()).then(|| Host {
        name,
        cores: cores.unwrap_or(0),
        memory: Bytes(memory.unwrap_or(0)),
        cluster: Some(cluster).filter(|cluster| !cluster.is_empty()),
    })
}
