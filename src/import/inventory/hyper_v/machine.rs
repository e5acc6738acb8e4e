//! Machines and their disks.

use std::collections::BTreeMap;

use super::super::super::fault::{Fault, Faults, quote};
use super::super::super::some_of;
use super::super::json::{Object, computer, get, key, number, shape, text, whole, words};
use super::super::measured::counter_name;
use super::super::model::size_of;
use super::super::power::{States, Unknown};
use super::super::{Disk, Inventory, Machine, Replica, names_of};
use super::found::{Finds, Found};
use super::replica::{Role, role};
use super::table::DISK_SIZE;
use crate::units::Bytes;

/// Most parents of which is told whose they are.
const PARENTS_TOLD: usize = 3;

/// States of `Get-VM`, as words and as its numbers; those beyond 11 from memory.
const STATES: States = States {
    on: &[
        "running",
        "paused",
        "starting",
        "stopping",
        "saving",
        "pausing",
        "resuming",
        "fastsaving",
        "reset",
        "runningcritical",
        "pausedcritical",
        "2",
        "4",
        "9",
        "10",
        "11",
        "32773",
        "32776",
        "32777",
        "32780",
    ],
    off: &[
        "off",
        "saved",
        "fastsaved",
        "offcritical",
        "savedcritical",
        "fastsavedcritical",
        "3",
        "6",
        "32779",
    ],
};

