//! A Hyper-V inventory as JSON: what `Get-VM`, `Get-VHD`, `Get-VMHost`, `Get-ClusterNode` and `Get-Volume` give through `ConvertTo-Json`.
//!
//! Every object is told by its properties, wherever it stands: so one file may hold a list, a single object (what `ConvertTo-Json`
//! makes of a list of one), or all lists under names of your choice. Sizes are bytes.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::super::fault::{Fault, Faults, quote};
use super::{Disk, Host, Inventory, InventoryOptions, InventorySource, MACHINES_MAX, Machine, Pieces, Store};
use crate::units::Bytes;

/// The source.
pub const SOURCE: InventorySource =
    InventorySource { name: "hyper-v", about: "a Hyper-V inventory", forms: &[], json: true, read };

type Object = Map<String, Value>;

/// What was found, by kind.
#[derive(Default)]
struct Found<'v> {
    machines: Vec<(&'v str, &'v Object)>,
    /// Size and used bytes of virtual disks, by lower-case path.
    disks: BTreeMap<String, (u64, u64)>,
    /// Path of the base of each differencing disk.
    parents: BTreeMap<String, String>,
    /// Paths of the disks of machines, by lower-case name of the machine; from `Get-VMHardDiskDrive`.
    drives: BTreeMap<String, Vec<String>>,
    hosts: Vec<&'v Object>,
    nodes: BTreeMap<String, String>,
    stores: Vec<&'v Object>,
    /// A nested object that was cut to its name, with its file.
    cut: Option<(&'v str, &'v str)>,
}

fn read(pieces: &Pieces, _: &InventoryOptions, faults: &mut Faults) -> Inventory {
    let mut found = Found::default();
    for (file, value) in &pieces.json {
        walk(file, value, &mut found);
    }
    let mut inventory = Inventory::default();
    inventory.told.read.push(format!(
        "Objects: Get-VM {}, Get-VHD {}, Get-VMHost {}, Get-ClusterNode {}, Get-Volume {}.",
        found.machines.len(),
        found.disks.len(),
        found.hosts.len(),
        found.nodes.len(),
        found.stores.len()
    ));
    let file = pieces.json.first().map_or("import", |(file, _)| file.as_str());
    if found.machines.is_empty() {
        let network = |value: &Value| value.get("nodes").is_some() && value.get("graph").is_some();
        if let Some((file, _)) = pieces.json.iter().find(|(_, value)| network(value)) {
            let reason = "this is a network, not an inventory";
            faults.push(Fault::of(file, reason, "read it with `drsim import topology`"));
            return inventory;
        }
        let reason =
            "there is no machine: no object has the properties Name, ProcessorCount and MemoryStartup";
        faults.push(Fault::of(file, reason, "export `Get-VM` through `ConvertTo-Json -Depth 4`"));
        return inventory;
    }
    if found.machines.len() > MACHINES_MAX {
        let reason = format!("more than {MACHINES_MAX} machines");
        faults.push(Fault::of(file, reason, "import them host by host"));
        return inventory;
    }
    let mut sizes = Vec::new();
    for (file, object) in &found.machines {
        inventory.machines.push(machine(object, &found, &mut sizes, file));
    }
    unknown_sizes(sizes, &found, faults);
    inventory.hosts = found.hosts.iter().map(|object| host(object, &found.nodes)).collect();
    inventory.stores = found.stores.iter().filter_map(|object| store(object)).collect();
    inventory
}

