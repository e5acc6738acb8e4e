//! Who is replicated, by which policy, to where.
//!
//! - protection: from, to (clouds), policy, vms (names or patterns; default: all of the `from` cloud), host, volume (by hand;
//!   else placed)
//!
//! Placement, VM by VM in name order: the host of the target cloud with the least startup memory allocated, then by name,
//! among those with a volume that has room; there the volume with the most room, then by name.

use std::collections::BTreeMap;

use super::context::Context;
use super::fields::Fields;
use super::vms;
use crate::control_plane::Cloud;
use crate::ids::{Id, Table};
use crate::problem::{Problem, codes};
use crate::protection::{Policy, Protection, Relationship};
use crate::topology::{Host, Topology, Volume};
use crate::units::Bytes;
use crate::workload::Vm;

/// A VM's protection as written.
pub struct Pair<'t> {
    policy: Id<Policy>,
    from: Id<Cloud>,
    to: Id<Cloud>,
    host: Option<Id<Host>>,
    volume: Option<Id<Volume>>,
    exact: bool,
    slice: Option<&'t str>,
}

/// The pair of each protected VM.
pub fn pairs<'t>(
    context: &Context<'_, 't>,
    clouds: &Table<Cloud>,
    vms: &Table<Vm>,
) -> BTreeMap<usize, Pair<'t>> {
    let mut all: BTreeMap<usize, Pair<'t>> = BTreeMap::new();
    for node in &context.book.protection {
        let Some(fields) = Fields::new(context.notes, "protection", node, None) else { continue };
        let (policy, from, to) = (
            context.book.policies.need(&fields, "policy"),
            context.book.clouds.need(&fields, "from"),
            context.book.clouds.need(&fields, "to"),
        );
        let host: Option<Id<Host>> = context.book.hosts.optional(&fields, "host");
        let volume = host
            .filter(|_| fields.has("volume"))
            .map(|host| vms::volume(context, &fields, "volume", host.index()));
        let selected = match fields.has("vms") {
            true => context.book.vms.select(&fields, "vms"),
            false => of_cloud(clouds, from, vms),
        };
        fields.get("vms");
        if host.is_some() {
            fields.get("volume");
        }
        fields.finish();
        for (vm, exact) in selected {
            let pair = Pair { policy, from, to, host, volume, exact, slice: fields.at("vms") };
            enter(context, &mut all, vm, pair);
        }
    }
    all
}

fn of_cloud(clouds: &Table<Cloud>, cloud: Id<Cloud>, vms: &Table<Vm>) -> Vec<(usize, bool)> {
    let Some(cloud) = clouds.iter().nth(cloud.index()) else { return Vec::new() };
    let inside = vms.entries().filter(|(_, vm)| cloud.hosts.binary_search(&vm.host).is_ok());
    inside.map(|(id, _)| (id.index(), false)).collect()
}

/// An exact name wins over a pattern; two of one kind are a problem.
fn enter<'t>(context: &Context<'_, 't>, all: &mut BTreeMap<usize, Pair<'t>>, vm: usize, pair: Pair<'t>) {
    match all.get(&vm) {
        Some(known) if known.exact == pair.exact => {
            let mut places = [context.notes.place(known.slice), context.notes.place(pair.slice)];
            places.sort();
            let [first, second] = places;
            let what = format!("vm `{}` is protected twice", context.book.vms.rows[vm].name);
            let problem = Problem::new(&codes::PROTECTED_TWICE, second, what);
            context.notes.push(problem.also(first, "the other entry"));
        }
        Some(known) if known.exact => {}
        _ => {
            all.insert(vm, pair);
        }
    }
}

