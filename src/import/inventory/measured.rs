//! A measured series given beside an inventory: its columns find the disks and machines that they are of.
//!
//! A column is of a disk if it is named `machine/disk`, or as `drsim import churn` names what the counters of Hyper-V call the disk's path;
//! it is of a machine if it bears its name, and then stands for all its disks, written to the first; and so are columns `machine/device`, whatever
//! the guest calls its devices, where none of the machine's disks is named so. Names are alike as a map says, else as
//! they are written, else in any case, else without domain; what two names have in common when folded is neither's.

use std::collections::BTreeMap;

use super::super::churn::found::Found;
use super::super::fault::{Fault, Faults, quote};
use super::map::{NameMap, Pair};
use super::model::Measured;
use super::{Disk, Inventory, Machine};
use crate::series::Series;
use crate::units::{MICROS, Rate};

impl Measured {
    /// What an inventory needs of a series.
    pub fn new(series: &Series, name: &str, file: &str) -> Measured {
        let bins = series.columns.iter().map(|column| column.bins.len()).max().unwrap_or(0);
        let sum = |bins: &[Option<u64>]| bins.iter().flatten().map(|bytes| u128::from(*bytes)).sum();
        let columns = series.columns.iter().map(|column| (column.name.as_str(), sum(&column.bins)));
        Measured::of((series.start_unix_us, series.bin.0, bins), columns, name, file)
    }

    /// The same of what an import found.
    pub fn found(found: &Found, name: &str, file: &str) -> Measured {
        let columns = found.columns.iter().map(|column| (column.name.as_str(), column.total_bytes));
        Measured::of((found.start_unix_us, found.bin_us, found.bins), columns, name, file)
    }

    fn of<'c>(
        (start_unix_us, bin_us, bins): (i64, u64, usize),
        columns: impl Iterator<Item = (&'c str, u128)>,
        name: &str,
        file: &str,
    ) -> Measured {
        let micros = u128::from(bin_us) * bins as u128;
        let seconds = u64::try_from(micros / u128::from(MICROS)).unwrap_or(u64::MAX).max(1);
        let mean = |sum: u128| Rate(u64::try_from(sum / u128::from(seconds)).unwrap_or(u64::MAX));
        let columns = columns.map(|(column, sum)| (column.to_owned(), mean(sum))).collect();
        Measured { name: name.to_owned(), file: file.to_owned(), start_unix_us, seconds, columns }
    }
}

/// As the counters of Hyper-V write a path, without its ending, in lower case.
pub fn counter_name(path: &str) -> String {
    let lower = path.to_lowercase().replace(['\\', '/'], "-");
    let ending =
        [".vhdx", ".avhdx", ".vhd", ".avhd"].into_iter().find_map(|ending| lower.strip_suffix(ending));
    ending.unwrap_or(&lower).to_owned()
}

/// How names are compared, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Map,
    Name,
    Case,
    Domain,
}

impl By {
    const ALL: [By; 4] = [By::Map, By::Name, By::Case, By::Domain];

    /// What is compared of a name, which may go on with a disk.
    fn folded(self, name: &str) -> String {
        match self {
            By::Map | By::Name => name.to_owned(),
            By::Case => name.to_lowercase(),
            By::Domain => {
                let (machine, disk) = name.split_once('/').map_or((name, None), |(a, b)| (a, Some(b)));
                let is_address = machine.split('.').all(|part| part.parse::<u8>().is_ok());
                let short = if is_address { machine } else { machine.split('.').next().unwrap_or(machine) };
                let disk = disk.map_or(String::new(), |disk| format!("/{disk}"));
                format!("{short}{disk}").to_lowercase()
            }
        }
    }

    /// In a sentence, with how many.
    fn told(self) -> &'static str {
        match self {
            By::Map => "by the map",
            By::Name => "by name",
            By::Case => "by name in any case",
            By::Domain => "by name without domain",
        }
    }
}

/// Columns that nobody has taken yet.
struct Free<'m> {
    columns: BTreeMap<&'m str, &'m (String, Rate)>,
    /// By each way, the column of a folded name; `None` if there are several.
    folded: BTreeMap<String, Option<&'m str>>,
    /// Columns of devices by the folded name of their machine, each with the name as it is written.
    devices: BTreeMap<String, Vec<(&'m str, &'m str)>>,
    by: By,
}

impl<'m> Free<'m> {
    fn new(columns: &'m [(String, Rate)]) -> Free<'m> {
        let columns = columns.iter().map(|column| (column.0.as_str(), column)).collect();
        Free { columns, folded: BTreeMap::new(), devices: BTreeMap::new(), by: By::Map }
    }

    /// Compares names this way from now on; those that are taken do not count.
    fn compare(&mut self, by: By, all: &'m [(String, Rate)]) {
        (self.by, self.folded, self.devices) = (by, BTreeMap::new(), BTreeMap::new());
        for (name, _) in all {
            if let Some((machine, _)) = name.split_once('/') {
                self.devices.entry(by.folded(machine)).or_default().push((machine, name));
            }
            let only = self.folded.entry(by.folded(name));
            only.and_modify(|only| *only = None).or_insert(Some(name.as_str()));
        }
    }

    /// Takes the column of that name, where no other is written alike.
    fn take(&mut self, name: &str) -> Option<&'m (String, Rate)> {
        let only = self.folded.get(&self.by.folded(name)).copied().flatten()?;
        self.columns.remove(only)
    }
}

