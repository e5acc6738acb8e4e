//! A Hyper-V inventory in JSON or in tables: what `Get-VM`, `Get-VHD`, `Get-VMHost`, `Get-ClusterNode`,
//! `Get-Volume` and `Get-VMReplication` give through `ConvertTo-Json` or `Export-Csv`.
//!
//! Every object is told by its properties, wherever it stands: so one file may hold a list, a single object (what `ConvertTo-Json`
//! makes of a list of one), or all lists under names of your choice. Sizes are bytes.

mod table;
mod found;
mod identity;
mod condition;
mod broker;
mod replica;
mod machine;
mod place;

pub(super) use machine::volume_of;

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::fault::{Fault, Faults, quote};
use super::json::{Object, has, text};
use super::{Inventory, InventoryOptions, InventorySource, MACHINES_MAX, Pieces, Told, names_of, sides};
use found::{Finds, Found};
use identity::{Index, host, id};

/// The source.
pub const SOURCE: InventorySource = InventorySource {
    name: "hyper-v",
    about: "a Hyper-V inventory",
    forms: table::FORMS,
    json: Some(is_machine),
    read,
};

fn is_machine(object: &Object) -> bool {
    has(object, &["ProcessorCount", "MemoryStartup"])
}

fn read(pieces: &Pieces, _: &InventoryOptions, faults: &mut Faults) -> Inventory {
    let (mut finds, mut inventory) = (Finds::default(), Inventory::default());
    let rows = table::objects(&pieces.tables, &mut inventory.told, faults);
    for (file, value) in pieces.json.iter().chain(&rows) {
        finds.walk(file, value);
    }
    inventory.told.read.push(format!(
        "Objects: Get-VM {}, Get-VHD {}, Get-VMHost {}, Get-ClusterNode {}, Get-Volume {}, Get-VMReplication {}.",
        finds.machines.len(),
        finds.disks.values().map(Vec::len).sum::<usize>(),
        finds.hosts.len(),
        finds.nodes.len(),
        finds.stores.len(),
        finds.replications.len()
    ));
    if let Some(fault) = without_machines(pieces, finds.machines.len()) {
        faults.push(fault);
        return inventory;
    }
    let machines = std::mem::take(&mut finds.machines);
    let machines = once(machines, &finds, &mut inventory.told);
    let machines = with_drives(machines, &finds, &mut inventory.told, faults);
    let (machines, copies) = replica::parted(machines);
    let replicas = replica::protections(&machines, &copies, &finds, &mut inventory.told, faults);
    machine::read(&machines, replicas, &finds, &mut inventory, faults);
    inventory.hosts = finds.hosts.iter().filter_map(|object| place::host(object, &finds, faults)).collect();
    inventory.stores = finds.stores.iter().filter_map(|object| place::store(object, faults)).collect();
    broker::list_nodes(&mut inventory, &finds);
    sides::part(&mut inventory);
    inventory
}

/// Why there is nothing to read.
fn without_machines(pieces: &Pieces, machines: usize) -> Option<Fault> {
    let files = pieces.json.iter().map(|(file, _)| file).chain(pieces.tables.iter().map(|table| &table.file));
    let file = files.map(String::as_str).next().unwrap_or("import");
    if machines > MACHINES_MAX {
        let reason = format!("more than {MACHINES_MAX} machines");
        return Some(Fault::of(file, reason, "import them host by host"));
    }
    if machines > 0 {
        return None;
    }
    let network = |value: &Value| value.get("nodes").is_some() && value.get("graph").is_some();
    if let Some((file, _)) = pieces.json.iter().find(|(_, value)| network(value)) {
        let reason = "this is a network, not an inventory";
        return Some(Fault::of(file, reason, "read it with `drsim import topology`"));
    }
    let reason = "there is no machine: no object has the properties Name, ProcessorCount and MemoryStartup";
    Some(Fault::of(file, reason, "export `Get-VM` through `ConvertTo-Json -Depth 4`"))
}

/// Each machine once: a host lists what it has, an export may hold a list twice, and a node of a cluster what another has listed before it moved.
fn once<'v>(machines: Vec<Found<'v>>, finds: &Finds<'v>, told: &mut Told) -> Vec<Found<'v>> {
    let all = machines.len();
    let mut seen = BTreeSet::new();
    let is_new = |machine: &Found<'v>| {
        let (id, host) = (id(machine.object), host(machine.object));
        let place = finds.cluster(&host).map_or(host.clone(), str::to_owned);
        // Without an id two machines of a host may bear one name.
        id.is_empty() || seen.insert((place, id, replica::role(machine.object) == replica::Role::Copy))
    };
    let machines: Vec<Found<'v>> = machines.into_iter().filter(is_new).collect();
    if all > machines.len() {
        let twice = all - machines.len();
        told.dropped.push(format!("Machines that are listed twice, by host or cluster and id: {twice}."));
    }
    let mut ids = BTreeSet::new();
    let is_again = |machine: &&Found<'v>| {
        let id = id(machine.object);
        replica::role(machine.object) == replica::Role::None && !id.is_empty() && !ids.insert(id)
    };
    let again: Vec<&str> =
        machines.iter().filter(is_again).map(|machine| text(machine.object, &["Name", "VMName"])).collect();
    if !again.is_empty() {
        let reason = "Machines whose id another host has, too, count as several";
        let remedy = "of a cluster export `Get-ClusterNode`, too";
        told.assumed.push(format!("{reason}: {} ({}); {remedy}.", again.len(), names_of(&again)));
    }
    machines
}

/// Gives the drives that stand on their own to their machines: by host, and by id or name.
fn with_drives<'v>(
    mut machines: Vec<Found<'v>>,
    finds: &Finds<'v>,
    told: &mut Told,
    faults: &mut Faults,
) -> Vec<Found<'v>> {
    let (index, mut strange) = (Index::new(&machines), Vec::new());
    for drive in &finds.drives {
        match index.whose(drive, &["ComputerName"]).as_slice() {
            [] => strange.push(text(drive, &["VMName", "VMId", "Path"])),
            [at] => machines[*at].drives.push(drive),
            [at, ..] => {
                let (name, several) = (quote(text(drive, &["VMName"])), "machines of that name");
                let reason = format!("a drive of `{name}` may be that of several {several}");
                let remedy = "export `Get-VMHardDiskDrive` with its ComputerName and VMId";
                faults.push(Fault::of(machines[*at].file, reason, remedy));
            }
        }
    }
    if !strange.is_empty() {
        let reason = "Drives of machines that are not in the export";
        told.dropped.push(format!("{reason}: {} ({}).", strange.len(), names_of(&strange)));
    }
    machines
}
