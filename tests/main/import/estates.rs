//! A known estate as Hyper-V and VMM export it, in every way of writing it: read alike or refused, and a changed cell changes one machine.

use std::collections::BTreeMap;

use drsim::import::Faults;
use drsim::import::inventory::{Inventory, InventoryOptions, MIB};
use serde_json::{Map, Value, json};

use crate::import::conventions::{Dice, Writing};
use crate::import::inventory::inventory;

/// A machine as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    name: String,
    host: String,
    cores: u64,
    memory: u64,
    off: bool,
    generation: u64,
    /// Size and used bytes.
    disks: Vec<(u64, u64)>,
    /// Host of its replica, and seconds between copies.
    replica: Option<(&'static str, u64)>,
}

/// What is read of a machine, by its name.
type Read = BTreeMap<String, Known>;

fn estate(dice: &mut Dice) -> Vec<Known> {
    let count = 1 + dice.below(4);
    let machine = |at: u64, dice: &mut Dice| Known {
        name: format!("m{at}"),
        host: format!("hv{}", dice.below(2)),
        cores: 1 + dice.below(64),
        memory: MIB * (1 + dice.below(1 << 20)),
        off: dice.below(4) == 0,
        generation: 1 + dice.below(2),
        disks: (0..1 + dice.below(2)).map(|_| (1 << (30 + dice.below(8)), MIB * dice.below(1024))).collect(),
        replica: (dice.below(2) == 0).then(|| ("dr1", dice.of(&[30, 300, 900]))),
    };
    (0..count).map(|at| machine(at, dice)).collect()
}

/// How a shell writes objects.
struct Shell {
    /// Whether properties have the names that somebody typed.
    small: bool,
    /// Numbers: as they are, as text, with an exponent.
    numbers: u64,
    words: bool,
    nested: bool,
    domain: bool,
    pretty: bool,
    layout: u64,
    writing: Writing,
}

impl Shell {
    fn any(dice: &mut Dice) -> Shell {
        Shell {
            small: dice.below(4) == 0,
            numbers: dice.below(3),
            words: dice.below(2) == 0,
            nested: dice.below(2) == 0,
            domain: dice.below(2) == 0,
            pretty: dice.below(2) == 0,
            layout: dice.below(3),
            writing: Writing::any(dice, '.', None),
        }
    }

    fn number(&self, number: u64) -> Value {
        match self.numbers {
            1 => json!(number.to_string()),
            2 if number >= 10 => {
                let digits = number.to_string();
                json!(format!("{}.{}E+{}", &digits[..1], &digits[1..], digits.len() - 1))
            }
            _ => json!(number),
        }
    }

    fn word(&self, word: &str, number: u64) -> Value {
        if self.words { json!(word) } else { json!(number) }
    }

    fn host(&self, host: &str) -> Value {
        json!(if self.domain { format!("{}.corp.local", host.to_uppercase()) } else { host.to_owned() })
    }