impl<'m> Free<'m> {
    /// Takes the columns of devices of that machine, where no other machine is written alike.
    fn take_devices(&mut self, machine: &str) -> Vec<&'m (String, Rate)> {
        let all = self.devices.get(&self.by.folded(machine)).map_or(&[][..], Vec::as_slice);
        let is_one = all.windows(2).all(|pair| pair[0].0 == pair[1].0);
        let taken = all.iter().filter(|_| is_one).filter_map(|(_, name)| self.columns.remove(name));
        taken.collect()
    }
}

/// Gives disks their columns, and tells which were found and how.
pub fn attach(inventory: &mut Inventory, measured: Measured, map: &NameMap, faults: &mut Faults) {
    let mut free = Free::new(&measured.columns);
    let (mut counts, mut devices) = ([0; By::ALL.len()], (0, 0));
    for (by, count) in By::ALL.into_iter().zip(&mut counts) {
        free.compare(by, &measured.columns);
        let before = free.columns.len();
        if by == By::Map {
            for pair in &map.pairs {
                let count = follow_pair(inventory, pair, (map, &mut free), faults);
                devices = (devices.0 + count, devices.1 + usize::from(count > 0));
            }
        } else {
            let mut alike: BTreeMap<String, usize> = BTreeMap::new();
            for machine in &inventory.machines {
                *alike.entry(by.folded(&machine.name)).or_default() += 1;
            }
            for machine in inventory.machines.iter_mut().filter(|machine| !machine.off) {
                if by == By::Name || alike[&by.folded(&machine.name)] == 1 {
                    let name = machine.name.clone();
                    let count = follow(machine, &name, &mut free);
                    devices = (devices.0 + count, devices.1 + usize::from(count > 0));
                }
            }
        }
        *count = before - free.columns.len();
    }
    let follows = |machine: &&Machine| machine.disks.iter().any(|disk| !disk.columns.is_empty());
    let machines = inventory.machines.iter().filter(follows).count();
    let left: Vec<&str> = free.columns.keys().copied().collect();
    let told = &mut inventory.told;
    let found = measured.columns.len() - left.len();
    told.read.push(format!("Measured churn: {found} columns; machines that follow it: {machines}."));
    let ways = By::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0);
    let ways: Vec<String> = ways.map(|(by, count)| format!("{count} {}", by.told())).collect();
    if !ways.is_empty() {
        told.read.push(format!("Joined: {}.", ways.join(", ")));
    }
    if !left.is_empty() {
        let names = quote(&left.join(", "));
        told.dropped
            .push(format!("Columns of measured churn that no machine here has: {} ({names}).", left.len()));
    }
    if let (count @ 1.., machines) = devices {
        told.assumed.push(format!(
            "What is measured of devices that guests know by other names than the inventory is written to the first disk of their machine: {count} columns of {machines} machines."
        ));
    }
    told.assumed.push("Where measured churn has gaps, nothing is written.".to_owned());
    inventory.unjoined = left.into_iter().map(str::to_owned).collect();
    inventory.measured = Some(measured);
}

/// Gives the machine of a pair its columns; that there is no such machine, or no such column, is a fault.
fn follow_pair(
    inventory: &mut Inventory,
    pair: &Pair,
    (map, free): (&NameMap, &mut Free<'_>),
    faults: &mut Faults,
) -> usize {
    let mut its = inventory.machines.iter_mut().filter(|machine| machine.name == pair.to);
    let fault = |reason: String, remedy: &str| Fault::of(&map.file, reason, remedy).line(pair.line);
    match its.next() {
        None => {
            let reason = format!("no machine of the inventory is called `{}`", quote(&pair.to));
            faults.push(fault(reason, "write its name as the import tells it, or delete the line"));
            0
        }
        Some(machine) => {
            let before = free.columns.len();
            let count = follow(machine, &pair.from, free);
            if before == free.columns.len() {
                let reason = format!("nothing measured is called `{}`", quote(&pair.from));
                faults.push(fault(reason, "write the name as the measurements have it, or delete the line"));
            }
            count
        }
    }
}

/// Gives a machine's disks the columns of that name, else its first disk the machine's own, else those of devices that guests know by other
/// names; how many of these.
fn follow(machine: &mut Machine, name: &str, free: &mut Free<'_>) -> usize {
    let host = machine.host.clone().unwrap_or_default();
    for disk in machine.disks.iter_mut().filter(|disk| disk.columns.is_empty()) {
        let mut names = vec![format!("{name}/{}", disk.name)];
        if let Some(path) = &disk.counter {
            names.extend([path.clone(), format!("{host}/{path}")]);
        }
        names.extend(disk.slot.iter().map(|slot| format!("{name}/{slot}")));
        if let Some(column) = names.iter().find_map(|name| free.take(name)) {
            give(disk, &[column]);
        }
    }
    if machine.disks.iter().any(|disk| !disk.columns.is_empty()) {
        return 0;
    }
    let own: Vec<_> = free.take(name).into_iter().collect();
    let devices = if own.is_empty() { free.take_devices(name) } else { Vec::new() };
    let count = devices.len();
    let all = [own, devices].concat();
    if !all.is_empty() {
        machine.disks.iter_mut().for_each(|disk| disk.writes = Some(Rate(0)));
        machine.disks.iter_mut().take(1).for_each(|disk| give(disk, &all));
    }
    count
}

/// Lets a disk follow columns, which add up.
fn give(disk: &mut Disk, columns: &[&(String, Rate)]) {
    disk.columns = columns.iter().map(|(column, _)| column.clone()).collect();
    disk.writes = Some(Rate(columns.iter().fold(0, |sum, (_, mean)| sum.saturating_add(mean.0))));
}
