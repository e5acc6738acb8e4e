//! Machines as Virtual Machine Manager exports them: `Get-SCVirtualMachine` through `ConvertTo-Json` or `Export-Csv`.
//!
//! Memory is in MB, which are MiB; disks are those of `VirtualDiskDrives`, their sizes in bytes. A table has no disks, only what all of them
//! take together.

use serde_json::Value;

use super::super::fault::{Fault, Faults, quote};
use super::super::field::{Field, Form};
use super::super::table::Table;
use super::super::unit::{MIB as MEBIBYTE, PLAIN};
use super::json::{Object, computer, get, has, is_true, key, name, shape, text, whole, words};
use super::measured::counter_name;
use super::power::{States, Unknown};
use super::{
    Disk, Inventory, InventoryOptions, InventorySource, MACHINES_MAX, MIB, Machine, Pieces, Replica, Told,
    names_of, sides,
};
use crate::units::Bytes;

/// The source.
pub const SOURCE: InventorySource = InventorySource {
    name: "vmm",
    about: "an export of Virtual Machine Manager",
    forms: FORMS,
    json: Some(is_machine),
    read,
};

const FORMS: &[Form] = &[Form {
    tells: (3, &["hostname", "cloud", "vmhost", "totalsize", "virtualmachinestate", "status"]),
    ..Form::needed("Get-SCVirtualMachine", COLUMNS, 3)
}];

const COLUMNS: &[Field] = &[
    Field::text(&["name"]),
    Field::count(&["cpucount"]),
    Field::size(&["memory", "memory (mb)", "memorymb"], MEBIBYTE),
    Field::text(&["hostname", "vmhost"]),
    Field::text(&["statusstring", "virtualmachinestate", "status"]),
    Field::size(&["totalsize"], PLAIN),
    Field::text(&["id", "vmid"]),
    Field::text(&["isrecoveryvm"]),
];
const NAME: usize = 0;
const CPUS: usize = 1;
const MEMORY: usize = 2;
const HOST: usize = 3;
const STATUS: usize = 4;
const TOTAL: usize = 5;
const ID: usize = 6;
const IS_COPY: usize = 7;

/// States by their words, and by the numbers that are known.
const STATES: States = States {
    on: &[
        "running",
        "paused",
        "starting",
        "stopping",
        "poweringoff",
        "saving",
        "restoring",
        "pausing",
        "resuming",
        "undermigration",
        "0",
    ],
    off: &["poweroff", "stopped", "saved", "savedstate", "stored", "storedinlibrary", "off", "1"],
};

fn is_machine(object: &Object) -> bool {
    has(object, &["Name", "CPUCount", "Memory"])
}

fn read(pieces: &Pieces, _: &InventoryOptions, faults: &mut Faults) -> Inventory {
    let mut inventory = Inventory::default();
    let mut reading = Reading::default();
    for (file, value) in &pieces.json {
        reading.walk(file, value, faults);
    }
    for table in &pieces.tables {
        reading.table(table, faults);
    }
    if reading.machines.len() > MACHINES_MAX {
        let reason = format!("more than {MACHINES_MAX} machines");
        faults.push(Fault::of("import", reason, "import them cloud by cloud"));
        return inventory;
    }
    let told = &mut inventory.told;
    told.read
        .push(format!("Machines of Virtual Machine Manager: {}.", reading.machines.len() + reading.twice));
    if reading.twice > 0 {
        told.dropped.push(format!("Machines that are listed twice, by host and id: {}.", reading.twice));
    }
    told.assumed.push("A MB of memory is a MiB, as VMM means it.".to_owned());
    if reading.summed > 0 {
        told.assumed.push(format!(
            "Machines of a table have one disk of the size that theirs take together: {}.",
            reading.summed
        ));
    }
    reading.unknown.tell(told);
    protect(&mut reading, told);
    inventory.machines = reading.machines;
    sides::part(&mut inventory);
    inventory
}

/// A machine and its replica are one: the replica tells where the machine is protected to.
fn protect(reading: &mut Reading, told: &mut Told) {
    let (mut held, mut alone) = (0, Vec::new());
    for (name, host) in &reading.copies {
        let mut own = reading.machines.iter_mut().filter(|machine| machine.name.eq_ignore_ascii_case(name));
        match (own.next(), own.next()) {
            (Some(machine), None) => {
                machine.replica = Some(Replica { host: host.clone(), ..Replica::default() });
                held += 1;
            }
            (None | Some(_), _) => alone.push(name.as_str()),
        }
    }
    if held > 0 {
        told.read.push(format!(
            "Replicas of machines that are in the export too, each one machine with it: {held}."
        ));
    }
    if !alone.is_empty() {
        let reason = "Replicas that are of no machine in the export, or of several of one name";
        told.dropped.push(format!("{reason}: {} ({}).", alone.len(), names_of(&alone)));
    }
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    machines: Vec<Machine>,
    /// Hosts and ids.
    known: std::collections::BTreeSet<(String, String)>,
    twice: usize,
    summed: usize,
    unknown: Unknown,
    /// Names of replicas, each with its host.
    copies: Vec<(String, Option<String>)>,
}