/// Sorts every object that is known into its place; into others it looks.
fn walk<'v>(file: &'v str, value: &'v Value, found: &mut Found<'v>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| walk(file, value, found)),
        Value::Object(object) if has(object, &["ProcessorCount", "MemoryStartup"]) => {
            found.machines.push((file, object));
            match object.get("HardDrives") {
                Some(Value::Array(drives)) => {
                    for drive in drives {
                        match drive.as_str() {
                            Some(text) => found.cut = Some((file, text)),
                            None => walk(file, drive, found),
                        }
                    }
                }
                Some(Value::String(text)) => found.cut = Some((file, text)),
                Some(drive) => walk(file, drive, found),
                None => {}
            }
        }
        Value::Object(object) if has(object, &["Path", "Size", "FileSize"]) => {
            let path = key(text(object, "Path"));
            found.disks.insert(path.clone(), (number(object, "Size"), number(object, "FileSize")));
            let parent = key(text(object, "ParentPath"));
            if !parent.is_empty() {
                found.parents.insert(path, parent);
            }
        }
        Value::Object(object) if has(object, &["Path", "ControllerType"]) => {
            let paths = found.drives.entry(key(text(object, "VMName"))).or_default();
            let path = text(object, "Path").to_owned();
            if !path.is_empty() && !paths.iter().any(|known| key(known) == key(&path)) {
                paths.push(path);
            }
        }
        Value::Object(object) if has(object, &["LogicalProcessorCount", "MemoryCapacity"]) => {
            found.hosts.push(object);
        }
        Value::Object(object) if has(object, &["NodeWeight", "Name"]) => {
            let cluster = match object.get("Cluster") {
                Some(Value::String(name)) => name,
                Some(Value::Object(cluster)) => text(cluster, "Name"),
                Some(_) | None => "",
            };
            found.nodes.insert(key(text(object, "Name")), cluster.to_owned());
        }
        Value::Object(object) if has(object, &["SizeRemaining", "Size"]) => found.stores.push(object),
        Value::Object(object) => object.values().for_each(|value| walk(file, value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn has(object: &Object, keys: &[&str]) -> bool {
    keys.iter().all(|key| object.contains_key(*key))
}

fn text<'o>(object: &'o Object, key: &str) -> &'o str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Names and paths on Windows are the same in any case.
fn key(text: &str) -> String {
    text.to_lowercase()
}

fn number(object: &Object, key: &str) -> u64 {
    object.get(key).and_then(Value::as_u64).unwrap_or(0)
}

fn machine(object: &Object, found: &Found, unknown: &mut Vec<(String, String)>, file: &str) -> Machine {
    let name = [text(object, "Name"), text(object, "VMName")].into_iter().find(|name| !name.is_empty());
    let name = name.unwrap_or_default().to_owned();
    let paths = found.drives.get(&key(&name)).map_or(&[][..], Vec::as_slice);
    let mut disks = Vec::new();
    for path in paths {
        let own = chain(path, found);
        let Some((size, _)) = own.last().and_then(|base| found.disks.get(base)) else {
            unknown.push((file.to_owned(), path.clone()));
            continue;
        };
        // a checkpoint's files hold what differs, beside the base
        let used = own
            .iter()
            .filter_map(|part| found.disks.get(part))
            .fold(0, |sum: u64, (_, used)| sum.saturating_add(*used));
        let name = path.rsplit(['\\', '/']).next().unwrap_or(path).to_owned();
        let used = Some(Bytes(used.min(*size)));
        let counter = Some(super::measured::counter_name(path));
        disks.push(Disk {
            name,
            size: Bytes(*size),
            used,
            store: volume_of(path),
            counter,
            ..Disk::default()
        });
    }
    let host = text(object, "ComputerName");
    let cores = u32::try_from(number(object, "ProcessorCount")).unwrap_or(u32::MAX);
    Machine {
        name,
        cores,
        memory: Bytes(number(object, "MemoryStartup")),
        disks,
        host: (!host.is_empty()).then(|| host.to_owned()),
        cluster: found.nodes.get(&key(host)).filter(|cluster| !cluster.is_empty()).cloned(),
        off: off(object.get("State")),
        generation: u8::try_from(number(object, "Generation")).ok().filter(|number| matches!(number, 1 | 2)),
    }
}

/// A disk's path and those of its parents, the base last.
fn chain(path: &str, found: &Found) -> Vec<String> {
    let mut chain = vec![key(path)];
    while let Some(parent) = chain.last().and_then(|last| found.parents.get(last)) {
        // a parent that is not in the export, or a circle, ends it
        if chain.contains(parent) || !found.disks.contains_key(parent) {
            break;
        }
        chain.push(parent.clone());
    }
    chain
}

/// Off or saved: 3 and 6 as a number, or in words.
fn off(state: Option<&Value>) -> bool {
    match state {
        Some(Value::Number(number)) => matches!(number.as_u64(), Some(3 | 6)),
        Some(Value::String(state)) => matches!(key(state).as_str(), "off" | "saved"),
        Some(_) | None => false,
    }
}

/// `Volume1` of `C:\ClusterStorage\Volume1\…`, else the drive's letter or the share.
fn volume_of(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split(['\\', '/']).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [_, folder, volume, _, ..] if folder.eq_ignore_ascii_case("ClusterStorage") => {
            Some((*volume).to_owned())
        }
        [drive, _, ..] if drive.ends_with(':') => Some(drive.to_uppercase()),
        [server, share, _, ..] => Some(format!("{server}-{share}")),
        _ => None,
    }
}

fn unknown_sizes(unknown: Vec<(String, String)>, found: &Found, faults: &mut Faults) {
    if let Some((file, text)) = found.cut {
        let reason = format!("a disk is cut to its name, `{}`", quote(text));
        faults.push(Fault::of(file, reason, "export with `ConvertTo-Json -Depth 4`: the default cuts at 2"));
    }
    for (file, path) in unknown {
        let reason = format!("the size of `{}` is not known", quote(&path));
        faults.push(Fault::of(&file, reason, "export `Get-VHD` of all disks too, with their parents"));
    }
}

fn host(object: &Object, nodes: &BTreeMap<String, String>) -> Host {
    let name = [text(object, "ComputerName"), text(object, "Name")].into_iter().find(|name| !name.is_empty());
    let name = name.unwrap_or("host").to_owned();
    Host {
        cluster: nodes.get(&key(&name)).filter(|cluster| !cluster.is_empty()).cloned(),
        cores: u32::try_from(number(object, "LogicalProcessorCount")).unwrap_or(u32::MAX),
        memory: Bytes(number(object, "MemoryCapacity")),
        name,
    }
}

/// A volume, by its drive letter or, on a cluster, by its label.
fn store(object: &Object) -> Option<Store> {
    let letter = match object.get("DriveLetter") {
        Some(Value::String(letter)) if !letter.trim_matches('\0').is_empty() => {
            Some(format!("{}:", letter.to_uppercase()))
        }
        // ConvertTo-Json may write a character as its number
        Some(Value::Number(code)) => code
            .as_u64()
            .and_then(|code| u8::try_from(code).ok())
            .filter(u8::is_ascii_alphabetic)
            .map(|code| format!("{}:", char::from(code))),
        Some(_) | None => None,
    };
    let label = text(object, "FileSystemLabel");
    let name = letter.or_else(|| (!label.is_empty()).then(|| label.to_owned()))?;
    Some(Store { name, free: Bytes(number(object, "SizeRemaining")) })
}
