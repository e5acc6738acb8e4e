//! A measured series given beside an inventory: its columns find the disks and machines that they are of.
//!
//! A column is of a disk if it is named `machine/disk`, or as `drsim import churn` names what the counters of Hyper-V call the disk's path;
//! it is of a machine if it bears its name, and then stands for all its disks, written to the first.

use std::collections::BTreeMap;

use super::model::Measured;
use super::{Disk, Inventory};
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

/// Gives disks their columns, and tells which were found.
pub fn attach(inventory: &mut Inventory, measured: Measured) {
    let mut free: BTreeMap<String, &(String, Rate)> =
        measured.columns.iter().map(|column| (column.0.to_lowercase(), column)).collect();
    let give = |disk: &mut Disk, (column, mean): &(String, Rate)| {
        disk.column = Some(column.clone());
        disk.writes = Some(*mean);
    };
    let mut machines = 0;
    for machine in inventory.machines.iter_mut().filter(|machine| !machine.off) {
        let host = machine.host.as_deref().unwrap_or_default().to_lowercase();
        let own = machine.name.to_lowercase();
        for disk in &mut machine.disks {
            let path = disk.counter.clone().unwrap_or_default();
            let names =
                [format!("{own}/{}", disk.name.to_lowercase()), path.clone(), format!("{host}/{path}")];
            if let Some(column) = names.iter().find_map(|name| free.remove(name)) {
                give(disk, column);
            }
        }
        let some = machine.disks.iter().any(|disk| disk.column.is_some());
        if let (false, Some(column)) = (some, free.remove(&own)) {
            machine.disks.iter_mut().for_each(|disk| disk.writes = Some(Rate(0)));
            machine.disks.iter_mut().take(1).for_each(|disk| give(disk, column));
        }
        machines += usize::from(machine.disks.iter().any(|disk| disk.column.is_some()));
    }
    let left: Vec<&str> = free.values().map(|column| column.0.as_str()).collect();
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
