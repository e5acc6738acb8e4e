//! What can hardly be so in an inventory, whatever it came from: it is told, with what is taken.

use std::collections::BTreeMap;

use super::super::fault::quote;
use super::super::{far, some_of};
use super::model::size_of;
use super::{Disk, Doubt, Inventory, MIB, Machine};
use crate::units::Bytes;

/// Most that are named in a sentence.
const NAMED_MAX: usize = 3;
/// A virtual disk's own tables: its file may be larger than it by these and a hundredth.
const TABLES: u64 = 8 * MIB;

/// Those of a kind in one sentence.
fn push(told: &mut Vec<String>, what: &str, those: &[String]) {
    if !those.is_empty() {
        told.push(format!("{what}: {}.", some_of(those, NAMED_MAX)));
    }
}

fn named(machine: &Machine) -> String {
    format!("`{}`", quote(&machine.name))
}

/// Virtual disks by their place, each with the first machine that has it.
#[derive(Default)]
struct Owners(BTreeMap<[String; 3], (usize, String)>);

impl Owners {
    /// What two machines have, if another one has it; else it is this one's.
    fn other(&mut self, place: [String; 3], (at, machine): (usize, &str), disk: &Disk) -> Option<String> {
        let owner = self.0.entry(place).or_insert_with(|| (at, machine.to_owned()));
        (owner.0 != at).then(|| format!("`{}` of {} and {machine}", quote(&disk.name), owner.1))
    }
}

/// A virtual disk that several machines have counts once, for the first of them.
pub fn once(inventory: &mut Inventory) {
    let (mut owners, mut anywhere) = (Owners::default(), Owners::default());
    let (mut shared, mut alike) = (Vec::new(), Vec::new());
    for (at, machine) in inventory.machines.iter_mut().enumerate() {
        let (name, host, cluster) = (named(machine), machine.host.clone(), machine.cluster.clone());
        let own = (at, name.as_str());
        machine.disks.retain(|disk| {
            let Some(path) = &disk.counter else { return true };
            let place = |of: Option<&String>| {
                [of.map_or("", String::as_str), path, &disk.name].map(str::to_lowercase)
            };
            let is_on_cluster = path.contains(":-clusterstorage-");
            // all nodes of a cluster have one disk of a path on its storage or on a share, else each host has its own
            let of = match (path.starts_with("--"), is_on_cluster) {
                (true, _) => None,
                (false, true) => cluster.as_ref().or(host.as_ref()),
                (false, false) => host.as_ref(),
            };
            let other = owners.other(place(of), own, disk);
            let is_own = other.is_none();
            shared.extend(other);
            if is_own && is_on_cluster && cluster.is_none() {
                alike.extend(anywhere.other(place(None), own, disk));
            }
            is_own
        });
    }
    let told = &mut inventory.told.doubtful;
    push(told, "Virtual disks that two machines have count once, for the first of them", &shared);
    let what = "Disks of one path on cluster storage count for each machine, for their hosts may be of two clusters; export `Get-ClusterNode`, too";
    push(told, what, &alike);
}

/// A disk holds no more than its size.
pub fn full(inventory: &mut Inventory) {
    let mut over = Vec::new();
    for machine in &mut inventory.machines {
        let (mut used, mut size) = (0_u64, 0_u64);
        for disk in &mut machine.disks {
            let Some(in_use) = disk.used.filter(|used| used.0 > disk.size.0) else { continue };
            disk.used = Some(disk.size);
            if in_use.0 - disk.size.0 > TABLES.max(disk.size.0 / 100) {
                (used, size) = (used.saturating_add(in_use.0), size.saturating_add(disk.size.0));
            }
        }
        if size > 0 {
            over.push(format!("{} ({} of {})", named(machine), Bytes(used), Bytes(size)));
        }
    }
    push(&mut inventory.told.doubtful, "More in use than disks hold, which are taken as full", &over);
}

/// Tells of contradictions, and of what is far off the rest.
pub fn tell(inventory: &mut Inventory) {
    let (mut sizeless, mut short) = (Vec::new(), Vec::new());
    for machine in &inventory.machines {
        for doubt in &machine.doubts {
            match doubt {
                Doubt::Sizeless(count, sized) => {
                    sizeless.push(format!("{} ({sized} of {count} disks)", named(machine)));
                }
                Doubt::Short(total, sized) => {
                    short.push(format!("{} ({sized} of {total})", named(machine)));
                }
            }
        }
    }
    let machines = &inventory.machines;
    let told = &mut inventory.told.doubtful;
    push(told, "Sizes of some disks only, the others are left out", &sizeless);
    push(told, "Disks that are smaller than the machine's total, the rest is left out", &short);
    let each = |of: &dyn Fn(&Machine) -> u64| -> Vec<(&Machine, u128)> {
        machines.iter().map(|machine| (machine, u128::from(of(machine)))).collect()
    };
    let disks = |of: &dyn Fn(&Disk) -> u64| -> Vec<(&Machine, u128)> {
        let all = machines.iter().flat_map(|machine| machine.disks.iter().map(move |disk| (machine, disk)));
        all.map(|(machine, disk)| (machine, u128::from(of(disk)))).collect()
    };
    let writes = |disk: &Disk| disk.writes.map_or(0, |rate| rate.0);
    let rate = |bytes: u64| format!("{}/s", Bytes(bytes));
    tell_far(told, "cores", &each(&|machine| u64::from(machine.cores)), &|cores| cores.to_string());
    tell_far(told, "memory", &each(&|machine| machine.memory.0), &size_of);
    tell_far(told, "disk", &disks(&|disk| disk.size.0), &size_of);
    let of_machines =
        each(&|machine| machine.disks.iter().fold(0, |sum: u64, disk| sum.saturating_add(writes(disk))));
    if !tell_far(told, "writes", &of_machines, &rate) {
        tell_far(told, "writes", &disks(&writes), &rate);
    }
}

/// Tells of machines that are far off the rest; whether there are some.
fn tell_far(
    told: &mut Vec<String>,
    what: &str,
    all: &[(&Machine, u128)],
    say: &dyn Fn(u64) -> String,
) -> bool {
    let number = |number: u128| say(u64::try_from(number).unwrap_or(u64::MAX));
    let before = told.len();
    let all: Vec<((&Machine, u128), u128)> = all.iter().map(|it| (*it, it.1)).collect();
    let words = [("Far more", "has at most"), ("Far less", "has at least")];
    for (found, (far, rest)) in far::off(&all).into_iter().zip(words) {
        let Some((those, next)) = found else { continue };
        let those: Vec<String> = those
            .into_iter()
            .map(|(machine, own)| format!("{} with {}", named(machine), number(own)))
            .collect();
        let next = number(next);
        push(
            told,
            &format!("{far} {what} than the rest, which {rest} {next}, perhaps in another unit"),
            &those,
        );
    }
    told.len() > before
}
