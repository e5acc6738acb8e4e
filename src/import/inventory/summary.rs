//! What an inventory import read, dropped and assumed, as text for a terminal of 80 columns.

use super::super::layout::part;
use super::Inventory;
use super::scenario::Written;
use crate::units::Bytes;

/// The text, with a newline at the end.
pub fn summary(inventory: &Inventory, written: &Written) -> String {
    let machines = &inventory.machines;
    let disks = || machines.iter().flat_map(|machine| &machine.disks);
    let sum = |values: &mut dyn Iterator<Item = u64>| Bytes(values.fold(0, u64::saturating_add));
    let size = sum(&mut disks().map(|disk| disk.size.0));
    let used = sum(&mut disks().map(|disk| disk.used.unwrap_or(disk.size).0));
    let memory = sum(&mut machines.iter().map(|machine| machine.memory.0));
    let cores: usize = machines.iter().map(|machine| machine.cores as usize).sum();
    let daily = Bytes(written.churn.0.saturating_mul(86_400));
    let mut text = format!(
        "{} ({}): {}, {memory} of memory, {}\n{size} provisioned, {used} used, {daily} written a day, {} at the mean\n\
         {}, {}\n",
        count(machines.len(), "machine"),
        inventory.source,
        count(cores, "core"),
        count(disks().count(), "disk"),
        written.churn,
        count(inventory.hosts.len(), "host"),
        count(inventory.stores.len(), "datastore"),
    );
    let told = &inventory.told;
    part(&mut text, "Doubtful", told.doubtful.iter());
    part(&mut text, "Read", told.read.iter());
    part(&mut text, "Left out", told.dropped.iter());
    part(&mut text, "Assumed", told.assumed.iter().chain(&written.assumed));
    text
}

/// `1 disk`, `2 disks`.
fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