    /// A value with its properties in any order.
    fn text(&self, value: &Value, dice: &mut Dice) -> String {
        let (blank, line) = if self.pretty { (" ", self.writing.line) } else { ("", "") };
        match value {
            Value::Array(values) => {
                let values: Vec<String> = values.iter().map(|value| self.text(value, dice)).collect();
                format!("[{line}{}{line}]", values.join(&format!(",{line}")))
            }
            Value::Object(object) => {
                let mut all: Vec<(&String, &Value)> = object.iter().collect();
                for at in (1..all.len()).rev() {
                    all.swap(at, usize::try_from(dice.below(at as u64 + 1)).unwrap());
                }
                let name = |name: &str| if self.small { name.to_lowercase() } else { name.to_owned() };
                let all: Vec<String> = all
                    .into_iter()
                    .map(|(key, value)| format!("\"{}\":{blank}{}", name(key), self.text(value, dice)))
                    .collect();
                format!("{{{line}{}{line}}}", all.join(&format!(",{line}")))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
        }
    }

    /// Lists of objects as files; a list of one is no list.
    fn files(&self, lists: &[(&str, Vec<Value>)], dice: &mut Dice) -> Vec<(String, Vec<u8>)> {
        let list = |values: &Vec<Value>| match values.as_slice() {
            [one] => one.clone(),
            several => Value::Array(several.to_vec()),
        };
        let values: Vec<Value> = match self.layout {
            0 => vec![Value::Array(lists.iter().flat_map(|(_, values)| values.clone()).collect())],
            1 => {
                let named = lists.iter().map(|(name, values)| ((*name).to_owned(), list(values)));
                vec![Value::Object(named.collect())]
            }
            _ => lists
                .iter()
                .filter(|(_, values)| !values.is_empty())
                .map(|(_, values)| list(values))
                .collect(),
        };
        let file = |(at, value): (usize, &Value)| {
            (format!("{at}.json"), self.writing.bytes(&self.text(value, dice)))
        };
        values.iter().enumerate().map(file).collect()
    }
}

/// Objects of each machine: itself first, then its drives, disks and replication.
type Objects = Vec<Vec<Map<String, Value>>>;

fn date(dice: &mut Dice) -> Value {
    match dice.below(3) {
        0 => json!("/Date(1732442400000)/"),
        1 => json!("2026-11-24T10:00:00+01:00"),
        _ => {
            json!({"value": "/Date(1732442400000)/", "DisplayHint": 2, "DateTime": "Tuesday, November 24, 2026 10:00:00 AM"})
        }
    }
}

fn hyper_v(estate: &[Known], shell: &Shell, dice: &mut Dice) -> Objects {
    let mut objects = Vec::new();
    let mut on_host: BTreeMap<&str, usize> = BTreeMap::new();
    for known in estate {
        let (host, id) = (shell.host(&known.host), format!("id-{}", known.name));
        let (mut drives, mut disks) = (Vec::new(), Vec::new());
        for (size, used) in &known.disks {
            // Every host has such a file.
            let at = on_host.entry(&known.host).or_default();
            let path = format!("C:\\VMs\\disk{at}.vhdx");
            *at += 1;
            drives.push(json!({"VMName": known.name, "VMId": id, "ComputerName": host, "Path": path, "ControllerType": shell.word("SCSI", 1)}));
            disks.push(json!({"ComputerName": host, "Path": path, "Size": shell.number(*size), "FileSize": shell.number(*used), "ParentPath": ""}));
        }
        let mut machine = json!({
            "Name": known.name, "VMName": known.name, "VMId": id, "ComputerName": host,
            "State": if known.off { shell.word("Off", 3) } else { shell.word("Running", 2) },
            "ProcessorCount": shell.number(known.cores), "MemoryStartup": shell.number(known.memory),
            "Generation": shell.number(known.generation), "CreationTime": date(dice), "Notes": "a, b; \u{fc}",
            "ReplicationMode": if known.replica.is_some() { shell.word("Primary", 1) } else { shell.word("None", 0) },
        });
        if shell.nested {
            machine["HardDrives"] =
                if let [one] = drives.as_slice() { one.clone() } else { Value::Array(drives.clone()) };
            drives.clear();
        }
        let replication = known.replica.map(|(to, seconds)| {
            json!({"VMName": known.name, "VMId": id, "PrimaryServer": host, "ReplicaServer": shell.host(to), "Mode": shell.word("Primary", 1),
                "FrequencySec": shell.number(seconds), "State": shell.word("Replicating", 4), "Health": shell.word("Normal", 1), "LastReplicationTime": date(dice)})
        });
        let all = [machine].into_iter().chain(drives).chain(disks).chain(replication);
        objects.push(all.map(|value| value.as_object().unwrap().clone()).collect());
    }
    objects
}

/// As Hyper-V's commands list them: machines, and what else there is.
fn lists(objects: &Objects) -> Vec<(&'static str, Vec<Value>)> {
    let machines = objects.iter().map(|all| Value::Object(all[0].clone())).collect();
    let others = objects.iter().flat_map(|all| all[1..].iter().cloned().map(Value::Object)).collect();
    vec![("machines", machines), ("others", others)]
}

fn vmm(estate: &[Known], shell: &Shell, dice: &mut Dice) -> Objects {
    let machine = |known: &Known| {
        let disk = |(at, (size, used)): (usize, &(u64, u64))| {
            let path = format!("D:\\{}\\{at}.vhdx", known.name);
            json!({"Name": format!("{}_{at}", known.name), "Location": path, "MaximumSize": shell.number(*size), "Size": shell.number(*used)})
        };
        let disks: Vec<Value> = known.disks.iter().enumerate().map(disk).collect();
        let drives: Vec<Value> =
            disks.iter().map(|disk| json!({"Bus": 0, "VirtualHardDisk": disk})).collect();
        let mut machine = json!({
            "Name": known.name, "ID": format!("id-{}", known.name), "CPUCount": shell.number(known.cores),
            "Memory": shell.number(known.memory / MIB), "Generation": shell.number(known.generation), "CreationTime": date(dice),
        });
        let (property, drives) =
            if shell.nested { ("VirtualDiskDrives", drives) } else { ("VirtualHardDisks", disks) };
        machine[property] = if let [one] = drives.as_slice() { one.clone() } else { Value::Array(drives) };
        let (property, word) =
            if shell.words { ("StatusString", "Stopped") } else { ("VirtualMachineState", "PowerOff") };
        machine[property] = if known.off { json!(word) } else { json!("Running") };
        match shell.layout {
            0 => machine["VMHost"] = json!({"Name": shell.host(&known.host)}),
            1 => machine["VMHost"] = shell.host(&known.host),
            _ => machine["HostName"] = shell.host(&known.host),
        }
        vec![machine.as_object().unwrap().clone()]
    };
    estate.iter().map(machine).collect()
}

fn read(files: &[(String, Vec<u8>)]) -> Result<Inventory, Faults> {
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    inventory(&files, &InventoryOptions { powered_off: true, ..InventoryOptions::default() })
}

/// What an inventory says of its machines.
fn seen(inventory: &Inventory) -> Read {
    let short = |host: &str| host.to_lowercase().trim_end_matches(".corp.local").to_owned();
    let machine = |it: &drsim::import::inventory::Machine| Known {
        name: it.name.clone(),
        host: it.host.as_deref().map(short).unwrap_or_default(),
        cores: it.cores.into(),
        memory: it.memory.0,
        off: it.off,
        generation: it.generation.unwrap_or(0).into(),
        disks: it.disks.iter().map(|disk| (disk.size.0, disk.used.map_or(0, |used| used.0))).collect(),
        replica: it.replica.as_ref().map(|replica| {
            let seconds = replica.interval.map_or(0, |interval| interval.0 / 1_000_000);
            (if replica.host.as_deref().map(short).as_deref() == Some("dr1") { "dr1" } else { "" }, seconds)
        }),
    };
    inventory.machines.iter().map(|it| (it.name.clone(), machine(it))).collect()
}

#[test]
fn an_estate_is_the_same_however_its_shell_writes_it() {
    let mut dice = Dice(14);
    for _ in 0..400 {
        let (estate, shell) = (estate(&mut dice), Shell::any(&mut dice));
        let (objects, of_vmm) = (hyper_v(&estate, &shell, &mut dice), vmm(&estate, &shell, &mut dice));
        let expected: Read = estate.iter().map(|known| (known.name.clone(), known.clone())).collect();
        for (objects, has_replicas) in [(objects, true), (of_vmm, false)] {
            let files = shell.files(&lists(&objects), &mut dice);
            let text = String::from_utf8_lossy(&files[0].1).into_owned();
            let read = read(&files).unwrap_or_else(|faults| panic!("{faults}\n{text}"));
            let without =
                |known: &Known| Known { replica: known.replica.filter(|_| has_replicas), ..known.clone() };
            let expected: Read =
                expected.iter().map(|(name, known)| (name.clone(), without(known))).collect();
            assert_eq!(seen(&read), expected, "{text}");
        }
    }
}

/// As tables: one size for each machine, no replicas.
#[test]
fn an_estate_is_the_same_in_tables() {
    let mut dice = Dice(15);
    for round in 0..300 {
        let estate = estate(&mut dice);
        let (of_vmm, decimal) = (round % 2 == 0, dice.of(&['.', ',']));
        let group = dice.of(&[None, Some(' ')]);
        let writing = Writing::any(&mut dice, decimal, group);
        let header = match of_vmm {
            true => ["Name", "CPUCount", "Memory", "HostName", "StatusString", "TotalSize", "ID"],
            false => [
                "VMName",
                "ProcessorCount",
                "MemoryStartup",
                "ComputerName",
                "State",
                "DiskSizeGB",
                "Generation",
            ],
        };
        let mut rows = vec![header.map(str::to_owned).to_vec()];
        let mut expected = Read::new();
        for known in &estate {
            let size = known.disks[0].0;
            let (memory, size_cell, last) = match of_vmm {
                true => (known.memory / MIB, size, format!("id-{}", known.name)),
                false => (known.memory, size >> 30, known.generation.to_string()),
            };
            let status = match (of_vmm, known.off) {
                (_, false) => "Running",
                (true, true) => "Stopped",
                (false, true) => "Off",
            };
            rows.push(vec![
                known.name.clone(),
                known.cores.to_string(),
                writing.number(memory, 0),
                known.host.clone(),
                status.to_owned(),
                writing.number(size_cell, 0),
                last,
            ]);
            let generation = if of_vmm { 0 } else { known.generation };
            let known = Known { disks: vec![(size, 0)], replica: None, generation, ..known.clone() };
            expected.insert(known.name.clone(), known);
        }
        let file = writing.file(&mut dice, &rows);
        let read = read(&[("vms.csv".to_owned(), file.clone())]);
        let read = read.unwrap_or_else(|faults| panic!("{faults}\n{}", String::from_utf8_lossy(&file)));
        assert_eq!(seen(&read), expected, "{writing:?}\n{}", String::from_utf8_lossy(&file));
    }
}

/// Another value, or none.
fn changed(dice: &mut Dice, value: &Value) -> Option<Value> {
    Some(match dice.below(8) {
        0 => return None,
        1 => Value::Null,
        2 => json!(""),
        3 => json!("x"),
        4 => json!(-1),
        5 => json!(1.5),
        6 => json!(true),
        _ => json!(value.as_u64().map_or(7, |number| number * 2)),
    })
}

#[test]
fn a_changed_property_changes_its_machine_or_is_refused() {
    let mut dice = Dice(16);
    let mut outcomes = [0; 3];
    for round in 0..3000 {
        let (estate, shell) = (estate(&mut dice), Shell::any(&mut dice));
        let mut objects = if round % 2 == 0 {
            hyper_v(&estate, &shell, &mut dice)
        } else {
            vmm(&estate, &shell, &mut dice)
        };
        let before =
            read(&shell.files(&lists(&objects), &mut dice)).unwrap_or_else(|faults| panic!("{faults}"));
        let at = usize::try_from(dice.below(objects.len() as u64)).unwrap();
        let part = usize::try_from(dice.below(objects[at].len() as u64)).unwrap();
        let object = &mut objects[at][part];
        let key =
            object.keys().nth(usize::try_from(dice.below(object.len() as u64)).unwrap()).unwrap().clone();
        match changed(&mut dice, &object[&key]) {
            Some(value) => _ = object.insert(key.clone(), value),
            None => _ = object.remove(&key),
        }
        let what = format!("{key} of {}: {:?}", estate[at].name, objects[at]);
        let Ok(after) = read(&shell.files(&lists(&objects), &mut dice)) else {
            outcomes[0] += 1;
            continue;
        };
        let (mut old, mut new) = (seen(&before), seen(&after));
        let (own, own_after) = (old.remove(&estate[at].name), new.remove(&estate[at].name));
        new.retain(|name, _| old.contains_key(name));
        assert_eq!(old, new, "{what}");
        outcomes[if own == own_after { 1 } else { 2 }] += 1;
        // What is no longer there is told.
        let disks = |known: &Option<Known>| known.as_ref().map_or(0, |known| known.disks.len());
        let is_told = before.told.dropped != after.told.dropped || before.told.read != after.told.read;
        assert!(disks(&own_after) >= disks(&own) || own_after.is_none() || is_told, "a disk is gone: {what}");
    }
    assert!(outcomes.iter().all(|count| *count > 100), "{outcomes:?}");
}