/// Protects the VMs. Call it when nothing is wrong so far.
pub fn place(
    context: &Context,
    pairs: &BTreeMap<usize, Pair>,
    clouds: &Table<Cloud>,
    topology: &Topology,
    vms: &mut Table<Vm>,
) {
    let mut estate = Estate::new(topology, vms);
    for by_hand in [true, false] {
        for (vm, pair) in pairs.iter().filter(|(_, pair)| pair.host.is_some() == by_hand) {
            let vm = Id::new(*vm);
            let home = vms[vm].host;
            if clouds[pair.from].hosts.binary_search(&home).is_err() {
                let what = format!(
                    "vm `{}` runs on host `{}`, which is not in cloud `{}`",
                    vms[vm].name, topology.hosts[home].name, clouds[pair.from].name
                );
                context.notes.report(&codes::OUTSIDE_CLOUD, pair.slice, what);
                continue;
            }
            let room = replica_size(&vms[vm]);
            match estate.choose(pair, &clouds[pair.to], room) {
                Ok((replica_host, replica_volume)) => {
                    estate.take(replica_host, replica_volume, vms[vm].memory, room);
                    let policy = pair.policy;
                    let relationship = Relationship::default();
                    vms[vm].protection =
                        Some(Protection { policy, replica_host, replica_volume, relationship });
                }
                Err(free) => {
                    let what = format!(
                        "the replica of vm `{}` needs {room}, and the largest room in cloud `{}` is {free}: {} short",
                        vms[vm].name,
                        clouds[pair.to].name,
                        Bytes(room.0.saturating_sub(free.0))
                    );
                    context.notes.report(&codes::NO_ROOM, pair.slice, what);
                }
            }
        }
    }
}

/// What a replica takes: its replicated disks at full size.
fn replica_size(vm: &Vm) -> Bytes {
    let sizes = vm.disks.iter().filter(|disk| disk.replicate).map(|disk| disk.size.0);
    Bytes(sizes.fold(0, u64::saturating_add))
}

/// What is taken so far.
struct Estate<'e> {
    topology: &'e Topology,
    memory: Vec<u64>,
    used: Vec<u64>,
    volumes: Vec<Vec<Id<Volume>>>,
}

impl Estate<'_> {
    fn new<'e>(topology: &'e Topology, vms: &Table<Vm>) -> Estate<'e> {
        let mut volumes = vec![Vec::new(); topology.hosts.len()];
        for (id, volume) in topology.volumes.entries() {
            volumes[volume.host.index()].push(id);
        }
        let (memory, used) = (vec![0; topology.hosts.len()], vec![0; topology.volumes.len()]);
        let mut estate = Estate { topology, memory, used, volumes };
        for vm in vms.iter() {
            let memory = &mut estate.memory[vm.host.index()];
            *memory = memory.saturating_add(vm.memory.0);
            for disk in &vm.disks {
                let used = &mut estate.used[disk.volume.index()];
                *used = used.saturating_add(disk.size.0);
            }
        }
        estate
    }

    fn free(&self, volume: Id<Volume>) -> u64 {
        let size = self.topology.volumes[volume].size.map_or(u64::MAX, |size| size.0);
        size.saturating_sub(self.used[volume.index()])
    }

    fn roomiest(&self, host: Id<Host>) -> Option<Id<Volume>> {
        let volumes = self.volumes[host.index()].iter().copied();
        volumes.min_by_key(|volume| (std::cmp::Reverse(self.free(*volume)), *volume))
    }

    /// Host and volume of a replica, or the largest room there is.
    fn choose(&self, pair: &Pair, cloud: &Cloud, room: Bytes) -> Result<(Id<Host>, Id<Volume>), Bytes> {
        let hosts = pair.host.map_or_else(|| cloud.hosts.clone(), |host| vec![host]);
        let open = |host: Id<Host>| Some((host, pair.volume.or_else(|| self.roomiest(host))?));
        let places: Vec<_> = hosts.into_iter().filter_map(open).collect();
        let fitting = places.iter().filter(|(_, volume)| self.free(*volume) >= room.0);
        let best = fitting.min_by_key(|(host, _)| (self.memory[host.index()], *host)).copied();
        best.ok_or_else(|| Bytes(places.iter().map(|(_, volume)| self.free(*volume)).max().unwrap_or(0)))
    }

    fn take(&mut self, host: Id<Host>, volume: Id<Volume>, memory: Bytes, room: Bytes) {
        let taken = &mut self.memory[host.index()];
        *taken = taken.saturating_add(memory.0);
        let used = &mut self.used[volume.index()];
        *used = used.saturating_add(room.0);
    }
}
