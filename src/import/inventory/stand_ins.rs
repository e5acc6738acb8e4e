//! What a scenario around an inventory makes up, as marks; and what is written to a disk that nobody measured.

use super::super::marks::Marks;
use super::super::wan::scenario::mark_rates;
use super::model::Host;
use super::placing::Main;
use super::{Inventory, InventoryOptions, Machine, replication};

/// What a link carries beyond the mean of all writes: the growth that planners add (fact 7.13), in percent of it with the mean.
pub const GROWTH: u128 = 130;
/// In seconds.
pub const DAY: u64 = 86_400;

/// Bytes per second written to each disk.
pub fn churns<'m>(machine: &'m Machine, options: &'m InventoryOptions) -> impl Iterator<Item = u64> + 'm {
    machine.disks.iter().map(move |disk| {
        if machine.off {
            return 0;
        }
        let used = u128::from(disk.used.unwrap_or(disk.size).0);
        let daily = used * u128::from(options.daily_change.0) / 1_000_000 / u128::from(DAY);
        disk.writes.map_or(u64::try_from(daily).unwrap_or(u64::MAX), |rate| rate.0)
    })
}

/// What no file tells of all this.
pub fn marks(inventory: &Inventory, options: &InventoryOptions, (main, recovery): (&Main, &[Host])) -> Marks {
    let mut marks = Marks::default();
    match &options.network {
        Some((wan, of)) => mark_rates(&mut marks, wan, of, ["main", "recovery"]),
        None => marks.add("links.wan.rate", format!("the mean of all writes and {} % more", GROWTH - 100)),
    }
    for host in main.hosts.iter().filter(|host| is_made(&inventory.hosts, host)) {
        marks.add(format!("hosts.{}", host.name), "just enough room for its machines");
    }
    for host in recovery.iter().filter(|host| is_made(&inventory.replica_hosts, host)) {
        marks.add(
            format!("hosts.{}", host.name),
            "like a host of the main site, larger where machines would not fit",
        );
    }
    if inventory.machines.iter().any(|machine| machine.away) {
        marks.add("hosts.*.site", "told by who replicates to whom");
        marks.add("outages.recovery-lost", "an outage to begin with");
    }
    mark_churn(&mut marks, inventory, options);
    for policy in replication::assumed_policies(&inventory.machines) {
        marks.add(format!("policies.{policy}"), "the copy frequency of machines of which no file tells any");
    }
    marks.add("applications.all.rpo", "twice the longest copy frequency: a copy is one old when the next begins, and may take another to arrive");
    if inventory.measured.is_none() {
        marks.add("start", "a Monday");
        marks.add("horizon", "a week");
    }
    marks
}

/// Marks the churn of disks that nobody measured: in one line where it is all there is.
fn mark_churn(marks: &mut Marks, inventory: &Inventory, options: &InventoryOptions) {
    let why = "a daily change, not measured";
    let of = |machine: &Machine| -> Vec<(String, bool)> {
        let disks = machine.disks.iter().zip(churns(machine, options)).filter(|(_, churn)| *churn > 0);
        disks.map(|(disk, _)| (disk.name.clone(), disk.writes.is_some())).collect()
    };
    let all: Vec<_> = inventory.machines.iter().map(|machine| (&machine.name, of(machine))).collect();
    let is_guessed = |disks: &[(String, bool)]| disks.iter().all(|(_, is_measured)| !is_measured);
    if all.iter().all(|(_, disks)| is_guessed(disks)) {
        if all.iter().any(|(_, disks)| !disks.is_empty()) {
            marks.add("vms.*.disks.*.churn", why);
        }
        return;
    }
    for (machine, disks) in all.iter().filter(|(_, disks)| !disks.is_empty()) {
        if is_guessed(disks) {
            marks.add(format!("vms.{machine}.disks.*.churn"), why);
            continue;
        }
        for (disk, _) in disks.iter().filter(|(_, is_measured)| !is_measured) {
            marks.add(format!("vms.{machine}.disks.{disk}.churn"), why);
        }
    }
}

/// Whether a host, or its size, is none of those that are known.
fn is_made(known: &[Host], host: &Host) -> bool {
    !known.iter().any(|it| it.name == host.name && it.cores > 0 && it.memory.0 > 0)
}
