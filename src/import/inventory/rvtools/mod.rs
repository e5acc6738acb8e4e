//! RVTools, as a workbook or as CSV files of its tabs, of version 3 (`MB`) and 4 (`MiB`), both of which mean MiB.
//!
//! `vInfo` is needed; `vDisk`, `vPartition`, `vHost`, `vDatastore`, `vCPU` and `vMemory` make it better. Rows are joined by VM ID, since
//! names are not unique, and by name in tabs without ids. A disk's used part is what the guest's partitions hold (on that
//! disk, where version 4 tells; else by size over all), else what the machine takes on its datastores.

mod forms;
mod tabs;
mod servers;

use super::super::fault::{Fault, Faults};
use super::super::field::plain;
use super::join::{Index, Joined};
use super::{Disk, Inventory, InventoryOptions, InventorySource, MIB, Pieces};
use crate::units::Bytes;
use forms::{CPUS, FORMS, NAME, POWER, RAM};
use tabs::{Draft, LeftOut, blanks, disks, hosts, machines, partitions, stores};

/// The source.
pub const SOURCE: InventorySource =
    InventorySource { name: "rvtools", about: "an export of RVTools", forms: FORMS, json: None, read };

fn read(pieces: &Pieces, options: &InventoryOptions, faults: &mut Faults) -> Inventory {
    let mut inventory = Inventory::default();
    let of = |form: &'static str| pieces.tables.iter().filter(move |table| table.form == form);
    if of("vInfo").next().is_none() {
        let file = pieces.tables.first().map_or("import", |table| table.file.as_str());
        let reason = "the tab vInfo, which lists the machines, is missing";
        faults.push(Fault::of(file, reason, "export all tabs, or name the file of vInfo too"));
        return inventory;
    }
    if !has_what_it_needs(pieces, &mut inventory, faults) {
        return inventory;
    }
    let (mut drafts, mut index, mut joined) = (Vec::new(), Index::default(), Joined::default());
    let mut left_out = LeftOut::default();
    for table in of("vInfo") {
        machines(table, &mut drafts, &mut index, &mut left_out, faults);
    }
    for (form, id) in [("vCPU", 2), ("vMemory", 2)] {
        for table in of(form) {
            blanks(table, id, (&mut drafts, &index, &mut joined), faults);
        }
    }
    let (mut raw, mut shared) = (0, 0);
    for table in of("vDisk") {
        let (a, b) = disks(table, (&mut drafts, &index, &mut joined), faults);
        (raw, shared) = (raw + a, shared + b);
    }
    for table in of("vPartition") {
        partitions(table, (&mut drafts, &index, &mut joined), faults);
    }
    describe_files(pieces, &mut inventory);
    describe_left_out(&left_out, &mut inventory);
    describe_joins(joined, (raw, shared), &mut inventory);
    let (mut all_hosts, mut all_stores) = (Vec::new(), Vec::new());
    of("vHost").for_each(|table| hosts(table, &mut all_hosts, faults));
    of("vDatastore").for_each(|table| stores(table, &mut all_stores, faults));
    servers::part(&mut drafts, &mut all_hosts, &mut all_stores, &mut inventory);
    inventory.hosts = all_hosts.into_iter().map(|(_, host)| host).collect();
    inventory.stores = all_stores.into_iter().map(|(_, store)| store).collect();
    finish_machines(drafts, options, &mut inventory);
    inventory
}

/// Whether cores and memory are in vInfo or in the tabs of their own; else it is a fault. A missing power state is told.
fn has_what_it_needs(pieces: &Pieces, inventory: &mut Inventory, faults: &mut Faults) -> bool {
    for table in pieces.tables.iter().filter(|table| table.form == "vInfo") {
        let has = |tab: &str| pieces.tables.iter().any(|table| table.form == tab);
        let lacks = [(CPUS, "vCPU"), (RAM, "vMemory")].into_iter();
        let lacks: Vec<_> =
            lacks.filter(|(field, tab)| table.columns[*field].is_none() && !has(tab)).collect();
        if table.columns[POWER].is_none() {
            let told = "vInfo has no column `powerstate`: all of its machines are on.".to_owned();
            inventory.told.assumed.push(told);
        }
        if lacks.is_empty() {
            continue;
        }
        let names: Vec<String> =
            lacks.iter().map(|(field, _)| format!("`{}`", table.fields[*field].names[0])).collect();
        let tabs: Vec<&str> = lacks.iter().map(|(_, tab)| *tab).collect();
        let reason = format!("vInfo has no column {}", names.join(" and no "));
        let remedy = format!(
            "export the table again with all its columns, or name the file of {} too",
            tabs.join(" and ")
        );
        let fault = Fault::of(&table.file, reason, remedy);
        faults.push(match &table.sheet {
            Some(sheet) => fault.cell(sheet.as_str()),
            None => fault.line(1),
        });
    }
    faults.is_empty()
}