/// Reads all machines.
pub fn read(
    machines: &[Found<'_>],
    replicas: Vec<Option<Replica>>,
    finds: &Finds<'_>,
    inventory: &mut Inventory,
    faults: &mut Faults,
) {
    let mut aside = Aside::default();
    for (found, replica) in machines.iter().zip(replicas) {
        let machine = machine(found, finds, &mut aside, faults);
        inventory.machines.push(Machine { replica, ..machine });
    }
    if let Some((file, text)) = finds.cut {
        let reason = format!("a disk is cut to its name, `{}`", quote(text));
        faults.push(Fault::of(file, reason, "export with `ConvertTo-Json -Depth 4`: the default cuts at 2"));
    }
    aside.tell(inventory);
}

/// What machines have that a scenario has not.
#[derive(Default)]
struct Aside {
    /// Names of machines with disks that are passed through, and how many.
    passed: Vec<String>,
    /// Names of machines with drives that hold nothing.
    empty: Vec<String>,
    /// Machines whose memory is dynamic: their name, what they start with and what they have now.
    dynamic: Vec<(String, u64, u64)>,
    protected: usize,
    /// Machines of a table that tells how large their disks are, not which.
    summed: usize,
    /// Machines by the host and path of each file that their disks are made of, and whether one is made of it as of a parent.
    files: BTreeMap<[String; 2], (bool, Vec<String>)>,
    unknown: Unknown,
}

impl Aside {
    fn tell(self, inventory: &mut Inventory) {
        let told = &mut inventory.told;
        if !self.passed.is_empty() {
            let names: Vec<&str> = self.passed.iter().map(String::as_str).collect();
            told.dropped.push(format!(
                "Disks that are passed through to their machine, which Hyper-V Replica does not take: {} ({}).",
                names.len(),
                names_of(&names)
            ));
        }
        if !self.empty.is_empty() {
            let names: Vec<&str> = self.empty.iter().map(String::as_str).collect();
            told.dropped.push(format!("Drives that hold no disk: {} ({}).", names.len(), names_of(&names)));
        }
        if !self.dynamic.is_empty() {
            let of = |(name, start, now): &(String, u64, u64)| {
                format!("{name} starts with {} and has {}", size_of(*start), size_of(*now))
            };
            let all: Vec<String> = self.dynamic.iter().map(of).collect();
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            told.assumed.push(format!(
                "Dynamic memory is what a machine starts with: {} ({}).",
                all.len(),
                names_of(&all)
            ));
        }
        if self.summed > 0 {
            let reason =
                "Machines of a table have one disk of the size that the table gives, a GB being a GiB";
            told.assumed.push(format!("{reason}: {}.", self.summed));
        }
        let several = self.files.values().filter(|(is_parent, names)| *is_parent && names.len() > 1);
        let several: Vec<String> = several
            .map(|(_, names)| names_of(&names.iter().map(String::as_str).collect::<Vec<_>>()))
            .collect();
        if !several.is_empty() {
            let what = "Disks that are made of one parent count with all of it, each, as they are replicated";
            told.doubtful.push(format!("{what}: those of {}.", some_of(&several, PARENTS_TOLD)));
        }
        self.unknown.tell(told);
        if self.protected > 0 {
            told.read.push(format!("Machines that are protected by Hyper-V Replica: {}.", self.protected));
        }
    }
}

impl Aside {
    /// Notes what a machine's disk is made of: its file, then its parents.
    fn note(&mut self, machine: &str, chain: &[&Object]) {
        for (at, part) in chain.iter().enumerate() {
            let place = [computer(text(part, &["ComputerName"])), key(text(part, &["Path"]))];
            let (is_parent, names) = self.files.entry(place).or_default();
            *is_parent |= at > 0;
            if names.last().is_none_or(|last| last != machine) {
                names.push(machine.to_owned());
            }
        }
    }
}

fn machine(found: &Found<'_>, finds: &Finds<'_>, aside: &mut Aside, faults: &mut Faults) -> Machine {
    let object = found.object;
    let name = text(object, &["Name", "VMName"]).to_owned();
    let host = text(object, &["ComputerName"]);
    let of = format!("machine `{}`", quote(&name));
    let (cores, memory, generation) =
        shape(object, ["ProcessorCount", "MemoryStartup"], (&name, found.file), faults);
    let assigned = whole(object, "MemoryAssigned", &of, found.file, faults).unwrap_or(0);
    if assigned > 0 && assigned != memory {
        aside.dynamic.push((name.clone(), memory, assigned));
    }
    aside.protected += usize::from(role(object) == Role::Primary);
    let mut disks: Vec<Disk> = Vec::new();
    for drive in &found.drives {
        let path = text(drive, &["Path"]);
        if path.is_empty() || is_physical(path) {
            if get(drive, "DiskNumber").is_some_and(|number| !number.is_null()) || is_physical(path) {
                aside.passed.push(name.clone());
            } else {
                aside.empty.push(name.clone());
            }
        } else if let Some(disk) = disk(found, (host, path), finds, faults)
            && !disks.iter().any(|known| known.counter == disk.counter)
        {
            aside.note(&name, &finds.chain(host, path));
            disks.push(disk);
        }
    }
    if disks.is_empty()
        && let Ok(Some(size)) = number(object, DISK_SIZE)
    {
        aside.summed += 1;
        disks.push(Disk { name: "disk".into(), size: Bytes(size), ..Disk::default() });
    }
    Machine {
        cores,
        memory: Bytes(memory),
        disks,
        host: (!host.is_empty()).then(|| host.to_owned()),
        cluster: finds.cluster(host).map(str::to_owned),
        off: STATES.is_off(&name, &words(object, &["State"]), &mut aside.unknown),
        generation,
        name,
        ..Machine::default()
    }
}

/// Whether it is no file but a disk of the host.
fn is_physical(path: &str) -> bool {
    path.starts_with("Disk ") || path.starts_with("\\\\.\\")
}

fn disk(
    found: &Found<'_>,
    (host, path): (&str, &str),
    finds: &Finds<'_>,
    faults: &mut Faults,
) -> Option<Disk> {
    let chain = finds.chain(host, path);
    let has_size = |base: &&&Object| get(base, "Size").is_some_and(|size| !size.is_null() && size != "");
    let Some(base) = chain.last().filter(has_size) else {
        let reason = format!("the size of `{}` is not known", quote(path));
        faults.push(Fault::of(found.file, reason, "export `Get-VHD` of all disks too, with their parents"));
        return None;
    };
    let of = format!("`{}`", quote(path));
    let mut bytes = |object: &Object, key: &str| whole(object, key, &of, found.file, faults);
    let size = bytes(base, "Size")?;
    // A checkpoint's files hold what differs, beside the base.
    let used = chain.iter().try_fold(0, |sum: u64, part| Some(sum.saturating_add(bytes(part, "FileSize")?)));
    Some(Disk {
        name: path.rsplit(['\\', '/']).next().unwrap_or(path).to_owned(),
        size: Bytes(size),
        used: used.map(Bytes),
        store: volume_of(path),
        counter: Some(counter_name(path)),
        ..Disk::default()
    })
}

/// `Volume1` of `C:\ClusterStorage\Volume1\…`, else the drive's letter or the share.
pub fn volume_of(path: &str) -> Option<String> {
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
