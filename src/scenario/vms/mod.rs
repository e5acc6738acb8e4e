//! Virtual machines.
//!
//! - vm: name, count (makes it a template: `name: "web-{n:03}"`), host (a name; for a template also several or a pattern, taken
//!   in turn), cores, memory, boot, readiness, network or nics, and either disks, or disk (a size), used, volume and churn
//! - disk: name, size, used, volume, replicate, churn
//! - nic: network, subnet, static_address
//!
//! The guest's fields stand in `guest.rs`. Every quantity may be a distribution, drawn for each VM.

mod guest;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::churn::{self, Owner};
use super::defaults as default;
use super::reading::context::{Context, positive};
use super::reading::fields::Fields;
use super::reading::sections::Row;
use super::topology::{hosts, networks};
use crate::ids::{Id, Table};
use crate::problem::{Problem, codes};
use crate::topology::{Host, Volume};
use crate::workload::{Disk, Nic, Vm};

/// All VMs, not yet protected. `hosts` are the resolved ones, for their sites.
pub fn vms(context: &Context, hosts: &Table<Host>) -> Table<Vm> {
    let reader = Reader { context, hosts, homes: RefCell::default() };
    let mut failed_templates: BTreeSet<usize> = BTreeSet::new();
    let mut all = Vec::with_capacity(context.sections.vms.rows.len());
    for row in &context.sections.vms.rows {
        // What is wrong with a template is said once, not for each of its VMs.
        let address = std::ptr::from_ref(row.node) as usize;
        if failed_templates.contains(&address) {
            continue;
        }
        let before = context.diagnostics.count();
        all.extend(reader.vm(row));
        if context.diagnostics.count() > before {
            failed_templates.insert(address);
        }
    }
    Table::new(all)
}

struct Reader<'c, 'r, 't> {
    context: &'c Context<'r, 't>,
    hosts: &'c Table<Host>,
    /// Hosts of each template, by the address of its name.
    homes: RefCell<BTreeMap<usize, Vec<usize>>>,
}

impl<'r, 't> Reader<'_, 'r, 't> {
    fn vm(&self, row: &'r Row<'t>) -> Option<Vm> {
        let written = row.fields(self.context.diagnostics, "vm")?;
        let fields = written.drawing(row.name.to_string());
        for key in ["name", "count"] {
            fields.get(key);
        }
        let host = self.host(row, &fields);
        let vm = Vm {
            host: Id::new(host),
            cores: fields.or("cores", &default::VM_CORES),
            memory: fields.need("memory"),
            disks: self.disks(&fields, host),
            nics: self.nics(&fields),
            boot: fields.or("boot", &default::VM_BOOT),
            readiness: fields.or("readiness", &default::VM_READINESS),
            protection: None,
            guest: guest::guest(self.context, &fields, self.site(host)),
            name: fields.name.clone(),
        };
        positive(&fields, "memory", Some(vm.memory));
        fields.finish();
        Some(vm)
    }

    fn site(&self, host: usize) -> usize {
        self.hosts.iter().nth(host).map_or(0, |host| host.site.index())
    }

    fn host(&self, row: &Row<'t>, fields: &Fields<'r, 't>) -> usize {
        fields.get("host");
        let address = std::ptr::from_ref(row.node) as usize;
        let mut homes = self.homes.borrow_mut();
        let homes = homes.entry(address).or_insert_with(|| {
            fields.need_texts("host");
            self.context.sections.hosts.select(fields, "host").into_iter().map(|(host, _)| host).collect()
        });
        if row.number.is_none() && homes.len() > 1 {
            fields.report(
                &codes::WRONG_TYPE,
                "host",
                format!("{fields} names several hosts; only a template may"),
            );
        }
        let turn = row.number.unwrap_or(1) - 1;
        homes.get(turn.checked_rem(homes.len()).unwrap_or(0)).copied().unwrap_or(0)
    }

    fn disks(&self, fields: &Fields<'r, 't>, host: usize) -> Vec<Disk> {
        if !fields.has("disks") {
            let name = format!("{}/disk", fields.name);
            let mut disk = self.disk(fields, fields, host, "disk", &name);
            "disk".clone_into(&mut disk.name);
            return vec![disk];
        }
        let mut disks = Vec::new();
        for mut entry in fields.entries("disks", "disk") {
            let short = entry.need_text("name").map_or("", |name| name.text);
            entry.name = format!("{}/{short}", fields.name);
            let name = entry.name.clone();
            let disk = self.disk(&entry, fields, host, "size", &name);
            entry.finish();
            disks.push((Disk { name: short.to_owned(), ..disk }, entry.slice));
        }
        disks.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
        for pair in disks.windows(2).filter(|pair| pair[0].0.name == pair[1].0.name) {
            let what = format!("{fields} has two disks called `{}`", pair[0].0.name);
            self.context.diagnostics.report(&codes::DUPLICATE_NAME, pair[1].1, what);
        }
        disks.into_iter().map(|(disk, _)| disk).collect()
    }

    fn disk(
        &self,
        entry: &Fields<'r, 't>,
        vm: &Fields<'r, 't>,
        host: usize,
        size: &'static str,
        name: &str,
    ) -> Disk {
        // The VM's `volume` serves all disks that name none.
        vm.get("volume");
        let written = if entry.has("volume") { entry } else { vm };
        let site = self.site(host);
        let disk = Disk {
            name: String::new(),
            size: entry.need(size),
            used: entry.quantity("used"),
            volume: volume(self.context, written, "volume", host),
            replicate: entry.flag("replicate", &default::DISK_REPLICATE),
            churn: churn::layers(self.context, entry, &Owner { site, vm: &vm.name, disk: name }),
        };
        positive(entry, size, Some(disk.size));
        if disk.used.is_some_and(|used| used > disk.size && disk.size.0 > 0) {
            entry.report(&codes::RANGE, "used", format!("`used` of {entry} is more than its size"));
        }
        disk
    }

    fn nics(&self, fields: &Fields<'r, 't>) -> Vec<Nic> {
        let networks = &self.context.sections.networks;
        if fields.has("network") {
            self.context.diagnostics.use_default(&default::NIC_STATIC);
            return vec![Nic { network: networks.need(fields, "network"), static_address: false, subnet: 0 }];
        }
        let read = |entry: Fields<'r, 't>| {
            let nic = Nic {
                network: networks.need(&entry, "network"),
                static_address: entry.flag("static_address", &default::NIC_STATIC),
                subnet: networks::subnet(self.context, &entry),
            };
            entry.finish();
            nic
        };
        fields.get("network");
        fields.entries("nics", "nic").into_iter().map(read).collect()
    }
}