fn describe_files(pieces: &Pieces, inventory: &mut Inventory) {
    let rows: Vec<String> =
        pieces.tables.iter().map(|table| format!("{} {}", table.form, table.rows.len())).collect();
    inventory.told.read.push(format!("Rows: {}.", rows.join(", ")));
    for table in pieces.tables.iter().filter(|table| table.columns[NAME] == Some(0)) {
        let first = table.header.first().map_or("", String::as_str);
        if !table.fields[NAME].names.contains(&plain(first).as_str()) {
            let first = super::super::fault::quote(first);
            inventory
                .told
                .assumed
                .push(format!("The first column of {}, headed `{first}`, is `VM`.", table.form));
        }
    }
}

fn describe_left_out(left_out: &LeftOut, inventory: &mut Inventory) {
    left_out.unknown.tell(&mut inventory.told);
    let dropped = &mut inventory.told.dropped;
    if left_out.templates > 0 {
        dropped.push(format!("Templates and placeholders: {}.", left_out.templates));
    }
    if left_out.twice > 0 {
        dropped.push(format!("Machines that are listed twice, by vCenter and VM ID: {}.", left_out.twice));
    }
}

fn describe_joins(joined: Joined, (raw, shared): (usize, usize), inventory: &mut Inventory) {
    let told = &mut inventory.told;
    if joined.lost > 0 {
        told.dropped.push(format!("Rows of machines that vInfo does not have: {}.", joined.lost));
    }
    if joined.renamed > 0 {
        told.assumed.push(format!(
            "Where a row's name is not the one that vInfo gives to its VM ID, the id counts: {} rows.",
            joined.renamed
        ));
    }
    if raw > 0 {
        told.assumed.push(format!(
            "Raw device mappings become virtual disks, for Hyper-V Replica copies no other: {raw}."
        ));
    }
    if shared > 0 {
        told.assumed.push(format!("Disks that machines share become disks of their own: {shared}."));
    }
}

/// Sets used sizes, and cores and memory that are nowhere.
fn finish_machines(drafts: Vec<Draft>, options: &InventoryOptions, inventory: &mut Inventory) {
    let (mut guests, mut stores, mut unknown, mut summed) = (0, 0, 0, 0);
    for mut draft in drafts.into_iter().filter(|draft| !draft.machine.name.is_empty()) {
        let taken = options.powered_off || !draft.machine.off;
        if draft.machine.disks.is_empty()
            && let Some(total) = draft.total_mib.filter(|total| *total > 0)
        {
            let (name, size) = ("disk".to_owned(), Bytes(total.saturating_mul(MIB)));
            draft.machine.disks.push(Disk { name, size, store: draft.store.clone(), ..Disk::default() });
            draft.keys.push(String::new());
            summed += usize::from(taken);
        }
        let disks = usize::from(taken && !draft.machine.disks.is_empty());
        if !draft.consumed.is_empty() {
            guests += disks;
            by_partitions(&mut draft);
        } else if let Some(used) = draft.in_use_mib {
            stores += disks;
            super::estate::spread(&mut draft.machine.disks, Bytes(used.saturating_mul(MIB)));
        } else {
            unknown += disks;
        }
        draft.machine.cores = u32::try_from(draft.cores.unwrap_or(0)).unwrap_or(u32::MAX);
        draft.machine.memory = Bytes(draft.memory_mib.unwrap_or(0).saturating_mul(MIB));
        inventory.machines.push(draft.machine);
    }
    let told = &mut inventory.told;
    told.read.push(format!(
        "Used space, by machines: {guests} from the guests' partitions, {stores} from the datastores."
    ));
    if unknown > 0 {
        told.assumed
            .push(format!("Disks of which nothing tells how much is used are full: {unknown} machines."));
    }
    if summed > 0 {
        told.assumed
            .push(format!("Machines without a row in vDisk have one disk of their total size: {summed}."));
    }
    told.assumed.push("A MB is a MiB, as RVTools means it.".to_owned());
}

/// By disk where partitions name theirs, the rest by size over all.
fn by_partitions(draft: &mut Draft) {
    let known = |key: &String| !key.is_empty() && draft.keys.contains(key);
    let rest = draft
        .consumed
        .iter()
        .filter(|(key, _)| !known(key))
        .fold(0, |sum: u64, (_, used)| sum.saturating_add(*used));
    super::estate::spread(&mut draft.machine.disks, Bytes(rest.saturating_mul(MIB)));
    for (disk, key) in draft.machine.disks.iter_mut().zip(&draft.keys) {
        if let Some(used) = draft.consumed.get(key).filter(|_| !key.is_empty()) {
            let shared = disk.used.map_or(0, |used| used.0);
            disk.used = Some(Bytes(used.saturating_mul(MIB).saturating_add(shared)));
        }
    }
}