impl Reading {
    fn walk(&mut self, file: &str, value: &Value, faults: &mut Faults) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.walk(file, value, faults)),
            Value::Object(object) if is_machine(object) => {
                let machine = machine(file, object, &mut self.unknown, faults);
                let is = |key| is_true(object, key) == Some(true);
                let copy = is("IsRecoveryVM") || is("IsTestReplicaVM");
                self.add(text(object, &["ID", "VMId"]), copy, machine);
            }
            Value::Object(object) => object.values().for_each(|value| self.walk(file, value, faults)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn table(&mut self, table: &Table, faults: &mut Faults) {
        for row in &table.rows {
            let name = table.text(row, NAME, faults);
            if name.is_empty() {
                continue;
            }
            let cores = table.whole(row, CPUS, faults).unwrap_or(0);
            let host = table.text(row, HOST, faults);
            let size = table.bytes(row, TOTAL, faults).filter(|size| *size > 0);
            let disk = |size| Disk { name: "disk".into(), size: Bytes(size), ..Disk::default() };
            self.summed += usize::from(size.is_some());
            let machine = Machine {
                name: name.to_owned(),
                cores: u32::try_from(cores).unwrap_or(u32::MAX),
                memory: Bytes(table.bytes(row, MEMORY, faults).unwrap_or(0)),
                disks: size.map(disk).into_iter().collect(),
                host: (!host.is_empty()).then(|| host.to_owned()),
                off: STATES.is_off(name, &[table.text(row, STATUS, faults).to_owned()], &mut self.unknown),
                ..Machine::default()
            };
            let copy = table.text(row, IS_COPY, faults).eq_ignore_ascii_case("true");
            self.add(table.text(row, ID, faults), copy, machine);
        }
    }

    /// Without an id machines of a host may bear one name.
    fn add(&mut self, id: &str, copy: bool, machine: Machine) {
        let host = computer(machine.host.as_deref().unwrap_or(""));
        if copy {
            self.copies.push((machine.name, machine.host));
        } else if id.is_empty() || self.known.insert((host, key(id))) {
            self.machines.push(machine);
        } else {
            self.twice += 1;
        }
    }
}

fn machine(file: &str, object: &Object, unknown: &mut Unknown, faults: &mut Faults) -> Machine {
    let called = text(object, &["Name"]).to_owned();
    let of = format!("a disk of machine `{}`", quote(&called));
    let (cores, memory, generation) = shape(object, ["CPUCount", "Memory"], (&called, file), faults);
    let mut whole = |disk: &Object, key: &str| whole(disk, key, &of, file, faults);
    let (mut disks, mut sizeless) = (Vec::new(), Vec::new());
    for disk in disks_of(object) {
        let Some(size) = whole(disk, "MaximumSize").filter(|size| *size > 0) else {
            sizeless.push(text(disk, &["Name", "Location", "SharePath"]));
            continue;
        };
        let used = whole(disk, "Size").map(Bytes);
        let path = text(disk, &["Location", "SharePath"]);
        disks.push(Disk {
            name: match path.rsplit(['\\', '/']).next() {
                Some(file) if !file.is_empty() => file.to_owned(),
                Some(_) | None => text(disk, &["Name"]).to_owned(),
            },
            size: Bytes(size),
            used,
            store: super::hyper_v::volume_of(path),
            counter: (!path.is_empty()).then(|| counter_name(path)),
            ..Disk::default()
        });
    }
    for disk in sizeless {
        let reason =
            format!("machine `{}` has a disk `{}` without a MaximumSize", quote(&called), quote(disk));
        faults.push(Fault::of(
            file,
            reason,
            "export its VirtualDiskDrives again, with `ConvertTo-Json -Depth 4`",
        ));
    }
    let host =
        [text(object, &["HostName"]), name(object, "VMHost")].into_iter().find(|host| !host.is_empty());
    let states = ["StatusString", "VirtualMachineState", "Status"];
    Machine {
        name: called.clone(),
        cores,
        memory: Bytes(memory.saturating_mul(MIB)),
        disks,
        host: host.map(str::to_owned),
        off: STATES.is_off(&called, &words(object, &states), unknown),
        generation,
        ..Machine::default()
    }
}

/// The virtual disks of a machine: those of its drives, else those that it lists.
fn disks_of(machine: &Object) -> Vec<&Object> {
    let list = |property: &str| -> Vec<&Object> {
        match get(machine, property) {
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_object).collect(),
            Some(Value::Object(object)) => vec![object],
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => Vec::new(),
        }
    };
    let drives: Vec<&Object> = list("VirtualDiskDrives")
        .into_iter()
        .filter_map(|drive| get(drive, "VirtualHardDisk")?.as_object())
        .collect();
    if drives.is_empty() { list("VirtualHardDisks") } else { drives }
}
