//! A measured series given beside an inventory: its columns find the disks and machines that they are of.
//!
//! A column is of a disk if it is named `machine/disk`, or as `drsim import churn` names what the counters of Hyper-V call the disk's path;
//! it is of a machine if it bears its name, and then stands for all its disks, written to the first.

use std::collections::BTreeMap;

use super::model::Measured;
use super::{Disk, Inventory, Machine};
use crate::series::Series;
use crate::units::{MICROS, Rate};

impl Measured {
    /// What an inventory needs of a series.
    pub fn new(series: &Series, name: &str, file: &str) -> Measured {
        let bins = series.columns.iter().map(|column| column.bins.len()).max().unwrap_or(0);
        let micros = u128::from(series.bin.0) * bins as u128;
        let seconds = u64::try_from(micros / u128::from(MICROS)).unwrap_or(u64::MAX).max(1);
        let mean = |bins: &[Option<u64>]| {
            let sum: u128 = bins.iter().flatten().map(|bytes| u128::from(*bytes)).sum();
            Rate(u64::try_from(sum / u128::from(seconds)).unwrap_or(u64::MAX))
        };
        let columns = series.columns.iter().map(|column| (column.name.clone(), mean(&column.bins))).collect();
        Measured {
            name: name.to_owned(),
            file: file.to_owned(),
            start_unix_us: series.start_unix_us,
            seconds,
            columns,
        }
    }
}

/// As the counters of Hyper-V write a path, without its ending, in lower case.
pub fn counter_name(path: &str) -> String {
    let lower = path.to_lowercase().replace(['\\', '/'], "-");
    let ending =
        [".vhdx", ".avhdx", ".vhd", ".avhd"].into_iter().find_map(|ending| lower.strip_suffix(ending));
    ending.unwrap_or(&lower).to_owned()
}

/// Columns that nobody has taken yet.
struct Free<'m> {
    exact: BTreeMap<&'m str, &'m (String, Rate)>,
    /// The column that has that name in small letters; `None` if there are several.
    alike: BTreeMap<String, Option<&'m str>>,
}

impl<'m> Free<'m> {
    fn new(columns: &'m [(String, Rate)]) -> Free<'m> {
        let mut alike = BTreeMap::new();
        for (name, _) in columns {
            let only = alike.entry(name.to_lowercase());
            only.and_modify(|only| *only = None).or_insert(Some(name.as_str()));
        }
        Free { exact: columns.iter().map(|column| (column.0.as_str(), column)).collect(), alike }
    }

    /// Takes the column of that name; `folded` in any case, where no other column is written alike.
    fn take(&mut self, name: &str, folded: bool) -> Option<&'m (String, Rate)> {
        if !folded {
            return self.exact.remove(name);
        }
        let only = self.alike.get(&name.to_lowercase()).copied().flatten()?;
        self.exact.remove(only)
    }
}

/// Gives disks their columns, and tells which were found: names as they are written first, then in any case.
pub fn attach(inventory: &mut Inventory, measured: Measured) {
    let mut free = Free::new(&measured.columns);
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    let on = |machine: &&mut Machine| !machine.off;
    for machine in &inventory.machines {
        *alike.entry(machine.name.to_lowercase()).or_default() += 1;
    }
    for folded in [false, true] {
        for machine in inventory.machines.iter_mut().filter(on) {
            if !folded || alike[&machine.name.to_lowercase()] == 1 {
                follow(machine, &mut free, folded);
            }
        }
    }
    let follows = |machine: &&Machine| machine.disks.iter().any(|disk| disk.column.is_some());
    let machines = inventory.machines.iter().filter(follows).count();
    let left: Vec<&str> = free.exact.keys().copied().collect();
    let told = &mut inventory.told;
    let found = measured.columns.len() - left.len();
    told.read.push(format!("Measured churn: {found} columns; machines that follow it: {machines}."));
    if !left.is_empty() {
        let names = super::super::fault::quote(&left.join(", "));
        told.dropped
            .push(format!("Columns of measured churn that no machine here has: {} ({names}).", left.len()));
    }
    told.assumed.push("Where measured churn has gaps, nothing is written.".to_owned());
    inventory.measured = Some(measured);
}

/// Gives a machine's disks their columns, else its first disk the machine's own.
fn follow(machine: &mut Machine, free: &mut Free<'_>, folded: bool) {
    let give = |disk: &mut Disk, (column, mean): &(String, Rate)| {
        disk.column = Some(column.clone());
        disk.writes = Some(*mean);
    };
    let host = machine.host.clone().unwrap_or_default();
    for disk in machine.disks.iter_mut().filter(|disk| disk.column.is_none()) {
        let mut names = vec![format!("{}/{}", machine.name, disk.name)];
        if let Some(path) = &disk.counter {
            names.extend([path.clone(), format!("{host}/{path}")]);
        }
        if let Some(column) = names.iter().find_map(|name| free.take(name, folded)) {
            give(disk, column);
        }
    }
    let some = machine.disks.iter().any(|disk| disk.column.is_some());
    if !some && let Some(column) = free.take(&machine.name, folded) {
        machine.disks.iter_mut().for_each(|disk| disk.writes = Some(Rate(0)));
        machine.disks.iter_mut().take(1).for_each(|disk| give(disk, column));
    }
}