/// The volume of `host`, or of its cluster, named by the field `key`; unnamed, the only one there is.
/// `host/volume` names another node's.
pub fn volume<'t>(
    context: &Context<'_, 't>,
    fields: &Fields<'_, 't>,
    key: &'static str,
    host: usize,
) -> Id<Volume> {
    let sections = context.sections;
    let reach = hosts::reachable(context, host);
    let Some(host) = sections.hosts.rows.get(host).map(|row| &row.name) else { return Id::new(0) };
    let stand_in = Id::new(reach.first().copied().unwrap_or(0));
    let name = |row: &usize| &*sections.volumes.rows[*row].name;
    let short = |row: &usize| name(row).split_once('/').map_or("", |(_, short)| short);
    // As it may be written: with its host where another has the same name.
    let call = |row: &usize| match reach.iter().filter(|other| short(other) == short(row)).count() {
        1 => short(row),
        _ => name(row),
    };
    let own = |row: &&usize| name(row).strip_prefix(&**host).is_some_and(|rest| rest.starts_with('/'));
    let Some(written) = fields.text(key) else {
        if reach.len() != 1 {
            let what = format!("{fields} does not name its volume, and host `{host}` has {}", reach.len());
            unclear(context, fields.slice, what, reach.iter().map(call));
        }
        return stand_in;
    };
    let called: Vec<&usize> =
        reach.iter().filter(|row| short(row) == written.text || name(row) == written.text).collect();
    match (called.iter().copied().find(own), &called[..]) {
        (Some(row), _) => Id::new(*row),
        (None, [row]) => Id::new(**row),
        (None, []) => {
            let what = format!("host `{host}` has no volume `{}`", written.text);
            let problem = Problem::new(&codes::UNKNOWN_NAME, context.diagnostics.place(written.slice), what);
            context
                .diagnostics
                .push(problem.wrong(written.text).suggest(written.text, reach.iter().map(call)));
            stand_in
        }
        (None, several) => {
            let what = format!("several volumes of the cluster of `{host}` are called `{}`", written.text);
            unclear(context, written.slice, what, several.iter().map(|row| name(row)));
            stand_in
        }
    }
}

fn unclear<'n>(context: &Context, at: Option<&str>, what: String, names: impl Iterator<Item = &'n str>) {
    let names: Vec<&str> = names.collect();
    let problem = Problem::new(&codes::VOLUME_UNCLEAR, context.diagnostics.place(at), what);
    context.diagnostics.push(match names.is_empty() {
        true => problem,
        false => problem.remedy(format!("name one of: {}", names.join(", "))),
    });
}
